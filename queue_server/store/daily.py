"""Days in numbers: counted from tickets once a day is over, kept in a table of their own, and read from there."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from queue_server.engine.version import hall_of
from queue_server.flow.port import Unavailable
from queue_server.store import schema
from queue_server.store.database import Database
from queue_server.store.hall import marks
from queue_server.store.row import ticket_of, version_of
from queue_server.views.daily import Cell, cells
from queue_server.wire.ids import ServiceId, ZoneId

AGAIN = timedelta(days=7)
"""A day is counted anew for so long: what was called on it may end, and be rated, later."""
COUNTED = "counted"
"""The mark of the last day that is counted."""
_json = msgspec.json.Encoder()
_cell = msgspec.json.Decoder(Cell)


def count(database: Database, today: date) -> list[date]:
    """Count every day before `today` that is not counted yet or may still have changed; which these were.

    It may be done any number of times, also while a server runs, and comes to the same. Raises Unavailable.
    """
    daily, mark = schema.daily, schema.mark
    try:
        connection = database.reader()
        try:
            before = marks(connection, database.sql).get(COUNTED)
            since = "" if before is None else (date.fromisoformat(before) - AGAIN).isoformat()
            zones = _zones(connection, database)
            done = []
            for day in _days(connection, database, since, today):
                rows = [_row(day, cell) for cell in _cells(connection, database, day, zones)]
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


def now(database: Database, day: date) -> list[Cell]:
    """A day as its tickets say now, counted or not. Raises Unavailable."""
    try:
        connection = database.reader()
        try:
            with database.transaction(connection, database.READ):
                return _cells(connection, database, day, _zones(connection, database))
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


def _cells(connection: Any, database: Database, day: date, zones: Mapping[ServiceId, ZoneId]) -> list[Cell]:
    rows = connection.execute(database.sql.tickets_of_day, (day.isoformat(),))
    return cells(map(ticket_of, rows), zones.get)


def _zones(connection: Any, database: Database) -> dict[ServiceId, ZoneId]:
    """The zone of every service that ever was, as the newest version that has it says."""
    query = database.sql.sql(select(schema.version).order_by(schema.version.c.n))
    return {
        service.id: service.zone
        for row in connection.execute(query).fetchall()
        for service in hall_of(version_of(row).document).services
    }


def _row(day: date, cell: Cell) -> dict[str, Any]:
    names = ("zone", "service", "window", "clerk", "hour")
    return dict(zip(names, cell.key, strict=True)) | {
        "day": day.isoformat(),
        "cell": _json.encode(cell).decode(),
    }
