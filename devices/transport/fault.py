"""A bad cable around a good port: bytes one by one, lost, added, late, or cut off."""

import asyncio
from dataclasses import dataclass
from random import Random

from devices.transport.error import PortLost
from devices.transport.port import Opener, Port


@dataclass(frozen=True, slots=True)
class Damage:
    """What the cable does one way. `loss` and `noise` are chances a byte; `cut_after` counts bytes."""

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
        self._read, self._written = bytearray(), 0
        self._heard = 0

    async def read(self) -> bytes:
        """See Port.read."""
        while not self._read:
            raw = await self._port.read()
            self._heard += len(raw)
            self._read += self._spoil(raw, self._reading)
            self._cut(self._heard, self._reading)
        await asyncio.sleep(self._reading.delay_s)
        size = 1 if self._reading.one_by_one else len(self._read)
        data = bytes(self._read[:size])
        del self._read[:size]
        return data

    async def write(self, data: bytes, limit_s: float) -> None:
        """See Port.write."""
        await asyncio.sleep(self._writing.delay_s)
        spoilt = self._spoil(data, self._writing)
        left = None if self._writing.cut_after is None else self._writing.cut_after - self._written
        self._written += len(data)
        spoilt = spoilt if left is None else spoilt[: max(0, left)]
        for part in [spoilt[i : i + 1] for i in range(len(spoilt))] if self._writing.one_by_one else [spoilt]:
            await self._port.write(part, limit_s)
        self._cut(self._written, self._writing)

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

    def _cut(self, count: int, damage: Damage) -> None:
        if damage.cut_after is not None and count >= damage.cut_after:
            self._port.close()
            raise PortLost(f"{self.name} was cut")


def damaged(
    opener: Opener, chance: Random, *, reading: Damage | None = None, writing: Damage | None = None
) -> Opener:
    """An opener whose ports all hang on the same bad cable."""

    async def opened() -> Port:
        return FaultPort(await opener(), chance, reading=reading, writing=writing)

    return opened
