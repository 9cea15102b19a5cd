"""What is read aloud to whoever asked for that: what a screen asks, and in the end the number and where to wait.

It is said by hand-written sentences (prompt.toml beside this file, read once): names of people, numbers of cards and PINs are in
none of them, so none is ever heard. Names of zones and services are the hall's, by its own pinyin where it has some.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import msgspec

from devices.driver.voice.speech import (
    Unspeakable,
    Utterance,
    cardinal,
    name,
    singly,
    uttered,
    window,
)
from kiosk.model import aid, page
from kiosk.model.intent import Hush, Intent, Speak
from kiosk.model.screen import (
    Adding,
    Agreeing,
    Bring,
    Claiming,
    Classes,
    Helping,
    Home,
    Issued,
    Mine,
    Numbering,
    Others,
    Problem,
    Screen,
    Searching,
    Services,
    Showing,
    Taking,
    Trouble,
    Unprinted,
    Woken,
)
from kiosk.model.state import Outcome, State
from queue_server.wire.card import DIGITS
from queue_server.wire.holder import FoundRecord
from queue_server.wire.ticket import Language, Ticket

_WINDOWS = re.compile(r"(\d{1,3})(?:-(\d{1,3}))?")


class Phrase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence: as people read it, as it is said in pinyin, and in English."""

    zh: str
    said: str
    en: str


@cache
def phrases() -> dict[str, Phrase]:
    """The table."""
    table = files("kiosk.model").joinpath("prompt.toml").read_bytes()
    return msgspec.toml.decode(table, type=dict[str, Phrase])


@dataclass(frozen=True)
class Heard:
    """What is read of a screen, and how loud; another one cuts it short."""

    screen: type[Screen]
    said: tuple[Utterance, ...]
    volume: int


def heard(state: State) -> Heard:
    """What is read aloud now: nothing where nobody asked for it, or nothing can be heard."""
    wanted = state.manner.voice and state.reads and state.code is None
    said = tuple(_Prompt(state).sentences()) if wanted else ()
    return Heard(type(state.screen), said, state.loudness)


def turned(before: State, after: State) -> list[Intent]:
    """What there is to say, or to be silent about, where one state follows another."""
    was, now = heard(before), heard(after)
    if now == was:
        return []
    return [Speak(now.said, now.volume)] if now.said else [Hush()] if was.said else []


def touch(state: State, control: str) -> Outcome:
    """Once more, or louder; after the loudest comes the softest."""
    now = heard(state)
    if not now.said:
        return state, []
    if control == "again":
        return state, [Speak(now.said, now.volume)]
    return replace(state, manner=state.manner.louder()), []


class _Prompt:
    """The sentences of a state's screen, in the visitor's language."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.language: Language = state.language

    def sentences(self) -> Iterator[Utterance]:
        """What is said, one sentence after another."""
        if self.state.leaving:
            yield from self.say("leaving")
            return
        match self.state.screen:
            case Home() | Others() | Adding() | Services() | Searching() as screen:
                yield from self.choosing(screen)
                yield from self.names(screen) if self.state.takes else ()
            case Bring() | Classes() as screen:
                yield from self.preparing(screen)
            case Showing() | Numbering() | Agreeing() as screen:
                yield from self.say(_card(screen))
            case Claiming() as screen:
                yield from self.say(_claim(screen))
            case Mine() as screen:
                yield from self.mine(screen)
            case Helping() as screen:
                yield from self.say(self.helping(screen))
            case Taking():
                yield from self.say("taking")
            case Issued() | Unprinted() as screen:
                yield from self.ticket(screen)
            case Problem():
                yield from self.say("problem")
            case Woken():
                yield from self.say("closed")

    def say(self, key: str, **fields: str) -> Iterator[Utterance]:
        """One sentence."""
        phrase = phrases()[key]
        sentence = phrase.en if self.language == "en" else phrase.said
        yield uttered(self.language, sentence.format(**fields))

    def number(self, key: str, number: str) -> Iterator[Utterance]:
        """A sentence with a ticket's number, mark by mark; none where a mark has no word."""
        try:
            spoken = singly(number, self.language)
        except Unspeakable:
            return
        yield from self.say(key, number=spoken)

    def count(self, n: int) -> str:
        """A number of people or a window, as it is counted."""
        return str(n) if self.language == "en" else cardinal(n)

    def choosing(self, screen: Home | Others | Adding | Services | Searching) -> Iterator[Utterance]:
        """Where a service is chosen."""
        match screen:
            case _ if not self.state.takes:
                yield from self.say("closed")
                return
            case Services(zone=key):
                yield from self.zone(key)
                yield from self.say("services")
            case Searching():
                yield from self.say("search")
            case Adding():
                yield from self.say("adding")
            case Home() | Others():
                easy = self.state.manner.easy and isinstance(screen, Home)
                yield from self.say("easy" if easy else "home")
        if isinstance(screen, Home) and self.state.printer_fault is not None:
            yield from self.say("no_print")

    def names(self, screen: Home | Others | Adding | Services | Searching) -> Iterator[Utterance]:
        """What can be chosen, in the order of the screen: zones by letter and name, services numbered from the top. What rests is
        left out and keeps its number. Whoever has heard theirs touches it, and hears no more.
        """
        state = self.state
        match screen:
            case Services():
                turned, services = page.turned(state, screen)
                many = page.pages(state, screen.zone)
                if many > 1:
                    yield from self.say("page", page=self.count(turned + 1), pages=self.count(many))
            case Home() if state.manner.easy:
                services = state.few
            case Searching():
                return
            case _:
                services = ()
                for zone in state.zones:
                    if zone.issuing and state.offered(zone.id):
                        letter = singly(zone.letter, self.language)
                        said = name(zone.short, self.language, zone.said)
                        yield from self.say("letter", letter=letter, name=said)
        for n, service in enumerate(services, 1):
            if service.issuing:
                said = name(service.name, self.language, service.said)
                yield from self.say("item", n=self.count(n), name=said)

    def zone(self, key: str) -> Iterator[Utterance]:
        """A zone's short name; nothing of one that has left the hall."""
        zone = self.state.zone(key)
        if zone is not None:
            yield from self.say("name", name=name(zone.short, self.language, zone.said))

    def service(self, key: str) -> Iterator[Utterance]:
        """A service's name, likewise."""
        service = self.state.service(key)
        if service is not None:
            yield from self.say("name", name=name(service.name, self.language, service.said))

    def preparing(self, screen: Bring | Classes) -> Iterator[Utterance]:
        """Before a ticket."""
        if isinstance(screen, Classes):
            yield from self.say("classes")
            return
        yield from self.service(screen.service)
        kind = self.state.kind(screen.class_)
        if kind is not None and not kind.at_once:
            yield from self.say("asks")
        service = self.state.service(screen.service)
        yield from self.say("bring" if service is not None and service.bring.zh else "take")

    def mine(self, screen: Mine) -> Iterator[Utterance]:
        """How somebody's ticket stands, or what is asked about it."""
        ticket = screen.found.ticket
        if screen.trouble is not None:
            yield from self.say("see")
        elif screen.at == "ways":
            yield from self.ways(screen.found)
        elif screen.at:
            yield from self.say("give_up" if screen.at == "cancel" else "rate")
        elif screen.note == "printing":
            yield from self.say("printing")
        else:
            if screen.note.startswith("checked_in"):
                yield from self.say("checked_in")
            elif screen.note == "paper_printed":
                yield from self.say("paper")
            elif screen.note == "paper_failed":
                yield from self.say("not_printed")
            yield from self.number("your_number", ticket.number)
            if screen.note == "paper_unknown":
                yield from self.say("no_paper")
            yield from self.service(ticket.service)
            yield from self.stands(ticket)
            if ticket.binding and ticket.state == "waiting":
                yield from self.say("bound")

    def ways(self, found: FoundRecord) -> Iterator[Utterance]:
        """What it takes by either way, for who needs something of a window."""
        yield from self.say("ways")
        for key, way in (("way_first", found.first), ("way_able", found.able)):
            if way is None or not way.windows:
                continue
            if way.wait is None:
                yield from self.say(f"{key}_unknown")
            else:
                low, high = (self.count(min(n, 999)) for n in (way.wait.low_min, way.wait.high_min))
                yield from self.say(key, low=low, high=high)

    def stands(self, ticket: Ticket) -> Iterator[Utterance]:
        """How it stands."""
        if ticket.state != "waiting":
            yield from self.say(f"is_{ticket.state}")
        elif ticket.ahead is None:
            yield from self.say("is_waiting")
        elif ticket.ahead:
            yield from self.say("ahead", count=self.count(min(ticket.ahead, 999)))
        else:
            yield from self.say("next")
        if ticket.state == "called" and ticket.window is not None:
            yield from self.called(ticket.window)
        elif ticket.state in ("no_show", "expired"):
            yield from self.say("see")

    def called(self, place: str) -> Iterator[Utterance]:
        """Where to go."""
        try:
            spoken = window(place, self.language)
        except Unspeakable:
            return
        yield from self.say("window", window=spoken)

    def helping(self, screen: Helping) -> str:
        """Who helps."""
        if self.state.helped is not None:
            return f"aid_{self.state.helped}"
        if screen.asked:
            return "aid_asked"
        if screen.trouble is not None:
            return "aid_trouble"
        if not aid.calls(self.state, screen):
            return "aid_desk"
        return "aid_both" if self.state.enquiry is not None else "aid_steward"

    def ticket(self, screen: Issued | Unprinted) -> Iterator[Utterance]:
        """The number, and where to wait."""
        ticket = screen.ticket
        if isinstance(screen, Issued) and not screen.printed:
            yield from self.say("printing")
            return
        if isinstance(screen, Unprinted):
            yield from self.say("not_printed")
        elif screen.sure:
            yield from self.say("paper")
        yield from self.number("your_number", ticket.number)
        if isinstance(screen, Issued) and not screen.sure:
            yield from self.say("no_paper")
        yield from self.service(ticket.service)
        yield from self.zone(ticket.zone)
        yield from self.place(ticket)
        yield from self.before(ticket)
        if ticket.class_state == "requested":
            yield from self.say("requested")
        if isinstance(screen, Unprinted):
            yield from self.say("note_it")

    def before(self, ticket: Ticket) -> Iterator[Utterance]:
        """Who was called before it when it was taken, and the wait that it was told; nothing of what is not known."""
        if ticket.ahead is not None:
            ahead = min(ticket.ahead, 999)
            yield from self.say("ahead_about", count=self.count(ahead)) if ahead else self.say("next")
        if ticket.wait is not None:
            low, high = (self.count(min(n, 999)) for n in (ticket.wait.low_min, ticket.wait.high_min))
            yield from self.say("wait", low=low, high=high)

    def place(self, ticket: Ticket) -> Iterator[Utterance]:
        """Where to wait: the windows too, where they are one or follow one another."""
        zone = self.state.zone(ticket.zone)
        letter = singly(zone.letter if zone else ticket.number[:1], self.language)
        found = _WINDOWS.fullmatch(zone.windows) if zone else None
        if found is None:
            yield from self.say("place", letter=letter)
        elif found[2] is None:
            yield from self.say("place_one", letter=letter, first=self.count(int(found[1])))
        else:
            first, last = (self.count(int(n)) for n in found.groups())
            yield from self.say("place_many", letter=letter, first=first, last=last)


def _card(screen: Showing | Numbering | Agreeing) -> str:
    """What is asked about a card. None of its number is said."""
    match screen:
        case Showing(trouble=trouble):
            return f"card_{trouble}" if trouble else "card"
        case Numbering(number=typed):
            return "number_wrong" if len(typed) == DIGITS else "number"
        case Agreeing():
            return "agree"


def _claim(screen: Claiming) -> str:
    """What is asked about a code. None of it is said."""
    match screen:
        case Claiming(trouble=Trouble(code)):
            return "none_found" if code.endswith(".unknown") else "see"
        case Claiming(asked=None):
            return "claim"
        case _:
            return "finding"
