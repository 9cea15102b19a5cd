"""Lamp controllers on the network that take datagrams."""

import asyncio
from collections import deque

from devices.transport.error import LineFault, PortAbsent, PortDeaf, closed

MOST_UNREAD = 64
"""Datagrams that are kept; a device that floods us loses its oldest ones."""


class DatagramPort(asyncio.DatagramProtocol):
    """A Port to one address: each write is a datagram, each read one that came from there. UDP tells nobody whether it arrived.

    The system does tell of an address where nobody listens, with the next write or read: then the port is lost.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._transport: asyncio.DatagramTransport | None = None
        self._came: deque[bytes] = deque(maxlen=MOST_UNREAD)
        self._lost: LineFault | None = None
        self._news = asyncio.Event()

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        """From asyncio: the socket is there."""
        self._transport = transport

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 - the socket is connected: it is theirs
        """From asyncio: something came."""
        self._came.append(data)
        self._news.set()

    def error_received(self, exc: Exception) -> None:  # noqa: ARG002 - what the system calls it is no help to anybody
        """From asyncio: nobody listens there, or there is no way."""
        self._lose(
            PortDeaf(
                f"{self.name}没有应答：那里没有程序在收，或者到不了。请检查它的电源、网线和地址。",
                f"{self.name} takes no datagrams: nothing listens there, or there is no way; check its power, cable and address",
            )
        )

    def connection_lost(self, exc: Exception | None) -> None:
        """From asyncio: the socket is closed."""
        self._lose(closed(self.name, exc))

    async def read(self) -> bytes:
        """See Port.read."""
        while not self._came:
            if self._lost is not None:
                raise self._lost
            self._news.clear()
            await self._news.wait()
        return self._came.popleft()

    async def write(self, data: bytes, limit_s: float) -> None:  # noqa: ARG002 - a datagram never waits
        """See Port.write; one datagram."""
        if self._lost is None and self._transport is not None:
            self._transport.sendto(data)
        if self._lost is not None:
            raise self._lost

    def close(self) -> None:
        """See Port.close."""
        if self._transport is not None:
            self._transport.abort()
        self._lose(closed(self.name))

    def _lose(self, fault: LineFault) -> None:
        if self._lost is None:
            self._lost = fault
        self._news.set()


async def open_udp(host: str, port: int) -> DatagramPort:
    """A port to an address. PortAbsent where its name is not known or there is no way to it."""
    name = f"udp://{host}:{port}"
    try:
        _, opened = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: DatagramPort(name), remote_addr=(host, port)
        )
    except OSError as caught:
        raise PortAbsent(
            f"到不了{name}（{caught}）。请检查网络和地址。",
            f"there is no way to {name} ({caught}); check network and address",
        ) from caught
    return opened
