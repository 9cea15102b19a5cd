"""Draw the kiosk's icons: kiosk/assets/icon/*.svg, our own drawings, become white pictures for its screen to tint.

    .venv/bin/python tools/icons.py

The drawings use strokes only: <path> with M L H V C Z in capitals, and <circle>. Pillow draws them eight times too large and
shrinks them, so that edges are smooth on any graphics card.
"""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

from PIL import Image, ImageDraw

FOLDER = Path(__file__).parent.parent / "kiosk" / "assets" / "icon"
BOX = 48
SIZE_PX = 192
SCALE = 8 * SIZE_PX // BOX
SVG = "{http://www.w3.org/2000/svg}"
Point = tuple[float, float]
NEEDS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "Z": 0}


def strokes(d: str) -> list[list[Point]]:
    """The polylines of a path's data; curves become 24 short lines."""
    words = re.findall(r"[A-Z]|-?[\d.]+", d)
    lines: list[list[Point]] = []
    letter = "M"
    while words:
        if words[0].isalpha():
            letter = words.pop(0)
        values = [float(words.pop(0)) for _ in range(NEEDS[letter])]
        match letter, values:
            case "M", [x, y]:
                lines.append([(x, y)])
                letter = "L"
            case "L", [x, y]:
                lines[-1].append((x, y))
            case "H", [x]:
                lines[-1].append((x, lines[-1][-1][1]))
            case "V", [y]:
                lines[-1].append((lines[-1][-1][0], y))
            case "C", [*flat]:
                lines[-1] += curve(lines[-1][-1], flat)
            case _:
                lines[-1].append(lines[-1][0])
    return lines


def curve(start: Point, flat: list[float]) -> list[Point]:
    """Points on a cubic Bezier curve, without its start."""
    bx, by, cx, cy, ex, ey = flat
    points = []
    for i in range(1, 25):
        t = i / 24
        a, b, c, e = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        points.append((a * start[0] + b * bx + c * cx + e * ex, a * start[1] + b * by + c * cy + e * ey))
    return points


def draw(source: Path) -> Image.Image:
    """One icon, white on nothing."""
    root = ET.parse(source).getroot()  # noqa: S314 - our own files
    width = float(root.get("stroke-width", "2.6")) * SCALE
    mask = Image.new("L", (BOX * SCALE, BOX * SCALE), 0)
    pen = ImageDraw.Draw(mask)
    for element in root:
        if element.tag == f"{SVG}path":
            for line in strokes(element.get("d", "")):
                stroke(pen, [(x * SCALE, y * SCALE) for x, y in line], width)
        elif element.tag == f"{SVG}circle":
            x, y, r = (float(element.get(name, "0")) * SCALE for name in ("cx", "cy", "r"))
            outer = r + width / 2
            pen.ellipse((x - outer, y - outer, x + outer, y + outer), outline=255, width=round(width))
    icon = Image.new("RGBA", (SIZE_PX, SIZE_PX), (255, 255, 255, 0))
    icon.putalpha(mask.resize((SIZE_PX, SIZE_PX), Image.Resampling.LANCZOS))
    return icon


def stroke(pen: ImageDraw.ImageDraw, points: list[Point], width: float) -> None:
    """A line with round ends and joints."""
    if len(points) > 1:
        pen.line(points, fill=255, width=round(width))
    r = width / 2
    for x, y in points:
        pen.ellipse((x - r, y - r, x + r, y + r), fill=255)


def main() -> None:
    """Draw every icon beside its source."""
    for source in sorted(FOLDER.glob("*.svg")):
        draw(source).save(source.with_suffix(".png"), optimize=True)


if __name__ == "__main__":
    main()
