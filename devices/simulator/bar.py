"""A simulated LED bar behind an Onbon font card: understands frames, answers them, can draw its dots."""

import re
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw

from devices.codec.onbon.order import Brightness, Other, Show, Unit
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
    """The bar. `shown` is the text on it now; `history` all texts, in order, each counted once while it stands.

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
        """The bar now: red lamps, dark where they are off; a text wider than the bar shows its beginning."""
        width, height = self._size
        dots = Image.new("L", (max(width, columns(self.shown) * 8), height))
        pen, x = ImageDraw.Draw(dots), 0
        text_width = columns(self.shown) * 8
        x = max(0, (width - text_width) // 2)
        for char in self.shown:
            cell = columns(char) * 8
            pen.text(
                (x + cell / 2, height * 0.84),
                char,
                255,
                face_for(char, "regular", 16 if cell > 8 else 15),
                "ms",
            )
            x += cell
        image = Image.new("RGB", (width * PITCH + 32, height * PITCH + 32), FRAME)
        lamps = ImageDraw.Draw(image)
        for y in range(height):
            for at in range(width):
                left, top = 18 + at * PITCH, 18 + y * PITCH
                lit = int(str(dots.getpixel((at, y)))) > 110
                lamps.ellipse((left, top, left + LAMP - 1, top + LAMP - 1), LIT if lit else DARK)
        return image

    def _show(self, order: Show) -> None:
        if order.delete == "all" and not order.areas:
            text = ""
        elif order.areas:
            text = "".join(TAG.sub("", area.text) for area in order.areas)
            self.runs = order.areas[0].mode != STILL
        else:
            return
        if text != self.shown or not self.history:
            self.shown = text
            self.history.append(text)
            self._tell({"shown": text})
