"""What one stranger may do to a server, with real sockets: too many requests, connections, messages; too slow in any way."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from queue_server.app.cert import make
from queue_server.app.serve import Server, serve
from queue_server.app.setting import Settings, Tls
from queue_server.auth.limit import Limits
from queue_server.client.trust import trust
from queue_server.flow.clock import Clock
from tests.fakes.hall import MORNING, hall
from tests.fakes.house import PASSWORD, House, house, token

HURRY = Limits(head_s=1, body_s=1, message_s=1, answer_s=1)
HEAD = b"GET /health HTTP/1.1\r\nHost: hall\r\n"
PATIENCE_S = 20.0


@asynccontextmanager
async def served(folder: Path, limits: Limits, *, tls: bool = False, **more: Any) -> AsyncIterator[Server]:
    """A server, by TLS if asked for."""
    made = make(folder, ["127.0.0.1"], datetime.now(UTC)) if tls else None
    files = None if made is None else Tls(made.certificate, made.key)
    settings = Settings(folder, "127.0.0.1", 0, limits=limits, tls=files, **more)
    async with await serve(settings, hall(), Clock(MORNING)) as server:
        yield server


def port(server: Server | House) -> int:
    return int(server.address.rpartition(":")[2])


async def cut(reader: asyncio.StreamReader) -> bytes:
    """What still came until the server closed the connection."""
    heard = b""
    async with asyncio.timeout(PATIENCE_S):
        try:
            while chunk := await reader.read(65536):
                heard += chunk
        except ConnectionError:
            pass
    return heard


async def metric(home: House, why: str) -> float:
    async with home.client.get(f"{home.address}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    found = [line for line in lines if line.startswith(f'jiaohao_refused_total{{why="{why}"}}')]
    return float(found[0].split()[-1]) if found else 0.0


# too many requests


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is gained while a test asks."""
    monkeypatch.setattr("queue_server.api.throttle.time", SimpleNamespace(monotonic=lambda: 1000.0))


@pytest.mark.usefixtures("still")
async def test_a_stranger_who_asks_too_much_is_told_when_to_come_again_and_the_known_are_not(
    tmp_path: Path,
) -> None:
    async with house(tmp_path, limits=Limits(requests_per_s=1, requests_burst=20)) as home:
        await home.ask("GET", "/zones", "kiosk")  # known from now on
        statuses: list[int] = []
        body: dict[str, Any] = {}
        retry_s = ""
        for _ in range(25):
            async with home.client.get(f"{home.address}/api/v1/zones") as answer:
                statuses.append(answer.status)
                body, retry_s = await answer.json(), answer.headers.get("Retry-After", "")
        assert statuses[0] == 200
        assert statuses[-1] == 429
        assert body["code"] == "request.too_many"
        assert int(retry_s) == body["detail"]["wait_s"] >= 1
        for path in ("/clerk", "/health", "/nowhere", "/feed", "/api/v1/openapi.json"):
            async with home.client.get(home.address + path) as answer:
                assert answer.status == 429, path
        assert (await home.ask("GET", "/zones", "made-up"))[0] == 429, "a made-up token is nobody's"
        assert (await home.ask("GET", "/zones", None, Authorization="Basic x"))[0] == 429
        for _ in range(40):
            assert (await home.ask("GET", "/zones", "kiosk"))[0] == 200


@pytest.mark.usefixtures("still")
async def test_whoever_holds_a_ticket_is_a_stranger(tmp_path: Path) -> None:
    async with house(tmp_path, limits=Limits(requests_per_s=1, requests_burst=20)) as home:
        holder = "h" * 40
        ticket = await home.take(token=holder)
        answers = [(await home.ask("GET", f"/tickets/{ticket['id']}", holder))[0] for _ in range(30)]
        assert answers[0] == 200
        assert answers[-1] == 429


async def test_whoever_tries_tokens_on_a_link_has_to_come_again_for_each(tmp_path: Path) -> None:
    async with house(tmp_path) as home, home.socket() as link:
        await link.send_json({"hello": {"topics": ["hall"], "token": ""}})
        await link.send_json({"hello": {"topics": ["hall"], "token": "made-up-" + "x" * 35}})
        said: list[Any] = []
        async with asyncio.timeout(PATIENCE_S):
            while (message := await link.receive()).type is aiohttp.WSMsgType.TEXT:
                said.append(message.json())
        assert said[-1]["error"]["code"] == "auth.invalid"
        assert message.data == 1008


@pytest.mark.usefixtures("still")
async def test_sign_ins_are_counted_by_themselves_whatever_comes_of_them(tmp_path: Path) -> None:
    async with house(tmp_path, limits=Limits(sign_ins_per_s=1, sign_ins_burst=5)) as home:
        login = {"name": "clerk", "password": PASSWORD}
        answers = [await home.ask("POST", "/login", None, login) for _ in range(12)]
        codes = [body.get("code") for _, body in answers]
        assert codes[:5] == [None] * 5
        assert "request.too_many" in codes
        assert (await home.ask("GET", "/zones"))[0] == 200, "other requests go on"
        assert await metric(home, "sign_ins") >= 1


async def test_nothing_is_counted_while_limits_are_off(tmp_path: Path) -> None:
    off = Limits(
        enabled=False, requests_per_s=1, requests_burst=1, sign_ins_burst=1, connections_per_address=1
    )
    async with house(tmp_path, limits=off) as home:
        for _ in range(5):
            assert (await home.ask("GET", "/zones"))[0] == 200
        async with AsyncExitStack() as stack:
            for _ in range(3):
                await stack.enter_async_context(home.socket())


async def test_a_whole_hall_behind_one_address_is_never_throttled(tmp_path: Path) -> None:
    """After a cut of the power: 68 windows sign in, 100 screens and 10 kiosks come, and every page is loaded with its files."""
    page = [
        "/clerk",
        *(f"/static/{name}" for name in ("page.js", "ask.js", "feed.js", "words.js", "page.css")),
    ] * 4
    refused: list[tuple[str, int]] = []
    async with house(tmp_path, limits=Limits()) as home, AsyncExitStack() as stack:
        connector = aiohttp.TCPConnector(limit=0)
        client = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))

        async def load(path: str) -> None:
            async with client.get(home.address + path) as answer:
                await answer.read()
                if answer.status != 200:
                    refused.append((path, answer.status))

        for _ in range(178 // 8):  # eight browsers at a time; all of it in far less time than a hall takes
            await asyncio.gather(*(load(path) for path in page * 8))
        for _ in range(68):
            async with client.post(
                f"{home.address}/api/v1/login", json={"name": "clerk", "password": PASSWORD}
            ) as answer:
                if answer.status != 200:
                    refused.append(("/login", answer.status))
        for _ in range(178):
            await stack.enter_async_context(client.ws_connect(f"{home.address}/feed"))
        assert refused == []


# too many connections


async def test_the_surplus_of_an_address_is_refused_and_whoever_is_in_stays(tmp_path: Path) -> None:
    async with house(tmp_path, limits=Limits(connections_per_address=10)) as home:
        await home.ask("GET", "/zones")  # the client keeps this one open
        held = [await asyncio.open_connection("127.0.0.1", port(home)) for _ in range(9)]
        reader, surplus = await asyncio.open_connection("127.0.0.1", port(home))
        assert await cut(reader) == b""
        surplus.close()
        assert (await home.ask("GET", "/zones"))[0] == 200
        assert await metric(home, "connections") >= 1
        _, writer = held.pop()
        writer.close()
        await writer.wait_closed()
        async with asyncio.timeout(PATIENCE_S):
            while True:  # its place is free as soon as the server has seen that it is gone
                reader, writer = await asyncio.open_connection("127.0.0.1", port(home))
                writer.write(HEAD + b"Connection: close\r\n\r\n")
                if b"200 OK" in await cut(reader):
                    break
        for _, each in (*held, (reader, writer)):
            each.close()


@pytest.mark.parametrize("tls", [False, True])
async def test_the_surplus_of_all_is_refused_also_before_it_speaks_tls(tmp_path: Path, tls: bool) -> None:
    limits = Limits(connections=10)
    async with served(tmp_path, limits, tls=tls) as server:
        held = [await asyncio.open_connection("127.0.0.1", port(server)) for _ in range(10)]
        reader, writer = await asyncio.open_connection("127.0.0.1", port(server))
        assert await cut(reader) == b""
        for _, each in (*held, (reader, writer)):
            each.close()


# too slow


async def dripping(server: Server, first: bytes, drop: bytes, context: ssl.SSLContext | None) -> bytes:
    """Send `first` and then `drop` for ever, a few bytes at a time; what came until the server cut it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port(server), ssl=context)
    writer.write(first)

    async def drip() -> None:
        while not writer.is_closing():
            await asyncio.sleep(0.05)
            writer.write(drop)

    slowly = asyncio.create_task(drip())
    try:
        return await cut(reader)
    finally:
        slowly.cancel()
        writer.close()


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize(
    "first, drop",
    [
        (b"", b""),
        (HEAD, b"X: y\r\n"),
        (b"POST /api/v1/login HTTP/1.1\r\nHost: hall\r\nContent-Length: 100000\r\n\r\n{", b" "),
    ],
    ids=["says nothing", "drips headers", "drips a body"],
)
async def test_who_drips_is_cut(tmp_path: Path, first: bytes, drop: bytes, tls: bool) -> None:
    async with served(tmp_path, HURRY, tls=tls) as server:
        context = trust(tmp_path / "x", "tls/hall-ca.pem") if tls else None
        assert await dripping(server, first, drop, context) == b""


SHAKE = (
    b"GET /feed HTTP/1.1\r\nHost: hall\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
MASK = bytes(4)  # which leaves what it masks as it is
HELLO = b'{"hello":{"topics":["hall"],"token":""}}'


def said(payload: bytes, opcode: int = 0x81) -> bytes:
    """A client's frame."""
    return bytes((opcode, 0x80 | len(payload))) + MASK + payload


@pytest.mark.parametrize(
    "first, drop",
    [
        (said(HELLO) + b"\x81\xfe\xff\xff" + MASK, b" "),
        (said(HELLO) + said(b"{", 0x01), said(b" ", 0x00)),
        (said(HELLO) + said(b"{", 0x01), said(b"", 0x89)),
        (said(HELLO) + b"\x81", b""),
    ],
    ids=["drips bytes", "drips fragments", "begins and pings", "never finishes a header"],
)
async def test_who_drips_a_message_of_a_websocket_is_cut(tmp_path: Path, first: bytes, drop: bytes) -> None:
    async with house(tmp_path, limits=HURRY) as home:
        reader, writer = await asyncio.open_connection("127.0.0.1", port(home))
        writer.write(SHAKE)
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
        writer.write(first)

        async def drip() -> None:
            while not writer.is_closing():
                writer.write(drop)
                await asyncio.sleep(0.05)

        slowly = asyncio.create_task(drip())
        try:
            heard = await cut(reader)
        finally:
            slowly.cancel()
            writer.close()
        assert b"snapshot" in heard, "the first message was heard"
        assert await metric(home, "slow") == 1


async def test_who_speaks_before_the_handshake_is_answered_is_cut(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        reader, writer = await asyncio.open_connection("127.0.0.1", port(home))
        writer.write(SHAKE + said(HELLO))
        assert await cut(reader) == b""
        assert await metric(home, "slow") == 1
        writer.close()


async def test_who_sends_whole_messages_and_pings_for_longer_than_one_may_take_is_not_cut(
    tmp_path: Path,
) -> None:
    async with house(tmp_path, limits=HURRY) as home, home.socket() as link:
        await link.send_json({"hello": {"topics": ["hall"], "token": ""}})
        async with asyncio.timeout(PATIENCE_S):
            beats = 0
            while beats < 2:
                await link.ping()
                await link.send_json({"shown": {"call": 1}})
                beats += "beat" in (await link.receive_json())
        assert not link.closed
        assert await metric(home, "slow") == 0


async def test_who_never_finishes_the_handshake_is_cut(tmp_path: Path) -> None:
    async with served(tmp_path, HURRY, tls=True) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", port(server))
        writer.write(b"\x16\x03\x01")
        assert await cut(reader) == b""
        writer.close()


async def test_who_drips_the_second_request_of_a_connection_is_cut(tmp_path: Path) -> None:
    async with served(tmp_path, HURRY) as server:
        heard = await dripping(server, HEAD + b"\r\n" + HEAD, b"X: y\r\n", None)
        assert heard.count(b"HTTP/") == heard.count(b"200 OK") == 1, (
            "the first is answered; the second is not even refused"
        )


async def test_who_asks_and_does_not_read_is_cut(tmp_path: Path) -> None:
    async with house(tmp_path, limits=HURRY) as home:
        reader, writer = await asyncio.open_connection("127.0.0.1", port(home), limit=1024)
        for _ in range(400):
            writer.write(b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: hall\r\n\r\n")
        async with asyncio.timeout(PATIENCE_S):
            while not await metric(home, "slow"):
                pass  # asking again is a pause of its own
        writer.close()
        del reader


async def test_who_is_merely_idle_or_waits_for_a_slow_answer_is_not_cut(tmp_path: Path) -> None:
    async with house(tmp_path, limits=HURRY) as home, home.socket() as link:
        await link.send_json({"hello": {"topics": ["hall"], "token": ""}})
        await home.ask("GET", "/zones")
        async with asyncio.timeout(PATIENCE_S):
            beats = 0
            while beats < 2:  # longer than any of the times
                beats += "beat" in (await link.receive_json())
        assert (await home.ask("GET", "/zones"))[0] == 200
        assert not link.closed
        assert await metric(home, "slow") == 0


# too large, too many messages


async def test_sizes_are_those_of_the_settings(tmp_path: Path) -> None:
    small = Limits(body_bytes=20_000, message_bytes=20_000)
    async with house(tmp_path, limits=small) as home:
        status, error = await home.ask("POST", "/tickets", "kiosk", b" " * 20_001)
        assert (status, error["code"], error["detail"]) == (413, "request.too_large", {"limit_bytes": 20_000})
        async with home.socket() as link:
            await link.send_str(" " * 20_001)
            async with asyncio.timeout(PATIENCE_S):
                while (message := await link.receive()).type is not aiohttp.WSMsgType.CLOSE:
                    pass
            assert message.data == 1009


async def test_a_link_that_says_too_much_is_heard_later_and_nothing_is_lost(tmp_path: Path) -> None:
    slow = Limits(messages_per_s=20, messages_burst=5)
    async with house(tmp_path, limits=slow) as home, home.socket() as link:
        await link.send_json({"hello": {"topics": ["hall"], "token": home.tokens["kiosk"]}})
        began_s = asyncio.get_running_loop().time()
        for number in range(25):
            await link.send_json({"id": number, "command": "tickets.take", "args": {"service": "filing"}})
        answered: set[int] = set()
        async with asyncio.timeout(PATIENCE_S):
            while len(answered) < 25:
                message = await link.receive_json()
                if "ok" in message:
                    answered.add(message["id"])
        assert answered == set(range(25))
        assert asyncio.get_running_loop().time() - began_s >= 0.9, "twenty of them at twenty a second"


# proxies


async def asked(client: aiohttp.ClientSession, server: Server, **headers: str) -> tuple[int, bool]:
    """Status, and whether the server takes it as come by TLS."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    async with client.get(f"{server.address}/api/v1/zones", headers=names) as answer:
        return answer.status, "Strict-Transport-Security" in answer.headers


async def test_a_proxy_is_believed_and_nobody_else(tmp_path: Path) -> None:
    few = Limits(requests_per_s=1, requests_burst=5)
    trusted = (ip_network("127.0.0.1"), ip_network("10.0.0.0/8"))
    async with aiohttp.ClientSession() as client:
        async with served(tmp_path, few, proxies=trusted) as server:
            for number in range(20):  # each of them somebody else, also behind two proxies
                status, safe = await asked(
                    client,
                    server,
                    X_Forwarded_For=f"1.1.1.1, 192.0.2.{number}, 10.0.0.7",
                    X_Forwarded_Proto="https",
                )
                assert (status, safe) == (200, True)
            mine = [await asked(client, server, X_Forwarded_For="203.0.113.9") for _ in range(20)]
            assert (429, False) in mine
        (tmp_path / "other").mkdir()
        async with served(tmp_path / "other", few) as server:
            mine = [
                await asked(client, server, X_Forwarded_For=f"192.0.2.{number}", X_Forwarded_Proto="https")
                for number in range(20)
            ]
            assert mine[0] == (200, False)
            assert (429, False) in mine


async def test_the_cookie_of_a_page_that_came_by_tls_through_a_proxy_is_secure(tmp_path: Path) -> None:
    async with served(tmp_path, Limits(), proxies=(ip_network("127.0.0.1"),)) as server:
        token(server, "clerk")
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
            for scheme, secure in (("https", True), ("http", "")):
                async with client.post(
                    f"{server.address}/api/v1/login",
                    json={"name": "clerk", "password": PASSWORD},
                    headers={"X-Forwarded-Proto": scheme},
                ) as answer:
                    assert answer.cookies["session"]["secure"] == secure
