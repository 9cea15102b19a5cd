"""The machine's clock is set back and forward under a running house: nothing stands still, and no screen needs a hand."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from queue_server.auth.secret import digest
from queue_server.engine.hall import Rules
from queue_server.flow import flow
from queue_server.flow.clock import Clock
from queue_server.wire.day import SHANGHAI
from queue_server.wire.ids import TicketId
from tests.fakes.hall import MORNING, ONE, hall
from tests.fakes.house import PASSWORD, House, house
from tests.integration.feed.test_socket import hello

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Wall:
    """The machine's clock, which somebody sets."""

    def __init__(self, at: datetime) -> None:
        self.off = at - datetime.now(UTC)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.off


async def take(home: House, key: str) -> dict[str, str]:
    status, ticket = await home.ask("POST", "/tickets", "kiosk", {"service": "filing"}, Idempotency_Key=key)
    assert status == 201, ticket
    made: dict[str, str] = ticket
    return made


async def test_an_hour_back_and_an_hour_forward_change_no_order_and_stop_no_timer(tmp_path: Path) -> None:
    wall = Wall(MORNING)
    plan = hall(Rules(paper_s=1))
    async with house(tmp_path, plan=plan, clock=Clock(wall=wall)) as home, home.link("board:hall") as board:
        await board.reach("live")
        news = asyncio.Event()
        home.flow.hear(lambda _: news.set())
        await home.ask("POST", f"/windows/{ONE}/open", "clerk", {})
        first = await take(home, "first")
        wall.off -= HOUR
        second = await take(home, "second")
        assert await take(home, "first") == first
        # A paper of which nobody hears is missed also while the clock catches up.
        async with asyncio.timeout(30):
            while home.flow.durable.tickets[TicketId(second["id"])].paper != "unknown":
                news.clear()
                await news.wait()
        assert board.now() >= datetime.fromisoformat(first["issued_at"]), "screens are told no time that was"
        wall.off += HOUR
        third = await take(home, "third")
        assert [one["number"] for one in (first, second, third)] == ["A001", "A002", "A003"]
        times = [stored.at for stored in home.flow.store.events(0, 100)]
        assert times == sorted(times)
        status, called = await home.ask("POST", f"/windows/{ONE}/call-next", "clerk", {})
        assert (status, called["number"]) == (200, "A001")
        assert board.state == "live"


async def test_a_server_that_starts_on_a_machine_an_hour_slow_goes_on_from_its_last_event(
    tmp_path: Path,
) -> None:
    async with house(tmp_path, clock=Clock(wall=Wall(MORNING))) as home:
        first = await take(home, "first")
    with capture_logs() as logs:
        async with house(tmp_path, clock=Clock(wall=Wall(MORNING - HOUR))) as home, home.socket() as floor:
            await floor.send_json({"hello": {"token": home.tokens["manager"], "topics": ["floor"]}})
            told = (await floor.receive_json())["live"]["floor"]["clock"]
    assert told is not None
    assert "请与手机核对" in told["zh"], "the floor and whoever administers are told"
    said = [(line["log_level"], line["told"]) for line in logs if line["event"] == "clock.doubted"]
    assert [level for level, _ in said] == ["warning"]
    assert "Compare with a phone" in said[0][1]
    async with house(tmp_path, clock=Clock(wall=Wall(MORNING - HOUR))) as home:
        assert await take(home, "first") == first
        second = await take(home, "second")
        assert second["number"] == "A002"
        assert second["issued_at"] >= first["issued_at"]
        assert home.flow.clock.now() >= datetime.fromisoformat(second["issued_at"])


async def a_morning(folder: Path) -> list[str]:
    """Window 1 is open and two wait when the power fails; their numbers."""
    async with house(folder, clock=Clock(wall=Wall(MORNING))) as home:
        await home.ask("POST", f"/windows/{ONE}/open", "clerk", {})
        return [(await take(home, key))["number"] for key in ("first", "second")]


def standing(home: House) -> tuple[list[str], str]:
    """Who waits, and how window 1 is."""
    state = home.flow.durable
    return [one.number for one in state.tickets.values() if one.state == "waiting"], state.windows[ONE].state


async def test_a_server_that_starts_a_day_ahead_goes_on_with_the_day_that_other_clocks_know(
    tmp_path: Path,
) -> None:
    numbers = await a_morning(tmp_path)
    wall = Wall(MORNING + DAY)
    async with (
        house(tmp_path, clock=Clock(wall=wall)) as home,
        home.socket() as kiosk,
        home.socket() as anybody,
    ):
        assert standing(home) == (numbers, "open")
        await hello(anybody, "hall", now=(MORNING + DAY).isoformat())
        assert standing(home) == (numbers, "open"), "who says nothing of themselves is no witness"
        later = MORNING + timedelta(minutes=10)
        await hello(kiosk, "hall", token=home.tokens["kiosk"], now=later.isoformat())
        assert (await take(home, "third"))["number"] == "A003"
        assert home.flow.clock.now() >= later, "the kiosk tells what time of the day it is"
        told = home.flow.doubt.tells()
        assert told is not None
        assert f"{later.astimezone(SHANGHAI):%H:%M}" in told.zh
        wall.off -= DAY
        home.flow.clock.now()
        assert home.flow.doubt.tells() is None, "the machine's clock was put right"
        assert (await take(home, "fourth"))["number"] == "A004"
        await home.ask("POST", f"/windows/{ONE}/open", "clerk", {"takeover": True})  # by a new sign-in
        status, called = await home.ask("POST", f"/windows/{ONE}/call-next", "clerk", {})
        assert status == 200, called
        assert (status, called["number"]) == (200, numbers[0])
        times = [stored.at for stored in home.flow.store.events(0, 100)]
        assert times == sorted(times)


async def test_what_falls_due_on_a_day_that_goes_on_does_so_by_the_time_that_another_clock_tells(
    tmp_path: Path,
) -> None:
    plan = hall(Rules(paper_s=1800))
    async with house(tmp_path, plan=plan, clock=Clock(wall=Wall(MORNING))) as home:
        ticket = await take(home, "first")
    async with (
        house(tmp_path, plan=plan, clock=Clock(wall=Wall(MORNING + DAY))) as home,
        home.socket() as kiosk,
    ):
        news = asyncio.Event()
        home.flow.hear(lambda _: news.set())
        nearly = datetime.fromisoformat(ticket["issued_at"]) + timedelta(seconds=1799)
        await hello(kiosk, "hall", token=home.tokens["kiosk"], now=nearly.isoformat())
        async with asyncio.timeout(30):
            while home.flow.durable.tickets[TicketId(ticket["id"])].paper != "unknown":
                news.clear()
                await news.wait()


async def signed_in(home: House) -> str:
    """The token of a manager who signs in."""
    status, session = await home.ask("POST", "/login", None, {"name": "manager", "password": PASSWORD})
    assert status == 200, session
    token: str = session["token"]
    return token


async def test_who_is_signed_in_stays_so_while_a_day_is_doubted_and_who_signs_in_then_also_after_it(
    tmp_path: Path,
) -> None:
    async with house(tmp_path, clock=Clock(wall=Wall(MORNING))) as home:
        await take(home, "first")
        before = await signed_in(home)
    async with house(tmp_path, clock=Clock(wall=Wall(MORNING + DAY))) as home, home.socket() as page:
        assert (await home.ask("GET", "/me", before))[0] == 200
        since = await signed_in(home)
        await hello(page, "hall", token=since, now=(MORNING + DAY).isoformat())
        assert not home.flow.clock.held
        ended = await home.server._feed._gate.ended([digest(before), digest(since)])
        assert ended == {digest(before)}, "the day is over, and with it what began on it"


async def test_a_day_that_is_really_over_ends_once_a_second_clock_says_so(tmp_path: Path) -> None:
    numbers = await a_morning(tmp_path)
    async with house(tmp_path, clock=Clock(wall=Wall(MORNING + DAY))) as home, home.socket() as page:
        assert standing(home) == (numbers, "open")
        now = MORNING + DAY + timedelta(minutes=5)
        await hello(page, "hall", token=home.tokens["manager"], now=now.isoformat())
        assert home.flow.doubt.tells() is None
        await home.flow.settle()
        assert standing(home) == ([], "closed")
        offered = [one.step.offered for one in home.flow.durable.tickets.values()]
        assert offered == [True, True], "each has a place at the head of the day"
        assert (await take(home, "of the new day"))["number"] == "A001"


async def test_a_link_says_what_time_it_is_where_it_runs(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    async with house(tmp_path, clock=Clock(wall=Wall(now - DAY))) as home:
        await home.ask("POST", f"/windows/{ONE}/open", "clerk", {})
    async with house(tmp_path, clock=Clock(wall=Wall(now))) as home:
        assert home.flow.doubt.tells() is not None
        async with home.link("hall", who="kiosk") as kiosk:
            await kiosk.reach("live")
            assert home.flow.doubt.tells() is None


async def test_a_day_that_left_nobody_waiting_and_no_window_open_is_over_at_the_start(tmp_path: Path) -> None:
    async with house(tmp_path, clock=Clock(wall=Wall(MORNING))) as home:
        ticket = await take(home, "first")
        await home.ask("POST", f"/tickets/{ticket['id']}/cancel", "steward", {})
    async with house(tmp_path, clock=Clock(wall=Wall(MORNING + DAY))) as home:
        assert home.flow.doubt.tells() is None
        assert (await take(home, "of the new day"))["number"] == "A001"


async def test_a_clock_that_is_set_forward_is_followed_by_what_falls_due_though_nobody_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "LONGEST_S", 0.1)
    wall = Wall(MORNING)
    async with house(tmp_path, plan=hall(Rules(paper_s=1800)), clock=Clock(wall=wall)) as home:
        ticket = await take(home, "first")
        news = asyncio.Event()
        home.flow.hear(lambda _: news.set())
        wall.off += HOUR
        async with asyncio.timeout(30):
            while home.flow.durable.tickets[TicketId(ticket["id"])].paper != "unknown":
                news.clear()
                await news.wait()


async def test_what_becomes_of_a_doubt_while_a_server_runs_stands_in_its_log(tmp_path: Path) -> None:
    await a_morning(tmp_path)
    wall = Wall(MORNING + DAY)
    with capture_logs() as logs:
        async with (
            house(tmp_path, clock=Clock(wall=wall)) as home,
            home.socket() as kiosk,
            home.socket() as page,
        ):
            await hello(kiosk, "hall", token=home.tokens["kiosk"], now=MORNING.isoformat())
            wall.off -= DAY
            await hello(page, "hall", token=home.tokens["manager"], now=MORNING.isoformat())
    alone, differs, sure = (
        line.get("told", line["event"]) for line in logs if line["event"].startswith("clock.")
    )
    assert "until the clocks of kiosks" in alone
    assert "another one" in differs
    assert sure == "clock.sure"
