"""The business clock can be set in demos and tests, by an administrator, and only forward."""

from pathlib import Path

from queue_server.flow.clock import Clock
from tests.fakes.house import House, house


async def test_an_administrator_jumps_the_clock_and_midnight_expires_what_is_left(home: House) -> None:
    ticket = await home.take()
    async with home.link("hall") as link:
        await link.reach("live")
        status, _ = await home.ask("POST", "/clock/jump", "admin", {"to": "2026-11-24T00:00:01+08:00"})
        assert status == 200
        assert (await home.ask("GET", "/tickets?state=waiting", "manager"))[1] == []
        assert home.flow.durable.day.isoformat() == "2026-11-24"
        assert (await home.take())["number"] == "A001"
    status, old = await home.ask("GET", f"/tickets/{ticket['id']}", "manager")
    assert status == 404 or old["state"] == "expired"


async def test_the_clock_jumps_for_nobody_else_nor_back(home: House) -> None:
    for who, expected in (("manager", 403), (None, 401)):
        assert (await home.ask("POST", "/clock/jump", who, {"to": "2026-11-24T00:00:01+08:00"}))[
            0
        ] == expected
    for to in ("2026-11-22T00:00:00+08:00", "2026-11-24T00:00:00", "soon"):
        status, error = await home.ask("POST", "/clock/jump", "admin", {"to": to})
        assert (status, error["code"]) == (422, "request.invalid")


async def test_the_wall_clock_is_not_settable(tmp_path: Path) -> None:
    async with house(tmp_path, clock=Clock()) as home:
        status, error = await home.ask("POST", "/clock/jump", "admin", {"to": "2096-11-24T00:00:01+08:00"})
        assert (status, error["code"]) == (409, "clock.not_settable")
