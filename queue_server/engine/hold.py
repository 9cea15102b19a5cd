"""A ticket that is held: the window is free, the ticket waits in no line, and goes on where its papers are or at any window."""

from collections.abc import Iterator
from datetime import datetime

from queue_server.engine import event as e
from queue_server.engine.life import move
from queue_server.engine.state import State, Window
from queue_server.engine.ticket import Ticket
from queue_server.wire.error import Refusal
from queue_server.wire.ids import WindowId
from queue_server.wire.ticket import Holding

RESUMED = "held"
"""Why a ticket that was held is called before others."""


def at_window(ticket: Ticket) -> WindowId | None:
    """The window where the papers of a ticket that is held stay, if they stay at one."""
    hold = ticket.step.hold
    return ticket.step.window if hold is not None and hold.kind == "at_window" else None


def resume(state: State, ticket: Ticket, window: Window) -> None:
    """Refuse a ticket that is not held, or does not go on at a window: papers stay where somebody can go on with them."""
    move(ticket.state, "resume")
    papers = at_window(ticket)
    there = state.windows.get(papers) if papers is not None else None
    service = ticket.step.service
    attended = there is not None and there.state != "closed" and service in state.served_at(there.id)
    if there is not None and there is not window and attended:
        raise Refusal("ticket.held_elsewhere", window=there.id)
    if service not in state.served_at(window.id):
        raise Refusal("window.cannot_serve")


def waking(state: State, at: datetime) -> Iterator[e.Woken]:
    """Whose time has come."""
    for id_, until in state.held.items():
        if until is not None and until <= at:
            ticket = state.tickets[id_]
            window = ticket.step.window
            yield e.Woken(ticket=id_, step=ticket.at, window=window if window in state.windows else None)


def held(state: State, stamped: e.Stamped, event: e.Held) -> None:
    """Let a window go on without its ticket."""
    ticket, window = state.tickets[event.ticket], state.windows[event.window]
    step = ticket.step
    ticket.state = step.state = move(ticket.state, "hold")
    step.hold = Holding(event.kind, event.reason, event.until)
    step.clerk = event.clerk
    step.leave(window.id, event.clerk, event.departments)
    step.reached_at = step.reached_at or step.called_at
    assert step.started_at is not None
    step.worked_s += max(round((stamped.at - step.started_at).total_seconds()), 0)
    step.started_at = None
    state.keep(ticket)
    window.ticket, window.since_at = None, stamped.at


def woken(state: State, stamped: e.Stamped, event: e.Woken) -> None:
    """Wait again, with the clock it has."""
    ticket = state.tickets[event.ticket]
    step = ticket.step
    state.leave(ticket)
    ticket.state = step.state = move(ticket.state, "wake")
    step.hold = step.stand = step.moved = None
    step.window = step.clerk = None
    state.lines[step.service].add(ticket)
