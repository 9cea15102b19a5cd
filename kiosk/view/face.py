"""The whole glass: bar, banner, screen and foot. `show` paints a Look; touches go to `send`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.input.motionevent import MotionEvent
from kivy.lang import Builder
from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.model.event import Event, Felt, Painted
from kiosk.model.look import Badge, Body, Issued, Look
from kiosk.view.piece import redraw
from kiosk.view.screen import SCREENS, HomeScreen, Screen, WayKey, fit, in_order
from kiosk.view.theme import theme

for rules in ("kiosk", "easy"):
    Builder.load_file(str(Path(__file__).parent / f"{rules}.kv"))

REST_S = 1.0
"""So long after it was made, with its first picture there, the face makes the screen whose making would delay the first paper."""
FIRST_TICKET = Issued(
    badge=Badge("", "", "#000000", ""),
    service="",
    label="",
    number="A888",
    ahead_label="",
    ahead="",
    wait_label="",
    wait="",
    place="",
    follow="",
    note="",
    icon="",
    tone="good",
    paper="",
    printed=False,
    sure=True,
    done="",
    staff="",
    returning="",
)
"""A ticket that nobody is shown."""


class Face(BoxLayout):
    """Everything that is seen. It must be made with a first Look."""

    look = ObjectProperty(None, rebind=True)
    send = ObjectProperty(None)

    def __init__(self, look: Look, send: Callable[[Event], None], **kwargs: Any) -> None:
        self._screens: dict[type[Screen], Screen] = {}
        theme.measure(*Window.size)
        super().__init__(look=look, send=send, **kwargs)
        self.fbind("size", self._measure)
        self.fbind("look", self._stage)
        self.fbind("look", self._offer)
        self._sight = -1
        self._suit(look)
        self._stage()
        self._offer()
        Clock.schedule_once(lambda _: self._screen(FIRST_TICKET), REST_S)

    def show(self, look: Look) -> None:
        """Paint a Look; what did not change is not drawn anew."""
        self._suit(look)
        self.look = look

    def _suit(self, look: Look) -> None:
        theme.suit(look.manner, offers=any(option.control == "way" for option in look.ways))
        # Not a rectangle over all of it, which takes three times as long to draw.
        Window.clearcolor = theme.paper

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """Somebody is here, wherever the finger fell. Nothing is pressed that is not seen."""
        dark = self.look.dark
        self.send(Felt())
        return True if dark else bool(super().on_touch_down(touch))

    def _measure(self, *_: object) -> None:
        theme.measure(*self.size)
        self._seat()

    def _offer(self, *_: object) -> None:
        """One button for each way in which the screen can be."""
        ways, row = self.look.ways, self.ids.ways
        fit(row, len(ways), lambda i: WayKey(send=self.send, option=ways[i]))
        for key, way in zip(in_order(row), ways, strict=True):
            key.option = way
        self._seat()

    def _seat(self, *_: object) -> None:
        """Above the foot on a panel that stands; in it on one that lies, and where there is nothing to choose: height is dear."""
        row, place = self.ids.ways, self if theme.lined else self.ids.foot
        if row.parent is not place:
            row.parent.remove_widget(row)
            place.add_widget(row, index=1)

    def _screen(self, body: Body) -> Screen:
        """The screen for a body. Each is made once: making one takes longer than a touch may."""
        kind = SCREENS[type(body)]
        if kind not in self._screens:
            self._screens[kind] = kind(body=body, send=self.send)
        return self._screens[kind]

    def _stage(self, *_: object) -> None:
        """Put the screen for the body on stage."""
        screen = self._screen(self.look.body)
        screen.body = self.look.body
        area = self.ids.area
        if area.children != [screen]:
            gone = area.children[:]
            area.clear_widgets()
            area.add_widget(screen)
            # The home screen keeps its texts: everybody begins there.
            redraw(screen, *(each for each in gone if not isinstance(each, HomeScreen)))
        if self.look.sight != self._sight:
            self._sight = self.look.sight
            # The first tick comes before the picture, the second after it.
            painted = Painted(self._sight)
            Clock.schedule_once(lambda _: Clock.schedule_once(lambda _: self.send(painted), 0), 0)
