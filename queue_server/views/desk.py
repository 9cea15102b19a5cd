"""The steward's desk: whose class waits to be confirmed, which classes there are, and one ticket that somebody asks about."""

from collections.abc import Iterator, Mapping
from typing import Any

from queue_server.engine import noting, record
from queue_server.engine.plan import ORDINARY
from queue_server.engine.state import State
from queue_server.views import window as windows
from queue_server.views.need import ways
from queue_server.wire.floor import GivenClassRecord
from queue_server.wire.ids import TicketId
from queue_server.wire.window import QueuedTicket


def desk(state: State) -> Mapping[str, Any]:
    """Everybody's classes that wait to be confirmed, and every class that may be given."""
    kinds = (kind for kind in state.hall.classes if kind.id != ORDINARY)
    return {
        **{f"request/{one.id}": one for one in requests(state)},
        **{
            f"class/{kind.id}": GivenClassRecord(id=kind.id, name=kind.name, listed=kind.listed)
            for kind in kinds
        },
    }


def requests(state: State) -> Iterator[QueuedTicket]:
    """Waiting tickets whose class nobody has confirmed or refused yet."""
    for line in state.lines.values():
        for _, _, id_ in line:
            if state.tickets[id_].class_state == "requested":
                yield windows.queued(state, id_)


def ticket(state: State, id_: TicketId) -> Mapping[str, Any]:
    """One ticket, as long as it is of today or still open, and that it has remarks, if it has any."""
    if id_ not in state.tickets:
        return {}
    notes = noting.counted(state.tickets[id_])
    return {
        "ticket": record.ticket(state, id_),
        **ways(state, id_),
        **({} if notes is None else {"notes": notes}),
    }
