"""The other place: a store without a hall goes on for a part of one, and a ticket is had as another place had it."""

import msgspec

from queue_server.engine import event as e
from queue_server.engine import leasing, slip
from queue_server.engine import part as parts
from queue_server.engine.away import Arrival
from queue_server.engine.decision import Context, Decision
from queue_server.engine.part import AT_A_WINDOW, Part
from queue_server.engine.state import State
from queue_server.engine.ticket import Step
from queue_server.wire import command as c
from queue_server.wire.error import Refusal
from queue_server.wire.ticket import OPEN_STATES


def adopt(state: State, command: c.Adopt, context: Context) -> Decision:
    """Go on for a part of another hall. The same part again: nothing happens."""
    came = msgspec.convert(command.part, Part)
    arrival = state.away.arrival
    if arrival is not None and arrival.id == came.evacuation:
        return Decision((), parts.recorded(arrival.id))
    if arrival is not None and arrival.epoch == came.epoch and came.at < arrival.at:
        raise Refusal("evacuation.newer")
    if state.tickets or arrival is not None or len(state.versions) > 1:
        raise Refusal("hall.not_empty")
    arrived = e.Arrived(
        evacuation=came.evacuation,
        written_at=came.at,
        epoch=came.epoch,
        seq=came.seq,
        day=came.day,
        services=came.services,
        blocks=came.blocks,
        numbers=came.numbers,
        leased=came.leased,
        place=came.place,
        sheaves=came.sheaves,
    )
    tickets = [e.Adopted(evacuation=came.evacuation, ticket=row.id, row=row) for row in came.tickets]
    return Decision((arrived, *tickets), parts.recorded(came.evacuation))


# What happens then


def arrived(state: State, stamped: e.Stamped, event: e.Arrived) -> None:
    """Go on for a part of another hall."""
    state.away = msgspec.structs.replace(
        state.away,
        arrival=Arrival(
            id=event.evacuation,
            at=event.written_at,
            epoch=event.epoch,
            seq=event.seq,
            day=event.day,
            services=event.services,
            blocks=event.blocks,
            numbers=event.numbers,
            place=event.place,
        ),
    )
    state.sheaves = event.sheaves
    if event.day == state.day:
        leasing.leave_out(state, stamped, event.leased)


def adopted(state: State, stamped: e.Stamped, event: e.Adopted | e.CameHome) -> None:
    """Have a ticket as another place had it. Seqs of its events are that place's own: here this one orders it among the others."""
    row = event.row
    steps = [msgspec.structs.replace(step, call=0, ended=0, rated=0) for step in row.steps]
    ticket = msgspec.structs.replace(row, steps=steps)
    step = ticket.step
    if isinstance(event, e.Adopted):
        step.away = None
        ticket.state = step.state = parts.waits_as(step.waits_as)
        if ticket.state == "waiting":
            _uncalled(step)
    elif row.state in OPEN_STATES:
        step.waits_as = parts.waits_as(row.state)
        if row.state in AT_A_WINDOW:
            _uncalled(step)
        step.away = event.evacuation
        ticket.state = step.state = "moved"
    if ticket.paper == "pending":  # no kiosk of the one place tells the other what became of it
        ticket.papered("unknown")
    _order(step, stamped)
    state.adopt(ticket)
    if isinstance(event, e.CameHome):
        step.origin = event.origin or step.origin
        if event.slip:
            slip.used(state, row.prefix, row.n)


def _uncalled(step: Step) -> None:
    step.window = step.clerk = step.called_at = step.recalled_at = step.started_at = step.hold = None
    step.calls = 0


def _order(step: Step, stamped: e.Stamped) -> None:
    """Tickets come in their order, so this event's seq stands for what the other place's seqs said of it.

    If that place's clock is ahead of this one's, nobody stands by a time that has not come, behind all that come meanwhile.
    """
    step.order = step.ended = stamped.seq
    if step.since_at is not None:
        step.since_at = min(step.since_at, stamped.at)
    if step.stand is not None:
        step.stand = (min(step.stand[0], stamped.at), stamped.seq)
