"""The counter tablets (评价平板) as the floor is told of them: which are here, and since when one is not. Pure."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from queue_server.engine.device import Device
from queue_server.wire.day import local_day
from queue_server.wire.ids import DeviceId, WindowId


class Tablets:
    """When each was here last, as far as this server has seen; before that, when it told something last."""

    def __init__(self) -> None:
        self._seen: dict[DeviceId, datetime] = {}

    def status(
        self,
        devices: Iterable[Device],
        here: Collection[DeviceId],
        windows: Collection[WindowId],
        now: datetime,
    ) -> list[dict[str, Any]]:
        """What to tell of each now, in the order of the hall's `windows`, where it stands; `device` is its name.

        `state` is well; fault, as it says itself, with its words as `fault`; dark, not here and here earlier today; unused, not
        here all day; or lost, its windows are the hall's no more. `seen_at` is told of those that are not here. A tablet is an
        agent that has told of no devices of its own: it is a page, and the program of a counter tells what it has as soon as it
        has a place.
        """
        order = {window: at for at, window in enumerate(windows)}
        found = []
        for one in devices:
            if one.kind != "agent" or one.state != "placed" or one.fittings:
                continue
            stands = sorted((window for window in one.windows if window in order), key=order.__getitem__)
            if one.id in here:
                self._seen[one.id] = now
            seen_at = self._seen.get(one.id, one.seen_at)
            told: dict[str, Any] = {"device": one.name, "windows": stands}
            if one.id not in here:
                told |= {
                    "seen_at": seen_at,
                    "state": "dark" if local_day(seen_at) == local_day(now) else "unused",
                }
            else:
                told["state"] = "fault" if one.health == "degraded" else "well"
                if one.health == "degraded" and one.fault:
                    told["fault"] = one.fault
            if not stands:
                told["state"] = "lost"
            found.append(told)
        return sorted(found, key=lambda told: [order[window] for window in told["windows"]] or [len(order)])
