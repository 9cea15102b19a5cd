"""What staff on the floor are shown: how zones are, what was rated, who needs their eye, and what was open at a cut."""

from datetime import datetime

import msgspec

from queue_server.wire.ids import ServiceId, TicketId, WindowId, ZoneId
from queue_server.wire.ticket import Text, Wait
from queue_server.wire.view import Why


class LoadRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A zone for the floor manager. Zones of one `place` stand together on the plan."""

    id: ZoneId
    letter: str
    name: Text
    short: Text
    colour: str
    place: Text | None = None
    """Where it is in the hall, "一层东侧"."""
    waiting: int
    oldest_at: datetime | None
    """When the one who has waited longest began to wait."""
    windows: int
    open: int
    busy: int
    paused: int
    issued: int
    served: int
    missed: int
    rated: tuple[int, int, int, int, int]
    """Ratings today by level, 1 to 5."""
    issuing: bool
    why: Why | None = None
    stopped: str | None = None
    stopped_en: str | None = None
    opens: datetime | None = None
    wait: Wait | None = None
    expected: tuple[datetime, ...] = ()
    """The times of today's appointments whose holders have not come."""
    amber_min: int = 15
    """From how many minutes of longest wait on it is marked, and from `red_min` as an alarm."""
    red_min: int = 30


class ObjectedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An open ticket that was handed over, for the manager: `against` are codes of what would have stood against it."""

    id: TicketId
    number: str
    zone: ZoneId
    service: ServiceId
    service_name: Text
    issued_at: datetime
    against: tuple[str, ...]


class GivenClassRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A class that staff may give. A `listed` one takes also for whom it is, or a code of the hall's list."""

    id: str
    name: Text
    listed: bool = False


class RatingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One rating, as the floor lists it and `ratings.submit` answers it."""

    step: str
    number: str
    window: WindowId | None
    zone: ZoneId
    level: int
    channel: str
    at: datetime


class LastRatings(msgspec.Struct, frozen=True):
    """The last ratings of the day, latest first."""

    ratings: tuple[RatingRecord, ...]


class IdentityRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a ticket's holder: `mask` of the name on their card, `person` for whom its class was given."""

    ticket: TicketId
    number: str
    mask: str | None = None
    person: str | None = None


class StopRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Whether tickets are issued in a scope; if not, the `reason` and, where it was said in English too, `reason_en`."""

    scope: str
    issuing: bool
    reason: str | None = None
    until: datetime | None = None
    reason_en: str | None = None


class StopsRecord(msgspec.Struct, frozen=True):
    """Where no tickets are issued by somebody's word."""

    stops: tuple[StopRecord, ...] = ()


class SlipsRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers that were reserved for slips of a zone."""

    zone: ZoneId
    made_at: datetime
    numbers: tuple[str, ...]


class CutRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What was open in the hall when its server was cut off: `at` is when the last thing happened that it knows of."""

    at: datetime | None
    waiting: int
    called: int
    serving: int
    windows: int
    """Windows that were open or paused."""
