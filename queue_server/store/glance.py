"""A hall as it stands in its tables at one moment, read from beside: also while a server writes to them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import msgspec

from queue_server.engine.hall import Hall
from queue_server.engine.state import State
from queue_server.engine.ticket import Ticket
from queue_server.engine.version import hall_of
from queue_server.flow.port import Unavailable
from queue_server.store.database import Database
from queue_server.store.error import StoreEmpty
from queue_server.store.hall import load, marks
from queue_server.store.row import ticket_of, version_of
from queue_server.store.statement import Connection


class Glance(msgspec.Struct, frozen=True):
    """The state, the store's epoch, and every ticket that it ever had, in the order in which they came.

    `log` is the hash of its first event, be it in a file: a hall, its backups and what was restored from them have the same.
    """

    state: State
    epoch: str
    log: str
    tickets: tuple[Ticket, ...]


def glance(database: Database, hall: Hall) -> Glance:
    """What is durable now; `hall` counts where none was published. Raises Unavailable, and StoreFault where no waiting helps."""
    with _reading(database) as connection:
        kept = marks(connection, database.sql)
        if "day" not in kept:
            raise StoreEmpty(str(database))
        state = load(connection, database.sql, hall)()
        rows = connection.execute(database.sql.every_ticket).fetchall()
        return Glance(state, kept["epoch"], _log(connection, database, kept), tuple(map(ticket_of, rows)))


def present(database: Database) -> State | None:
    """The state alone, of a hall that was published; None for one that was not. Raises Unavailable, and StoreFault as above."""
    with _reading(database) as connection:
        versions = connection.execute(database.sql.versions, (1,)).fetchall()
        if not versions:
            return None
        return load(connection, database.sql, hall_of(version_of(versions[0]).document))()


def of_days(database: Database, since: date, until: date) -> Iterator[Ticket]:
    """The tickets of the days from one on until before another, day by day. Raises Unavailable."""
    day = since
    with _reading(database) as connection:
        while day < until:
            yield from map(ticket_of, connection.execute(database.sql.tickets_of_day, (day.isoformat(),)))
            day += timedelta(days=1)


def log(database: Database) -> str | None:
    """The hash of the first event, as in a Glance; None for a database in which nothing has happened. Raises Unavailable."""
    with _reading(database) as connection:
        return _log(connection, database, marks(connection, database.sql)) or None


def _log(connection: Connection, database: Database, kept: dict[str, str]) -> str:
    first = connection.execute(database.sql.events, (0, 1)).fetchone()
    return kept.get("log") or ("" if first is None else bytes(first[7]).hex())


@contextmanager
def _reading(database: Database) -> Iterator[Connection]:
    try:
        connection = database.reader()
        try:
            with database.transaction(connection, database.READ):
                yield connection
        finally:
            connection.close()
    except database.fault as error:
        raise Unavailable(f"cannot read {database}: {error}") from error
