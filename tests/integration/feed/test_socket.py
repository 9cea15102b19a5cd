"""The feed over real sockets: hello, frames, commands, receipts, bad input, slow clients, shutdown."""

import asyncio
import json
import socket
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType

from queue_server.auth.limit import Limits
from queue_server.feed.link import MOST_BUFFERED, MOST_GARBAGE
from tests.fakes.hall import hall
from tests.fakes.house import House, house, token


async def heard(link: ClientWebSocketResponse, *kinds: str) -> dict[str, Any]:
    """The next message with one of these fields; beats and live parts in between are let pass."""
    while True:
        message = await link.receive(timeout=30)
        assert message.type is WSMsgType.TEXT, message
        told: dict[str, Any] = json.loads(message.data)
        if not kinds or any(kind in told for kind in kinds):
            return told


async def hello(link: ClientWebSocketResponse, *topics: str, **more: Any) -> dict[str, Any]:
    await link.send_json({"hello": {"topics": topics, **more}})
    return await heard(link, "snapshot", "error", "events", "beat")


async def test_a_hello_gets_a_snapshot_and_each_change_a_frame_that_follows_it(home: House) -> None:
    async with home.socket() as link:
        first = await hello(link, "hall")
        assert first["snapshot"]["hall"]["zone/A"]["waiting"] == 0
        assert first["epoch"] == home.flow.epoch
        await home.take()
        frame = await heard(link, "events")
        assert (frame["prev"], frame["seq"]) == (first["seq"], home.flow.seq)
        assert frame["events"][0]["set"]["zone/A"]["waiting"] == 1


async def test_a_link_resumes_by_seq_and_epoch_and_a_stranger_to_the_epoch_does_not(home: House) -> None:
    async with home.socket() as link:
        first = await hello(link, "hall")
    await home.take()
    await home.take()
    async with home.socket() as link:
        frame = await hello(link, "hall", after_seq=first["seq"], epoch=first["epoch"])
        assert frame["prev"] == first["seq"]
    async with home.socket() as link:
        assert "snapshot" in await hello(link, "hall", after_seq=first["seq"], epoch="another")


@pytest.mark.parametrize(
    "who, topic, code",
    [
        (None, "floor", "auth.missing"),
        ("clerk", "floor", "auth.forbidden"),
        ("display", "window:1", "auth.forbidden"),
        (None, "window:1", "auth.missing"),
        (None, "hall:x", "feed.unknown_topic"),
        ("admin", "board:nowhere", "feed.unknown_topic"),
        ("clerk", "window:99", "feed.unknown_topic"),
    ],
)
async def test_a_topic_is_shown_to_those_who_may_see_it(
    home: House, who: str | None, topic: str, code: str
) -> None:
    async with home.socket() as link:
        more = {} if who is None else {"token": home.tokens[who]}
        assert (await hello(link, topic, **more))["error"]["code"] == code
        assert (await link.receive(timeout=30)).type is WSMsgType.CLOSE


async def test_an_agent_sees_only_its_windows(home: House) -> None:
    box = token(home.server, "agent", "box", frozenset({"1"}))
    async with home.socket() as link:
        assert "snapshot" in await hello(link, "window:1", token=box)
        assert (await hello(link, "window:2", token=box))["error"]["code"] == "auth.forbidden"
        await home.take()
        assert (await heard(link, "events"))["events"][0]["topic"] == "window:1", "it still sees what it saw"


async def test_a_made_up_token_is_refused(home: House) -> None:
    async with home.socket() as link:
        answer = await hello(link, "hall", token="x" * 43, language="en")
        assert answer["error"]["code"] == "auth.invalid"
        assert answer["error"]["message"] == "The sign-in is no longer valid; sign in again."


async def test_commands_go_the_same_way_as_over_http(home: House) -> None:
    async with home.socket() as link:
        await hello(link, token=home.tokens["kiosk"])
        ask = {"id": 1, "command": "tickets.take", "key": "k", "args": {"service": "filing"}}
        await link.send_json(ask)
        ticket = (await heard(link, "id"))["ok"]
        await link.send_json(ask | {"id": 2})
        assert (await heard(link, "id")) == {"id": 2, "ok": ticket}
    assert await home.ask("POST", "/tickets", "kiosk", {"service": "filing"}, Idempotency_Key="k") == (
        201,
        ticket,
    )


async def test_a_success_that_returns_nothing_is_null(home: House) -> None:
    await home.ask("POST", "/windows/1/open", "clerk")
    async with home.socket() as link:
        await hello(link, token=home.tokens["clerk"])
        await link.send_json({"id": "a", "command": "windows.call_next", "args": {"window": "1"}})
        assert await heard(link, "id") == {"id": "a", "ok": None}


@pytest.mark.parametrize(
    "message, code",
    [
        ({"command": "windows.explode"}, "feed.unknown_command"),
        ({"command": "clock.tick", "args": {"due_at": "2026-11-23T01:00:00Z"}}, "feed.unknown_command"),
        ({"command": "tickets.take"}, "request.invalid"),
        ({"command": "tickets.take", "args": {"service": "filing", "x": 1}}, "request.invalid"),
        ({"command": "tickets.take", "args": {"service": "nope"}}, "service.unknown"),
        ({"command": "issuing.stop", "args": {"scope": "hall", "reason": "r"}}, "auth.forbidden"),
        ({"command": "tickets.take", "args": {"service": "filing"}, "key": "k" * 129}, "idempotency.bad_key"),
    ],
)
async def test_a_bad_command_is_refused_with_its_id_and_changes_nothing(
    home: House, message: dict[str, Any], code: str
) -> None:
    async with home.socket() as link:
        await hello(link, token=home.tokens["kiosk"])
        await link.send_json({"id": 7, **message})
        answer = await heard(link, "id")
        assert (answer["id"], answer["error"]["code"]) == (7, code)
        assert home.flow.seq == 0


async def test_a_command_before_the_hello_is_refused(home: House) -> None:
    async with home.socket() as link:
        await link.send_json({"id": 7, "command": "tickets.take", "args": {"service": "filing"}})
        assert (await heard(link, "id"))["error"]["code"] == "feed.bad_hello"


async def test_commands_before_the_hello_are_garbage_and_too_many_close_the_link(home: House) -> None:
    async with home.socket() as link:
        for number in range(MOST_GARBAGE + 1):
            await link.send_json({"id": number, "command": "tickets.take", "args": {"service": "filing"}})
            assert (await heard(link, "id"))["error"]["code"] == "feed.bad_hello"
        assert (await link.receive(timeout=30)).type is WSMsgType.CLOSE


async def test_a_hello_that_is_refused_ends_a_link_that_has_not_said_one_also_after_garbage(
    home: House,
) -> None:
    async with home.socket() as link:
        await link.send_str("{")
        assert (await heard(link, "error"))["error"]["code"] == "feed.garbage"
        assert (await hello(link, "hall", token="x" * 43))["error"]["code"] == "auth.invalid"
        assert (await link.receive(timeout=30)).type is WSMsgType.CLOSE


async def test_garbage_is_refused_and_too_much_of_it_closes_that_link_only(home: House) -> None:
    async with home.socket() as good, home.socket() as bad:
        await hello(good, "hall")
        await hello(bad, "hall")
        garbage = ["{", "[]", "null", '"x"', "{}", '{"hello": 7}', '{"shown": {}}', "[" * 50_000]
        for text in garbage:
            await bad.send_str(text)
            assert (await heard(bad, "error"))["error"]["code"] == "feed.garbage"
        await bad.send_bytes(b"\x00\xff")
        assert (await heard(bad, "error"))["error"]["code"] == "feed.garbage"
        for _ in range(MOST_GARBAGE - len(garbage)):
            await bad.send_str("{")
        for _ in range(MOST_GARBAGE - len(garbage)):
            await heard(bad, "error")
        assert (await bad.receive(timeout=30)).data == 1008
        await home.take()
        assert "events" in await heard(good, "events")
        assert home.flow.seq == 1


async def test_a_message_of_a_megabyte_closes_that_link_only(home: House) -> None:
    async with home.socket() as good, home.socket() as bad:
        await hello(good, "hall")
        await hello(bad, "hall")
        await bad.send_str("x" * 1_000_000)
        while (message := await bad.receive(timeout=30)).type is WSMsgType.TEXT:
            pass
        assert message.type in (WSMsgType.CLOSE, WSMsgType.CLOSED)
        await home.take()
        assert "events" in await heard(good, "events")


async def test_a_display_says_what_it_has_painted_and_the_floor_sees_how_long_it_took(home: House) -> None:
    async with home.socket() as board, home.socket() as floor:
        await hello(board, "board:hall")
        await home.take()
        await home.ask("POST", "/windows/1/open", "clerk")
        await home.ask("POST", "/windows/1/call-next", "clerk")
        while True:
            frame = await heard(board, "events")
            calls = [key for change in frame["events"] for key in change["set"] if key.startswith("call/")]
            if calls:
                break
        call = int(calls[0].removeprefix("call/"))
        await board.send_json({"shown": {"call": call}})
        first = await hello(floor, "floor", token=home.tokens["manager"])
        screen = first["live"]["floor"]["screens"]["hall"]
        while screen["call"] != call:
            screen = (await heard(floor, "live"))["live"]["floor"]["screens"]["hall"]
        assert (screen["screens"], screen["late"]) == (1, False)
        assert 0 < screen["after_ms"] < 5000
    async with home.client.get(f"{home.address}/metrics") as answer:
        assert 'jiaohao_call_to_screen_seconds_count{display="hall"} 1.0' in await answer.text()


async def test_the_floor_can_tell_displays_of_one_title_apart(tmp_path: Path) -> None:
    plan = hall()
    door = msgspec.structs.replace(plan.displays[0], id="door")
    async with house(tmp_path, plan=msgspec.structs.replace(plan, displays=(*plan.displays, door))) as home:
        async with home.socket() as floor:
            first = await hello(floor, "floor", token=home.tokens["manager"])
        screens = first["live"]["floor"]["screens"]
        assert [screen["title"]["zh"] for screen in screens.values()] == [
            "大厅（hall）",
            "证照办理",
            "大厅（door）",
        ]


async def test_a_client_that_does_not_read_is_cut_and_nobody_waits_for_it(tmp_path: Path) -> None:
    """Its socket takes nothing; frames pile up to the cap, then it is gone, while others get every one."""
    async with house(tmp_path, limits=Limits(enabled=False)) as home:
        host, port = home.address.removeprefix("http://").split(":")
        raw = socket.socket()
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(raw, (host, int(port)))
        upgrade = (
            f"GET /feed HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        await loop.sock_sendall(raw, upgrade.encode())
        assert b"101" in await loop.sock_recv(raw, 100)
        text = json.dumps({"hello": {"topics": ["hall"]}}).encode()
        await loop.sock_sendall(raw, bytes((0x81, 0x80 | len(text), 0, 0, 0, 0)) + text)
        async with home.socket() as good:
            await hello(good, "hall")
            cut = 0.0
            taken = 0
            while not cut and taken < 20 * MOST_BUFFERED:
                # a hello again is a snapshot again: many bytes for one small message
                await loop.sock_sendall(raw, (bytes((0x81, 0x80 | len(text), 0, 0, 0, 0)) + text) * 20)
                await home.take()
                assert "events" in await heard(good, "events")
                taken += 1
                async with home.client.get(f"{home.address}/metrics") as answer:
                    line = next(
                        x
                        for x in (await answer.text()).splitlines()
                        if x.startswith("jiaohao_feed_cut_total")
                    )
                    cut = float(line.split()[1])
        assert cut == 1.0
        raw.close()


async def test_a_beat_tells_the_business_time_and_a_jump_is_told_at_once(home: House) -> None:
    async with home.socket() as link:
        await hello(link, "hall")
        await home.ask("POST", "/clock/jump", "admin", {"to": "2026-11-23T15:00:00+08:00"})
        beat = (await heard(link, "beat"))["beat"]
        assert beat["now"].startswith("2026-11-23T07:00")
        assert (beat["speed"], beat["degraded"]) == (1.0, False)


@pytest.mark.alone
async def test_a_hundred_sockets_do_not_hold_the_server_up_when_it_stops(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        links = [await home.socket() for _ in range(100)]
        for link in links:
            await hello(link, "hall")
        began_s = time.monotonic()
        await home.server.stop()
        assert time.monotonic() - began_s < 2.0
        for link in links:
            while (last := await link.receive(timeout=30)).type is WSMsgType.TEXT:
                pass  # a beat that was under way
            assert last.data == 1001


async def test_a_client_that_never_says_hello_is_closed(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("queue_server.feed.socket.HELLO_S", 0.05)
    async with home.socket() as link:
        assert (await heard(link, "error"))["error"]["code"] == "feed.bad_hello"
        assert (await link.receive(timeout=30)).data == 1008


async def refused(home: House, **headers: str) -> tuple[int, str]:
    """Status and code of a handshake that is refused."""
    shake = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    async with home.client.get(f"{home.address}/feed", headers=shake | headers) as answer:
        return answer.status, (await answer.json())["code"]


async def test_a_header_that_is_no_bearer_token_is_refused_before_the_handshake(home: House) -> None:
    assert await refused(home, Authorization="Basic eDp5") == (401, "auth.invalid")


async def test_a_page_of_another_origin_cannot_use_the_cookie_of_ours(home: House) -> None:
    cookie = {"Cookie": f"session={home.tokens['clerk']}"}
    for origin in ("http://127.0.0.1:1", "http://elsewhere.example", "null"):
        assert await refused(home, Origin=origin, **cookie) == (403, "auth.foreign_origin")
    async with home.client.ws_connect(f"{home.address}/feed", headers=cookie, origin=home.address) as link:
        assert "window:1" in (await hello(link, "window:1"))["snapshot"]
    async with home.client.ws_connect(f"{home.address}/feed", origin="http://elsewhere.example") as link:
        assert "hall" in (await hello(link, "hall"))["snapshot"], "what is public is shown to everybody"
