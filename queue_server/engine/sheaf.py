"""Slips that were printed together."""

from datetime import datetime

import msgspec

from queue_server.wire.ids import ZoneId


class Sheaf(msgspec.Struct, frozen=True):
    """Slips of a zone with numbers from `first`, good from `made_at` on for any day; those `used` were keyed in."""

    zone: ZoneId
    prefix: str
    first: int
    count: int
    made_at: datetime
    used: tuple[int, ...] = ()

    def holds(self, prefix: str, n: int) -> bool:
        """Whether a number is one of these."""
        return prefix == self.prefix and self.first <= n < self.first + self.count

    def meets(self, other: "Sheaf") -> bool:
        """Whether some number is in both."""
        apart = self.first >= other.first + other.count or other.first >= self.first + self.count
        return self.prefix == other.prefix and not apart
