"""A hall in one SQLite file."""

import secrets
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from queue_server.engine.apply import Touched
from queue_server.engine.hall import Hall
from queue_server.engine.state import State
from queue_server.engine.version import Version
from queue_server.flow.port import Kept, Stored, Unavailable, Unit
from queue_server.store.batch import Batch
from queue_server.store.connection import connect, engine, reader, roll_back, transaction
from queue_server.store.error import StoreFault
from queue_server.store.hall import head, load, marks, settle
from queue_server.store.migrate import migrate
from queue_server.store.row import Rows, pack, stamp, time, version_of
from queue_server.store.statement import FORGET, VERSIONS

_T = TypeVar("_T")


class SqliteStore:
    """`flow.port.Store` in one file. A write goes through one connection; reads from other threads have their own.

    `open`, `load`, `rows`, `commit`, `scopes`, `kept`, `events` and `close` promise what the port says. `open`, `load`, `scopes`,
    `commit` and `close` are never called at the same time; which thread calls them does not matter. `open` and `load` also raise
    StoreFault, where no waiting helps.
    """

    epoch: str

    def __init__(self, path: Path, *, draw: Callable[[], str] = lambda: secrets.token_urlsafe(12)) -> None:
        """A store in the file `path`, whose folder exists. `draw` makes the epoch of a new one."""
        self.path = path
        self._draw = draw
        self._writer: sqlite3.Connection | None = None
        self._head: tuple[int, bytes] | None = None
        """The log's last seq and hash; None: not known, to be read again."""
        self._reader: sqlite3.Connection | None = None
        self._reading = threading.Lock()

    def open(self) -> None:
        """Open or create the tables, bring them to this program's version and read the epoch. May be repeated after a failure."""
        self._abandon()
        try:
            made = engine(self.path)
            with made.begin() as connection:
                migrate(connection)
            writer = self._writing()
            with transaction(writer, "IMMEDIATE"):
                writer.execute(
                    "INSERT INTO mark (key, value) VALUES ('epoch', ?) ON CONFLICT DO NOTHING",
                    (self._draw(),),
                )
            self.epoch = marks(writer)["epoch"]
        except StoreFault:
            self._abandon()
            raise
        except Exception as error:
            self._abandon()
            raise Unavailable(f"cannot open {self.path}: {error}") from error

    def load(self, hall: Hall, now: datetime) -> State:
        """The state the tables hold. Raises StoreForeign if they still use services or windows that `hall` has not."""
        try:
            writer = self._writing()
            settle(writer, hall, now)
            with transaction(writer):
                self._head = head(writer)
                return load(writer, hall)
        except StoreFault:
            raise
        except Exception as error:
            self._abandon()
            raise Unavailable(f"cannot read {self.path}: {error}") from error

    def rows(self, state: State, touched: Touched) -> Rows:
        """The touched rows as they are now; ask after each event, since a midnight lets tickets go."""
        return pack(state, touched)

    def commit(self, units: Sequence[Unit]) -> None:
        """Write units in order, in one transaction, durable on return. `Unit.rows` is a sequence of what `rows` made."""
        try:
            writer = self._writing()
            if self._head is None:
                self._head = head(writer)
            batch = Batch(*self._head)
            for unit in units:
                batch.add(unit)
            writer.execute("BEGIN IMMEDIATE")
            batch.write(writer)
            writer.execute("COMMIT")
        except Exception as error:
            self._abandon()
            if isinstance(error, Unavailable):
                raise
            raise Unavailable(f"cannot write {self.path}: {error}") from error
        self._head = (batch.seq, batch.hash)

    def scopes(self, since: datetime) -> list[bytes]:
        """The scopes of answers kept since a time; older ones are deleted."""
        try:
            writer = self._writing()
            with transaction(writer, "IMMEDIATE"):
                writer.execute(FORGET, (stamp(since),))
            return [scope for (scope,) in writer.execute("SELECT scope FROM answer")]
        except Exception as error:
            self._abandon()
            raise Unavailable(f"cannot read {self.path}: {error}") from error

    def kept(self, scope: bytes) -> Kept | None:
        """The answer kept for a scope."""
        found = self._read(
            lambda connection: connection.execute(
                "SELECT scope, body, status, answer, at FROM answer WHERE scope = ? ORDER BY seq DESC LIMIT 1",
                (scope,),
            ).fetchone()
        )
        if found is None:
            return None
        scope_, body, status, answer, at = found
        return Kept(scope_, body, status, answer, time(at))

    def events(self, after: int, limit: int) -> list[Stored]:
        """Events of the log with seq > after, in order."""
        found = self._read(
            lambda connection: connection.execute(
                "SELECT seq, at, actor, command, version, body, prev_hash, hash FROM event"
                " WHERE seq > ? ORDER BY seq LIMIT ?",
                (after, limit),
            ).fetchall()
        )
        return [
            Stored(
                seq, time(at), actor, command, version, msgspec.Raw(body.encode()), prev.hex(), hash_.hex()
            )
            for seq, at, actor, command, version, body, prev, hash_ in found
        ]

    def versions(self, limit: int) -> list[Version]:
        """The newest versions of the hall, newest first."""
        found = self._read(lambda connection: connection.execute(VERSIONS, (limit,)).fetchall())
        return [version_of(row) for row in found]

    def version(self, n: int) -> Version | None:
        """One version of the hall."""
        found = self._read(
            lambda connection: connection.execute(
                "SELECT n, at, actor, note, document, digest FROM version WHERE n = ?", (n,)
            ).fetchone()
        )
        return None if found is None else version_of(found)

    def close(self) -> None:
        """Close it; nothing is lost that was committed."""
        self._abandon()
        with self._reading:
            if self._reader is not None:
                self._reader.close()
                self._reader = None

    def _writing(self) -> sqlite3.Connection:
        """The one connection that writes.

        When it is opened, the log file is written back into the database and synced: after a crash or a failed sync it may hold a
        transaction that can be read but is not on disk, and nothing may be answered from that.
        """
        if self._writer is None:
            made = connect(self.path)
            try:
                busy, length, moved = made.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if busy and not moved == length >= 0:  # a reader may hold up the truncation, but nothing else
                    raise sqlite3.OperationalError("the write-ahead log is busy")
            except BaseException:
                made.close()
                raise
            self._writer = made
        return self._writer

    def _abandon(self) -> None:
        """Undo what is open and forget what was known: the next one to ask reads the truth from a new connection."""
        self._head = None
        writer, self._writer = self._writer, None
        if writer is not None:
            roll_back(writer)
            with suppress(sqlite3.Error):
                writer.close()

    def _read(self, query: Callable[[sqlite3.Connection], _T]) -> _T:
        with self._reading:
            try:
                if self._reader is None:
                    self._reader = reader(self.path)
                return query(self._reader)
            except sqlite3.Error as error:
                if self._reader is not None:
                    self._reader.close()
                    self._reader = None
                raise Unavailable(f"cannot read {self.path}: {error}") from error
