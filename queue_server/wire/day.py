"""The local day and local hours of the hall: always Asia/Shanghai, whatever the machine's own zone is.

Times are stored and sent as aware UTC; only a day, an hour on paper and an hour on a screen are local. China keeps no summer
time since 1991, so a fixed offset is exact and needs no time zone database on a counter PC.
"""

from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Annotated

import msgspec

TimeOfDay = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""A local time of day: 07:30."""
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


@lru_cache(maxsize=64)
def local(at: datetime) -> datetime:
    """The same instant on the hall's wall clock. `at` must be aware. Remembered: one command asks for its own several times."""
    return at.astimezone(SHANGHAI)


def local_day(at: datetime) -> date:
    """The hall's calendar day at an instant."""
    return local(at).date()


def day_start(day: date) -> datetime:
    """The instant (aware UTC) at which a local day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)


def day_end(day: date) -> datetime:
    """The instant (aware UTC) at which a local day ends, which is the next one's midnight."""
    return day_start(day + timedelta(days=1))
