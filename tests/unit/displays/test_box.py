"""A voice box whose voice or output fails; its link leads nowhere."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from displays.app.box import Box
from displays.app.config import VoiceConfig
from displays.model import announcer
from displays.model.announcer import Call, Called
from displays.voice.player import PlayFault
from displays.voice.sound import Samples, chime
from displays.voice.speaker import Speaker
from displays.voice.words import Utterance
from queue_server.client.link import Link
from queue_server.wire.ids import WindowId, ZoneId

PATIENCE_S = 30


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


class Bench:
    """A box and what it told."""

    def __init__(self, output: Output) -> None:
        self.facts: list[Mapping[str, object]] = []
        self.ails: list[str | None] = []
        self.spoken = asyncio.Event()
        link = Link(["http://127.0.0.1:1"])
        self.box = Box(VoiceConfig(), link, Speaker(Voice(), output, ("zh",), "yi"), self.tell)
        self.box.ail = self.ails.append

    def tell(self, fact: Mapping[str, object]) -> None:
        self.facts.append(fact)
        if "spoken" in fact:
            self.spoken.set()

    def call(self, number: str) -> None:
        self.box._step(
            Called(Call(1, number, WindowId("3"), ZoneId("A"), datetime(2027, 3, 1, 1, tzinfo=UTC)))
        )

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
    bench = Bench(Output(PlayFault("no such device")))
    bench.call("A012")
    await bench.until_spoken()
    assert bench.facts == [
        {"unspoken": "A012", "window": "3", "fault": "no such device"},
        {"spoken": "A012", "window": "3", "readings": 2},
    ]
    assert bench.ails == ["voice no such device", None]


async def test_a_number_without_words_is_told_and_keeps_no_other_call_waiting() -> None:
    bench = Bench(Output())
    bench.call("A#12")
    bench.box._step(Called(Call(2, "A013", WindowId("3"), ZoneId("A"), datetime(2027, 3, 1, 1, tzinfo=UTC))))
    await bench.until_spoken()
    assert [fact.get("unspoken", fact.get("spoken")) for fact in bench.facts] == ["A#12", "A013"]


async def test_a_fault_of_our_own_ends_the_box_so_that_it_is_started_anew_and_not_silent_for_ever() -> None:
    bench = Bench(Output(RuntimeError("ours")))
    bench.call("A012")
    with pytest.raises(RuntimeError, match="ours"):
        async with asyncio.timeout(PATIENCE_S):
            await bench.box.run()
