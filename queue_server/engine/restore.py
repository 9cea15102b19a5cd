"""Going on from a backup: numbers that may have been given since are not given again.

What happened after the backup is not known any more, but its paper is out there. So each series of numbers goes on behind all that
can have been given meanwhile, at the rate of its busiest hour.
"""

from datetime import timedelta
from math import ceil

from queue_server.engine import event as e
from queue_server.engine import leasing, number
from queue_server.engine.decision import Context, Decision
from queue_server.engine.state import State
from queue_server.wire.command import Restore
from queue_server.wire.day import day_start

LEAST = 20
"""Numbers that are left out at least, however young the backup is."""
HOUR = timedelta(hours=1)


def restore(state: State, command: Restore, context: Context) -> Decision:
    """What is left out of each series. A day that has begun since has its numbers from the first on: only its own time counts."""
    since = max(command.since, day_start(state.day))
    hours = max((context.now - since) / HOUR, 0.0)
    prefixes = {service.prefix for service in state.hall.services} | state.numbers.keys()
    tickets = {prefix: command.hourly.get(prefix, 0) * hours for prefix in sorted(prefixes)}
    restored = e.Restored(
        since=command.since,
        numbers={prefix: _behind(state, prefix, max(LEAST, ceil(many))) for prefix, many in tickets.items()},
        leased={prefix: leasing.lost(state, prefix, many) for prefix, many in tickets.items()},
    )
    return Decision((restored,), lambda _: None)


def _behind(state: State, prefix: str, by: int) -> int:
    """The number `by` places further in this hall's series, or its last."""
    block = state.away.block(prefix)
    return number.after(state.last_number(prefix), by, block) or number.end(block)


def restored(state: State, stamped: e.Stamped, event: e.Restored) -> None:
    """Go on behind what was left out; a kiosk asks for numbers of this epoch."""
    leasing.void(state, lambda _: True)
    leasing.leave_out(state, stamped, event.leased)
    state.skipped = dict(event.numbers)
    state.numbers |= event.numbers
