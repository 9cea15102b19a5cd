"""What a window did last can be taken back for a few seconds, as long as nothing has moved since.

Rows before and after are remembered as the events are applied, in memory alone: after a start there is nothing to undo. The event
holds the rows as they are again, so that the log needs no memory.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from queue_server.engine import event as e
from queue_server.engine.state import Last, State, Window
from queue_server.engine.ticket import Ticket
from queue_server.wire.error import Refusal
from queue_server.wire.ids import TicketId

WITHIN = timedelta(seconds=10)
STEPS = (e.Called, e.Recalled, e.Started, e.Finished, e.Missed, e.Held, e.Transferred)
"""Events that can be undone."""
UNDONE = "undone"
"""Why a ticket ended that was issued for a call that was taken back."""


def undo(state: State, window: Window, now: datetime) -> tuple[e.Event, ...]:
    """Take the window's last step back, or refuse. A ticket that was issued for it is nobody's, and ends."""
    last = state.last.get(window.id)
    if last is None:
        raise Refusal("undo.nothing")
    if now - last.at > WITHIN or any(_over(row, now) for row in last.tickets):
        raise Refusal("undo.too_late", seconds=int(WITHIN.total_seconds()))
    if window != last.window_after or any(state.tickets.get(row.id) != row for row in last.tickets_after):
        raise Refusal("undo.moved")
    meanwhile = {step.service for row in last.tickets_after for step in row.steps}
    back = e.Undone(
        window=window.id,
        first=last.first,
        row=last.window,
        tickets=last.tickets,
        services=tuple(sorted(meanwhile)),
    )
    return (back,) if last.walk_in is None else (back, e.Cancelled(ticket=last.walk_in, reason=UNDONE))


def rows(state: State, id_: TicketId) -> Iterator[Ticket]:
    """What is remembered of a ticket, as it was and as it became."""
    for last in state.last.values():
        yield from (row for row in (*last.tickets, *last.tickets_after) if row.id == id_)


def _over(row: Ticket, now: datetime) -> bool:
    """Whether a ticket was held until a time that has come meanwhile, at which it would have woken."""
    hold = row.step.hold
    return hold is not None and hold.kind == "waiting_step" and hold.until is not None and hold.until <= now


def undone(state: State, _stamped: e.Stamped, event: e.Undone) -> None:
    """Have the rows as they were."""
    for row in event.tickets:
        state.leave(state.tickets[row.id])
        state.adopt(_ticket(row))
    state.windows[event.window] = msgspec.structs.replace(event.row)
    state.last.pop(event.window, None)


class Before(msgspec.Struct, frozen=True):
    """A window and its ticket before an event."""

    window: Window
    ticket: Ticket


def before(state: State, event: e.Event) -> Before | None:
    """What an event is about to change, if it can be undone."""
    if not isinstance(event, STEPS):
        return None
    window, ticket = state.windows[event.window], state.tickets[event.ticket]
    return Before(msgspec.structs.replace(window), _ticket(ticket))


def remember(state: State, stamped: e.Stamped, was: Before) -> None:
    """Know what an event that was just applied has changed. A call undoes with the end of the ticket before, if it brought that."""
    id_, ticket = was.window.id, was.ticket
    last = state.last.get(id_)
    one = Last(
        first=stamped.seq,
        seq=stamped.seq,
        at=stamped.at,
        command=stamped.command,
        window=was.window,
        tickets=(ticket,),
        window_after=msgspec.structs.replace(state.windows[id_]),
        tickets_after=(_ticket(state.tickets[ticket.id]),),
        walk_in=ticket.id if isinstance(stamped.event, e.Called) and stamped.event.walked_in else None,
    )
    if (
        last is not None
        and isinstance(stamped.event, e.Called)
        and (last.seq, last.command, last.at) == (stamped.seq - 1, stamped.command, stamped.at)
        and all(row.id != ticket.id for row in last.tickets)
    ):
        one = msgspec.structs.replace(
            one,
            first=last.first,
            window=last.window,
            tickets=(*last.tickets, ticket),
            tickets_after=(*last.tickets_after, *one.tickets_after),
        )
    state.last[id_] = one


def _ticket(row: Ticket) -> Ticket:
    return msgspec.structs.replace(row, steps=[msgspec.structs.replace(step) for step in row.steps])
