"""What a printer's file may say: one model, or a family that prints alike.

Hex strings are written without separators.
"""

from typing import Annotated, Literal

import msgspec

from devices.codec.profile.file import BadProfile, shipped, written

COLUMN_DOTS = 12
"""Dots across one column: an ASCII character takes one, a Chinese one two."""
DOTS: dict[int, int] = {58: 384, 80: 576}
"""Dots across paper of 58 or 80 mm at 8 dots a mm, as most printers have them."""

Charset = Literal["gb2312", "gbk", "gb18030"]


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A printer model: how wide it prints, what its font holds and what it does by itself.

    `dots` across the paper and `dpi`; `charset` of its Chinese font; `knife`; whether it draws QR symbols itself
    (`native`) or is sent them as a picture (`raster`); whether it keeps a `logo` (FS q, FS p); whether it tells of
    changes by itself (`automatic`, GS a); `start` is sent after each reset (hex), FS & by default.
    """

    name: str
    title: str
    source: str
    dots: Annotated[int, msgspec.Meta(ge=240, le=832)] = 576
    dpi: Annotated[int, msgspec.Meta(ge=100, le=600)] = 203
    charset: Charset = "gbk"
    knife: Literal["none", "partial", "full"] = "partial"
    qr: Literal["native", "raster"] = "native"
    logo: bool = True
    automatic: bool = True
    start: str = "1c26"

    @property
    def columns(self) -> int:
        """Columns of a line."""
        return self.dots // COLUMN_DOTS

    def holds(self, text: str) -> bool:
        """Whether its font has every character. The bytes are GB 18030's, of which the smaller sets are parts.

        Python's own gb2312 codec knows 0xA1AA and 0xA1A4 by other characters than GB 18030 does (― and ・ for
        — and ·), so not what it encodes decides but whether it knows the code.
        """
        try:
            text.encode("gb18030").decode(self.charset)
        except UnicodeError:
            return False
        return True


def read(text: str) -> Model:
    """The model written in `text`. Raises BadProfile with the place of the fault."""
    model = written(text, Model)
    try:
        bytes.fromhex(model.start)
    except ValueError:
        raise BadProfile(
            f"start: {model.start!r}不是十六进制", f"start: {model.start!r} is not hexadecimal"
        ) from None
    return model


def named(name: str) -> Model:
    """A model that ships with the package, such as `escpos-80`. Raises BadProfile for a name that does not."""
    return read(shipped("printer", name))
