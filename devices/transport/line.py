"""A line: a port that is kept open for as long as the program runs.

One task (`run`) opens the port, reads it and opens it again after a loss, about twice a second; an absent
device is waited for. Nothing is replayed: a line does not know whether its bytes were a picture or a ticket.
What must be said again after a return (set-up, the latest text) is the driver's to say, in `on_change`.

Most serial servers and panels on the network serve one program: a second one that connects is refused, or takes the first one's
place. Two that take it from each other would do so twice a second for ever, and neither's texts would stand. So a line that is
dropped several times soon after it was opened is taken to be shared, and tried ever more rarely.
"""

import asyncio
from collections.abc import Callable, Coroutine

from devices.transport.error import (
    LineFault,
    PortAbsent,
    PortBusy,
    PortDeaf,
    PortDenied,
    PortDropped,
    PortShared,
)
from devices.transport.port import Opener, Port

RETRY_S = 0.5
WRITE_S = 2.0
SHORT_S = 10.0
"""A connection that its far end ended sooner may have been taken by somebody else. One that idles is not cut off so soon: serial
servers that do so wait for minutes, as they come.
"""
MANY = 3
"""So many of them in a row, with the device there each time it is looked for, are no chance."""
RARE_S = 15.0
"""How long a shared port is left alone at most."""


async def together(*jobs: Coroutine[None, None, None]) -> None:
    """Runs jobs side by side until one fails or all are cancelled; a LineFault is raised as itself, not grouped."""
    try:
        async with asyncio.TaskGroup() as group:
            for job in jobs:
                group.create_task(job)
    except BaseExceptionGroup as several:
        for fault in several.exceptions:
            if isinstance(fault, LineFault):
                raise fault from None
        raise


class Line:
    """A reconnecting line. Set `on_bytes` and `on_change` before `run`; they and `on_fault` are called on the loop."""

    def __init__(
        self,
        opener: Opener,
        *,
        name: str,
        retry_s: float = RETRY_S,
        short_s: float = SHORT_S,
        rare_s: float = RARE_S,
    ) -> None:
        self.name = name
        self.on_bytes: Callable[[bytes], None] = lambda _: None
        self.on_change: Callable[[bool], None] = lambda _: None
        self.on_fault: Callable[[LineFault], None] = lambda _: None
        """Told why there is no line, once for as long as it is the same reason."""
        self.fault: LineFault | None = None
        self.on_shared: Callable[[bool], None] = lambda _: None
        """Told when somebody else seems to use the port too, and when no longer."""
        self.shared = False
        self._opener = opener
        self._retry_s, self._short_s, self._rare_s = retry_s, short_s, rare_s
        self._wait_s = retry_s
        self._drops = 0
        self._port: Port | None = None
        self._up = asyncio.Event()
        self._turn = asyncio.Lock()

    @property
    def is_up(self) -> bool:
        """Whether a port is open now."""
        return self._up.is_set()

    async def wait_up(self) -> None:
        """Returns once a port is open."""
        await self._up.wait()

    async def run(self) -> None:
        """Keeps the port open until cancelled. A busy or forbidden port at the very start is raised."""
        first = True
        while True:
            try:
                self._port = await self._opener()
                await self._serve(self._port)
            except LineFault as fault:
                if isinstance(fault, PortAbsent):  # nobody takes a device that is not there
                    self._calmed()
                self._say(PortShared(self.name, self._rare_s) if self.shared else fault)
                if first and isinstance(fault, PortBusy | PortDenied):
                    raise
            first = False
            await asyncio.sleep(self._wait_s)

    def _say(self, fault: LineFault) -> None:
        if self.fault is None or fault.text != self.fault.text:
            self.on_fault(fault)
        self.fault = fault

    async def write(self, data: bytes, limit_s: float = WRITE_S) -> None:
        """Writes whole, one write at a time. Raises a LineFault; PortAbsent if no port is open."""
        async with self._turn:
            port = self._port
            if port is None:
                raise PortAbsent(f"{self.name}没有连接", f"{self.name} is not connected")
            try:
                await port.write(data, limit_s)
            except LineFault:
                port.close()  # half a frame is on the wire: start afresh
                raise

    async def _serve(self, port: Port) -> None:
        loop = asyncio.get_running_loop()
        if not self.shared and not isinstance(self.fault, PortDeaf):
            self.fault = None
        self._up.set()
        ended = False
        calm = loop.call_later(self._calm_s, self._lasts)
        try:
            self.on_change(True)
            while True:
                self.on_bytes(await port.read())
        except PortDropped:
            if loop.time() < calm.when():
                self._dropped()
            raise
        except asyncio.CancelledError:
            ended = True
            raise
        finally:
            calm.cancel()
            self._up.clear()
            self._port = None
            port.close()
            if not ended:  # a program that ends has no news of its devices
                self.on_change(False)

    @property
    def _calm_s(self) -> float:
        """A connection that lasts so long is ours alone: longer than somebody like us would leave it alone."""
        return max(self._short_s, 2 * self._wait_s)

    def _dropped(self) -> None:
        self._drops += 1
        if self.shared:
            self._wait_s = min(2 * self._wait_s, self._rare_s)
        elif self._drops >= MANY:
            self._share(True)

    def _lasts(self) -> None:
        self._calmed()
        self.fault = None

    def _calmed(self) -> None:
        self._drops, self._wait_s = 0, self._retry_s
        if self.shared:
            self.fault = None
            self._share(False)

    def _share(self, shared: bool) -> None:
        self.shared = shared
        self.on_shared(shared)
