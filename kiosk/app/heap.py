"""How the C library hands memory out. Left to itself it keeps what a picture of the whole screen took, in pieces between what is
still needed, and each thread of the graphics library has a heap of its own.
"""

import ctypes
import gc
import sys

TRIM, TOP, MMAP, ARENAS = -1, -2, -3, -8
"""M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD and M_ARENA_MAX of glibc's malloc.h."""
LARGE = 64 * 1024
"""Bytes of which a piece is had from the system by itself, and given back to it at once; the graphics library's are as large."""


def thrift() -> bool:
    """Have one heap, and give large pieces back; whether this C library can. Call it before there are threads."""
    if sys.platform != "linux":
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    settings = {ARENAS: 1, MMAP: LARGE, TRIM: 2 * LARGE, TOP: LARGE}
    return all(mallopt(what, value) for what, value in settings.items())


def settle() -> None:
    """What there is now stays: the collector looks at it no more, is done sooner, and so finds sooner what screens have dropped."""
    gc.collect()
    gc.freeze()
    gc.collect()  # only so does it know how little it has to look at from now on
