"""The pieces that screens are made of: text that always fits, icons, cards, and what can be pressed."""

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.image import Image
from kivy.uix.label import Label

from kiosk.model.event import Control, Touched
from kiosk.model.look import Badge

SMALLER = 0.95
"""One step towards a size that fits."""
LEAST_SHARE = 0.5
"""Never below this share of the size that was asked for; then it is clipped, which the tests of every screen forbid."""


class Say(Label):
    """Text inside its box, wrapped, and set smaller where it would not fit otherwise.

    `most` is the size in px that it has when there is room.
    """

    most = NumericProperty(28)
    needs = ObjectProperty((0, 0))
    """Width and height that the text takes at the size chosen."""

    def __init__(self, **kwargs: Any) -> None:
        self._fit_soon = Clock.create_trigger(self._fit, -1)
        super().__init__(**kwargs)
        for name in ("text", "size", "most", "font_name", "line_height"):
            self.fbind(name, self._fit_soon)
        self._fit_soon()

    def _fit(self, *_: object) -> None:
        width, height = self.size
        if width <= 1 or height <= 1 or not self.text:
            return
        size = self.most
        while True:
            self.font_size = size
            self.text_size = (width, None)
            self.texture_update()
            self.needs = tuple(self.texture_size)
            if self.needs[1] <= height or size <= self.most * LEAST_SHARE:
                break
            size *= SMALLER
        self.text_size = (width, height)


class Icon(Image):
    """A white drawing in a colour."""

    name = StringProperty("")


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


class Action(Press):
    """A button with an icon and a word."""

    text = StringProperty("")
    icon = StringProperty("")
    ink = ColorProperty((1, 1, 1, 1))
    most = NumericProperty(40)


class Head(BoxLayout):
    """The zone's band over every screen that belongs to a zone."""

    badge = ObjectProperty(Badge("", "", "#000000", ""), rebind=True)
    under = StringProperty("")
