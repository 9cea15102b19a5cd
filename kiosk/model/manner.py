"""How a visitor wants the screen to be: larger and slower, lower, or in stronger contrast. It ends with the visit."""

from dataclasses import dataclass, replace
from typing import Literal, get_args

Way = Literal["easy", "low", "contrast"]
WAYS: tuple[Way, ...] = get_args(Way)


@dataclass(frozen=True)
class Manner:
    """What of it is on."""

    easy: bool = False
    """The elders' version: few large things, and twice the time."""
    low: bool = False
    """For somebody who sits: nothing that can be touched is in the upper half of the panel."""
    contrast: bool = False
    """Light on black."""

    def turn(self, way: Way) -> "Manner":
        """One of them on or off."""
        return replace(self, **{way: not getattr(self, way)})


def ways(*, tall: bool) -> tuple[Way, ...]:
    """What can be chosen on a panel: one that lies is low already."""
    return WAYS if tall else tuple(way for way in WAYS if way != "low")
