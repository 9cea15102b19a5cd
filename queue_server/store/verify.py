"""Whether the event log is still what was written: every row, in order, and the last one."""

import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import msgspec

from queue_server.engine.event import Published, decode
from queue_server.flow.port import Unavailable
from queue_server.store.chain import ORIGIN, link
from queue_server.store.connection import reader

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


def verify(path: Path) -> Verdict:
    """Walk the log in the file `path`, also while a server writes to it. Raises Unavailable if it cannot be read."""
    try:
        connection = reader(path)
        try:
            connection.execute("BEGIN")  # one snapshot of log and head
            head = connection.execute("SELECT value FROM mark WHERE key = 'head'").fetchone()
            rows = connection.execute(
                "SELECT seq, at, actor, command, version, body, prev_hash, hash FROM event ORDER BY seq"
            )
            verdict = walk(rows, None if head is None else head[0])
            return verdict if verdict.broken is not None else _with_documents(connection, verdict)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise Unavailable(f"cannot read {path}: {error}") from error


def walk(rows: Iterator[tuple[Any, ...]], head: str | None) -> Verdict:
    """The verdict on rows of the table `event` in order, and on the mark `head` that was written with the last of them."""
    seq, hash_ = 0, ORIGIN
    for row in rows:
        broken = _check(row, seq, hash_)
        if broken is not None:
            return Verdict(seq, seq, hash_.hex(), broken)
        seq, hash_ = row[0], row[7]
    return Verdict(seq, seq, hash_.hex(), _check_head(head, seq, hash_))


def _with_documents(connection: sqlite3.Connection, verdict: Verdict) -> Verdict:
    """The verdict on a whole log and on the documents that it speaks of."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'version'").fetchone() is None:
        return verdict  # of a program before there were versions
    made = {
        n: (digest, sha256(str(document).encode()).hexdigest())
        for n, document, digest in connection.execute("SELECT n, document, digest FROM version")
    }
    published = connection.execute(
        "SELECT seq, body FROM event WHERE command IN ('config.publish', 'config.rollback') ORDER BY seq"
    )
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
