"""A hall in a PostgreSQL database.

The room's one door to psycopg, which is loaded only where a hall is kept so.
"""

import os
import socket
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any, cast
from weakref import WeakSet, finalize

import msgspec
import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Engine,
    LargeBinary,
    Table,
    all_,
    create_engine,
    literal,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from queue_server.flow.port import Unavailable
from queue_server.store import schema
from queue_server.store.copy import OtherVersion, copy_whole
from queue_server.store.database import Database
from queue_server.store.error import StoreNotDurable, StoreTooOld, StoreUnreadable
from queue_server.store.row import Row
from queue_server.store.sqlite import Sqlite
from queue_server.store.statement import Connection, Cursor, Put, Statements

OLDEST = 14
"""The oldest PostgreSQL that this program knows: it can wait for a backend that it ends."""
PATIENCE: dict[str, object] = {
    "application_name": "jiaohao",
    "connect_timeout": 3,
    # A network that swallows everything is noticed within seconds, not after the system's quarter of an hour.
    "tcp_user_timeout": 3000,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
}
"""Connection parameters where the URL names none."""
DURABLE = {"synchronous_commit": "off", "fsync": "off", "full_page_writes": "off"}
"""Settings of PostgreSQL, each with the value under which an answered commit may be lost."""
UNREADABLE = "jiaohao.unreadable"
"""A setting of one connection: the seqs of the events that TRY could not read."""
TRY = f"""
DO $$
DECLARE
  one record;
  found text := '';
BEGIN
  FOR one IN SELECT seq, body FROM event WHERE seq > {{after}} AND seq <= {{last}} LOOP
    BEGIN
      PERFORM one.body::json ->> 'type';
    EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
      found := found || one.seq || ' ';
    END;
  END LOOP;
  PERFORM set_config('{UNREADABLE}', found, false);
END $$"""  # noqa: S608 - nothing but numbers is put in
"""Reads the body of each event as JSON. It writes nothing, and needs no right but to read."""
_encode = msgspec.json.Encoder().encode


class PostgresStatements(Statements):
    """SQL with `%s`. All rows of a table go as one JSON text.

    That costs the server a sixth of the processor time of passing each value by itself, and PostgreSQL takes it no slower: see
    docs/adr/0013-one-term-one-server.md.
    """

    def __init__(self) -> None:
        super().__init__(cast("Any", PGDialect)(paramstyle="format"), insert)

    def part(self, column: ColumnElement[str], name: str) -> ColumnElement[Any]:
        """By PostgreSQL's own JSON; a text that is none is an error."""
        return cast_to(column, JSON).op("->>")(name)

    def readable(self, connection: Connection, after: int, last: int) -> ColumnElement[bool]:
        """By trying each: before PostgreSQL 16 there is no other way to ask. 5,500 take 20 ms."""
        connection.execute(TRY.format(after=after, last=last))
        (found,) = connection.execute(f"SELECT current_setting('{UNREADABLE}')").fetchone()
        unreadable = [int(seq) for seq in found.split()]
        return schema.event.c.seq != all_(cast_to(literal(unreadable, ARRAY(BigInteger)), ARRAY(BigInteger)))

    def _put(self, table: Table, insert: str) -> Put:
        names = table.columns.keys()
        raw = [at for at, column in enumerate(table.columns) if isinstance(column.type, LargeBinary)]
        head, _, rest = insert.partition(" VALUES ")
        tail = rest.partition(")")[2]
        given, taken = [], []
        for at, column in enumerate(table.columns):
            given.append(f'"{column.name}" {"text" if at in raw else column.type.compile(self._dialect)}')
            taken.append(f"decode(\"{column.name}\", 'hex')" if at in raw else f'"{column.name}"')
        source = f"json_to_recordset(%s::json) AS given ({', '.join(given)})"
        statement = f"{head} SELECT {', '.join(taken)} FROM {source}{tail}"  # noqa: S608 - the tables' own names

        def put(connection: Connection, rows: Sequence[Row]) -> list[Cursor]:
            made = [dict(zip(names, row, strict=True)) for row in rows]
            for at in raw:
                name = names[at]
                for each in made:
                    if each[name] is not None:
                        each[name] = each[name].hex()
            return [connection.execute(statement, (_encode(made).decode(),))]

        return put


class PostgresConnection(psycopg.Connection[Any]):
    """A connection whose socket can be shut while somebody waits for it."""

    _line: socket.socket | None = None

    def hold(self) -> None:
        """Keep a handle on the socket: its number alone might be another one's by the time it is shut."""
        self._line = line = socket.socket(fileno=os.dup(self.fileno()))
        finalize(self, line.close)  # one that broke may be dropped without being closed

    def cut(self) -> None:
        """Shut the socket; whoever waits for an answer is told that there is none."""
        if self._line is not None:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End it."""
        super().close()
        line, self._line = self._line, None
        if line is not None:
            line.close()


class Postgres(Database):
    """A database of a PostgreSQL server."""

    sql = PostgresStatements()
    fault = psycopg.Error
    READ, WRITE = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "BEGIN"
    SHARED = True

    def __init__(self, url: str) -> None:
        """By a `postgresql://` URL as libpq reads it; a password may also come from PGPASSWORD or PGPASSFILE.

        Raises ValueError for what is none; what it says does not quote the URL, in which there may be a password.
        """
        self.url = url
        """As it was given; there may be a password in it."""
        try:
            self._parameters = PATIENCE | conninfo_to_dict(url)
        except psycopg.ProgrammingError:
            raise ValueError("not a URL of a PostgreSQL database") from None
        self._made: WeakSet[PostgresConnection] = WeakSet()
        self._making = threading.Lock()

    def __str__(self) -> str:
        parts = self._parameters
        host = f"{parts.get('host') or 'localhost'}:{parts.get('port') or 5432}"
        return f"postgresql://{host}/{parts.get('dbname') or parts.get('user') or ''}"

    def exists(self) -> bool:
        """Whether a hall was ever kept in it."""
        try:
            with self.connect() as connection:
                found = connection.execute("SELECT to_regclass('mark')").fetchone()
        except psycopg.Error as error:
            raise Unavailable(f"cannot read {self}: {error}") from error
        return found is not None and found[0] is not None

    def connect(self, *, autocommit: bool = True) -> PostgresConnection:
        """A connection, after a look at what durability rests on. Raises psycopg.Error, or StoreFault with a sentence."""
        parameters = cast("dict[str, Any]", self._parameters)
        made = PostgresConnection.connect(**parameters, autocommit=True, prepare_threshold=2)
        try:
            made.hold()
            with self._making:
                self._made.add(made)
            _look(made)
            made.autocommit = autocommit
        except BaseException:
            made.close()
            raise
        return made

    def writer(self) -> PostgresConnection:
        """A connection on which a COMMIT is on disk when it returns."""
        return self.connect()

    def reader(self) -> PostgresConnection:
        """A connection that only reads."""
        made = self.connect()
        made.execute("SET default_transaction_read_only = on")
        return made

    def engine(self, *, reads: bool = False) -> Engine:
        """An engine that keeps no connection: what uses it is rare, and outlives a restart of PostgreSQL."""

        def connected() -> PostgresConnection:
            made = self.connect(autocommit=False)
            made.read_only = reads
            return made

        return create_engine(
            "postgresql+psycopg://", creator=connected, poolclass=NullPool, use_native_hstore=False
        )

    def snapshot(self, file: Path) -> None:
        """Copy every table, all as they were at one moment."""
        try:
            copy_whole(self.engine(reads=True), Sqlite(file).engine())
            writing = Sqlite(file).writer()  # which brings its write-ahead log into the file
            try:
                writing.execute("PRAGMA journal_mode=DELETE")
            finally:
                writing.close()
        except (OtherVersion, SQLAlchemyError) as error:
            raise Unavailable(f"cannot copy {self}: {error}") from error

    def roll_back(self, connection: Any) -> None:
        """Undo what an open transaction wrote."""
        try:
            if connection.info.transaction_status != TransactionStatus.IDLE:
                connection.execute("ROLLBACK")
        except psycopg.Error:
            connection.close()

    def cut(self) -> None:
        """Wake whoever waits for an answer on any connection that was made here."""
        with self._making:
            made = list(self._made)
        for connection in made:
            connection.cut()

    def together(self, connection: Any) -> AbstractContextManager[object]:
        """Statements inside are sent one behind the other."""
        return cast("AbstractContextManager[object]", connection.pipeline())


def _look(connection: PostgresConnection) -> None:
    """Refuse a PostgreSQL on which an answer would promise more than it keeps."""
    names = (*DURABLE, "server_version_num", "server_encoding")
    asked = connection.execute("SELECT n, current_setting(n) FROM unnest(%s::text[]) AS n", (list(names),))
    found = dict(asked.fetchall())
    for name, careless in DURABLE.items():
        if found[name] == careless:
            raise StoreNotDurable(name)
    if int(found["server_version_num"]) < OLDEST * 10_000:
        raise StoreTooOld(str(int(found["server_version_num"]) // 10_000), str(OLDEST))
    if found["server_encoding"] != "UTF8":
        raise StoreUnreadable(found["server_encoding"])
