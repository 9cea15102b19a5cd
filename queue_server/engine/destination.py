"""Another destination for a ticket, or another place in line: what a manager may do with a step that nobody serves yet."""

from typing import TYPE_CHECKING

from queue_server.engine import event as e
from queue_server.engine.state import State, Ticket
from queue_server.wire import command as c
from queue_server.wire.error import Refusal
from queue_server.wire.ids import ServiceId
from queue_server.wire.ticket import OPEN_STATES

if TYPE_CHECKING:
    from queue_server.engine.hall import Hall


def move(state: State, ticket: Ticket, command: c.Move) -> tuple[e.Event, ...]:
    """What a move makes happen; nothing if the ticket is there already. Refuses a step that is served, or was."""
    if ticket.state not in OPEN_STATES:
        raise Refusal("ticket.closed")
    index = ticket.at if command.step is None else command.step
    if index < ticket.at or index >= len(ticket.steps):
        raise Refusal("ticket.not_waiting")
    step = ticket.steps[index]
    if step.state not in ("waiting", "planned", "no_show"):
        raise Refusal("ticket.busy", window=step.window)
    service = _service(state.hall, command, step.service)
    if state.away.bars(service):
        raise Refusal("hall.evacuated")
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


def _service(hall: "Hall", command: c.Move, now: ServiceId) -> ServiceId:
    if (command.service is None) == (command.window is None):
        raise Refusal("ticket.no_destination")
    if command.window is not None:
        window = hall.window.get(command.window)
        if window is None:
            raise Refusal("window.unknown", window=command.window)
        return now if now in window.services else window.services[0]
    service = command.service
    assert service is not None
    if service not in hall.service:
        raise Refusal("service.unknown", service=service)
    if not hall.offered_at[service]:
        raise Refusal("service.unserved", service=service)
    return service


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
    if not waits:
        return
    step.stand = step.moved = None
    line = state.lines[step.service]
    if event.place == "last":
        step.since_at, step.order = stamped.at, stamped.seq
    elif event.place == "first":
        head = line.head()
        if head is not None and head[:2] < step.place:
            step.stand, step.moved = (head[0], head[1] - 1), event.reason
    line.add(ticket)
