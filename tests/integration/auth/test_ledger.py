"""What is done to accounts stands in the hall's event log: by whom, never a name or a password, and once."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from queue_server.app.setting import Settings
from queue_server.auth.account import Accounts
from queue_server.auth.ledger import PAUSE_S
from queue_server.store.account import Deed, People
from queue_server.store.database import Database
from queue_server.store.verify import verify
from tests.fakes.house import House, house

NEW = "八月桂花遍地开放"


async def entries(home: House) -> list[tuple[str, str, str]]:
    """What the log has: account, what, by whom."""
    _, events = await home.ask("GET", "/events?limit=1000", "auditor")
    bodies = [each["body"] for each in events if each["command"] == "accounts.note"]
    found = [msgspec.json.decode(body) if isinstance(body, str) else body for body in bodies]
    return [(each["account"], each["what"], each["by"]) for each in found]


async def test_every_change_of_an_account_over_http_is_in_the_log_when_it_is_answered(home: House) -> None:
    await home.ask("POST", "/accounts", "admin", {"name": "sun", "role": "clerk", "shown": "孙丽"})
    await home.ask("PATCH", "/accounts/sun", "admin", {"role": "steward"})
    _, told = await home.ask("POST", "/accounts/sun/reset", "admin")
    await home.ask("POST", "/accounts/sun/sign-out", "admin")
    await home.ask("PATCH", "/accounts/sun", "admin", {"active": False})
    await home.ask("PATCH", "/accounts/sun", "admin", {"active": True, "shown": "孙丽"})
    await home.ask(
        "POST", "/accounts/import", "admin", "qian,窗口人员,钱进".encode(), Content_Type="text/csv"
    )
    by = "admin:admin"
    assert await entries(home) == [
        ("sun", "added", by),
        ("sun", "changed", by),
        ("sun", "reset", by),
        ("sun", "signed_out", by),
        ("sun", "deactivated", by),
        ("sun", "activated", by),
        ("qian", "added", by),
    ]
    _, events = await home.ask("GET", "/events?limit=1000", "auditor")
    log = msgspec.json.encode(events).decode()
    assert told["one_time_password"] not in log
    assert "孙丽" not in log


async def test_what_is_refused_or_changes_nothing_is_not_in_the_log(home: House) -> None:
    assert (await home.ask("POST", "/accounts", "admin", {"name": "clerk", "role": "clerk"}))[0] == 409
    assert (await home.ask("PATCH", "/accounts/admin", "admin", {"role": "clerk"}))[0] == 409
    assert (await home.ask("PATCH", "/accounts/clerk", "admin", {"active": True}))[0] == 200
    await home.ask("POST", "/accounts/import", "admin", b"qian,nobody,x", Content_Type="text/csv")
    assert await entries(home) == []


async def test_a_password_of_ones_own_is_noted_as_ones_own_doing(home: House) -> None:
    _, told = await home.ask("POST", "/accounts/clerk/reset", "admin")
    once = told["one_time_password"]
    _, signed = await home.ask("POST", "/login", None, {"name": "clerk", "password": once})
    await home.ask("POST", "/me/password", signed["token"], {"old": once, "new": NEW})
    assert await eventually(home, 2) == [
        ("clerk", "reset", "admin:admin"),
        ("clerk", "password_chosen", "clerk:clerk"),
    ]


async def test_another_programs_change_is_entered_while_the_server_runs(home: House, tmp_path: Path) -> None:
    console = Accounts(other(tmp_path), "clock:console")
    await asyncio.to_thread(console.add, "sun", "clerk", "孙丽")
    await asyncio.to_thread(console.remove, "sun")
    assert await eventually(home, 2) == [
        ("sun", "added", "clock:console"),
        ("sun", "removed", "clock:console"),
    ]


async def test_a_change_while_no_server_runs_is_entered_at_the_next_start(tmp_path: Path) -> None:
    async with house(tmp_path):
        pass
    await asyncio.to_thread(Accounts(other(tmp_path), "clock:console").set_password, "clerk", NEW)
    async with house(tmp_path) as home:
        assert await entries(home) == [("clerk", "password_set", "clock:console")]
    assert verify(database(tmp_path)).broken is None


async def test_a_deed_that_was_entered_and_not_taken_out_is_entered_once(home: House) -> None:
    deed = Deed(id="d" * 22, at=datetime.now(UTC), account="clerk", what="reset", by="admin:admin")
    for _ in range(2):
        await asyncio.to_thread(home.server.people.sign_out, "nobody", deed)
        await home.ask("POST", "/accounts/clerk/sign-out", "admin")
    assert [what for _, what, _ in await entries(home)].count("reset") == 1
    assert await asyncio.to_thread(home.server.people.deeds) == []


def database(folder: Path) -> Database:
    """Where a house in a folder keeps everything."""
    return Settings(folder, "127.0.0.1", 0).database


def other(folder: Path) -> People:
    """The accounts as another program opens them."""
    return People(database(folder))


async def eventually(home: House, count: int) -> list[tuple[str, str, str]]:
    """The log once it has so many entries."""
    news = asyncio.Event()
    leave = home.flow.hear(lambda _: news.set())
    try:
        async with asyncio.timeout(10 * PAUSE_S):
            while True:
                news.clear()
                found = await entries(home)
                if len(found) >= count:
                    return found
                await news.wait()
    finally:
        leave()
