"""How a program becomes a device of the hall: it asks, shows a code until it has a place, and goes on by itself.

link = Link(addresses, (), NOBODY)
pairing = Pairing(link, "kiosk", "kiosk", folder, topics=lambda record: ("hall",), tell=show)
run both: link.run(), pairing.run()

The program's token is asked about at each start and whenever the server does not know it any more. So a code that is too old is
followed by another, and a device that was revoked shows a code again, with a new token: the old one is good for nothing.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec

from queue_server.client.error import CommandRefused, Unanswered
from queue_server.client.keep import kept, renewed
from queue_server.client.link import Link
from queue_server.wire.device import DeviceHealth, DeviceKind, DeviceRecord
from queue_server.wire.error import CODES
from queue_server.wire.field import Fitting

NOBODY = ""
"""The token of a link that bears none, also where a cookie or an earlier hello would give it one."""
OWN = "device"
"""The topic of one's own record."""
PAUSE_S = 2.0
"""Between one asking that led to nothing and the next; half of it more or less."""
ASK_S = 30.0
TWICE = "device.twice"
"""The refusal of a program beside which another bears the same token, and speaks for the device."""
TWICE_S = 30.0
"""After so long it is tried again; half of it more or less."""
NEW = frozenset({"auth.invalid", "auth.missing", "auth.forbidden", "feed.unknown_topic"})
"""Refusals of a link after which the device asks who it is now."""

_log = logging.getLogger(__name__)


class Pairing:
    """The place of one program. `record` is what the server last said of it."""

    def __init__(
        self,
        link: Link,
        kind: DeviceKind,
        name: str,
        folder: Path,
        *,
        topics: Callable[[DeviceRecord], Iterable[str]],
        tell: Callable[[DeviceRecord], None],
        fittings: tuple[Fitting, ...] = (),
        chance: random.Random | None = None,
    ) -> None:
        """`folder` keeps the token; `topics` are those that a placed device sees; `tell` gets each new record.

        `fittings` are what an agent has; the server is told as soon as it has a place. Raises OSError.
        """
        self.record: DeviceRecord | None = None
        self._link, self._kind, self._name, self._folder = link, kind, name, folder
        self._topics, self._tell, self._fittings = topics, tell, fittings
        self._token = kept(folder)
        self._seen: tuple[str, ...] = ()
        self._lost = asyncio.Event()
        self._word: tuple[DeviceHealth, str | None] | None = None
        self._saying: asyncio.Task[None] | None = None
        self._doubled = False
        self._again: asyncio.TimerHandle | None = None
        """When it is tried again, beside another program: one trial at a time, whatever is news meanwhile."""
        self._chance = chance or random.Random()  # noqa: S311 - spreads askings over time, guards no secret
        link.on_change(self._changed)
        link.on_fault(self._faulted)

    def say(self, health: DeviceHealth, fault: str | None = None) -> None:
        """How the device is; the server is told as soon as it has a place, and again whenever that is news."""
        self._word = (health, fault[:64] if fault else None)
        self._speak()

    async def run(self) -> None:
        """Keep the device's place until cancelled."""
        while True:
            self._lost.clear()
            self._link.become(NOBODY, ())
            record = await self._asked()
            self._seen = ()
            self._see(record)
            await self._lost.wait()
            await self._pause()

    async def _asked(self) -> DeviceRecord:
        while True:
            arguments = {"kind": self._kind, "name": self._name, "token": self._token}
            try:
                answer = await self._link.command("devices.pair", arguments, timeout_s=ASK_S)
            except CommandRefused as refusal:
                if refusal.code == "device.revoked":
                    _log.warning("this device was revoked; it pairs anew with another token")
                    self._token = renewed(self._folder)
                else:
                    _log.warning("the server refuses to pair: %s (%s)", refusal.message, refusal.code)
                await self._pause()
            except Unanswered:
                continue
            else:
                return msgspec.convert(answer, DeviceRecord)

    async def _pause(self) -> None:
        await asyncio.sleep(PAUSE_S * (0.5 + self._chance.random()))

    def _changed(self, topic: str, _: frozenset[str]) -> None:
        if self.record is None or topic != f"{OWN}:{self.record.id}":
            return
        own = self._link.topics.get(topic, {}).get("device")
        if own is None:
            self._lost.set()  # the code is too old, or others wait in our stead
        else:
            self._see(msgspec.convert(own, DeviceRecord))

    def _faulted(self, code: str) -> None:
        if self.record is not None and code in NEW:
            self._lost.set()

    def _see(self, record: DeviceRecord) -> None:
        news, self.record = record != self.record, record
        wanted = (OWN, *self._topics(record)) if record.state == "placed" else (OWN,)
        if wanted != self._seen:
            self._seen = wanted
            self._link.become(self._token, wanted)
        if news:
            self._tell(record)
        self._speak()

    def _speak(self) -> None:
        if self._untold() is not None and (self._saying is None or self._saying.done()):
            self._saying = asyncio.create_task(self._said(), name="report")

    def _untold(self) -> dict[str, Any] | None:
        """The report that the server lacks; None where it lacks nothing, or the device has no place yet."""
        record = self.record
        if record is None or record.state != "placed":
            return None
        known = (record.health, record.fault)
        state, reason = self._word or (record.health or "ready", record.fault)
        report: dict[str, Any] = {"state": state, "reason": reason}
        if self._fittings != record.fittings:
            return report | {"fittings": self._fittings}
        return report if self._word not in (None, known) else None

    async def _said(self) -> None:
        told = None
        while (report := self._untold()) is not None and report != told:
            told = report
            try:
                await self._link.command("devices.report", report)
                self._doubled = False
            except CommandRefused as refusal:
                if refusal.code == TWICE:
                    self._stand_back()
                    return
                _log.info("the report was not taken: %s", refusal)
            except Unanswered as fault:
                _log.info("the report was not taken: %s", fault)

    def _stand_back(self) -> None:
        """Another program speaks for this device: say so in the log once, and see later whether it is gone."""
        if not self._doubled:
            self._doubled = True
            said = CODES[TWICE].text
            _log.error("%s %s", said.zh, said.en)
        if self._again is not None:
            self._again.cancel()
        after_s = TWICE_S * (0.5 + self._chance.random())
        self._again = asyncio.get_running_loop().call_later(after_s, self._speak)
