"""The agent's place: the code it tells until it has one, the windows it was given, and how its devices are."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from devices.agent.config import Config
from devices.codec.escpos.status import Health
from queue_server.client.link import Link
from queue_server.client.pairing import Pairing
from queue_server.wire.ids import WindowId
from queue_server.wire.view import DeviceRecord

Tell = Callable[[Mapping[str, object]], None]


class Place:
    """An agent that pairs. `tell` passes facts on and reads in them how the devices are; `placed` is set once it has windows."""

    def __init__(self, config: Config, link: Link, folder: Path, told: Tell) -> None:
        """`folder` keeps the token. Raises OSError if it can not."""
        self.placed = asyncio.Event()
        self.leave: Callable[[WindowId], None] = lambda _: None
        """Told of each window that it does not hold."""
        self._windows = config.windows
        self._told = told
        self._ill: dict[str, Health] = {}
        self._devices: set[str] = set()
        self._pairing = Pairing(link, "agent", "agent", folder, topics=self._topics, tell=self._seen)

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
        self._ill.pop(device, None)
        if Health(health) not in (Health.READY, Health.UNKNOWN):
            self._ill[device] = Health(health)
        gone = len(self._ill) == len(self._devices) and set(self._ill.values()) == {Health.GONE}
        fault = ", ".join(f"{name} {found.value}" for name, found in sorted(self._ill.items()))
        self._pairing.say("gone" if gone else "degraded" if self._ill else "ready", fault or None)

    def _topics(self, record: DeviceRecord) -> Iterator[str]:
        """Of the windows that have a device here those that the place holds."""
        return (f"window:{window}" for window in self._windows if window in record.windows)

    def _seen(self, record: DeviceRecord) -> None:
        for window in self._windows:
            if record.state != "placed" or window not in record.windows:
                self.leave(window)
        if record.code is not None:
            self.placed.clear()
            self._told({"code": record.code, "until": record.code_until and record.code_until.isoformat()})
        elif record.state == "placed":
            missing = [window for window in self._windows if window not in record.windows]
            self._told({"placed": record.name, "windows": list(record.windows), "missing": missing})
            self.placed.set()
