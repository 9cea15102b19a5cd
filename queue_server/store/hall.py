"""A hall out of its tables."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

import msgspec

from queue_server.engine.case import AT_HAND
from queue_server.engine.hall import Hall
from queue_server.engine.state import State, Window
from queue_server.engine.ticket import Ticket
from queue_server.engine.version import KEPT, hall_of
from queue_server.store.chain import ORIGIN
from queue_server.store.error import StoreForeign
from queue_server.store.mark import Marks
from queue_server.store.row import (
    Row,
    case_of,
    device_of,
    identity_of,
    stamp,
    stop_of,
    ticket_of,
    time,
    version_of,
    window_of,
)
from queue_server.store.statement import Connection, Statements
from queue_server.store.words import worded
from queue_server.wire.day import day_start, local_day


def marks(connection: Connection, sql: Statements) -> dict[str, str]:
    """Every mark."""
    return dict(connection.execute(sql.marks).fetchall())


def settle(connection: Connection, sql: Statements, hall: Hall, now: datetime) -> None:
    """Write a new store's first day, so that a later start knows how long it was off. Inside a transaction that writes."""
    if "day" not in marks(connection, sql):
        day = local_day(now)
        fresh = {"day": day.isoformat(), "turned_at": stamp(day_start(day)), "hall": hall.name.zh}
        sql.mark(connection, list(fresh.items()))


def head(connection: Connection, sql: Statements) -> tuple[int, bytes]:
    """Where the log goes on: seq and hash of the last event.

    The mark counts, not the last row: where rows were removed at the end, the gap must stay to be found.
    """
    last = connection.execute(sql.last_seq).fetchone()[0] or 0
    mark = marks(connection, sql).get("head")
    if mark is None:
        return last, ORIGIN
    seq, _, hash_ = mark.partition(" ")
    return max(int(seq), last), bytes.fromhex(hash_)


def load(connection: Connection, sql: Statements, hall: Hall) -> Callable[[], State]:
    """What makes the state as it was when the last event was written, each time another one: the day's tickets, every open one, and
    those of other days that ended on this one. The hall is that of the newest version, `hall` where none was published. Raises
    StoreForeign if the tickets use services or windows that it has not.
    """
    kept = marks(connection, sql)
    day = kept["day"]
    found: dict[str, Row] = {}
    for query, parameters in (
        (sql.open_tickets, ()),
        (sql.ended_of_day, (day,)),
        (sql.tickets_carried, (day,)),
    ):
        for row in connection.execute(query, parameters):
            found[row[3]] = row
    rows = sorted(found.values(), key=lambda row: row[-1])
    window_rows = connection.execute(sql.windows).fetchall()
    versions = [version_of(row) for row in connection.execute(sql.versions, (KEPT,))][::-1]
    beside = Marks.read(kept)
    if versions:
        hall = hall_of(versions[-1].document)
    closed_since = stamp(day_start(date.fromisoformat(day) - AT_HAND))
    since = min((row[0] for row in rows), default=day)
    state = partial(
        State.build,
        hall,
        date.fromisoformat(day),
        seq=head(connection, sql)[0],
        turned_at=time(kept["turned_at"]),
        sheaves=beside.sheaves,
        notices=beside.notices,
        alarms=beside.alarms,
        advices=beside.advices,
        appointments=beside.appointments,
        cases=[case_of(row) for row in connection.execute(sql.cases_at_hand, (closed_since,))],
        leases=beside.leases,
        away=beside.away,
        stops=[stop_of(row) for row in connection.execute(sql.stops)],
        versions=versions,
        former=beside.former,
        devices=[device_of(row) for row in connection.execute(sql.devices)],
        identities=[identity_of(row) for row in connection.execute(sql.identities, (since,))],
        skipped=beside.skipped,
        today=beside.today,
        named={date.fromisoformat(day): count for day, count in connection.execute(sql.named)},
        worded=worded(connection, sql),
    )

    def made() -> State:
        tickets, windows = [ticket_of(row) for row in rows], [window_of(row) for row in window_rows]
        missing = _missing(msgspec.structs.replace(hall, former=beside.former), tickets, windows)
        if missing:
            raise StoreForeign(kept["hall"], missing)
        return state(tickets=tickets, windows=windows)

    return made


def _missing(hall: Hall, tickets: list[Ticket], windows: list[Window]) -> tuple[str, ...]:
    services = {step.service for ticket in tickets for step in ticket.steps} - hall.any_service.keys()
    busy = {window.id for window in windows if window.ticket is not None} - set(hall.window)
    return (*sorted(services), *sorted(busy))
