"""From a call to its light on a screen: what displays say they have painted. Pure: times are readings of one monotonic clock."""

from collections import OrderedDict
from typing import Any

KEPT = 1024
"""Calls remembered per display: more than it gets in the minutes that are looked at."""
LATE_S = 5.0
"""A call that no screen of a display has painted after this long makes the display late."""
RUSH, MINUTES, MINUTE_S = 40, 5, 60.0
"""More calls than this in each of so many minutes are more than one board can give time to each."""


class Receipts:
    """Calls by display: when each was published, and how long until the first screen showed it."""

    def __init__(self) -> None:
        self._published: dict[str, OrderedDict[int, float]] = {}
        self._waiting: dict[str, dict[int, float]] = {}
        self._last: dict[str, tuple[int, float]] = {}
        self._met: set[str] = set()

    def published(self, display: str, call: int, now_s: float) -> None:
        """A call went out to a display's screens. A recall is the same call and is not timed again."""
        calls = self._published.setdefault(display, OrderedDict())
        if call in calls:
            return
        calls[call] = now_s
        self._waiting.setdefault(display, {})[call] = now_s
        while len(calls) > KEPT:
            old, _ = calls.popitem(last=False)
            self._waiting[display].pop(old, None)

    def shown(self, display: str, call: int, now_s: float) -> float | None:
        """A screen of the display has painted a call: seconds since it went out, None for one that never did."""
        calls = self._published.get(display)
        if calls is None or call not in calls:
            return None
        at_s = calls[call]
        waiting = self._waiting[display]
        if waiting.pop(call, None) is not None:
            self._last[display] = (call, now_s - at_s)
            # a screen paints what it has: whatever came before this call is painted or past
            for older in [other for other in waiting if other < call]:
                del waiting[older]
        return now_s - at_s

    def status(self, display: str, screens: int, now_s: float) -> dict[str, Any]:
        """A display as the floor sees it.

        `screens` connected, and whether there `were` any before; `call` and `after_ms` of the last painted call, or None; `late`
        when a call waits too long; `rush` when more is called there than a board can show.
        """
        if screens:
            self._met.add(display)
        call, after_s = self._last.get(display, (None, None))
        oldest_s = min(self._waiting.get(display, {}).values(), default=now_s)
        return {
            "screens": screens,
            "call": call,
            "after_ms": None if after_s is None else round(after_s * 1000, 1),
            "late": screens > 0 and now_s - oldest_s > LATE_S,
            "were": display in self._met,
            "rush": self._rush(display, now_s),
        }

    def _rush(self, display: str, now_s: float) -> bool:
        counts = [0] * MINUTES
        for at_s in reversed(self._published.get(display, {}).values()):
            minute = int((now_s - at_s) // MINUTE_S)
            if minute >= MINUTES:
                break
            counts[minute] += 1
        return all(count > RUSH for count in counts)
