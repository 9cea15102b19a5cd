"""A hall that goes on from a backup: what of its tables must not go on as it was, and what they say of the time since."""

import sqlite3
from datetime import date, datetime, timedelta

import msgspec
from sqlalchemy import bindparam, delete, func, select, text

from queue_server.engine.number import series
from queue_server.store import schema
from queue_server.store.database import Database
from queue_server.store.hall import marks
from queue_server.store.mark import Marks
from queue_server.store.row import time

WEEK = timedelta(days=7)
"""The busiest hour is looked for in the last so many days of the log."""


class Given(msgspec.Struct, frozen=True):
    """What is known to be out there today, by prefix: the last number of the hall's series, and the last that a kiosk has."""

    numbers: dict[str, int] = {}
    lent: dict[str, int] = {}


def renew(database: Database, epoch: str, *, answers: bool) -> None:
    """Give the tables another epoch, which knows those before it, and sign everybody out.

    Without `answers` those kept for retries are forgotten too.
    A session that was ended after the backup would be good again otherwise, and an old seq be taken for one of this log.
    """
    sql = database.sql
    connection = database.writer()
    try:
        with database.transaction(connection, database.WRITE):
            kept = marks(connection, sql)
            before = f"{kept.get('epochs', '')} {kept['epoch']}".strip()
            sql.mark(connection, [("epoch", epoch), ("epochs", before)])
            connection.execute(sql.sql(delete(schema.token).where(schema.token.c.expires_at.is_not(None))))
            if not answers:
                connection.execute(sql.sql(delete(schema.answer)))
    finally:
        connection.close()


def last(database: Database) -> datetime | None:
    """When the last event of the log happened; None for a log without any."""
    event = schema.event.c
    connection = database.reader()
    try:
        query = database.sql.sql(select(event.at).order_by(event.seq.desc()))
        found = connection.execute(f"{query} LIMIT 1").fetchone()
    finally:
        connection.close()
    return None if found is None else time(found[0])


def hourly(database: Database, since: date) -> dict[str, int]:
    """Tickets of the busiest hour since a day, for each prefix."""
    ticket = schema.ticket.c
    hour = text("substr(issued_at, 1, 13)")
    issued = select(ticket.prefix, func.count()).where(ticket.day >= bindparam("day"))
    query = database.sql.sql(issued.group_by(ticket.prefix, hour))
    connection = database.reader()
    try:
        busiest: dict[str, int] = {}
        for prefix, count in connection.execute(query, (since.isoformat(),)):
            busiest[prefix] = max(busiest.get(prefix, 0), count)
    finally:
        connection.close()
    return busiest


def given(database: Database, day: date) -> Given:
    """What the hall in a SQLite database gave on a day. It may be what is broken: then nothing is known, and no error is raised."""
    ticket = schema.ticket.c
    query = select(ticket.prefix, ticket.n).where(ticket.day == bindparam("day"))
    try:
        connection = database.reader()
        try:
            kept = marks(connection, database.sql)
            rows = connection.execute(database.sql.sql(query), (day.isoformat(),)).fetchall()
        finally:
            connection.close()
        if kept["day"] != day.isoformat():
            return Given()
        beside = Marks.read(kept)
    except (sqlite3.Error, msgspec.MsgspecError, KeyError):
        return Given()
    numbers = beside.skipped
    for prefix, n in rows:
        if series(n) == beside.away.block(prefix):
            numbers[prefix] = max(numbers.get(prefix, 0), n)
    lent: dict[str, int] = {}
    for lease in beside.leases:
        lent[lease.prefix] = max(lent.get(lease.prefix, 0), lease.last)
    return Given(numbers, lent)
