"""What a manager is advised and what came of it; and the commands by which that gets into the log. `command` is their door."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from queue_server.wire.field import Name, Token
from queue_server.wire.ids import ServiceId, WindowId, ZoneId
from queue_server.wire.registry import Command, command

Came = Literal["sooner", "expected", "later"]
"""Whether nine in ten of those who waited were called well before what was expected, about then, or well after."""
_Minutes = Annotated[float, msgspec.Meta(ge=0)]


class AdviceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One more window for a zone, as it was advised today at `at`, when so many were `waiting` there.

    `clerk` is who is free to sit there (None: the hall knows of nobody in particular), `leaves` the window at which they sit idle.
    Minutes are those within which nine in ten of the waiting are called: `p90_min` if nothing changes (None: too few ever are),
    `then_min` with the window. `done_at` is when a window opened in time that serves the zone, `done_window` which. `came_min` is
    what came of it for the `came_of` who waited then and were called; `came_of` is None while some still wait.
    """

    id: str = ""
    """Empty where it is told and is not entered yet."""
    at: datetime
    zone: ZoneId
    window: WindowId
    clerk: str | None = None
    clerk_name: str | None = None
    leaves: WindowId | None = None
    waiting: int
    p90_min: float | None
    then_min: float
    done_at: datetime | None = None
    done_window: WindowId | None = None
    came_min: float | None = None
    came_of: int | None = None
    came: Came | None = None


class AdvicesRecord(msgspec.Struct, frozen=True):
    """What was advised today, oldest first."""

    advices: tuple[AdviceRecord, ...] = ()


class LateRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A zone that will probably not be done when its windows close: so many `tickets` that wait now will not have been served by
    then, the last of them about `late_min` minutes after; None where some are not served at all as it is.
    """

    zone: ZoneId
    closes_at: datetime
    tickets: int
    late_min: float | None


class LessonRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A service that a window should learn. On a `day` that was played again, people waited `mean_min` for it on average, and with
    that window `then_min`; the difference is sure to within `sure_min` (95 %).
    """

    day: date
    window: WindowId
    service: ServiceId
    mean_min: float
    then_min: float
    sure_min: float


class CounselRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What managers are advised now, best first, as it was thought of `at`; None: of nothing is anything known now."""

    at: datetime | None = None
    opens: tuple[AdviceRecord, ...] = ()
    late: tuple[LateRecord, ...] = ()
    lessons: tuple[LessonRecord, ...] = ()
    """What windows should learn, as the last day before today tells, best first."""
    today: tuple[AdviceRecord, ...] = ()
    """What was advised today and what came of it, oldest first; on the feed that is a record of its own."""


@command("advice.give", None, "clock")
class GiveAdvice(Command, frozen=True):
    """Enter into the log that managers are advised to open one more window for a zone, and what is expected of it.

    What was said of that window less than half an hour ago is not said again.
    """

    zone: ZoneId
    window: WindowId
    waiting: Annotated[int, msgspec.Meta(ge=1)]
    then_min: _Minutes
    p90_min: _Minutes | None = None
    clerk: Name | None = None
    leaves: WindowId | None = None


@command("advice.prove", None, "clock")
class ProveAdvice(Command, frozen=True):
    """Enter into the log what came of an advice: within how many minutes nine in ten of so many were called who waited then."""

    advice: Token
    came_of: Annotated[int, msgspec.Meta(ge=0)]
    came_min: _Minutes | None = None
