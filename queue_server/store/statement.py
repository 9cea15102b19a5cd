"""The hot path's SQL, compiled once from the tables for a driver that takes `?` in order."""

from functools import cache

from sqlalchemy import Delete, Insert, Table, and_, bindparam, delete, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert

from queue_server.store import schema

_DIALECT = sqlite.dialect(paramstyle="qmark")


def _sql(statement: Insert | Delete) -> str:
    compiled = statement.compile(dialect=_DIALECT)
    # Parameters come in the order of the table's columns, as the rows do.
    assert compiled.positiontup == [c.name for c in statement.table.columns if c.name in compiled.params]
    return str(compiled)


def append(table: Table) -> str:
    """INSERT of every column; a row that is there already is an error."""
    return _sql(insert(table).values({column.name: bindparam(column.name) for column in table.columns}))


def upsert(table: Table, keep: frozenset[str] = frozenset(), same: frozenset[str] = frozenset()) -> str:
    """INSERT of every column; a row that is there already gets the new values, except in the columns to `keep`.

    Where the columns in `same` differ from the row that is there, nothing is written.
    """
    key = [column.name for column in table.primary_key.columns]
    into = insert(table).values({column.name: bindparam(column.name) for column in table.columns})
    fixed = {*key, *keep, *same}
    fresh = {column.name: into.excluded[column.name] for column in table.columns if column.name not in fixed}
    where = and_(*(table.columns[name] == into.excluded[name] for name in sorted(same))) if same else None
    return _sql(into.on_conflict_do_update(index_elements=key, set_=fresh, where=where))


@cache
def many(statement: str, count: int) -> str:
    """An INSERT of `count` rows at once, their parameters one row after the other."""
    before, place, after = statement.partition(" VALUES ")
    row, closing, rest = after.partition(")")
    return f"{before}{place}{', '.join([row + closing] * count)}{rest}"


def remove(table: Table) -> str:
    """DELETE of the row with a primary key of one column."""
    (key,) = table.primary_key.columns
    return _sql(delete(table).where(key == bindparam(key.name)))


def read(table: Table) -> str:
    """SELECT of every column of every row, in the order of the table's columns."""
    return str(select(table).compile(dialect=_DIALECT))


EVENT = append(schema.event)
ANSWER = append(schema.answer)
NOTE = append(schema.note)
TICKET = upsert(schema.ticket, keep=frozenset({"seq"}), same=frozenset({"id"}))
"""A number that another ticket has already writes nothing: count the rows."""
WINDOW = upsert(schema.window)
STOP = upsert(schema.stop)
UNSTOP = remove(schema.stop)
DEVICE = upsert(schema.device)
FORGET_DEVICE = remove(schema.device)
GONE = remove(schema.window)
VERSION = append(schema.version)
MARK = upsert(schema.mark)
TICKETS = read(schema.ticket)
WINDOWS = read(schema.window)
STOPS = read(schema.stop)
VERSIONS = f"{read(schema.version)} ORDER BY n DESC LIMIT ?"
DEVICES = read(schema.device)
FORGET = """
    DELETE FROM answer WHERE seq < coalesce(
        (SELECT seq FROM answer WHERE at >= ? ORDER BY seq LIMIT 1), (SELECT max(seq) + 1 FROM answer))
"""
"""Answers stand in the order of their times, so this reads no further than it deletes."""
