"""A part of the hall goes to another place, is served there and comes home: what is told of it, and the commands, whose door is
`command`.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from queue_server.wire.field import Evacuation, Moment, Reason
from queue_server.wire.ids import ServiceId, TicketId
from queue_server.wire.registry import Command, command


class EvacuationRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the hall that is served in another place, or was, or may be; `tickets` are still there."""

    evacuation: str
    state: Literal["away", "shown", "back", "void", "here", "closed"]
    """`shown`: nobody has decided yet whether it is `away`; `back`: served here again; `here`: this store is the other place,
    and it was handed back: `closed`.
    """
    at: datetime
    services: tuple[ServiceId, ...]
    tickets: int
    reason: str | None = None
    """Why it went; None while nobody has decided, and for what came here."""


@command("hall.evacuate", "POST /hall/evacuate", "admin manager clock", answer=EvacuationRecord)
class Evacuate(Command, frozen=True):
    """Have some services served in another place: their tickets go there, and here none is issued or called for them.

    `services` is all of them where it is empty. The same `evacuation` again is answered as before.
    """

    evacuation: Evacuation
    reason: Reason
    services: Annotated[tuple[ServiceId, ...], msgspec.Meta(max_length=999)] = ()


@command("hall.adopt", None, "clock", answer=EvacuationRecord)
class Adopt(Command, frozen=True):
    """Go on for a part of another hall, in a store in which nothing has happened yet. `part` is what its file holds."""

    part: dict[str, Any]


@command("hall.bring_home", "POST /hall/bring-home", "clock", answer=EvacuationRecord)
class BringHome(Command, frozen=True):
    """Take results of the other place: rows of tickets, some at a time; with the last of them the seq up to which they go.

    `origin` is that place: the fingerprint with which it seals; `epoch` is that of its store, within which the seq counts.
    """

    evacuation: Evacuation
    tickets: tuple[dict[str, Any], ...]
    results: Annotated[int, msgspec.Meta(ge=1)]
    last: bool = True
    origin: Annotated[str, msgspec.Meta(max_length=64)] = ""
    epoch: Annotated[str, msgspec.Meta(max_length=64)] = ""


@command("hall.hand_back", "POST /hall/hand-back", "clock", answer=EvacuationRecord)
class HandBack(Command, frozen=True):
    """Serve the part of another hall that came here no more: its results go home."""

    evacuation: Evacuation


@command("hall.reopen", "POST /hall/reopen", "admin manager clock", answer=EvacuationRecord)
class Reopen(Command, frozen=True):
    """Serve a part here again, once its results are here; whoever is still open there goes on here with their clock.

    In the other place: serve on what was handed back.
    """

    evacuation: Evacuation
    reason: Reason


@command("hall.show", "POST /hall/show", "clock", answer=EvacuationRecord)
class Show(Command, frozen=True):
    """Show the hall an evacuation of itself. One that it does not know makes that part read-only until an administrator decides."""

    evacuation: Evacuation
    written_at: Moment
    services: tuple[ServiceId, ...]
    tickets: tuple[TicketId, ...]
    blocks: dict[str, int] = msgspec.field(default_factory=dict)
    place: Annotated[int, msgspec.Meta(ge=1)] = 1


@command("hall.decide", "POST /hall/decide", "admin clock", answer=EvacuationRecord)
class Decide(Command, frozen=True):
    """Decide about a part of the hall that may be served elsewhere: `accept` that it is, or `void`: it never was."""

    evacuation: Evacuation
    decision: Literal["accept", "void"]
    reason: Reason
