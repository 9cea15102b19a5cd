"""Identity cards: what a number says of itself, and what may be shown of a number and a name. Pure.

Kiosk, readers and server judge a number by the same rule, so that none lets pass what another refuses.
"""

import re
import unicodedata
from datetime import date
from typing import Final

DIGITS: Final = 18
"""So many characters a number has; the last one may be X."""
EARLIEST: Final = date(1880, 1, 1)
"""Nobody who comes to a hall was born before."""
SHOWN: Final = 4
"""So many characters of a number are shown at either end: 9900**********1234."""
_NUMBER = re.compile(r"[1-9][0-9]{5}(?P<born>[0-9]{8})[0-9]{3}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHARACTERS = "10X98765432"
"""Check characters by the weighted sum modulo 11 (GB 11643-1999, ISO 7064 MOD 11-2)."""
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def check_digit(digits: str) -> str:
    """The check character after 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return _CHARACTERS[total % 11]


def born(number: str, today: date) -> date | None:
    """The day of birth in a number by GB 11643-1999; None for what is no number: not 18 characters, a day that is none or after
    `today`, a wrong check character.
    """
    match = _NUMBER.fullmatch(number)
    day = _day(match["born"]) if match is not None else None
    if day is None or not EARLIEST <= day <= today or check_digit(number[:-1]) != number[-1]:
        return None
    return day


def age(born: date, today: date) -> int:
    """Full years of age on a day."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def masked(number: str) -> str:
    """A number, or the beginning of one, as a screen may show it: four characters at either end, stars between."""
    return "".join(
        mark if place < SHOWN or place >= DIGITS - SHOWN else "*" for place, mark in enumerate(number)
    )


def mask(name: str) -> str | None:
    """A name as staff may compare it with a card: 张*三; 张* of two characters; of four and more the first and the last.

    Of a name in letters each word keeps its first one: J*** S***. None of an empty name.
    """
    plain = unicodedata.normalize("NFC", name).strip()
    if not plain:
        return None
    if _HAN.search(plain) is None:
        return " ".join(f"{word[0]}***" for word in plain.split())
    if len(plain) < 3:
        return f"{plain[0]}*" if len(plain) == 2 else "*"
    return f"{plain[0]}{'*' * (len(plain) - 2)}{plain[-1]}"


def is_mask(name: str) -> bool:
    """Whether a name is one that `mask` has made, so that nobody can be called or asked by it."""
    return "*" in name and mask(name) in (name, "****")


def _day(written: str) -> date | None:
    try:
        return date(int(written[:4]), int(written[4:6]), int(written[6:]))
    except ValueError:
        return None
