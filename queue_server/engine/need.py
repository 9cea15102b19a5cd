"""What comes of needs: a ticket is kept for an able window or bound to such, or a steward is told where it was called instead."""

from collections.abc import Iterable

from queue_server.engine import able
from queue_server.engine import event as e
from queue_server.engine.able import Keeping
from queue_server.engine.decision import Context
from queue_server.engine.state import State, Window
from queue_server.engine.ticket import Ticket
from queue_server.wire import need as wire
from queue_server.wire.error import Refusal
from queue_server.wire.ids import ServiceId
from queue_server.wire.ticket import OPEN_STATES, Wait


def call(state: State, window: Window, ticket: Ticket, context: Context) -> tuple[e.Event, ...]:
    """A call for a steward to the window, where it is needed and none is open for this ticket."""
    needs = able.unmet(state, window, ticket.needs) if ticket.needs else ()
    if ticket.binding and needs:
        raise Refusal("need.binding", number=ticket.number, needs=wire.words(needs))
    return _told(state, window, ticket, needs, context)


def stranded(state: State, window: Window, context: Context) -> tuple[e.Event, ...]:
    """A call for a steward for whoever a window may not call, while no window is there that may."""
    barred = sorted(able.barred(state, window, state.served_at(window.id)))
    tickets = (state.tickets[id_] for id_ in barred)
    alone = (ticket for ticket in tickets if next(able.windows(state, ticket), None) is None)
    return tuple(event for ticket in alone for event in _told(state, None, ticket, ticket.needs, context))


def _told(
    state: State, window: Window | None, ticket: Ticket, needs: tuple[str, ...], context: Context
) -> tuple[e.Event, ...]:
    if not needs or any(one.source == ticket.id for one in state.alarms):
        return ()
    alarmed = e.Alarmed(
        alarm=context.draw(),
        kind="need",
        source=ticket.id,
        name=ticket.number,
        zone=None if window is not None else state.zone_of(ticket.step.service),
        place=None if window is None else window.id,
        needs=needs,
    )
    return (alarmed,)


def wait(state: State, service: ServiceId, needs: tuple[str, ...], told: Wait | None) -> Wait | None:
    """What somebody with needs is told who takes a ticket, from what others are `told`: so much later at most as it may be kept.

    The same where every window with somebody at it has what they need, or none has: then nobody is kept.
    """
    if told is None or not needs:
        return told
    lacks = {bool(able.unmet(state, window, needs)) for window in able.attended(state, service)}
    later = int(able.LONGEST.total_seconds() // 60) if len(lacks) > 1 else 0
    return Wait(told.low_min, told.high_min + later, told.age_s)


def bind(state: State, ticket: Ticket, command: wire.Bind) -> tuple[e.Event, ...]:
    """That a need is binding from now on, or is not any more; nothing if it is so already.

    Refuses to bind a ticket without needs that a window can meet, and one that no window with somebody at it would call.
    """
    if ticket.state not in OPEN_STATES:
        raise Refusal("ticket.closed")
    if command.binding == ticket.binding:
        return ()
    if command.binding:
        if not any(need in wire.NEEDS for need in ticket.needs):
            raise Refusal("need.none")
        if next(able.windows(state, ticket), None) is None:
            raise Refusal("need.no_window", needs=wire.words(ticket.needs))
    return (e.NeedBound(ticket=ticket.id, binding=command.binding),)


def bound(state: State, _stamped: e.Stamped, event: e.NeedBound) -> None:
    """Stand where it stood."""
    ticket = state.tickets[event.ticket]
    line = state.lines[ticket.step.service] if ticket.state == "waiting" else None
    if line is not None:
        line.remove(ticket)
    ticket.steps[0].binding = event.binding
    if line is not None:
        line.add(ticket)


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
