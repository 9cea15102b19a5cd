"""Another turn on the same day: after a call that was missed, or later because the holder would rather wait."""

from datetime import datetime, timedelta

from queue_server.engine import event as e
from queue_server.engine.day import AGAIN
from queue_server.engine.life import move
from queue_server.engine.order import Order
from queue_server.engine.state import State
from queue_server.engine.ticket import Ticket
from queue_server.wire.error import Refusal

DEFERRED = "deferred"
"""Why a ticket that stood before others for a reason of its own stands a little later and still before some."""


def reenter(state: State, ticket: Ticket, now: datetime) -> e.Reentered:
    """Wait again after a missed call. Refuses one miss too many, and who comes too late."""
    rules, step = state.hall.rules, ticket.step
    move(ticket.state, "reenter")
    if state.away.bars(step.service):
        raise Refusal("hall.evacuated")
    if step.misses > rules.reentries:
        raise Refusal("ticket.missed_too_often", misses=step.misses)
    if now - (step.ended_at or ticket.issued_at) > timedelta(minutes=rules.reentry_min):
        raise Refusal("ticket.missed_too_long", minutes=rules.reentry_min)
    window = step.window if step.window in state.windows else None
    return e.Reentered(ticket=ticket.id, step=ticket.at, behind=rules.reentry_behind, window=window)


def defer(state: State, ticket: Ticket, behind: int) -> tuple[e.Event, ...]:
    """Let others go first; nothing happens where nobody stands behind. Refuses one time too many."""
    move(ticket.state, "defer")
    limit = state.hall.rules.defers
    if sum(step.defers for step in ticket.steps) >= limit:
        raise Refusal("ticket.deferred_too_often", limit=limit)
    order = Order(state, ticket.step.service)
    if order.behind(behind, order.of(ticket)) is None:
        return ()
    return (e.Deferred(ticket=ticket.id, step=ticket.at, behind=behind),)


def reentered(state: State, stamped: e.Stamped, event: e.Reentered) -> None:
    """Stand in line with a new clock, but behind no more than so many."""
    ticket = state.tickets[event.ticket]
    step, line = ticket.step, state.lines[ticket.step.service]
    state.leave(ticket)
    ticket.state = step.state = move(ticket.state, "reenter")
    step.since_at, step.order = stamped.at, stamped.seq
    step.window = step.clerk = step.reached_at = None
    step.stand = step.moved = None
    if len(line):
        behind = Order(state, step.service).behind(event.behind) if len(line) > event.behind else None
        step.stand, step.moved = behind or step.place, AGAIN
    line.add(ticket)


def deferred(state: State, stamped: e.Stamped, event: e.Deferred) -> None:
    """Stand further behind, with the same clock."""
    ticket = state.tickets[event.ticket]
    step, line = ticket.step, state.lines[ticket.step.service]
    order = Order(state, step.service)
    stand = order.behind(event.behind, order.of(ticket))
    line.remove(ticket)
    step.stand, step.moved = stand, step.moved or DEFERRED
    step.defers += 1
    step.kept_until = None
    line.add(ticket)
