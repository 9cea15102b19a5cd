"""The kiosk's glass without a screen: Kivy draws real pixels through SDL's offscreen driver."""

import os
from typing import Any

import pytest

from kiosk.app.window import prepare
from kiosk.model.look import Look
from kiosk.model.show import look
from tests.unit.kiosk.scene import SCENES


class Glass:
    """The face in a window of 1080 x 1920, and what was touched."""

    def __init__(self) -> None:
        from kivy.base import EventLoop
        from kivy.core.window import Window

        from kiosk.view.face import Face

        EventLoop.ensure_window()
        self.window = Window
        self._loop = EventLoop
        self.touched: list[Any] = []
        self.face = Face(look(SCENES["home"]), self.touched.append)
        Window.add_widget(self.face)
        self.frames()

    def frames(self, count: int = 4) -> None:
        """Let layout, text and canvas settle."""
        for _ in range(count):
            self._loop.idle()

    def show(self, picture: Look) -> None:
        """Paint a look and wait for the pixels."""
        self.face.show(picture)
        self.frames()

    def resize(self, width: float, height: float) -> None:
        """Give the face another size inside its window."""
        self.face.size_hint = (None, None)
        self.face.size = (width, height)
        self.frames()

    def pixel(self, x: float, y: float) -> tuple[int, int, int]:
        """The colour at a point, y counted from the bottom."""
        from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels

        self.window.dispatch("on_draw")
        raw = glReadPixels(int(x), int(y), 1, 1, GL_RGB, GL_UNSIGNED_BYTE)
        return (raw[0], raw[1], raw[2])


@pytest.fixture(scope="session")
def _window(tmp_path_factory: pytest.TempPathFactory) -> Glass:
    """One window for all tests: a process has only one."""
    before = dict(os.environ)
    os.environ["SDL_VIDEODRIVER"] = "offscreen"
    prepare(str(tmp_path_factory.mktemp("kivy")), (1080, 1920), windowed=False)
    from kivy.config import Config

    Config.set("graphics", "maxfps", "0")  # draw as soon as asked
    glass = Glass()
    for name in os.environ.keys() - before.keys():
        del os.environ[name]  # programs that other tests start have windows of their own
    return glass


@pytest.fixture
def glass(_window: Glass) -> Glass:
    """The window as every test finds it: full size, home screen, nothing touched."""
    _window.resize(1080, 1920)
    _window.show(look(SCENES["home"]))
    _window.touched.clear()
    return _window
