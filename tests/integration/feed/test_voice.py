"""Who speaks the calls of a loudspeaker is told of them, tells what was heard, and the floor is told what was not; of several one
speaks.
"""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from queue_server.feed import election, socket, voice
from tests.fakes.house import House, house
from tests.integration.feed.test_socket import heard, hello


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is live is told soon, a call is late at once, and nobody is waited for who spoke before the server began."""
    monkeypatch.setattr(socket, "BEAT_S", 0.05)
    monkeypatch.setattr(voice, "LATE_S", 0.0)
    monkeypatch.setattr(election, "vacant", election.State)


async def standing(floor: aiohttp.ClientWebSocketResponse, **wanted: Any) -> dict[str, Any]:
    """How the floor sees the loudspeaker, once it is as wanted."""
    while True:
        [west] = (await heard(floor, "live"))["live"]["floor"]["voices"]
        if wanted.items() <= west.items():
            return dict(west)


async def asked(link: aiohttp.ClientWebSocketResponse, **how: Any) -> dict[str, Any]:
    """Somebody could speak, or does: what they are told of their turn."""
    asking = {"loudspeaker": "west", "at": 7.5, **how}
    await link.send_json({"voice": asking})
    told: dict[str, Any] = (await heard(link, "voice"))["voice"]
    assert (told["loudspeaker"], told["at"]) == ("west", 7.5)
    return told


async def metric(home: House, name: str) -> str:
    """The value of one in /metrics."""
    async with home.client.get(f"{home.address}/metrics", headers=home.auth("admin")) as answer:
        lines = (await answer.text()).splitlines()
    return next(line.rpartition(" ")[2] for line in lines if line.startswith(name))


async def called(home: House) -> str:
    """Somebody is called to window 1; their number."""
    await home.take()
    status, ticket = await home.ask("POST", "/windows/1/call-next", "clerk", {})
    assert status == 200
    return str(ticket["number"])


async def call(link: aiohttp.ClientWebSocketResponse, number: str) -> dict[str, Any]:
    """The call of a number, once a link is told of it."""
    while True:
        for change in (await heard(link, "events"))["events"]:
            for key, record in change.get("set", {}).items():
                if key.startswith("call/") and record["ticket"] == number and record["state"] == "called":
                    return dict(record)


async def test_the_floor_is_told_of_a_call_that_was_not_spoken_until_it_is_and_of_a_voice_that_is_gone(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as home, home.socket() as floor:
        await hello(floor, "floor", token=home.tokens["manager"])
        async with home.socket() as box:
            records = (await hello(box, "voice:west", token=home.tokens["display"]))["snapshot"]["voice:west"]
            assert list(records) == ["loudspeaker"]
            assert records["loudspeaker"]["zones"]["A"]["short"]["zh"] == "投资项目"
            assert (await asked(box))["turn"] == "speaks"
            await home.ask("POST", "/windows/1/open", "clerk", {})
            number = await called(home)
            told = await call(box, number)
            await standing(floor, speaker={"zh": "display", "en": "display"}, trouble="late", late=[number])
            assert await metric(home, 'jiaohao_calls_unspoken{loudspeaker="west"}') == "1.0"
            await box.send_json({"spoken": {"call": told["call"], "at": told["at"]}})
            await standing(floor, trouble=None, late=[])
            assert await metric(home, 'jiaohao_calls_unspoken{loudspeaker="west"}') == "0.0"
            assert await metric(home, "jiaohao_call_to_speech_seconds_count") == "1.0"
        await standing(floor, speaker=None, trouble="gone")


async def test_whoever_only_looks_at_a_loudspeaker_is_nobody_who_speaks(tmp_path: Path) -> None:
    async with house(tmp_path) as home, home.socket() as floor:
        async with home.socket() as board:
            await hello(board, "voice:west")
            await board.send_json({"spoken": {"call": 1}})
        [west] = (await hello(floor, "floor", token=home.tokens["manager"]))["live"]["floor"]["voices"]
        assert (west["speaker"], west["trouble"]) == (None, None)


async def test_of_two_at_one_loudspeaker_one_speaks_and_the_other_goes_on_where_that_one_ended(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as home, home.socket() as floor, home.socket() as reserve:
        await home.ask("POST", "/windows/1/open", "clerk", {})
        await hello(floor, "floor", token=home.tokens["manager"])
        await hello(reserve, "voice:west", token=home.tokens["display"])
        async with home.socket() as first, home.socket() as stranger:
            await hello(first, "voice:west", token=home.tokens["display"])
            await hello(stranger, "voice:west", "board:hall")
            assert (await asked(stranger))["turn"] == "speaks", "nobody else is there yet"
            assert (await asked(first))["turn"] == "waits", "it is not cut off"
            told = (await heard(stranger, "voice"))["voice"]
            assert told["turn"] == "leaves", "the hall's own come first"
            assert (await asked(stranger, stand="left", term=told["term"]))["turn"] == "waits"
            assert (await heard(first, "voice"))["voice"]["turn"] == "speaks"
            assert (await asked(reserve))["turn"] == "waits"
            said = await call(first, await called(home))
            await stranger.send_json({"spoken": {"call": said["call"]}})
            assert (await asked(stranger))["said"] == [], "a stranger says what nobody heard"
            await first.send_json({"spoken": {"call": said["call"], "at": said["at"]}})
            await standing(floor, reserve=2, trouble=None, late=[])
            lost = await called(home)
        while (told := (await heard(reserve, "voice"))["voice"])["turn"] != "speaks":
            assert told["turn"] == "waits"
        assert told["said"] == [[said["call"], said["at"]]]
        await standing(floor, reserve=0, late=[lost])


async def test_one_whose_sound_is_blocked_lets_another_speak_and_one_whose_cable_is_pulled_soon_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for patience in ("LEASE_S", "ALONE_S", "SLACK_S"):
        monkeypatch.setattr(election, patience, 0.3)
    async with house(tmp_path) as home, home.socket() as blocked, home.socket() as heard_one:
        for link in (blocked, heard_one):
            await hello(link, "voice:west", token=home.tokens["display"])
        told = await asked(blocked, able=False)
        assert told["turn"] == "speaks", "nobody else could"
        assert (await asked(heard_one))["turn"] == "waits"
        told = (await heard(blocked, "voice"))["voice"]
        assert told["turn"] == "leaves"
        await asked(blocked, stand="left", term=told["term"], able=False)
        assert (await heard(heard_one, "voice"))["voice"]["turn"] == "speaks"
        while True:  # nothing more is heard of the other
            try:
                async with asyncio.timeout(0.1):
                    told = (await heard(blocked, "voice"))["voice"]
            except TimeoutError:
                told = await asked(blocked, able=False)
            if told["turn"] == "speaks":
                break
