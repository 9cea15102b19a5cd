"""Who asks."""

import msgspec

from queue_server.wire.command import Role
from queue_server.wire.ids import DeviceId, TicketId, WindowId


class Actor(msgspec.Struct, frozen=True):
    """Somebody or something that may ask, already known to be who it says.

    `windows` limits a device to its places (None: the whole hall); `ticket` is the one ticket of a holder;
    `device` the paired device that asks, also one that still waits for its place (its role is then `public`).
    `seat` tells the sign-ins of one clerk apart.
    """

    role: Role
    name: str
    windows: frozenset[WindowId] | None = None
    ticket: TicketId | None = None
    device: DeviceId | None = None
    seat: str | None = None

    @property
    def id(self) -> str:
        """The actor as the event log and the idempotency scope name it."""
        return f"{self.role}:{self.name}"


CLOCK = Actor("clock", "server")
"""The server's own timer."""
