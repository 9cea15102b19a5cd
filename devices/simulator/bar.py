"""A simulated LED bar behind an Onbon font card: understands frames, answers them, can draw its dots."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import cast

from PIL import Image, ImageDraw

from devices.codec.onbon.order import Area, Brightness, Other, Show, Unit
from devices.codec.onbon.panel import PanelCodec
from devices.codec.signal import Garbage
from devices.driver.bar import STILL
from devices.driver.glyph import face_for
from devices.driver.layout import columns
from devices.simulator.core import Refused, Tell

TAG = re.compile(r"\\(?:FO\d{3}|C\d)")
"""Font and colour tags inside a text."""
PITCH, LAMP = 12, 9
"""Pixels from lamp to lamp in the picture, and a lamp's width."""
LIT, DARK, FRAME = (255, 66, 48), (44, 16, 14), (18, 12, 12)
BRIGHTEST = 15
WORDS = "mute on|off, refuse on|off, draw"


class VirtualBar:
    """The bar, or a panel of several areas. `shown` is the text on it now, an area a line from the lowest id; `history` all texts,
    in order, each counted once while it stands.

    `runs` tells whether the text runs, `level` the brightness, 15 after power was off.
    """

    def __init__(
        self,
        *,
        address: int = 1,
        unit: Unit = "pixel",
        size: tuple[int, int] = (160, 16),
        out: Path | None = None,
        tell: Tell = lambda _: None,
    ) -> None:
        self.send: Callable[[bytes], None] = lambda _: None
        self.shown = ""
        self.runs = False
        self.level = BRIGHTEST
        self.areas: dict[int, Area] = {}
        self.history: list[str] = []
        self.mute = False
        self.refuses = False
        self.garbage = 0
        self.pings = 0
        self.shows = 0
        self._address, self._unit = address, unit
        self._size = size
        self._out = out
        self._tell = tell
        self._codec = PanelCodec(address, unit)

    def restart(self) -> None:
        """See Core.restart: live areas are forgotten."""
        self._codec = PanelCodec(self._address, self._unit)
        self.shown = ""
        self.areas.clear()
        self.level = BRIGHTEST

    def feed(self, data: bytes) -> None:
        """See Core.feed."""
        for heard in self._codec.feed(data):
            if isinstance(heard, Garbage):
                self.garbage += 1
                self._tell({"garbage": heard.raw.hex(" ")})
                continue
            if isinstance(heard.order, Show) and not self.refuses:
                self.shows += 1
                self._show(heard.order)
            elif isinstance(heard.order, Brightness) and not self.refuses:
                self.level = heard.order.level
                self._tell({"brightness": self.level})
            elif not isinstance(heard.order, Other):
                self.pings += 1
            if heard.answer and not self.mute:
                self.send(heard.answer if not self.refuses else self._codec.nack())

    def steer(self, words: list[str]) -> None:
        """See Core.steer."""
        match words:
            case ["mute", ("on" | "off") as state]:
                self.mute = state == "on"
            case ["refuse", ("on" | "off") as state]:
                self.refuses = state == "on"
            case ["draw"] if self._out is not None:
                self.picture().save(self._out / "bar.png")
                self._tell({"drawn": "bar.png"})
            case _:
                raise Refused(f"a bar takes: {WORDS}")

    def picture(self) -> Image.Image:
        """The bar now: red lamps, dark where they are off; a text wider than its area shows its beginning."""
        dots = Image.new("L", self._size)
        for area in self.areas.values():
            dots.paste(_line(TAG.sub("", area.text), area.width, area.height), (area.x, area.y))
        return lamps(dots.convert("RGB").point(lambda value: 255 if value > 110 else 0), LIT)

    def _show(self, order: Show) -> None:
        if order.delete == "all":
            self.areas.clear()
        elif order.delete or not order.areas:
            return
        self.areas.update({area.id: area for area in order.areas})
        self.runs = any(area.mode != STILL for area in self.areas.values())
        text = "\n".join(TAG.sub("", self.areas[n].text) for n in sorted(self.areas))
        if text != self.shown or not self.history:
            self.shown = text
            self.history.append(text)
            self._tell({"shown": text})


def _line(text: str, width: int, height: int) -> Image.Image:
    """A text as its card draws it, in the middle: characters as high as the area, and half as wide if they are narrow."""
    line = Image.new("L", (width, height))
    pen, x = ImageDraw.Draw(line), max(0, (width - columns(text) * height // 2) // 2)
    for char in text:
        cell = columns(char) * height // 2
        size = height if cell > height // 2 else height - 1
        pen.text((x + cell / 2, height * 0.84), char, 255, face_for(char, "regular", size), "ms")
        x += cell
    return line


def lamps(dots: Image.Image, one_colour: tuple[int, int, int] | None = None) -> Image.Image:
    """A panel's dots, mode RGB, as lamps in a frame; lit ones all of one colour, if it has no other."""
    image = Image.new("RGB", (dots.width * PITCH + 32, dots.height * PITCH + 32), FRAME)
    pen = ImageDraw.Draw(image)
    for y in range(dots.height):
        for x in range(dots.width):
            left, top = 18 + x * PITCH, 18 + y * PITCH
            colour = cast("tuple[int, int, int]", dots.getpixel((x, y)))
            lit = max(colour) > 0
            pen.ellipse((left, top, left + LAMP - 1, top + LAMP - 1), (one_colour or colour) if lit else DARK)
    return image
