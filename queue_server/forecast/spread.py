"""How long things take, as tables of equally likely durations: what was seen and what is assumed have one form, and draw alike."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from math import log

import msgspec

SIZE = 200
"""Durations in a table."""
TAIL = 0.35
"""By how much of what it took already something goes on, on average, that has outlasted all that was ever seen. For lognormal
times with a coefficient of variation of 0.8 it is about that much in the last hundredth.
"""

Chance = Callable[[], float]
"""Draws from [0, 1)."""


class Spread(msgspec.Struct, frozen=True):
    """Equally likely durations in minutes, shortest first; at least one."""

    durations: tuple[float, ...]

    def times(self, factor: float) -> "Spread":
        """The same of something that takes so many times as long."""
        return Spread(tuple([duration * factor for duration in self.durations]))

    def at(self, share: float) -> float:
        """The one below which such a share of them lies: one of them by chance where that is drawn from [0, 1)."""
        return self.durations[int(share * len(self.durations))]

    def rest(self, elapsed: float, chance: Chance) -> float:
        """How much longer it takes what took `elapsed` minutes already."""
        durations = self.durations
        since = bisect_right(durations, elapsed)
        left = len(durations) - since
        if left:
            return durations[since + int(chance() * left)] - elapsed
        return -log(1.0 - chance()) * TAIL * elapsed

    def outlasts(self, elapsed: float) -> float:
        """The share that takes longer than `elapsed` minutes; of a table that ends before, a little."""
        left = len(self.durations) - bisect_right(self.durations, elapsed)
        return max(left, 0.5) / len(self.durations)


def quantile(ordered: Sequence[float], share: float) -> float:
    """Below which so great a share of ordered values lies, between the two nearest of them."""
    place = min(max(share * (len(ordered) + 1) - 1, 0.0), len(ordered) - 1.0)
    low = int(place)
    part = place - low
    return ordered[low] if not part else ordered[low] * (1 - part) + ordered[low + 1] * part


def table(values: Sequence[float]) -> tuple[float, ...]:
    """Values as a table of SIZE, the middles of as many equal shares of them; a few become many that lie between."""
    ordered = sorted(values)
    return tuple([quantile(ordered, (place + 0.5) / SIZE) for place in range(SIZE)])
