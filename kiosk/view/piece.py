"""The pieces that screens are made of: text that always fits, icons, cards, and what can be pressed."""

import math
from functools import cache, lru_cache
from typing import Any, ClassVar
from weakref import WeakSet

import PIL.Image
import segno
from kivy.clock import Clock
from kivy.graphics import BorderImage, Color, InstructionGroup, Rectangle
from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.model.event import Control, Touched
from kiosk.model.look import Badge
from kiosk.view.shape import Shape
from kiosk.view.theme import Colour, theme
from kiosk.view.wrap import Ruler

STEPS = ((36, 2), (72, 4), (160, 16), (math.inf, 20))
"""The scale of type: below so many px, sizes are so many px apart."""
RULER = 40.0
"""The size in px at which texts are measured first, in a box that is larger or smaller as they would be."""
UNSURE = 1.03
"""By so much the ruler may be wrong: letters stand on whole px, in each size on others."""
LEAST_SHARE = 0.5
"""Never below this share of the size that was asked for; then it is clipped, which the tests of every screen forbid."""
Box = tuple[float, float, float, float]
"""Left, bottom, width and height, in px."""
KEPT = 1024
"""Texts of all screens, and figures that changed lately; measuring one anew costs some milliseconds."""


@lru_cache(KEPT)
def measured(text: str, font: str, size: float, width: float | None) -> tuple[float, float]:
    """Width and height of a text at a size, wrapped to a width if there is one; nothing is drawn."""
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


@lru_cache(KEPT)
def even(text: str, font: str, size: float, width: float) -> float:
    """The least width at which a text takes no more lines than in all of its room, in whole px: none of them is left with one short
    word. No word is broken for it, and a text without spaces stays as wide as its room.
    """
    laid = measured.__wrapped__  # what is only tried is not kept
    height = measured(text, font, size, width)[1]
    line = math.ceil(laid(text, font, size, None)[0])
    if line <= width and laid(text, font, size, line)[1] <= height:
        return line  # it is one line, as most are: nothing is tried
    words = (laid(word, font, size, None)[0] for word in text.split())
    least, most = math.ceil(max(words, default=width)), int(width)
    while least < most:
        middle = (least + most) // 2
        if laid(text, font, size, middle)[1] <= height:
            most = middle
        else:
            least = middle + 1
    return most


class Ink(Ruler):
    """What texts are drawn with: a picture as large as the text. Kivy's own is as large as the place of the text, and it keeps the
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


class Drawn(Widget):
    """What draws itself before the next picture, once, whatever changes until then; also as the theme changes.

    It does not listen to the theme itself: what a screen has dropped would be listed there until that changes.
    """

    ALL: ClassVar["WeakSet[Drawn]"] = WeakSet()

    def __init__(self, **kwargs: Any) -> None:
        self.soon = Clock.create_trigger(self._draw, -1)
        """Draw it before the next picture."""
        super().__init__(**kwargs)
        self.ALL.add(self)

    def _draw(self, *_: object) -> None:
        """Draw it as it is now."""

    @classmethod
    def restyle(cls, *_: object) -> None:
        """Draw all of them anew."""
        for each in cls.ALL:
            each.soon()


theme.bind(**dict.fromkeys(("u", "type", "least", "shapes", "contrast"), Drawn.restyle))


class Tinted(Widget):
    """A white picture, drawn in a colour."""

    texture = ObjectProperty(None, allownone=True)
    color = ColorProperty((1, 1, 1, 1))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.canvas:
            self._tint, self._area = Color(*self.color), Rectangle(size=(0, 0))
        for name in ("pos", "size", "texture"):
            self.fbind(name, self._place)
        self.fbind("color", self._paint)

    def _place(self, *_: object) -> None:
        """Put the picture where it belongs. Not by center: what follows from other properties may follow after this."""

    def _paint(self, *_: object) -> None:
        self._tint.rgba = self.color


class Text(Drawn, Tinted):
    """A text as large as it says, drawn while it is on stage. Kivy's label has sixty properties, each of which takes its place in
    every label: this one takes a third of the memory, and of the time to make it.
    """

    text = StringProperty("")
    bold = BooleanProperty(False)
    font_size = NumericProperty(15)
    halign = StringProperty("center")
    texture_size = ObjectProperty((0, 0))
    """Of the whole text, on stage or not."""
    WATCHED: ClassVar[tuple[str, ...]] = ("text", "bold", "font_size", "halign")
    """What it is drawn anew for."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in self.WATCHED:
            self.fbind(name, self.soon)
        self.soon()

    @property
    def font(self) -> str:
        """The file of its font."""
        return theme.bold if self.bold else theme.regular

    @property
    def room(self) -> tuple[float | None, float | None]:
        """Width and height that the text has; None for as much as it wants."""
        return None, None

    @property
    def seen(self) -> bool:
        """Whether there is a text, and a place for it."""
        return bool(self.text)

    @property
    def needs(self) -> tuple[float, float]:
        """Width and height that the text takes."""
        return measured(self.text, self.font, self.font_size, self.room[0])

    def ink(self) -> Ink:
        """What it is drawn with."""
        return Ink(
            text=self.text,
            font_name=self.font,
            font_size=self.font_size,
            text_size=self.room,
            halign=self.halign,
            valign="middle",
        )

    def stage(self) -> None:
        """Draw the text before the next picture as it came on stage, or give its picture back as it left, since nobody sees it."""
        if self.get_root_window() is None:
            self.texture = None
        elif self.texture is None:
            self.soon()

    def _draw(self, *_: object) -> None:
        self._fit()
        if not self.seen:
            self.texture, self.texture_size = None, (0, 0)
        elif self.get_root_window() is None:
            self.texture, self.texture_size = None, self.needs
        else:
            ink = self.ink()
            ink.refresh()
            self.texture, self.texture_size = ink.texture, ink.texture.size
        self._place()

    def _fit(self) -> None:
        """Find the size in which it is drawn."""

    def _place(self, *_: object) -> None:
        width, height = self.texture_size if self.texture else (0, 0)
        share = {"left": 0.0, "right": 1.0}.get(self.halign, 0.5)
        self._area.texture, self._area.size = self.texture, (width, height)
        self._area.pos = int(self.x + (self.width - width) * share), int(self.y + (self.height - height) / 2)


class Say(Text):
    """Text inside its box, wrapped, and set smaller where it would not fit otherwise.

    `most` is the size that it has when there is room, in px of the 1080 x 1920 panel.
    """

    most = NumericProperty(28)
    WATCHED: ClassVar[tuple[str, ...]] = ("text", "bold", "size", "most", "halign")

    @property
    def room(self) -> tuple[float | None, float | None]:
        """See Text."""
        return self.width, self.height

    @property
    def seen(self) -> bool:
        """See Text."""
        return bool(self.text) and self.width > 1 and self.height > 1

    def _fit(self) -> None:
        if self.seen:
            most = self.most * theme.u
            least = max(most * LEAST_SHARE, math.ceil(theme.least * theme.u))
            self.font_size = fitting(self.text, self.font, most * theme.type, *self.size, least)


class Name(Say):
    """A name that may take two lines: they are about equally long."""

    @property
    def room(self) -> tuple[float | None, float | None]:
        """See Text."""
        width = even(self.text, self.font, self.font_size, self.width) if self.seen else self.width
        return width, self.height


def redraw(*screens: Widget) -> None:
    """Draw the texts of a screen that came on stage, and give those of one that left it back."""
    for screen in screens:
        for widget in screen.walk(restrict=True):
            if isinstance(widget, Text):
                widget.stage()


class Picture(Tinted):
    """A square picture, as large as its place."""

    def _place(self, *_: object) -> None:
        side = min(self.size) if self.texture else 0
        self._area.texture, self._area.size = self.texture, (side, side)
        self._area.pos = self.x + (self.width - side) / 2, self.y + (self.height - side) / 2


class Icon(Picture):
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


class Symbol(Picture):
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


class Layer(InstructionGroup):
    """A shape stretched over a box, in a colour. One that cannot be seen is not drawn: a graphics card would hardly notice it, but
    without one it takes the processor as long as any other.
    """

    def lay(self, colour: Colour, shape: Shape, box: Box) -> None:
        """Draw it so from now on."""
        if colour[3] == 0:
            self.clear()
            return
        if not self.children:
            self.add(Color())
            self.add(BorderImage())
        tint, *_, image = self.children
        tint.rgba, image.texture, image.border = colour, shape.texture, shape.border
        image.pos, image.size = box[:2], box[2:]


class Card(Drawn, BoxLayout):
    """A panel on the ground, with the one shadow.

    It is drawn here and not by a rule, as texts and pictures are: each value that a rule follows takes a hundred bytes and a while.
    """

    ground = ColorProperty((1, 1, 1, 1))
    edge = ColorProperty((0, 0, 0, 0))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._shadow, self._ground, self._edge = Layer(), Layer(), Layer()
        for layer in (self._shadow, self._ground, self._edge):
            self.canvas.before.add(layer)
        for name in ("pos", "size", "ground", "edge"):
            self.fbind(name, self.soon)
        self.soon()

    def _draw(self, *_: object) -> None:
        """Shadow, ground and the line around it."""
        shapes, (x, y), (width, height) = theme.shapes, self.pos, self.size
        low, over = shapes.shadow.over, shapes.line.over
        around = x - over, y - over, width + 2 * over, height + 2 * over
        self._shadow.lay(theme.shadow, shapes.shadow, (x, y - low, width, shapes.shadow.border[0]))
        self._ground.lay(self.ground, shapes.card, (x, y, width, height))
        self._edge.lay(theme.line if theme.contrast else self.edge, shapes.line, around)


class Press(ButtonBehavior, Card):
    """A card that can be pressed. It shows the finger at once, and tells `send` which control it is when let go."""

    send = ObjectProperty(None)
    control = StringProperty("")
    key = StringProperty("")
    on = BooleanProperty(True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._finger = Layer()
        self.canvas.after.add(self._finger)
        self.fbind("state", self._feel)
        self.fbind("on", self._rest)
        self._rest()

    def touched(self) -> Touched:
        """The fact that this was pressed."""
        control: Control = self.control
        return Touched(control, self.key)

    def on_release(self) -> None:
        """Tell of it."""
        self.send(self.touched())

    def _rest(self, *_: object) -> None:
        self.disabled = not self.on

    def _feel(self, *_: object) -> None:
        shown = (0.4 if theme.contrast else 0.16) if self.state == "down" else 0.0
        self._finger.lay((*theme.ink[:3], shown), theme.shapes.card, (*self.pos, *self.size))

    def _draw(self, *_: object) -> None:
        super()._draw()
        self._feel()


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
