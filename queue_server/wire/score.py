"""What came of the waits that tickets were told: how many were called in time, and how far off it was. Frozen and plain."""

from datetime import date, datetime

import msgspec

from queue_server.wire.ids import ServiceId


class Score(msgspec.Struct, frozen=True):
    """Of `count` tickets that were told a wait: the share called by the upper end of it, which is meant to be nine in ten.

    `error_min`: by how many minutes, on average, they waited longer or shorter than its middle course.
    """

    count: int
    in_time: float
    error_min: float


class Slot(msgspec.Struct, frozen=True):
    """Some minutes, from `at` on, in which `count` tickets were called that had been told a wait: means of what was, in minutes."""

    at: datetime
    count: int
    low_min: float
    high_min: float
    wait_min: float


class Hour(msgspec.Struct, frozen=True):
    """Told and true waits of who was called in the last hour, the oldest first; a slot in which nobody was is left out."""

    score: Score
    slots: tuple[Slot, ...]


class DayScores(msgspec.Struct, frozen=True):
    """The last day before today on which waits were told: what came of them, in all and by service."""

    day: date
    score: Score
    services: dict[ServiceId, Score]
