"""The ticket printer: prints over a line, and says honestly what became of each ticket.

A mute printer is unknown, not fine; it still gets the ticket, because most of them print. A job is never sent
twice: where it may be on paper the answer is Unknown, and people decide. What a cable cut in the middle left
in the printer is ended and cut off when the line is back, so that it never stands above somebody else's ticket.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from devices.codec.escpos.status import (
    ASK,
    CLEAR,
    QUERIES,
    Answer,
    Health,
    Status,
    StatusCodec,
    StatusSignal,
    answered,
)
from devices.codec.profile.printer import Model, named
from devices.driver.layout import Part, Slip
from devices.driver.paper import RESET, encode, end, start, ticket
from devices.transport.error import LineFault, PortAbsent
from devices.transport.line import Line, together

ANSWER_S = 0.5
"""Patience for status answers. Real printers answer DLE EOT within some milliseconds."""
MUTE_S = 0.1
"""Patience before a ticket with a printer that was silent when it was last asked: a citizen waits."""
SETTLE_S = 0.05
"""After an unanswered question: so long nothing more may come, or the answers are partly those of before."""
CHECK_S = 5.0
FRESH_S = 0.5
"""So long it counts what it said as a ticket was expected: it is asked while the ticket is made, which then waits for no answer."""
STORE_S = 5.0
"""So long a printer is left alone with its memory for pictures: it takes nothing meanwhile, not even a question."""
CLEAR_S = 0.1
"""So long it is left alone after it was told to clear its memory."""
BITS = 10
"""Bits on the line for a byte: start, eight, stop."""
PIECE = 64
"""Bytes of a ticket that are handed over at once, so that what was handed over is known."""


@dataclass(frozen=True, slots=True)
class Printed:
    """It is on paper, and the printer said that it is fine afterwards."""


@dataclass(frozen=True, slots=True)
class Failed:
    """It is not, or not wholly, on paper. `fault` is a Health value."""

    fault: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Bytes went out and nobody said what became of them: at most `sent` of `size` can be on paper."""

    sent: int
    size: int


Outcome = Printed | Failed | Unknown


class Printer:
    """One ESC/POS printer on a line. `health_changed` is called on the loop with each new health.

    With `logo` each ticket begins with the picture that `store` has put into the printer's memory.
    """

    def __init__(
        self,
        line: Line,
        model: Model | None = None,
        *,
        baud: int = 9600,
        logo: bool = False,
        answer_s: float = ANSWER_S,
        check_every_s: float = CHECK_S,
        health_changed: Callable[[Health], None] = lambda _: None,
    ) -> None:
        self.model = model or named("escpos-80")
        self.health = Health.GONE
        self.junk = 0
        """Bytes from the printer that were no status, and answers that came too late."""
        self._line = line
        self._baud = baud
        self._logo = logo
        self._answer_s = answer_s
        self._check_every_s = check_every_s
        self._health_changed = health_changed
        self._codec = StatusCodec()
        self._answers: list[Answer] | None = None
        self._asked_s = -inf
        self._enough = asyncio.Event()
        self._begun = self._behind = False
        self._torn = 0
        self._half = False
        self._turn = asyncio.Lock()
        self._line_news = asyncio.Event()
        line.on_bytes = self._heard
        line.on_change = self._line_changed

    async def run(self) -> None:
        """Keeps the line open and looks at the printer every few seconds, until cancelled.

        Raises PortBusy or PortDenied if the port can not be had at the very start.
        """
        await together(self._line.run(), self._watch())

    async def expect(self) -> None:
        """A ticket is coming: asks how the printer is, so that one within FRESH_S goes out at once."""
        async with self._turn:
            if not (await self._now()).away:
                self._asked_s = asyncio.get_running_loop().time()

    async def print(self, slip: Slip) -> Outcome:
        """Prints a slip and says what became of it, within some seconds. Jobs wait for each other."""
        return await self.send(ticket(slip, self.model, logo=self._logo))

    async def print_parts(self, parts: list[Part]) -> Outcome:
        """Prints rows that are no ticket, such as a test page."""
        return await self.send(encode(parts, self.model, logo=self._logo))

    async def store(self, logo: bytes) -> Outcome:
        """Puts a logo (logo.keep) into the printer's memory: once, by hand, since each time wears the memory."""
        return await self.send(logo, busy_s=STORE_S)

    async def send(self, data: bytes, *, busy_s: float = 0.0) -> Outcome:
        """Prints ready bytes. `busy_s`: so long after them the printer is not to be asked."""
        async with self._turn:
            before = await self._now()
            if not before.prints:
                return Failed(before.value)
            if self._half:
                data = RESET + end(self.model) + data
            begun = asyncio.get_running_loop().time()
            sent = await self._hand_over(data)
            if sent < len(data):
                return Unknown(sent, len(data)) if sent else Failed(Health.GONE.value)
            line_s = max(0.0, begun + self._time_s(data) - asyncio.get_running_loop().time())
            if busy_s:
                await asyncio.sleep(line_s + busy_s)
            after = await self._ask(line_s + self._answer_s)
            self._half = not after.prints
            if after.away:
                self._torn = len(data)  # how much of it was still on the way nobody knows
            if after.away or after is Health.UNKNOWN:
                return Unknown(len(data), len(data))
            if after.prints:
                return Printed()
            await self._take_back()
            return Failed(after.value)

    async def _take_back(self) -> None:
        """What a printer could not print it must not print later, when somebody else stands before it."""
        try:
            await self._line.write(CLEAR, limit_s=self._answer_s)
        except LineFault:
            return
        await asyncio.sleep(CLEAR_S)

    async def _hand_over(self, data: bytes) -> int:
        """Writes all of it in twice the line's time and two seconds; how much of it may have gone out."""
        now = asyncio.get_running_loop().time
        until = now() + 2.0 + 2 * self._time_s(data)
        for at in range(0, len(data), PIECE):
            piece = data[at : at + PIECE]
            try:
                await self._line.write(piece, limit_s=max(0.0, until - now()))
            except PortAbsent:
                self._torn = len(data) - at if at else 0
                return at
            except LineFault:
                self._torn = len(data) - at
                self._set(Health.GONE)
                return min(at + PIECE, len(data) - 1)  # the last piece too is not known to be whole
        return len(data)

    def _time_s(self, data: bytes) -> float:
        return len(data) * BITS / self._baud

    async def _now(self) -> Health:
        """The printer's health, as it was when a ticket was expected, or is when it is asked."""
        asked_s, self._asked_s = self._asked_s, -inf
        if self._begun and asyncio.get_running_loop().time() - asked_s <= FRESH_S:
            return self.health
        return await self._ask(MUTE_S if self.health is Health.UNKNOWN else self._answer_s)

    async def _ask(self, patience_s: float) -> Health:
        """Asks the printer for its health; waits for at most so long."""
        if not self._begun:
            patience_s += await self._begin()
        self._count(self._codec.idle())
        answers: list[Answer] = []
        self._answers = answers
        self._enough.clear()
        try:
            await self._line.write(ASK, limit_s=patience_s)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(patience_s):
                    await self._enough.wait()
            if self._behind:
                await asyncio.sleep(SETTLE_S)
        except LineFault:
            self._set(Health.GONE)
            return self.health
        finally:
            self._answers = None
        status = answered(answers)
        self._behind = status is None
        self._set(status.health if status is not None else Health.UNKNOWN)
        return self.health

    def _heard(self, data: bytes) -> None:
        self._count(self._codec.feed(data))

    def _count(self, signals: list[StatusSignal]) -> None:
        for signal in signals:
            if isinstance(signal, Status):
                self._set(signal.health)
            elif isinstance(signal, Answer) and self._answers is not None:
                self._answers.append(signal)
                if len(self._answers) >= len(QUERIES):
                    self._enough.set()
            else:
                self.junk += 1 if isinstance(signal, Answer) else len(signal.raw)

    def _line_changed(self, up: bool) -> None:
        if not up:
            self._codec = StatusCodec()
            self._begun = self._behind = False
            self._set(Health.GONE)
            self._enough.set()
        self._line_news.set()

    def _set(self, health: Health) -> None:
        if not self._line.is_up:
            health = Health.SHARED if self._line.shared else Health.GONE
        if health is not self.health:
            self.health = health
            self._health_changed(health)

    async def _watch(self) -> None:
        while True:
            await self._line.wait_up()
            async with self._turn:
                await self._ask(self._answer_s)
            self._line_news.clear()
            try:
                async with asyncio.timeout(self._check_every_s):
                    await self._line_news.wait()
            except TimeoutError:
                continue

    async def _begin(self) -> float:
        """The line is there: ends what was torn, and asks to be told of changes. How long that is on the line.

        Zeros fill up a command that waits for its data, whatever it is, and print nothing.
        """
        mended = bytes(self._torn) + RESET + end(self.model) if self._torn else b""
        line_s = self._time_s(mended)
        try:
            await self._line.write(mended + start(self.model), limit_s=2.0 + 2 * line_s)
        except LineFault:
            return 0.0
        self._begun, self._half, self._torn = True, self._half and not mended, 0
        return line_s
