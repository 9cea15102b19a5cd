"""Ticket numbers: per prefix and local day, never used twice within the day.

The server counts 001 to 699 and then from 1000 on; 700 to 999 belong to kiosks that issue while the server is away.
"""

LEASED = range(700, 1000)
"""Numbers the server never gives out itself."""


def after(last: int, by: int = 1) -> int:
    """The number `by` places after `last` (0: none yet) in the server's own series."""
    place = last if last < LEASED.start else last - len(LEASED)
    return place + by if place + by < LEASED.start else place + by + len(LEASED)


def text(prefix: str, n: int) -> str:
    """A number as people read it: A001, A012, A1000."""
    return f"{prefix}{n:03d}"
