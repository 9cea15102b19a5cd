"""The bars' driver against simulated bars, one or 32 on a line; among these a mute, a slow and a babbling one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest

from devices.codec.escpos.status import Health
from devices.codec.manner import Manner
from devices.driver.bar import Bars, Panel
from devices.driver.phrase import phrases
from devices.simulator.bar import VirtualBar
from devices.simulator.bus import VirtualBus
from devices.simulator.mount import NullMount
from devices.simulator.trouble import Troubled
from devices.transport.fault import Damage, damaged
from devices.transport.line import Line
from tests.integration.devices.bench import KINDS, Kind, plugged, running, until

CALL = phrases("calling", number="A012", window="3")
SHOWN = "请A012号到3号窗口"
HASTY = Manner(reply_s=0.05)
ONE = frozenset({1})
PLACES = range(1, 33)
MUTE, SLOW, BABBLING = 2, 11, 21
WELL = [place for place in PLACES if place not in (MUTE, SLOW, BABBLING)]


def driver(line: Line, *, again_s: float = 0.02) -> Bars:
    return Bars(line, ONE, manner=HASTY, again_s=again_s, blink_s=0.02)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_call_is_shown_over_any_wire(kind: Kind, tmp_path: Path) -> None:
    device = VirtualBar()
    async with plugged(device, kind, tmp_path) as line:
        bars = Bars(line, ONE)
        bars.show(1, CALL)
        async with running(bars.run):
            await until(lambda: device.shown == SHOWN)
            await until(lambda: bars.healths == {1: Health.READY})
    assert not device.runs


async def test_a_bar_that_was_told_nothing_yet_is_asked_whether_it_is_there(tmp_path: Path) -> None:
    device = VirtualBar()
    async with plugged(device, "null", tmp_path) as line:
        bars = driver(line)
        async with running(bars.run):
            await until(lambda: bars.healths == {1: Health.READY} and device.pings > 1)
    assert device.history == []


async def test_the_latest_text_wins(tmp_path: Path) -> None:
    device = VirtualBar()
    async with plugged(device, "null", tmp_path) as line:
        bars = driver(line)
        async with running(bars.run):
            await until(lambda: bars.healths == {1: Health.READY})
            for n in range(50):
                bars.show(1, [f"A{n:03}"])
            await until(lambda: device.shown == "A049")
    assert len(device.history) < 50


async def test_a_call_blinks_and_ends_lit(tmp_path: Path) -> None:
    device = VirtualBar()
    async with plugged(device, "null", tmp_path) as line:
        bars = Bars(line, ONE, blink_s=0.1)
        async with running(bars.run):
            await until(lambda: bars.healths == {1: Health.READY})
            bars.show(1, CALL, blinks=2)
            await until(lambda: device.history.count("") == 2 and device.shown == SHOWN)
    assert device.history == [SHOWN, "", SHOWN, "", SHOWN]


async def test_what_comes_after_a_call_does_not_blink(tmp_path: Path) -> None:
    device = VirtualBar()
    async with plugged(device, "null", tmp_path) as line:
        bars = driver(line)
        async with running(bars.run):
            bars.show(1, CALL, blinks=1000)
            await until(lambda: "" in device.history)
            bars.show(1, ["正在办理 A012"])
            await until(lambda: device.shown == "正在办理 A012")
            calm, pings = len(device.history), device.shows
            await until(lambda: device.shows > pings + 5)
    assert device.history[calm:] == []


async def test_a_text_that_no_wording_makes_fit_runs_and_is_not_begun_anew_all_the_time(
    tmp_path: Path,
) -> None:
    device = VirtualBar()
    async with plugged(device, "null", tmp_path) as line:
        bars = Bars(line, ONE, Panel(width=64), again_s=0.02)
        bars.show(1, phrases("paused", until="13:30"))
        async with running(bars.run):
            await until(lambda: device.shown == "暂停至13:30" and device.runs)
            await until(lambda: device.pings >= 10)
    assert device.shows < device.pings


async def test_after_a_return_the_latest_text_and_brightness_are_there_again() -> None:
    device = VirtualBar()
    mount = NullMount(device)
    bars = driver(Line(mount.open, name="null", retry_s=0.01), again_s=100)
    bars.show(1, ["正在办理 A012"])
    bars.dim(4)
    async with running(bars.run):
        await until(lambda: (device.shown, device.level) == ("正在办理 A012", 4))
        mount.unplug()
        assert device.shown == ""
        assert device.level == 15
        bars.show(1, ["欢迎光临"])
        await until(lambda: (device.shown, device.level) == ("欢迎光临", 4))


async def test_a_bar_that_lost_its_power_alone_is_shown_its_text_again(tmp_path: Path) -> None:
    device = VirtualBar()
    async with plugged(device, "null", tmp_path) as line:
        bars = driver(line)
        bars.show(1, ["欢迎光临"])
        async with running(bars.run):
            await until(lambda: device.shown == "欢迎光临")
            device.restart()
            await until(lambda: device.shown == "欢迎光临")
            device.mute = True
            await until(lambda: bars.healths == {1: Health.UNKNOWN})
            device.restart()
            device.mute = False
            await until(lambda: device.shown == "欢迎光临")
            await until(lambda: bars.healths == {1: Health.READY})


async def test_a_mute_bar_is_unknown_and_still_shows(tmp_path: Path) -> None:
    device = VirtualBar()
    device.mute = True
    async with plugged(device, "pty", tmp_path) as line:
        bars = driver(line)
        async with running(bars.run):
            bars.show(1, CALL)
            await until(lambda: device.shown == SHOWN)
            bars.show(1, ["欢迎光临"])
            await until(lambda: device.shown == "欢迎光临")
            assert bars.healths == {1: Health.UNKNOWN}


async def test_a_line_without_a_way_back_is_asked_nothing_and_waits_for_nothing(tmp_path: Path) -> None:
    devices = {place: VirtualBar(address=place) for place in PLACES}
    for device in devices.values():
        device.mute = True
    async with plugged(VirtualBus([*devices.values()]), "null", tmp_path) as line:
        # An answer that was waited for would cost a minute each.
        bars = Bars(line, frozenset(PLACES), replies=False, manner=Manner(reply_s=60), again_s=0.05)
        async with running(bars.run):
            for place in PLACES:
                bars.show(place, [f"A{place:03}"])
            await until(lambda: all(bar.shown == f"A{place:03}" for place, bar in devices.items()))
            devices[5].restart()
            await until(lambda: devices[5].shown == "A005")
    assert sum(device.pings for device in devices.values()) == 0


async def test_a_line_that_loses_bytes_costs_time_and_not_the_text() -> None:
    device = VirtualBar()
    mount = NullMount(device)
    bad = Damage(loss=0.004, noise=0.002)
    opener = damaged(mount.open, Random(7), reading=bad, writing=bad)
    bars = driver(Line(opener, name="bad", retry_s=0.01))
    async with running(bars.run):
        for n in range(10):
            bars.show(1, [f"A{n:03}"])
            await until(lambda n=n: device.shown == f"A{n:03}")  # type: ignore[misc]
    assert set(device.history) <= {f"A{n:03}" for n in range(10)} | {""}


async def test_a_refusing_bar_is_a_device_fault(tmp_path: Path) -> None:
    device = VirtualBar()
    device.refuses = True
    async with plugged(device, "null", tmp_path) as line:
        bars = driver(line)
        bars.show(1, CALL)
        async with running(bars.run):
            await until(lambda: bars.healths == {1: Health.OFFLINE})
            assert bars.refused


class Row:
    """32 bars on one line, and what is wrong with each."""

    def __init__(self) -> None:
        self.bars = {place: VirtualBar(address=place) for place in PLACES}
        self.ills = {place: Troubled(bar, Random(place)) for place, bar in self.bars.items()}
        self.driver: Bars

    def shows(self, text: str) -> list[int]:
        return [place for place, bar in self.bars.items() if bar.shown == f"{text}{place:02}"]


@asynccontextmanager
async def row(kind: Kind, folder: Path) -> AsyncIterator[Row]:
    made = Row()
    async with plugged(VirtualBus([*made.ills.values()]), kind, folder) as line:
        made.driver = Bars(line, frozenset(PLACES), manner=Manner(reply_s=0.1), again_s=1000)
        async with running(made.driver.run):
            yield made


@pytest.mark.parametrize("kind", ["null", "pty"])
async def test_each_of_32_bars_on_one_line_shows_its_own_windows_text(kind: Kind, tmp_path: Path) -> None:
    async with row(kind, tmp_path) as made:
        for place in PLACES:
            made.driver.show(place, [f"A{place:02}"])
        await until(lambda: made.shows("A") == [*PLACES])
        await until(lambda: set(made.driver.healths.values()) == {Health.READY})
        for place in PLACES:
            made.driver.show(place, [f"B{place:02}"])
        await until(lambda: made.shows("B") == [*PLACES])
        await until(lambda: made.driver.round_s > 0)
    assert all(bar.history[-2:] == [f"A{n:02}", f"B{n:02}"] for n, bar in made.bars.items())


async def test_a_mute_a_slow_and_a_babbling_bar_keep_no_other_window_waiting(tmp_path: Path) -> None:
    async with row("null", tmp_path) as made:
        await until(lambda: set(made.driver.healths.values()) == {Health.READY})
        made.ills[MUTE].mute = True
        made.ills[SLOW].delay_s = 0.2
        made.ills[BABBLING].babble(on=True)
        for text in "AB":
            for place in PLACES:
                made.driver.show(place, [f"{text}{place:02}"])
            await until(lambda text=text: set(WELL) <= set(made.shows(text)))  # type: ignore[misc]
        await until(lambda: made.driver.healths[MUTE] is Health.UNKNOWN)
        await until(lambda: SLOW in made.shows("B"))
        made.ills[BABBLING].babble(on=False)
        made.ills[MUTE].mute = False
        await until(lambda: made.shows("B") == [*PLACES])
        await until(lambda: set(made.driver.healths.values()) == {Health.READY})
