"""Callers and evaluators: the driver against the simulated bus."""

import asyncio
from pathlib import Path
from random import Random

import msgspec
import pytest

from devices.codec.escpos.status import Health
from devices.codec.frame import FrameCodec
from devices.codec.profile.shape import named
from devices.driver.bus import OWN_CAP
from devices.driver.keypad import Keypads
from devices.driver.press import KeyPressed, RatingGiven
from devices.simulator.caller import VirtualCaller
from devices.simulator.core import Fact
from devices.simulator.mount import NullMount
from devices.transport.fault import Damage, damaged
from devices.transport.line import Line
from tests.integration.devices.bench import KINDS, Kind, plugged, running, until

PROFILE = named("ff68")
Facts = list[KeyPressed | RatingGiven]


def driver(line: Line, heard: Facts) -> Keypads:
    return Keypads(line, FrameCodec(PROFILE), frozenset({3, 5}), heard=heard.append)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_visit_is_called_shown_and_rated_over_any_wire(kind: Kind, tmp_path: Path) -> None:
    device, heard = VirtualCaller(PROFILE), Facts()
    async with plugged(device, kind, tmp_path) as line:
        keypads = driver(line, heard)
        async with running(keypads.run):
            await until(lambda: keypads.health is Health.UNKNOWN)
            device.press("call", 5)
            await until(lambda: heard == [KeyPressed(5, "call_next")])
            keypads.show_ticket(5, "A012")
            await until(lambda: device.digits.get(5) == "012")
            keypads.prompt(5, "visit-1")
            await until(lambda: device.prompts == {5: 1})
            device.rate(5, 5)
            await until(lambda: heard[1:] == [RatingGiven(5, "visit-1", 5)])
            await until(lambda: device.acks == 2)
    assert device.garbage == 0


async def test_each_address_is_its_own_window(tmp_path: Path) -> None:
    device, heard = VirtualCaller(PROFILE), Facts()
    async with plugged(device, "null", tmp_path) as line:
        keypads = driver(line, heard)
        async with running(keypads.run):
            await until(lambda: keypads.health is Health.UNKNOWN)
            keypads.prompt(3, "at three")
            device.rate(5, 5)
            await until(lambda: keypads.counts.unasked == 1)
            device.rate(3, 4)
            await until(lambda: heard == [RatingGiven(3, "at three", 4)])
            device.press("call", 9)
            await until(lambda: keypads.counts.unknown_address == 1)


async def test_an_unmapped_key_is_answered_counted_and_no_rating(tmp_path: Path) -> None:
    device, heard = VirtualCaller(PROFILE), Facts()
    async with plugged(device, "pty", tmp_path) as line:
        keypads = driver(line, heard)
        async with running(keypads.run):
            await until(lambda: keypads.health is Health.UNKNOWN)
            keypads.prompt(5, "visit-1")
            device.key(5, b"\x01")
            await until(lambda: device.acks == 1)
            device.key(5, b"\x02")
            await until(lambda: heard == [RatingGiven(5, "visit-1", 4)])
    assert keypads.counts.unmapped == 1


async def test_noise_and_torn_frames_are_counted_and_the_next_key_is_heard(tmp_path: Path) -> None:
    device, heard = VirtualCaller(PROFILE), Facts()
    async with plugged(device, "null", tmp_path) as line:
        keypads = driver(line, heard)
        async with running(keypads.run):
            await until(lambda: keypads.health is Health.UNKNOWN)
            device.send(bytes.fromhex("00 ff 68 03 03 68 05"))
            await until(lambda: keypads.counts.noise == 1)
            device.press("call", 5)
            await until(lambda: heard == [KeyPressed(5, "call_next")])


async def test_a_noisy_bus_never_invents_a_key() -> None:
    device, heard = VirtualCaller(PROFILE), Facts()
    mount = NullMount(device)
    bad = Damage(loss=0.05, noise=0.05)
    keypads = driver(Line(damaged(mount.open, Random(3), reading=bad), name="bad", retry_s=0.01), heard)
    async with running(keypads.run):
        await until(lambda: keypads.health is Health.UNKNOWN)
        for _ in range(300):
            device.press("recall", 5)
        await until(lambda: keypads.counts.noise > 10 and bool(heard))
    assert set(heard) == {KeyPressed(5, "recall")}


async def test_an_adapter_that_echoes_us_is_not_a_key(tmp_path: Path) -> None:
    device, heard = VirtualCaller(PROFILE), Facts()
    inside = device.feed

    def feed(data: bytes) -> None:
        device.send(data)
        inside(data)

    device.feed = feed  # type: ignore[method-assign]
    echoing = msgspec.structs.replace(PROFILE, bus=msgspec.structs.replace(PROFILE.bus, echo=True))
    async with plugged(device, "null", tmp_path) as line:
        keypads = Keypads(line, FrameCodec(echoing), frozenset({5}), heard=heard.append)
        async with running(keypads.run):
            await until(lambda: keypads.health is Health.UNKNOWN)
            keypads.prompt(5, "visit-1")  # on the wire this is the very frame of the evaluate key
            await until(lambda: device.prompts == {5: 1})
            device.press("call", 5)
            await until(lambda: heard == [KeyPressed(5, "call_next")])


async def test_an_adapter_that_was_thought_to_echo_and_does_not_is_heard_after_the_next_silence(
    tmp_path: Path,
) -> None:
    device, heard = VirtualCaller(PROFILE), Facts()
    echoing = msgspec.structs.replace(
        PROFILE, bus=msgspec.structs.replace(PROFILE.bus, echo=True, turnaround_ms=0)
    )
    async with plugged(device, "null", tmp_path) as line:
        keypads = Keypads(line, FrameCodec(echoing), frozenset({5}), heard=heard.append)
        async with running(keypads.run):
            await until(lambda: keypads.health is Health.UNKNOWN)
            for n in range(1, 61):
                keypads.beep(5)
                await until(lambda n=n: device.beeps == {5: n})  # type: ignore[misc]
            assert len(keypads._bus._own) <= OWN_CAP
            device.press("recall", 5)
            await until(lambda: keypads.health is Health.READY or keypads.counts.noise)
            await until(lambda: not keypads._bus._own)
            device.press("call", 5)
            await until(lambda: KeyPressed(5, "call_next") in heard)


async def test_after_a_return_each_display_shows_its_ticket_again() -> None:
    device = VirtualCaller(PROFILE)
    mount = NullMount(device)
    keypads = driver(Line(mount.open, name="null", retry_s=0.01), [])
    async with running(keypads.run):
        await until(lambda: keypads.health is Health.UNKNOWN)
        keypads.show_ticket(5, "A012")
        await until(lambda: device.digits == {5: "012"})
        mount.unplug()
        assert device.digits == {}
        await until(lambda: device.digits == {5: "012"})


async def test_a_question_that_nobody_answers_is_withdrawn_and_the_next_one_stands(tmp_path: Path) -> None:
    profile, told, heard = named("ff68-five"), list[Fact](), Facts()
    device = VirtualCaller(profile, tell=told.append)

    def said() -> list[object]:
        return [fact["text"] for fact in told if "text" in fact]

    async with plugged(device, "null", tmp_path) as line:
        keypads = Keypads(line, FrameCodec(profile), frozenset({5}), heard=heard.append)
        async with running(keypads.run):
            await until(lambda: keypads.health is Health.UNKNOWN)
            keypads.prompt(5, "visit-1", "请A012号评价", 0.4)
            await until(lambda: said() == ["请A012号评价", ""])
            device.rate(5, 5)
            await until(lambda: keypads.counts.unasked == 1)
            keypads.prompt(5, "visit-2", "请A013号评价", 0.05)
            keypads.prompt(5, "visit-3", "请A014号评价")
            await until(lambda: said()[2:] == ["请A014号评价"])
            await asyncio.sleep(0.06)  # the time of visit-2 ends nothing
            device.rate(5, 3)
            await until(lambda: heard == [RatingGiven(5, "visit-3", 3)])
            keypads.thank(5, "感谢您的评价")
            keypads.withdraw(5)  # the server says that the question is over
            await until(lambda: said()[3:] == ["感谢您的评价"])


async def test_a_question_that_is_still_open_is_asked_again_after_a_return() -> None:
    profile = named("ff68-five")
    device, heard = VirtualCaller(profile), Facts()
    mount = NullMount(device)
    line = Line(mount.open, name="null", retry_s=0.01)
    keypads = Keypads(line, FrameCodec(profile), frozenset({5}), heard=heard.append)
    async with running(keypads.run):
        await until(lambda: keypads.health is Health.UNKNOWN)
        keypads.prompt(5, "visit-1", "请A012号评价")
        await until(lambda: device.prompts == {5: 1} and bool(device.texts))
        mount.unplug()
        await until(lambda: device.prompts == {5: 2} and device.texts == {5: "请A012号评价"})
        device.rate(5, 2)
        await until(lambda: heard == [RatingGiven(5, "visit-1", 2)])
