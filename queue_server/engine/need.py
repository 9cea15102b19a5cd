"""A steward is told when somebody is called to where what they need is not.

No window waits for such a ticket yet, and none is passed over for it: whoever is called so is helped there.
"""

from queue_server.engine import event as e
from queue_server.engine.decision import Context
from queue_server.engine.state import State, Ticket, Window
from queue_server.wire.need import NEEDS


def unmet(state: State, window: Window, ticket: Ticket) -> tuple[str, ...]:
    """What a ticket's holder needs and neither the window nor whoever sits there has."""
    clerk = state.hall.member.get(window.clerk) if window.clerk is not None else None
    there = {*state.hall.window[window.id].abilities, *(clerk.abilities if clerk is not None else ())}
    return tuple(need for need in ticket.needs if need in NEEDS and not NEEDS[need] & there)


def call(state: State, window: Window, ticket: Ticket, context: Context) -> tuple[e.Event, ...]:
    """A call for a steward to the window, where it is needed and none is open for this ticket."""
    needs = unmet(state, window, ticket) if ticket.needs else ()
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
