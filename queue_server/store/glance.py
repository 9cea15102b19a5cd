"""A hall as it stands in its tables at one moment, read from beside: also while a server writes to them."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from queue_server.engine.hall import Hall
from queue_server.engine.state import State, Ticket
from queue_server.flow.port import Unavailable
from queue_server.store.database import Database
from queue_server.store.error import StoreEmpty
from queue_server.store.hall import load, marks
from queue_server.store.row import ticket_of
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
