"""A simulated panel of lamps that takes pictures by DDP."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from devices.codec.ddp.packet import unpack
from devices.simulator.bar import lamps
from devices.simulator.core import Refused, Tell

CHANNELS = 3


class VirtualDots:
    """The panel. `image` is what it shows, mode RGB; a picture is shown when its last packet has come. `shows` counts them."""

    def __init__(
        self,
        size: tuple[int, int] = (256, 64),
        *,
        out: Path | None = None,
        tell: Tell = lambda _: None,
    ) -> None:
        self.send: Callable[[bytes], None] = lambda _: None
        self.image = Image.new("RGB", size)
        self.shows = 0
        self.garbage = 0
        self._size, self._out, self._tell = size, out, tell
        self._bytes = bytearray(size[0] * size[1] * CHANNELS)

    def restart(self) -> None:
        """See Core.restart: it is dark."""
        self.image = Image.new("RGB", self._size)
        self._bytes = bytearray(len(self._bytes))

    def feed(self, data: bytes) -> None:
        """See Core.feed; one datagram."""
        packet = unpack(data)
        if packet is None or packet.offset + len(packet.data) > len(self._bytes):
            self.garbage += 1
            self._tell({"garbage": data[:32].hex(" ")})
            return
        self._bytes[packet.offset : packet.offset + len(packet.data)] = packet.data
        if packet.push:
            self.shows += 1
            self.image = Image.frombytes("RGB", self._size, bytes(self._bytes))

    def steer(self, words: list[str]) -> None:
        """See Core.steer."""
        if words != ["draw"] or self._out is None:
            raise Refused("a panel of lamps takes: draw")
        lamps(self.image).save(self._out / "dots.png")
        self._tell({"drawn": "dots.png"})
