"""Connections to a hall's SQLite file, with what every one of them must hold."""

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool

BUSY_MS = 5_000
"""How long a statement waits for another process's write before it fails."""
_STEP_MS = 10
PREPARED = 512
"""Statements that a connection keeps ready: rows are written in as many sizes as commits have."""
FULL = 2
"""What `PRAGMA synchronous` says of FULL: the write-ahead log is synced before COMMIT returns."""


def connect(path: Path) -> sqlite3.Connection:
    """A connection that commits durably: WAL, synchronous=FULL, foreign keys; transactions are opened by hand. What it deletes
    is overwritten with zeros, since a deleted name is not to be read from the file's free space.

    Raises sqlite3.Error, also if the file system does not grant a pragma that durability rests on.
    """
    connection = sqlite3.connect(
        path,
        timeout=BUSY_MS / 1000,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=PREPARED,
    )
    try:
        mode = _wal(connection)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA secure_delete=ON")
        level = connection.execute("PRAGMA synchronous").fetchone()[0]
        if (mode, level) != ("wal", FULL):
            raise sqlite3.OperationalError(f"no durable commits here: journal {mode}, synchronous {level}")
    except BaseException:
        connection.close()
        raise
    return connection


def _wal(connection: sqlite3.Connection) -> str:
    """Switch to the write-ahead log; the mode that holds now.

    A new file is switched once, and SQLite does not wait by itself where two programs do that at the same time.
    """
    patience = BUSY_MS // _STEP_MS
    while True:
        try:
            return str(connection.execute("PRAGMA journal_mode=WAL").fetchone()[0])
        except sqlite3.OperationalError as error:
            patience -= 1
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or patience < 0:
                raise
            time.sleep(_STEP_MS / 1000)


def reader(path: Path) -> sqlite3.Connection:
    """A connection that only reads; it never holds up a commit."""
    connection = connect(path)
    connection.execute("PRAGMA query_only=ON")
    return connection


def roll_back(connection: sqlite3.Connection) -> None:
    """Undo what an open transaction wrote. What this connection cannot undo any more, the next one to open the file does."""
    try:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    except sqlite3.Error:
        connection.close()


def engine(path: Path, *, reads: bool = False) -> Engine:
    """An SQLAlchemy engine on the same file, for migrations and for accounts; IMMEDIATE unless it only `reads`.

    Connections are not kept: what uses it is rare, and nothing then holds the file open.
    """
    opened, opening = (reader, "BEGIN") if reads else (connect, "BEGIN IMMEDIATE")
    made = create_engine("sqlite://", creator=lambda: opened(path), poolclass=NullPool)

    def begin(connection: Any) -> None:
        connection.exec_driver_sql(opening)

    event.listen(made, "begin", begin)
    return made
