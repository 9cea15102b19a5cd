"""What is wrong with a screen, by its widgets and its pixels: text that is clipped, small, faint or under another, and buttons
that are small, too high, or lie on each other.

Many screens are judged in one walk over one glass: to lay a screen out takes some hundredths of a second, and to give the glass
another size, or a first screen, takes longer than all that is asked of it then.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

from kiosk.model.manner import Manner
from kiosk.model.show import look
from queue_server.wire.ticket import Language
from tests.integration.kiosk.conftest import Glass
from tests.unit.kiosk.scene import SCENES

LANGUAGES: tuple[Language, ...] = ("zh", "en")
PLAIN = Manner()

FAINT = 4.5
"""Text has at least this contrast with what is behind it."""
MOST = 24
"""So many colours of a text's place are looked at, the most frequent ones: its edges are not what is read."""
ENDS, BEGINS = "，。、；：？！）》”", "（《“"
"""Marks that belong to what stands before, and to what stands behind."""
Box = tuple[float, float, float, float]


def walk(
    glass: Glass,
    names: Iterable[str],
    wrong: Callable[[], list[str]],
    language: Language = "zh",
    manner: Manner = PLAIN,
) -> dict[str, list[str]]:
    """What is wrong with some scenes, by their names, of a kiosk that can read aloud; those with nothing wrong are left out."""
    tall = glass.face.height > glass.face.width
    found = {}
    for name in names:
        state = replace(SCENES[name], language=language, manner=manner, tall=tall, mute=None)
        glass.show(look(state))
        found[name] = wrong()
    return {name: faults for name, faults in found.items() if faults}


def visible(widget: Any) -> Iterator[Any]:
    """A widget and everything below it that can be seen."""
    if widget.opacity == 0 or widget.width <= 1 or widget.height <= 1:
        return
    yield widget
    for child in widget.children:
        yield from visible(child)


def texts(root: Any) -> list[Any]:
    """The texts that say something."""
    from kiosk.view.piece import Text

    return [widget for widget in visible(root) if isinstance(widget, Text) and widget.text.strip()]


def buttons(root: Any) -> list[Any]:
    """What can be pressed."""
    from kiosk.view.piece import Press

    return [widget for widget in visible(root) if isinstance(widget, Press) and widget.on]


def box(widget: Any) -> Box:
    """Left, bottom, right and top in the window."""
    x, y = widget.to_window(widget.x, widget.y)
    return x, y, x + widget.width, y + widget.height


def clipped(root: Any) -> list[str]:
    """The texts that do not fit into their places, or into the window, or are drawn without a place."""
    faults = []
    for widget in texts(root):
        needs = widget.needs
        inside = needs[0] <= widget.width + 1 and needs[1] <= widget.height + 1
        left, bottom, right, top = box(widget)
        shown = left >= -1 and bottom >= -1 and right <= root.width + 1 and top <= root.height + 1
        if not inside or not shown:
            faults.append(f"{widget.text!r} needs {needs}, has {widget.size} at {(left, bottom)}")
    return faults + stray(root)


def stray(root: Any) -> list[str]:
    """Texts that are drawn where they have no place, unless all around them is hidden."""
    from kiosk.view.piece import Text

    texts = [w for w in root.walk(restrict=True) if isinstance(w, Text) and (not w.text or min(w.size) <= 1)]
    drawn = [w for w in texts if w.texture is not None and not _pale(w, 0)]
    return [f"{w.text!r} is drawn and has {w.size}" for w in drawn]


def hanging(root: Any) -> list[str]:
    """Texts of which a line begins with a mark that closes, ends with one that opens, or is broken within a figure."""
    return [f"{w.text!r} at {w.font_size} px breaks badly" for w in texts(root) if _hangs(w.text, lines(w))]


def lines(text: Any) -> list[str]:
    """The lines of a text as it is drawn."""
    ink = text.ink()
    ink.render()
    return ["".join(word.text for word in line.words) for line in ink._cached_lines]


def _hangs(text: str, lines: list[str]) -> bool:
    soft = [
        (one[-1], other[0]) for one, other in pairwise(lines) if one and other and one[-1] + other[0] in text
    ]
    return any(
        begins in ENDS or ends in BEGINS or (ends.isdigit() and begins.isdigit()) for ends, begins in soft
    )


def small(root: Any, type_px: float, touch_px: float) -> list[str]:
    """Texts and buttons below these sizes."""
    tiny = [f"{w.text!r} is {w.font_size} px" for w in texts(root) if w.font_size < type_px - 1]
    narrow = [f"{b.control} {b.key} is {b.size}" for b in buttons(root) if min(b.size) < touch_px - 1]
    return tiny + narrow


def crossing(root: Any) -> list[str]:
    """Texts that lie on each other, and buttons that do."""
    faults = []
    for kind in (texts(root), buttons(root)):
        for one, other in combinations(kind, 2):
            a, b = box(one), box(other)
            if min(a[2], b[2]) - max(a[0], b[0]) > 2 and min(a[3], b[3]) - max(a[1], b[1]) > 2:
                faults.append(f"{_name(one)} and {_name(other)}")
    return faults


def leaving(root: Any) -> list[str]:
    """Pictures that reach out of what they stand in."""
    from kiosk.view.piece import Picture

    faults = []
    for picture in visible(root):
        if isinstance(picture, Picture) and picture.texture:
            left, bottom, right, top = around = box(picture.parent)
            half, (x, y) = min(picture.size) / 2, picture.to_window(*picture.center)
            if min(x - half - left, y - half - bottom, right - x - half, top - y - half) < -1:
                faults.append(f"{half * 2} px around {(x, y)} in {around}")
    return faults


def high(root: Any) -> list[str]:
    """Buttons that reach into the upper half."""
    return [
        f"{b.control} {b.key} ends at {box(b)[3]}" for b in buttons(root) if box(b)[3] > root.height / 2 + 1
    ]


def faint(glass: Glass) -> list[str]:
    """Texts that can hardly be told from what is behind them; what rests, and is drawn pale for that, is not asked."""
    picture = glass.picture()
    faults = []
    for widget in texts(glass.face):
        if _pale(widget):
            continue
        left, bottom, right, top = (int(edge) for edge in box(widget))
        found = picture.crop((left, picture.height - top, right, picture.height - bottom)).getcolors(
            1 << 14
        ) or [(1, (0, 0, 0))]
        ground, *others = (colour for _, colour in sorted(found, reverse=True)[:MOST])
        best = max((contrast(colour, ground) for colour in others), default=1.0)
        if best < FAINT:
            faults.append(f"{widget.text!r} has {best:.1f}")
    return faults


def contrast(one: Any, other: Any) -> float:
    """The contrast of two colours, 1 to 21, as WCAG reckons it."""
    dark, light = sorted((_light(one), _light(other)))
    return (light + 0.05) / (dark + 0.05)


def _light(colour: tuple[float, ...]) -> float:
    shares: tuple[float, ...] = tuple(c / 255 for c in colour)
    r, g, b = (s / 12.92 if s <= 0.04045 else float(((s + 0.055) / 1.055) ** 2.4) for s in shares)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _pale(widget: Any, most: float = 0.99) -> bool:
    while widget is not None and widget is not widget.parent:
        if widget.opacity <= most:
            return True
        widget = widget.parent
    return False


def _name(widget: Any) -> str:
    return str(getattr(widget, "text", "") or (widget.control, widget.key))
