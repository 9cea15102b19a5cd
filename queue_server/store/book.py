"""The event log as it is looked up: some days of it, found without reading the rest, whether they are in the table or sealed.

Everything is chosen by the database itself, which lets other threads run meanwhile: only what is wanted is made into Python's own.
A sealed month is read from its file into a table of its own in memory, and asked the same.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select

from queue_server.engine.ticket import Ticket
from queue_server.flow.port import Unavailable
from queue_server.store import anchor, schema
from queue_server.store.database import Database
from queue_server.store.row import Row, stamp, ticket_of
from queue_server.store.segment import BadSegment, Segment, rows, sealed
from queue_server.store.sqlite import Sqlite
from queue_server.store.statement import Statements
from queue_server.wire.day import day_end, day_start

AT_ONCE = 1000
"""Ids that are asked for in one statement."""
_event, _ticket = schema.event.c, schema.ticket.c


class Sealed(Exception):
    """The day is in the file of a sealed month, which is not read here: `segment`."""

    def __init__(self, segment: Segment) -> None:
        super().__init__(segment.name)
        self.segment = segment


class Gone(Exception):
    """The day was in the file of a sealed month that is not here any more, or is not what was sealed: `segment`."""

    def __init__(self, segment: Segment) -> None:
        super().__init__(segment.name)
        self.segment = segment


class Sought(msgspec.Struct, frozen=True):
    """What is looked for in the log; what is None is not asked for.

    Of a zone are events at its windows `windows`, of its services `services`, of the zone itself, and of the tickets `tickets`.
    A body that somebody changed into no JSON is of none.
    """

    actor: str | None = None
    command: str | None = None
    window: str | None = None
    zone: str | None = None
    windows: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()


class Book:
    """The events with after < seq <= `last`; rows are as in the table `event`. Made by `opened`."""

    def __init__(self, connection: Any, sql: Statements, after: int, last: int) -> None:
        self._connection, self._sql, self._after, self._last = connection, sql, after, last
        self._readable: ColumnElement[bool] | None = None

    def entries(self, sought: Sought, before: int | None, limit: int) -> list[Row]:
        """What is looked for, newest first, with a seq below `before`."""
        last = self._last if before is None else min(before - 1, self._last)
        found = select(schema.event).where(*self._within(last), *self._where(sought))
        return self._all(found.order_by(_event.seq.desc()).limit(limit))

    def count(self, sought: Sought) -> int:
        """How many these are altogether."""
        counted = select(func.count()).select_from(schema.event)
        (found,) = self._all(counted.where(*self._within(self._last), *self._where(sought)))
        return int(found[0])

    def commands(self) -> list[str]:
        """The commands that there were, in alphabetical order."""
        found = select(_event.command).distinct().where(*self._within(self._last))
        return sorted(row[0] for row in self._all(found))

    def calls(self) -> int:
        """How many calls there were."""
        counted = select(func.count()).select_from(schema.event)
        (found,) = self._all(counted.where(*self._within(self._last), _begins("called")))
        return int(found[0])

    def called(self, first: int, before: int, window: str) -> int:
        """How many of them were at a window, from a seq on and before another."""
        counted = select(func.count()).select_from(schema.event)
        between = (_event.seq >= first, _event.seq < before)
        at_window = (_begins("called"), _is("window", window))
        (found,) = self._all(counted.where(*self._within(self._last), *between, *at_window))
        return int(found[0])

    def skips(self) -> list[Row]:
        """The calls that passed somebody over, and what else tells of them: undone steps, classes that were changed. In order."""
        wanted = or_(
            and_(_begins("called"), _has('"skipped":')),
            _begins("undone"),
            _begins("classified"),
        )
        return self._all(select(schema.event).where(*self._within(self._last), wanted).order_by(_event.seq))

    def of_ticket(self, id_: str) -> list[Row]:
        """All that names a ticket, in order."""
        named = _has(msgspec.json.encode(id_).decode())
        return self._all(select(schema.event).where(*self._within(self._last), named).order_by(_event.seq))

    def _within(self, last: int) -> tuple[ColumnElement[bool], ...]:
        return _event.seq > self._after, _event.seq <= last

    def _where(self, sought: Sought) -> Iterator[ColumnElement[bool]]:
        if sought.actor is not None:
            yield or_(
                _event.actor == sought.actor, _event.actor.endswith(f":{sought.actor}", autoescape=True)
            )
        if sought.command is not None:
            yield _event.command == sought.command
        if sought.window is not None:
            yield _is("window", sought.window)
        if sought.zone is not None:
            if self._readable is None:
                self._readable = self._sql.readable(self._connection, self._after, self._last)
            of_zone = or_(
                _is("zone", sought.zone),
                *(_is("window", each) for each in sought.windows),
                *(_is("service", each) for each in sought.services),
                *(
                    self._sql.part(_event.body, "ticket").in_(sought.tickets[at : at + AT_ONCE])
                    for at in range(0, len(sought.tickets), AT_ONCE)
                ),
            )
            # CASE, not AND: a database may look at either side of AND first, and fail on what it cannot read.
            yield case((self._readable, of_zone), else_=false())

    def _all(self, statement: Select[Any]) -> list[Row]:
        found: list[Row] = self._connection.execute(*self._sql.bound(statement)).fetchall()
        return found


@contextmanager
def opened(database: Database, since: date, until: date, segments: Path | None = None) -> Iterator[Book]:
    """The log from the day `since` to the day `until`, both in it.

    Days of sealed months are read from their files in the folder `segments`: that takes seconds for each month. Without it they
    raise Sealed; where the file is not there, or not what was sealed, Gone. Raises Unavailable if the database cannot be read.
    """
    try:
        connection = database.reader()
        try:
            kept = sealed(connection, database)
            old = [each for each in kept if each.month >= f"{since:%Y-%m}" and each.until > since]
            old = [each for each in old if each.month <= f"{until:%Y-%m}"]
            if old and segments is None:
                raise Sealed(old[0])
            begin, end = anchor.before(database, day_start(since)), anchor.before(database, day_end(until))
            first = 0 if begin is None else begin.seq
            last = 0 if end is None else end.seq
            if not old:
                yield Book(connection, database.sql, first, last)
                return
            with _scratch(connection, database, old, segments, since, until) as scratch:
                yield Book(scratch, Sqlite.sql, 0, 2**62)
        finally:
            connection.close()
    except (database.fault, sqlite3.Error) as error:
        raise Unavailable(f"cannot read the log in {database}: {error}") from error


@contextmanager
def _scratch(
    connection: Any,
    database: Database,
    old: Sequence[Segment],
    segments: Path | None,
    since: date,
    until: date,
) -> Iterator[sqlite3.Connection]:
    """The days in a table in memory: what is sealed, and behind it what is still in the database."""
    assert segments is not None
    made = sqlite3.connect(":memory:", isolation_level=None)
    try:
        made.execute(
            "CREATE TABLE event (seq INTEGER PRIMARY KEY, at TEXT, actor TEXT, command TEXT, version INTEGER, body TEXT,"
            " prev_hash BLOB, hash BLOB)"
        )
        begin, end = stamp(day_start(since)), stamp(day_end(until))
        for segment in old:
            if segment.gone_at is not None or not (segments / segment.name).exists():
                raise Gone(segment)
            try:
                _put(made, (row for row in rows(segments, segment) if begin <= row[1] < end))
            except BadSegment as bad:
                raise Gone(segment) from bad
        beyond = select(schema.event).where(_event.seq > old[-1].last, _event.at >= begin, _event.at < end)
        if until >= old[-1].until:
            _put(made, connection.execute(*database.sql.bound(beyond.order_by(_event.seq))))
        yield made
    finally:
        made.close()


def _put(made: sqlite3.Connection, found: Iterator[Row]) -> None:
    made.execute("BEGIN")
    made.executemany("INSERT INTO event VALUES (?,?,?,?,?,?,?,?)", found)
    made.execute("COMMIT")


def of_day(database: Database, day: date, prefixes: Sequence[str]) -> list[str]:
    """The ids of a day's tickets under some letters. Raises Unavailable."""
    asked = select(_ticket.id).where(_ticket.day == day.isoformat(), _ticket.prefix.in_(prefixes))
    return [row[0] for row in _look(database, asked)]


def numbered(database: Database, day: date, number: str) -> list[Ticket]:
    """The tickets of a day with a number on their paper, or carried over from it. Raises Unavailable."""
    return _tickets(database, day, _ticket.number == number)


def known(database: Database, day: date, ids: Sequence[str]) -> list[Ticket]:
    """The tickets with some ids that were taken on a day, or carried over to it. Raises Unavailable."""
    found: list[Ticket] = []
    for at in range(0, len(ids), AT_ONCE):
        found += _tickets(database, day, _ticket.id.in_(ids[at : at + AT_ONCE]))
    return found


def _tickets(database: Database, day: date, which: ColumnElement[bool]) -> list[Ticket]:
    """By the day's own tickets, which stand together, and by those that were carried over to it, of which there is an index."""
    on = (_ticket.day == day.isoformat(), _ticket.carried == day.isoformat())
    return [
        ticket_of(row)
        for each in on
        for row in _look(database, select(schema.ticket).where(each, which).order_by(_ticket.seq))
    ]


def newest(database: Database) -> tuple[int, str, str] | None:
    """The last event's seq, time and hash. Raises Unavailable."""
    asked = select(_event.seq, _event.at, _event.hash).order_by(_event.seq.desc()).limit(1)
    found = _look(database, asked)
    return None if not found else (found[0][0], found[0][1], bytes(found[0][2]).hex())


def segments_of(database: Database) -> list[Segment]:
    """Every sealed month, in order. Raises Unavailable."""
    try:
        connection = database.reader()
        try:
            return sealed(connection, database)
        finally:
            connection.close()
    except database.fault as error:
        raise Unavailable(f"cannot read {database}: {error}") from error


def people(database: Database) -> dict[str, str]:
    """What people are called who have an account, by the name with which they sign in, and devices, by id. Raises Unavailable."""
    account, device = schema.account.c, schema.device.c
    named = (select(device.id, device.name), select(account.name, account.shown))
    return {id_: name for asked in named for id_, name in _look(database, asked)}


def document_on(database: Database, day: date) -> tuple[int, str] | None:
    """Number and document of the version of the hall that ran last on a day, or of the first there was. Raises Unavailable."""
    version = schema.version.c
    asked = select(version.n, version.document)
    before = asked.where(version.at < stamp(day_end(day))).order_by(version.n.desc()).limit(1)
    found = _look(database, before) or _look(database, asked.order_by(version.n).limit(1))
    return None if not found else (found[0][0], found[0][1])


def days_after(day: date, count: int) -> date:
    """The day so many days later."""
    return day + timedelta(days=count)


def _look(database: Database, statement: Select[Any]) -> list[Any]:
    try:
        connection = database.reader()
        try:
            found: list[Any] = connection.execute(*database.sql.bound(statement)).fetchall()
            return found
        finally:
            connection.close()
    except database.fault as error:
        raise Unavailable(f"cannot read {database}: {error}") from error


def _begins(tag: str) -> ColumnElement[bool]:
    """Events of a kind: a body begins with it."""
    return _event.body.startswith(f'{{"type":"{tag}"', autoescape=True)


def _has(text: str) -> ColumnElement[bool]:
    return _event.body.contains(text, autoescape=True)


def _is(field: str, value: str) -> ColumnElement[bool]:
    return _has(f'"{field}":{msgspec.json.encode(value).decode()}')
