"""People's own words: how many are kept of each day, and how they are let go of."""

from collections import Counter
from datetime import date

from queue_server.engine.event import WordsForgotten
from queue_server.store.row import stamp, time
from queue_server.store.statement import Connection, Statements
from queue_server.wire.day import day_start, local_day


def worded(connection: Connection, sql: Statements) -> Counter[date]:
    """Notes by the local day on which they were written. A time zone of whole hours lets the database count by the hour."""
    found: Counter[date] = Counter()
    for hour, count in connection.execute(sql.worded):
        found[local_day(time(f"{hour}:00:00+00:00"))] += count
    return found


def unsay(connection: Connection, sql: Statements, event: WordsForgotten) -> None:
    """Delete the notes that an event says are forgotten, inside the open transaction."""
    spared = set(event.spared)
    for (ref,) in connection.execute(sql.said, (stamp(day_start(event.before)),)).fetchall():
        if ref not in spared:
            connection.execute(sql.unsay, (ref,))
