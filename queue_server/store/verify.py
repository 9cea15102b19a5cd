"""Whether the event log is still what was written: every row, in order, and the last one."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Literal

import msgspec
from sqlalchemy import inspect

from queue_server.engine.event import Published, decode
from queue_server.flow.port import Unavailable
from queue_server.store.chain import ORIGIN, link
from queue_server.store.database import Database
from queue_server.store.hall import marks
from queue_server.store.statement import Connection, Statements

PAGE = 2000
"""Rows that are read at once."""
BEFORE_ALL = -(2**62)
"""A seq below every other, also of a row that somebody has put in."""
ALL = 2**31 - 1

Fault = Literal["changed", "removed", "inserted", "unlinked", "document"]
"""What is wrong at a seq.

`changed`: the row is not what its hash was made of. `removed`: there is no such row. `inserted`: a row that never was in the log.
`unlinked`: the row is whole but was written after another one than now stands before it. `document`: the version of the hall
that it published is not in its table, or not as it was; at the last seq, one that it never published.
"""


class Break(msgspec.Struct, frozen=True):
    """The first place where the log is not what was written."""

    seq: int
    fault: Fault


class Verdict(msgspec.Struct, frozen=True):
    """What a check found. `count` rows are proven; `hash` (hex) is that of the last of them, `seq` its number."""

    count: int
    seq: int
    hash: str
    broken: Break | None = None

    @property
    def whole(self) -> bool:
        """Whether every row is proven."""
        return self.broken is None


def verify(database: Database) -> Verdict:
    """Walk the log in a database, also while a server writes to it. Raises Unavailable if it cannot be read."""
    try:
        connection = database.reader()
        try:
            with database.transaction(connection, database.READ):  # one snapshot of log and head
                verdict = walk(_rows(connection, database.sql), marks(connection, database.sql).get("head"))
                if verdict.whole and inspect(database.engine()).has_table("version"):
                    return _with_documents(connection, database.sql, verdict)
                return verdict  # broken, or of a program before there were versions
        finally:
            connection.close()
    except database.fault as error:
        raise Unavailable(f"cannot read {database}: {error}") from error


def _rows(connection: Connection, sql: Statements) -> Iterator[tuple[Any, ...]]:
    """The log in order, some at a time: it may be of years."""
    after = BEFORE_ALL
    while page := connection.execute(sql.events, (after, PAGE)).fetchall():
        yield from page
        after = page[-1][0]


def walk(rows: Iterator[tuple[Any, ...]], head: str | None) -> Verdict:
    """The verdict on rows of the table `event` in order, and on the mark `head` that was written with the last of them."""
    seq, hash_ = 0, ORIGIN
    for row in rows:
        broken = _check(row, seq, hash_)
        if broken is not None:
            return Verdict(seq, seq, hash_.hex(), broken)
        seq, hash_ = row[0], row[7]
    return Verdict(seq, seq, hash_.hex(), _check_head(head, seq, hash_))


def _with_documents(connection: Connection, sql: Statements, verdict: Verdict) -> Verdict:
    """The verdict on a whole log and on the documents that it speaks of."""
    made = {
        n: (digest, sha256(str(document).encode()).hexdigest())
        for n, _, _, _, document, digest in connection.execute(sql.versions, (ALL,))
    }
    published = connection.execute(sql.published)
    for seq, body in published:
        event = decode(body)
        if isinstance(event, Published) and made.pop(event.version, None) != (event.digest, event.digest):
            return msgspec.structs.replace(verdict, broken=Break(seq, "document"))
    return msgspec.structs.replace(verdict, broken=Break(verdict.seq, "document")) if made else verdict


def _check(row: tuple[Any, ...], before: int, prev: bytes) -> Break | None:
    seq, at, actor, command, version, body, prev_hash, hash_ = row
    if seq > before + 1:
        return Break(before + 1, "removed")
    if seq <= before:
        return Break(seq, "inserted")
    try:
        made = link(prev_hash, seq, at, actor, command, version, body.encode())
    except (TypeError, AttributeError):  # a column that holds another kind of value than was ever written
        return Break(seq, "changed")
    if made != hash_:
        return Break(seq, "changed")
    return None if prev_hash == prev else Break(seq, "unlinked")


def _check_head(head: str | None, seq: int, hash_: bytes) -> Break | None:
    if head is None:
        return None if seq == 0 else Break(1, "inserted")
    written, _, hex_ = head.partition(" ")
    if not written.isdecimal() or int(written) == seq:
        return None if hex_ == hash_.hex() and written.isdecimal() else Break(seq, "changed")
    if int(written) > seq:
        return Break(seq + 1, "removed")
    return Break(int(written) + 1, "inserted")
