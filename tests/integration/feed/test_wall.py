"""The machine's clock is set back and forward under a running house: nothing stands still, and no screen needs a hand."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from queue_server.engine.hall import Rules
from queue_server.flow.clock import Clock
from queue_server.wire.ids import TicketId
from tests.fakes.hall import MORNING, ONE, hall
from tests.fakes.house import House, house

HOUR = timedelta(hours=1)


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
    async with house(tmp_path, clock=Clock(wall=Wall(MORNING - HOUR))) as home:
        assert await take(home, "first") == first
        second = await take(home, "second")
        assert second["number"] == "A002"
        assert second["issued_at"] >= first["issued_at"]
        assert home.flow.clock.now() >= datetime.fromisoformat(second["issued_at"])
