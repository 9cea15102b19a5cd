"""Linux input events (linux/input.h `struct input_event`, input-event-codes.h): the keys of a pad that go down.

The kernel hands out whole events in the machine's own byte order and word size; another line (a simulator's) may cut
them anywhere. What can be no event (a microsecond past the second, an unheard-of type) is noise.
"""

import struct
from dataclasses import dataclass

from devices.codec.cut import Cutter
from devices.codec.signal import Garbage

EVENT = struct.Struct("@llHHi")
"""Seconds, microseconds, type, code, value."""
SYNC, KEY = 0x00, 0x01
LAST_TYPE, LAST_KEY = 0x1F, 0x2FF
UP, DOWN, REPEAT = 0, 1, 2

KEYS = {
    "ESC": 1, "1": 2, "2": 3, "3": 4, "4": 5, "5": 6, "6": 7, "7": 8, "8": 9, "9": 10, "0": 11, "MINUS": 12,
    "EQUAL": 13, "BACKSPACE": 14, "TAB": 15, "A": 30, "B": 48, "C": 46, "D": 32, "E": 18, "F": 33, "ENTER": 28,
    "SPACE": 57, "F1": 59, "F2": 60, "F3": 61, "F4": 62, "F5": 63, "F6": 64, "F7": 65, "F8": 66, "F9": 67, "F10": 68,
    "NUMLOCK": 69, "KP7": 71, "KP8": 72, "KP9": 73, "KPMINUS": 74, "KP4": 75, "KP5": 76, "KP6": 77, "KPPLUS": 78,
    "KP1": 79, "KP2": 80, "KP3": 81, "KP0": 82, "KPDOT": 83, "KPENTER": 96, "KPSLASH": 98, "KPASTERISK": 55,
    "KPEQUAL": 117, "HOME": 102, "UP": 103, "PAGEUP": 104, "LEFT": 105, "RIGHT": 106, "END": 107, "DOWN": 108,
    "PAGEDOWN": 109, "INSERT": 110, "DELETE": 111,
}  # fmt: skip
"""The keys that pads have: the kernel's names without KEY_, and its codes. Num Lock does not change a key's code."""


@dataclass(frozen=True, slots=True)
class Struck:
    """A key went down. Its repetitions and its coming up are nothing."""

    code: int


@dataclass(frozen=True, slots=True)
class Moved:
    """Any other event; every key makes some. It is nothing to us."""


class KeyCodec(Cutter[Struck | Moved]):
    """Events in; and, for a simulated pad, events out."""

    def __init__(self) -> None:
        super().__init__(0.05)

    def hear(self, data: bytes, now: float = 0.0) -> list[Struck | Garbage]:
        """The keys that went down, and noise."""
        return [found for found in self.feed(data, now) if not isinstance(found, Moved)]

    def lull(self, now: float) -> list[Struck | Garbage]:
        """What is left over when nothing has come for a while."""
        return [found for found in self.idle(now) if not isinstance(found, Moved)]

    @staticmethod
    def encode(code: int, value: int, second: int = 0) -> bytes:
        """A key's event and the report that ends it, as the kernel writes them."""
        return EVENT.pack(second, 0, KEY, code, value) + EVENT.pack(second, 0, SYNC, 0, 0)

    def _size(self) -> int:
        return EVENT.size

    def _good(self, size: int) -> bool:
        second, micros, kind, code, value = EVENT.unpack_from(self._buffer[:size])
        if second < 0 or not 0 <= micros < 1_000_000 or kind > LAST_TYPE:
            return False
        return kind != KEY or (code <= LAST_KEY and value in (UP, DOWN, REPEAT))

    def _taken(self, raw: bytes) -> Struck | Moved:
        _, _, kind, code, value = EVENT.unpack(raw)
        return Struck(code) if kind == KEY and value == DOWN else Moved()
