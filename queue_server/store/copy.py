"""A hall from one kind of database into another, row by row."""

from sqlalchemy import Connection, Engine, insert, select

from queue_server.store.migrate import migrate, version
from queue_server.store.schema import VERSION, metadata

PAGE = 1000
"""Rows that are on their way at once."""


class OtherVersion(Exception):
    """The tables that were to be copied are of another version than this program's; `found` says of which."""

    def __init__(self, found: str | None) -> None:
        super().__init__(f"its tables are of version {found}, this program's of {VERSION}")
        self.found = found


def copy(source: Connection, target: Connection) -> dict[str, int]:
    """Copy every row of every table, in the order of its primary key; how many, by table.

    Both connections are inside a transaction: that of `source` sees one moment, that of `target` is for the caller to commit. The
    target's tables are made if there are none, and are empty. Raises OtherVersion for a source of another version.
    """
    found = version(source)
    if found != VERSION:
        raise OtherVersion(found)
    migrate(target)
    counts = {}
    for table in metadata.sorted_tables:
        rows = source.execution_options(yield_per=PAGE).execute(
            select(table).order_by(*table.primary_key.columns)
        )
        counts[table.name] = 0
        for part in rows.partitions():
            target.execute(insert(table), [row._asdict() for row in part])
            counts[table.name] += len(part)
    return counts


def copy_whole(source: Engine, target: Engine) -> dict[str, int]:
    """The same from one database into another, in one transaction of each; the source's is one moment and writes nothing."""
    reading = source.connect()
    if reading.dialect.name == "postgresql":
        reading = reading.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with reading, target.begin() as writing:
        return copy(reading, writing)
