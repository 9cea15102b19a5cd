"""A walk along the windows after installing, with simulated devices on pseudo-terminals and without a server."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from devices.agent.config import BarConfig, Config, DigitsConfig, KeypadConfig
from devices.agent.walk import Walk
from devices.codec.profile import digits
from devices.codec.profile.shape import named
from devices.simulator.bar import VirtualBar
from devices.simulator.caller import VirtualCaller
from devices.simulator.digits import VirtualDigits
from devices.simulator.mount import PtyMount
from queue_server.wire.ids import WindowId
from tests.integration.devices.bench import until

THREE, FOUR = WindowId("3"), WindowId("4")
Facts = list[Mapping[str, object]]


def keys(facts: Facts) -> list[tuple[object, object]]:
    return [(fact["window"], fact["key"]) for fact in facts if "key" in fact]


async def test_every_display_shows_its_window_and_every_key_is_told_with_its_own(tmp_path: Path) -> None:
    bar, caller, shown = (
        VirtualBar(),
        VirtualCaller(named("ff68")),
        VirtualDigits(digits.named("modbus-ascii")),
    )
    mounts = [PtyMount(core, tmp_path / name) for name, core in (("b", bar), ("k", caller), ("d", shown))]
    ports = [mount.plug() for mount in mounts]
    config = Config(
        bar=(BarConfig(window=THREE, port=ports[0]),),
        keypad=(KeypadConfig(port=ports[1], windows={"5": THREE, "6": FOUR}),),
        digits=(DigitsConfig(port=ports[2], windows={"1": FOUR}),),
    )
    facts = Facts()
    walk = asyncio.create_task(Walk(config, facts.append).run(60.0))
    await until(
        lambda: bar.shown == "3" and caller.digits.get(6, "").strip() == "4" and caller.prompts.get(5)
    )
    await until(lambda: {"device": "digits 1/1", "health": "ready"} in facts)
    caller.rate(5, 4)
    await until(lambda: keys(facts) == [("3", "rate 4")])
    caller.press("recall", 6)
    assert await walk
    assert keys(facts) == [("3", "rate 4"), ("4", "recall")]
    assert {"device": "bar 1", "health": "ready"} in facts
    assert "gone" not in {fact.get("health") for fact in facts}, "that the walk ends is no fault of a device"
    for mount in mounts:
        mount.unplug()


async def test_a_keypad_that_nobody_pressed_is_named_at_the_end(tmp_path: Path) -> None:
    mount, facts = PtyMount(VirtualCaller(named("ff68")), tmp_path / "port"), Facts()
    config = Config(keypad=(KeypadConfig(port=mount.plug(), windows={"5": THREE}),))
    assert not await Walk(config, facts.append).run(0.05)
    last = dict(facts[-1])
    assert str(last.pop("said")).startswith("没有听到3号窗口的键：")
    assert last == {"window": "3", "device": "keypad 1/5", "key": None}
    mount.unplug()


async def test_a_key_of_an_address_that_is_not_in_the_file_is_told_with_what_to_do(tmp_path: Path) -> None:
    caller, facts = VirtualCaller(named("ff68")), Facts()
    mount = PtyMount(caller, tmp_path / "port")
    config = Config(keypad=(KeypadConfig(port=mount.plug(), windows={"5": THREE}),))
    walk = asyncio.create_task(Walk(config, facts.append).run(60.0))
    await until(lambda: caller.prompts.get(5))
    assert facts[0]["health"] == "unknown"
    assert "还没有按过键" in str(facts[0]["said"])
    caller.press("call", 7)
    await until(lambda: facts[-1].get("address") == 7)
    assert facts[-1]["device"] == "keypad 1"
    assert str(facts[-1]["said"]).startswith("地址7的键：设置里没有这个地址。")
    caller.press("call", 5)
    assert await walk
    mount.unplug()
