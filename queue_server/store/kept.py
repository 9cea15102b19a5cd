"""Answers kept for retries of their keys, and when they are let go of."""

from queue_server.flow.port import KEEP
from queue_server.store.row import stamp, time
from queue_server.store.statement import Connection, Statements


def forget(connection: Connection, sql: Statements) -> None:
    """Delete the answers that are older than the newest one by more than KEEP, inside the open transaction.

    No clock is asked: one that is wrong would delete what somebody still asks for again.
    """
    newest = connection.execute(sql.newest, (1,)).fetchone()
    if newest is not None:
        connection.execute(sql.forget, (stamp(time(newest[0]) - KEEP),))
