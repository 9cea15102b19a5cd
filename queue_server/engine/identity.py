"""Who holds a ticket, as little of it as the rules need: a keyed hash of the card's number, a mask of the name, for some days.

The number itself is looked at once, while the command that brings it is decided, and is written nowhere. `hashed` cannot be undone
or searched without the key, and the key is no part of the database (`app/secret.py` keeps it): who copies the one has not the
other. Whoever moves a hall moves both, or a person's limits begin anew. Pure.
"""

import hmac
import re
import unicodedata
from datetime import date
from hashlib import sha256
from typing import Final

import msgspec

from queue_server.wire.error import Refusal
from queue_server.wire.ids import TicketId

_NUMBER = re.compile(r"[1-9][0-9]{5}(?P<born>[0-9]{8})[0-9]{3}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_DIGITS = "10X98765432"
"""Check characters by the weighted sum modulo 11 (GB 11643-1999, ISO 7064 MOD 11-2)."""
EARLIEST: Final = date(1880, 1, 1)
"""Nobody who comes to a hall was born before."""
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of somebody beside an event: one row, known to the event by `ref`, deleted by `day`.

    `hash` and `mask` are of the holder's card; `person` is the name that staff wrote for a class of tickets.
    """

    ref: str
    ticket: TicketId
    day: date
    hash: str | None = None
    mask: str | None = None
    person: str | None = None

    def joined(self, later: "Identity") -> "Identity":
        """What a ticket's rows say together."""
        return Identity(
            ref=self.ref,
            ticket=self.ticket,
            day=self.day,
            hash=later.hash or self.hash,
            mask=later.mask or self.mask,
            person=later.person or self.person,
        )


class Card(msgspec.Struct, frozen=True):
    """An identity card: its number, which goes no further than `hashed`, and the day of birth that stands in it."""

    number: str
    born: date

    def __repr__(self) -> str:
        """Without what it holds, wherever it might be printed."""
        return "Card(…)"

    def age(self, today: date) -> int:
        """Full years of age on a day."""
        return today.year - self.born.year - ((today.month, today.day) < (self.born.month, self.born.day))


def card(number: str, today: date) -> Card:
    """The card of a number by GB 11643-1999: 18 characters, a day of birth not after `today`, the check character right.

    Refuses `holder.bad_number` without repeating any of it.
    """
    written = number.strip().upper()
    match = _NUMBER.fullmatch(written)
    born = _day(match["born"]) if match is not None else None
    if born is None or not EARLIEST <= born <= today or check_digit(written[:17]) != written[17]:
        raise Refusal("holder.bad_number")
    return Card(written, born)


def check_digit(digits: str) -> str:
    """The check character after 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return _DIGITS[total % 11]


def _day(written: str) -> date | None:
    try:
        return date(int(written[:4]), int(written[4:6]), int(written[6:]))
    except ValueError:
        return None


def hashed(key: bytes, number: str) -> str:
    """What stands for a card's number: HMAC-SHA256 with the hall's key, in lower-case hex."""
    return hmac.new(key, b"holder\n" + number.encode(), sha256).hexdigest()


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
