"""Where simulated devices are plugged in: a pseudo-terminal with a stable name, TCP, or a port in this process.

A pseudo-terminal proves bytes and unplugging; it never proves baud rate, parity or RS-485 direction.
"""

import asyncio
import contextlib
import os
import tty
from pathlib import Path

from devices.simulator.core import Core
from devices.simulator.pace import Pace
from devices.transport.error import LineFault
from devices.transport.null import NullPort, pair
from devices.transport.port import Port


class PtyMount:
    """A core on a pseudo-terminal. With `link` its name stays the same over unplug and replug."""

    def __init__(self, core: Core, link: Path | None = None) -> None:
        self.path = ""
        self.pace = Pace()
        self._core = core
        self._link = link
        self._master = self._slave = -1
        self._late: asyncio.TimerHandle | None = None
        core.send = self._send

    def plug(self) -> str:
        """Plugs the device in and returns the path to open. Call on the loop."""
        if self._master >= 0:
            return self.path
        # The slave stays open here: without any open slave a read of the master fails (EIO).
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.path = os.ttyname(self._slave)
        asyncio.get_running_loop().add_reader(self._master, self._readable)
        if self._link is not None:
            fresh = self._link.with_name(f".{self._link.name}.{os.getpid()}")
            fresh.symlink_to(self.path)
            fresh.replace(self._link)
            self.path = str(self._link)
        return self.path

    def unplug(self) -> None:
        """Pulls the cable and the power: the host's open port fails at once."""
        if self._master < 0:
            return
        if self._link is not None:
            self._link.unlink(missing_ok=True)
        asyncio.get_running_loop().remove_reader(self._master)
        if self._late is not None:
            self._late.cancel()
        os.close(self._master)
        os.close(self._slave)
        self._master = self._slave = -1
        self._core.restart()

    def _readable(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._take(waited=False)

    def _take(self, *, waited: bool) -> None:
        loop = asyncio.get_running_loop()
        data = os.read(self._master, self.pace.most)
        if not self.pace.baud:
            self._core.feed(data)
            return
        # What is not read waits with the host, as on a slow line.
        loop.remove_reader(self._master)
        self._late = loop.call_later(
            self.pace.pause_s(len(data), loop.time(), waited=waited), self._arrived, data
        )

    def _arrived(self, data: bytes) -> None:
        self._core.feed(data)
        asyncio.get_running_loop().add_reader(self._master, self._readable)
        with contextlib.suppress(BlockingIOError):
            self._take(waited=True)

    def _send(self, data: bytes) -> None:
        if self._master >= 0:
            with contextlib.suppress(BlockingIOError):  # nobody reads: a serial line loses bytes too
                os.write(self._master, data)


class TcpMount:
    """A core behind a raw TCP serial server for one host at a time; a new host replaces the old."""

    def __init__(self, core: Core) -> None:
        self.pace = Pace()
        self._core = core
        self._server: asyncio.Server | None = None
        self._writer: asyncio.StreamWriter | None = None
        core.send = self._send

    async def plug(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listens and returns the address to open, socket://host:port."""
        self._server = await asyncio.start_server(self._serve, host, port)
        at = self._server.sockets[0].getsockname()
        return f"socket://{at[0]}:{at[1]}"

    def unplug(self) -> None:
        """Ends the connection and listens no more."""
        if self._server is not None:
            self._server.close()
        if self._writer is not None:
            self._writer.transport.abort()
        self._server = self._writer = None
        self._core.restart()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._writer is not None:
            self._writer.transport.abort()
        self._writer = writer
        with contextlib.suppress(OSError):
            while data := await reader.read(self.pace.most):
                await asyncio.sleep(self.pace.pause_s(len(data), asyncio.get_running_loop().time()))
                self._core.feed(data)
        writer.close()
        if self._writer is writer:
            self._writer = None

    def _send(self, data: bytes) -> None:
        if self._writer is not None:
            self._writer.write(data)


class NullMount:
    """A core on an in-process port: `open` is the opener of a Line, and each call plugs it in afresh."""

    def __init__(self, core: Core, name: str = "null") -> None:
        self._core = core
        self._name = name
        self._far: NullPort | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        core.send = self._send

    async def open(self) -> Port:
        """The host's end of a new cable."""
        near, self._far = pair(self._name)
        task = asyncio.create_task(self._pump(self._far))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return near

    def unplug(self) -> None:
        """Pulls the cable; the next `open` puts it in again."""
        if self._far is not None:
            self._far.close()
            self._far = None
            self._core.restart()

    async def _pump(self, far: NullPort) -> None:
        with contextlib.suppress(LineFault):
            while True:
                self._core.feed(await far.read())

    def _send(self, data: bytes) -> None:
        if self._far is not None:
            self._far.post(data)


class UdpMount:
    """A core that takes datagrams; its answers go to whoever sent the last one."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._transport: asyncio.DatagramTransport | None = None
        self._host: object = None
        core.send = self._send

    async def plug(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listens and returns the address to open, udp://host:port."""
        mount = self

        class Ear(asyncio.DatagramProtocol):
            def datagram_received(self, data: bytes, addr: object) -> None:
                mount._host = addr
                mount._core.feed(data)

        self._transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            Ear, local_addr=(host, port)
        )
        at = self._transport.get_extra_info("sockname")
        return f"udp://{at[0]}:{at[1]}"

    def unplug(self) -> None:
        """Listens no more."""
        if self._transport is not None:
            self._transport.abort()
        self._transport = None
        self._core.restart()

    def _send(self, data: bytes) -> None:
        if self._transport is not None and self._host is not None:
            self._transport.sendto(data, self._host)  # type: ignore[arg-type]
