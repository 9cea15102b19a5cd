"""Ticket numbers: per prefix and local day, never used twice within the day.

The server counts 001 to 699 and then from 1000 on; 700 to 999 belong to kiosks that issue while the server is away.
"""

LEASED = range(700, 1000)
"""Numbers the server never gives out itself."""


def after(last: int) -> int:
    """The number after `last` (0: none yet) in the server's own series."""
    return LEASED.stop if last + 1 in LEASED else last + 1


def text(prefix: str, n: int) -> str:
    """A number as people read it: A001, A012, A1000."""
    return f"{prefix}{n:03d}"
