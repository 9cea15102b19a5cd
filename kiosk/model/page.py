"""The services of a zone, as many at a time as there is room for."""

from kiosk.model.screen import Services
from kiosk.model.state import State
from queue_server.wire.view import ServiceRecord

PLAIN = 12
"""Services on one page, two columns of six; a zone with seven or fewer shows them in one."""
EASY = 6
"""The same where they are large."""
LOW = 8
"""The same in the lower half of the panel."""


def size(state: State) -> int:
    """How many services stand on one page."""
    return EASY if state.manner.easy else LOW if state.manner.low else PLAIN


def pages(state: State, zone: str) -> int:
    """On how many pages a zone's services stand, at least one."""
    return max(1, -(-len(state.offered(zone)) // size(state)))


def turned(state: State, screen: Services) -> tuple[int, tuple[ServiceRecord, ...]]:
    """Which page is shown, counted from 0, and the services on it, in the order of the screen."""
    number, many = min(screen.page, pages(state, screen.zone) - 1), size(state)
    return number, state.offered(screen.zone)[number * many : (number + 1) * many]
