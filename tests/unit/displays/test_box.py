"""A voice box whose voice or output fails; its link leads nowhere."""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from devices.driver.voice.player import Player as Plays
from devices.driver.voice.player import PlayFault
from devices.driver.voice.render import NotInstalled, NoVoice
from devices.driver.voice.sound import Samples, chime
from devices.driver.voice.speech import Unspeakable, Utterance
from displays.app.box import Box, brief
from displays.model import announcer
from displays.model.announcer import Call, Called
from displays.model.turn import RENEW_S, Linked
from displays.voice.speaker import Speaker
from queue_server.client.link import Link
from queue_server.wire.device import ReportDevice
from queue_server.wire.ids import WindowId, ZoneId
from queue_server.wire.ticket import Text
from queue_server.wire.voice import LoudspeakerRecord, Player, SpokenZone, Turn, TurnRecord

PATIENCE_S = 30
NINE = datetime(2027, 3, 1, 1, tzinfo=UTC)


def records(player: Player = "box") -> dict[str, Any]:
    zone = SpokenZone(Text("投资项目", "Investment"))
    west = LoudspeakerRecord(
        loudspeaker="west", name=Text("西侧", "West"), player=player, zones={ZoneId("A"): zone}
    )
    return {"loudspeaker": msgspec.to_builtins(west)}


class Voice:
    async def samples(self, utterance: Utterance) -> Samples:
        return chime()


class Output:
    """Fails in turn with these, then plays."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)

    async def play(self, samples: Samples) -> None:
        if self.faults:
            raise self.faults.pop(0)


class Endless:
    """Plays until it is stopped."""

    def __init__(self) -> None:
        self.begun, self.stopped = asyncio.Event(), asyncio.Event()

    async def play(self, samples: Samples) -> None:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.stopped.set()


class Bench:
    """A box and what it told."""

    def __init__(self, output: Plays) -> None:
        self.facts: list[Mapping[str, object]] = []
        self.ails: list[str | None] = []
        self.spoken = asyncio.Event()
        self.link = link = Link(["http://127.0.0.1:1"])
        self.box = Box(link, Speaker(Voice(), output), self.tell)
        link.topics["voice:west"] = records()
        self.box.hear("west")
        self.box.ail = self.ails.append
        self.box._take(Linked(True))
        self.turn("speaks")
        self.facts.clear()

    def tell(self, fact: Mapping[str, object]) -> None:
        self.facts.append(fact)
        if "spoken" in fact:
            self.spoken.set()

    def turn(self, turn: Turn, *said: int) -> None:
        """The server says whose turn it is, and which calls were heard."""
        heard = tuple((call, NINE) for call in said)
        at = time.monotonic()
        self.box._turned(
            TurnRecord(loudspeaker="west", turn=turn, at=at, term=1, for_s=PATIENCE_S, said=heard)
        )

    def call(self, number: str) -> None:
        self.box._step(Called(Call(1, number, WindowId("3"), ZoneId("A"), NINE)))

    def become(self, player: Player) -> None:
        self.link.topics["voice:west"] = records(player)
        self.box._changed("voice:west", frozenset())

    async def until_spoken(self) -> None:
        running = asyncio.create_task(self.box.run())
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self.spoken.wait()
        finally:
            running.cancel()


async def test_a_call_whose_output_failed_is_spoken_later_and_the_fault_is_told_until_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(announcer, "PAUSE_S", 0.01)
    bench = Bench(Output(PlayFault("没有这个设备", "no such device")))
    bench.call("A012")
    await bench.until_spoken()
    assert bench.facts == [
        {"unspoken": "A012", "window": "3", "fault": "voice.unheard", "said": "没有这个设备 no such device"},
        {"spoken": "A012", "window": "3", "readings": 2},
    ]
    assert bench.ails == ["声音播不出 no sound comes out", None]


async def test_a_number_without_words_is_told_and_keeps_no_other_call_waiting() -> None:
    bench = Bench(Output())
    bench.call("A#12")
    bench.box._step(Called(Call(2, "A013", WindowId("3"), ZoneId("A"), NINE)))
    await bench.until_spoken()
    assert [fact.get("unspoken", fact.get("spoken")) for fact in bench.facts] == ["A#12", "A013"]


async def test_a_fault_of_our_own_ends_the_box_so_that_it_is_started_anew_and_not_silent_for_ever() -> None:
    bench = Bench(Output(RuntimeError("ours")))
    bench.call("A012")
    with pytest.raises(RuntimeError, match="ours"):
        async with asyncio.timeout(PATIENCE_S):
            await bench.box.run()


async def test_a_box_is_silent_and_says_why_while_the_hall_lets_a_board_speak() -> None:
    bench = Bench(Output())
    bench.become("board")
    assert bench.ails == ["喇叭设为由屏播 its loudspeaker is a board's"]
    assert any('由语音盒播，请在它那里写player = "box"' in str(fact.get("said")) for fact in bench.facts)
    bench.become("box")
    assert bench.ails[-1] is None


async def test_a_box_with_nothing_to_say_sleeps_until_it_is_to_tell_the_server_that_it_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    naps: list[float | None] = []
    napping = asyncio.Event()
    timeout = asyncio.timeout

    def nap(delay_s: float | None) -> asyncio.Timeout:
        naps.append(delay_s)
        napping.set()
        return timeout(delay_s)

    bench = Bench(Output())
    async with timeout(PATIENCE_S):
        monkeypatch.setattr(asyncio, "timeout", nap)
        running = asyncio.create_task(bench.box.run())
        await napping.wait()
        napping.clear()
        bench.call("A012")
        await bench.spoken.wait()
        await napping.wait()
    running.cancel()
    assert min(nap or 0.0 for nap in naps) > RENEW_S / 2, "it wakes though nothing is due"


async def test_a_box_whose_turn_is_over_is_silent_at_once_and_says_again_only_what_nobody_else_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(announcer, "PAUSE_S", 0.0)
    output = Endless()
    bench = Bench(output)
    bench.call("A012")
    async with asyncio.timeout(PATIENCE_S):
        await output.begun.wait()
        bench.turn("waits")
        await output.stopped.wait()
        assert bench.box._saying is not None
        await asyncio.wait((bench.box._saying,))
    assert [each.call.number for each in bench.box._state.waiting] == ["A012"], "lost"
    bench.turn("waits", 1)
    assert bench.box._state.waiting == ()
    assert [fact["turn"] for fact in bench.facts] == ["waits"]


def test_what_ails_a_voice_is_told_in_both_languages_and_the_list_of_devices_has_room_for_all_of_it() -> None:
    for fault in (NoVoice, NotInstalled, PlayFault, Unspeakable):
        said = brief(fault.brief)
        assert ReportDevice(state="degraded", reason=said) == msgspec.convert(
            {"state": "degraded", "reason": said}, ReportDevice
        )
