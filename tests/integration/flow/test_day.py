"""Noon, closing and midnight while the server is off: it wakes on a real store, and nobody who waited has lost a turn."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from queue_server.engine.design import design
from queue_server.engine.hall import Hall
from queue_server.flow.clock import Clock
from queue_server.flow.flow import Flow
from queue_server.store.sqlite import Sqlite, SqliteStore
from queue_server.store.verify import verify
from queue_server.wire.command import CallNext, Open, Reenter, Take
from queue_server.wire.ticket import Ticket
from tests.fakes.document import document, text
from tests.fakes.hall import FILING, ONE
from tests.fakes.play import KIOSK, SECRET, STEWARD, ZHANG

NINE = datetime(2026, 11, 27, 1, tzinfo=UTC)
"""A Friday."""
On = Callable[[timedelta], Awaitable[Flow]]


def weekdays() -> Hall:
    """A hall with a noon break and free weekends."""
    made = document()
    made["rules"] = {"calendar": "hall"}
    hours = {"weekdays": "1-5", "tickets": ["09:00-12:00", "13:00-17:00"]}
    made["calendars"] = [{"id": "hall", "name": text("作息", "Hours"), "seasons": [hours]}]
    return design(made).hall


@pytest.fixture
async def on(tmp_path: Path) -> AsyncIterator[On]:
    """Start the server so long after nine; it was off since the last time."""
    running: list[Flow] = []

    async def start(after: timedelta) -> Flow:
        while running:
            await running.pop().stop()
        flow = Flow(weekdays(), SqliteStore(tmp_path / "hall.db"), Clock(NINE + after), secret=SECRET)
        running.append(flow)
        await flow.start()
        return flow

    yield start
    for flow in running:
        await flow.stop()
    assert verify(Sqlite(tmp_path / "hall.db")).whole


async def take(flow: Flow) -> Ticket:
    answer = await flow.ask(KIOSK, Take(service=FILING))
    return msgspec.json.decode(answer.body or b"", type=Ticket)


async def called(flow: Flow) -> list[str]:
    """The numbers that a window calls until nobody waits."""
    await flow.ask(ZHANG, Open(window=ONE))
    found = []
    while (answer := await flow.ask(ZHANG, CallNext(window=ONE))).body is not None:
        found.append(msgspec.json.decode(answer.body, type=Ticket).number)
    return found


@pytest.mark.parametrize(
    "off",
    [
        timedelta(hours=3, minutes=30),
        timedelta(hours=4, minutes=1),
        timedelta(hours=9),
        timedelta(hours=14, minutes=59),
    ],
    ids=["at noon", "over noon", "over closing", "until a minute before midnight"],
)
async def test_who_waited_before_the_power_failed_is_called_in_turn_afterwards(
    on: On, off: timedelta
) -> None:
    flow = await on(timedelta(0))
    tickets = [await take(flow) for _ in range(3)]
    assert await called(await on(off)) == [ticket.number for ticket in tickets]


async def test_over_midnight_each_is_offered_the_head_of_the_next_working_day(on: On) -> None:
    flow = await on(timedelta(0))
    tickets = [await take(flow) for _ in range(3)]
    flow = await on(
        timedelta(days=3)
    )  # off over a whole weekend: three midnights are made up for, one after the other
    own = await take(flow)
    for ticket in reversed(tickets):
        await flow.ask(STEWARD, Reenter(ticket=ticket.id))
    assert own.number == "A001"
    assert await called(await on(timedelta(days=3, hours=5))) == ["A004", "A003", "A002", "A001"]
