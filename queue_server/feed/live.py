"""What changes with time alone and is in no record: waits, who is here, and how displays, devices and the machine are."""

import time
from collections.abc import Callable, Collection
from typing import Any

from queue_server.engine.device import Device
from queue_server.feed.link import ServerLink
from queue_server.feed.outage import Outage
from queue_server.feed.outlet import Outlets
from queue_server.feed.tablet import Tablets
from queue_server.feed.twin import Run, Twins, names, speaks
from queue_server.flow.flow import Flow
from queue_server.forecast.advice import shown
from queue_server.forecast.told import beside
from queue_server.views import topic as topics
from queue_server.wire.floor import CutRecord
from queue_server.wire.ids import DeviceId
from queue_server.wire.ticket import Text


def _kiosk(link: ServerLink, device: Device | None) -> dict[str, Any]:
    """A kiosk as it is told to all: where it stands, and by what it is asked to print. One that nobody placed cannot be asked, nor
    can an older program.
    """
    told = {"name": link.actor.name, "zone": None if device is None else device.zone}
    return told if device is None or link.prints is None else told | {"id": device.id}


class Live:
    """The live part of every topic. `alarm` is what the floor must be told of backups, `cut` what a cut of the power left open."""

    def __init__(
        self,
        flow: Flow,
        outlets: Outlets,
        links: Collection[ServerLink],
        alarm: Callable[[], Text | None],
        cut: CutRecord | None,
    ) -> None:
        self._flow, self._outlets, self._links = flow, outlets, links
        self._alarm = alarm
        self._outage = Outage(cut)
        self._left: dict[str, Any] | None = None
        """What the floor is told of a cut of the power."""
        self._standings: list[Any] = []
        """What the floor is told of loudspeakers."""
        self._tablets = Tablets()
        self._stood: list[dict[str, Any]] = []
        """What the floor is told of counter tablets."""
        self._twins = Twins()
        self._twice: list[DeviceId] = []
        """The devices that more than one program is."""

    def look(self) -> None:
        """See what loudspeakers, tablets and, after a cut of the power, devices do: also while nobody sees the floor."""
        state, held = self._flow.durable, self._flow.clock.held
        devices, here = state.devices.values(), self._here()
        self._left = self._outage.status(devices, here, state.day, held=held)
        self._stood = self._tablets.status(devices, here, list(state.hall.window), self._flow.clock.now())
        self._standings = self._outlets.standings()
        self._twice = self._twins.status(self._runs(), time.monotonic())

    def of(self, topic: str) -> dict[str, Any]:
        """A topic's live part now: the waits beside its records; of the hall also what it offers, of the floor what came of the
        waits told, what is advised and how displays and machine are; of the administrator's topic which devices are here, and
        which are two programs; and of a device's, a counter's or a voice's nothing.
        """
        kind, _ = topics.split(topic)
        if kind in ("device", "counter", "voice"):
            return {}
        if kind == "admin":
            return {"here": sorted(self._here()), "twice": self._twice}
        told = self._flow.foresight.told
        waits = {} if told is None else beside(told, self._flow.durable, topic)
        # without its age, which would be another one with every beat: what is too old is taken back here
        ranges = {key: {"low_min": wait.low_min, "high_min": wait.high_min} for key, wait in waits.items()}
        more = self._offer() if kind == "hall" else {}
        if kind == "floor":
            more = self._condition() | {
                "hour": None if told is None else told.hour,
                "advice": shown(self._flow.foresight.counsel, self._flow.durable),
            }
        return {"waits": ranges} | more

    def speaks(self, link: ServerLink) -> bool:
        """Whether the program behind a link may say how its device is."""
        own = self._run(link)
        return own is None or speaks(own, self._runs())

    def _offer(self) -> dict[str, Any]:
        """What most people come for, as far as the hall still has it, and which kiosks can print now, each where it stands."""
        has = self._flow.durable.hall.service
        offer = {
            "common": [service for service in self._flow.common if service in has],
            "kiosks": [one for _, one in sorted(self._printing().items())],
        }
        return {name: value for name, value in offer.items() if value}

    def _printing(self) -> dict[str, dict[str, Any]]:
        """The kiosks that can print now, by name; one with a token of its own is no device. An older program does not say whether
        it prints: it does where nothing ails it.
        """
        found: dict[str, dict[str, Any]] = {}
        for link in self._links:
            if link.told and link.actor.role == "kiosk":
                device = self._flow.durable.devices.get(link.actor.device or DeviceId(""))
                well = device is not None and device.health == "ready"
                if well if link.prints is None else link.prints:
                    found[link.actor.name] = _kiosk(link, device)
        return found

    def _condition(self) -> dict[str, Any]:
        """Every display's screens, how long the last call took there, what is wrong with backups, with voices and with the
        machine's clock, what a cut of the power left, which tablets are where they belong, and which devices are two programs.
        """
        return {
            "screens": self._outlets.screens(),
            "backup": self._alarm(),
            "clock": self._flow.doubt.tells(),
            "cut": self._left,
            "voices": self._standings,
            "tablets": self._stood,
            "twice": names(self._twice, {id_: one.name for id_, one in self._flow.durable.devices.items()}),
        }

    def _here(self) -> set[DeviceId]:
        return {link.actor.device for link in self._links if link.told and link.actor.device is not None}

    def _run(self, link: ServerLink) -> Run | None:
        """The program behind a link, if it is a device with a place and says which run it is; without one anybody may be one."""
        id_ = link.actor.device
        if id_ is None or link.instance is None or not link.told or link.transport.is_closing():
            return None
        device = self._flow.durable.devices.get(id_)
        return Run(id_, link.instance, link.came) if device is not None and device.state == "placed" else None

    def _runs(self) -> list[Run]:
        return [run for link in self._links if (run := self._run(link)) is not None]
