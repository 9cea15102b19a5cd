"""The write path on a real SQLite file: durable answers, keys, failures, ticks."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from queue_server.engine.design import design
from queue_server.engine.hall import Hall, Rules
from queue_server.engine.state import State
from queue_server.flow.clock import Clock
from queue_server.flow.flow import Answer, Commit, Flow
from queue_server.flow.port import Unavailable, Unit
from queue_server.store.sqlite import SqliteStore
from queue_server.views import hall as halls
from queue_server.wire.command import CallNext, Cancel, Command, NoShow, Open, Printed, Take
from queue_server.wire.day import day_end, local_day
from queue_server.wire.error import Refusal
from queue_server.wire.ids import TicketId
from tests.fakes.document import with_calendars
from tests.fakes.hall import FILING, LICENCE, MORNING, ONE, A, hall
from tests.fakes.play import KIOSK, SECRET, STEWARD, ZHANG, picture


class Gated(SqliteStore):
    """The real store with a gate before each transaction and faults on demand. `landing` writes, then fails all the same."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()
        self.faults = 0
        self.landing = False
        self.shut = 0
        """How often it does not open yet."""
        self.sizes: list[int] = []

    def open(self) -> None:
        if self.shut:
            self.shut -= 1
            raise Unavailable("planted")
        super().open()

    def commit(self, units: Sequence[Unit]) -> None:
        self.entered.set()
        self.gate.wait()
        if self.faults:
            self.faults -= 1
            if self.landing:
                super().commit(units)
            raise Unavailable("planted")
        super().commit(units)
        self.sizes.append(len(units))


Begin = Callable[..., Any]


@pytest.fixture
async def begin(tmp_path: Path) -> AsyncIterator[Begin]:
    """Start a flow on the test's own database; again to start another after it."""
    flows: list[Flow] = []

    async def start(plan: Hall | None = None, at: Any = MORNING) -> Flow:
        for flow in flows:
            await flow.stop()
        flows.clear()
        flow = Flow(plan or hall(), Gated(tmp_path / "hall.db"), Clock(at, 1.0), secret=SECRET)
        flows.append(flow)
        await flow.start()
        return flow

    yield start
    for flow in flows:
        gated(flow).gate.set()
        await flow.stop()


def gated(flow: Flow) -> Gated:
    assert isinstance(flow.store, Gated)
    return flow.store


def body(answer: Answer) -> Any:
    assert answer.body is not None
    return msgspec.json.decode(answer.body)


async def refusal(flow: Flow, command: Command, who: Any = KIOSK, key: str | None = None) -> str:
    with pytest.raises(Refusal) as refused:
        await flow.ask(who, command, key)
    return refused.value.code


async def recovered(flow: Flow) -> None:
    """Wait until the store is back."""
    back = asyncio.Event()
    forget = flow.hear(lambda _: None if flow.degraded else back.set())
    if flow.degraded:
        await back.wait()
    forget()


async def test_an_answer_comes_only_after_the_commit_and_nothing_is_shown_before(begin: Begin) -> None:
    flow = await begin()
    seq = flow.seq
    gated(flow).gate.clear()
    asked = asyncio.ensure_future(flow.ask(KIOSK, Take(service=FILING)))
    await asyncio.to_thread(gated(flow).entered.wait)
    assert not asked.done()
    assert (flow.seq, len(flow.durable.tickets)) == (seq, 0), "what is not durable is not shown"
    gated(flow).gate.set()
    assert body(await asked)["number"] == "A001"
    assert len(flow.durable.tickets) == 1


async def test_what_waits_during_a_commit_goes_into_the_next_one_together(begin: Begin) -> None:
    flow = await begin()
    store = gated(flow)
    store.gate.clear()
    asked = [asyncio.ensure_future(flow.ask(KIOSK, Take(service=FILING))) for _ in range(21)]
    await asyncio.to_thread(store.entered.wait)
    store.gate.set()
    numbers = [body(answer)["number"] for answer in await asyncio.gather(*asked)]
    assert numbers == [f"A{n:03d}" for n in range(1, 22)]
    assert sum(store.sizes) == 21
    assert len(store.sizes) <= 3


async def test_a_refusal_waits_until_what_it_was_decided_on_is_durable(begin: Begin) -> None:
    flow = await begin()
    await flow.ask(ZHANG, Open(window=ONE))
    gated(flow).gate.clear()
    taken = asyncio.ensure_future(flow.ask(KIOSK, Take(service=FILING, id="x" * 20)))
    twin = asyncio.ensure_future(refusal(flow, Take(service=FILING, id="x" * 20)))
    await asyncio.to_thread(gated(flow).entered.wait)
    assert not twin.done()
    gated(flow).gate.set()
    assert await twin == "ticket.exists"
    await taken


async def test_the_same_key_again_gets_the_first_answer_also_after_a_restart(begin: Begin) -> None:
    flow = await begin()
    first = await flow.ask(KIOSK, Take(service=FILING), "key-1")
    again = await flow.ask(KIOSK, Take(service=FILING), "key-1")
    assert (again.status, again.body) == (first.status, first.body) == (201, first.body)
    assert await refusal(flow, Take(service=LICENCE), key="key-1") == "idempotency.reused"
    other = await flow.ask(STEWARD, Take(service=FILING), "key-1")
    assert body(other)["number"] == "A002", "another actor's key is another key"
    flow = await begin()
    kept = await flow.ask(KIOSK, Take(service=FILING), "key-1")
    assert kept.body == first.body
    assert len(flow.durable.tickets) == 2


async def test_an_answer_is_kept_for_seven_days_of_work_also_by_a_server_that_never_stops(
    begin: Begin,
) -> None:
    flow = await begin()
    first = await flow.ask(KIOSK, Take(service=FILING), "key-1")
    flow.clock.set(MORNING + timedelta(days=6, hours=23))
    await flow.settle()
    assert (await flow.ask(KIOSK, Take(service=FILING), "key-1")).body == first.body
    flow.clock.set(MORNING + timedelta(days=8))
    await flow.settle()
    await flow.ask(KIOSK, Take(service=FILING), "key-2")
    flow.clock.set(MORNING + timedelta(days=9))
    await flow.settle()
    assert len(list(flow.store.scopes())) == 1
    assert body(await flow.ask(KIOSK, Take(service=FILING), "key-1"))["id"] != body(first)["id"]


async def test_a_clock_that_is_wrong_by_years_at_a_start_lets_go_of_no_answer(begin: Begin) -> None:
    flow = await begin()
    first = await flow.ask(KIOSK, Take(service=FILING), "key-1")
    for off in (timedelta(days=20), timedelta(days=-400)):
        flow = await begin(at=MORNING + off)
        assert (await flow.ask(KIOSK, Take(service=FILING), "key-1")).body == first.body


async def test_what_fell_due_while_the_server_was_off_is_right_after_a_start(begin: Begin) -> None:
    plan = design(with_calendars()).hall

    def at(day: int, clock: str) -> datetime:
        return datetime.fromisoformat(f"2026-10-{day:02d}T{clock}+08:00")

    flow = await begin(plan, at(8, "16:00"))
    ticket = body(await flow.ask(KIOSK, Take(service=FILING)))
    flow = await begin(plan, at(8, "17:30"))
    assert await refusal(flow, Take(service=FILING)) == "issuing.closed"
    assert halls.zone(flow.durable, A).opens == at(9, "08:30")
    assert flow.durable.tickets[ticket["id"]].state == "waiting", "closing ends nobody's wait"
    flow = await begin(plan, at(10, "09:00"))  # a Saturday that was made a working day
    assert ticket["id"] not in flow.durable.tickets
    assert halls.zone(flow.durable, A).issuing
    assert body(await flow.ask(KIOSK, Take(service=FILING)))["number"] == "A001"
    assert flow.durable.issued[FILING] == 1
    flow = await begin(plan, at(11, "10:00"))
    assert await refusal(flow, Take(service=FILING)) == "issuing.closed"
    assert halls.hall(flow.durable).hours == "09:00-23:30", "a Sunday, and one zone is open"


async def test_twins_in_flight_are_one(begin: Begin) -> None:
    flow = await begin()
    gated(flow).gate.clear()
    twins = [asyncio.ensure_future(flow.ask(KIOSK, Take(service=FILING), "twin")) for _ in range(5)]
    await asyncio.to_thread(gated(flow).entered.wait)
    assert await refusal(flow, Take(service=LICENCE), key="twin") == "idempotency.reused"
    gated(flow).gate.set()
    assert len({answer.body for answer in await asyncio.gather(*twins)}) == 1
    assert len(flow.durable.tickets) == 1


async def test_refusals_and_a_204_that_changed_nothing_are_not_kept(begin: Begin) -> None:
    flow = await begin()
    assert await refusal(flow, CallNext(window=ONE), ZHANG, "next") == "window.closed"
    await flow.ask(ZHANG, Open(window=ONE))
    assert (await flow.ask(ZHANG, CallNext(window=ONE), "next")).status == 204
    await flow.ask(KIOSK, Take(service=FILING))
    called = await flow.ask(ZHANG, CallNext(window=ONE), "next")
    assert body(called)["number"] == "A001"
    assert (await flow.ask(ZHANG, CallNext(window=ONE), "next")).body == called.body


async def test_a_204_that_ended_a_ticket_is_kept(begin: Begin) -> None:
    flow = await begin()
    await flow.ask(ZHANG, Open(window=ONE))
    await flow.ask(KIOSK, Take(service=FILING))
    await flow.ask(ZHANG, CallNext(window=ONE))
    ended = await flow.ask(ZHANG, CallNext(window=ONE), "end")
    assert ended.status == 204
    await flow.ask(KIOSK, Take(service=FILING))
    assert (await flow.ask(ZHANG, CallNext(window=ONE), "end")).status == 204, "a retry calls nobody"


@pytest.mark.parametrize("key", ["", "x" * 129, "line\nbreak"])
async def test_a_bad_key_is_refused(begin: Begin, key: str) -> None:
    flow = await begin()
    assert await refusal(flow, Take(service=FILING), key=key) == "idempotency.bad_key"


@pytest.mark.parametrize("landing", [False, True])
async def test_a_failed_commit_is_unknown_and_a_retry_with_the_key_finds_the_truth(
    begin: Begin, landing: bool
) -> None:
    flow = await begin()
    store = gated(flow)
    heard: list[Commit] = []
    flow.hear(heard.append)
    await flow.ask(KIOSK, Take(service=FILING), "before")
    store.faults, store.landing = 1, landing
    assert await refusal(flow, Take(service=FILING), key="lost") == "store.unavailable"
    assert len(flow.durable.tickets) == 1, "the last good state stays"
    await recovered(flow)
    assert heard[-1].touched is None, "after a reload everything may have changed"
    again = await flow.ask(KIOSK, Take(service=FILING), "lost")
    assert body(again)["number"] == "A002"
    assert len(flow.durable.tickets) == 2, "landed or not, it is there once"
    assert picture(flow.ahead) == picture(flow.durable)


async def test_everything_decided_after_a_lost_commit_is_unknown_too(begin: Begin) -> None:
    flow = await begin()
    store = gated(flow)
    store.gate.clear()
    store.faults = 1
    asked = [asyncio.ensure_future(refusal(flow, Take(service=FILING), key=f"k{n}")) for n in range(10)]
    await asyncio.to_thread(store.entered.wait)
    late = asyncio.ensure_future(refusal(flow, NoShow(window=ONE), ZHANG))
    await asyncio.sleep(0)
    store.gate.set()
    assert set(await asyncio.gather(*asked, late)) == {"store.unavailable"}
    await recovered(flow)
    assert body(await flow.ask(KIOSK, Take(service=FILING)))["number"] == "A001"


async def test_a_store_that_takes_no_changes_at_the_start_is_shown_and_goes_on_when_it_does(
    begin: Begin, tmp_path: Path
) -> None:
    flow = await begin()
    first = await flow.ask(KIOSK, Take(service=FILING), "before")
    before = picture(flow.durable)
    await flow.stop()
    store = Gated(tmp_path / "hall.db")
    store.shut = 3
    flow = Flow(hall(), store, Clock(MORNING, 1.0), secret=SECRET)
    await flow.start()
    try:
        assert flow.degraded
        assert picture(flow.durable) == before
        assert (await flow.ask(KIOSK, Take(service=FILING), "before")).body == first.body
        assert await refusal(flow, Take(service=FILING), key="lost") == "store.unavailable"
        await recovered(flow)
        assert picture(flow.durable) == before
        assert body(await flow.ask(KIOSK, Take(service=FILING), "lost"))["number"] == "A002"
    finally:
        await flow.stop()


async def test_a_new_store_that_takes_no_changes_is_no_hall(tmp_path: Path) -> None:
    store = Gated(tmp_path / "hall.db")
    store.shut = 1
    with pytest.raises(Unavailable, match="planted"):
        await Flow(hall(), store, Clock(MORNING, 1.0), secret=SECRET).start()


async def test_a_restart_rebuilds_exactly(begin: Begin) -> None:
    flow = await begin()
    await flow.ask(ZHANG, Open(window=ONE))
    tickets = [body(await flow.ask(KIOSK, Take(service=FILING))) for _ in range(4)]
    await flow.ask(KIOSK, Printed(ticket=TicketId(tickets[0]["id"]), ok=True))
    await flow.ask(ZHANG, CallNext(window=ONE))
    await flow.ask(STEWARD, Cancel(ticket=TicketId(tickets[2]["id"]), reason="不办了"))
    await flow.ask(ZHANG, CallNext(window=ONE))
    before, epoch = picture(flow.durable), flow.epoch
    flow = await begin()
    assert picture(flow.durable) == picture(flow.ahead) == before
    assert flow.epoch == epoch


async def test_what_fell_due_while_the_server_was_off_is_done_in_order_at_its_own_time(begin: Begin) -> None:
    flow = await begin()
    await flow.ask(KIOSK, Take(service=FILING))
    seq = flow.seq
    flow = await begin(at=MORNING + timedelta(days=2))
    late = flow.store.events(seq, 100)
    assert [msgspec.json.decode(stored.body)["type"] for stored in late] == [
        "paper_reported",
        "expired",
        "day_begun",
        "day_begun",
    ]
    times = [stored.at for stored in late]
    assert times == sorted(times)
    assert times[0] - MORNING < timedelta(minutes=1)
    assert [time.hour for time in times[1:]] == [16, 16, 16], "midnight in the hall is 16:00 UTC"
    assert late[0].actor == "clock:server"


async def test_the_clock_may_not_take_the_hall_back_in_time(begin: Begin) -> None:
    flow = await begin()
    first = body(await flow.ask(KIOSK, Take(service=FILING)))
    flow.clock.set(MORNING - timedelta(hours=1))
    second = body(await flow.ask(KIOSK, Take(service=FILING)))
    assert second["issued_at"] >= first["issued_at"]


class Striding(Clock):
    """A clock that goes on by `stride` each time it is read."""

    stride = timedelta(0)

    def now(self) -> datetime:
        self.set(super().now() + self.stride)
        return super().now()


async def test_a_ticket_taken_while_midnight_strikes_belongs_to_one_day(tmp_path: Path) -> None:
    clock = Striding(MORNING, 1.0)
    flow = Flow(hall(), Gated(tmp_path / "hall.db"), clock, secret=SECRET)
    await flow.start()
    await flow.ask(KIOSK, Take(service=FILING, paper=False))
    clock.set(day_end(local_day(MORNING)) - timedelta(seconds=1.5))
    clock.stride = timedelta(seconds=1)
    for _ in range(3):
        await flow.ask(KIOSK, Take(service=FILING, paper=False))
    stored = flow.store.events(0, 100)
    times = [one.at for one in stored]
    assert times == sorted(times)
    day = local_day(MORNING)
    for one in stored:
        told = msgspec.json.decode(one.body)
        if told["type"] == "day_begun":
            day = date.fromisoformat(told["day"])
        elif told["type"] == "taken":
            assert date.fromisoformat(told["day"]) == day, "its number is counted on the day that it bears"
    await flow.stop()


async def test_a_clock_that_was_set_back_while_the_server_was_off_gives_no_number_twice(begin: Begin) -> None:
    flow = await begin()
    numbers = [body(await flow.ask(KIOSK, Take(service=FILING)))["number"]]
    flow = await begin(at=MORNING + timedelta(days=1))
    latest = body(await flow.ask(KIOSK, Take(service=FILING)))["issued_at"]
    flow = await begin(at=MORNING)
    again = body(await flow.ask(KIOSK, Take(service=FILING)))
    assert (numbers, again["number"]) == (["A001"], "A002")
    assert again["issued_at"] >= latest


async def test_a_store_that_comes_back_in_a_way_nobody_foresaw_is_asked_again(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = await begin()
    store, states = gated(flow), gated(flow).states
    surprises = [ValueError("planted"), MemoryError("planted")]

    def surprising(plan: Hall, now: datetime, count: int) -> list[State]:
        if surprises:
            raise surprises.pop()
        return states(plan, now, count)

    monkeypatch.setattr(store, "states", surprising)
    store.faults = 1
    assert await refusal(flow, Take(service=FILING)) == "store.unavailable"
    async with asyncio.timeout(30):
        await recovered(flow)
    assert body(await flow.ask(KIOSK, Take(service=FILING)))["number"] == "A001"


async def test_a_settable_clock_that_jumps_does_what_is_due(begin: Begin) -> None:
    flow = await begin(hall(Rules(paper_s=30)))
    ticket = body(await flow.ask(KIOSK, Take(service=FILING)))
    flow.clock.set(MORNING + timedelta(minutes=5))
    await flow.settle()
    assert flow.durable.tickets[TicketId(ticket["id"])].paper == "unknown"


async def test_stopping_answers_what_was_asked_and_takes_nothing_more(begin: Begin) -> None:
    flow = await begin()
    asked = [asyncio.ensure_future(flow.ask(KIOSK, Take(service=FILING))) for _ in range(5)]
    await asyncio.sleep(0)
    await flow.stop()
    assert {answer.status for answer in await asyncio.gather(*asked)} == {201}
    assert await refusal(flow, Take(service=FILING)) == "server.stopping"
