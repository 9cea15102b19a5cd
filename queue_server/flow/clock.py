"""Business time. Rules of the hall run on it; heartbeats, printing and key prompts stay on real time.

It never goes back. When the machine's clock is set back, as by a time server that corrects it, business time goes on at half the
speed until the machine's has caught up: papers are missed, pauses end and waits grow meanwhile, and no two events change places.
When it is set forward, business time follows at once, and what fell due between is done in order. While it is doubted (`doubt`),
business time is `held`: it goes on at the machine's pace, whatever the machine says that the time is.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from queue_server.wire.day import local_day

FASTEST = 100_000
"""The greatest speed of a business clock: a day in less than a second."""


class Clock:
    """The wall clock, or for demos and tests one that starts at a chosen time and runs `speed` times as fast."""

    def __init__(
        self,
        start: datetime | None = None,
        speed: float = 1.0,
        *,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`start` (aware) and `speed` > 0 make a business clock that can also be set; without a start it follows the wall clock.

        `wall` tells the machine's time, aware UTC.
        """
        if not 0 < speed <= FASTEST:
            raise ValueError(f"a clock's speed is above 0 and at most {FASTEST}")
        if start is None and speed != 1.0:
            raise ValueError("the wall clock has no other speed than 1")
        self.speed = speed
        self._start = start.astimezone(UTC) if start is not None else None
        self._origin = time.monotonic()
        self._wall = wall
        self._told = (wall(), time.monotonic())
        """What the wall clock was last followed to, and when."""
        self._held = False
        self._telling = threading.Lock()

    @classmethod
    def parse(cls, text: str | None) -> "Clock":
        """A clock from `JIAOHAO_CLOCK`: START@SPEED, such as 2026-11-23T09:00:00+08:00@20. None or "" is the wall clock."""
        if not text:
            return cls()
        start, _, speed = text.partition("@")
        try:
            at, factor = datetime.fromisoformat(start), float(speed or 1)
            if at.tzinfo is None:
                raise ValueError("no offset")
            return cls(at, factor)
        except ValueError as fault:
            raise ValueError(
                f"JIAOHAO_CLOCK={text!r}: write START@SPEED, such as 2026-11-23T09:00:00+08:00@20"
            ) from fault

    @property
    def settable(self) -> bool:
        """Whether the clock may be set: only one that was started at a chosen time."""
        return self._start is not None

    @property
    def machine(self) -> datetime:
        """The machine's own time, aware UTC, which may be wrong."""
        return self._wall()

    @property
    def held(self) -> bool:
        """Whether the machine's time does not count now."""
        return self._held

    @property
    def sure(self) -> datetime:
        """Real time as far as it is sure, aware UTC: the machine's, or an earlier one while that does not count."""
        return self._follow() if self._held else self._wall()

    def hold(self, at: datetime) -> None:
        """Go on from a time, whatever the machine says, until `release`, or until it says that it is the same day."""
        with self._telling:
            self._held = True
            self._told = (at, time.monotonic())

    def release(self) -> None:
        """Let the machine's time count again."""
        self._follow()
        self._held = False

    def now(self) -> datetime:
        """Business time, aware UTC."""
        if self._start is None:
            return self._follow()
        return self._start + timedelta(seconds=(time.monotonic() - self._origin) * self.speed)

    def not_before(self, at: datetime) -> None:
        """Go on from a time that is known to have been, if it is later than now. A clock with a chosen start is not moved."""
        with self._telling:
            told, real_s = self._told
            self._told = (max(told, at), real_s)

    def _follow(self) -> datetime:
        """The wall clock; or half as fast on from what was told, while that is ahead of it."""
        with self._telling:
            told, then_s = self._told
            real_s = time.monotonic()
            wall = self._wall()
            if self._held:
                now = told + timedelta(seconds=real_s - then_s)
                self._told = (now, real_s)
                self._held = local_day(wall) > local_day(now)
                return now
            now = max(wall, told + timedelta(seconds=(real_s - then_s) / 2))
            self._told = (now, real_s)
            return now

    def set(self, to: datetime) -> None:
        """Go on from another time at the same speed. ValueError on the wall clock."""
        if self._start is None:
            raise ValueError("the wall clock is not ours to set")
        self._start, self._origin = to.astimezone(UTC), time.monotonic()

    def real_s(self, until: datetime) -> float:
        """Real seconds until a business time; 0 if it has passed."""
        return max((until - self.now()).total_seconds() / self.speed, 0.0)


def ticking() -> float:
    """Seconds of a clock that nobody sets, and that runs also while this process or the whole machine stands still."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)
