"""Ports that nobody has described, with simulated devices on pseudo-terminals: each is recognised, keys name themselves."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from devices.agent.entry import Bar, Keypad
from devices.agent.find import find
from devices.codec.profile.file import names
from devices.codec.profile.shape import Wire, named
from devices.codec.question import Question, questions
from devices.driver.probe import Key, ask
from devices.simulator.bar import VirtualBar
from devices.simulator.caller import VirtualCaller
from devices.simulator.core import Core
from devices.simulator.mount import PtyMount
from devices.simulator.printer import VirtualPrinter
from devices.simulator.reader import VirtualReader
from devices.transport.address import open_port
from devices.transport.port import Port
from devices.transport.tty import Settings

EVERY = tuple(questions(tuple(named(name) for name in names("frame"))))


def some(*what: str, address: int | None = None) -> list[Question]:
    """The first question of each kind, to an address if it is given; patient, since the device answers."""
    found = [next(q for q in EVERY if q.what == each and address in (None, q.address)) for each in what]
    return [replace(question, patience_s=5.0) for question in found]


async def opened(port: str, wire: Wire) -> Port:
    return await open_port(port, Settings(wire.baud))


@pytest.mark.parametrize(
    "what,device",
    [
        ("printer", VirtualPrinter),
        ("bar", VirtualBar),
        ("reader", VirtualReader),
        ("ub485", lambda: VirtualCaller(named("ub485"))),
    ],
)
async def test_a_device_that_may_be_asked_says_what_it_is(
    what: str, device: Callable[[], Core], tmp_path: Path
) -> None:
    mount = PtyMount(device(), tmp_path / "port")
    (found,) = await ask(partial(opened, mount.plug()), some(what))
    assert found.question.what == what
    mount.unplug()


async def test_a_printer_is_asked_first_and_then_nothing_else(tmp_path: Path) -> None:
    device = VirtualPrinter()
    mount = PtyMount(device, tmp_path / "port")
    first = [replace(question, patience_s=5.0) for question in EVERY]
    (found,) = await ask(partial(opened, mount.plug()), first)
    assert found.question.what == "printer"
    assert device.tickets == []
    mount.unplug()


@asynccontextmanager
async def pressing(press: Callable[[], None]) -> AsyncIterator[None]:
    """Somebody presses a key again and again."""

    async def again() -> None:
        while True:
            press()
            await asyncio.sleep(0.1)

    task = asyncio.create_task(again())
    yield
    task.cancel()


async def test_the_key_that_arrives_names_port_and_address(tmp_path: Path) -> None:
    pushed, polled = VirtualCaller(named("ff68")), VirtualCaller(named("ub485"))
    printer = VirtualPrinter()
    mounts = {
        name: PtyMount(core, tmp_path / name) for name, core in (("a", pushed), ("b", polled), ("c", printer))
    }
    for mount in mounts.values():
        mount.plug()
    facts, said = list[Mapping[str, object]](), list[str]()
    ports = [str(tmp_path / name) for name in mounts]
    every = [
        replace(some("printer")[0], patience_s=2.0),
        replace(some("ub485", address=9)[0], patience_s=2.0),
    ]

    def press() -> None:
        if said and "3号" in said[-2]:
            pushed.rate(5, 4)
        elif said and "4号" in said[-2]:
            polled.press("call_next", 9)

    async with pressing(press):
        found = await find(ports, ["3", "4"], 60.0, tell=facts.append, speak=said.append, every=every)
    assert found == [Keypad("3", ports[0], Key("ff68", 5)), Keypad("4", ports[1], Key("ub485", 9))]
    assert "请按3号窗口评价器任意键" in said
    assert "Press any key on window 3's keypad" in said
    assert {fact["port"]: fact["answers"] for fact in facts if "answers" in fact} == {
        ports[0]: None,
        ports[1]: "ub485",
        ports[2]: "printer",
    }
    for mount in mounts.values():
        mount.unplug()


async def test_a_keypad_that_has_a_window_is_not_another_ones(tmp_path: Path) -> None:
    device = VirtualCaller(named("ff68"))
    mount, said = PtyMount(device, tmp_path / "port"), list[str]()
    port = mount.plug()

    def press() -> None:
        again = any("3号窗口的评价器" in sentence for sentence in said)
        device.key(6 if again else 5, b"\x07")  # any key: also one that means nothing

    async with pressing(press):
        found = await find([port], ["3", "4"], 60.0, tell=lambda _: None, speak=said.append, every=[])
    assert [(each.window, each.key.address) for each in found if isinstance(each, Keypad)] == [
        ("3", 5),
        ("4", 6),
    ]
    mount.unplug()


async def test_a_port_that_is_not_there_is_told_and_the_others_are_asked(tmp_path: Path) -> None:
    mount, facts = PtyMount(VirtualPrinter(), tmp_path / "port"), list[Mapping[str, object]]()
    ports = [str(tmp_path / "none"), mount.plug()]
    await find(ports, [], 1.0, tell=facts.append, speak=lambda _: None, every=some("printer"))
    assert [(fact.get("fault"), fact.get("answers")) for fact in facts] == [
        ("port.absent", None),
        (None, "printer"),
    ]
    mount.unplug()


async def test_a_bar_shows_a_number_and_is_the_window_that_somebody_says(tmp_path: Path) -> None:
    left, right = VirtualBar(), VirtualBar()
    mounts = [PtyMount(core, tmp_path / name) for name, core in (("a", left), ("b", right))]
    ports = [mount.plug() for mount in mounts]
    seen = list[tuple[str, str]]()

    def which(number: int) -> str:
        seen.append((left.shown, right.shown))
        return "7\n" if number == 2 else "\n"

    found = await find(
        ports, [], 1.0, tell=lambda _: None, speak=lambda _: None, every=some("bar"), which=which
    )
    assert found == [Bar("7", ports[1], 57600, 1)]
    assert [shown[0] for shown in seen] == ["1", "1"]
    assert seen[1][1] == "2"
    for mount in mounts:
        mount.unplug()
