"""Going on from a backup: numbers that may have been given since are not given again.

What happened after the backup is not known any more, but its paper is out there. So each series of numbers goes on behind all that
can have been given meanwhile, at the rate of its busiest hour, and behind all that the replaced data still show.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import ceil

from queue_server.engine import event as e
from queue_server.engine import leasing, number, slip
from queue_server.engine.decision import Context, Decision
from queue_server.engine.state import State
from queue_server.wire.command import Restore
from queue_server.wire.day import day_start

LEAST = 20
"""Numbers that are left out at least, however young the backup is."""
HOUR = timedelta(hours=1)


def restore(state: State, command: Restore, context: Context) -> Decision:
    """What is left out of each series. A day that has begun since has its numbers from the first on: only its own time counts."""
    prefixes = {service.prefix for service in state.hall.services} | state.numbers.keys()
    tickets = taken(state, prefixes, command.since, context.now, command.hourly)
    numbers = behind(state, tickets)
    for prefix, n in command.given.items():
        if prefix in numbers and number.series(n) == state.away.block(prefix):
            numbers[prefix] = max(numbers[prefix], n)
    leased = {
        prefix: max(leasing.lost(state, prefix, many), command.lent.get(prefix, 0))
        for prefix, many in tickets.items()
    }
    sheaf = number.sheaf(state.away.place)
    slips = {prefix: slip.following(state, prefix, sheaf) + sheaf for prefix in sorted(prefixes)}
    restored = e.Restored(since=command.since, numbers=numbers, leased=leased, slips=slips)
    return Decision((restored,), lambda _: None)


def taken(
    state: State, prefixes: Iterable[str], since: datetime, now: datetime, hourly: Mapping[str, int]
) -> dict[str, float]:
    """How many tickets of each prefix can have been taken today since a time, at so many an hour."""
    hours = max((now - max(since, day_start(state.day))) / HOUR, 0.0)
    return {prefix: hourly.get(prefix, 0) * hours for prefix in sorted(prefixes)}


def behind(state: State, tickets: Mapping[str, float]) -> dict[str, int]:
    """For each prefix the number in this hall's series that is so many tickets further, or its last."""
    numbers: dict[str, int] = {}
    for prefix, many in tickets.items():
        last, by, block = state.last_number(prefix), max(LEAST, ceil(many)), state.away.block(prefix)
        numbers[prefix] = number.after(last, by, block) or number.end(block)
    return numbers


def restored(state: State, stamped: e.Stamped, event: e.Restored) -> None:
    """Go on behind what was left out; a kiosk asks for numbers of this epoch."""
    leasing.void(state, lambda _: True)
    leasing.leave_out(state, stamped, event.leased)
    slip.go_on(state, stamped, event.slips)
    state.skipped = dict(event.numbers)
    state.numbers |= event.numbers
