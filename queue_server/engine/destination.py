"""Another destination for a ticket, or another place in line.

A manager gives one to a step that nobody serves yet, a window to the ticket that is there, and a clerk one more step to any.
"""

from typing import TYPE_CHECKING, Literal

from queue_server.engine import event as e
from queue_server.engine.life import move as moves
from queue_server.engine.state import State, Window
from queue_server.engine.ticket import Step, Ticket
from queue_server.wire import command as c
from queue_server.wire.error import Refusal
from queue_server.wire.ids import ServiceId
from queue_server.wire.ticket import NO_DEPARTMENTS, OPEN_STATES

if TYPE_CHECKING:
    from queue_server.engine.hall import Hall

TRANSFERRED = "transfer"
"""Why a ticket that a window sent on stands before others."""


def move(state: State, ticket: Ticket, command: c.Move) -> tuple[e.Event, ...]:
    """What a move makes happen; nothing if the ticket is there already. Refuses a step that is served, or was."""
    if not ticket.pending:
        raise Refusal("ticket.closed")
    index = ticket.at if command.step is None else command.step
    if index < ticket.at or index >= len(ticket.steps):
        raise Refusal("ticket.not_waiting")
    step = ticket.steps[index]
    if step.state not in ("waiting", "planned", "no_show", "expired"):
        raise Refusal("ticket.busy", window=step.window)
    service = _service(state, command, step.service)
    waits = step.state == "waiting"
    if service == step.service and not (waits and (command.place != "clock" or step.stand is not None)):
        return ()
    return (
        e.Moved(
            ticket=ticket.id,
            step=index,
            service=service,
            was=step.service,
            place=command.place if waits else "clock",
            reason=command.reason,
        ),
    )


def transfer(state: State, ticket: Ticket, window: Window, command: c.Transfer) -> e.Transferred:
    """Send the ticket at a window on."""
    moves(ticket.state, "transfer")
    service = _service(state, command, ticket.step.service)
    if command.come_back:
        _one_more(state, ticket)
    assert window.clerk is not None
    return e.Transferred(
        ticket=ticket.id,
        step=ticket.at,
        window=window.id,
        clerk=window.clerk,
        service=service,
        was=ticket.step.service,
        place=command.place,
        come_back=command.come_back,
        departments=state.hall.whose(ticket.step.service, window.clerk),
    )


def add(state: State, ticket: Ticket, service: ServiceId) -> e.StepAdded:
    """One more service for an open ticket."""
    if ticket.state not in OPEN_STATES:
        raise Refusal("ticket.closed")
    _known(state, service)
    _one_more(state, ticket)
    return e.StepAdded(ticket=ticket.id, service=service)


def _one_more(state: State, ticket: Ticket) -> None:
    limit = state.hall.rules.max_steps
    if len(ticket.steps) >= limit:
        raise Refusal("steps.too_many", limit=limit)


def _service(state: State, command: c.Move | c.Transfer, now: ServiceId) -> ServiceId:
    if (command.service is None) == (command.window is None):
        raise Refusal("ticket.no_destination")
    service = command.service or _of_window(state.hall, command, now)
    _known(state, service)
    return service


def _of_window(hall: "Hall", command: c.Move | c.Transfer, now: ServiceId) -> ServiceId:
    window = hall.window.get(command.window) if command.window is not None else None
    if window is None:
        raise Refusal("window.unknown", window=command.window)
    return now if now in window.services else window.services[0]


def _known(state: State, service: ServiceId) -> None:
    if service not in state.hall.service:
        raise Refusal("service.unknown", service=service)
    if not state.hall.offered_at[service]:
        raise Refusal("service.unserved", service=service)
    if state.away.bars(service):
        raise Refusal("hall.evacuated")


def moved(state: State, stamped: e.Stamped, event: e.Moved) -> None:
    """Let a step go to its new service and place."""
    ticket = state.tickets[event.ticket]
    step = ticket.steps[event.step]
    waits = step.state == "waiting"
    if waits:
        state.lines[step.service].remove(ticket)
    state.count(ticket, step, -1)
    step.service = event.service
    state.count(ticket, step)
    if waits:
        _line_up(state, stamped, ticket, event.place, event.reason)


def transferred(state: State, stamped: e.Stamped, event: e.Transferred) -> None:
    """Let a ticket go from its window to a line."""
    ticket, window = state.tickets[event.ticket], state.windows[event.window]
    step = ticket.step
    window.ticket, window.since_at = None, stamped.at
    state.count(ticket, step, -1)
    step.leave(window.id, event.clerk, event.departments)
    step.service = event.service
    ticket.state = step.state = moves(ticket.state, "transfer")
    state.count(ticket, step)
    step.window = step.clerk = step.started_at = step.reached_at = None
    step.worked_s = 0
    step.departments = NO_DEPARTMENTS
    if event.come_back:
        _insert(state, ticket, ticket.at + 1, event.was)
    _line_up(state, stamped, ticket, event.place, TRANSFERRED)


def added(state: State, _stamped: e.Stamped, event: e.StepAdded) -> None:
    """Have one more step at the end."""
    ticket = state.tickets[event.ticket]
    _insert(state, ticket, len(ticket.steps), event.service)


def _insert(state: State, ticket: Ticket, at: int, service: ServiceId) -> None:
    step = Step(service=service)
    ticket.steps.insert(at, step)
    state.count(ticket, step)


def _line_up(
    state: State, stamped: e.Stamped, ticket: Ticket, place: Literal["first", "clock", "last"], reason: str
) -> None:
    step, line = ticket.step, state.lines[ticket.step.service]
    step.stand = step.moved = step.kept_until = None
    if place == "last":
        step.since_at, step.order = stamped.at, stamped.seq
    elif place == "first":
        head = line.head()
        if head is not None:
            step.stand, step.moved = min((head[0], head[1] - 1), step.place), reason
    line.add(ticket)
