"""A store with a long history: one drawn day, decided by the real engine, stands in it as often as is wanted.

Each copy has its own days, ids, seqs and hashes; the rows are those that the server writes.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import msgspec

from queue_server.engine import event as log
from queue_server.engine.actor import CLOCK, Actor
from queue_server.engine.apply import apply
from queue_server.engine.decide import decide
from queue_server.engine.decision import Context
from queue_server.engine.hall import Hall
from queue_server.engine.policy import AsPlanned
from queue_server.engine.state import State
from queue_server.engine.tick import due
from queue_server.store.chain import ORIGIN, link
from queue_server.store.hall import head
from queue_server.store.row import Row, stamp, ticket_row
from queue_server.store.sqlite import SqliteStore
from queue_server.wire import command as c
from queue_server.wire.day import day_start

A_DAY = date(2026, 3, 2)
"""A Monday: the day that is drawn, whose date stands for every other one's."""
KIOSK = Actor("kiosk", "kiosk-1")
SECRET = bytes(32)


class Day(msgspec.Struct):
    """What one day leaves: its events (time, actor, command, body) and its tickets' rows, dates and ids as of A_DAY."""

    events: list[tuple[str, str, str, str]]
    tickets: list[Row]


def draw(hall: Hall, tickets: int) -> Day:
    """A day of so many tickets from nine to four, each taken, printed, called and finished, some missed, half of them rated."""
    begun = datetime.combine(A_DAY, time(1), UTC)
    state = State(hall, A_DAY)
    state.turned_at = day_start(A_DAY)
    events: list[tuple[str, str, str, str]] = []
    drawn, policy = 0, AsPlanned()

    def unique() -> str:
        nonlocal drawn
        drawn += 1
        return f"{A_DAY}-drawn-{drawn:08d}"

    def do(command: c.Command, who: Actor, now: datetime) -> None:
        at = command.due_at if isinstance(command, c.Tick) else now
        decision = decide(state, command, Context(now, who, unique, policy, SECRET))
        for event, _ in decision.facts:
            name = c.BY_TYPE[type(command)].name
            apply(state, log.Stamped(state.seq + 1, at, who.id, name, event))
            events.append((stamp(at), who.id, name, log.encode(event).decode()))

    services = cycle([service.id for service in hall.services if hall.offered_at[service.id]])
    clerks = {window.id: Actor("clerk", f"clerk-{window.id}") for window in hall.windows}
    while (at := due(state)) <= begun:
        do(c.Tick(due_at=at), CLOCK, at)
    for window, clerk in clerks.items():
        do(c.Open(window=window), clerk, begun)
    windows = cycle(clerks.items())
    for n, service in enumerate(islice(services, tickets)):
        now = begun + timedelta(hours=7) * n / tickets
        do(c.Take(service=service), KIOSK, now)
        id_ = next(reversed(state.tickets))
        do(c.Printed(ticket=id_, ok=True), KIOSK, now + timedelta(milliseconds=1))
        if n < len(clerks):
            continue
        for window, clerk in islice(windows, 2):
            step = state.windows[window].ticket
            do(c.CallNext(window=window), clerk, now + timedelta(milliseconds=2))
            if step is not None and n % 2:
                level = 5 - n % 3
                rate = c.Rate(step=f"{step}/0", level=level, channel="keypad")
                do(rate, Actor("agent", "box"), now + timedelta(milliseconds=3))
    end = begun + timedelta(hours=7, minutes=30)
    while any(state.lines.values()) or any(window.ticket for window in state.windows.values()):
        for window, clerk in clerks.items():
            do(c.CallNext(window=window), clerk, end)
        end += timedelta(seconds=1)
    rows = [ticket_row(ticket, A_DAY, n) for n, ticket in enumerate(state.tickets.values(), 1)]
    return Day(events, rows)


def fill(path: Path, hall: Hall, drawn: Day, days: list[date]) -> int:
    """Give a new store in `path` these days of history, the last of which is the day that it is in; how many events that makes."""
    store = SqliteStore(path)
    store.open()
    store.load(hall, day_start(days[0]))
    writer, sql = store._writing(), store.database.sql
    seq, hash_ = head(writer, sql)
    assert (seq, hash_) == (0, ORIGIN)
    writer.execute("PRAGMA synchronous=OFF")  # nobody is told of anything before all of it is there
    writer.execute("BEGIN IMMEDIATE")
    events: list[Row] = []
    for day in days:
        first = seq
        events = []
        for at, actor, command, body in _dated(drawn, day):
            seq += 1
            made = link(hash_, seq, at, actor, command, log.VERSION, body.encode())
            events.append((seq, at, actor, command, log.VERSION, body, hash_, made))
            hash_ = made
        sql.event(writer, events)
        sql.ticket(writer, [_moved(row, day, first) for row in drawn.tickets])
    marks = {"day": days[-1].isoformat(), "turned_at": events[-1][1], "head": f"{seq} {hash_.hex()}"}
    sql.mark(writer, list(marks.items()))
    writer.execute("COMMIT")
    store.close()
    return seq


def _dated(drawn: Day, day: date) -> Iterator[tuple[str, str, str, str]]:
    was, now = A_DAY.isoformat(), day.isoformat()
    for at, actor, command, body in drawn.events:
        yield at.replace(was, now), actor, command, body.replace(was, now)


def _moved(row: Row, day: date, seq: int) -> Row:
    was, now = A_DAY.isoformat(), day.isoformat()
    moved: list[Any] = [value.replace(was, now) if isinstance(value, str) else value for value in row]
    return (*moved[:-1], moved[-1] + seq)


def working_days(count: int, last: date) -> list[date]:
    """So many days of the week from Monday to Friday, in order, the last of them `last`."""
    days = [last]
    while len(days) < count:
        before = days[-1] - timedelta(days=1)
        while before.weekday() > 4:
            before -= timedelta(days=1)
        days.append(before)
    return days[::-1]
