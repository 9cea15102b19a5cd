"""Forecasts of a real hall by a process beside it: learned from what was served, told to who takes a ticket, and after a kill."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest_asyncio

from queue_server.app.forecast.forecasts import Forecasts
from queue_server.app.forecast.work import Question, Work
from queue_server.app.hall import SHIPPED, load
from queue_server.app.serve import Server, serve
from queue_server.app.setting import Settings
from queue_server.engine.actor import Actor
from queue_server.flow.clock import Clock
from queue_server.forecast.habit import FEWEST
from queue_server.store.glance import present
from queue_server.wire import command as c
from queue_server.wire.ticket import Ticket
from tests.fakes.hall import MORNING

CLERK, LI, KIOSK = Actor("clerk", "wang"), Actor("clerk", "li"), Actor("kiosk", "k")
BOSS = Actor("manager", "boss")
PATIENCE_S = 60.0
_ticket = msgspec.json.Decoder(Ticket)


class Hall:
    """A shipped hall with one window open, and its settings."""

    def __init__(self, settings: Settings, server: Server, clock: Clock) -> None:
        self.settings, self.flow, self.clock = settings, server.flow, clock
        self.window = self.flow.durable.hall.windows[0].id
        self.service = self.flow.durable.hall.windows[0].services[0]

    async def take(self) -> Ticket:
        answer = await self.flow.ask(KIOSK, c.Take(service=self.service, paper=False))
        assert answer.body is not None
        return _ticket.decode(answer.body)

    async def serve(self, count: int) -> None:
        """So many are served, each for a minute."""
        for _ in range(count):
            await self.take()
            await self.flow.ask(CLERK, c.CallNext(window=self.window))
            self.clock.set(self.clock.now() + timedelta(minutes=1))
            await self.flow.ask(CLERK, c.Finish(window=self.window))

    async def becomes(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not condition():  # noqa: ASYNC110 - another process sets no event
                await asyncio.sleep(0.02)


@pytest_asyncio.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    settings, clock, shipped = Settings(tmp_path, port=0), Clock(MORNING), load(SHIPPED)
    async with await serve(settings, shipped.hall, clock, document=shipped.document) as server:
        there = Hall(settings, server, clock)
        await there.flow.ask(CLERK, c.Open(window=there.window))
        yield there


async def test_a_hall_of_which_too_little_was_seen_is_told_nothing_and_one_more_day_teaches(
    hall: Hall,
) -> None:
    work = Work(hall.settings.database, hall.settings.segments)
    await hall.serve(FEWEST - 1)
    assert await asyncio.to_thread(work.answer, Question(hall.clock.now())) is None
    assert (await hall.take()).wait is None
    await hall.serve(1)
    told = await asyncio.to_thread(work.answer, Question(hall.clock.now()))
    assert told is not None
    assert (told.seq, told.at) == (hall.flow.seq, told.at)
    assert told.of_new(hall.service) is not None
    hall.clock.set(hall.clock.now() + timedelta(days=1))
    await hall.flow.settle()
    await hall.flow.ask(CLERK, c.Open(window=hall.window))
    told = await asyncio.to_thread(work.answer, Question(hall.clock.now()))
    assert told is not None, "the day before has taught enough"
    advice = await asyncio.to_thread(work.advise, Question(hall.clock.now()))
    assert advice is not None
    assert (advice.opens, advice.lessons) == ((), ()), (
        "one window was at work on the day before, and nobody waits"
    )
    assert told.of_new(hall.service) is not None


async def test_a_process_beside_the_server_is_asked_again_and_again_and_replaced_when_it_dies(
    hall: Hall,
) -> None:
    await hall.serve(FEWEST)
    foresight = hall.flow.foresight
    forecasts = Forecasts(hall.settings, hall.flow, pause_s=0.05).start()
    try:
        await hall.becomes(lambda: foresight.told is not None)
        first, ticket = forecasts.pid, await hall.take()
        assert ticket.wait is not None
        assert ticket.wait.low_min < ticket.wait.high_min
        assert ticket.wait.age_s >= 0
        assert first is not None
        os.kill(first, signal.SIGKILL)
        foresight.hear(None)
        await hall.becomes(lambda: foresight.told is not None and forecasts.pid not in (None, first))
    finally:
        await forecasts.stop()
    assert forecasts.pid is None


async def test_advice_is_entered_in_the_log_with_what_was_done_and_what_came_of_it(hall: Hall) -> None:
    await hall.serve(FEWEST)
    for _ in range(31):
        await hall.take()
    await hall.flow.ask(CLERK, c.CallNext(window=hall.window))
    forecasts = Forecasts(hall.settings, hall.flow, pause_s=0.01).start()
    try:
        await hall.becomes(lambda: bool(hall.flow.durable.advices))
        counsel, (given,) = hall.flow.foresight.counsel, hall.flow.durable.advices
        assert counsel is not None
        assert [(one.zone, one.window) for one in counsel.opens] == [(given.zone, given.window)]
        assert given.p90_min is not None
        assert (given.waiting, given.p90_min - given.then_min > 5) == (30, True)
        await hall.flow.ask(BOSS, c.Open(window=given.window, clerk="li", reason="x"))
        (done,) = hall.flow.durable.advices
        assert (done.done_window, done.came_of) == (given.window, None)
        for _ in range(15):
            hall.clock.set(hall.clock.now() + timedelta(minutes=1))
            await hall.flow.ask(CLERK, c.CallNext(window=hall.window))
            await hall.flow.ask(LI, c.CallNext(window=given.window))
        await hall.becomes(lambda: hall.flow.durable.advices[0].came_of is not None)
        (came,) = hall.flow.durable.advices
        assert (came.came_of, came.came_min) == (30, 14.0)
    finally:
        await forecasts.stop()
    there = await asyncio.to_thread(present, hall.settings.database)
    assert there is not None
    assert there.advices == hall.flow.durable.advices, "what a start reads"
    log = await asyncio.to_thread(hall.flow.store.events, 0, 1000)
    assert [one.command for one in log if b"advi" in bytes(one.body)] == [
        "advice.give",
        "windows.open",
        "advice.prove",
    ]
