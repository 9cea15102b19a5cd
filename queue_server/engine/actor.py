"""Who asks."""

import msgspec

from queue_server.wire.command import Role
from queue_server.wire.ids import TicketId, WindowId


class Actor(msgspec.Struct, frozen=True):
    """Somebody or something that may ask, already known to be who it says.

    `windows` limits a device to its places (None: the whole hall); `ticket` is the one ticket of a holder.
    """

    role: Role
    name: str
    windows: frozenset[WindowId] | None = None
    ticket: TicketId | None = None

    @property
    def id(self) -> str:
        """The actor as the event log and the idempotency scope name it."""
        return f"{self.role}:{self.name}"


CLOCK = Actor("clock", "server")
"""The server's own timer."""
