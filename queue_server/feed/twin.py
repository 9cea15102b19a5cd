"""Devices whose token more than one running program bears: a card that was copied, a folder that was. Pure.

Each program makes a name for its run and says it in its hello. All are served, for people stand before each; but a device is as one
of them says, or two that differ would contradict each other for ever: the one that came last speaks for it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from queue_server.wire.ids import DeviceId

TWICE_S = 30.0
"""Real seconds for which two have been here before that is told. A link whose machine lost its power stays open for 20 s: see
`link.DEAD_AFTER_MS`.
"""


@dataclass(frozen=True)
class Run:
    """A program with an open link: its name, and the order in which links came."""

    device: DeviceId
    instance: str
    came: int


def speaks(run: Run, others: Iterable[Run]) -> bool:
    """Whether a program may say how its device is: none that is another came after it."""
    rivals = (one for one in others if one.device == run.device and one.instance != run.instance)
    return all(one.came < run.came for one in rivals)


class Twins:
    """Since when each device has been borne by several programs."""

    def __init__(self) -> None:
        self._since: dict[DeviceId, float] = {}

    def status(self, runs: Collection[Run], now_s: float) -> list[DeviceId]:
        """The devices that have been for long enough; `now_s` is a reading of one monotonic clock."""
        borne: dict[DeviceId, set[str]] = {}
        for run in runs:
            borne.setdefault(run.device, set()).add(run.instance)
        several = sorted(device for device, instances in borne.items() if len(instances) > 1)
        self._since = {device: self._since.get(device, now_s) for device in several}
        return [device for device in several if now_s - self._since[device] >= TWICE_S]


def names(found: Iterable[DeviceId], known: Mapping[DeviceId, str]) -> list[str]:
    """What people call some devices."""
    return [known[device] for device in found if device in known]
