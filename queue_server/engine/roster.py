"""The duty roster: who should be at a window when. What is written for a day counts before what is written for its weekday."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time

import msgspec

from queue_server.engine.calendar import Days, Span
from queue_server.engine.hall import Duty, Hall
from queue_server.wire.day import SHANGHAI, local
from queue_server.wire.ids import WindowId


class Post(msgspec.Struct, frozen=True):
    """Who should be at a window now, and whether they have their break."""

    clerk: str
    on_break: bool


def of_day(hall: Hall, day: date) -> tuple[Duty, ...]:
    """The duties of a day. A duty of its weekday gives way to one of that very day for the same window or the same clerk.

    On a holiday nobody is on duty but who is written for that one day; a make-up working day counts as its weekday.
    """
    found = hall.duties.get(day)
    if found is None:
        found = hall.duties[day] = _of_day(hall, day)
    return found


def _of_day(hall: Hall, day: date) -> tuple[Duty, ...]:
    weekday = hall.weekday(day)
    dated = [duty for duty in hall.roster if _holds(duty.days, day, holiday=weekday is None)]
    windows, clerks = {duty.window for duty in dated}, {duty.clerk for duty in dated}
    weekly = [
        duty
        for duty in hall.roster
        if weekday in duty.days.weekdays and duty.window not in windows and duty.clerk not in clerks
    ]
    return (*dated, *weekly)


def _holds(days: Days, day: date, *, holiday: bool) -> bool:
    if days.first is None or days.last is None:
        return False
    return days.first == days.last == day if holiday else days.first <= day <= days.last


def posts(hall: Hall, at: datetime) -> Mapping[WindowId, Post]:
    """Who should be at which window at an instant. Remembered: asked often between two turns of the hours."""
    found = hall.posts.get(at)
    if found is None:
        there = local(at)
        clock = there.time()
        hall.posts.clear()
        found = hall.posts[at] = {
            duty.window: Post(duty.clerk, on_break=_within(duty.breaks, clock))
            for duty in of_day(hall, there.date())
            if _within(duty.hours, clock)
        }
    return found


def _within(spans: tuple[Span, ...], clock: time) -> bool:
    return any(span.start <= clock < span.end for span in spans)


def turns(hall: Hall, day: date) -> Iterator[datetime]:
    """Every instant of a day at which somebody's duty or break begins or ends."""
    for span in {span for duty in of_day(hall, day) for span in (*duty.hours, *duty.breaks)}:
        for clock in (span.start, span.end):
            yield datetime.combine(day, clock, SHANGHAI).astimezone(UTC)
