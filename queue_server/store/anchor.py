"""An event's place and hash as they stand on paper: what is written there proves the log before it for ever."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, select

from queue_server.flow.port import Unavailable
from queue_server.store import schema
from queue_server.store.database import Database
from queue_server.store.row import time

LEAST = 16
"""Hexadecimal digits of a hash that must be given, for it to prove anything."""


class Anchor(msgspec.Struct, frozen=True):
    """An event's number and its hash in lower-case hex, of which the end may be left out."""

    seq: int
    hash: str

    @classmethod
    def parse(cls, text: str) -> "Anchor | None":
        """SEQ:HASH, blanks between the digits as on paper; None for what is none."""
        seq, _, hash_ = text.partition(":")
        digits = "".join(hash_.split()).lower()
        if not (seq.strip().isdecimal() and LEAST <= len(digits) <= 64):
            return None
        return cls(int(seq), digits) if all(digit in "0123456789abcdef" for digit in digits) else None

    def __str__(self) -> str:
        """SEQ:HASH, in groups of eight."""
        return f"{self.seq}:{' '.join(self.hash[at : at + 8] for at in range(0, len(self.hash), 8))}"


def holds(database: Database, anchor: Anchor) -> bool:
    """Whether the event of an anchor has its hash. With a log that is whole, that proves every event up to it."""
    found = _look(database, lambda event: _hash(event, database, anchor.seq))
    return found is not None and found.startswith(anchor.hash)


def before(database: Database, at: datetime) -> Anchor | None:
    """The last event that happened before a time; None if there is none. Times in the log never go back: it is halved, not read."""

    def search(connection: Any) -> Anchor | None:
        event = schema.event.c
        edge = database.sql.sql(select(event.seq, event.at))
        first = connection.execute(f"{edge} ORDER BY seq LIMIT 1").fetchone()
        last = connection.execute(f"{edge} ORDER BY seq DESC LIMIT 1").fetchone()
        if first is None or time(first[1]) >= at:
            return None
        one = database.sql.sql(select(event.at).where(event.seq == bindparam("seq")))
        low, high = first[0], last[0] + 1  # before `at`, and not known to be
        while high - low > 1:
            middle = (low + high) // 2
            row = connection.execute(one, (middle,)).fetchone()
            if row is not None and time(row[0]) < at:
                low = middle
            else:
                high = middle
        hash_ = _hash(connection, database, low)
        return None if hash_ is None else Anchor(low, hash_)

    found: Anchor | None = _look(database, search)
    return found


def _hash(connection: Any, database: Database, seq: int) -> str | None:
    event = schema.event.c
    query = database.sql.sql(select(event.hash).where(event.seq == bindparam("seq")))
    row = connection.execute(query, (seq,)).fetchone()
    return None if row is None else bytes(row[0]).hex()


def _look(database: Database, query: Any) -> Any:
    try:
        connection = database.reader()
        try:
            with database.transaction(connection, database.READ):
                return query(connection)
        finally:
            connection.close()
    except database.fault as error:
        raise Unavailable(f"cannot read {database}: {error}") from error
