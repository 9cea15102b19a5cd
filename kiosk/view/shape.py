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
    """A card, the line around it, and the band of a colour at its left side and at its top."""

    card: Shape
    line: Shape
    left: Shape
    top: Shape


def shapes(radius: float, line: float) -> Shapes:
    """Those for corners and lines of so many px. They are one texture: graphics cards dislike to change it."""
    round_ = max(1, round(radius))
    solid = max(0.0, line - 1)
    over = ceil(solid + SOFT - INSET)
    edge = round_ + over + ceil(INSET)
    side, wide = 2 * round_ + 2, 2 * edge + 2

    def card(x: float, y: float) -> float:
        return _inside(_outside(x, y, side / 2, round_))

    def ring(x: float, y: float) -> float:
        away = abs(_outside(x, y, wide / 2 - over - INSET, round_))
        return min(1.0, max(0.0, (solid + SOFT - away) / SOFT))

    def left(x: float, y: float) -> float:
        return card(x, y) if x < 0 else 1.0

    def top(x: float, y: float) -> float:
        return card(x, y) if y > 0 else 1.0

    cells = ((card, side), (ring, wide), (left, side), (top, side))
    a, b, c, d = _sheet(cells)
    return Shapes(
        card=Shape(a, (round_,) * 4, 0),
        line=Shape(b, (edge,) * 4, over),
        left=Shape(c, (round_, 0, round_, round_), 0),
        top=Shape(d, (0, round_, round_, round_), 0),
    )


def _outside(x: float, y: float, half: float, radius: float) -> float:
    """How far a point is outside of a square with round corners around the middle; inside it is less than nothing."""
    dx, dy = abs(x) - half + radius, abs(y) - half + radius
    return hypot(max(dx, 0.0), max(dy, 0.0)) + min(max(dx, dy), 0.0) - radius


def _inside(distance: float) -> float:
    """How much of a px is covered."""
    return min(1.0, max(0.0, 0.5 - distance))


def _sheet(cells: tuple[tuple[Alpha, int], ...]) -> list[Texture]:
    """White pictures beside each other, each with one px more around it, which repeats its edge: between two px both count."""
    width, height = sum(side + 2 for _, side in cells), max(side for _, side in cells) + 2
    dots = bytearray(b"\xff\xff\xff\x00" * (width * height))
    places, at = [], 0
    for alpha, side in cells:
        for row in range(side + 2):
            for column in range(side + 2):
                x, y = (min(max(n - 1, 0), side - 1) + 0.5 - side / 2 for n in (column, row))
                dots[4 * (row * width + at + column) + 3] = round(255 * alpha(x, y))
        places.append((at + 1, side))
        at += side + 2
    sheet = Texture.create(size=(width, height), colorfmt="rgba")
    sheet.blit_buffer(bytes(dots), colorfmt="rgba", bufferfmt="ubyte")
    return [sheet.get_region(x, 1, side, side) for x, side in places]
