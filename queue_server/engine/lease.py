"""Numbers that a kiosk has for itself."""

from datetime import date, datetime

import msgspec

from queue_server.wire.ids import ZoneId


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers `first` to `last` of a prefix, of one day: a kiosk's, or nobody's if they may be some that this hall forgot.

    `kiosk` is a paired device's id, or the name of another actor. A `void` one is never given again that day.
    """

    kiosk: str
    zone: ZoneId
    prefix: str
    first: int
    last: int
    day: date
    epoch: str
    at: datetime
    void: bool = False

    def holds(self, prefix: str, n: int) -> bool:
        """Whether a number is one of these."""
        return prefix == self.prefix and self.first <= n <= self.last
