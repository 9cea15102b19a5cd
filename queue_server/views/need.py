"""The two ways of a ticket whose holder needs something of a window: to the first free one, or only to one that has it."""

from collections.abc import Mapping

from queue_server.engine import able
from queue_server.engine.state import State
from queue_server.wire.holder import WayRecord
from queue_server.wire.ids import TicketId
from queue_server.wire.need import NEEDS


def ways(state: State, id_: TicketId) -> Mapping[str, WayRecord]:
    """The windows of each way, `first` and `able`; nothing where there is nothing to choose."""
    ticket = state.tickets[id_]
    if ticket.state != "waiting" or not any(need in NEEDS for need in ticket.needs):
        return {}
    service = ticket.step.service
    there = {window.id: state.hall.window[window.id].name for window in able.attended(state, service)}
    fit = [window.id for window in able.windows(state, ticket)]
    return {
        "first": WayRecord(tuple(there.values())),
        "able": WayRecord(tuple(there[window] for window in fit)),
    }
