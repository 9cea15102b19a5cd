"""What the holder of a ticket is shown of it: on their phone, and where its paper is found again."""

from datetime import date, datetime

import msgspec

from queue_server.wire.ticket import Text, Ticket, Wait


class GuideStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a ticket as its holder reads it: what it is, what to bring, in which zone it is done and at which windows.

    `window` is the name of the one where it was called last, if it was, and `at` the letter of the zone where that stands.
    """

    service: Text
    bring: Text
    zone: Text
    letter: str
    colour: str
    windows: str
    window: Text | None = None
    at: str | None = None


class GuideRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What the holder of a ticket is told beside the ticket itself, in the order of its steps.

    `day` is the ticket's own, `today` the hall's. `until` is how long a missed call can be made good, None where it cannot be:
    within `minutes` of the miss, `reentries` times, behind so many as `behind`. `defers` is how often others may still be let
    go first, 0 while nobody would. `renew` says that who was left waiting may have a number of today.
    """

    hall: Text
    day: date
    today: date
    steps: tuple[GuideStep, ...]
    minutes: int
    behind: int
    reentries: int
    until: datetime | None = None
    defers: int = 0
    renew: bool = False


class WayRecord(msgspec.Struct, frozen=True):
    """Some of the windows that may call who waits and needs something: all, or those that have it; as far as they are open now."""

    windows: tuple[Text, ...]
    wait: Wait | None = None
    """How much longer that would take."""


class FoundRecord(msgspec.Struct, frozen=True):
    """A ticket that was found by its paper, as its holder is shown it; and both ways of one that waits and needs something."""

    ticket: Ticket
    guide: GuideRecord
    first: WayRecord | None = None
    able: WayRecord | None = None
