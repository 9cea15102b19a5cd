"""What comes of needs at a call: a ticket is kept for an able window, or a steward is told that it was called to another one."""

from collections.abc import Iterable

from queue_server.engine import able
from queue_server.engine import event as e
from queue_server.engine.able import Keeping
from queue_server.engine.decision import Context
from queue_server.engine.state import State, Ticket, Window


def call(state: State, window: Window, ticket: Ticket, context: Context) -> tuple[e.Event, ...]:
    """A call for a steward to the window, where it is needed and none is open for this ticket."""
    needs = able.unmet(state, window, ticket) if ticket.needs else ()
    if not needs or any(one.source == ticket.id for one in state.alarms):
        return ()
    alarmed = e.Alarmed(
        alarm=context.draw(),
        kind="need",
        source=ticket.id,
        name=ticket.number,
        place=window.id,
        needs=needs,
    )
    return (alarmed,)


def keeping(state: State, window: Window, keepings: Iterable[Keeping]) -> tuple[e.Event, ...]:
    """That tickets are kept from now on: those that were not before."""
    tickets = [(state.tickets[one.ticket], one) for one in keepings]
    return tuple(
        e.Kept(ticket=ticket.id, step=ticket.at, window=window.id, able=one.able, until=one.until)
        for ticket, one in tickets
        if ticket.step.kept_until is None
    )


def kept(state: State, _stamped: e.Stamped, event: e.Kept) -> None:
    """Stand where it stood, first of all at a window that is able."""
    ticket = state.tickets[event.ticket]
    line = state.lines[ticket.step.service]
    line.remove(ticket)
    ticket.step.kept_until = event.until
    line.add(ticket)
