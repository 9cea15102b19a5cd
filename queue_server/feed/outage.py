"""After a cut of the power: what was open then, and which devices are not back yet. Pure."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

import msgspec

from queue_server.engine.device import Device
from queue_server.wire.floor import CutRecord
from queue_server.wire.ids import DeviceId


class Outage:
    """What a server that was cut off tells for the rest of the day: whoever comes later is to know it too."""

    def __init__(self, cut: CutRecord | None) -> None:
        """`cut` is what was open; None where nothing was cut off."""
        self._cut = cut
        self._day: date | None = None
        self._back: set[DeviceId] = set()
        """Devices that were here since: one that goes later is nothing of the cut any more."""

    def status(
        self, devices: Iterable[Device], here: Collection[DeviceId], day: date, *, held: bool = False
    ) -> dict[str, Any] | None:
        """What to tell on a day: the cut, the `missing` devices by kind and name, and whether all are `back`. None: nothing.

        While the clock is `held` it may be another day: the one for which it is told has not begun.
        In a hall whose devices were never placed nobody can be missed, and none is back.
        """
        if self._cut is None:
            return None
        if not held:  # after a cut over night the day before goes on, until somebody agrees that it is over
            self._day = self._day or day
            if day != self._day:
                self._cut = None
                return None
        self._back.update(here)
        placed = [device for device in devices if device.state == "placed"]
        missing = [{"kind": one.kind, "name": one.name} for one in placed if one.id not in self._back]
        return {
            **msgspec.to_builtins(self._cut),
            "missing": missing,
            "back": bool(placed) and not missing,
        }
