"""What a number display's file may say: Modbus registers differ from maker to maker, and nothing else does."""

from typing import Annotated, Literal

import msgspec

from devices.codec.manner import Manner
from devices.codec.modbus.rtu import Write
from devices.codec.profile.file import BadProfile, shipped, written
from devices.codec.profile.shape import Wire

SEGMENTS = {
    " ": 0x00, "-": 0x40, "0": 0x3F, "1": 0x06, "2": 0x5B, "3": 0x4F, "4": 0x66, "5": 0x6D, "6": 0x7D, "7": 0x07,
    "8": 0x7F, "9": 0x6F, "A": 0x77, "B": 0x7C, "C": 0x39, "D": 0x5E, "E": 0x79, "F": 0x71, "H": 0x76, "L": 0x38,
    "P": 0x73, "U": 0x3E,
}  # fmt: skip
"""Seven segments, bit 0 is a (top), clockwise to f, bit 6 is g (middle)."""

Register = Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]


class Habit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the display answers."""

    reply_timeout_ms: int = 200
    retries: int = 2
    turnaround_ms: int = 5
    echo: bool = False


class Digits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A number display. `places` are its characters; longer numbers lose their first ones.

    `encoding`: `ascii` two characters a register, the left one in the high byte; `bcd` four digits a register, F is
    dark; `int16` the number in one register; `segments` one character a register. Only `ascii` and `segments` show
    letters; a character that can not be shown stays dark.
    """

    name: str
    title: str
    source: str
    wire: Wire = Wire()
    bus: Habit = Habit()
    register: Register = 0
    encoding: Literal["ascii", "bcd", "int16", "segments"] = "ascii"
    places: Annotated[int, msgspec.Meta(ge=1, le=16)] = 4

    def write(self, address: int, text: str) -> Write:
        """The order that shows a ticket's number or a count; no text is a dark display."""
        return Write(address, self.register, self._values(text))

    def shown(self, values: tuple[int, ...]) -> str:
        """What a display with these values in its registers shows; dark places are spaces."""
        match self.encoding:
            case "int16":
                return str(values[0])
            case "bcd":
                return _words(values).hex()[-self.places :].replace("f", " ")
            case "ascii":
                return _words(values).decode("ascii", "replace")[-self.places :]
            case "segments":
                lit = {segments: character for character, segments in SEGMENTS.items()}
                return "".join(lit.get(value, "?") for value in values)

    @property
    def manner(self) -> Manner:
        """How its line wants to be spoken to."""
        return Manner(
            byte_s=self.wire.byte_s,
            turnaround_s=self.bus.turnaround_ms / 1000,
            reply_s=self.bus.reply_timeout_ms / 1000,
            retries=self.bus.retries,
            echo=self.bus.echo,
        )

    def _values(self, text: str) -> tuple[int, ...]:
        digits = "".join(c for c in text if c in "0123456789")[-self.places :]
        shown = text.upper()[-self.places :].rjust(self.places)
        match self.encoding:
            case "int16":
                return (min(int(digits or "0"), 0xFFFF),)
            case "bcd":
                size = -(-self.places // 4) * 4
                return _pairs(bytes.fromhex(digits.rjust(size, "f")))
            case "ascii":
                coded = shown.encode("ascii", "replace").replace(b"?", b" ")
                return _pairs(coded if len(coded) % 2 == 0 else b" " + coded)
            case "segments":
                return tuple(SEGMENTS.get(c, 0) for c in shown)


def _pairs(data: bytes) -> tuple[int, ...]:
    return tuple(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))


def _words(values: tuple[int, ...]) -> bytes:
    return b"".join(value.to_bytes(2, "big") for value in values)


def read(text: str) -> Digits:
    """The profile written in `text`. Raises BadProfile with the place of the fault."""
    profile = written(text, Digits)
    if profile.encoding == "int16" and profile.places > 5:
        raise BadProfile(
            "places: 一个寄存器最多放五位数字", "places: a register has room for five digits at most"
        )
    return profile


def named(name: str) -> Digits:
    """A profile that ships with the package, such as `modbus-ascii`. Raises BadProfile for a name that does not."""
    return read(shipped("digits", name))
