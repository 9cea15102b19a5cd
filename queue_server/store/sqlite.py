"""A hall in one SQLite file."""

import os
import secrets
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Engine, Table, func
from sqlalchemy.dialects import sqlite as dialect
from sqlalchemy.dialects.sqlite import insert

from queue_server.store import schema
from queue_server.store.connection import BUSY_MS, connect, engine, reader, roll_back
from queue_server.store.database import Database
from queue_server.store.row import Row
from queue_server.store.statement import Connection, Cursor, Put, Statements
from queue_server.store.table import TableStore

AT_ONCE = 64
"""Rows of one statement: with the widest table far below the 32,766 parameters that SQLite takes since 3.32."""


class SqliteStatements(Statements):
    """SQL with `?`. Rows are written many at a time."""

    def __init__(self) -> None:
        super().__init__(dialect.dialect(paramstyle="qmark"), insert)

    def part(self, column: ColumnElement[str], name: str) -> ColumnElement[Any]:
        """By SQLite's own JSON."""
        return func.json_extract(column, f"$.{name}")

    def readable(self, connection: Connection, after: int, last: int) -> ColumnElement[bool]:  # noqa: ARG002 - asked of each row
        """As SQLite says."""
        return func.json_valid(schema.event.c.body) == 1

    def _put(self, table: Table, insert: str) -> Put:  # noqa: ARG002 - the statement says it all
        def put(connection: Connection, rows: Sequence[Row]) -> list[Cursor]:
            """Write rows in order, in as few statements as can be.

            The driver lets other threads run during each statement, and getting back in is what costs.
            """
            return [
                connection.execute(many(insert, len(some)), list(chain.from_iterable(some)))
                for some in (rows[first : first + AT_ONCE] for first in range(0, len(rows), AT_ONCE))
            ]

        return put


@cache
def many(statement: str, count: int) -> str:
    """An INSERT of `count` rows at once, their parameters one row after the other."""
    before, place, after = statement.partition(" VALUES ")
    row, closing, rest = after.partition(")")
    return f"{before}{place}{', '.join([row + closing] * count)}{rest}"


class Sqlite(Database):
    """A file, with its write-ahead log beside it."""

    sql = SqliteStatements()
    fault = sqlite3.Error
    READ, WRITE = "BEGIN", "BEGIN IMMEDIATE"

    def __init__(self, path: Path) -> None:
        """The file `path`, whose folder exists before anything is opened."""
        self.path = path

    def __str__(self) -> str:
        return str(self.path)

    def exists(self) -> bool:
        """Whether there is a file."""
        return self.path.exists()

    def writer(self) -> sqlite3.Connection:
        """A connection that commits durably.

        When it is opened, the log file is written back into the database and synced: after a crash or a failed sync it may hold a
        transaction that can be read but is not on disk, and nothing may be answered from that.
        """
        made = connect(self.path)
        try:
            busy, length, moved = made.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy and not moved == length >= 0:  # a reader may hold up the truncation, but nothing else
                raise sqlite3.OperationalError("the write-ahead log is busy")
        except BaseException:
            made.close()
            raise
        return made

    def reader(self) -> sqlite3.Connection:
        """A connection that only reads."""
        return reader(self.path)

    def settled(self) -> sqlite3.Connection:
        """As `reader`; what a process that was killed left in the log, and `writer` has no room to write back, is synced first."""
        log = self.path.with_name(f"{self.path.name}-wal")
        with suppress(FileNotFoundError):
            file = os.open(log, os.O_RDWR | os.O_CLOEXEC)
            try:
                os.fsync(file)
            finally:
                os.close(file)
        return self.reader()

    def snapshot(self, file: Path) -> None:
        """Write everything into another file, without what was deleted, in one statement that reads one moment."""
        connection = self.reader()
        try:
            connection.execute("PRAGMA query_only=OFF")  # it would keep the other file from being written too
            connection.execute("VACUUM INTO ?", (str(file),))
        finally:
            connection.close()

    def scrub(self, connection: Any) -> bool:
        """Write the write-ahead log back and cut it: what was deleted is zeros in the file by then, and still stands in the log."""
        connection.execute("PRAGMA busy_timeout=0")
        try:
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        return not busy

    def engine(self, *, reads: bool = False) -> Engine:
        """An engine whose transactions are IMMEDIATE, unless it only `reads`."""
        return engine(self.path, reads=reads)

    def roll_back(self, connection: Any) -> None:
        """Undo what an open transaction wrote."""
        roll_back(connection)


class SqliteStore(TableStore):
    """A store in one file."""

    def __init__(self, path: Path, *, draw: Callable[[], str] = lambda: secrets.token_urlsafe(12)) -> None:
        """A store in the file `path`, whose folder exists. `draw` makes the epoch of a new one."""
        super().__init__(Sqlite(path), draw=draw)
        self.path = path
