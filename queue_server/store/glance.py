"""A hall as it stands in its tables at one moment, read from beside: also while a server writes to them."""

import msgspec

from queue_server.engine.hall import Hall
from queue_server.engine.state import State, Ticket
from queue_server.flow.port import Unavailable
from queue_server.store.database import Database
from queue_server.store.hall import load, marks
from queue_server.store.row import ticket_of


class Glance(msgspec.Struct, frozen=True):
    """The state, the store's epoch, and every ticket that it ever had, in the order in which they came.

    `log` is the hash of its first event: a hall, its backups and what was restored from them have the same.
    """

    state: State
    epoch: str
    log: str
    tickets: tuple[Ticket, ...]


def glance(database: Database, hall: Hall) -> Glance:
    """What is durable now; `hall` counts where none was published. Raises Unavailable, and StoreFault where no waiting helps."""
    try:
        connection = database.reader()
        try:
            with database.transaction(connection, database.READ):
                state = load(connection, database.sql, hall)()
                epoch = marks(connection, database.sql)["epoch"]
                first = connection.execute(database.sql.events, (0, 1)).fetchone()
                rows = connection.execute(database.sql.every_ticket).fetchall()
        finally:
            connection.close()
    except database.fault as error:
        raise Unavailable(f"cannot read {database}: {error}") from error
    return Glance(state, epoch, first[7].hex() if first is not None else "", tuple(map(ticket_of, rows)))
