"""The words that more than one screen has: a zone's badge, who waits, why something is paused, a refusal's sentence."""

import math
import re

from kiosk.model.look import Badge
from kiosk.model.noon import served_from
from kiosk.model.screen import Problem, Trouble
from kiosk.model.state import State
from queue_server.wire.day import local, local_day
from queue_server.wire.error import CODES
from queue_server.wire.face import say, tokens
from queue_server.wire.portion import Portion
from queue_server.wire.ticket import Language, Text, Ticket, Wait
from queue_server.wire.view import HallRecord, ServiceRecord, ZoneRecord

REASON = 14
"""So many characters of a reason fit beside what is paused."""


class Words:
    """A state and the language in which it is told."""

    def __init__(self, state: State, language: Language) -> None:
        """Both stay as they are: another state has other words."""
        self.state = state
        self.language: Language = language

    def say(self, key: str, **fields: object) -> str:
        """A sentence of the kiosk's own."""
        return say("kiosk", key, self.language, **fields)

    def of(self, text: Text) -> str:
        """A name or a sentence of the hall's."""
        return text.of(self.language)

    def examples(self, text: Text) -> str:
        """Examples of a zone or a service. The dot between them is as wide as a Chinese character, so that a comma stands there in
        English.
        """
        return text.zh if self.language == "zh" else re.sub(r"\s*·\s*", ", ", text.en)

    def badge(self, zone: ZoneRecord | None) -> Badge:
        """A zone wherever it is named; one that is gone is muted."""
        if zone is None:
            colour = tokens().contrast.zone if self.state.manner.contrast else tokens().colour.muted
            return Badge("", "", colour, "")
        letter = zone.letter.lower()
        icon = f"zone-{letter}" if letter in tokens().zone else ""
        colour = tokens().contrast.zone if self.state.manner.contrast else zone.colour
        return Badge(zone.letter, icon, colour, self.of(zone.name))

    def about(self, key: str) -> tuple[Badge, str]:
        """A service's zone and name."""
        service = self.state.service(key)
        zone = self.state.zone(service.zone) if service else None
        return self.badge(zone), self.of(service.name) if service else ""

    def items(self, count: int) -> str:
        """How many of the same are dealt with at once."""
        return self.say("item" if count == 1 else "items", count=count)

    def over(self, found: tuple[Portion, ...]) -> str:
        """What becomes of more items than are dealt with at once; empty where there are not so many."""
        if len(found) < 2:
            return ""
        (first, *_), rest = found, sum(one.items for one in found[1:])
        after = self.state.service(found[1].service)
        if found[1].service == first.service or after is None:
            return self.say("over_round", most=first.items, rest=rest, rounds=len(found))
        zone = self.state.zone(after.zone)
        letter = zone.letter if zone is not None else ""
        return self.say("over_batch", most=first.items, rest=rest, service=self.of(after.name), zone=letter)

    def waiting(self, count: int, wait: Wait | None) -> str:
        """How many wait; a kiosk that works alone does not know. With nobody there may be a wait all the same: for windows that
        serve whoever came for something else.
        """
        if self.state.alone:
            return self.say("open")
        if count:
            return self.say("waiting", count=count)
        return self.say("busy" if wait is not None and wait.low_min else "no_waiting")

    def wait_short(self, wait: Wait | None) -> str:
        """A range in few words; empty where none is known."""
        return self.say("wait_short", low=wait.low_min, high=wait.high_min) if wait else ""

    def wait(self, service: ServiceRecord) -> str:
        """What whoever takes a ticket for a service now has to expect; empty where nobody waits and nothing is known."""
        wait, clock = service.wait, self.state.clock
        again = served_from(service.serving, local(clock), wait.low_min if wait else 0) if clock else ""
        if again:
            return self.say("take_later", at=again)
        if wait:
            return self.say("take_wait", low=wait.low_min, high=wait.high_min)
        return self.say("take_unknown") if service.waiting else ""

    def reason(self, paused: ZoneRecord | ServiceRecord) -> str:
        """Why one zone or service is paused; what holds for the whole hall stands in the banner."""
        hall = self.state.hall
        if self.state.alone and self.state.takes and (paused.why, paused.stopped) == (None, None):
            return self.say("desk_short")
        if hall is None or (paused.why, paused.stopped, paused.opens) == (hall.why, hall.stopped, hall.opens):
            return ""
        if paused.why == "full":
            return self.say("full")
        if paused.why != "closed":
            return self.stopped(paused)
        if paused.opens is None:
            return ""
        at = local(paused.opens)
        return self.say(
            "opens",
            at=f"{at:%H:%M}" if at.date() == local_day(self.state.clock or at) else f"{at:%m-%d %H:%M}",
        )

    def stopped(self, told: HallRecord | ZoneRecord | ServiceRecord, most: int = REASON) -> str:
        """Why it is stopped: the hall's own words in the visitor's language, or what was typed, cut to what its place holds."""
        if self.language == "en" and told.stopped_en:
            return short(told.stopped_en, 2 * most)  # two letters take the room of one sign
        return short(told.stopped, most)

    def class_note(self, ticket: Ticket) -> str:
        """What becomes of a class that was asked for."""
        if ticket.class_state == "none":
            return ""
        return self.say(f"class_{ticket.class_state}")

    def place(self, ticket: Ticket) -> str:
        """Where to wait."""
        zone = self.state.zone(ticket.zone)
        letter = zone.letter if zone else ticket.number[:1]
        windows = zone.windows if zone else ""
        return self.say("place" if windows else "place_zone", letter=letter, windows=windows)

    def left(self, until: float) -> int:
        """Whole seconds until then."""
        return max(0, math.ceil(until - self.state.now))

    def rule(self, trouble: Problem | Trouble) -> str:
        """A rule's own sentence; empty for what only concerns programs."""
        code = CODES.get(trouble.code)
        if code is None or code.fault != "rule":
            return ""
        return _filled(self.of(code.text), dict(trouble.detail))


def short(reason: str | None, most: int) -> str:
    """A reason that somebody typed, cut to what the place for it holds."""
    reason = (reason or "").strip()
    return reason if len(reason) <= most else f"{reason[: most - 1]}…"


def _filled(sentence: str, detail: dict[str, object]) -> str:
    try:
        return sentence.format_map(detail)
    except KeyError:
        return ""
