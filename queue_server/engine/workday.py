"""Working days: Monday to Friday but for the hall's holidays, and the days that are worked in their place (调休).

Deadlines count them as the law counts days: the day on which something happens is not counted, and the last day ends when business
does (民法典 Civil Code of the PRC, articles 201 and 203).
"""

from datetime import UTC, date, datetime, timedelta

from queue_server.engine import hours
from queue_server.engine.hall import Hall
from queue_server.wire.day import SHANGHAI, day_end, local_day

FRIDAY = 5
MOMENT = timedelta(microseconds=1)


def works(hall: Hall, day: date) -> bool:
    """Whether a day is a working day, also if the hall opens on others."""
    weekday = hall.weekday(day)
    return weekday is not None and weekday <= FRIDAY


def after(hall: Hall, at: datetime, count: int) -> datetime:
    """The end of the `count`-th working day after the local day of an instant: when the hall's last service hours of it end.

    Midnight where the hall has no hours on that day, or all day. `count` is at least 1. A calendar without working days for
    a year's length counts every day from there on: a deadline is never nowhere.
    """
    day, left, idle = local_day(at), count, 0
    while left:
        day += timedelta(days=1)
        idle += 1
        if works(hall, day) or idle > hours.AHEAD:
            left, idle = left - 1, 0
    return ends(hall, day)


def ends(hall: Hall, day: date) -> datetime:
    """When business ends on a day, in UTC."""
    spans = hours.of_hall(hall, day).service
    if not spans:
        return day_end(day)
    return datetime.combine(day, spans[-1].end, SHANGHAI).astimezone(UTC)


def between(hall: Hall, since: datetime, until: datetime) -> int:
    """Working days after the local day of `since` up to that which `until` is in or ends; negative where that is before."""
    first, last = local_day(since), local_day(until - MOMENT)
    if last < first:
        return -_count(hall, last, first)
    return _count(hall, first, last)


def _count(hall: Hall, first: date, last: date) -> int:
    return sum(works(hall, first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
