"""The agent's place: the code it tells until it has one, the windows it was given, and how its devices are."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from devices.agent.config import Config
from devices.codec.escpos.status import Health
from devices.driver.condition import ailing, listed
from queue_server.client.link import Link
from queue_server.client.news import waits
from queue_server.client.pairing import Pairing
from queue_server.wire.day import local
from queue_server.wire.device import DeviceHealth, DeviceRecord
from queue_server.wire.face import say
from queue_server.wire.field import Fitting
from queue_server.wire.ids import WindowId
from queue_server.wire.ticket import Language

JOINTS: tuple[tuple[Language, str], ...] = (("zh", "、"), ("en", ", "))
Tell = Callable[[Mapping[str, object]], None]


@dataclass(frozen=True, slots=True)
class Ailing:
    """How a device is that is not well, and since when."""

    health: Health
    since: datetime


def ailment(ill: Mapping[str, Ailing]) -> str | None:
    """What ails them, the longest ailing first: `bar 1没连上 gone 09:12, keypad 1/5没连上 gone 09:30 +3`."""
    oldest = sorted(ill.items(), key=lambda item: (item[1].since, item[0]))
    return listed(f"{ailing(name, each.health)} {local(each.since):%H:%M}" for name, each in oldest)


def standing(
    fittings: Iterable[Fitting], places: Mapping[str, WindowId | None]
) -> dict[str, WindowId | None]:
    """The window of each device, by its name: where an administrator placed it, else where the file does."""
    return {each.name: places.get(each.name, each.window) for each in fittings}


class Place:
    """An agent that pairs. `tell` passes facts on and reads in them how the devices are; `placed` is set once it has windows."""

    def __init__(self, config: Config, link: Link, folder: Path, told: Tell) -> None:
        """`folder` keeps the token. Raises OSError if it can not."""
        self.placed = asyncio.Event()
        self.settle: Callable[[Mapping[str, WindowId | None]], None] = lambda _: None
        """Told which window each device stands at, by the device's name."""
        self.leave: Callable[[WindowId], None] = lambda _: None
        """Told of each window that it does not hold."""
        self._fittings = config.fittings
        self._told = told
        self._link = link
        self._ill: dict[str, Ailing] = {}
        self._devices: set[str] = set()
        self._place: Mapping[str, object] = {}
        self._pairing = Pairing(
            link,
            "agent",
            "agent",
            folder,
            topics=self._topics,
            tell=self._seen,
            fittings=config.fittings,
        )

    async def run(self) -> None:
        """Keep the place until cancelled."""
        await self._pairing.run()

    def tell(self, fact: Mapping[str, object]) -> None:
        """Pass a fact on; the health of a device is also told to the server, all of them together."""
        self._told(fact)
        device, health = fact.get("device"), fact.get("health")
        if not isinstance(device, str) or not isinstance(health, str):
            return
        self._devices.add(device)
        earlier = self._ill.pop(device, None)
        if Health(health) not in (Health.READY, Health.UNKNOWN):
            said = Ailing(Health(health), self._link.now())
            self._ill[device] = earlier if earlier and earlier.health is said.health else said
        gone = len(self._ill) == len(self._devices) and all(
            e.health is Health.GONE for e in self._ill.values()
        )
        state: DeviceHealth = "gone" if gone else "degraded" if self._ill else "ready"
        self._pairing.say(state, ailment(self._ill))

    def _topics(self, record: DeviceRecord) -> Iterator[str]:
        """Of the windows that have a device here those that the place holds."""
        return (f"window:{window}" for window in self._windows(record) if window in record.windows)

    def _windows(self, record: DeviceRecord) -> tuple[WindowId, ...]:
        """The windows that have a device here."""
        whose = standing(self._fittings, record.places).values()
        return tuple(dict.fromkeys(window for window in whose if window is not None))

    def _seen(self, record: DeviceRecord) -> None:
        windows = self._windows(record)
        self.settle(standing(self._fittings, record.places))
        missing = [window for window in windows if window not in record.windows]
        for window in missing if record.state == "placed" else windows:
            self.leave(window)
        if record.code is not None:
            self.placed.clear()
            self._told(waits(record))
        elif record.state == "placed":
            place: dict[str, object] = {
                "placed": record.name,
                "windows": list(record.windows),
                "missing": missing,
            }
            if missing:
                said = (
                    say("device", "place_missing", lang, windows=join.join(missing)) for lang, join in JOINTS
                )
                place["said"] = " ".join(said)
            if (
                place != self._place or not self.placed.is_set()
            ):  # its health is in the record too, and is no news of its place
                self._told(place)
            self._place = place
            self.placed.set()
