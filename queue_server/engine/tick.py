"""What time alone brings about: silent kiosks, ends of stops, notices and calls for help, deadlines of cases, turns of the hours,
lapsed codes, midnight and what it forgets.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import chain

from queue_server.engine import alarming, appointing, casing, hold, hours, noticing, pairing, paper, roster
from queue_server.engine import day as days
from queue_server.engine import event as e
from queue_server.engine.decision import Context, Decision
from queue_server.engine.state import Pace, State, Tally
from queue_server.wire.command import Tick
from queue_server.wire.day import day_end, local_day
from queue_server.wire.ids import TicketId


def due(state: State) -> datetime:
    """When the next tick is due: midnight, a turn of any hours, the end of what ends by itself, or a kiosk too long silent."""
    at = _turn(state)
    for stop in state.stops.values():
        if stop.until is not None and stop.until < at:
            at = stop.until
    for notice in state.notices:
        at = min(at, notice.until)
    for alarm in state.alarms:
        at = min(at, alarming.until(alarm))
    for late_at in state.deadlines.values():
        at = min(at, late_at)
    for until in state.held.values():
        at = at if until is None else min(at, until)
    for earliest in (paper.due(state), pairing.due(state)):
        at = at if earliest is None else min(at, earliest)
    # New rules may say that something was due before they were made: it is due when they are.
    return max(at, state.turned_at)


def _turn(state: State) -> datetime:
    """The first instant when the day ends or its hours turn. Asked before every command, and another one a few times a day."""
    turns, key = state.hall.turns, (state.day, state.turned_at)
    at = turns.get(key)
    if at is None:
        turns.clear()
        at = turns[key] = _next_turn(state)
    return at


def _next_turn(state: State) -> datetime:
    turns = chain(hours.turns(state.hall, state.day), roster.turns(state.hall, state.day))
    return min((turn for turn in turns if turn > state.turned_at), default=day_end(state.day))


def _forgetting(state: State, at: datetime) -> Iterator[e.Event]:
    """What is kept of people too long, if there is any."""
    before = local_day(at) - timedelta(days=state.hall.rules.identity_days)
    count = sum(count for day, count in state.named.items() if day < before)
    if count:
        yield e.IdentitiesForgotten(before=before, count=count)
    yield from casing.forgetting(state, local_day(at))


def tick(state: State, command: Tick, context: Context) -> Decision:
    """All that is due at a time. It is never nothing: a tick is asked for only when something is due."""
    at = command.due_at
    events: list[e.Event] = [*paper.silent(state, at)]
    events += [
        e.Unstopped(scope=stop.scope, reason="until")
        for stop in state.stops.values()
        if stop.until is not None and stop.until <= at
    ]
    events += noticing.ending(state, at)
    events += alarming.ending(state, at)
    events += casing.overdue(state, at)
    events += hold.waking(state, at)
    events += pairing.lapse(state, at)
    if at >= day_end(state.day):
        events += days.expiring(state)
        events += appointing.missing(state)
        events.append(e.DayBegun(day=local_day(at)))
        events += _forgetting(state, at)
    elif _turn(state) <= at:
        events.append(e.Turned(at=at, issuing=len(hours.closed(state.hall, at)) < len(state.hall.services)))
    return Decision(tuple(events), lambda _: None)


# What happens then


def turned(state: State, stamped: e.Stamped, event: e.Turned) -> None:
    """The hours of the day have turned."""
    state.turned_at = event.at


def begun(state: State, stamped: e.Stamped, event: e.DayBegun) -> None:
    """A new day: its numbers and counts begin anew, and tickets go of which nothing more can become."""
    state.day = event.day
    state.turned_at = stamped.at
    kept = {
        id_: ticket
        for id_, ticket in state.tickets.items()
        if ticket.state in ("waiting", "called", "serving", "held", "moved")
        or days.offered(state.hall, ticket, event.day)
    }
    state.tickets = kept
    state.holders = {ticket.token: id_ for id_, ticket in kept.items()}
    state.pending = {id_: at for id_, at in state.pending.items() if id_ in kept}
    state.numbers, state.skipped, state.leases, state.advices = {}, {}, (), ()
    state.calls, state.missed, state.objected, state.ratings = [], [], [], []
    state.last = {}
    state.forget_today()
    state.drop_former()
    appointing.drop(state)
    casing.drop(state)
    state.unknow(date.min)
    state.tallies = {id_: Tally() for id_ in state.hall.any_zone}
    state.issued = dict.fromkeys(state.hall.any_service, 0)
    state.paces = {id_: Pace() for id_ in state.hall.any_service}
    for window in state.windows.values():
        window.served = 0
        if window.prompt is not None and TicketId(window.prompt.partition("/")[0]) not in kept:
            window.prompt = None
        if window.ticket is None and window.state != "closed":
            window.state, window.clerk, window.reason, window.until = "closed", None, None, None
            window.since_at, window.seat = stamped.at, None
    assert local_day(stamped.at) == event.day


def forgotten(state: State, stamped: e.Stamped, event: e.IdentitiesForgotten) -> None:
    """Who held the tickets of earlier days is known no more."""
    state.unknow(event.before)
