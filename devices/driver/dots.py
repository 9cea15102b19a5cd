"""A panel of lamps that knows no characters: rows of text are drawn here, and sent as pictures.

Characters are drawn without grey, as a font's own hints put them on so few dots; at 16 and 24 dots every stroke is there. A text
that is too wide runs to the left.

The lamps have no way to say what they show, so how they are stays unknown while there is a way to them.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle

from PIL import Image, ImageDraw

from devices.codec.ddp.packet import SEQUENCES, pack, pieces
from devices.codec.escpos.status import Health
from devices.driver.bar import BLINK_S, Panel
from devices.driver.glyph import face_for
from devices.transport.error import LineFault
from devices.transport.line import Line, together

AGAIN_S = 1.0
"""How often what stands is sent again: common controllers go dark, or to a play of their own, after 2.5 s without a picture."""
SPEED = 40
"""Dots a second that a text runs."""
GAP = 3
"""Characters' widths between a running text's end and its beginning."""
BRIGHTEST = 15
BASE = 0.86
"""Where the base line is, from the top of a row."""

Colour = tuple[int, int, int]
AMBER: Colour = (255, 176, 0)


def drawn(text: str, dots: int) -> Image.Image:
    """A line of text as it stands on so many dots, mode 1: as wide as it is, at least one."""
    faces = [face_for(char, "regular", dots) for char in text]
    widths = [round(face.getlength(char)) for char, face in zip(text, faces, strict=True)]
    image = Image.new("1", (max(1, sum(widths)), dots))
    pen, x = ImageDraw.Draw(image), 0
    for char, face, width in zip(text, faces, widths, strict=True):
        pen.text((x, dots * BASE), char, 1, face, "ls")
        x += width
    return image


@dataclass(slots=True)
class _Row:
    strip: Image.Image = field(default_factory=lambda: Image.new("1", (1, 1)))
    since: float = 0.0
    blinks: int = 0

    def lit(self, now: float) -> bool:
        """Whether it is not just dark in a blink: lit for BLINK_S, dark for half of that, so many times."""
        turn, at = divmod(now - self.since, BLINK_S * 1.5)
        return turn >= self.blinks or at < BLINK_S

    def turns_in(self, now: float) -> float | None:
        """In how many seconds a blink changes it; None once it blinks no more."""
        turn, at = divmod(now - self.since, BLINK_S * 1.5)
        if turn >= self.blinks:
            return None
        return (BLINK_S if at < BLINK_S else BLINK_S * 1.5) - at


class Dots:
    """The lamps of one line. `health_changed` is called on the loop: unknown while pictures go out, gone while there is no way."""

    def __init__(
        self,
        line: Line,
        panel: Panel,
        colour: Colour = AMBER,
        *,
        again_s: float = AGAIN_S,
        health_changed: Callable[[Health], None] = lambda _: None,
    ) -> None:
        self.health = Health.GONE
        self._line, self._panel, self._colour, self._again_s = line, panel, colour, again_s
        self._rows = [_Row() for _ in range(panel.rows)]
        self._level = BRIGHTEST
        self._health_changed = health_changed
        self._news = asyncio.Event()
        self._sequences = cycle(range(1, SEQUENCES + 1))
        self._sent = 0
        line.on_change = self._line_changed

    async def run(self) -> None:
        """Keeps the line open and the picture current until cancelled."""
        await together(self._line.run(), self._draw())

    def show(self, row: int, wordings: Sequence[str], *, blinks: int = 0) -> None:
        """Shows the first wording that fits, or runs the last; `blinks` times off."""
        now = asyncio.get_running_loop().time()
        strips = (drawn(text, self._panel.dots) for text in wordings)
        fits = (strip for strip in strips if strip.width <= self._panel.width)
        strip = next(fits, None) or drawn(wordings[-1], self._panel.dots)
        self._rows[row] = _Row(strip, now, blinks)
        self._news.set()

    def dim(self, level: int) -> None:
        """The brightness, 0 to 15."""
        if level != self._level:
            self._level = level
            self._news.set()

    def picture(self, now: float) -> Image.Image:
        """What is lit at a time of the loop's clock, mode RGB."""
        panel = self._panel
        lit = Image.new("1", (panel.width, panel.height))
        height = panel.height // panel.rows
        for n, row in enumerate(self._rows):
            if not row.lit(now):
                continue
            width, top = row.strip.width, n * height + (height - panel.dots) // 2
            if width <= panel.width:
                # a list is read along one edge; a single row stands in the middle
                lit.paste(row.strip, (0 if panel.rows > 1 else (panel.width - width) // 2, top))
                continue
            round_ = width + GAP * panel.dots
            left = -(int((now - row.since) * SPEED) % round_)
            lit.paste(row.strip, (left, top))
            if left + round_ < panel.width:
                lit.paste(row.strip, (left + round_, top))
        image = Image.new("RGB", lit.size)
        red, green, blue = (value * self._level // BRIGHTEST for value in self._colour)
        image.paste((red, green, blue), mask=lit)
        return image

    def _rests(self, now: float) -> float:
        """How long the picture stays as it is, at most as long as it may stand without being sent again."""
        running = any(row.strip.width > self._panel.width for row in self._rows)
        turns = [turn for row in self._rows if (turn := row.turns_in(now)) is not None]
        return min([*turns, 1 / SPEED if running else self._again_s])

    async def _draw(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._line.wait_up()
            self._news.clear()
            now = loop.time()
            try:
                for piece in pieces(self.picture(now).tobytes(), next(self._sequences)):
                    await self._line.write(pack(piece))
            except LineFault:  # the line is about to say so itself
                await asyncio.sleep(0)
                continue
            self._went()
            try:
                async with asyncio.timeout(self._rests(now)):
                    await self._news.wait()
            except TimeoutError:
                continue

    def _went(self) -> None:
        """A picture is on its way. That nobody takes it the system says only after it: so the second one tells."""
        self._sent += 1
        if self._sent > 1:
            self._set(Health.UNKNOWN)

    def _line_changed(self, up: bool) -> None:
        self._sent = 0
        if not up:
            self._set(Health.SHARED if self._line.shared else Health.GONE)

    def _set(self, health: Health) -> None:
        if health is not self.health:
            self.health = health
            self._health_changed(health)
