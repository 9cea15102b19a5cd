"""The ticket printer: prints over a line, and says honestly what became of each ticket.

A mute printer is unknown, not fine; it still gets the ticket, because most of them print. A job is never sent
twice: where it may be on paper the answer is Unknown, and people decide.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from devices.codec.escpos.status import ASK, Health, Status, StatusReader
from devices.driver.layout import Slip
from devices.driver.paper import Paper, ticket
from devices.transport.error import LineFault, PortAbsent, WriteStuck
from devices.transport.line import Line, together

ANSWER_S = 0.5
"""Patience for status answers. Real printers answer DLE EOT within some milliseconds."""
BITS = 10
"""Bits on the line for a byte: start, eight, stop."""


@dataclass(frozen=True, slots=True)
class Printed:
    """It is on paper, and the printer said that it is fine afterwards."""


@dataclass(frozen=True, slots=True)
class Failed:
    """It is not, or not wholly, on paper. `fault` is a Health value or a line fault's code."""

    fault: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Bytes went out and nobody said what became of them."""


Outcome = Printed | Failed | Unknown


class Printer:
    """One ESC/POS printer on a line. `health_changed` is called on the loop with each new health."""

    def __init__(
        self,
        line: Line,
        paper: Paper | None = None,
        *,
        baud: int = 9600,
        answer_s: float = ANSWER_S,
        check_every_s: float = 5.0,
        health_changed: Callable[[Health], None] = lambda _: None,
    ) -> None:
        self.paper = paper or Paper()
        self.health = Health.GONE
        self._line = line
        self._baud = baud
        self._answer_s = answer_s
        self._check_every_s = check_every_s
        self._health_changed = health_changed
        self._reader = StatusReader()
        self._answer: asyncio.Future[Status] | None = None
        self._turn = asyncio.Lock()
        self._line_news = asyncio.Event()
        line.on_bytes = self._heard
        line.on_change = self._line_changed

    @property
    def junk(self) -> int:
        """Bytes from the printer that were no status."""
        return self._reader.junk

    async def run(self) -> None:
        """Keeps the line open and looks at the printer every few seconds, until cancelled.

        Raises PortBusy or PortDenied if the port can not be had at the very start.
        """
        await together(self._line.run(), self._watch())

    async def print(self, slip: Slip) -> Outcome:
        """Prints a slip and says what became of it, within some seconds. Jobs wait for each other."""
        return await self.send(ticket(slip, self.paper))

    async def send(self, data: bytes) -> Outcome:
        """Prints ready bytes."""
        async with self._turn:
            before = await self._ask()
            if not before.prints:
                return Failed(before.value)
            try:
                await self._line.write(data, limit_s=2.0 + 2 * self._time_s(data))
            except PortAbsent:
                return Failed(Health.GONE.value)
            except LineFault:
                return Unknown()  # part of it may be on paper
            await asyncio.sleep(self._time_s(data))
            after = await self._ask()
        if after is Health.GONE or after is Health.UNKNOWN:
            return Unknown()
        return Printed() if after.prints else Failed(after.value)

    def _time_s(self, data: bytes) -> float:
        return len(data) * BITS / self._baud

    async def _ask(self) -> Health:
        """The printer's health now; waits for at most `answer_s`."""
        self._reader.begin()
        answer: asyncio.Future[Status] = asyncio.get_running_loop().create_future()
        self._answer = answer
        try:
            await self._line.write(ASK, limit_s=self._answer_s)
            async with asyncio.timeout(self._answer_s):
                health = (await answer).health
        except TimeoutError:
            health = self._reader.partial().health if self._line.is_up else Health.GONE
        except WriteStuck:
            health = Health.OFFLINE
        except LineFault:
            health = Health.GONE
        finally:
            self._answer = None
        self._set(health)
        return health

    def _heard(self, data: bytes) -> None:
        status = self._reader.feed(data)
        if status is not None and self._answer is not None and not self._answer.done():
            self._answer.set_result(status)

    def _line_changed(self, up: bool) -> None:
        if not up:
            self._set(Health.GONE)
            if self._answer is not None and not self._answer.done():
                self._answer.set_result(Status())
        self._line_news.set()

    def _set(self, health: Health) -> None:
        if not self._line.is_up:
            health = Health.GONE
        if health is not self.health:
            self.health = health
            self._health_changed(health)

    async def _watch(self) -> None:
        while True:
            await self._line.wait_up()
            async with self._turn:
                await self._ask()
            self._line_news.clear()
            try:
                async with asyncio.timeout(self._check_every_s):
                    await self._line_news.wait()
            except TimeoutError:
                continue
