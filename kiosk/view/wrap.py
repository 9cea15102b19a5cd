"""Where lines may end. Kivy breaks a text that has no spaces after whatever character the line has room for, so that a 。 or half
of a figure would stand at the beginning of the next line.
"""

from collections.abc import Sequence
from typing import Any

from kivy.core.text import Label

CLOSING = frozenset("，。、；：？！）》」』】”’…％,.;:?!)]}%")
"""No line begins with these,"""
OPENING = frozenset("（《「『【“‘([{")
"""and none ends with these."""


def mended(text: str, lines: Sequence[str]) -> str | None:
    """A text with one line break more, before what belongs together, by the lines into which it fell; None where all are good.

    What is longer than a whole line is broken as it comes.
    """
    before = at = 0
    for line in lines:
        start = text.find(line, at)
        if start < 0:
            return None
        cut = start
        while line and before < cut and _together(text[cut - 1], text[cut]):
            cut -= 1
        if before < cut < start:
            return f"{text[:cut]}\n{text[cut:]}"
        before, at = start, start + len(line)
    return None


def _together(one: str, other: str) -> bool:
    """Whether nothing may stand between two characters: a mark and what it closes or opens, or letters and figures of one word."""
    if one.isspace() or other.isspace():
        return False
    return other in CLOSING or one in OPENING or (one.isascii() and other.isascii())


class Ruler(Label):
    """What texts are laid out with, measured and drawn. All lines of a text are laid out, also those that find no room: Kivy loses
    some where it begins at a line break in the middle.
    """

    _text: str
    _text_size: tuple[float | None, float | None]

    def render(self, real: bool = False) -> Any:
        """Width and height of the text; `real` draws what was laid out before."""
        text, (width, height) = self._text, self._text_size
        if real or width is None:
            return super().render(real)
        self._text_size = width, None
        try:
            size = super().render()
            while better := mended(self._text, [_words(line) for line in self._cached_lines]):
                self._text = better
                size = super().render()
        finally:
            self._text, self._text_size = text, (width, height)
        return size[0], int(height or size[1])


def _words(line: Any) -> str:
    return "".join(word.text for word in line.words)
