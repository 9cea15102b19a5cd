"""Whether the glass is dark: at hours of its own, or while the hall is closed by its hours, but for a margin before and after them.

It is never dark while tickets can be had, nor where somebody stopped the issuing or nothing is left: whoever comes is to read that.
The noon break is no night. Pure.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from queue_server.wire.day import local
from queue_server.wire.view import HallRecord


@dataclass(frozen=True)
class Night:
    """When the glass may be dark. None and nothing: never."""

    margin_min: int | None = None
    """So long after the hall's last ticket hours of a day, until so long before the next."""
    hours: tuple[str, ...] = ()
    """Local hours ("21:00-06:30"), over midnight too."""


def dark(night: Night, hall: HallRecord | None, clock: datetime | None) -> bool:
    """Whether it is night for the glass. Never while nobody has told the time."""
    if clock is None or (hall is not None and hall.issuing):
        return False
    if any(_within(span, f"{local(clock):%H:%M}") for span in night.hours):
        return True
    if hall is None or hall.why != "closed" or night.margin_min is None:
        return False
    return _closed(hall, clock, timedelta(minutes=night.margin_min))


def _within(span: str, now: str) -> bool:
    begins, _, ends = span.partition("-")
    return begins <= now < ends if begins < ends else now >= begins or now < ends


def _closed(hall: HallRecord, clock: datetime, margin: timedelta) -> bool:
    """Whether neither the last hours are just over nor the next ones near. A day without hours is night until they are."""
    if hall.opens is not None and clock >= hall.opens - margin:
        return False
    spans = (hall.hours or "").split()
    if not spans:
        return True
    at = local(clock)
    first, last = _at(at, spans[0].partition("-")[0]), _at(at, spans[-1].partition("-")[2])
    return at < first - margin or at >= last + margin


def _at(day: datetime, clock: str) -> datetime:
    """A time of the same local day."""
    hour, minute = (int(part) for part in clock.split(":"))
    return day.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(hours=hour, minutes=minute)
