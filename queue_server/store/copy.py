"""A hall from one kind of database into another, row by row."""

from collections.abc import Callable
from hashlib import sha256

import msgspec
from sqlalchemy import Connection, Engine, delete, func, insert, inspect, select

from queue_server.store.migrate import MOVED, upgrade, version
from queue_server.store.schema import VERSION, event, mark, metadata

_encode = msgspec.msgpack.Encoder().encode
PAGE = 1000
"""Rows that are on their way at once."""


class OtherVersion(Exception):
    """The tables that were to be copied are of another version than this program's; `found` says of which."""

    def __init__(self, found: str | None) -> None:
        super().__init__(f"its tables are of version {found}, this program's of {VERSION}")
        self.found = found


class NotEmpty(Exception):
    """There are rows where a hall was to be copied to."""


class Differs(Exception):
    """What was copied does not read back as what it was copied from; `table` says where."""

    def __init__(self, table: str) -> None:
        super().__init__(f"the table {table} is not what was copied")
        self.table = table


class Digest(msgspec.Struct, frozen=True):
    """A table's content: how many rows, and a digest of them in whatever order they are read."""

    rows: int
    digest: str


def copy(
    source: Connection, target: Connection, progress: Callable[[int], None] = lambda _: None
) -> dict[str, int]:
    """Copy every row of every table, in the order of its primary key; how many, by table.

    Both connections are inside a transaction: that of `source` sees one moment, that of `target` is for the caller to commit. The
    target's tables are made if there are none, and are empty. Raises OtherVersion for a source of another version.

    `progress` is told how many rows more are there.
    """
    found = version(source)
    if found != VERSION:
        raise OtherVersion(found)
    upgrade(target)
    counts = {}
    for table in metadata.sorted_tables:
        rows = source.execution_options(yield_per=PAGE).execute(
            select(table).order_by(*table.primary_key.columns)
        )
        counts[table.name] = 0
        for part in rows.partitions():
            target.execute(insert(table), [row._asdict() for row in part])
            counts[table.name] += len(part)
            progress(len(part))
    return counts


def copy_whole(source: Engine, target: Engine) -> dict[str, int]:
    """The same from one database into another, in one transaction of each; the source's is one moment and writes nothing."""
    with _reading(source) as reading, target.begin() as writing:
        return copy(reading, writing)


def move(source: Engine, target: Engine, progress: Callable[[int], None]) -> dict[str, Digest]:
    """Copy a hall into an empty database and compare every table before it counts.

    Raises NotEmpty, OtherVersion, and Differs; then the target is as it was.
    """
    with _reading(source) as reading, target.begin() as writing:
        upgrade(writing)
        if any(counted(writing).values()):
            raise NotEmpty
        copy(reading, writing, progress)
        found = digests(writing)
        for table, digest in digests(reading).items():
            if found[table] != digest:
                raise Differs(table)
        return found


def leave(source: Engine, to: str) -> None:
    """Note in a hall that was moved where it goes on: nobody serves what is left of it."""
    with source.begin() as connection:
        connection.execute(insert(mark).values(key=MOVED, value=to))


def stay(here: Engine) -> None:
    """Let a hall be served where it is, also if it was left."""
    with here.begin() as connection:
        connection.execute(delete(mark).where(mark.c.key == MOVED))


def gone(here: Engine) -> str | None:
    """Where the hall that was kept here goes on; None where it was not moved, or there never was one."""
    with here.connect() as connection:
        if not inspect(connection).has_table(mark.name):
            return None
        return connection.execute(select(mark.c.value).where(mark.c.key == MOVED)).scalar()


def served(here: Engine) -> bool:
    """Whether a hall was ever served from here: then there are events of it."""
    with here.connect() as connection:
        if not inspect(connection).has_table(event.name):
            return False
        return connection.execute(select(event.c.seq).limit(1)).first() is not None


def counted(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    }


def digests(connection: Connection) -> dict[str, Digest]:
    """Every table's content. Databases sort texts in orders of their own, so a digest does not depend on one."""
    found = {}
    for table in metadata.sorted_tables:
        rows = total = 0
        for row in connection.execution_options(yield_per=PAGE).execute(select(table)):
            rows += 1
            total += int.from_bytes(sha256(_encode(tuple(row))).digest(), "big")
        found[table.name] = Digest(rows, (total % 2**256).to_bytes(32, "big").hex())
    return found


def _reading(source: Engine) -> Connection:
    """A connection that sees one moment and writes nothing."""
    reading = source.connect()
    if reading.dialect.name == "postgresql":
        reading = reading.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return reading
