"""The text of a card: 256 bytes, UTF-16 little endian, padded with spaces (layout of GA/T 490 as published).

Three layouts share the size: residents' cards, residence permits of Hong Kong, Macao and Taiwan (flag J), foreigners'
permanent residence cards (flag I). The picture is coded by a licensed library and is not touched. A card is personal
data: it has no repr but its kind, nothing here prints or keeps one, and it goes to whoever asked and to nobody else.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from queue_server.wire.card import DIGITS, check_digit

TEXT = 256
LONG_TERM = "长期"

Kind = Literal["resident", "permit", "foreign"]
Sex = Literal["male", "female", "other"]
FLAG = slice(248, 250)
FLAGS: dict[str, Kind] = {"": "resident", "J": "permit", "I": "foreign"}
SEXES: dict[str, Sex] = {"1": "male", "2": "female"}
OURS = {
    "name": slice(0, 30),
    "sex": slice(30, 32),
    "nation": slice(32, 36),
    "born": slice(36, 52),
    "address": slice(52, 122),
    "number": slice(122, 158),
    "issuer": slice(158, 188),
    "since": slice(188, 204),
    "until": slice(204, 220),
}
FOREIGN = {
    "english": slice(0, 120),
    "sex": slice(120, 122),
    "number": slice(122, 152),
    "nation": slice(152, 158),
    "name": slice(158, 188),
    "since": slice(188, 204),
    "until": slice(204, 220),
    "born": slice(220, 236),
    "issuer": slice(240, 248),
}
LAYOUTS = {"resident": OURS, "permit": OURS, "foreign": FOREIGN}
"""Where each part stands, in bytes."""


class Unreadable(ValueError):
    """The reader gave something that is no card's text; the message names the part and never what it said."""


@dataclass(frozen=True, slots=True)
class Card:
    """A card. `name` as it is printed on it, in Chinese where there is one; `until` is None for one without an end."""

    kind: Kind
    name: str = field(repr=False)
    number: str = field(repr=False)
    sex: Sex = field(repr=False)
    born: date = field(repr=False)
    since: date = field(repr=False)
    until: date | None = field(repr=False)
    address: str = field(default="", repr=False)
    issuer: str = field(default="", repr=False)
    nation: str = field(default="", repr=False)
    """Code of the ethnic group (GB/T 3304), or the nationality's three letters."""


def block(data: bytes) -> bytes:
    """The text in the answer to Ask.READ: two lengths, the text, the picture. Raises Unreadable."""
    if len(data) < 4:
        raise Unreadable("lengths")
    size, picture = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
    if size != TEXT or len(data) < 4 + size + picture:
        raise Unreadable("lengths")
    return data[4 : 4 + TEXT]


def read(text: bytes) -> Card:
    """The card of a text. Raises Unreadable: for an unknown layout, a date that is none, a wrong check character."""
    if len(text) != TEXT:
        raise Unreadable("length")
    kind = FLAGS.get(_decoded(text, FLAG, "flag"))
    if kind is None:
        raise Unreadable("flag")
    part = {what: _decoded(text, at, what) for what, at in LAYOUTS[kind].items()}
    name = part["name"] or part.get("english", "")
    if not name:
        raise Unreadable("name")
    if not (checks(part["number"]) if kind != "foreign" else part["number"]):
        raise Unreadable("number")
    return Card(
        kind=kind,
        name=name,
        number=part["number"],
        sex=SEXES.get(part["sex"], "other"),
        nation=part["nation"],
        born=_day(part["born"], "born"),
        address=part.get("address", ""),
        issuer=part["issuer"],
        since=_day(part["since"], "since"),
        until=None if part["until"] == LONG_TERM else _day(part["until"], "until"),
    )


def write(card: Card) -> bytes:
    """The text of a card, as a simulated one holds it. A part that is too long is cut."""
    layout = LAYOUTS[card.kind]
    codes: dict[Sex, str] = {sex: code for code, sex in SEXES.items()}
    parts = {
        "name": card.name,
        "number": card.number,
        "sex": codes.get(card.sex, "9"),
        "nation": card.nation,
        "born": f"{card.born:%Y%m%d}",
        "address": card.address,
        "issuer": card.issuer,
        "since": f"{card.since:%Y%m%d}",
        "until": LONG_TERM if card.until is None else f"{card.until:%Y%m%d}",
    }
    text = bytearray(" ".encode("utf-16-le") * (TEXT // 2))
    flag = next(flag for flag, kind in FLAGS.items() if kind == card.kind)
    fields = [(FLAG, flag)] + [(layout[what], said) for what, said in parts.items() if what in layout]
    for at, said in fields:
        coded = said.encode("utf-16-le")[: at.stop - at.start]
        text[at.start : at.start + len(coded)] = coded
    return bytes(text)


def checks(number: str) -> bool:
    """Whether a number of 18 characters ends with its right check character."""
    if len(number) != DIGITS or not (number[:17].isascii() and number[:17].isdecimal()):
        return False
    return check_digit(number[:17]) == number[17]


def _decoded(text: bytes, at: slice, what: str) -> str:
    try:
        return text[at].decode("utf-16-le").rstrip(" \0")
    except UnicodeDecodeError:
        raise Unreadable(what) from None


def _day(digits: str, what: str) -> date:
    if len(digits) != 8 or not (digits.isascii() and digits.isdecimal()):
        raise Unreadable(what)
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise Unreadable(what) from None
