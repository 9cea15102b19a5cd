"""Who holds a ticket, as little of it as the rules need: a keyed hash of the card's number, a mask of the name, for some days.

The number itself is looked at once, while the command that brings it is decided, and is written nowhere. `hashed` cannot be undone
or searched without the key, and the key is no part of the database (`app/secret.py` keeps it): who copies the one has not the
other. Whoever moves a hall moves both, or a person's limits begin anew. Pure.
"""

import hmac
from datetime import date
from hashlib import sha256

import msgspec

from queue_server.wire.card import born
from queue_server.wire.error import Refusal
from queue_server.wire.ids import TicketId


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of somebody beside an event: one row, known to the event by `ref`, deleted by `day`.

    `hash` and `mask` are of the holder's card; `person` is for whom a class of tickets is, as staff or the hall's
    list say it.
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


def card(number: str, today: date) -> Card:
    """The card of a number by GB 11643-1999: 18 characters, a day of birth not after `today`, the check character right.

    Refuses `holder.bad_number` without repeating any of it.
    """
    written = number.strip().upper()
    day = born(written, today)
    if day is None:
        raise Refusal("holder.bad_number")
    return Card(written, day)


def hashed(key: bytes, number: str) -> str:
    """What stands for a card's number: HMAC-SHA256 with the hall's key, in lower-case hex."""
    return hmac.new(key, b"holder\n" + number.encode(), sha256).hexdigest()
