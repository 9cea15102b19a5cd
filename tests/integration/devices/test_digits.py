"""Number displays: the driver against simulated ones on one Modbus line."""

from pathlib import Path
from random import Random

import msgspec
import pytest

from devices.codec.escpos.status import Health
from devices.codec.profile.digits import named
from devices.driver.digits import NumberDisplays
from devices.simulator.bus import VirtualBus
from devices.simulator.digits import VirtualDigits
from devices.simulator.mount import NullMount
from devices.simulator.trouble import Troubled
from devices.transport.fault import Damage, damaged
from devices.transport.line import Line
from tests.integration.devices.bench import KINDS, Kind, plugged, running, until

PROFILE = named("modbus-ascii")
BOTH = frozenset({1, 2})


@pytest.mark.parametrize("kind", KINDS)
async def test_each_display_shows_its_latest_number_over_any_wire(kind: Kind, tmp_path: Path) -> None:
    device = VirtualDigits(PROFILE)
    async with plugged(device, kind, tmp_path) as line:
        displays = NumberDisplays(line, PROFILE, BOTH)
        displays.show(1, "A001")
        async with running(displays.run):
            displays.show(1, "A012")
            displays.show(2, "B7")
            await until(lambda: device.shown == {1: "A012", 2: "  B7"})
            await until(lambda: set(displays.healths.values()) == {Health.READY})
            displays.show(2, "")
            await until(lambda: device.shown == {1: "A012", 2: "    "})
    assert displays.noise == 0


async def test_a_display_that_refuses_is_offline_and_is_not_asked_for_ever(tmp_path: Path) -> None:
    device = VirtualDigits(PROFILE)
    device.steer(["refuse", "on"])
    async with plugged(device, "null", tmp_path) as line:
        displays = NumberDisplays(line, PROFILE, frozenset({1}))
        async with running(displays.run):
            displays.show(1, "A012")
            await until(lambda: displays.healths == {1: Health.OFFLINE})
            asked = displays.refused
            device.steer(["refuse", "off"])
            displays.show(1, "A013")
            await until(lambda: device.shown == {1: "A013"})
            assert displays.refused <= asked + 1


async def test_a_display_without_power_is_gone_and_shows_its_number_again_when_it_is_back(
    tmp_path: Path,
) -> None:
    devices = {place: VirtualDigits(PROFILE, frozenset({place})) for place in BOTH}
    ills = {place: Troubled(device) for place, device in devices.items()}
    async with plugged(VirtualBus([*ills.values()]), "null", tmp_path) as line:
        displays = NumberDisplays(line, PROFILE, BOTH, again_s=0.05)
        async with running(displays.run):
            displays.show(1, "A012")
            await until(lambda: displays.healths == dict.fromkeys(BOTH, Health.READY))
            ills[1].mute = True
            devices[1].restart()
            await until(lambda: displays.healths[1] is Health.GONE)
            displays.show(2, "B001")
            await until(lambda: devices[2].shown == {2: "B001"})
            ills[1].mute = False
            await until(lambda: devices[1].shown == {1: "A012"})
            await until(lambda: displays.healths[1] is Health.READY)


async def test_over_a_bad_cable_each_display_ends_with_its_number(tmp_path: Path) -> None:
    device = VirtualDigits(PROFILE)
    bad = Damage(loss=0.01, noise=0.01)
    opened = damaged(NullMount(device).open, Random(5), reading=bad, writing=bad)
    hasty = msgspec.structs.replace(PROFILE, bus=msgspec.structs.replace(PROFILE.bus, reply_timeout_ms=20))
    displays = NumberDisplays(Line(opened, name="bad"), hasty, BOTH, again_s=0.05)
    async with running(displays.run):
        for n in range(5):
            displays.show(1, f"A{n:03d}")
            await until(lambda n=n: device.shown.get(1) == f"A{n:03d}")  # type: ignore[misc]
        displays.show(2, "B002")
        await until(lambda: device.shown == {1: "A004", 2: "B002"})
