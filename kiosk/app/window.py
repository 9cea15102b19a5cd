"""The window: Kivy prepared so that it fills the screen, keeps out of files, arguments and logs, and lets nobody out.

`prepare` must run before anything imports Kivy's window. Why each setting: a full screen without its own size draws only a part
of the screen and maps touches wrongly; two providers of one finger would touch twice; the saved configuration of another run
would win over ours.
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from kiosk.app import watchdog
from kiosk.app.kiosk import Kiosk
from kiosk.link.scanner import Scanner, character

ENVIRONMENT = {
    "KIVY_NO_ARGS": "1",  # the command line is ours
    "KIVY_NO_CONFIG": "1",  # nothing saved by another run counts
    "KIVY_NO_FILELOG": "1",
    "KIVY_NO_CONSOLELOG": "1",
    "KIVY_LOG_MODE": "PYTHON",  # Kivy must not take the root logger over
    "KIVY_METRICS_DENSITY": "1",
}
LEFT, TOP = 0, 0
ENTER = frozenset({13, 271})
"""Codes of the Enter keys."""


def prepare(folder: str, size: tuple[int, int], *, windowed: bool) -> None:
    """Set Kivy up. `folder` is for what it insists on writing; `size` in px."""
    os.environ.update(ENVIRONMENT, KIVY_HOME=folder)
    logging.getLogger("kivy").addFilter(lambda record: record.levelno >= logging.WARNING)
    from kivy.config import Config  # noqa: PLC0415 - reads the environment as it is imported

    graphics = {
        "width": size[0],
        "height": size[1],
        "fullscreen": "0",
        "resizable": int(windowed),
        "borderless": int(not windowed),
        "maxfps": 60,
        "multisamples": 0,
        "allow_screensaver": 0,
        "show_cursor": int(windowed),
    }
    if not windowed:
        graphics |= {"position": "custom", "left": LEFT, "top": TOP}
    for name, value in graphics.items():
        Config.set("graphics", name, str(value))
    for name, value in {"exit_on_escape": 0, "desktop": int(windowed), "log_level": "warning"}.items():
        Config.set("kivy", name, str(value))
    Config.remove_section("input")
    Config.add_section("input")
    Config.set("input", "mouse", "mouse,disable_multitouch")
    Config.set("kivy", "keyboard_mode", "")


async def run(
    kiosk: Kiosk, work: Callable[[], Coroutine[Any, Any, None]], *, windowed: bool, ready: Callable[[], None]
) -> None:
    """Show the kiosk until the window is closed or SIGTERM or SIGINT comes, with `work` running beside it.

    `ready` is called after the first picture. A failure of `work` closes the window and is raised.
    """
    from kivy.app import App  # noqa: PLC0415 - opens the window
    from kivy.clock import Clock  # noqa: PLC0415
    from kivy.core.window import Window  # noqa: PLC0415

    from kiosk.view.face import Face  # noqa: PLC0415

    class Glass(App):
        """The face in its window."""

        use_kivy_settings = False
        title = "Jiaohao"

        def build(self) -> Face:
            face = Face(kiosk.look, kiosk.tell)
            kiosk.show = face.show
            Clock.schedule_once(lambda _: Clock.schedule_once(lambda _: begin(), 0), 0)
            return face

        def open_settings(self, *_: object) -> bool:
            return False

    def begin() -> None:
        """The first picture is there; from now on the glass shows that it moves."""
        ready()
        watchdog.tell("READY=1")
        Clock.schedule_interval(lambda _: watchdog.tell("WATCHDOG=1"), watchdog.EVERY_S)

    scanner = Scanner(kiosk.tell)

    def key(_window: object, code: int, _scan: int, _text: str | None, held: list[str]) -> bool:
        """Nothing leads out by a key; only a scanner is heard."""
        if code in ENTER:
            scanner.ended()
        scanner.typed(character(code, shift="shift" in held))
        return not windowed

    Window.bind(on_key_down=key)
    if not windowed:
        Window.bind(on_request_close=lambda *_, **__: True)
    # Kivy asks for fingers after each picture, so that one that came since the last would be seen only in the next but one.
    Clock.schedule_interval(lambda _: Window.mainloop(), 0)
    app = Glass()
    kiosk.restart = app.stop
    loop = asyncio.get_running_loop()
    # SDL turns SIGTERM into a request to close, which a kiosk refuses; so the signal is taken here.
    if sys.platform != "win32":  # there the console does it
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, app.stop)
    beside = asyncio.create_task(work(), name="work")
    beside.add_done_callback(lambda _: app.stop())
    try:
        await app.async_run(async_lib="asyncio")
    finally:
        if not beside.done():
            beside.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beside
