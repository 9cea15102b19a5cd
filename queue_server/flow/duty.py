"""Which of several servers serves a hall: the rules alone, without a clock and without a database.

One row, `term`, says who does. Its number `n` is raised by whoever takes over; the one who serves writes down every second that it
still does. Every transaction of the hall is made under that number, so that a server which was replaced changes nothing more,
whatever it believes. And before anybody may take over, the one who serves has stopped to tell what it knows: it may be out of date.

    written down at           0 s
    last told as true         2 s   HOLD_S     by the server's own clock, counted from when it asked
    may be replaced           3 s   STALE_S    by the database's clock, counted from when that was written
"""

import msgspec

RENEW_S = 0.5
"""Pause between two renewals."""
HOLD_S = 2.0
"""A server that has not renewed for so long tells nothing more as true."""
STALE_S = 3.0
"""A server that has not renewed for so long may be replaced."""
LOOK_S = 0.2
"""Pause between two looks of a server that stands by, at most."""
SILENT_S = 1.2
"""One that has not renewed for so long may be about to be replaced: what can be done beforehand for that is done now."""
SURE_S = 0.002
"""By so much later than the earliest moment is looked again, so that it is past then."""
GRACE_S = 1.0
"""When the database itself was away, the one who served comes back before others."""


class Seen(msgspec.Struct, frozen=True):
    """The row as the database shows it. `age_s` is by its own clock; `free`: the last one has stopped in order."""

    n: int
    age_s: float
    free: bool


def vacant(seen: Seen, back_s: float | None = None) -> bool:
    """Whether the hall may be taken over.

    `back_s` is how long ago the database came back after it was lost to the one who looks; None: it was there all the time, or
    there was nobody who looked.
    """
    if seen.free:
        return True
    return seen.age_s > STALE_S and (back_s is None or back_s > GRACE_S)


def pause_s(seen: Seen) -> float:
    """How long one that stands by, and has just seen this, waits before it looks again: not past the moment that it waits for."""
    left_s = STALE_S - seen.age_s + SURE_S
    return min(left_s, LOOK_S) if left_s > 0 else LOOK_S


class Lease:
    """That this server serves, term `n`, and until when that is known. Times are readings of one clock that never stops.

    Any thread may ask and tell.
    """

    def __init__(self, n: int, asked_s: float, *, cut_off: bool = False) -> None:
        """Taken by what was asked of the database at `asked_s`. `cut_off`: whoever served before has not stopped in order."""
        self.n = n
        self.cut_off = cut_off
        self.over = False
        """Somebody else serves: for good."""
        self._asked_s = asked_s

    def renew(self, asked_s: float) -> None:
        """The database has written down, after `asked_s`, that this server serves."""
        self._asked_s = max(self._asked_s, asked_s)

    def end(self) -> None:
        """Somebody else has taken over."""
        self.over = True

    def holds(self, now_s: float) -> bool:
        """Whether nobody can have taken over yet."""
        return not self.over and now_s - self._asked_s < HOLD_S
