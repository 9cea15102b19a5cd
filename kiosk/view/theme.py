"""The look for Kivy: colours as (r, g, b, a), sizes of type that follow the screen, fonts and icons as files."""

from pathlib import Path

from kivy.event import EventDispatcher
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, ObjectProperty
from kivy.utils import get_color_from_hex

from kiosk.model.manner import Manner
from kiosk.view.shape import shapes
from queue_server.wire.face import font, tokens

ICONS = Path(__file__).parent.parent / "assets" / "icon"
WIDE, HIGH = 1080, 1920
"""The panel that all measures are written for; on another one they are scaled by `u`."""
LYING = (1920, 1280)
"""What the same measures need on a panel that lies: every screen of theirs is at least so high."""
FOOT = 144
"""So high is the line of buttons at the foot."""
WAYS = 116
"""And so high that of the ways above it, where there are any."""
LARGER = 1.25
"""So much larger is type in the elders' version, where its place has room."""
LEAST_PX = 30
"""And never smaller than this, on a panel of 1080 x 1920."""
DENSE_LEAST_PX = 22
"""In half of the panel, and on one that lies, there is less room: as large as 30 px are at 96 dpi, on one of 32 inches."""
CORNER, LINE, DROP = 16, 1.5, 3
"""The radius of a card's corners, half of the width of the line around it, and how far below it its shadow is seen."""
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
    easy = BooleanProperty(False)
    low = BooleanProperty(False)
    contrast = BooleanProperty(False)
    type = NumericProperty(1.0)
    """Type is so much larger where its place has room."""
    least = NumericProperty(0.0)
    """No text is smaller, in px of the 1080 x 1920 panel."""
    reach = NumericProperty(0.0)
    """What there is of the lower half above foot and ways, where nothing may be touched above it; else 0."""
    ways = WAYS
    lined = BooleanProperty(False)
    """The ways stand in a line of their own."""
    shapes = ObjectProperty(None, rebind=True)
    """What cards are drawn with."""
    ink = ColorProperty()
    paper = ColorProperty()
    card = ColorProperty()
    muted = ColorProperty()
    line = ColorProperty()
    action = ColorProperty()
    over_action = ColorProperty()
    action_soft = ColorProperty()
    good = ColorProperty()
    good_soft = ColorProperty()
    warn = ColorProperty()
    warn_soft = ColorProperty()
    alarm = ColorProperty()
    alarm_soft = ColorProperty()
    white = ColorProperty()
    bar = ColorProperty()
    bar_quiet = ColorProperty()
    over_zone = ColorProperty()
    shadow = ColorProperty()

    def __init__(self) -> None:
        super().__init__()
        self._half, self._offers, self._drawn = HIGH / 2, False, 0.0
        self.regular = str(font("regular"))
        self.bold = str(font("bold"))
        self._paint()

    def _fit(self) -> None:
        """What follows from the panel and from whoever stands before it."""
        self.lined = self._offers and self.tall
        taken = FOOT + (WAYS if self.lined else 0)
        self.reach = self._half - taken * self.u if self.low else 0.0
        dense = self.low or not self.tall
        self.least = 0.0 if not self.easy else DENSE_LEAST_PX if dense else LEAST_PX

    def _paint(self) -> None:
        look = tokens()
        chosen = look.contrast if self.contrast else look.colour
        for name in look.colour.__struct_fields__:
            # To Kivy a name with on_ is a handler of what follows.
            own = name.replace("on_", "over_", 1) if name.startswith("on_") else name
            setattr(self, own, rgba(getattr(chosen, name)))
        self.bar = rgba(look.contrast.bar if self.contrast else look.colour.ink)
        self.bar_quiet = rgba(look.contrast.muted if self.contrast else look.board.quiet)
        self.over_zone = rgba(look.contrast.on_zone if self.contrast else look.colour.white)
        self.shadow = rgba(look.colour.ink, 0.0 if self.contrast else 0.10)

    def suit(self, manner: Manner, *, offers: bool) -> None:
        """Be as somebody wants it. `offers`: there is a line of ways to choose from."""
        self.easy, self.low, self._offers = manner.easy, manner.low, offers
        self._fit()
        self.type = LARGER if manner.easy else 1.0
        if manner.contrast != self.contrast:
            self.contrast = manner.contrast
            self._paint()

    def measure(self, width: float, height: float) -> None:
        """Follow the size of the screen."""
        self.tall = height >= width
        wide, high = (WIDE, HIGH) if self.tall else LYING
        self.u = max(0.2, min(width / wide, height / high))
        self._half = height / 2
        self._fit()
        if self.shapes is None or self.u != self._drawn:
            self._drawn = self.u
            self.shapes = shapes(CORNER * self.u, max(1.0, LINE * self.u), DROP * self.u)

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
