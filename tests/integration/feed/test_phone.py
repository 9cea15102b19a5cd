"""A ticket on its holder's phone, over real sockets: the address that is told with it, and the topic that shows it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.fakes.house import House, house
from tests.integration.feed.test_socket import heard, hello

PUBLIC_URL = "https://hall.example.gov.cn"
TOKEN = "holder-token-0123456789"


@pytest.fixture
async def reached(tmp_path: Path) -> AsyncIterator[House]:
    """A hall that phones find."""
    async with house(tmp_path, public_url=PUBLIC_URL) as home:
        yield home


async def test_a_ticket_is_told_where_its_holder_s_phone_finds_it(reached: House) -> None:
    made_there = await reached.take(token=TOKEN)
    assert made_there["track_url"] == f"{PUBLIC_URL}/t/{TOKEN}"
    assert made_there["token"] is None
    made_here = await reached.take()
    assert made_here["track_url"] == f"{PUBLIC_URL}/t/{made_here['token']}"
    _, seen = await reached.ask("GET", f"/tickets/{made_there['id']}", "steward")
    assert seen["track_url"] is None, "nobody else is told"


async def test_asked_again_it_is_told_again_and_the_store_has_only_the_token_s_digest(
    reached: House, tmp_path: Path
) -> None:
    fields = {"service": "filing", "token": TOKEN}
    answers = [
        await reached.ask("POST", "/tickets", "kiosk", fields, Idempotency_Key="press-1") for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert answers[0][1]["track_url"].endswith(TOKEN)
    async with reached.socket() as link:
        await hello(link, token=reached.tokens["kiosk"])
        args = {"service": "filing", "token": f"{TOKEN}-by-feed"}
        await link.send_json({"id": 1, "command": "tickets.take", "key": "press-2", "args": args})
        told = await heard(link, "id")
        assert told["ok"]["track_url"] == f"{PUBLIC_URL}/t/{TOKEN}-by-feed"
    await reached.server.stop()
    assert TOKEN not in stored(tmp_path)


def stored(folder: Path) -> str:
    """Every row of every table of a hall that has stopped."""
    database = create_engine(f"sqlite:///{folder / 'hall.sqlite3'}")
    with database.connect() as rows:
        names = [
            name for (name,) in rows.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        ]
        found = str([list(rows.execute(text(f'SELECT * FROM "{name}"'))) for name in names])
    database.dispose()
    assert "answer" in names
    return found


async def test_a_token_of_the_server_s_own_is_told_again_after_a_restart_and_does_not_stand_in_the_store(
    tmp_path: Path,
) -> None:
    answers = []
    for start in range(2):
        async with house(tmp_path, public_url=PUBLIC_URL) as home:
            for _ in range(2):
                fields = {"service": "filing"}
                asked = await home.ask("POST", "/tickets", "kiosk", fields, Idempotency_Key="press-1")
                answers.append(asked)
            token = answers[0][1]["token"]
            seen = await home.ask("GET", f"/tickets/{answers[0][1]['id']}", token)
            assert (seen[0], seen[1]["number"]) == (200, "A001"), f"start {start}"
    assert answers[0][0] == 201
    assert answers == [answers[0]] * 4
    assert answers[0][1]["token"] not in stored(tmp_path)


async def test_a_hall_that_phones_do_not_find_says_so_to_kiosks_and_gives_no_address(home: House) -> None:
    assert (await home.take(token=TOKEN))["track_url"] is None
    async with home.socket() as link:
        shown = await hello(link, "hall")
        assert shown["snapshot"]["hall"]["hall"]["public_url"] is None


async def test_kiosks_are_told_where_phones_find_the_hall(reached: House) -> None:
    async with reached.socket() as link:
        shown = await hello(link, "hall")
        assert shown["snapshot"]["hall"]["hall"]["public_url"] == PUBLIC_URL


async def test_a_holder_s_link_shows_their_ticket_until_it_is_rated(home: House) -> None:
    topic = f"ticket:{TOKEN}"
    ticket = await home.take(token=TOKEN)
    async with home.socket() as link:
        first = await hello(link, topic, token=TOKEN)
        assert set(first["snapshot"]) == {topic}
        assert first["snapshot"][topic]["ticket"]["number"] == ticket["number"]
        assert first["snapshot"][topic]["guide"]["steps"][0]["letter"] == "A"
        for verb in ("open", "call-next", "finish"):
            assert (await home.ask("POST", f"/windows/1/{verb}", "clerk", {}))[0] == 200
        states = []
        while "served" not in states:
            (change,) = (await heard(link, "events"))["events"]
            if "ticket" in change["set"]:
                states.append(change["set"]["ticket"]["state"])
        assert states == ["called", "served"]
        args = {"step": f"{ticket['id']}/0", "level": 5, "channel": "phone"}
        await link.send_json({"id": 1, "command": "ratings.submit", "args": args})
        assert "ok" in await heard(link, "id")
        await link.send_json({"id": 2, "command": "ratings.submit", "args": args})
        assert (await heard(link, "id"))["error"]["code"] == "rating.twice"


async def test_a_holder_sees_nobody_else_s_ticket(home: House) -> None:
    await home.take(token=TOKEN)
    other = await home.take(token=f"{TOKEN}-other")
    for topic in (f"ticket:{TOKEN}-other", f"ticket:{other['id']}"):
        async with home.socket() as link:
            assert (await hello(link, topic, token=TOKEN))["error"]["code"] == "auth.forbidden"
    async with home.socket() as link:
        assert (await hello(link, f"ticket:{TOKEN}"))["error"]["code"] == "auth.missing"
    async with home.socket() as link:
        wrong = f"{TOKEN}-wrong"
        assert (await hello(link, f"ticket:{wrong}", token=wrong))["error"]["code"] == "auth.invalid"


async def test_the_page_is_kept_nowhere_listed_nowhere_and_named_to_nobody(home: House) -> None:
    async with home.client.get(f"{home.address}/t/{TOKEN}") as page:
        assert page.status == 200
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in page.headers["X-Robots-Tag"]
        assert "default-src 'self'" in page.headers["Content-Security-Policy"]
        assert "unsafe" not in page.headers["Content-Security-Policy"]
