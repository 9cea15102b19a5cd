"""Business time away from the server: what the last beat said, and how long ago that was. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from queue_server.wire.frame import Beat


@dataclass(frozen=True)
class BusinessClock:
    """The clock of one beat heard at `heard_s` on a monotonic clock. Business time may run at another speed
    than the wall's.
    """

    beat: Beat
    heard_s: float

    def now(self, monotonic_s: float) -> datetime:
        """Business time (aware UTC) at a reading of the same monotonic clock."""
        passed_s = (monotonic_s - self.heard_s) * self.beat.speed
        return self.beat.now.astimezone(UTC) + timedelta(seconds=passed_s)
