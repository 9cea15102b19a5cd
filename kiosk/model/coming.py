"""The days after the one of which the server last told, for a kiosk that learns of them alone: their hours, and when tickets are
issued next. Holidays, weekends and make-up working days are in them, as the hall's calendar had them. Pure.
"""

from datetime import date, datetime, timedelta
from typing import TypeVar

import msgspec

from queue_server.wire.day import SHANGHAI, local_day
from queue_server.wire.view import HallRecord, ServiceRecord, ZoneRecord

_R = TypeVar("_R", HallRecord, ZoneRecord, ServiceRecord)


def hours(hall: HallRecord, day: date) -> str | None:
    """The hall's hours of a day, as a notice says them; of one that nobody told, those of the day that was told last."""
    after = (day - hall.day).days - 1
    return hall.coming[after] if 0 <= after < len(hall.coming) else hall.hours


def of_day(told: _R, hall: HallRecord | None, at: datetime | None) -> _R:
    """A record as it is by the calendar at a time. On another day than the hall's the hall's hours hold for all of it, and whatever
    was given out on the day before is there again; stops by somebody's word stay.
    """
    if hall is None or at is None or local_day(at) <= hall.day:
        return told
    if told.why == "full":
        told = msgspec.structs.replace(told, issuing=True, why=None, stopped=None, stopped_en=None)
    return msgspec.structs.replace(told, hours=hours(hall, local_day(at)))


def opens(hall: HallRecord, at: datetime) -> datetime | None:
    """When the hall issues tickets next after a time, as far as its days are known; None where they are not, or it never closes."""
    today = local_day(at)
    last = hall.day + timedelta(days=len(hall.coming))
    for day in (today + timedelta(days=n) for n in range((last - today).days + 1)):
        for span in (hours(hall, day) or "").split():
            hour, minute = (int(part) for part in span.partition("-")[0].split(":"))
            start = datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)
            if start > at:
                return start
    return None
