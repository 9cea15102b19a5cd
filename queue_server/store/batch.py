"""What one transaction writes."""

import sqlite3
from datetime import datetime

from queue_server.engine import event as log
from queue_server.engine.beside import Note
from queue_server.engine.version import Version
from queue_server.flow.port import KEEP, Unavailable, Unit
from queue_server.store import statement as sql
from queue_server.store.chain import link
from queue_server.store.row import Row, stamp, version_row
from queue_server.wire.ids import WindowId


class OutOfStep(Unavailable):
    """Events that do not follow the last one in the log: nothing of them was written."""


class Batch:
    """The rows of one transaction, gathered before it begins so that it is short."""

    def __init__(self, seq: int, hash_: bytes) -> None:
        """What follows the event `seq` with that hash."""
        self.seq, self.hash = seq, hash_
        self._at: tuple[datetime | None, str] = (None, "")
        self._events: list[Row] = []
        self._tickets: list[Row] = []
        self._windows: list[Row] = []
        self._stops: dict[str, Row | None] = {}
        self._devices: dict[str, Row | None] = {}
        self._gone: set[WindowId] = set()
        self._versions: list[Row] = []
        self._marks: dict[str, str] = {}
        self._answers: list[Row] = []
        self._forget: str | None = None
        self._notes: list[Row] = []

    def add(self, unit: Unit) -> None:
        """One command's events and rows. Raises OutOfStep if its events do not follow."""
        for stamped in unit.stamped:
            seq = stamped.seq
            if seq != self.seq + 1:
                raise OutOfStep(f"event {seq} does not follow {self.seq}")
            at, body = self._stamp(stamped.at), log.encode(stamped.event)
            hash_ = link(self.hash, seq, at, stamped.actor, stamped.command, log.VERSION, body)
            self._events.append(
                (seq, at, stamped.actor, stamped.command, log.VERSION, body.decode(), self.hash, hash_)
            )
            self.seq, self.hash = seq, hash_
            if isinstance(stamped.event, log.DayBegun):
                self._forget = stamp(stamped.at - KEEP)
            if isinstance(stamped.beside, Version):
                self._versions.append(version_row(stamped.beside))
            elif isinstance(stamped.beside, Note):
                self._notes.append((stamped.beside.ref, stamped.beside.words, at))
        for rows in unit.rows:
            self._tickets += rows.tickets
            self._windows += rows.windows
            if rows.gone or self._gone:
                self._gone.update(rows.gone)
                self._gone.difference_update(row[0] for row in rows.windows)
            if rows.stops:
                self._stops.update(rows.stops)
            if rows.devices:
                self._devices.update(rows.devices)
            if rows.marks:
                self._marks.update(rows.marks)
        kept = unit.kept
        if kept is not None:
            at = self._stamp(kept.at)
            self._answers.append((self.seq, kept.scope, kept.body, kept.status, kept.answer, at))

    def _stamp(self, at: datetime) -> str:
        """As `stamp`; the parts of a unit share one time."""
        if at is not self._at[0]:
            self._at = (at, stamp(at))
        return self._at[1]

    def write(self, connection: sqlite3.Connection) -> None:
        """Write all of it inside the open transaction."""
        _put(connection, sql.EVENT, self._events)
        if _put(connection, sql.TICKET, self._tickets) != len(self._tickets):
            raise sqlite3.IntegrityError("a number was given to two tickets")
        for statement, rows in (
            (sql.WINDOW, self._windows),
            (sql.ANSWER, self._answers),
            (sql.NOTE, self._notes),
            (sql.VERSION, self._versions),
            (sql.STOP, [row for row in self._stops.values() if row is not None]),
            (sql.DEVICE, [row for row in self._devices.values() if row is not None]),
        ):
            _put(connection, statement, rows)
        for statement, kept in ((sql.UNSTOP, self._stops), (sql.FORGET_DEVICE, self._devices)):
            gone = [(key,) for key, row in kept.items() if row is None]
            if gone:
                connection.executemany(statement, gone)
        if self._gone:
            connection.executemany(sql.GONE, [(id_,) for id_ in self._gone])
        if self._forget is not None:
            connection.execute(sql.FORGET, (self._forget,))
        self._marks["head"] = f"{self.seq} {self.hash.hex()}"
        _put(connection, sql.MARK, list(self._marks.items()))


AT_ONCE = 32
"""Rows of one statement: with the widest table still below the 999 parameters that every SQLite takes."""


def _put(connection: sqlite3.Connection, statement: str, rows: list[Row]) -> int:
    """Insert rows, in order; how many were written.

    The driver lets other threads run during each statement, and getting back in is what costs: so as many rows a statement as
    possible, in few sizes, since each size is prepared once.
    """
    written = first = 0
    size = AT_ONCE
    while first < len(rows):
        while size > len(rows) - first:
            size //= 2
        values = [value for row in rows[first : first + size] for value in row]
        written += connection.execute(sql.many(statement, size), values).rowcount
        first += size
    return written
