"""The look for Kivy: colours as (r, g, b, a), sizes of type that follow the screen, fonts and icons as files."""

from pathlib import Path

from kivy.event import EventDispatcher
from kivy.properties import BooleanProperty, NumericProperty
from kivy.utils import get_color_from_hex

from queue_server.wire.face import font, tokens

ICONS = Path(__file__).parent.parent / "assets" / "icon"
WIDE, HIGH = 1080, 1920
"""The panel that all measures are written for; on another one they are scaled by `u`."""
LYING = (1920, 1680)
"""What the same measures need on a panel that lies: every screen of theirs is at least so high."""
Colour = tuple[float, float, float, float]


def rgba(colour: str, alpha: float = 1.0) -> Colour:
    """A colour as Kivy wants it."""
    r, g, b, _ = get_color_from_hex(colour)
    return (r, g, b, alpha)


def shade(colour: str, share: float) -> Colour:
    """A colour towards black by a share of 0 to 1: how a pressed surface answers."""
    r, g, b, a = rgba(colour)
    return (r * (1 - share), g * (1 - share), b * (1 - share), a)


class Theme(EventDispatcher):
    """What kv rules measure and paint with. `u` is one px of the 1080 x 1920 panel on the real one."""

    u = NumericProperty(1.0)
    tall = BooleanProperty(True)

    def __init__(self) -> None:
        super().__init__()
        look = tokens()
        self.regular = str(font("regular"))
        self.bold = str(font("bold"))
        self.board_quiet = rgba(look.board.quiet)
        for name in look.colour.__struct_fields__:
            setattr(self, name, rgba(getattr(look.colour, name)))
        self.shadow = rgba(look.colour.ink, 0.10)
        self.veil = rgba(look.colour.ink, 0.08)

    def measure(self, width: float, height: float) -> None:
        """Follow the size of the screen."""
        self.tall = height >= width
        wide, high = (WIDE, HIGH) if self.tall else LYING
        self.u = max(0.2, min(width / wide, height / high))

    @staticmethod
    def icon(name: str) -> str:
        """The file of an icon, or nothing for no name."""
        return str(ICONS / f"{name}.png") if name else ""

    @staticmethod
    def rgba(colour: str) -> Colour:
        """A colour of a Look."""
        return rgba(colour)

    @staticmethod
    def shade(colour: str, share: float) -> Colour:
        """A colour of a Look, darker."""
        return shade(colour, share)


theme = Theme()
"""The one look of this process; the window measures it."""
