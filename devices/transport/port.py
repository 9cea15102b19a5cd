"""A port: an open way to one device. Bytes only; every failure is a LineFault."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Protocol, cast

from devices.transport.error import LineFault, WriteStuck, closed, gone

READ_CAP = 1 << 16
"""Unread bytes that are kept; a device that floods us loses its oldest bytes."""


class Port(Protocol):
    """One open port. A single task reads; writes do not overlap."""

    name: str

    async def read(self) -> bytes:
        """The next bytes, at least one. PortLost when the far end is gone."""

    async def write(self, data: bytes, limit_s: float) -> None:
        """Hands all bytes to the system within `limit_s`: WriteStuck if not, PortLost if it is gone."""

    def close(self) -> None:
        """Closes at once, without waiting for unsent bytes; a second call does nothing."""


Opener = Callable[[], Awaitable[Port]]
"""Opens the same port again and again."""


class StreamPort(asyncio.Protocol):
    """A Port over any asyncio transport (serial or TCP)."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._transport: asyncio.Transport | None = None
        self._made = asyncio.get_running_loop().create_future()
        self._chunks: deque[bytes] = deque()
        self._size = 0
        self._lost: LineFault | None = None
        self._news = asyncio.Event()
        self._free = asyncio.Event()
        self._free.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """From asyncio: the port is open."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=0)
        if not self._made.done():
            self._made.set_result(None)

    def data_received(self, data: bytes) -> None:
        """From asyncio: bytes came."""
        self._chunks.append(data)
        self._size += len(data)
        while self._size > READ_CAP:
            self._size -= len(self._chunks.popleft())
        self._news.set()

    def pause_writing(self) -> None:
        """From asyncio: bytes wait for the far end."""
        self._free.clear()

    def resume_writing(self) -> None:
        """From asyncio: all bytes are handed over."""
        self._free.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """From asyncio: the far end is gone."""
        if self._lost is None:
            self._lost = gone(self.name, exc)
        self._news.set()
        self._free.set()

    async def opened(self) -> None:
        """Returns once asyncio has joined transport and protocol, one loop turn after opening."""
        await self._made

    async def read(self) -> bytes:
        """See Port.read."""
        while not self._chunks:
            if self._lost is not None:
                raise self._lost
            self._news.clear()
            await self._news.wait()
        data = b"".join(self._chunks)
        self._chunks.clear()
        self._size = 0
        return data

    async def write(self, data: bytes, limit_s: float) -> None:
        """See Port.write."""
        try:
            async with asyncio.timeout(limit_s):
                await self._send(data)
        except TimeoutError:
            raise WriteStuck(
                f"{self.name}写不进去。请检查连线和电源。",
                f"{self.name} takes no bytes; check cable and power",
            ) from None
        if self._lost is not None:
            raise self._lost

    async def _send(self, data: bytes) -> None:
        if self._lost is None and self._transport is not None:
            self._transport.write(data)
        await self._free.wait()

    def close(self) -> None:
        """See Port.close."""
        # Only once: serial_asyncio_fast trips over a second end of the same connection.
        if self._transport is not None and not self._transport.is_closing():
            self._transport.abort()
        if self._lost is None:
            self._lost = closed(self.name)
        self._news.set()
        self._free.set()
