"""What was open when a server was cut off."""

from datetime import datetime

from queue_server.engine.state import State
from queue_server.wire.floor import CutRecord


def cut(state: State, at: datetime | None) -> CutRecord:
    """What is open in a state whose last event was at a time."""
    states = [ticket.state for ticket in state.tickets.values()]
    return CutRecord(
        at=at,
        waiting=states.count("waiting"),
        called=states.count("called"),
        serving=states.count("serving"),
        windows=sum(window.state != "closed" for window in state.windows.values()),
    )
