"""What somebody with ill will tries against a running server, and what comes of it."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from queue_server.engine.pairing import MOST_WAITING
from queue_server.pages.site import SECRET
from queue_server.wire.command import PEOPLE, REGISTRY
from tests.fakes import example
from tests.fakes.house import PASSWORD, House, house

JSON = {"Content-Type": "application/json"}


@pytest_asyncio.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as one:
        yield one


@pytest_asyncio.fixture
async def public(tmp_path: Path) -> AsyncIterator[House]:
    """One that phones find, so that it has every page."""
    async with house(tmp_path, public_url="https://hall.example") as one:
        yield one


def log(home: House) -> list[Any]:
    """The events so far."""
    return list(home.flow.store.events(0, 1000))


# a citizen with a phone on the hall's wifi


HELD = {"Server": "jiaohao", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}


async def test_every_answer_has_the_headers_that_browsers_are_held_by(public: House) -> None:
    application = public.server._listening._runner.app
    assert application is not None
    served = {
        (route.method, route.resource.canonical.replace("{display}", "hall"))
        for route in application.router.routes()
        if route.resource is not None
    }
    assert {("GET", "/clerk"), ("GET", "/feed"), ("POST", "/api/v1/tickets"), ("GET", "/metrics")} <= served
    pages = 0
    for method, path in sorted(served | {("GET", "/nowhere"), ("TRACE", "/"), ("POST", "/clerk")}):
        for who in (None, "admin"):
            bearer = {} if who is None else {"Authorization": f"Bearer {public.tokens[who]}"}
            async with public.client.request(
                method, public.address + path, allow_redirects=False, headers=bearer
            ) as answer:
                told, what = answer.headers, (method, path, who, answer.status)
                secret = path in SECRET and answer.status == 200
                held = HELD | ({"Referrer-Policy": "no-referrer"} if secret else {})
                assert {name: told.get(name) for name in held} == held, what
                assert "Access-Control-Allow-Origin" not in told, "no other site reads what we answer"
                file = answer.status == 200 and path.startswith(("/static/", "/text/"))
                if told.get("Content-Type", "").startswith("text/html"):
                    pages += 1
                    policy = told["Content-Security-Policy"].split("; ")
                    assert {"default-src 'self'", "object-src 'none'", "frame-ancestors 'self'"} <= {
                        *policy
                    }, what
                    assert "unsafe" not in told["Content-Security-Policy"], what
                    file = not secret
                if file:  # what a cache keeps is files of pages, asked for again by their tag
                    assert told["ETag"], what
                else:
                    assert answer.status == 302 or told["Cache-Control"] == "no-store", what
    assert pages >= 2 * 8, "admin, clerk, desk, floor, login, phone, and both addresses of the board"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../../etc/passwd",
        "/static/..%2f..%2f..%2fetc%2fpasswd",
        "/static/%2e%2e/%2e%2e/pyproject.toml",
        "/static//etc/passwd",
        "/board/..%2f..%2fidentity.key",
        "/text/../identity.key",
    ],
)
async def test_no_address_leads_out_of_the_pages(home: House, path: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(home.address.rpartition(":")[2]))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: hall\r\nConnection: close\r\n\r\n".encode())
    heard = await reader.read()
    writer.close()
    board = path.startswith("/board/")  # one page for every display, whatever it is called
    assert heard.startswith(b"HTTP/1.1 200" if board else b"HTTP/1.1 404"), heard[:80]
    assert b"root:" not in heard
    assert (b"<!doctype html>" in heard) == board


async def test_no_answer_leads_to_the_host_that_the_asker_named(home: House) -> None:
    async with home.client.get(
        f"{home.address}/", headers={"Host": "evil.test"}, allow_redirects=False
    ) as to:
        assert (to.status, to.headers["Location"]) == (302, "/login")
    ticket = await home.take(who="kiosk")
    assert "evil.test" not in json.dumps(ticket)


async def test_a_body_that_grows_when_it_is_unpacked_is_refused_at_its_size(home: House) -> None:
    bomb = gzip.compress(b" " * 100_000_000, 9)
    async with home.client.post(
        f"{home.address}/api/v1/login", data=bomb, headers=JSON | {"Content-Encoding": "gzip"}
    ) as answer:
        assert (answer.status, (await answer.json())["code"]) == (413, "request.too_large")


async def test_strangers_who_pair_without_end_are_told_to_wait_and_gain_nothing(home: House) -> None:
    def wish(n: int) -> dict[str, Any]:
        return {"kind": "display", "name": "大厅", "token": f"stranger-{n:02}-" + "x" * 30}

    answers = [await home.ask("POST", "/devices/pair", None, wish(n)) for n in range(MOST_WAITING + 5)]
    assert [status for status, _ in answers] == [201] * MOST_WAITING + [429] * 5
    assert answers[-1][1]["code"] == "device.too_many"
    _, first = answers[0]
    token = wish(0)["token"]
    for method, path, body in (
        ("GET", "/devices", None),
        ("GET", "/tickets", None),
        ("GET", "/windows", None),
        ("POST", f"/devices/{first['id']}/place", {"display": "hall"}),
    ):
        status, refused = await home.ask(method, path, token, body)
        assert (status, refused["code"]) == (401, "auth.missing"), path
    codes = {device["code"] for _, device in answers[:MOST_WAITING]}
    assert len(codes) == MOST_WAITING, "each shows its own, so that an administrator knows which is which"


async def test_a_name_that_a_terminal_would_obey_is_not_that_of_a_device(home: House) -> None:
    for name in ("\x1b[2J\x1b]0;x\x07", "1号机\n2号机", "\u202egnahz", "  "):
        wish = {"kind": "kiosk", "name": name, "token": "x" * 40}
        assert (await home.ask("POST", "/devices/pair", None, wish))[0] == 422, name
    assert (await home.ask("GET", "/devices", "admin"))[1] == []


async def test_an_error_tells_nothing_of_the_program(home: House) -> None:
    names, home.server.flow.names = home.server.flow.names, None  # type: ignore[assignment]
    login = {"name": "clerk", "password": PASSWORD}
    async with home.client.post(f"{home.address}/api/v1/login", json=login) as answer:
        assert (answer.status, set(await answer.json())) == (500, {"code", "message", "detail"})
        text = await answer.text()
    home.server.flow.names = names
    for word in ("Traceback", "File", ".py", "NoneType", "aiohttp", "Python"):
        assert word not in text + str(answer.headers), word


# a stolen kiosk


async def test_a_stolen_kiosk_opens_no_window_reads_nobodys_name_and_confirms_no_class(home: House) -> None:
    ticket = await home.take("filing", holder=None)
    refused = {
        "/windows/1/open": {},
        "/windows/1/call-next": {},
        f"/tickets/{ticket['id']}/identify": {"reason": "x"},
        f"/tickets/{ticket['id']}/move": {"reason": "x", "service": "filing"},
        f"/tickets/{ticket['id']}/classify": {"class": "priority", "decision": "confirm", "reason": "x"},
        "/issuing/stop": {"scope": "hall", "reason": "x"},
        "/config": {"document": {}, "note": "x"},
        "/accounts": {"name": "x", "role": "admin"},
    }
    for path, body in refused.items():
        status, told = await home.ask("POST", path, "kiosk", body)
        assert (status, told["code"]) == (403, "auth.forbidden"), path
    for path in ("/accounts", "/devices", "/events", "/config", "/load"):
        assert (await home.ask("GET", path, "kiosk"))[0] == 403, path
    asked = await home.take(**{"class": "priority", "class_reason": "because I say so"})
    assert asked["class_state"] == "requested"


# a dishonest manager, a curious auditor


async def test_an_auditor_asks_for_everything_and_changes_nothing(home: House) -> None:
    before = len(log(home))
    for entry in REGISTRY.values():
        if entry.path is None or entry.name == "devices.pair":  # which is anybody's, and gives no right
            continue
        body = {k: v for k, v in example.fields(entry.type, {}).items() if k not in entry.parameters}
        path = example.path(entry.path, {})
        status, told = await home.ask(entry.method or "", path, "auditor", body)
        assert (status, told["code"]) == (403, "auth.forbidden"), entry.name
    assert len(log(home)) == before


@pytest.mark.parametrize("who", PEOPLE)
async def test_nobody_has_a_way_to_change_what_is_in_the_log(home: House, who: str) -> None:
    await home.take()
    before = log(home)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for path in ("/events", "/events?after=0", "/events/1"):
            assert (await home.ask(method, path, who, {}))[0] in {404, 405}, (method, path)
    assert log(home) == before


async def test_a_call_out_of_turn_stands_in_the_log_with_who_and_why_and_without_why_is_none(
    home: House,
) -> None:
    await home.take()
    late = await home.take()
    assert (await home.ask("POST", "/windows/1/open", "clerk", {}))[0] == 200
    for body in ({"ticket": late["id"]}, {"ticket": late["id"], "reason": ""}):
        assert (await home.ask("POST", "/windows/1/call", "clerk", body))[0] == 422
    assert (await home.ask("POST", "/windows/1/call", "manager", {"ticket": late["id"], "reason": "x"}))[
        0
    ] == 403
    called = {"ticket": late["id"], "reason": "熟人"}
    assert (await home.ask("POST", "/windows/1/call", "clerk", called))[0] == 200
    last = log(home)[-1]
    assert (last.actor, last.command) == ("clerk:clerk", "windows.call")
    assert "熟人" in bytes(last.body).decode()


async def test_a_former_clerks_open_page_and_programs_are_over_with_the_account(home: House) -> None:
    _, signed = await home.ask("POST", "/login", None, {"name": "clerk", "password": PASSWORD})
    assert (await home.ask("GET", "/me", home.tokens["clerk"]))[0] == 200
    assert (await home.ask("PATCH", "/accounts/clerk", "admin", {"active": False}))[0] == 200
    for token in (signed["token"], home.tokens["clerk"]):
        assert (await home.ask("GET", "/me", token))[0] == 401
    assert (await home.ask("POST", "/login", None, {"name": "clerk", "password": PASSWORD}))[0] == 401


async def test_a_page_of_another_site_opens_no_link_with_our_cookie_also_from_another_port(
    home: House,
) -> None:
    _, signed = await home.ask("POST", "/login", None, {"name": "manager", "password": PASSWORD})
    cookie = {"Cookie": f"session={signed['token']}"}
    for origin in (
        "http://evil.test",
        "null",
        "http://127.0.0.1:1",
        home.address.replace("http", "https") + "0",
    ):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with home.client.ws_connect(f"{home.address}/feed", headers=cookie, origin=origin):
                pass
        assert refused.value.status == 403, origin
