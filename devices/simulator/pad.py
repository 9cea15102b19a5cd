"""A simulated USB key pad: the kernel's events, on any line. A real one is opened through /dev/input."""

from collections.abc import Callable

from devices.codec.evdev import DOWN, KEYS, REPEAT, UP, KeyCodec
from devices.simulator.core import Refused

WORDS = "press KEY, hold KEY"


class VirtualPad:
    """A pad."""

    def __init__(self) -> None:
        self.send: Callable[[bytes], None] = lambda _: None

    def restart(self) -> None:
        """See Core.restart."""

    def feed(self, data: bytes) -> None:
        """See Core.feed: a pad hears nothing."""

    def press(self, key: str, repeats: int = 0) -> None:
        """A key goes down, repeats itself, and comes up. Refused if no pad has it."""
        if key not in KEYS:
            raise Refused(f"no key {key}; there are: {', '.join(KEYS)}")
        values = (DOWN, *(REPEAT,) * repeats, UP)
        self.send(b"".join(KeyCodec.encode(KEYS[key], value) for value in values))

    def steer(self, words: list[str]) -> None:
        """See Core.steer."""
        match words:
            case ["press", key]:
                self.press(key)
            case ["hold", key]:
                self.press(key, 20)
            case _:
                raise Refused(f"a key pad takes: {WORDS}")
