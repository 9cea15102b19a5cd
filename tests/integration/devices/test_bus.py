"""32 addresses on one simulated bus, and three that are ill: one mute, one slow, one that babbles."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest

from devices.codec.escpos.status import Health
from devices.codec.frame import FrameCodec
from devices.codec.profile.shape import Profile, named
from devices.driver.keypad import Fact, Keypads
from devices.driver.press import KeyPressed, RatingGiven
from devices.simulator.bus import VirtualBus
from devices.simulator.caller import VirtualCaller
from devices.simulator.trouble import Troubled
from tests.integration.devices.bench import Kind, plugged, running, until

PLACES = range(40, 72)
MUTE, SLOW, BABBLING = 41, 50, 60
WELL = [place for place in PLACES if place not in (MUTE, SLOW, BABBLING)]


class Hall:
    """The devices of a bus, each on its own, and what the driver hears of them."""

    def __init__(self, profile: Profile) -> None:
        self.callers = {place: VirtualCaller(profile, frozenset({place})) for place in PLACES}
        self.ills = {place: Troubled(caller, Random(place)) for place, caller in self.callers.items()}
        self.bus = VirtualBus([*self.ills.values()])
        self.heard: list[Fact] = []
        self.keypads: Keypads


@asynccontextmanager
async def hall(profile: Profile, kind: Kind, folder: Path) -> AsyncIterator[Hall]:
    made = Hall(profile)
    async with plugged(made.bus, kind, folder) as line:
        made.keypads = Keypads(line, FrameCodec(profile), frozenset(PLACES), heard=made.heard.append)
        async with running(made.keypads.run):
            yield made


@pytest.mark.parametrize("kind", ["null", "pty"])
async def test_a_polled_bus_of_32_hears_and_shows_at_every_window(kind: Kind, tmp_path: Path) -> None:
    async with hall(named("ub485"), kind, tmp_path) as bus:
        await until(lambda: set(bus.keypads.healths.values()) == {Health.READY})
        for place, caller in bus.callers.items():
            caller.press("call", place)
            bus.keypads.show_ticket(place, f"A0{place}")
        await until(lambda: len(bus.heard) == len(PLACES))
        assert set(bus.heard) == {KeyPressed(place, "call_next") for place in PLACES}
        await until(
            lambda: all(caller.digits == {place: f"0{place}"} for place, caller in bus.callers.items())
        )
        assert bus.keypads.round_s > 0


async def test_a_mute_a_slow_and_a_babbling_device_keep_no_other_window_waiting(tmp_path: Path) -> None:
    async with hall(named("ub485"), "null", tmp_path) as bus:
        await until(lambda: set(bus.keypads.healths.values()) == {Health.READY})
        bus.ills[MUTE].mute = True
        bus.ills[SLOW].delay_s = 0.3
        bus.ills[BABBLING].babble(on=True)
        await until(lambda: bus.keypads.healths[MUTE] is Health.GONE)
        for place in WELL:
            bus.callers[place].press("finish", place)
        await until(lambda: {KeyPressed(place, "finish") for place in WELL} <= set(bus.heard))
        bus.ills[BABBLING].babble(on=False)
        bus.ills[MUTE].mute = False
        bus.callers[MUTE].press("call", MUTE)
        await until(lambda: KeyPressed(MUTE, "call_next") in bus.heard)
        await until(lambda: bus.keypads.healths[MUTE] is Health.READY)


async def test_a_slow_devices_key_is_heard_however_late_it_comes(tmp_path: Path) -> None:
    async with hall(named("ub485"), "null", tmp_path) as bus:
        bus.ills[SLOW].delay_s = 0.3
        bus.callers[SLOW].press("call", SLOW)
        await until(lambda: KeyPressed(SLOW, "call_next") in bus.heard)


async def test_what_a_device_showed_is_shown_again_when_it_is_back(tmp_path: Path) -> None:
    async with hall(named("ub485"), "null", tmp_path) as bus:
        await until(lambda: set(bus.keypads.healths.values()) == {Health.READY})
        bus.keypads.show_ticket(MUTE, "A012")
        await until(lambda: bus.callers[MUTE].digits == {MUTE: "012"})
        bus.ills[MUTE].mute = True
        bus.callers[MUTE].restart()
        await until(lambda: bus.keypads.healths[MUTE] is Health.GONE)
        bus.keypads.show_ticket(MUTE, "A013")
        bus.ills[MUTE].mute = False
        await until(lambda: bus.callers[MUTE].digits == {MUTE: "013"})


async def test_on_a_bus_where_devices_speak_by_themselves_the_ill_are_as_harmless(tmp_path: Path) -> None:
    async with hall(named("ff68-five"), "null", tmp_path) as bus:
        await until(lambda: bus.keypads.health is Health.UNKNOWN)
        bus.ills[MUTE].mute = True
        bus.ills[BABBLING].babble(on=True)
        for place in PLACES:
            bus.keypads.prompt(place, f"visit {place}", "请A012号评价")
        await until(lambda: all(bus.callers[place].texts == {place: "请A012号评价"} for place in WELL))
        for place in WELL:
            bus.callers[place].rate(place, 5)
        ratings = {RatingGiven(place, f"visit {place}", 5) for place in WELL}
        await until(lambda: ratings <= set(bus.heard))
