"""Devices on open links: each sees itself alone, sees its place at once, and is cut off at once."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType

from queue_server.app.people import revoke_tokens
from queue_server.feed import socket, twin
from tests.fakes.house import House, house
from tests.integration.feed.test_socket import heard, hello


def secret(n: int = 1) -> str:
    return f"device-token-{n:020d}"


async def paired(home: House, n: int = 1, kind: str = "agent") -> dict[str, Any]:
    status, device = await home.ask(
        "POST", "/devices/pair", None, {"kind": kind, "name": "counter", "token": secret(n)}
    )
    assert status == 201, device
    assert isinstance(device, dict)
    return device


async def placed(home: House, n: int = 1, **where: Any) -> dict[str, Any]:
    device = await paired(home, n)
    status, after = await home.ask("POST", f"/devices/{device['id']}/place", "admin", where)
    assert status == 200, after
    assert isinstance(after, dict)
    return after


async def ended(link: ClientWebSocketResponse) -> str:
    """The last error before the link is closed."""
    code = ""
    while True:
        message = await link.receive(timeout=30)
        if message.type is not WSMsgType.TEXT:
            assert (message.type, message.data) == (WSMsgType.CLOSE, 1008)
            return code
        code = message.json().get("error", {}).get("code", code)


async def test_a_device_sees_its_own_record_and_nothing_of_the_hall_s_people(home: House) -> None:
    device, other = await paired(home, 1), await paired(home, 2)
    topic = f"device:{device['id']}"
    async with home.socket() as link:
        first = await hello(link, "device", token=secret(1))
        assert first["snapshot"][topic]["device"]["code"] == device["code"]
        for forbidden, code in (
            (f"device:{other['id']}", "auth.missing"),
            ("admin", "auth.missing"),
            ("window:1", "auth.missing"),
        ):
            assert (await hello(link, forbidden, token=secret(1)))["error"]["code"] == code


@pytest.mark.parametrize("who", [None, "clerk", "manager", "kiosk", "agent", "display"])
async def test_the_devices_of_the_hall_are_shown_to_administrators_and_auditors_only(
    home: House, who: str | None
) -> None:
    device = await paired(home)
    async with home.socket() as link:
        more = {} if who is None else {"token": home.tokens[who]}
        assert "error" in await hello(link, "admin", **more)
    async with home.socket() as link:
        shown = await hello(link, "admin", token=home.tokens["auditor"])
        assert shown["snapshot"]["admin"][f"device/{device['id']}"]["code"] == device["code"]
    status, error = await home.ask("GET", "/devices", who)
    assert status in (401, 403), error


async def test_a_place_is_told_at_once_and_the_same_link_goes_on_with_it(home: House) -> None:
    device = await paired(home)
    topic = f"device:{device['id']}"
    async with home.socket() as link, home.socket() as office:
        await hello(link, "device", token=secret())
        await hello(office, "admin", token=home.tokens["admin"])
        await home.ask("POST", f"/devices/{device['id']}/place", "admin", {"windows": ["3"]})
        frame = await heard(link, "events")
        assert frame["events"][0]["topic"] == topic
        assert frame["events"][0]["set"]["device"]["windows"] == ["3"]
        assert (await heard(office, "events"))["events"][0]["set"][f"device/{device['id']}"]["code"] is None
        assert "window:3" in (await hello(link, "device", "window:3"))["snapshot"]
        assert (await hello(link, "window:1"))["error"]["code"] == "auth.forbidden"
        await home.ask("POST", "/windows/3/open", "clerk")
        await link.send_json({"id": 7, "command": "windows.call_next", "args": {"window": "3"}})
        assert (await heard(link, "id"))["ok"] is None
        await link.send_json({"id": 8, "command": "windows.call_next", "args": {"window": "1"}})
        assert (await heard(link, "id"))["error"]["code"] == "auth.not_your_window"


async def test_a_revoked_device_is_cut_off_over_its_open_links_and_stays_out(home: House) -> None:
    device, other = await placed(home, 1, windows=["3"]), await placed(home, 2, windows=["3"])
    async with home.socket() as first, home.socket() as second, home.socket() as neighbour:
        await hello(first, "device", "window:3", token=secret(1))
        await hello(second, "window:3", token=secret(1))
        await hello(neighbour, "window:3", token=secret(2))
        status, _ = await home.ask("POST", f"/devices/{device['id']}/revoke", "admin", {"reason": "被盗"})
        assert status == 200
        assert await ended(first) == "auth.invalid"
        assert await ended(second) == "auth.invalid"
        await home.take("licence")
        assert "window:3" in str(await heard(neighbour, "events")), "who was not meant stays"
    async with home.socket() as link:
        assert (await hello(link, "hall", token=secret(1)))["error"]["code"] == "auth.invalid"
    for path in ("/windows/3/call-next", "/devices/report"):
        status, error = await home.ask("POST", path, secret(1), {})
        assert (status, error["code"]) == (401, "auth.invalid")
    status, error = await home.ask(
        "POST", "/devices/pair", None, {"kind": "agent", "name": "x", "token": secret(1)}
    )
    assert (status, error["code"]) == (409, "device.revoked")
    assert other["state"] == "placed"


async def test_a_device_that_is_moved_no_longer_sees_where_it_was(home: House) -> None:
    device = await placed(home, windows=["3", "4"])
    async with home.socket() as link:
        await hello(link, "device", "window:3", "window:4", token=secret())
        await home.ask("POST", f"/devices/{device['id']}/place", "admin", {"windows": ["4"]})
        assert await ended(link) == "auth.forbidden"
    async with home.socket() as link:
        assert "snapshot" in await hello(link, "window:4", token=secret())


async def test_a_keypad_rates_its_own_window_s_visit_and_no_other(home: House) -> None:
    """Through a paired agent that holds windows 1 and 3 of the bus, and another that holds window 4."""
    await placed(home, 1, windows=["1", "3"])
    await placed(home, 2, windows=["4"])
    ticket = await home.take("licence")
    await home.ask("POST", "/windows/3/open", "clerk")
    assert (await home.ask("POST", "/windows/3/call-next", secret(1)))[1]["id"] == ticket["id"]
    assert (await home.ask("POST", "/windows/3/finish", secret(1), {}))[0] == 200
    rating = {"step": f"{ticket['id']}/0", "level": 5, "channel": "keypad"}
    status, error = await home.ask("POST", "/ratings", secret(2), rating)
    assert (status, error["code"]) == (403, "auth.not_your_window")
    status, error = await home.ask("POST", "/ratings", secret(1), {**rating, "window": "1"})
    assert (status, error["code"]) == (409, "rating.other_window")
    assert (await home.ask("POST", "/ratings", secret(1), {**rating, "window": "3"}))[0] == 201


async def test_a_code_that_is_too_old_is_gone_and_the_link_may_pair_again(home: House) -> None:
    device = await paired(home)
    async with home.socket() as link:
        await hello(link, "device", token=secret())
        await home.ask("POST", "/clock/jump", "admin", {"to": "2026-11-23T09:16:00+08:00"})
        frame = await heard(link, "events")
        assert frame["events"][0]["drop"] == ["device"]
        await link.send_json({"hello": {"topics": [], "token": ""}})
        again = {"kind": "agent", "name": "counter", "token": secret()}
        await link.send_json({"id": 1, "command": "devices.pair", "args": again})
        second = (await heard(link, "id"))["ok"]
        assert second["id"] != device["id"]
        assert second["state"] == "waiting"


async def test_tokens_of_the_command_line_work_as_before(home: House) -> None:
    await home.ask("POST", "/windows/1/open", "clerk")
    assert (await home.ask("POST", "/windows/1/call-next", "agent"))[0] == 204
    status, error = await home.ask("POST", "/devices/report", "agent", {"state": "ready"})
    assert (status, error["code"]) == (404, "device.unknown")


async def test_a_token_of_the_command_line_that_is_taken_back_ends_its_open_links_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "BEAT_S", 0.05)
    async with house(tmp_path) as home, home.socket() as other, home.socket() as bare, home.socket() as link:
        await placed(home, windows=["3"])
        await hello(other, "window:3", token=secret())
        await hello(bare, token=home.tokens["agent"])
        await hello(link, "window:3", token=home.tokens["agent"])
        assert revoke_tokens(home.server.people, "agent", "agent") == 1
        async with asyncio.timeout(30):
            assert await ended(link) == "auth.invalid"
            assert await ended(bare) == "auth.invalid"
        for _ in range(2 * socket.SESSION_BEATS):
            await heard(other, "beat")


async def test_a_counter_s_devices_are_told_no_name_class_or_reason(home: House) -> None:
    """An agent sees numbers, how many wait and what may be rated, whichever way it asks; a clerk sees the rest."""
    home.flow.names["clerk"] = "李敏"
    await home.ask("POST", "/windows/1/open", "clerk", {})
    for reason in ("重病患者，已核对", "行动不便"):
        await home.take("filing", who="steward", **{"class": "priority", "class_reason": reason})
    personal = ("李敏", "clerk", "priority", "等材料")

    def told(of: Any) -> list[str]:
        text = json.dumps(of, ensure_ascii=False)
        return [word for word in personal if f': "{word}"' in text]

    async with home.socket() as agent, home.socket() as clerk:
        for link, who in ((agent, "agent"), (clerk, "clerk")):
            assert "snapshot" in await hello(link, "window:1", token=home.tokens[who])
        _, called = await home.ask("POST", "/windows/1/call-next", "agent", {})
        await home.ask("POST", "/windows/1/start", "clerk", {})
        await home.ask("POST", "/windows/1/hold", "clerk", {"kind": "anywhere", "reason": "等材料"})
        await home.ask("POST", "/windows/1/call-next", "clerk", {})
        await home.ask("POST", "/windows/1/finish", "clerk", {})
        seen: dict[str, list[Any]] = {"agent": [], "clerk": []}
        for link, who in ((agent, "agent"), (clerk, "clerk")):
            while not any("prompt" in change["set"] for frame in seen[who] for change in frame["events"]):
                seen[who].append(await heard(link, "events"))
            again = await hello(link, "window:1", token=home.tokens[who])
            seen[who].append({"events": [{"set": again["snapshot"]["window:1"]}]})
    assert {change["topic"] for frame in seen["agent"][:-1] for change in frame["events"]} == {"window:1"}
    assert told(seen["agent"]) == told(called) == []
    assert told(seen["clerk"]) == ["李敏", "clerk", "priority", "等材料"]
    for device in ("agent", "kiosk", "display"):
        _, windows = await home.ask("GET", "/windows", device)
        assert (told(windows), windows[0]["state"]) == ([], "open"), device
    _, windows = await home.ask("GET", "/windows", "steward")
    assert told(windows) == ["李敏", "clerk"]


async def test_the_floor_is_told_which_tablets_are_at_their_windows_and_since_when_one_is_not(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "BEAT_S", 0.05)
    await placed(home, 1, windows=["2"])
    await placed(home, 2, windows=["1"])
    keypad = {"name": "keypad 1", "port": "pad", "profile": "ff68", "window": "1"}
    report = {"state": "ready", "fittings": [keypad]}
    assert (await home.ask("POST", "/devices/report", secret(2), report))[0] == 200
    async with home.socket() as floor:
        told = (await hello(floor, "floor", token=home.tokens["manager"]))["live"]["floor"]["tablets"]

        async def until(state: str) -> dict[str, Any]:
            nonlocal told
            while [one["state"] for one in told] != [state]:
                told = (await heard(floor, "live"))["live"]["floor"]["tablets"]
            (one,) = told
            assert isinstance(one, dict)
            return one

        assert (await until("dark"))["windows"] == ["2"], "a counter's box with a keypad is none"
        async with home.socket() as tablet:
            await hello(tablet, "window:2", token=secret())
            assert "seen_at" not in await until("well")
        assert (await until("dark"))["seen_at"]


async def test_of_two_programs_with_one_token_the_newer_says_how_the_device_is_and_both_are_served_and_told_of(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "BEAT_S", 0.05)
    monkeypatch.setattr(twin, "TWICE_S", 0.2)
    device = await placed(home, 1, windows=["1"])
    await paired(home, 2)
    await home.ask("POST", "/windows/1/open", "clerk")
    report = {"command": "devices.report", "args": {"state": "degraded", "reason": "bar 1 gone"}}
    async with home.socket() as floor, home.socket() as office, home.socket() as first:
        told = (await hello(floor, "floor", token=home.tokens["manager"]))["live"]["floor"]["twice"]
        known = (await hello(office, "admin", token=home.tokens["admin"]))["live"]["admin"]["twice"]
        assert (told, known) == ([], [])
        await hello(first, "device", "window:1", token=secret(), instance="one")
        async with home.socket() as second, home.socket() as one, home.socket() as other:
            for link, instance in (
                (one, "three"),
                (other, "four"),
            ):  # nobody gave it a place: a stranger may be it
                await hello(link, "device", token=secret(2), instance=instance)
            await hello(second, "device", "window:1", token=secret(), instance="two", language="en")
            await first.send_json({"id": 1, **report})
            assert (await heard(first, "id"))["error"]["code"] == "device.twice"
            await second.send_json({"id": 1, **report})
            assert (await heard(second, "id"))["ok"]["fault"] == "bar 1 gone"
            while told != [device["name"]]:
                told = (await heard(floor, "live"))["live"]["floor"]["twice"]
            while known != [device["id"]]:
                known = (await heard(office, "live"))["live"]["admin"]["twice"]
            for link in (first, second):
                await link.send_json({"id": 2, "command": "windows.call_next", "args": {"window": "1"}})
                assert (await heard(link, "id"))["ok"] is None, "whoever stands there is served"
        while told:
            told = (await heard(floor, "live"))["live"]["floor"]["twice"]
        await first.send_json({"id": 3, "command": "devices.report", "args": {"state": "ready"}})
        assert (await heard(first, "id"))["ok"]["health"] == "ready"
