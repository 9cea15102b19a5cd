"""Forecasts of a server that runs: a process beside it is asked again and again, and flow is told what it answers.

The process reads the hall from the database itself, as a start does, so that the server hands it nothing but the time and no state
has to be kept the same in two places. It stands behind the server's (nice), and no command waits for it. One that is silent for too
long, or ends, is replaced; what it told before goes out of date by itself.
"""

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE, Process
from typing import Self, TypeVar

import msgspec
import structlog

from queue_server.app.chore import behind
from queue_server.app.forecast.work import Orders, Question
from queue_server.app.setting import Settings
from queue_server.engine.actor import CLOCK
from queue_server.flow.flow import Flow
from queue_server.forecast.advice import Counsel
from queue_server.forecast.habit import FEWEST
from queue_server.forecast.told import Told
from queue_server.simulation.past import Drawn
from queue_server.wire.command import Command, GiveAdvice, ProveAdvice
from queue_server.wire.error import Refusal

PAUSE_S = 5.0
"""Between an answer and the next question, and before the first one, in real seconds."""
PATIENCE_S = 30.0
"""A process that has not answered after so many real seconds is replaced."""
ADVISED = 4
"""Advice is asked for after each so many answers, in the pause that follows: nobody is told a wait later for it."""
AGAIN = 6
"""So many pauses pass before a process is started in place of one that failed."""
MOST_BYTES = 1 << 24
"""An answer is no longer: some hundred bytes for each of 100,000 who wait."""

Answer = TypeVar("Answer")
log = structlog.get_logger(__name__)
_told = msgspec.json.Decoder(Told | None)
_counsel = msgspec.json.Decoder(Counsel | None)


class Failed(Exception):
    """The process has ended, or does not answer."""


class Forecasts:
    """Asks while somebody serves. All in the event loop."""

    def __init__(
        self, settings: Settings, flow: Flow, drawn: Drawn | None = None, pause_s: float = PAUSE_S
    ) -> None:
        """`settings` say where the server's database is; `drawn` are the people of a demonstration."""
        self._orders = Orders(str(settings.data), settings.db, drawn)
        self._flow, self._pause_s = flow, pause_s
        self._process: Process | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process, if there is one."""
        return None if self._process is None else self._process.pid

    def start(self) -> Self:
        """Begin. A process is started when somebody first serves in a hall of which something may be known."""
        self._task = asyncio.create_task(self._run(), name="forecasts")
        return self

    async def stop(self) -> None:
        """End, and the process with it."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._end()

    async def _run(self) -> None:
        pause_s, answers = self._pause_s, 0
        while True:
            await asyncio.sleep(pause_s)
            pause_s = self._pause_s
            if not self._wanted():
                continue
            try:
                self._flow.foresight.hear(await self._ask(_told))
                answers += 1
                if answers % ADVISED == 0:
                    await self._advise()
            except (Failed, OSError, msgspec.DecodeError) as fault:
                log.warning("forecast.failed", fault=repr(fault))
                await self._end()
                pause_s = AGAIN * self._pause_s

    def _wanted(self) -> bool:
        """Whether there may be something to tell: each service that can teach is a ticket and its call in the log, at least."""
        flow = self._flow
        taught = self._orders.drawn is not None or flow.seq >= 2 * FEWEST
        attended = any(window.state != "closed" for window in flow.durable.windows.values())
        return taught and attended and not flow.degraded

    async def _advise(self) -> None:
        """Have advice thought of, and enter into the log what is new of it, and what came of what was said before."""
        counsel = await self._ask(_counsel, advise=True)
        self._flow.foresight.advise(counsel)
        if counsel is None:
            return
        entries: list[Command] = [GiveAdvice(**msgspec.structs.asdict(one)) for one in counsel.opens]
        entries += [ProveAdvice(**msgspec.structs.asdict(proof)) for proof in counsel.proofs]
        try:
            for entry in entries:
                await self._flow.ask(CLOCK, entry)
        except (
            Refusal
        ) as refusal:  # the store is away, or another server serves: it is said again with the next answer
            log.warning("advice.unsaid", code=refusal.code)

    async def _ask(self, answer: msgspec.json.Decoder[Answer], *, advise: bool = False) -> Answer:
        process = self._process or await self._begin()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            async with asyncio.timeout(PATIENCE_S):
                process.stdin.write(msgspec.json.encode(Question(self._flow.clock.now(), advise)) + b"\n")
                await process.stdin.drain()
                line = await process.stdout.readline()
        except (TimeoutError, ValueError) as error:
            raise Failed(repr(error)) from error
        if not line.endswith(b"\n"):
            raise Failed("it has ended")
        return answer.decode(line)

    async def _begin(self) -> Process:
        process = self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "queue_server.app.forecast"),
            stdin=PIPE,
            stdout=PIPE,
            limit=MOST_BYTES,
            start_new_session=True,
            preexec_fn=behind,
        )
        assert process.stdin is not None
        process.stdin.write(msgspec.json.encode(self._orders) + b"\n")
        return process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()  # it only reads, so nothing can be left half done
            await process.wait()
