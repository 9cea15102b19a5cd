"""Days in numbers: counted from tickets and log once a day is over, kept in a table of their own, and read from there."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from queue_server.engine.hall import Hall
from queue_server.engine.version import Version, hall_of
from queue_server.flow.port import Unavailable
from queue_server.store import past, schema
from queue_server.store.database import Database
from queue_server.store.hall import marks
from queue_server.store.row import ticket_of, version_of
from queue_server.store.segment import BadSegment
from queue_server.views.attended import attended
from queue_server.views.daily import Cell, Promised, cells, together, unknown
from queue_server.wire.day import day_end
from queue_server.wire.ids import ServiceId, WindowId, ZoneId

AGAIN = timedelta(days=7)
"""A day is counted anew for so long: what was called on it may end, and be rated, later."""
COUNTED = "counted.2"
"""The mark of the last day that is counted, by its form: where more is counted of a day, every day is counted once more."""
_json = msgspec.json.Encoder()
_cell = msgspec.json.Decoder(Cell)


def count(database: Database, today: date, segments: Path | None = None) -> list[date]:
    """Count every day before `today` that is not counted yet or may still have changed; which these were.

    It may be done any number of times, also while a server runs, and comes to the same. `segments` is where sealed months are: of
    those that are not there calls and windows' times are not known. Raises Unavailable.
    """
    daily, mark = schema.daily, schema.mark
    try:
        connection = database.reader()
        try:
            before = marks(connection, database.sql).get(COUNTED)
            since = "" if before is None else (date.fromisoformat(before) - AGAIN).isoformat()
            halls = _Halls(connection, database)
            done = []
            for day in _days(connection, database, since, today):
                made = _cells(connection, database, day, halls, segments, day_end(day))
                rows = [_row(day, cell) for cell in made]
                with database.engine().begin() as writing:
                    writing.execute(delete(daily).where(daily.c.day == day.isoformat()))
                    writing.execute(insert(daily), rows)
                    writing.execute(delete(mark).where(mark.c.key == COUNTED))
                    writing.execute(insert(mark), {"key": COUNTED, "value": day.isoformat()})
                done.append(day)
            return done
        finally:
            connection.close()
    except (database.fault, SQLAlchemyError) as error:
        raise Unavailable(f"cannot count days in {database}: {error}") from error


def counted(database: Database, since: date, until: date) -> dict[date, list[Cell]]:
    """The counted days from one to another, both among them. Raises Unavailable."""
    daily = schema.daily.c
    query = database.sql.sql(
        select(daily.day, daily.cell)
        .where(daily.day >= bindparam("since"), daily.day <= bindparam("until"))
        .order_by(*schema.daily.primary_key.columns)
    )
    found: dict[date, list[Cell]] = {}
    for day, cell in _read(database, query, since.isoformat(), until.isoformat()):
        found.setdefault(date.fromisoformat(day), []).append(_cell.decode(cell))
    return found


def now(
    database: Database, day: date, segments: Path | None = None, at: datetime | None = None
) -> list[Cell]:
    """A day as its tickets and its log say, counted or not; who sits at a window does so until `at`. Raises Unavailable."""
    until = day_end(day) if at is None else min(at, day_end(day))
    try:
        connection = database.reader()
        try:
            with database.transaction(connection, database.READ):
                return _cells(connection, database, day, _Halls(connection, database), segments, until)
        finally:
            connection.close()
    except database.fault as error:
        raise Unavailable(f"cannot read {database}: {error}") from error


def period(
    database: Database, since: date, until: date, at: datetime, segments: Path | None = None
) -> Iterator[tuple[date, list[Cell]]]:
    """The days with tickets from one to another, both among them, each as its closing report tells it `at` that time.

    Days that cannot change any more are as they were counted, later ones as they are now. Raises Unavailable.
    """
    try:
        connection = database.reader()
        try:
            mark = marks(connection, database.sql).get(COUNTED)
            days = list(_days(connection, database, since.isoformat(), until + timedelta(days=1)))
            halls = _Halls(connection, database)
            kept = min(until, date.fromisoformat(mark) - AGAIN) if mark is not None else None
            found = {} if kept is None else counted(database, since, kept)
            for day in days:
                if day in found:
                    yield day, found[day]
                else:
                    end = min(at, day_end(day))
                    yield day, _cells(connection, database, day, halls, segments, end)
        finally:
            connection.close()
    except database.fault as error:
        raise Unavailable(f"cannot read {database}: {error}") from error


def _read(database: Database, query: str, *parameters: Any) -> list[Any]:
    try:
        connection = database.reader()
        try:
            rows: list[Any] = connection.execute(query, parameters).fetchall()
            return rows
        finally:
            connection.close()
    except database.fault as error:
        raise Unavailable(f"cannot read {database}: {error}") from error


def _days(connection: Any, database: Database, since: str, today: date) -> Iterator[date]:
    """Days with tickets from one on until before today, in order. The key begins with the day: each is one look."""
    ticket = schema.ticket.c
    query = database.sql.sql(select(ticket.day).where(ticket.day >= bindparam("day")).order_by(ticket.day))
    while True:
        row = connection.execute(f"{query} LIMIT 1", (since,)).fetchone()
        if row is None or row[0] >= today.isoformat():
            return
        day = date.fromisoformat(row[0])
        yield day
        since = (day + timedelta(days=1)).isoformat()


class _Halls:
    """The hall as it was from day to day."""

    def __init__(self, connection: Any, database: Database) -> None:
        query = database.sql.sql(select(schema.version).order_by(schema.version.c.n))
        self._versions: list[Version] = [version_of(row) for row in connection.execute(query).fetchall()]

    @cached_property
    def _zones(self) -> tuple[dict[ServiceId, ZoneId], dict[WindowId, ZoneId]]:
        services: dict[ServiceId, ZoneId] = {}
        windows: dict[WindowId, ZoneId] = {}
        for each in self._versions:
            hall = hall_of(each.document)
            services |= {service.id: service.zone for service in hall.services}
            windows |= {window.id: window.zone for window in hall.windows}
        return services, windows

    @property
    def zones(self) -> dict[ServiceId, ZoneId]:
        """The zone of every service that ever was, as the newest version that has it says."""
        return self._zones[0]

    @property
    def places(self) -> dict[WindowId, ZoneId]:
        """The zone of every window that ever was, likewise."""
        return self._zones[1]

    def promised(self, day: date) -> Promised:
        """What was promised on a day, as the version says that was published last before its end."""
        before = [each for each in self._versions if each.at < day_end(day)] or self._versions[:1]
        if not before:
            return unknown
        hall: Hall = hall_of(before[-1].document)

        def promised(service: ServiceId, kind: str) -> timedelta | None:
            of_class = hall.promised.get(service)
            return None if of_class is None else of_class.get(kind) or of_class["ordinary"]

        return promised


def _cells(
    connection: Any, database: Database, day: date, halls: _Halls, segments: Path | None, until: datetime
) -> list[Cell]:
    rows = connection.execute(database.sql.tickets_of_day, (day.isoformat(),))
    tickets = {ticket.id: ticket for ticket in map(ticket_of, rows)}
    zones = halls.zones.get
    try:
        log = list(past.dated(database, segments or Path(), day))
    except Unavailable as error:
        if not isinstance(error.__cause__, BadSegment):
            raise
        log = []  # a month whose file is gone, or is kept elsewhere: what tickets do not say is not known any more
    worked = attended(
        log,
        lambda id_, at: tickets[id_].steps[at] if id_ in tickets and at < len(tickets[id_].steps) else None,
        zones,
        halls.places.get,
        until,
    )
    return together((*cells(tickets.values(), zones, halls.promised(day)), *worked))


def _row(day: date, cell: Cell) -> dict[str, Any]:
    names = ("zone", "service", "window", "clerk", "hour")
    return dict(zip(names, cell.key, strict=True)) | {
        "day": day.isoformat(),
        "cell": _json.encode(cell).decode(),
    }
