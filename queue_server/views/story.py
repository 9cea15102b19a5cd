"""What an event says, in one plain sentence of both languages. Sentences are texts of the area `story`, one for each kind of event.

A part in [brackets] is said only where all that it names is told; one that begins with `?name` where the event says so, with
`?!name` where it does not. A holder's name is in no event, so none is in a sentence.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from queue_server.engine.event import Event
from queue_server.engine.hall import Hall
from queue_server.engine.plan import ORDINARY
from queue_server.engine.ticket import Ticket
from queue_server.wire import face
from queue_server.wire.day import local
from queue_server.wire.ids import ServiceId, TicketId, WindowId, ZoneId
from queue_server.wire.ticket import Language, Text

AREA = "story"
PART = re.compile(r"\[(?:\?(!?)(\w+) ?)?([^\]]*)\]")
LANGUAGES: tuple[Language, ...] = ("zh", "en")


class Names(msgspec.Struct, frozen=True):
    """What ids are called: by the hall of the day, its accounts (sign-in name -> shown name), its tickets' numbers."""

    hall: Hall
    people: Mapping[str, str]
    numbers: Mapping[str, str]

    def person(self, account: str) -> Text:
        """A person, or whoever it was if it is none that is known."""
        shown = self.people.get(account) or self.people.get(account.partition(":")[2], account)
        return Text(shown, shown)

    def window(self, id_: str) -> Text:
        """A window, also one that the hall has no more."""
        found = self.hall.any_window.get(WindowId(id_))
        return Text(f"{id_}号窗口", f"Window {id_}") if found is None else found.name

    def service(self, id_: str) -> Text:
        """A service; a class under its name where `was` is one; else the id."""
        found = self.hall.any_service.get(ServiceId(id_))
        return self.kind(id_) if found is None else found.name

    def kind(self, id_: str) -> Text:
        """A class."""
        found = self.hall.class_.get(id_)
        if found is None and id_ == ORDINARY:
            return Text("普通", "ordinary")
        return Text(id_, id_) if found is None else found.name

    def zone(self, id_: str) -> Text:
        """A zone."""
        found = self.hall.any_zone.get(ZoneId(id_))
        return Text(id_, id_) if found is None else found.name

    def ticket(self, id_: str) -> Text:
        """A ticket, by its number."""
        number = self.numbers.get(id_)
        unknown = face.texts(AREA)["unknown_ticket"]
        return Text(unknown["zh"], unknown["en"]) if number is None else Text(number, number)

    def scope(self, id_: str) -> Text:
        """What a stop is of: the hall, a zone or a service."""
        kind, _, of = id_.partition(":")
        if kind == "zone":
            return self.zone(of)
        if kind == "service":
            return self.service(of)
        return _worded("scope", id_)


_BY_NAME: Mapping[str, Callable[[Names, str], Text]] = {
    **dict.fromkeys(("ticket", "tickets", "of"), Names.ticket),
    **dict.fromkeys(("window", "windows", "opens", "leaves", "opened", "covers"), Names.window),
    **dict.fromkeys(("service", "services"), Names.service),
    **dict.fromkeys(("clerk", "before", "by", "account", "kiosk", "printer", "instead_of"), Names.person),
    "zone": Names.zone,
    "scope": Names.scope,
    "class": Names.kind,
    "was": Names.service,
}
"""Fields that hold ids, and what is told in their place."""
_NOT_IDS = {
    ("published", "of"),
    ("renumbered", "was"),
    ("identities_forgotten", "before"),
    ("words_forgotten", "before"),
}
"""Where such a field holds something else."""


def story(event: Event, at: datetime, names: Names) -> Text:
    """The sentence of an event that happened `at`."""
    tag = str(event.__struct_config__.tag)
    said = face.texts(AREA)[tag]
    told = _told(tag, event, at, names)
    return Text(*(_filled(said[language], told, language) for language in LANGUAGES))


def _told(tag: str, event: Event, at: datetime, names: Names) -> dict[str, Text]:
    """What there is to be said, by the name of its field; what is as it mostly is, is not."""
    found: dict[str, Text] = {}
    for field in msgspec.structs.fields(type(event)):
        value = getattr(event, field.name)
        if (
            value is None
            or value is False
            or value in ((), "")
            or (not field.required and value == field.default)
        ):
            continue
        name = field.encode_name
        found[name] = _value(tag, name, value, at, names)
        english = getattr(event, f"{name}_en", None)
        if english is not None:
            found[name] = Text(found[name].zh, english)
    if tag == "taken":
        number = names.numbers.get(getattr(event, "ticket", ""), f"{event.prefix}{event.n:03d}")  # type: ignore[union-attr]
        found["number"] = Text(number, number)
    return found


def _value(tag: str, name: str, value: Any, at: datetime, names: Names) -> Text:
    if isinstance(value, Text):
        return value
    if isinstance(value, tuple):
        parts = [_value(tag, name, each, at, names) for each in value]
        link = face.texts(AREA)["and"]
        return Text(link["zh"].join(one.zh for one in parts), link["en"].join(one.en for one in parts))
    if isinstance(value, Ticket):
        return names.ticket(value.id)
    if isinstance(value, datetime):
        there, here = local(value), local(at)
        clock = f"{there:%H:%M}" if there.date() == here.date() else f"{there:%Y-%m-%d %H:%M}"
        return Text(clock, clock)
    if isinstance(value, date):
        return Text(value.isoformat(), value.isoformat())
    if isinstance(value, float):
        return Text(f"{value:.0f}", f"{value:.0f}")
    if isinstance(value, str) and name in _BY_NAME and (tag, name) not in _NOT_IDS:
        return _BY_NAME[name](names, value)
    if tag == "alarmed" and name == "place":
        return names.window(str(value))
    return _worded(name, str(value))


def _worded(name: str, value: str) -> Text:
    """A value that has words of its own, or as it is."""
    words = face.texts(AREA).get(f"{name}_{value}")
    return Text(value, value) if words is None else Text(words["zh"], words["en"])


def _filled(sentence: str, told: Mapping[str, Text], language: Language) -> str:
    def part(found: re.Match[str]) -> str:
        unless, flag, words = found.groups()
        if flag is not None and (flag in told) == bool(unless):
            return ""
        return words if face.placeholders(words) <= told.keys() else ""

    kept = PART.sub(part, sentence)
    return kept.format_map(_Fields({name: getattr(text, language) for name, text in told.items()}))


class _Fields(dict[str, str]):
    """What an event tells; a dash for what it does not."""

    def __missing__(self, name: str) -> str:
        return "–"


def ticket_of(event: Event) -> TicketId | None:
    """The ticket that an event is about, if it is about one."""
    found = getattr(event, "ticket", None)
    return TicketId(found) if isinstance(found, str) else None


def window_of(event: Event) -> WindowId | None:
    """The window at which it happened, if it did at one."""
    found = getattr(event, "window", None)
    return WindowId(found) if isinstance(found, str) else None
