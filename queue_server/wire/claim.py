"""The code by which a ticket is found again: its number and three digits that stand on its paper alone.

The digits come from the ticket's id, so whoever issued it can print them, also without the server; and nobody finds another
person's ticket by a number that was called in the hall.
"""

import hashlib
import re

DIGITS = 3
LONGEST = 3 + 5 + DIGITS
"""Letters, digits of the number, and the check digits."""
_CODE = re.compile(rf"([A-Z]{{1,3}}[0-9]{{3,5}})([0-9]{{{DIGITS}}})")


def check(ticket: str) -> str:
    """The check digits of the ticket with this id."""
    made = hashlib.sha256(ticket.encode()).digest()
    return f"{int.from_bytes(made[:8]) % 10**DIGITS:0{DIGITS}}"


def parted(code: str) -> tuple[str, str] | None:
    """Number and check digits of what was typed; None where it is no code."""
    found = _CODE.fullmatch(code)
    return (found[1], found[2]) if found else None
