"""Ticket numbers: per prefix and local day, never used twice within the day.

A number belongs to one series by its size alone, so whoever gives numbers in a series asks nobody else:

    1 to 699, 1000 to 4999, 10000 and up    the hall itself
    700 to 999                              kiosks that issue while the server is away
    5000 to 7999                            other places that serve a part of the hall, 500 each
    8000 to 8999                            slips that the hall printed beforehand
    9000 to 9999                            slips of other places, 200 each
"""

LEASED = range(700, 1000)
"""Numbers the server never gives out itself."""
LEASE = 20
"""How many of them a kiosk has at a time."""
ELSEWHERE = range(5000, 8000)
"""Numbers of other places."""
BLOCK = 500
"""How many of them one place has."""
BLOCKS = range(1, 1 + len(ELSEWHERE) // BLOCK)
"""The places there may be at once."""
SLIPS = range(8000, 10_000)
"""Numbers of slips printed beforehand."""
_SLIPS_AT_HOME, _SLIPS_ELSEWHERE = 1000, 200
_OTHERS = (LEASED, range(ELSEWHERE.start, SLIPS.stop))
"""What the hall leaves out."""


def series(n: int) -> int:
    """Which series a number is of: 0 the hall's own, above that the block of another place, below it one that no server counts."""
    if n in ELSEWHERE:
        return 1 + (n - ELSEWHERE.start) // BLOCK
    return -1 if n in LEASED or n in SLIPS else 0


def after(last: int, by: int = 1, block: int = 0) -> int | None:
    """The number `by` places after `last` in a series; None if that has not so many. `before` is what the first one is after."""
    following = last + by
    if block:
        return following if series(following) == block else None
    for others in _OTHERS:
        if last < others.start <= following:
            following += len(others)
    return following


def before(block: int) -> int:
    """What stands before the first number of a series, so that `after` gives that."""
    return ELSEWHERE.start + (block - 1) * BLOCK - 1 if block else 0


def end(block: int) -> int:
    """The last number of another place's series."""
    return before(block) + BLOCK


def slips(place: int) -> range:
    """The numbers of slips that a place prints: 0 is the hall itself, from 1 on others; the sixth and later ones have none."""
    if not place:
        return range(SLIPS.start, SLIPS.start + _SLIPS_AT_HOME)
    first = SLIPS.start + _SLIPS_AT_HOME + (place - 1) * _SLIPS_ELSEWHERE
    return range(first, min(first + _SLIPS_ELSEWHERE, SLIPS.stop))


PLACES = (SLIPS.stop - SLIPS.start - _SLIPS_AT_HOME) // _SLIPS_ELSEWHERE
"""Other places that can print slips, counted from 1."""


def sheaf(place: int) -> int:
    """How many slips a place prints at once, at most, so that those it printed before are good still."""
    return len(slips(place)) // 2


def text(prefix: str, n: int) -> str:
    """A number as people read it: A001, A012, A1000."""
    return f"{prefix}{n:03d}"
