"""What has happened to tickets whose holders need something of a window. `event` says what events are."""

from datetime import datetime

from queue_server.engine.fact import Fact
from queue_server.wire.ids import TicketId, WindowId


class NeedBound(Fact, frozen=True, tag="need_bound"):
    """From now on no window calls a ticket that lacks what its holder needs; or, not `binding` any more, every one may."""

    ticket: TicketId
    binding: bool


class Kept(Fact, frozen=True, tag="kept"):
    """A ticket's turn came at `window`, which lacks what its holder needs: it is kept for `able`, until then at the latest."""

    ticket: TicketId
    step: int
    window: WindowId
    able: WindowId
    until: datetime
