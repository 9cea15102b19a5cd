"""The express way and the web server's give the same answers, and no connection's answers change places between them."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
import pytest_asyncio

from queue_server.api import lane
from queue_server.api.express import Express
from queue_server.api.lane import Lane
from queue_server.flow.port import Unit
from queue_server.store.sqlite import SqliteStore
from tests.fakes.house import House, house

PATIENCE_S = 30.0


@pytest_asyncio.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as one:
        yield one


@pytest.fixture
def went(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of requests that went the express way so far."""
    paths: list[str] = []
    answer = Express.answer

    def noting(self: Express, brief: Any, *others: Any) -> None:
        paths.append(brief.path)
        answer(self, brief, *others)

    monkeypatch.setattr(Express, "answer", noting)
    return paths


def request(
    home: House,
    body: str = '{"service":"filing"}',
    *,
    who: str = "kiosk",
    path: str = "/tickets",
    more: str = "",
) -> bytes:
    """A command as a program sends it; `more` are headers."""
    return (
        f"POST /api/v1{path} HTTP/1.1\r\nHost: hall\r\nAuthorization: Bearer {home.tokens.get(who, who)}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n{more}\r\n{body}"
    ).encode()


async def answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], Any]:
    """The next answer of a connection: status, headers, body."""
    async with asyncio.timeout(PATIENCE_S):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.rstrip().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        text = await reader.readexactly(int(headers.get("Content-Length", 0)))
    return int(first.split()[1]), headers, msgspec.json.decode(text) if text else None


async def connected(home: House) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection of its own."""
    return await asyncio.open_connection("127.0.0.1", urlsplit(home.address).port)


CASES: dict[str, dict[str, str]] = {
    "a ticket": {},
    "a class of its own": {"body": '{"service":"filing","class":"elder"}'},
    "not JSON": {"body": '{"service"'},
    "a field that is not": {"body": '{"service":"filing","x":1}', "more": "Accept-Language: en\r\n"},
    "a service that is not": {"body": '{"service":"none"}', "more": "Accept-Language: en\r\n"},
    "a control character": {"body": '{"service":"fi\\u0000ling"}'},
    "a token that is nobody's": {"who": "made-up-" + "x" * 30},
    "a role that may not": {"who": "display"},
    "a window that is not": {"path": "/windows/none/call-next", "body": "{}", "who": "clerk"},
    "a field that stands in the address": {
        "path": "/windows/1/call-next",
        "body": '{"window":"1"}',
        "who": "clerk",
    },
    "a key that is none": {"more": f"Idempotency-Key: {'k' * 129}\r\n"},
}


async def test_both_ways_answer_alike(home: House, went: list[str]) -> None:
    for name, case in CASES.items():
        told: list[tuple[int, dict[str, str], Any]] = []
        for extra in ("", "X-Web-Server: please\r\n"):
            reader, writer = await connected(home)
            writer.write(request(home, **{**case, "more": case.get("more", "") + extra}))
            told.append(await answer(reader))
            writer.close()
        (status, headers, body), (other_status, other_headers, other_body) = told
        assert status == other_status, name
        differ = {"Date", "Content-Length"}
        assert {key: value for key, value in headers.items() if key not in differ} == {
            key: value for key, value in other_headers.items() if key not in differ
        }, name
        assert headers.keys() == other_headers.keys(), name
        if status >= 400:
            assert body == other_body, name
        else:
            assert body.keys() == other_body.keys(), name
    assert len(went) == len(CASES), "one of each two"


async def test_a_key_is_the_same_on_both_ways(home: House) -> None:
    reader, writer = await connected(home)
    writer.write(request(home, more="Idempotency-Key: once\r\n"))
    first = await answer(reader)
    writer.write(request(home, more="Idempotency-Key: once\r\nX-Web-Server: please\r\n"))
    assert (await answer(reader))[::2] == first[::2]
    writer.close()


async def test_requests_sent_without_waiting_are_answered_in_their_order(
    home: House, went: list[str]
) -> None:
    reader, writer = await connected(home)
    writer.write(request(home))
    _, _, ticket = await answer(reader)
    writer.write(request(home))
    await asyncio.sleep(0)
    writer.write(
        request(home, '{"service":"none"}') + request(home) + b"GET /health HTTP/1.1\r\nHost: hall\r\n\r\n"
    )
    said = [await answer(reader) for _ in range(4)]
    assert [status for status, _, _ in said] == [201, 404, 201, 200]
    assert said[0][2]["number"] > ticket["number"]
    assert said[2][2]["number"] > said[0][2]["number"]
    writer.write(request(home))
    assert (await answer(reader))[0] == 201, "the web server has the connection from there on"
    assert 1 <= len(went) <= 2
    writer.close()


class Held(SqliteStore):
    """A store whose commits wait until they are let go."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.go = threading.Event()
        self.go.set()

    def commit(self, units: Sequence[Unit]) -> None:
        assert self.go.wait(PATIENCE_S)
        super().commit(units)


async def test_no_answer_of_the_web_server_overtakes_one_of_the_express_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Held(tmp_path / "hall.sqlite3")
    came = asyncio.Queue[bytes]()
    takes = Lane.takes

    def noting(self: Lane, data: bytes, *, unread: bool) -> bool:
        came.put_nowait(data)
        return takes(self, data, unread=unread)

    monkeypatch.setattr(Lane, "takes", noting)
    async with house(tmp_path, store=store) as home, asyncio.timeout(PATIENCE_S):
        reader, writer = await connected(home)
        writer.write(request(home))
        assert (await answer(reader))[0] == 201
        await came.get()
        store.go.clear()
        for data in (request(home), b"GET /health HTTP/1.1\r\nHost: hall\r\n\r\n"):
            writer.write(data)
            assert await came.get() == data
        assert (await home.ask("GET", "/services"))[0] == 200, (
            "a pause in which an answer to the second would be sent"
        )
        store.go.set()
        assert [(await answer(reader))[0] for _ in range(2)] == [201, 200]
        writer.close()


async def test_a_request_that_comes_in_pieces_is_answered(home: House, went: list[str]) -> None:
    reader, writer = await connected(home)
    data = request(home)
    writer.write(data[:-5])
    await writer.drain()
    await asyncio.sleep(
        0.05
    )  # so that it is likely read alone; whether it is, changes nothing of what is tested
    writer.write(data[-5:])
    assert (await answer(reader))[0] == 201
    writer.close()


async def test_what_was_asked_before_the_server_stops_is_answered(home: House, went: list[str]) -> None:
    reader, writer = await connected(home)
    writer.write(request(home))
    assert (await answer(reader))[0] == 201
    writer.write(request(home))
    async with asyncio.timeout(PATIENCE_S):
        while len(went) < 2:
            await home.ask("GET", "/zones")  # a pause of its own
    await home.server.stop()
    assert (await answer(reader))[0] == 201
    assert await reader.read() == b""
    writer.close()


async def test_a_connection_that_rests_too_long_is_closed_and_counted_as_nobodys_fault(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queue_server.api.lane.KEEP_S", 0.1)
    reader, writer = await connected(home)
    writer.write(request(home))
    assert (await answer(reader))[0] == 201
    async with asyncio.timeout(PATIENCE_S):
        assert await reader.read() == b""
    async with home.client.get(f"{home.address}/metrics") as metrics:
        assert 'why="slow"' not in await metrics.text()
    writer.close()


async def test_the_web_server_does_not_close_a_connection_whose_commands_go_past_it(
    tmp_path: Path, went: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    long = lane.KEEP_S
    monkeypatch.setattr(lane, "KEEP_S", 0.1)
    async with house(tmp_path) as home:
        monkeypatch.setattr(lane, "KEEP_S", long)
        reader, writer = await connected(home)
        for _ in range(2):
            writer.write(request(home))
            assert (await answer(reader))[0] == 201
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    assert await reader.read() == b"nothing comes"
        writer.close()
    assert len(went) == 2
