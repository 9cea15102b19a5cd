"""What a receipt printer does when its bytes are understood."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """How text looks: multiples of the 12x24 dot cell, 0 left 1 centre 2 right."""

    width: int = 1
    height: int = 1
    bold: bool = False
    underline: bool = False
    invert: bool = False
    align: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """A run of characters in one style on the current line."""

    text: str
    style: Style


@dataclass(frozen=True, slots=True)
class Feed:
    """Ends the line; then `lines` empty lines or `dots` dots of blank paper."""

    lines: int = 0
    dots: int = 0


@dataclass(frozen=True, slots=True)
class Spacing:
    """Line pitch in dots; None is the printer's own."""

    dots: int | None


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR symbol that the printer draws itself; `size` dots a module, level L M Q H."""

    data: bytes
    size: int
    level: str
    align: int


@dataclass(frozen=True, slots=True)
class Raster:
    """A picture: `width` dots (a multiple of 8), one bit a dot, 1 black; printed `across` and `down` times as large."""

    width: int
    height: int
    bits: bytes
    align: int
    across: int = 1
    down: int = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture for the printer's memory, one bit a dot, column after column from the top."""

    width: int
    height: int
    columns: bytes


@dataclass(frozen=True, slots=True)
class Keep:
    """FS q: these pictures are kept, in place of all that were, also without power. The printer starts anew."""

    pictures: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class Recall:
    """FS p: the kept picture `n`, counted from 1, is printed."""

    n: int
    align: int


@dataclass(frozen=True, slots=True)
class Automatic:
    """GS a: which changes the printer tells of by itself; 0 is none."""

    bits: int


@dataclass(frozen=True, slots=True)
class Cut:
    """The knife."""

    partial: bool


@dataclass(frozen=True, slots=True)
class Reset:
    """ESC @: modes back to their defaults."""


@dataclass(frozen=True, slots=True)
class Query:
    """DLE EOT n: the host wants status n at once."""

    n: int


@dataclass(frozen=True, slots=True)
class Beep:
    """The buzzer or the bell."""


@dataclass(frozen=True, slots=True)
class Clear:
    """DLE DC4 8: the host takes back all that was received and is not printed."""
