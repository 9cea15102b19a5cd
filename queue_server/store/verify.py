"""Whether the event log is still what was written: every row, in order, and the last one."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import msgspec
from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError

from queue_server.engine.event import Published, decode
from queue_server.flow.port import Unavailable
from queue_server.store.chain import ORIGIN, link
from queue_server.store.database import Database
from queue_server.store.hall import marks
from queue_server.store.row import stamp
from queue_server.store.segment import BadSegment, Segment, rows, sealed
from queue_server.store.statement import Connection, Statements
from queue_server.wire.day import day_start

PUBLISHING = ("config.publish", "config.rollback")
"""The commands that publish a version of the hall."""
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
    """What a check found. `count` rows are proven; `hash` (hex) is that of the last of them, `seq` its number.

    A sealed month is proven whole or not at all: where its `file` is what is broken, nothing in it is counted.
    """

    count: int
    seq: int
    hash: str
    broken: Break | None = None
    file: str = ""

    @property
    def whole(self) -> bool:
        """Whether every row is proven."""
        return self.broken is None


def verify(
    database: Database, segments: Path | None = None, far: Callable[[int], None] = lambda _: None
) -> Verdict:
    """Walk the log in a database, also while a server writes to it. Raises Unavailable if it cannot be read.

    `far` is told now and then up to which seq it has come.

    The files of sealed months are in the folder `segments`; without it, and where a file has been deleted in its time, the table's
    word is taken for their last hash.
    """
    try:
        tables = inspect(database.engine(reads=True))
        connection = database.reader()
        try:
            with database.transaction(connection, database.READ):  # one snapshot of log and head
                past = _Past()
                if tables.has_table("segment"):
                    past.walk(sealed(connection, database), segments)
                if past.broken is not None:
                    return Verdict(past.seq, past.seq, past.hash.hex(), past.broken, past.file)
                far(past.seq)
                left = _rows(connection, database.sql, past.seq or BEFORE_ALL, far)
                verdict = walk(left, marks(connection, database.sql).get("head"), past.seq, past.hash)
                if verdict.whole and tables.has_table("version"):
                    return _with_documents(connection, database.sql, verdict, past)
                return verdict  # broken, or of a program before there were versions
        finally:
            connection.close()
    except (database.fault, DBAPIError) as error:
        told = error.orig if isinstance(error, DBAPIError) else error
        raise Unavailable(f"cannot read {database}: {told}") from error


class _Past:
    """The sealed months: where their chain ends, what they published, and until when that is not known."""

    def __init__(self) -> None:
        self.seq, self.hash = 0, ORIGIN
        self.published: list[tuple[int, str]] = []
        self.unread = ""
        self.broken: Break | None = None
        self.file = ""

    def walk(self, every: list[Segment], folder: Path | None) -> None:
        """Go through them until one is not what was sealed."""
        for segment in every:
            if segment.first != self.seq + 1:
                self.broken = Break(self.seq + 1, "removed")
            elif segment.prev_hash != self.hash:
                self.broken = Break(segment.first, "unlinked")
            elif folder is None or segment.gone_at is not None:
                self.unread = stamp(day_start(segment.until))
            else:
                self._read(segment, folder)
            if self.broken is not None:
                return
            self.seq, self.hash = segment.last, segment.hash

    def _read(self, segment: Segment, folder: Path) -> None:
        if not (folder / segment.name).exists():
            self.broken, self.file = Break(segment.first, "removed"), segment.name
            return
        try:
            self.published += [(row[0], row[5]) for row in rows(folder, segment) if row[3] in PUBLISHING]
        except BadSegment as bad:
            self.broken, self.file = Break(bad.seq, "changed"), segment.name


def _rows(
    connection: Connection, sql: Statements, after: int, far: Callable[[int], None]
) -> Iterator[tuple[Any, ...]]:
    """The log in order, some at a time: it may be of years."""
    while page := connection.execute(sql.events, (after, PAGE)).fetchall():
        yield from page
        after = page[-1][0]
        far(after)


def walk(rows: Iterator[tuple[Any, ...]], head: str | None, seq: int = 0, hash_: bytes = ORIGIN) -> Verdict:
    """The verdict on rows of the table `event` in order, and on the mark `head` that was written with the last of them.

    They follow the event `seq` with its hash.
    """
    last = int(written) if (written := (head or "").partition(" ")[0]).isdecimal() else None
    for row in rows:
        broken = _check(row, seq, hash_)
        if broken is not None:
            if last is not None and broken.seq > last and broken.fault != "removed":
                broken = Break(broken.seq, "inserted")  # behind the last one that was written
            return Verdict(seq, seq, hash_.hex(), broken)
        seq, hash_ = row[0], row[7]
    return Verdict(seq, seq, hash_.hex(), _check_head(head, seq, hash_))


def _with_documents(connection: Connection, sql: Statements, verdict: Verdict, past: _Past) -> Verdict:
    """The verdict on a whole log and on the documents that it speaks of."""
    made = {
        n: (digest, sha256(str(document).encode()).hexdigest(), at)
        for n, at, _, _, document, digest in connection.execute(sql.versions, (ALL,))
    }
    for seq, body in (*past.published, *connection.execute(sql.published)):
        event = decode(body)
        if isinstance(event, Published):
            found = made.pop(event.version, ("", "", ""))
            if found[:2] != (event.digest, event.digest):
                return msgspec.structs.replace(verdict, broken=Break(seq, "document"))
    unknown = any(at >= past.unread for _, _, at in made.values())
    return msgspec.structs.replace(verdict, broken=Break(verdict.seq, "document")) if unknown else verdict


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
