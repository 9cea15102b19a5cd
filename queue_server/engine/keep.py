"""What has happened to tickets whose holders need something of a window. `event` says what events are."""

from datetime import datetime

from queue_server.engine.fact import Fact
from queue_server.wire.ids import TicketId, WindowId


class Kept(Fact, frozen=True, tag="kept"):
    """A ticket's turn came at `window`, which lacks what its holder needs: it is kept for `able`, until then at the latest."""

    ticket: TicketId
    step: int
    window: WindowId
    able: WindowId
    until: datetime
