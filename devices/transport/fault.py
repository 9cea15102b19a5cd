"""A bad cable around a good port: bytes one by one, lost, added, late, or cut off."""

import asyncio
from dataclasses import dataclass
from random import Random

from devices.transport.error import PortLost
from devices.transport.port import Opener, Port


@dataclass(frozen=True, slots=True)
class Damage:
    """What the cable does one way. `loss` and `noise` are chances a byte; `delay_s` is that of each piece.

    `cut_after` cuts when so many bytes have been sent into the cable; what came through before is still there.
    """

    one_by_one: bool = False
    loss: float = 0.0
    noise: float = 0.0
    delay_s: float = 0.0
    cut_after: int | None = None


class FaultPort:
    """A Port with damage."""

    def __init__(
        self, port: Port, chance: Random, *, reading: Damage | None = None, writing: Damage | None = None
    ) -> None:
        self.name = port.name
        self._port = port
        self._chance = chance
        self._reading, self._writing = reading or Damage(), writing or Damage()
        self._unread, self._heard, self._said = bytearray(), 0, 0

    async def read(self) -> bytes:
        """See Port.read."""
        while not self._unread:
            self._check(self._heard, self._reading)
            raw = self._before_cut(await self._port.read(), self._heard, self._reading)
            self._heard += len(raw)
            self._unread += self._spoil(raw, self._reading)
        await asyncio.sleep(self._reading.delay_s)
        size = 1 if self._reading.one_by_one else len(self._unread)
        data = bytes(self._unread[:size])
        del self._unread[:size]
        return data

    async def write(self, data: bytes, limit_s: float) -> None:
        """See Port.write."""
        await asyncio.sleep(self._writing.delay_s)
        raw = self._before_cut(data, self._said, self._writing)
        self._said += len(raw)
        spoilt = self._spoil(raw, self._writing)
        for part in [spoilt[i : i + 1] for i in range(len(spoilt))] if self._writing.one_by_one else [spoilt]:
            await self._port.write(part, limit_s)
        self._check(self._said, self._writing)

    def close(self) -> None:
        """See Port.close."""
        self._port.close()

    def _spoil(self, data: bytes, damage: Damage) -> bytes:
        out = bytearray()
        for byte in data:
            if self._chance.random() < damage.noise:
                out.append(self._chance.randrange(256))
            if self._chance.random() >= damage.loss:
                out.append(byte)
        return bytes(out)

    @staticmethod
    def _before_cut(data: bytes, gone: int, damage: Damage) -> bytes:
        return data if damage.cut_after is None else data[: max(0, damage.cut_after - gone)]

    def _check(self, gone: int, damage: Damage) -> None:
        if damage.cut_after is not None and gone >= damage.cut_after:
            self._port.close()
            raise PortLost(f"{self.name}被切断", f"{self.name} was cut")


def damaged(
    opener: Opener, chance: Random, *, reading: Damage | None = None, writing: Damage | None = None
) -> Opener:
    """An opener whose ports all hang on the same bad cable."""

    async def opened() -> Port:
        return FaultPort(await opener(), chance, reading=reading, writing=writing)

    return opened
