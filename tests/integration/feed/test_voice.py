"""Who speaks the calls of a loudspeaker is told of them, tells what was heard, and the floor is told what was not."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from queue_server.feed import socket, voice
from tests.fakes.house import House, house
from tests.integration.feed.test_socket import heard, hello


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is live is told soon, and a call is late at once."""
    monkeypatch.setattr(socket, "BEAT_S", 0.05)
    monkeypatch.setattr(voice, "LATE_S", 0.0)


async def trouble(floor: aiohttp.ClientWebSocketResponse, *, wanted: bool) -> list[Any]:
    """What the floor is told of loudspeakers, once there is something, or nothing any more."""
    while True:
        told: list[Any] = (await heard(floor, "live"))["live"]["floor"]["voices"]
        if bool(told) == wanted:
            return told


async def metric(home: House, name: str) -> str:
    """The value of one in /metrics."""
    async with home.client.get(f"{home.address}/metrics", headers=home.auth("admin")) as answer:
        lines = (await answer.text()).splitlines()
    return next(line.rpartition(" ")[2] for line in lines if line.startswith(name))


async def test_the_floor_is_told_of_a_call_that_was_not_spoken_until_it_is_and_of_a_voice_that_is_gone(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as home, home.socket() as floor:
        await hello(floor, "floor", token=home.tokens["manager"])
        async with home.socket() as box:
            records = (await hello(box, "voice:west", token=home.tokens["display"]))["snapshot"]["voice:west"]
            assert list(records) == ["loudspeaker"]
            assert records["loudspeaker"]["zones"]["A"]["short"]["zh"] == "投资项目"
            await home.take()
            await home.ask("POST", "/windows/1/open", "clerk", {})
            status, ticket = await home.ask("POST", "/windows/1/call-next", "clerk", {})
            assert status == 200
            call = next(iter((await heard(box, "events"))["events"][0]["set"].values()))
            assert call["ticket"] == ticket["number"]
            [west] = await trouble(floor, wanted=True)
            assert (west["loudspeaker"], west["players"], west["late"]) == ("west", 1, [ticket["number"]])
            assert await metric(home, 'jiaohao_calls_unspoken{loudspeaker="west"}') == "1.0"
            await box.send_json({"spoken": {"call": call["call"]}})
            await trouble(floor, wanted=False)
            assert await metric(home, 'jiaohao_calls_unspoken{loudspeaker="west"}') == "0.0"
            assert await metric(home, "jiaohao_call_to_speech_seconds_count") == "1.0"
        [west] = await trouble(floor, wanted=True)
        assert (west["players"], west["late"]) == (0, [])


async def test_whoever_only_looks_at_a_loudspeaker_is_nobody_who_speaks(tmp_path: Path) -> None:
    async with house(tmp_path) as home, home.socket() as floor:
        async with home.socket() as board:
            await hello(board, "voice:west")
        snapshot = await hello(floor, "floor", token=home.tokens["manager"])
        assert snapshot["live"]["floor"]["voices"] == []
