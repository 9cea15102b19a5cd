"""How fast somebody may go: so many at once, then so many a second, by name or network address. Pure: the time is an argument."""

from collections import OrderedDict
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from itertools import islice

REMEMBERED = 10_000
"""Names kept at once; the ones that asked longest ago are forgotten, so that made-up ones cannot fill the memory."""


class Pace:
    """A bucket that holds `burst` and gains `per_s` a second. Times may be of any clock that never goes back."""

    __slots__ = ("_full_s", "_gap_s", "_room_s")

    def __init__(self, per_s: float, burst: int) -> None:
        self._gap_s = 1.0 / per_s
        self._room_s = burst / per_s
        self._full_s = float("-inf")
        """When the bucket will be full again: all that is to be known of it."""

    def take(self, now_s: float) -> float:
        """Take one, and 0.0; or, where there is none, take nothing, and the seconds until there will be one."""
        full_s = max(self._full_s, now_s) + self._gap_s
        wait_s = full_s - now_s - self._room_s
        if wait_s > 1e-9:  # what rounding leaves is no reason to wait
            return wait_s
        self._full_s = full_s
        return 0.0

    def reserve(self, now_s: float) -> float:
        """Take one in any case, in advance where there is none: the seconds from now at which it is there."""
        self._full_s = max(self._full_s, now_s) + self._gap_s
        return max(0.0, self._full_s - now_s - self._room_s)

    def full(self, now_s: float) -> bool:
        """Whether nothing is missing, so that it is as good as a new one."""
        return self._full_s <= now_s


class Paces:
    """A bucket for everybody who comes."""

    def __init__(self, per_s: float, burst: int) -> None:
        self._per_s, self._burst = per_s, burst
        self._of: OrderedDict[str, Pace] = OrderedDict()

    def take(self, name: str, now_s: float) -> float:
        """As Pace.take, of somebody's own."""
        pace = self._of.pop(name, None) or Pace(self._per_s, self._burst)
        self._forget(now_s)
        self._of[name] = pace  # the last of all: whoever asks again is forgotten last
        return pace.take(now_s)

    def _forget(self, now_s: float) -> None:
        """Let go of the two who asked longest ago, if their buckets are full again or there are too many to remember."""
        for name, pace in tuple(islice(self._of.items(), 2)):
            if pace.full(now_s) or len(self._of) >= REMEMBERED:
                del self._of[name]


class Crowd:
    """Who is connected: at most `most` in all, and `most_each` of one name."""

    def __init__(self, most: int, most_each: int) -> None:
        self._most, self._most_each = most, most_each
        self._of: dict[str, int] = {}
        self.count = 0

    def enter(self, name: str | None) -> bool:
        """Count one more, unless that is too many. None is somebody through whom many come: counted among all only."""
        if self.count >= self._most or (name is not None and self._of.get(name, 0) >= self._most_each):
            return False
        self.count += 1
        if name is not None:
            self._of[name] = self._of.get(name, 0) + 1
        return True

    def leave(self, name: str | None) -> None:
        """One that had entered is gone."""
        self.count -= 1
        if name is not None:
            self._of[name] -= 1
            if not self._of[name]:
                del self._of[name]


@lru_cache(maxsize=4096)
def neighbourhood(address: str) -> str:
    """What is counted as one address: an IPv4 address, or the 64 bits of an IPv6 one within which a machine chooses freely."""
    try:
        read: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(read, IPv6Address):
        mapped = read.ipv4_mapped
        return str(mapped) if mapped is not None else str(ip_network((read, 64), strict=False))
    return str(read)
