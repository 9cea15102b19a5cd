"""Print operations to the picture of a paper ticket."""

import segno
from PIL import Image, ImageChops, ImageOps

from devices.codec.escpos.decoder import Op
from devices.codec.escpos.op import Feed, Keep, Kept, Qr, Raster, Recall, Spacing, Style, Text
from devices.driver.glyph import CELL_H, strip

PITCH = 34
"""Dots from line to line at single height: 1/6 inch at 203 dpi."""
MARGIN = 32
KNIFE = 96
"""Dots from the print head to the knife: so much of a ticket's top is the feed of the one before."""
PAPER, INK = (252, 251, 247), (28, 28, 32)


class Roll:
    """Paper of one width that is drawn on until it is cut, and the pictures that its printer keeps."""

    def __init__(self, dots: int = 576) -> None:
        self.width = dots
        self.kept: tuple[Kept, ...] = ()
        self._strips: list[tuple[int, int, Image.Image]] = []
        self._line: list[tuple[Image.Image, Style]] = []
        self._words: list[str] = []
        self._y = 0
        self._pitch = PITCH
        self.text: list[str] = []

    def put(self, op: Op) -> None:
        """Does one operation; what is not printing is ignored."""
        match op:
            case Text(text, style):
                self._line.append((_ink(text, style), style))
                self._words.append(text)
            case Feed(lines, dots):
                self._end_line(blank=lines == 0 and dots == 0)
                self._y += lines * self._pitch + dots
            case Spacing(dots):
                self._pitch = PITCH if dots is None else dots
            case Qr(data, size, level, align):
                symbol = segno.make_qr(data, error=level)
                rows = [[0 if cell else 255 for cell in row] for row in symbol.matrix]
                flat = Image.new("L", (len(rows), len(rows)))
                flat.putdata([v for row in rows for v in row])
                self._place(
                    ImageOps.invert(flat).resize((len(rows) * size,) * 2, Image.Resampling.NEAREST), align
                )
                self.text.append(f"[QR {data.decode('utf-8', 'replace')}]")
            case Raster(width, height, bits, align, across, down) if width and height:
                piece = Image.frombytes("1", (width, height), bits).convert("L")
                large = piece.resize((width * across, height * down), Image.Resampling.NEAREST)
                self._place(large, align)
                self.text.append("[picture]")
            case Keep(pictures):
                self.kept = pictures
            case Recall(n, align) if 1 <= n <= len(self.kept):
                kept = self.kept[n - 1]
                piece = Image.frombytes("1", (kept.height, kept.width), kept.columns).convert("L")
                self._place(piece.transpose(Image.Transpose.TRANSPOSE), align)
                self.text.append("[logo]")
            case _:
                pass

    @property
    def is_blank(self) -> bool:
        """Whether nothing was printed since the last cut."""
        return not self._strips and not self._line

    def dots(self) -> Image.Image:
        """What was printed since the last cut, dot by dot, white on black."""
        self._end_line(blank=False)
        image = Image.new("L", (self.width, max(self._y, 1)), 0)
        for x, above, piece in self._strips:
            y = above + KNIFE
            area = (x, y, x + piece.width, y + piece.height)
            image.paste(ImageChops.lighter(image.crop(area), piece), area)
        return image

    def tear(self) -> tuple[Image.Image, str]:
        """The ticket since the last cut, as a picture, and its text line by line."""
        image = self.dots()
        text = "\n".join(self.text)
        self._strips, self.text, self._y = [], [], 0
        return _paper(image), text

    def _end_line(self, *, blank: bool) -> None:
        if not self._line:
            self._y += self._pitch if blank else 0
            return
        total = sum(piece.width for piece, _ in self._line)
        height = max(piece.height for piece, _ in self._line)
        align = self._line[0][1].align
        x = (0, (self.width - total) // 2, self.width - total)[align]
        for piece, _ in self._line:
            self._strips.append((max(0, x), self._y + height - piece.height, piece))
            x += piece.width
        self._y += height + max(0, self._pitch - CELL_H)
        self.text.append("".join(self._words))
        self._line.clear()
        self._words.clear()

    def _place(self, piece: Image.Image, align: int) -> None:
        self._end_line(blank=False)
        x = (0, (self.width - piece.width) // 2, self.width - piece.width)[align]
        self._strips.append((max(0, x), self._y, piece))
        self._y += piece.height


def _ink(text: str, style: Style) -> Image.Image:
    piece = strip(text, style.width, style.height, bold=style.bold)
    if style.underline:
        piece.paste(255, (0, piece.height - 2, piece.width, piece.height))
    return ImageOps.invert(piece) if style.invert else piece


def _paper(dots: Image.Image) -> Image.Image:
    """Ink on paper with a torn lower edge and a soft shadow."""
    sheet = Image.new("RGB", (dots.width + 2 * MARGIN, dots.height + 2 * MARGIN), PAPER)
    sheet.paste(INK, (MARGIN, MARGIN), dots)
    desk = Image.new("RGB", (sheet.width + 48, sheet.height + 48), (221, 224, 229))
    desk.paste((196, 200, 207), (28, 30, 28 + sheet.width, 30 + sheet.height))
    desk.paste(sheet, (24, 22))
    for x in range(24, 24 + sheet.width, 12):
        for dx in range(12):
            depth = 5 - abs(6 - dx) * 5 // 6
            bottom = 22 + sheet.height
            desk.paste((221, 224, 229), (x + dx, bottom - 5 + depth, x + dx + 1, bottom + 1))
    return desk
