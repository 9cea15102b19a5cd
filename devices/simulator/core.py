"""The shape of a simulated device: bytes in, bytes out, no I/O of its own.

A core is mounted on a pseudo-terminal, on TCP or on an in-process port (mount.py), and steered by words such as
`press call 5` or `paper out`. What it sees it tells as plain facts, which the command line prints as JSON.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

Fact = Mapping[str, object]
Tell = Callable[[Fact], None]


class Refused(ValueError):
    """The word is none of this device's; the text says which ones are."""


class Core(Protocol):
    """One simulated device."""

    send: Callable[[bytes], None]
    """Where its bytes go; set by whoever mounts it."""

    def feed(self, data: bytes) -> None:
        """Bytes from the host arrived."""

    def restart(self) -> None:
        """Power was off and on again."""

    def steer(self, words: list[str]) -> None:
        """A command from outside. Raises Refused."""
