"""Growing delay after failed sign-ins, per account name. Pure: the time is an argument.

The first few failures cost nothing, since people mistype; then the pause doubles up to a minute. A success forgets them. A stranger
can thus make a clerk wait a minute at most, and can try some 1,500 passwords a day.
"""

from collections import OrderedDict
from dataclasses import dataclass
from math import ceil

FREE = 4
"""Failures in a row without a pause."""
LONGEST_S = 60.0
REMEMBERED = 10_000
"""Names kept at once; the oldest are forgotten, so that made-up names cannot fill the memory."""


@dataclass
class _Failures:
    count: int = 0
    until_s: float = 0.0


class Patience:
    """Failures by name."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, _Failures] = OrderedDict()

    def wait_s(self, name: str, now_s: float) -> int:
        """Whole seconds until this name may try again; 0 for now."""
        failures = self._failures.get(name)
        return 0 if failures is None else max(0, ceil(failures.until_s - now_s))

    def attempt(self, name: str, now_s: float) -> None:
        """Count an attempt as failed until `success` says otherwise, so that many at once are no way around the pause."""
        failures = self._failures.setdefault(name, _Failures())
        self._failures.move_to_end(name)
        failures.count += 1
        if failures.count >= FREE:
            failures.until_s = now_s + min(LONGEST_S, 2.0 ** min(failures.count - FREE, 10))
        while len(self._failures) > REMEMBERED:
            self._failures.popitem(last=False)

    def success(self, name: str) -> None:
        """Forget the failures of a name."""
        self._failures.pop(name, None)
