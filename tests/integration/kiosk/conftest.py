"""The kiosk's glass without a screen: Kivy draws real pixels through SDL's offscreen driver."""

import atexit
import os
from functools import cache
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import pytest
from PIL import Image

from kiosk.app.window import prepare
from kiosk.model.look import Look
from kiosk.model.show import look
from tests.unit.kiosk.scene import SCENES

SIZE = (1080, 1920)
MOST_FRAMES = 60


class Glass:
    """The face in a window of 1080 x 1920, and what was touched."""

    def __init__(self) -> None:
        from kivy.base import EventLoop
        from kivy.core.window import Window

        from kiosk.view.face import Face

        EventLoop.ensure_window()
        self.window = Window
        self.touched: list[Any] = []
        self.face = Face(look(SCENES["home"]), self.touched.append)
        Window.add_widget(self.face)
        self.settle()

    def anew(self) -> None:
        """A face made anew, in the place of the one there was."""
        from kiosk.view.face import Face

        self.window.remove_widget(self.face)
        self.face = Face(look(SCENES["home"]), self.touched.append)
        self.window.add_widget(self.face)
        self.settle()

    def frames(self, count: int = 4) -> None:
        """Let layout and text settle. Nothing is drawn, which takes ten times as long; who looks at pixels has them drawn."""
        from kivy.clock import Clock
        from kivy.lang import Builder

        for _ in range(count):
            Clock.tick()
            Builder.sync()
            Clock.tick_draw()
            Builder.sync()

    def settle(self) -> None:
        """Let frames pass until nothing moves any more: on a busy machine a layout may take more of them."""
        self.frames()
        before, now = None, self._places()
        for _ in range(MOST_FRAMES):
            if before == now:
                return
            self.frames(1)
            before, now = now, self._places()
        raise AssertionError("the screen never comes to rest")

    def _places(self) -> list[tuple[float, ...]]:
        return [(*each.pos, *each.size) for each in self.face.walk()]

    def show(self, picture: Look) -> None:
        """Lay a look out."""
        self.face.show(picture)
        self.settle()

    def resize(self, width: float, height: float) -> None:
        """Give the face another size inside its window."""
        self.face.size_hint = (None, None)
        self.face.size = (width, height)
        self.settle()

    def pixel(self, x: float, y: float) -> tuple[int, int, int]:
        """The colour at a point, y counted from the bottom."""
        from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels

        self.window.dispatch("on_draw")
        raw = glReadPixels(int(x), int(y), 1, 1, GL_RGB, GL_UNSIGNED_BYTE)
        return (raw[0], raw[1], raw[2])

    def picture(self) -> Image.Image:
        """What is on the glass, as large as the face is."""
        from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels

        self.window.dispatch("on_draw")
        width, height = (int(side) for side in self.face.size)
        raw = glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE)
        return Image.frombytes("RGB", (width, height), bytes(raw)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)


@cache
def opened() -> Glass:
    """The window: a process has only one."""
    home = mkdtemp()
    atexit.register(rmtree, home)
    before = dict(os.environ)
    os.environ["SDL_VIDEODRIVER"] = "offscreen"
    prepare(home, SIZE, windowed=False)
    from kivy.config import Config

    Config.set("graphics", "maxfps", "0")  # draw as soon as asked
    glass = Glass()
    for name in os.environ.keys() - before.keys():
        del os.environ[name]  # programs that other tests start have windows of their own
    return glass


@pytest.fixture
def glass() -> Glass:
    """The window as every test finds it: full size, home screen, nothing touched."""
    glass = opened()
    if tuple(glass.face.size) != SIZE:
        glass.resize(*SIZE)
    glass.show(look(SCENES["home"]))
    glass.touched.clear()
    return glass
