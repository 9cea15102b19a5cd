"""What has happened when a part of the hall goes to another place, is served there and comes home. `event` says what events are."""

from datetime import date, datetime

import msgspec

from queue_server.engine import number
from queue_server.engine.fact import Fact
from queue_server.engine.sheaf import Sheaf
from queue_server.engine.ticket import Ticket
from queue_server.wire.ids import ServiceId, TicketId


class Evacuated(Fact, frozen=True, tag="evacuated"):
    """Some services and their tickets are served elsewhere from now on: whoever was at a window first, then in their order.

    `blocks` are the series of numbers given to that place, by prefix; a prefix that is not there goes whole.
    `place` is which of the other places it is.
    """

    evacuation: str
    services: tuple[ServiceId, ...]
    tickets: tuple[TicketId, ...]
    blocks: dict[str, int] = msgspec.field(default_factory=dict)
    reason: str | None = None
    place: int = 1


class EvacuationShown(Fact, frozen=True, tag="evacuation_shown"):
    """By a file that this hall had not written, some services are served elsewhere: they rest until somebody decides."""

    evacuation: str
    written_at: datetime
    services: tuple[ServiceId, ...]
    tickets: tuple[TicketId, ...]
    blocks: dict[str, int] = msgspec.field(default_factory=dict)
    place: int = 1


class EvacuationAccepted(Fact, frozen=True, tag="evacuation_accepted"):
    """It was so: what is still open of the tickets in the file goes on elsewhere."""

    evacuation: str
    services: tuple[ServiceId, ...]
    tickets: tuple[TicketId, ...]
    reason: str
    blocks: dict[str, int] = msgspec.field(default_factory=dict)
    place: int = 1


class Arrived(Fact, frozen=True, tag="arrived"):
    """The store goes on for a part of another hall. `numbers` are the last ones given there on `day`, by prefix, `leased` the last
    ones that kiosks there have, `sheaves` the slips that were printed there. `place` is which of that hall's other places this is.
    """

    evacuation: str
    written_at: datetime
    epoch: str
    seq: int
    day: date
    services: tuple[ServiceId, ...]
    blocks: dict[str, int] = msgspec.field(default_factory=dict)
    numbers: dict[str, int] = msgspec.field(default_factory=dict)
    leased: dict[str, int] = msgspec.field(default_factory=dict)
    place: int = 1
    sheaves: tuple[Sheaf, ...] = ()


class Adopted(Fact, frozen=True, tag="adopted"):
    """A ticket that another place issued goes on here: `row` is all that is known of it there."""

    evacuation: str
    ticket: TicketId
    row: Ticket


class CameHome(Fact, frozen=True, tag="came_home"):
    """What became of a ticket where it went, or of one that was issued there. One that is still open stays there.

    `origin` is that place: the fingerprint with which it seals. Results of before it was kept have none.
    """

    evacuation: str
    ticket: TicketId
    row: Ticket
    origin: str = ""

    @property
    def slip(self) -> bool:
        """Whether its number is one of a slip."""
        return self.row.n in number.SLIPS


class Returned(Fact, frozen=True, tag="returned"):
    """All results up to the other place's `results` (a seq of its `epoch`) are here. `origin` is that place, as above."""

    evacuation: str
    results: int
    origin: str = ""
    epoch: str = ""


class HandedBack(Fact, frozen=True, tag="handed_back"):
    """The part that came here is served here no more, as its results go home; or, `again`, it is, for a `reason`."""

    evacuation: str
    again: bool = False
    reason: str | None = None


class Reopened(Fact, frozen=True, tag="reopened"):
    """A part is served here again; `tickets` are still open and go on as they are. `void`: it was never served elsewhere.

    `numbers` are the last ones, by prefix, that may have been given there without anybody here knowing.
    """

    evacuation: str
    tickets: tuple[TicketId, ...]
    reason: str
    void: bool = False
    numbers: dict[str, int] = msgspec.field(default_factory=dict)
