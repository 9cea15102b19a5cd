"""The reconnecting link against a real server that stops, starts again, and loses its store for a while."""

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from queue_server.client.error import CommandRefused, Unanswered
from queue_server.client.link import Link
from queue_server.flow.flow import always
from queue_server.flow.port import Unavailable, Unit
from queue_server.store.sqlite import SqliteStore
from tests.fakes.house import House, house


class FaultyStore(SqliteStore):
    """A store whose next commits fail: each either before it is on disk, or after."""

    failures: list[str]

    def commit(self, units: Sequence[Unit]) -> None:
        kind = self.failures.pop(0) if self.failures else ""
        if kind == "before":
            raise Unavailable("as planned")
        super().commit(units)
        if kind == "after":
            raise Unavailable("as planned")


def port_of(home: House) -> int:
    return int(home.address.rpartition(":")[2])


async def until(link: Link, condition: Any) -> None:
    """Return when a condition of a link's records holds."""
    changed = asyncio.Event()
    link.on_change(lambda topic, keys: changed.set())
    async with asyncio.timeout(30):
        while not condition():
            changed.clear()
            await changed.wait()


async def test_a_link_shows_the_hall_and_follows_it(tmp_path: Path) -> None:
    async with house(tmp_path) as home, home.link("hall", "window:1", who="clerk") as link:
        await link.reach("live")
        assert link.topics["hall"]["zone/A"]["name"]["zh"] == "投资项目服务区"
        await home.take()
        await until(link, lambda: link.topics["hall"]["zone/A"]["waiting"] == 1)
        await link.command("windows.open", {"window": "1"})
        called = await link.command("windows.call_next", {"window": "1"})
        await until(link, lambda: "current" in link.topics["window:1"])
        assert link.topics["window:1"]["current"]["number"] == called["number"] == "A001"
        await link.command("windows.finish", {"window": "1"})
        await until(link, lambda: "current" not in link.topics["window:1"])
        assert link.now().isoformat().startswith("2026-11-23T01:00")


async def test_a_refusal_comes_as_its_code_and_a_missing_answer_as_unanswered(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        port = port_of(home)
        async with home.link("hall", who="kiosk") as link:
            await link.reach("live")
            with pytest.raises(CommandRefused) as refused:
                await link.command("tickets.take", {"service": "nope"})
            assert (refused.value.code, refused.value.detail) == ("service.unknown", {"service": "nope"})
    async with Link([f"http://127.0.0.1:{port}"], ["hall"]) as link:
        with pytest.raises(Unanswered) as unanswered:
            await link.command("tickets.take", {"service": "filing"}, "my-key", timeout_s=0.2)
        assert (unanswered.value.key, unanswered.value.sent) == ("my-key", False)


async def test_a_link_comes_back_by_itself_when_the_server_does(tmp_path: Path) -> None:
    async with contextlib.AsyncExitStack() as stack:
        first = await stack.enter_async_context(house(tmp_path))
        port = port_of(first)
        link = await stack.enter_async_context(first.link("hall"))
        await link.reach("live")
        epoch = link.epoch
        await first.take()
        await until(link, lambda: link.topics["hall"]["zone/A"]["waiting"] == 1)
        await first.server.stop()
        await link.reach("down")
        assert link.topics["hall"]["zone/A"]["waiting"] == 1, "the last good state stays"
        second = await stack.enter_async_context(house(tmp_path, port=port))
        await link.reach("live")
        await second.take()
        await until(link, lambda: link.topics["hall"]["zone/A"]["waiting"] == 2)
        assert link.epoch == epoch


async def test_a_command_asked_while_the_server_is_away_is_done_once_when_it_is_back(tmp_path: Path) -> None:
    async with contextlib.AsyncExitStack() as stack:
        first = await stack.enter_async_context(house(tmp_path))
        port = port_of(first)
        link = await stack.enter_async_context(first.link("hall", who="kiosk"))
        await link.reach("live")
        await first.server.stop()
        await link.reach("down")
        asked = asyncio.create_task(link.command("tickets.take", {"service": "filing"}, "k", timeout_s=20))
        second = await stack.enter_async_context(house(tmp_path, port=port))
        ticket = await asked
        assert await link.command("tickets.take", {"service": "filing"}, "k") == ticket
        assert (await second.ask("GET", "/load", "manager"))[1][0]["issued"] == 1


@pytest.mark.parametrize("failures", [["before"], ["after"], ["before", "after"]])
async def test_an_unknown_outcome_is_asked_again_until_it_is_known_and_done_once(
    tmp_path: Path, failures: list[str]
) -> None:
    store = FaultyStore(tmp_path / "hall.sqlite3")
    store.failures = []
    async with house(tmp_path, store=store) as home, home.link("hall", who="kiosk") as link:
        await link.reach("live")
        store.failures = list(failures)
        ticket = await link.command("tickets.take", {"service": "filing"}, timeout_s=20)
        assert ticket["number"] == "A001"
        assert store.failures == []
        _, [load, *_] = await home.ask("GET", "/load", "manager")
        assert (load["issued"], load["waiting"]) == (1, 1)
        assert not link.degraded


async def test_over_http_an_unknown_outcome_is_503_and_the_same_key_settles_it(tmp_path: Path) -> None:
    store = FaultyStore(tmp_path / "hall.sqlite3")
    store.failures = []
    async with house(tmp_path, store=store) as home:
        store.failures = ["after"]
        status, error = await home.ask(
            "POST", "/tickets", "kiosk", {"service": "filing"}, Idempotency_Key="k"
        )
        assert (status, error["code"]) == (503, "store.unavailable")
        async with asyncio.timeout(30):
            ticket = error
            while status == 503:
                status, ticket = await home.ask(
                    "POST", "/tickets", "kiosk", {"service": "filing"}, Idempotency_Key="k"
                )
        assert (status, ticket["number"]) == (201, "A001")
        assert (await home.ask("GET", "/load", "manager"))[1][0]["issued"] == 1


async def test_the_next_address_is_tried_when_one_does_not_answer(tmp_path: Path) -> None:
    async with house(tmp_path) as home, Link(["http://127.0.0.1:1", home.address], ["hall"]) as link:
        async with asyncio.timeout(30):
            await link.reach("live")


async def test_a_refused_link_says_why_and_keeps_trying(tmp_path: Path) -> None:
    async with house(tmp_path) as home, Link([home.address], ["floor"]) as link:
        async with asyncio.timeout(30):
            await link.reach("connecting")
            await link.reach("down")
        assert link.fault is not None
        assert link.fault[0] == "auth.missing"
        async with asyncio.timeout(30):
            await link.reach("connecting")


async def test_a_link_goes_on_to_the_next_server_when_the_first_one_stands_by(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    async with house(folders[0]) as one, house(folders[1]) as two:
        async with Link([one.address, two.address], ["hall"]) as link:
            await link.reach("live")
            assert link.epoch == one.flow.epoch
            one.flow.holds = lambda: False
            one.server._feed.send_away()
            await until(link, lambda: link.epoch == two.flow.epoch)
            assert link.state == "live"
        async with Link([one.address, two.address], ["hall"]) as link:
            await until(link, lambda: link.epoch == two.flow.epoch)


async def test_a_server_that_may_have_been_replaced_tells_nothing_of_the_hall(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        ticket = await home.take()
        async with home.link("hall", who="clerk") as link:
            await link.reach("live")
            home.flow.holds = lambda: False
            with pytest.raises(Unanswered):
                await link.command("windows.open", {"window": "1"}, timeout_s=0.5)
        for method, path, who in (
            ("GET", "/zones", None),
            ("GET", f"/tickets/{ticket['id']}", "kiosk"),
            ("GET", "/events", "auditor"),
            ("GET", "/me", "clerk"),
            ("POST", "/login", None),
            ("POST", "/tickets", "kiosk"),
        ):
            status, error = await home.ask(method, path, who, {} if method == "POST" else None)
            assert (status, error["code"]) == (503, "server.standby"), path
        async with home.client.get(f"{home.address}/ready") as answer:
            assert answer.status == 503
        async with home.client.get(f"{home.address}/health") as answer:
            assert answer.status == 200
        async with home.link("hall") as link:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(link.reach("live"), 0.5)
            assert link.fault is not None
            assert link.fault[0] == "server.standby"
        home.flow.holds = always
        async with home.link("hall") as link:
            await link.reach("live")
        assert (await home.take())["number"] == "A002"


async def test_a_link_that_is_ended_while_its_connection_goes_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_, going = asyncio.Event(), asyncio.Event()

    async def write(*_: object) -> None:
        open_.set()
        try:
            await asyncio.Event().wait()
        finally:
            going.set()
            await asyncio.Event().wait()  # as long as it takes for the link to be ended just now

    monkeypatch.setattr(Link, "_write", write)
    async with house(tmp_path) as home:
        running = asyncio.create_task(Link([home.address], ["hall"]).run())
        async with asyncio.timeout(30):
            await open_.wait()
            await home.server.stop()
            await going.wait()
            running.cancel()
            await asyncio.wait((running,))
    assert running.cancelled()
