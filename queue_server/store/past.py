"""A day as it stands in the store: the hall of that day, its tickets, and its part of the log."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from queue_server.engine.event import Event, decode
from queue_server.engine.hall import Hall
from queue_server.engine.ticket import Ticket
from queue_server.engine.version import hall_of
from queue_server.flow.port import Unavailable
from queue_server.store import anchor
from queue_server.store.database import Database
from queue_server.store.row import ticket_of, time, version_of
from queue_server.store.segment import PAGE, BadSegment, rows, sealed
from queue_server.wire.day import day_end, day_start


def hall(database: Database, day: date) -> Hall | None:
    """The hall as it was published last before a day's end, or the first one ever; None where none was. Raises Unavailable."""
    found = None
    for row in _read(database, database.sql.versions, (2**31 - 1,)):
        version = version_of(row)
        found = version
        if version.at < day_end(day):
            break
    return None if found is None else hall_of(found.document)


def tickets(database: Database, day: date) -> list[Ticket]:
    """The tickets of a day. Raises Unavailable."""
    return [ticket_of(row) for row in _read(database, database.sql.tickets_of_day, (day.isoformat(),))]


def events(database: Database, segments: Path, day: date) -> Iterator[tuple[datetime, Event]]:
    """What happened on a day, in order, from the table or from the file of a sealed month.

    Raises Unavailable, also where the file is gone or is not what was sealed.
    """
    for _, at, event in dated(database, segments, day):
        yield at, event


def dated(database: Database, segments: Path, day: date) -> Iterator[tuple[int, datetime, Event]]:
    """The same, each with its seq."""
    begin, end = day_start(day), day_end(day)
    for row in _rows(database, segments, day):
        at = time(row[1])
        if at >= end:
            return
        if at >= begin:
            yield row[0], at, decode(row[5])


def _rows(database: Database, segments: Path, day: date) -> Iterator[Any]:
    try:
        connection = database.reader()
        try:
            for segment in sealed(connection, database):
                if segment.month == f"{day:%Y-%m}":
                    yield from rows(segments, segment)
                    return
            before = anchor.before(database, day_start(day))
            after = 0 if before is None else before.seq
            while page := connection.execute(database.sql.events, (after, PAGE)).fetchall():
                yield from page
                after = page[-1][0]
        finally:
            connection.close()
    except (database.fault, BadSegment) as error:
        raise Unavailable(f"cannot read the log of {day} in {database}: {error}") from error


def _read(database: Database, query: str, parameters: tuple[Any, ...]) -> list[Any]:
    try:
        connection = database.reader()
        try:
            found: list[Any] = connection.execute(query, parameters).fetchall()
            return found
        finally:
            connection.close()
    except database.fault as error:
        raise Unavailable(f"cannot read {database}: {error}") from error
