"""How a visitor wants the screen to be: larger and slower, lower, in stronger contrast, or read aloud. It ends with the visit."""

from dataclasses import dataclass, replace
from typing import Literal, get_args

Way = Literal["easy", "low", "contrast", "voice"]
WAYS: tuple[Way, ...] = get_args(Way)
LOUDNESS = (35, 60, 100)
"""The steps of the volume, in percent."""


@dataclass(frozen=True)
class Manner:
    """What of it is on."""

    easy: bool = False
    """The elders' version: few large things, and twice the time."""
    low: bool = False
    """For somebody who sits: nothing that can be touched is in the upper half of the panel."""
    contrast: bool = False
    """Light on black."""
    voice: bool = False
    """Each screen is read aloud, and there is three times the time."""
    volume: int = 2
    """How loud that is, from 1 to 3."""

    def turn(self, way: Way) -> "Manner":
        """One of them on or off."""
        return replace(self, **{way: not getattr(self, way)})

    def louder(self) -> "Manner":
        """One step louder; after the loudest the softest."""
        return replace(self, volume=self.volume % len(LOUDNESS) + 1)


def ways(*, tall: bool, reads: bool) -> tuple[Way, ...]:
    """What can be chosen: a panel that lies is low already, and a kiosk that cannot be heard reads nothing aloud."""
    possible = {"low": tall, "voice": reads}
    return tuple(way for way in WAYS if possible.get(way, True))
