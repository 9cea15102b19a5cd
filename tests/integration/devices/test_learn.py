"""An unknown caller on a pseudo-terminal: its keys are recorded and its profile proposed."""

import asyncio
from pathlib import Path

import pytest

from devices.agent import learn
from devices.codec.frame import FrameCodec
from devices.codec.profile.shape import named, read
from devices.codec.signal import Pressed
from devices.simulator.caller import VirtualCaller
from devices.simulator.mount import PtyMount
from devices.transport.tty import Settings
from queue_server.client.setting import BadConfig

KEYS = ("call_next", "recall", "no_show", "hold", "pause", "transfer")


async def pressed(device: VirtualCaller) -> None:
    for key in KEYS:
        device.press(key, 5)
        await asyncio.sleep(0.1)


async def test_a_profile_is_proposed_from_what_an_unknown_caller_says(tmp_path: Path) -> None:
    device = VirtualCaller(named("ff68"))
    mount, told = PtyMount(device, tmp_path / "port"), list[str]()
    presses = set[asyncio.Task[None]]()

    def tell(sentence: str) -> None:
        told.append(sentence)
        if not presses:
            presses.add(asyncio.create_task(pressed(device)))
        elif len(told) > 1:
            for task in presses:
                task.add_done_callback(lambda _: mount.unplug())

    settings = Settings(baud=9600)
    heard = await learn.record(mount.plug(), settings, 60.0, tell=tell)
    found = learn.propose(heard, settings, tell=tell)
    assert found is not None
    codec = FrameCodec(read(found))
    assert codec.feed(bytes.fromhex("ff 68 03 03 68 05 01 0c 12 16")) == [Pressed(5, "unnamed-1")]
    assert "请把每个键各按两次" in told[0]


async def test_a_silent_port_gives_no_profile_and_says_what_to_check(tmp_path: Path) -> None:
    mount, told = PtyMount(VirtualCaller(named("ff68")), tmp_path / "port"), list[str]()
    heard = await learn.record(mount.plug(), Settings(), 0.05, tell=told.append)
    assert learn.propose(heard, Settings(), tell=told.append) is None
    assert "No byte came" in told[-1]
    mount.unplug()


def test_what_was_heard_can_be_kept_for_the_devices_maker(tmp_path: Path) -> None:
    learn.keep([(0.5, b"\xff\x68"), (1.25, b"\x16")], tmp_path / "keys.txt")
    assert (tmp_path / "keys.txt").read_text("utf-8") == "0.500 ff 68\n1.250 16\n"
    with pytest.raises(BadConfig, match="correct the path or the rights"):
        learn.keep([], tmp_path / "nowhere" / "keys.txt")
