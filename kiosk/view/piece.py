"""The pieces that screens are made of: text that always fits, icons, cards, and what can be pressed."""

import math
from functools import cache, lru_cache
from typing import Any

import PIL.Image
import segno
from kivy.clock import Clock
from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix import label
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.image import Image
from kivy.uix.label import Label
from kivy.uix.widget import Widget

from kiosk.model.event import Control, Touched
from kiosk.model.look import Badge
from kiosk.view.theme import theme
from kiosk.view.wrap import Ruler

STEPS = ((36, 2), (72, 4), (160, 16), (math.inf, 20))
"""The scale of type: below so many px, sizes are so many px apart."""
RULER = 40.0
"""The size in px at which texts are measured first, in a box that is larger or smaller as they would be."""
UNSURE = 1.03
"""By so much the ruler may be wrong: letters stand on whole px, in each size on others."""
LEAST_SHARE = 0.5
"""Never below this share of the size that was asked for; then it is clipped, which the tests of every screen forbid."""
KEPT = 1024
"""Texts of all screens, and figures that changed lately; measuring one anew costs some milliseconds."""


@lru_cache(KEPT)
def measured(text: str, font: str, size: float, width: float) -> tuple[float, float]:
    """Width and height of a text at a size, wrapped to a width; nothing is drawn."""
    ruler = Ruler(text=text, font_name=font, font_size=size, text_size=(width, None), line_height=1.0)
    w, h = ruler.render()
    return w, h


def rung(size: float) -> int:
    """The next size of the scale that all type here is set in, downwards. A font takes half a megabyte and some milliseconds for
    each size in which it is opened, and Kivy keeps 64 open.
    """
    step = next(step for below, step in STEPS if size < below)
    return int(size // step * step)


@lru_cache(KEPT)
def fitting(text: str, font: str, most: float, width: float, height: float, least: float) -> float:
    """The largest size of the scale, none below `least`, at which a text stays inside a box.

    What does not fit at the ruler's size is not tried at its own.
    """
    smallest = int(least)
    size = max(rung(most), smallest)
    while size > smallest and not (
        measured(text, font, RULER, width * RULER / size)[1] * size / RULER <= height * UNSURE
        and measured(text, font, size, width)[1] <= height
    ):
        size = max(rung(size - 1), smallest)
    return size


class Ink(Ruler):
    """What labels are drawn with: a picture as large as the text. Kivy's own is as large as the place of the text, and it keeps the
    canvas beside the texture made of it, as large once more.
    """

    def render(self, real: bool = False) -> Any:
        """See Ruler: lines as its place wants them; width and height of no more than these."""
        drawn = super().render(real)
        if real:
            return drawn
        return tuple(min(most, int(own)) for most, own in zip(drawn, self._internal_size, strict=True))

    def _render_end(self) -> Any:
        drawn = super()._render_end()
        self._surface = None
        return drawn


label.CoreLabel = Ink


class Say(Label):
    """Text inside its box, wrapped, and set smaller where it would not fit otherwise.

    `most` is the size in px that it has when there is room.
    """

    most = NumericProperty(28)
    texture: Texture | None

    def __init__(self, **kwargs: Any) -> None:
        self._fit_soon = Clock.create_trigger(self._fit, -1)
        super().__init__(**kwargs)
        for name in ("text", "size", "most", "font_name"):
            self.fbind(name, self._fit_soon)
        theme.fbind("type", self._fit_soon)
        self._fit_soon()

    def texture_update(self, *_: object) -> None:
        """Draw the text unless it is off stage, where nobody sees it; `redraw` is for when it comes there."""
        if self.get_root_window() is None:
            self.texture = self._label.texture = None
        else:
            super().texture_update()

    def show(self) -> None:
        """Draw the text before the next picture, once, whatever else changes until then."""
        if self.texture is None:
            self._trigger_texture()

    @property
    def needs(self) -> tuple[float, float]:
        """Width and height that the text takes at the size chosen."""
        return measured(self.text, self.font_name, self.font_size, self.width)

    def _fit(self, *_: object) -> None:
        width, height = self.size
        if width <= 1 or height <= 1 or not self.text:
            return
        most, least = self.most * theme.type, max(self.most * LEAST_SHARE, math.ceil(theme.least * theme.u))
        self.font_size = fitting(self.text, self.font_name, most, width, height, least)
        self.text_size = (width, height)


def redraw(*screens: Widget) -> None:
    """Draw the texts of a screen that came on stage, and give those of one that left it back."""
    for screen in screens:
        for widget in screen.walk(restrict=True):
            if isinstance(widget, Say):
                widget.show() if screen.parent else widget.texture_update()


class Icon(Image):
    """A white drawing in a colour."""

    name = StringProperty("")

    def on_name(self, *_: object) -> None:
        """Draw it; no name is no drawing."""
        self.texture = drawing(self.name) if self.name else None


@cache
def drawing(name: str) -> Texture:
    """The picture of an icon, made once for all that show it: Kivy forgets after a minute which pictures it has, and makes more.

    Only where it is drawn is taken from its file; it is white.
    """
    with PIL.Image.open(theme.icon(name)) as file:
        cover = file.getchannel("A").transpose(PIL.Image.Transpose.FLIP_TOP_BOTTOM)
    dots = bytearray(b"\xff" * (2 * cover.width * cover.height))
    dots[1::2] = cover.tobytes()
    texture = Texture.create(size=cover.size, colorfmt="luminance_alpha", mipmap=True)
    texture.blit_buffer(bytes(dots), colorfmt="luminance_alpha", bufferfmt="ubyte")
    return texture


class Symbol(Image):
    """A QR symbol of a text, black on white with its margin, as large as its place and never blurred."""

    content = StringProperty("")

    def on_content(self, *_: object) -> None:
        """Draw it; no text is no symbol."""
        self.texture = symbol(self.content) if self.content else None


def symbol(content: str) -> Texture:
    """The picture of a QR symbol, one dot a module."""
    rows = [
        bytes(255 * (1 - dark) for dark in row)
        for row in segno.make_qr(content, error="l").matrix_iter(border=4)
    ]
    texture = Texture.create(size=(len(rows), len(rows)), colorfmt="luminance")
    texture.mag_filter = "nearest"
    texture.blit_buffer(b"".join(reversed(rows)), colorfmt="luminance", bufferfmt="ubyte")
    return texture


class Card(BoxLayout):
    """A panel on the ground, with the one shadow."""

    ground = ColorProperty((1, 1, 1, 1))
    edge = ColorProperty((0, 0, 0, 0))


class Press(ButtonBehavior, Card):
    """A card that can be pressed. It shows the finger at once, and tells `send` which control it is when let go."""

    send = ObjectProperty(None)
    control = StringProperty("")
    key = StringProperty("")
    on = BooleanProperty(True)

    def touched(self) -> Touched:
        """The fact that this was pressed."""
        control: Control = self.control
        return Touched(control, self.key)


class Knock(ButtonBehavior, BoxLayout):
    """What can be touched and does not look so."""

    send = ObjectProperty(None)

    def on_release(self) -> None:
        """Tell of it."""
        self.send(Touched("knock"))


class Action(Press):
    """A button with an icon and a word; one that is `quiet` is not what most people want here."""

    quiet = BooleanProperty(False)
    text = StringProperty("")
    icon = StringProperty("")
    ink = ColorProperty((1, 1, 1, 1))
    most = NumericProperty(40)


class Poster(BoxLayout):
    """What stands in the upper half of the panel where nothing is to be touched there."""

    icon = StringProperty("wheelchair")
    title = StringProperty("")
    text = StringProperty("")


class Head(BoxLayout):
    """The zone's band over every screen that belongs to a zone."""

    badge = ObjectProperty(Badge("", "", "#000000", ""), rebind=True)
    under = StringProperty("")
