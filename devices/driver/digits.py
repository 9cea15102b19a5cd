"""Number displays on one Modbus line: each shows one number, the latest, also after it was without power."""

import asyncio
from collections.abc import Callable

from devices.codec.escpos.status import Health
from devices.codec.modbus.rtu import Refused, RtuCodec
from devices.codec.profile.digits import Digits
from devices.codec.signal import Garbage
from devices.driver.bus import Bus
from devices.transport.line import Line, together

AGAIN_S = 10.0
"""How often a number is written again: a display that was without power has forgotten it, and says nothing."""


class NumberDisplays:
    """The displays of one line. `health_changed` is called on the loop with each address's new health.

    A display that answers is ready, one that refuses its registers is offline (its profile is wrong), one that owes
    several answers is gone.
    """

    def __init__(
        self,
        line: Line,
        profile: Digits,
        addresses: frozenset[int],
        *,
        again_s: float = AGAIN_S,
        health_changed: Callable[[int, Health], None] = lambda *_: None,
    ) -> None:
        self.noise = 0
        self.refused = 0
        self._profile, self._again_s = profile, again_s
        self._codec = RtuCodec()
        self._shown = dict.fromkeys(addresses, "")
        self._bus = Bus(
            line,
            profile.manner,
            addresses,
            {},
            heard=self._heard,
            up=self._write,
            health_changed=health_changed,
        )

    @property
    def healths(self) -> dict[int, Health]:
        """How each address is."""
        return self._bus.healths

    async def run(self) -> None:
        """Keeps the line open and each number current, in fair turns, until cancelled.

        Raises PortBusy or PortDenied if the port can not be had at the very start.
        """
        await together(self._bus.run(), self._repeat())

    def show(self, address: int, text: str) -> None:
        """Shows a number; no text is a dark display."""
        self._shown[address] = text
        self._write(address)

    async def _repeat(self) -> None:
        while True:
            await asyncio.sleep(self._again_s)
            for address in self._shown:
                self._write(address)

    def _write(self, address: int) -> None:
        frame = self._codec.encode(self._profile.write(address, self._shown[address]))
        self._bus.order(address, "show", frame, awaits=True)

    def _heard(self, data: bytes | None, now: float) -> None:
        for answer in self._codec.idle(now) if data is None else self._codec.feed(data, now):
            if isinstance(answer, Garbage):
                self.noise += 1
                continue
            refused = isinstance(answer, Refused)
            self.refused += refused
            self._bus.answered(answer.address, Health.OFFLINE if refused else Health.READY)
