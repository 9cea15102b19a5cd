"""How large the screen is. Kivy only tells after its window is open, and then it is too late for a window that fills it."""

import ctypes
import os
import sys

PORTRAIT = (1080, 1920)
SHARE = 0.86
"""How much of the screen's height a window takes that is not to fill it."""


def screen() -> tuple[int, int] | None:
    """Width and height of the X screen in px; None where there is none to ask."""
    if not os.environ.get("DISPLAY"):
        return None
    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return None
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = x11.XOpenDisplay(None)
    if not display:
        return None
    handle = ctypes.c_void_p(display)
    try:
        return int(x11.XDisplayWidth(handle, 0)), int(x11.XDisplayHeight(handle, 0))
    finally:
        x11.XCloseDisplay(handle)


def unseen(room: tuple[int, int] | None) -> bool:
    """Whether nobody would see what is drawn on a screen of this size: where SDL has no screen it draws into memory and says
    that all is well. Whoever names SDL's driver wants that one.
    """
    elsewhere = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("SDL_VIDEODRIVER")
    return sys.platform == "linux" and room is None and not elsewhere


def fit(room: tuple[int, int] | None) -> tuple[int, int]:
    """The size of a portrait window that leaves some of the screen free."""
    if room is None:
        return PORTRAIT
    width, height = PORTRAIT
    share = min(1.0, SHARE * room[1] / height, SHARE * room[0] / width)
    return int(width * share), int(height * share)
