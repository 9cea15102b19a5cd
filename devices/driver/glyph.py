"""Characters as dots in the project's own font: for lines beyond a printer's font, and for pictures."""

from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from devices.driver.layout import columns
from queue_server.wire.face import Weight, font

CELL_W, CELL_H = 12, 24
SYSTEM = (Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"), 2)
"""Where Debian keeps the whole font (fonts-noto-cjk), Simplified face: for the rarest characters of names."""


@cache
def _face(weight: Weight, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font(weight)), size)


@cache
def _missing(weight: Weight) -> bytes:
    return bytes(_face(weight, CELL_H).getmask("\uffff"))


@cache
def face_for(char: str, weight: Weight, size: int) -> ImageFont.FreeTypeFont:
    """The project's font, or the system's whole one for a character that only that has."""
    lacks = bytes(_face(weight, CELL_H).getmask(char)) == _missing(weight)
    if lacks and SYSTEM[0].exists():
        return ImageFont.truetype(str(SYSTEM[0]), size, index=SYSTEM[1])
    return _face(weight, size)


@cache
def glyph(char: str, width: int, height: int, *, bold: bool) -> Image.Image:
    """One character in its cell, width and height in multiples; mode L, white on black."""
    cells, scale = columns(char), max(width, height)
    box = Image.new("L", (CELL_W * cells * scale, CELL_H * scale), 0)
    size = int(CELL_H * scale * (0.96 if cells == 2 else 0.87))
    face = face_for(char, "bold" if bold else "regular", size)
    need = int(max(box.width, face.getlength(char)))  # W and m are wider than their cell: drawn narrower
    wide = Image.new("L", (need, box.height), 0)
    ImageDraw.Draw(wide).text(
        (need / 2, CELL_H * scale * (0.84 if cells == 2 else 0.8)), char, fill=255, font=face, anchor="ms"
    )
    box.paste(wide.resize(box.size, Image.Resampling.LANCZOS) if need > box.width else wide)
    return box.resize((CELL_W * cells * width, CELL_H * height), Image.Resampling.LANCZOS)


def strip(text: str, width: int, height: int, *, bold: bool) -> Image.Image:
    """A line of text as white on black, each character in its cell."""
    image = Image.new("L", (max(1, columns(text) * CELL_W * width), CELL_H * height), 0)
    x = 0
    for char in text:
        box = glyph(char, width, height, bold=bold)
        image.paste(box, (x, 0))
        x += box.width
    return image
