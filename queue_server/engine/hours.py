"""When tickets are issued and when windows serve: calendars with their seasons, holidays and make-up working days.

A service goes by its own calendar, else by its zone's, else by the hall's; a hall without one has the same hours every day, or is
always open. Closing stops the taking of tickets and nothing else: whoever has one is still served.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import msgspec

from queue_server.engine.calendar import Span
from queue_server.engine.hall import Hall
from queue_server.wire.day import SHANGHAI, local
from queue_server.wire.ids import ServiceId, ZoneId

AHEAD = 366
"""Days in which the next opening is looked for."""


class Hours(msgspec.Struct, frozen=True, dict=True):
    """The hours of one day; None is all day, and no spans at all is a day on which nothing is open.

    The texts are as a notice says them, "08:30-12:00 13:30-17:00".
    """

    tickets: tuple[Span, ...] | None
    service: tuple[Span, ...] | None

    @cached_property
    def tickets_text(self) -> str | None:
        """When tickets are issued; empty for a day without any, None for all day."""
        return _text(self.tickets)

    @cached_property
    def service_text(self) -> str | None:
        """When windows serve, likewise."""
        return _text(self.service)


def _text(spans: tuple[Span, ...] | None) -> str | None:
    return None if spans is None else " ".join(map(str, spans))


ALWAYS = Hours(None, None)
CLOSED = Hours((), ())


def of_hall(hall: Hall, day: date) -> Hours:
    """When some ticket can be taken on a day, and when some service is served."""
    return _hours(hall, hall.calendars_in[None], day)


def of_zone(hall: Hall, zone: ZoneId, day: date) -> Hours:
    """The same of the services of a zone."""
    return _hours(hall, hall.calendars_in[zone], day)


def of_service(hall: Hall, service: ServiceId, day: date) -> Hours:
    """A service's hours on a day."""
    return _hours(hall, hall.calendar_of[service], day)


def _hours(hall: Hall, calendars: frozenset[str | None], day: date) -> Hours:
    """The hours of calendars together, remembered: asked for every ticket, and another answer only the next day."""
    found = hall.hours.get((calendars, day))
    if found is None:
        each = [_read(hall, calendar, day) for calendar in calendars]
        found = Hours(_merged([one.tickets for one in each]), _merged([one.service for one in each]))
        hall.hours[calendars, day] = found
    return found


def _merged(parts: list[tuple[Span, ...] | None]) -> tuple[Span, ...] | None:
    """Every time at which one of some is open."""
    if None in parts:
        return None
    merged: list[Span] = []
    for span in sorted((span for part in parts for span in part or ()), key=lambda span: span.start):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def _read(hall: Hall, calendar: str | None, day: date) -> Hours:
    if calendar is None:
        daily = hall.rules.hours
        return Hours(daily, daily) if daily else ALWAYS
    weekday = hall.weekday(day)
    if weekday is None:
        return CLOSED
    seasons = hall.calendar[calendar].seasons
    season = next((season for season in seasons if season.holds(day, weekday)), None)
    return CLOSED if season is None else Hours(season.tickets, season.service)


def open_at(hall: Hall, service: ServiceId, at: datetime) -> bool:
    """Whether tickets for a service are issued at an instant, as far as the hours go."""
    there = local(at)
    spans = of_service(hall, service, there.date()).tickets
    if spans is None:
        return True
    clock = there.time()
    return any(span.start <= clock < span.end for span in spans)


def opens(hall: Hall, service: ServiceId, at: datetime) -> datetime | None:
    """When tickets for a service that is closed are issued next, on the hall's wall clock; None if not within a year."""
    today = local(at).date()
    for day in (today + timedelta(days=n) for n in range(AHEAD)):
        for span in of_service(hall, service, day).tickets or ():
            start = datetime.combine(day, span.start, SHANGHAI)
            if start > at:
                return start
    return None


def closed(hall: Hall, at: datetime) -> Mapping[ServiceId, datetime | None]:
    """Every service that its hours close at an instant, and when it opens next. Remembered: asked often between two turns."""
    found = hall.closed.get(at)
    if found is None:
        shut = [id_ for id_ in hall.service if not open_at(hall, id_, at)]
        hall.closed.clear()
        found = hall.closed[at] = {id_: opens(hall, id_, at) for id_ in shut}
    return found


def turns(hall: Hall, day: date) -> Iterator[datetime]:
    """Every instant of a day at which some hours begin or end, in UTC as all times are kept."""
    for calendar in hall.calendars_in[None]:
        hours = _read(hall, calendar, day)
        for span in {*(hours.tickets or ()), *(hours.service or ())}:
            for clock in (span.start, span.end):
                yield datetime.combine(day, clock, SHANGHAI).astimezone(UTC)
