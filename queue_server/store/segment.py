"""Months of the event log that are long over, each sealed into one file beside the database.

`segment-2026-03.jsonl.gz` is gzip of one JSON line an event, `[seq, at, actor, command, version, body, hash]`, texts as they were
stored and the hash in hex. The table `segment` keeps the hash before the first line and that of the last one for ever, also when
the file is deleted after years, so that the chain goes on from it. Where several servers use the database, each with its own
folder, it keeps the file's bytes too, in the table `segment_file`.
"""

import gzip
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, inspect, select, update
from sqlalchemy.exc import SQLAlchemyError

from queue_server.flow.port import Unavailable
from queue_server.store import anchor, schema
from queue_server.store.anchor import Anchor
from queue_server.store.chain import ORIGIN, link
from queue_server.store.database import Database
from queue_server.store.row import Row, stamp
from queue_server.wire.day import day_start, local_day

FOLDER = "segments"
"""Where they are, in the data folder and beside backups."""
PAGE = 2000
"""Rows that are read at once."""
AT_ONCE = 500
"""Rows that are deleted in one transaction, so that nobody waits long behind it."""


class Segment(msgspec.Struct, frozen=True):
    """A sealed month: its events, the hash before the first and that of the last, the day after it, and since when it is gone."""

    month: str
    first: int
    last: int
    prev_hash: bytes
    hash: bytes
    until: date
    gone_at: str | None = None

    @property
    def name(self) -> str:
        """Its file's name."""
        return f"segment-{self.month}.jsonl.gz"


class BadSegment(Exception):
    """A file that is not what was sealed: the first event at which that shows, 0 if it cannot be read at all."""

    def __init__(self, segment: Segment, seq: int) -> None:
        super().__init__(f"{segment.name} is not what was sealed, from event {seq or segment.first} on")
        self.segment = segment
        self.seq = seq or segment.first


def sealed(connection: Any, database: Database) -> list[Segment]:
    """Every segment that ever was, in order; none in a database of before there were any."""
    table = schema.segment
    query = database.sql.sql(select(table).order_by(table.c.first))
    return [
        Segment(month, first, last, bytes(prev), bytes(hash_), date.fromisoformat(until), gone_at)
        for month, first, last, prev, hash_, until, gone_at in connection.execute(query).fetchall()
    ]


def rows(folder: Path, segment: Segment) -> Iterator[Row]:
    """The rows of a sealed month as they stood in the table `event`, each proven to follow the one before. Raises BadSegment."""
    seq, hash_ = segment.first - 1, segment.prev_hash
    try:
        with gzip.open(folder / segment.name, "rt", encoding="utf-8") as file:
            for line in file:
                found, at, actor, command, version, body, told = json.loads(line)
                if found != seq + 1:
                    raise BadSegment(segment, seq + 1)
                made = link(hash_, found, at, actor, command, version, body.encode())
                if made.hex() != told:
                    raise BadSegment(segment, found)
                yield found, at, actor, command, version, body, hash_, made
                seq, hash_ = found, made
    except (OSError, EOFError, ValueError, TypeError, AttributeError) as error:
        raise BadSegment(segment, seq + 1) from error
    if (seq, hash_) != (segment.last, segment.hash):
        raise BadSegment(segment, min(seq + 1, segment.last))


def seal(database: Database, folder: Path, before: date) -> list[Segment]:
    """Seal every month that ended before the day `before`, oldest first; which these were. What was sealed leaves the table.

    It may be broken off at any point and done again, also while a server runs. Raises Unavailable, OSError, and BadSegment for a
    month whose rows are not a whole chain, or whose file does not read back: then it stays in the table.
    """
    folder.mkdir(exist_ok=True)
    done = []
    try:
        connection = database.reader()
        try:
            every = sealed(connection, database)
            if database.SHARED:
                _share(database, folder, every)
            if every:
                _clear(connection, database, every[-1].last)
            while (segment := _write(connection, database, folder, every, before)) is not None:
                table = schema.segment
                with database.engine().begin() as writing:
                    if not every:  # by its first event a hall knows itself
                        (first,) = connection.execute(database.sql.events, (0, 1)).fetchall()
                        writing.execute(insert(schema.mark), {"key": "log", "value": bytes(first[7]).hex()})
                    writing.execute(
                        insert(table), msgspec.structs.asdict(segment) | {"until": segment.until.isoformat()}
                    )
                    if database.SHARED:
                        _keep(writing, folder, segment)
                _clear(connection, database, segment.last)
                every.append(segment)
                done.append(segment)
        finally:
            connection.close()
    except (database.fault, SQLAlchemyError) as error:
        raise Unavailable(f"cannot seal {database}: {error}") from error
    return done


def holds(database: Database, folder: Path, signed: Anchor) -> bool:
    """As `anchor.holds`, also for an event of a sealed month whose file is there. Raises Unavailable."""
    if anchor.holds(database, signed):
        return True
    try:
        connection = database.reader()
        try:
            every = sealed(connection, database)
        finally:
            connection.close()
    except database.fault as error:
        raise Unavailable(f"cannot read {database}: {error}") from error
    for each in every:
        if each.first <= signed.seq <= each.last:
            with suppress(BadSegment):
                return any(
                    row[0] == signed.seq and row[7].hex().startswith(signed.hash)
                    for row in rows(folder, each)
                )
    return False


def copy(source: Path, target: Path) -> list[str]:
    """Copy the files that a folder has and another has not; their names. Each is there whole or not at all. Raises OSError."""
    done = []
    for file in sorted(source.glob("segment-*.jsonl.gz")):
        if not (target / file.name).exists():
            target.mkdir(parents=True, exist_ok=True)
            part = target / f".{file.name}"
            shutil.copyfile(file, part)
            with part.open("rb") as copied:
                os.fsync(copied.fileno())
            part.replace(target / file.name)
            done.append(file.name)
    return done


def fetch(database: Database, folder: Path) -> list[str]:
    """Have in a folder what a database of several servers keeps of sealed months; the names of those that were not there.

    Raises Unavailable, OSError.
    """
    done: list[str] = []
    if not database.SHARED:
        return done
    kept = schema.segment_file
    try:
        with database.engine(reads=True).begin() as connection:
            for name in _names(connection):
                if not (folder / name).exists():
                    folder.mkdir(exist_ok=True)
                    found = connection.execute(select(kept.c.content).where(kept.c.name == name)).scalar_one()
                    with _written(folder, name) as file:
                        file.write(found)
                    done.append(name)
    except SQLAlchemyError as error:
        raise Unavailable(f"cannot read segments of {database}: {error}") from error
    return done


def _share(database: Database, folder: Path, every: list[Segment]) -> None:
    """Have every file in the folder and in the database: also those that came from a backup, or from a hall in a file."""
    fetch(database, folder)
    with database.engine(reads=True).begin() as connection:
        known = frozenset(_names(connection))
    for each in every:
        if each.gone_at is None and each.name not in known and (folder / each.name).exists():
            for _ in rows(folder, each):  # nobody is handed what is not what was sealed
                pass
            with database.engine().begin() as writing:
                _keep(writing, folder, each)


def _keep(writing: Connection, folder: Path, segment: Segment) -> None:
    """Keep the bytes of a file, which is proven, in the database."""
    schema.shared.create_all(writing)
    content = (folder / segment.name).read_bytes()
    writing.execute(insert(schema.segment_file), {"name": segment.name, "content": content})


def _names(connection: Connection) -> list[str]:
    """The files that the database keeps, in order."""
    kept = schema.segment_file
    if not inspect(connection).has_table(kept.name):
        return []
    return list(connection.execute(select(kept.c.name).order_by(kept.c.name)).scalars())


@contextmanager
def _written(folder: Path, name: str) -> Iterator[BinaryIO]:
    """A file to be written into a folder, which is there whole and synced after the block, or not at all."""
    part = folder / f".{name}"
    with part.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / name)
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def forget(database: Database, folder: Path, before: date, now: datetime) -> list[Segment]:
    """Delete the files of months that ended before a day; their rows stay. Raises Unavailable, OSError."""
    try:
        connection = database.reader()
        try:
            old = [each for each in sealed(connection, database) if each.until <= before]
        finally:
            connection.close()
        table = schema.segment
        for each in old:
            if each.gone_at is None:
                with database.engine().begin() as writing:
                    writing.execute(
                        update(table).where(table.c.month == each.month).values(gone_at=stamp(now))
                    )
                    if database.SHARED:
                        schema.shared.create_all(writing)
                        kept = schema.segment_file
                        writing.execute(delete(kept).where(kept.c.name == each.name))
            (folder / each.name).unlink(missing_ok=True)
    except (database.fault, SQLAlchemyError) as error:
        raise Unavailable(f"cannot forget segments of {database}: {error}") from error
    return [each for each in old if each.gone_at is None]


def _write(
    connection: Any, database: Database, folder: Path, every: list[Segment], before: date
) -> Segment | None:
    """The file of the oldest month that is in the table, if it ended before a day."""
    last = every[-1].last if every else 0
    first = connection.execute(database.sql.events, (last, 1)).fetchone()
    if first is None:
        return None
    start = local_day(datetime.fromisoformat(first[1]))
    until = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
    if until > before:
        return None
    end = anchor.before(database, day_start(until))
    assert end is not None, "the first event is before it"
    prev = every[-1].hash if every else ORIGIN
    segment = Segment(f"{start:%Y-%m}", first[0], end.seq, prev, bytes.fromhex(end.hash), until)
    with (
        _written(folder, segment.name) as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as file,
    ):
        after = last
        while after < segment.last:
            page = connection.execute(database.sql.events, (after, PAGE)).fetchall()
            for row in page:
                if row[0] <= segment.last:
                    kept = [*row[:6], bytes(row[7]).hex()]
                    file.write(json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            after = page[-1][0]
    for _ in rows(folder, segment):  # nothing leaves the table that is not proven to be in the file
        pass
    return segment


def _clear(connection: Any, database: Database, last: int) -> None:
    """Let go of the rows that are in files, some at a time."""
    event = schema.event.c
    query = database.sql.sql(select(event.seq).where(event.seq <= bindparam("last")).order_by(event.seq))
    while True:
        found = connection.execute(f"{query} LIMIT {AT_ONCE}", (last,)).fetchall()
        if not found:
            return
        with database.engine().begin() as writing:
            writing.execute(delete(schema.event).where(event.seq <= found[-1][0]))
