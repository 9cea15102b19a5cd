"""The bar's driver against the simulated bar."""

from pathlib import Path
from random import Random

import pytest

from devices.codec.escpos.status import Health
from devices.driver.bar import Bar, Panel, phrase
from devices.simulator.bar import VirtualBar
from devices.simulator.mount import NullMount
from devices.transport.fault import Damage, damaged
from devices.transport.line import Line
from tests.integration.devices.bench import KINDS, Kind, plugged, running, until

CALL = phrase("calling", number="A012", window="3")


def driver(line: Line, panel: Panel | None = None, *, ping_every_s: float = 0.02) -> Bar:
    return Bar(line, panel, answer_s=0.5, ping_every_s=ping_every_s, blink_s=0.01)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_call_is_shown_over_any_wire(kind: Kind, tmp_path: Path) -> None:
    device = VirtualBar()
    async with plugged(device, kind, tmp_path) as line:
        bar = driver(line)
        bar.show(CALL)
        async with running(bar.run):
            await until(lambda: device.shown == "请A012号到3号窗口")
            await until(lambda: bar.health is Health.READY)


async def test_the_latest_text_wins(tmp_path: Path) -> None:
    device = VirtualBar()
    async with plugged(device, "null", tmp_path) as line:
        bar = driver(line)
        async with running(bar.run):
            await until(lambda: bar.health is Health.READY)
            for n in range(50):
                bar.show(f"A{n:03}")
            await until(lambda: device.shown == "A049")
    assert len(device.history) < 50


async def test_a_call_blinks_and_ends_lit(tmp_path: Path) -> None:
    device = VirtualBar()
    async with plugged(device, "null", tmp_path) as line:
        bar = driver(line)
        bar.show(CALL, blinks=2)
        async with running(bar.run):
            await until(lambda: len(device.history) == 5)
    assert device.history == [CALL, "", CALL, "", CALL]


async def test_after_a_return_the_latest_text_is_shown_again() -> None:
    device = VirtualBar()
    mount = NullMount(device)
    bar = driver(Line(mount.open, name="null", retry_s=0.01))
    bar.show("正在办理 A012")
    async with running(bar.run):
        await until(lambda: device.shown == "正在办理 A012")
        mount.unplug()
        assert device.shown == ""
        bar.show("欢迎光临")
        await until(lambda: device.shown == "欢迎光临")


async def test_a_bar_that_lost_its_power_alone_is_shown_its_text_again(tmp_path: Path) -> None:
    device = VirtualBar()
    async with plugged(device, "null", tmp_path) as line:
        bar = Bar(line, answer_s=0.02, ping_every_s=0.01)
        bar.show("欢迎光临")
        async with running(bar.run):
            await until(lambda: device.shown == "欢迎光临")
            device.mute = True
            await until(lambda: bar.health is Health.UNKNOWN)
            device.restart()
            device.mute = False
            await until(lambda: device.shown == "欢迎光临")


async def test_a_mute_bar_is_unknown_and_still_shows(tmp_path: Path) -> None:
    device = VirtualBar()
    device.mute = True
    async with plugged(device, "pty", tmp_path) as line:
        bar = Bar(line, answer_s=0.02, ping_every_s=0.02)
        bar.show(CALL)
        async with running(bar.run):
            await until(lambda: device.shown == CALL)
            await until(lambda: bar.health is Health.UNKNOWN)


async def test_a_line_that_loses_bytes_costs_time_and_not_the_text() -> None:
    device = VirtualBar()
    mount = NullMount(device)
    bad = Damage(loss=0.004, noise=0.002)
    opener = damaged(mount.open, Random(7), reading=bad, writing=bad)
    bar = Bar(Line(opener, name="bad", retry_s=0.01), answer_s=0.02, ping_every_s=0.01)
    async with running(bar.run):
        for n in range(30):
            bar.show(f"A{n:03}")
            await until(lambda n=n: device.shown == f"A{n:03}")  # type: ignore[misc]
    assert set(device.history) <= {f"A{n:03}" for n in range(30)} | {""}


async def test_a_refusing_bar_is_a_device_fault(tmp_path: Path) -> None:
    device = VirtualBar()
    device.refuses = True
    async with plugged(device, "null", tmp_path) as line:
        bar = driver(line)
        bar.show(CALL)
        async with running(bar.run):
            await until(lambda: bar.health is Health.OFFLINE)
