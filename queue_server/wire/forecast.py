"""What is expected of waits, as `/forecast` tells it."""

from datetime import datetime

import msgspec

from queue_server.wire.ids import ServiceId, TicketId
from queue_server.wire.score import DayScores, Hour
from queue_server.wire.ticket import Wait


class ExpectedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is expected of a wait, in minutes: that one in ten, half, and nine in ten are no longer; and the range that is told."""

    service: ServiceId
    class_: str = msgspec.field(name="class")
    ticket: TicketId | None = None
    """Of who waits; None: of whoever takes a ticket of this service and class now."""
    p10_min: float
    p50_min: float
    p90_min: float
    wait: Wait


class ForecastRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is expected of waits in the hall, as of business time `at`, `age_s` ago, by so many courses of the day.

    Nothing is in it of a wait that is not known. `at` is None where none is.
    """

    at: datetime | None = None
    age_s: float | None = None
    paths: int = 0
    new: tuple[ExpectedRecord, ...] = ()
    waiting: tuple[ExpectedRecord, ...] = ()
    """For staff only, as what follows."""
    hour: Hour | None = None
    last_day: DayScores | None = None
