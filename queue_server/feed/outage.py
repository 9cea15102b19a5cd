"""After a cut of the power: what was open then, and which devices are not back yet. Pure."""

from collections.abc import Collection, Iterable
from typing import Any

import msgspec

from queue_server.engine.device import Device
from queue_server.wire.ids import DeviceId
from queue_server.wire.view import CutRecord


class Outage:
    """What a server that was cut off tells until every device that has a place was back together; then it is over."""

    def __init__(self, cut: CutRecord | None) -> None:
        """`cut` is what was open; None where nothing was cut off."""
        self._cut = cut

    def status(self, devices: Iterable[Device], here: Collection[DeviceId]) -> dict[str, Any] | None:
        """What to tell: the cut and the `missing` devices by kind and name. None: there is nothing to tell.

        In a hall whose devices were never placed nobody can be missed, so there it is told as long as the server runs.
        """
        if self._cut is None:
            return None
        placed = [device for device in devices if device.state == "placed"]
        missing = [{"kind": one.kind, "name": one.name} for one in placed if one.id not in here]
        if placed and not missing:
            self._cut = None
            return None
        return {**msgspec.to_builtins(self._cut), "missing": missing}
