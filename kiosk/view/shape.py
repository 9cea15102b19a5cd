"""Cards with round corners, drawn once and stretched: a corner made of triangles takes a hundred times as much memory in every
picture of a screen that it stands on, and as much more time.
"""

from collections.abc import Callable
from math import ceil, hypot
from typing import NamedTuple

from kivy.graphics.texture import Texture

SOFT = 1.2
"""So many px a line fades on either side."""
INSET = 1.0
"""And so many its middle lies inside of the card's edge."""
Alpha = Callable[[float, float], float]


class Shape(NamedTuple):
    """A picture of which the middle is stretched."""

    texture: Texture
    border: tuple[int, int, int, int]
    """The px that are not: at its bottom, right, top and left."""
    over: int
    """So many of them stand over the edges of what has it."""


class Shapes(NamedTuple):
    """A card, its shadow, the line around it, and the band of a colour at its left side and at its top."""

    card: Shape
    shadow: Shape
    """As much of it as is seen, below the card and beside its lower corners, and one px that the card covers."""
    line: Shape
    left: Shape
    top: Shape


def shapes(radius: float, line: float, drop: float) -> Shapes:
    """Those for corners, lines and a shadow of so many px. They are one texture: graphics cards dislike to change it."""
    round_, low = max(1, round(radius)), max(1, round(drop))
    solid = max(0.0, line - 1)
    over = ceil(solid + SOFT - INSET)
    edge = round_ + over + ceil(INSET)
    side, wide, deep = 2 * round_ + 2, 2 * edge + 2, round_ + low + 2

    def card(x: float, y: float) -> float:
        return _inside(_outside(x, y, side / 2, round_))

    def shadow(x: float, y: float) -> float:
        fallen, covered = (card(x, min(y + (deep - side) / 2 - up, 0)) for up in (0, low + 1))
        return fallen if covered < 1 else 0.0

    def ring(x: float, y: float) -> float:
        away = abs(_outside(x, y, wide / 2 - over - INSET, round_))
        return min(1.0, max(0.0, (solid + SOFT - away) / SOFT))

    def left(x: float, y: float) -> float:
        return card(x, y) if x < 0 else 1.0

    def top(x: float, y: float) -> float:
        return card(x, y) if y > 0 else 1.0

    square = side, side
    cells = ((card, square), (shadow, (side, deep)), (ring, (wide, wide)), (left, square), (top, square))
    a, b, c, d, e = _sheet(cells)
    return Shapes(
        card=Shape(a, (round_,) * 4, 0),
        shadow=Shape(b, (deep, round_, 0, round_), low),
        line=Shape(c, (edge,) * 4, over),
        left=Shape(d, (round_, 0, round_, round_), 0),
        top=Shape(e, (0, round_, round_, round_), 0),
    )


def _outside(x: float, y: float, half: float, radius: float) -> float:
    """How far a point is outside of a square with round corners around the middle; inside it is less than nothing."""
    dx, dy = abs(x) - half + radius, abs(y) - half + radius
    return hypot(max(dx, 0.0), max(dy, 0.0)) + min(max(dx, dy), 0.0) - radius


def _inside(distance: float) -> float:
    """How much of a px is covered."""
    return min(1.0, max(0.0, 0.5 - distance))


def _sheet(cells: tuple[tuple[Alpha, tuple[int, int]], ...]) -> list[Texture]:
    """White pictures beside each other, each with one px more around it, which repeats its edge: between two px both count."""
    width, height = sum(wide + 2 for _, (wide, _) in cells), max(high for _, (_, high) in cells) + 2
    dots = bytearray(b"\xff\xff\xff\x00" * (width * height))
    places, at = [], 0
    for alpha, (wide, high) in cells:
        for row in range(high + 2):
            for column in range(wide + 2):
                x = min(max(column - 1, 0), wide - 1) + 0.5 - wide / 2
                y = min(max(row - 1, 0), high - 1) + 0.5 - high / 2
                dots[4 * (row * width + at + column) + 3] = round(255 * alpha(x, y))
        places.append((at + 1, wide, high))
        at += wide + 2
    sheet = Texture.create(size=(width, height), colorfmt="rgba")
    sheet.blit_buffer(bytes(dots), colorfmt="rgba", bufferfmt="ubyte")
    return [sheet.get_region(x, 1, wide, high) for x, wide, high in places]
