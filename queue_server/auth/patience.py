"""Growing delay after failed sign-ins and PINs, per account name and per place. Pure: the time is an argument.

The first few failures cost nothing, since people mistype; then the pause doubles up to a minute. A stranger can thus make a clerk
wait a minute at most, and can try some 1,500 passwords a day.
"""

from collections import OrderedDict
from dataclasses import dataclass
from math import ceil

from queue_server.wire.error import Refusal

FREE = 4
"""Failures in a row of one name without a pause."""
FREE_ADDRESS = 30
"""The same of one address, from which many people may sign in."""
FREE_PIN = 5
"""Wrong PINs in a row of one name, or at one kiosk, without a pause."""
LONGEST_S = 60.0
FORGET_S = 900.0
"""An address is forgotten when it has tried nothing for so long."""
REMEMBERED = 10_000
"""Names kept at once; the oldest are forgotten, so that made-up names cannot fill the memory."""


@dataclass
class _Failures:
    count: int = 0
    until_s: float = 0.0
    last_s: float = 0.0


class Patience:
    """Failures by name, or by address: `free` of them cost no pause, and they are forgotten after `forget_s` without an attempt."""

    def __init__(self, free: int = FREE, forget_s: float = float("inf")) -> None:
        self._free = free
        self._forget_s = forget_s
        self._failures: OrderedDict[str, _Failures] = OrderedDict()

    def wait_s(self, name: str, now_s: float) -> int:
        """Whole seconds until this name may try again; 0 for now."""
        failures = self._failures.get(name)
        return 0 if failures is None else max(0, ceil(failures.until_s - now_s))

    def attempt(self, name: str, now_s: float) -> None:
        """Count an attempt as failed until `success` or `undo` says otherwise, so that many at once are no way around the pause."""
        failures = self._failures.setdefault(name, _Failures())
        if now_s - failures.last_s > self._forget_s:
            failures.count = 0
        self._failures.move_to_end(name)
        failures.count += 1
        failures.last_s = now_s
        if failures.count >= self._free:
            failures.until_s = now_s + min(LONGEST_S, 2.0 ** min(failures.count - self._free, 10))
        while len(self._failures) > REMEMBERED:
            self._failures.popitem(last=False)

    def success(self, name: str) -> None:
        """Forget the failures of a name."""
        self._failures.pop(name, None)

    def undo(self, name: str) -> None:
        """The last attempt was none, but those before it stay: who knows one password is not thereby trusted with all others."""
        failures = self._failures.get(name)
        if failures is not None:
            failures.count -= 1
            failures.until_s = 0.0


class Tries:
    """Attempts of one kind, by name and by the place from which they come: a network address or a kiosk; "" is none."""

    def __init__(self, free: int, free_place: int) -> None:
        self._names = Patience(free)
        self._places = Patience(free_place, FORGET_S)

    def begin(self, name: str, place: str, now_s: float) -> None:
        """Count an attempt, or refuse `auth.too_many` if it comes too soon."""
        wait_s = max(self._names.wait_s(name, now_s), self._places.wait_s(place, now_s))
        if wait_s:
            raise Refusal("auth.too_many", wait_s=wait_s)
        self._names.attempt(name, now_s)
        if place:
            self._places.attempt(place, now_s)

    def trust(self, name: str, place: str) -> None:
        """The last attempt knew the secret."""
        self._names.success(name)
        self._places.undo(place)
