"""USB key pads: the driver against the simulated pad on any line, and the Linux port on a pipe of kernel events.

No kernel device is made here (that takes /dev/uinput): the port reads the same bytes from a pipe, and the grab is given.
"""

import errno
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from devices.codec.evdev import DOWN, KEYS, KeyCodec
from devices.codec.pad import HERE, PadCodec
from devices.codec.profile.pad import named
from devices.driver.keypad import Fact, Keypads
from devices.driver.press import KeyPressed, RatingGiven
from devices.simulator.pad import VirtualPad
from devices.transport.error import PortAbsent, PortBusy, PortDenied, PortLost
from devices.transport.evdev import open_evdev
from devices.transport.line import Line
from tests.integration.devices.bench import KINDS, Kind, plugged, running, until


def driver(line: Line, profile: str, heard: list[Fact]) -> Keypads:
    return Keypads(line, PadCodec(named(profile)), frozenset({HERE}), heard=heard.append)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_pads_keys_are_verbs_over_any_wire(kind: Kind, tmp_path: Path) -> None:
    pad, heard = VirtualPad(), list[Fact]()
    async with plugged(pad, kind, tmp_path) as line:
        keypads = driver(line, "numpad", heard)
        async with running(keypads.run):
            await line.wait_up()
            pad.press("KPENTER", repeats=30)
            pad.press("KPPLUS")
            pad.press("A")
            await until(lambda: heard == [KeyPressed(HERE, "call_next"), KeyPressed(HERE, "recall")])
            await until(lambda: keypads.counts.unmapped == 1)
            keypads.show_ticket(HERE, "A012")
            keypads.beep(HERE)


async def test_a_rating_pads_first_key_within_the_prompt_counts_and_no_other(tmp_path: Path) -> None:
    pad, heard = VirtualPad(), list[Fact]()
    async with plugged(pad, "null", tmp_path) as line:
        keypads = driver(line, "five-keys", heard)
        async with running(keypads.run):
            await line.wait_up()
            pad.press("1")
            await until(lambda: keypads.counts.unasked == 1)
            keypads.prompt(HERE, "visit-1", "请A012号评价")
            pad.press("6")
            pad.press("KP4")
            pad.press("KP5")
            await until(lambda: keypads.counts.unasked == 2)
            keypads.prompt(HERE, "visit-2", seconds=0.02)
            await until(lambda: not keypads._over)
            pad.press("2")
            await until(lambda: keypads.counts.unasked == 3)
    assert heard == [RatingGiven(HERE, "visit-1", 2)]
    assert keypads.counts.unmapped == 1


@asynccontextmanager
async def kernel(folder: Path) -> AsyncIterator[tuple[str, int]]:
    """A pad's path, and where the kernel writes its events."""
    path = folder / "event-kbd"
    os.mkfifo(path)
    writer = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    try:
        yield str(path), writer
    finally:
        os.close(writer)


async def test_a_pad_is_grabbed_and_its_events_are_read(tmp_path: Path) -> None:
    grabbed: list[int] = []
    async with kernel(tmp_path) as (path, events):
        port = await open_evdev(path, grabbed.append)
        assert len(grabbed) == 1
        os.write(events, KeyCodec.encode(KEYS["KPENTER"], DOWN))
        assert await port.read() == KeyCodec.encode(KEYS["KPENTER"], DOWN)
        with pytest.raises(PortLost, match="takes no bytes"):
            await port.write(b"x", 1.0)
        port.close()
        port.close()
        with pytest.raises(PortLost):
            await port.read()


async def test_a_pad_that_goes_and_comes_back_is_heard_again(tmp_path: Path) -> None:
    path, heard = tmp_path / "event-kbd", list[Fact]()
    line = Line(lambda: open_evdev(str(path), lambda _: None), name="pad", retry_s=0.01)
    async with running(driver(line, "numpad", heard).run):
        await until(lambda: isinstance(line.fault, PortAbsent))
        for verb, key in (("call_next", "KPENTER"), ("recall", "KPPLUS")):
            os.mkfifo(path)
            events = os.open(path, os.O_RDWR | os.O_NONBLOCK)
            await line.wait_up()
            os.write(events, KeyCodec.encode(KEYS[key], DOWN))
            await until(lambda: bool(heard))
            assert heard == [KeyPressed(HERE, verb)]
            heard.clear()
            path.unlink()
            os.close(events)
            await until(lambda: not line.is_up)


@pytest.mark.parametrize(
    "number,kind,says",
    [
        (errno.EBUSY, PortBusy, "in use by another program"),
        (errno.ENOTTY, PortDenied, "no key pad"),
        (errno.EACCES, PortDenied, "group that owns it"),
        (errno.ENODEV, PortAbsent, "plug the pad in"),
    ],
)
async def test_a_pad_that_can_not_be_ours_alone_is_not_used(
    number: int, kind: type[Exception], says: str, tmp_path: Path
) -> None:
    def grab(_: int) -> None:
        raise OSError(number, os.strerror(number))

    async with kernel(tmp_path) as (path, _):
        with pytest.raises(kind, match=says):
            await open_evdev(path, grab)


async def test_what_is_no_pad_is_refused_by_the_kernel_itself(tmp_path: Path) -> None:
    async with kernel(tmp_path) as (path, _):
        with pytest.raises(PortDenied, match="no key pad"):
            await open_evdev(path)
