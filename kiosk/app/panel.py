"""How large the screen is. Kivy only tells after its window is open, and then it is too late for a window that fills it."""

import ctypes
import ctypes.util
import os

PORTRAIT = (1080, 1920)
SHARE = 0.86
"""How much of the screen's height a window takes that is not to fill it."""


def screen() -> tuple[int, int] | None:
    """Width and height of the X screen in px; None where there is none to ask."""
    name = ctypes.util.find_library("X11")
    if not os.environ.get("DISPLAY") or name is None:
        return None
    x11 = ctypes.CDLL(name)
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = x11.XOpenDisplay(None)
    if not display:
        return None
    handle = ctypes.c_void_p(display)
    try:
        return int(x11.XDisplayWidth(handle, 0)), int(x11.XDisplayHeight(handle, 0))
    finally:
        x11.XCloseDisplay(handle)


def fit(room: tuple[int, int] | None) -> tuple[int, int]:
    """The size of a portrait window that leaves some of the screen free."""
    if room is None:
        return PORTRAIT
    width, height = PORTRAIT
    share = min(1.0, SHARE * room[1] / height, SHARE * room[0] / width)
    return int(width * share), int(height * share)
