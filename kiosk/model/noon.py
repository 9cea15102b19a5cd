"""Whether windows rest before somebody who takes a ticket now would be called, and when they serve again. Pure."""

from datetime import datetime
from itertools import pairwise


def served_from(serving: str | None, at: datetime, wait_min: int) -> str:
    """The local time ("13:30") before which nobody who takes a ticket at `at` is served; empty if no break comes before them.

    `serving` is when windows serve today as a notice says it ("08:30-12:00 13:30-17:00"; None: all day), `at` is local, and
    `wait_min` how long half of those who took one would wait. A break that may or may not come first is not told: what is told
    here holds for more than half.
    """
    spans = [span.split("-") for span in (serving or "").split()]
    now = at.hour * 60 + at.minute
    left = [(_minute(begins), _minute(ends), begins) for begins, ends in spans if _minute(ends) > now]
    if not left:
        return ""
    told = left[0][2] if now < left[0][0] else ""
    for (_, ends, _), (_, _, again) in pairwise(left):
        if now + wait_min < ends:
            break
        told = again
    return told


def _minute(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)
