"""The term of the server that serves a hall in PostgreSQL: taking it, renewing it, and writing under it.

Who serves holds an advisory lock on a connection of its own, and another, shared, on every one that it writes by, as the programs
that it has run do; so whoever takes over finds the backends that it must end first, also those of a process that stands still or of
a network that is cut. The table is the servers' own and no part of the hall: it is neither migrated with it nor copied.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import blake2b
from typing import Any

import psycopg
from sqlalchemy import Engine, event

from queue_server.flow.clock import ticking
from queue_server.flow.duty import Lease, Seen, vacant
from queue_server.flow.port import Replaced, Unavailable
from queue_server.store.error import StoreOtherKey
from queue_server.store.postgres import Postgres, PostgresConnection
from queue_server.store.statement import Connection

CLASS, SERVER, WRITER, HEIR = 0x6A68, 1, 2, 3
"""The advisory locks: one class, a number for the server, for what it writes by, for whoever is about to take over."""
_TABLE = """
    CREATE TABLE IF NOT EXISTS term (
        n integer PRIMARY KEY,
        seen_at timestamptz NOT NULL,
        free boolean NOT NULL,
        key text NOT NULL
    )
"""
_FIRST = "INSERT INTO term SELECT 0, to_timestamp(0), true, %s WHERE NOT EXISTS (SELECT FROM term)"
_SEEN = "SELECT n, extract(epoch FROM clock_timestamp() - seen_at)::float8, free FROM term"
# One that is about to take over and stands still holds up the others no longer than this.
_LIMITS = "SET LOCAL idle_in_transaction_session_timeout = '2s'; SET LOCAL lock_timeout = '1s'"
_OTHERS = f"""
    FROM pg_locks
    WHERE locktype = 'advisory' AND classid = {CLASS} AND objid IN ({SERVER}, {WRITER}) AND pid <> pg_backend_pid()
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""  # noqa: S608 - numbers of this module
# All are told before one is waited for: PostgreSQL looks only every tenth of a second whether one has ended.
_END_OTHERS = f"""
    SELECT pg_terminate_backend(pid) {_OTHERS};
    SELECT pg_sleep(0.01) WHERE EXISTS (SELECT {_OTHERS});
    SELECT pg_terminate_backend(pid, 1000) {_OTHERS}
"""
# The number is the key, so that raising it waits for every transaction under the old one, while renewing it waits for none.
_RAISE = "UPDATE term SET n = n + 1, seen_at = clock_timestamp(), free = false RETURNING n"
_RENEW = "UPDATE term SET seen_at = clock_timestamp() WHERE n = %s AND NOT free"
_CLAIM = "SELECT n FROM term FOR KEY SHARE"


class Term:
    """One server's side of it. Methods may block and are called by one thread at a time.

    All raise Unavailable, `look` and `take` StoreFault too.
    """

    def __init__(self, database: Postgres, secret: bytes) -> None:
        """Nothing is asked yet. `secret` is the hall's key: every server of it must have the same, of which the row keeps a digest.

        Under another one a repeated request would not be known again after a change of servers.
        """
        self.seen: Seen | None = None
        """What the last look saw; None before the first one, and when it could not."""
        self._database = database
        self._key = blake2b(secret, digest_size=16, person=b"jiaohao term").hexdigest()
        self._connection: PostgresConnection | None = None
        self._lost_at_s: float | None = None
        self._back_at_s: float | None = None

    def look(self) -> Seen:
        """Who serves, as the database sees it."""
        try:
            n, age_s, free = self._connected().execute(_SEEN).fetchone() or (0, 0.0, True)
        except psycopg.Error as error:
            raise self._lost(error) from error
        if self._lost_at_s is not None:
            self._lost_at_s, self._back_at_s = None, ticking()
        self.seen = Seen(n, age_s, free)
        return self.seen

    def take(self) -> Lease | None:
        """Serve from now on, if nobody else does; None: stand by."""
        seen, now_s = self.look(), ticking()
        if not vacant(seen, None if self._back_at_s is None else now_s - self._back_at_s):
            return None
        try:
            connection, asked_s = self._connected(), ticking()
            with connection.transaction():
                n = self._succeed(connection)
            if n is None:
                connection.execute("SELECT pg_advisory_unlock_all()")
        except psycopg.Error as error:
            raise self._lost(error) from error
        return None if n is None else Lease(n, asked_s, cut_off=not seen.free)

    def _succeed(self, connection: PostgresConnection) -> int | None:
        """The raised number, in the open transaction; None if somebody else was first."""
        connection.execute(_LIMITS)
        row = connection.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", (CLASS, HEIR)).fetchone()
        if row is None or not row[0] or not self._vacant(connection, _SEEN):
            return None
        connection.execute(_END_OTHERS)
        if not self._lock(connection) or not self._vacant(connection, f"{_SEEN} FOR UPDATE"):
            return None
        row = connection.execute(_RAISE).fetchone()
        return None if row is None else int(row[0])

    @staticmethod
    def _vacant(connection: PostgresConnection, query: str) -> bool:
        row = connection.execute(query).fetchone()
        return row is not None and vacant(Seen(*row))

    def renew(self, lease: Lease) -> None:
        """Write down that this server still serves; the lease ends if another one does."""
        asked_s = ticking()
        try:
            connection = self._connected()
            if not self._lock(connection):
                if self.look().n != lease.n:
                    lease.end()
                raise Unavailable("somebody else is about to take over")
            # Losing one of these with the power of the database's machine costs nothing: it counts from an earlier one.
            connection.execute("SET synchronous_commit = off")
            if connection.execute(_RENEW, (lease.n,)).rowcount == 1:
                lease.renew(asked_s)
            else:
                lease.end()
        except psycopg.Error as error:
            raise self._lost(error) from error

    def release(self, lease: Lease) -> None:
        """Let another one take over at once."""
        if not lease.over:
            with suppress(psycopg.Error):
                self._connected().execute("UPDATE term SET free = true WHERE n = %s", (lease.n,))
        self.close()

    def cut(self) -> None:
        """Wake whoever waits for the database here. From any thread."""
        self._database.cut()

    def close(self) -> None:
        """Let go of the lock."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error):
                connection.close()

    def _connected(self) -> PostgresConnection:
        if self._connection is None:
            made = self._database.connect()
            try:
                with made.transaction():
                    made.execute("SELECT pg_advisory_xact_lock(%s, 0)", (CLASS,))
                    made.execute(_TABLE)
                    made.execute(_FIRST, (self._key,))
                    (key,) = made.execute("SELECT key FROM term").fetchone() or ("",)
                    if key != self._key:
                        raise StoreOtherKey
            except BaseException:
                made.close()
                raise
            self._connection = made
        return self._connection

    @staticmethod
    def _lock(connection: PostgresConnection) -> bool:
        """Hold the server's lock; at once if this connection has it already."""
        held = connection.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s"
            " AND pid = pg_backend_pid()) OR pg_try_advisory_lock(%s, %s)",
            (CLASS, SERVER, CLASS, SERVER),
        ).fetchone()
        return held is not None and bool(held[0])

    def _lost(self, error: psycopg.Error) -> Unavailable:
        self._lost_at_s, self.seen = ticking(), None
        self.close()
        return Unavailable(f"cannot use {self._database}: {error}")


class Held(Postgres):
    """A hall's database as the server of one term has it: whatever writes, by whichever way, writes under that term or not at all.

    Where another term counts, the lease ends and Replaced is raised. Reading needs no term. Every connection is marked as the
    holder's, so that whoever takes over finds it.
    """

    def __init__(self, url: str, lease: Lease) -> None:
        """As `Postgres`, under the term of `lease`."""
        super().__init__(url)
        self._lease = lease

    def connect(self, *, autocommit: bool = True) -> PostgresConnection:
        """A connection, marked."""
        made = super().connect()
        try:
            made.execute("SELECT pg_advisory_lock_shared(%s, %s)", (CLASS, WRITER))
            made.autocommit = autocommit
        except BaseException:
            made.close()
            raise
        return made

    def engine(self, *, reads: bool = False) -> Engine:
        """An engine each of whose transactions begins with the claim, unless it only `reads`."""
        made = super().engine(reads=reads)
        if not reads:
            event.listen(made, "begin", lambda begun: self._check(begun.exec_driver_sql(_CLAIM).fetchone()))
        return made

    def claim(self, connection: Connection) -> Callable[[], None]:
        """Lock the term, so that nobody takes over before this transaction has ended."""
        found = connection.execute(_CLAIM)
        return lambda: self._check(found.fetchone())

    def _check(self, row: Sequence[Any] | None) -> None:
        if row is None or row[0] != self._lease.n:
            self._lease.end()
            raise Replaced("another server has taken over")
