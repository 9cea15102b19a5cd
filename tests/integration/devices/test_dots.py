"""The driver of lamps against a simulated panel that takes pictures over UDP; and a panel of several rows behind a font card."""

from pathlib import Path

from PIL import Image, ImageChops

from devices.codec.escpos.status import Health
from devices.driver.bar import Bars, Panel
from devices.driver.dots import AMBER, Dots, drawn
from devices.simulator.bar import VirtualBar
from devices.simulator.dots import VirtualDots
from devices.simulator.mount import UdpMount
from devices.transport.address import open_port
from devices.transport.error import LineFault
from devices.transport.line import Line
from devices.transport.port import Port
from tests.integration.devices.bench import plugged, running, until

PANEL = Panel(width=128, height=32, dots=16, rows=2)
CALL = ("请A012号到3号窗口", "A012")


def line(address: str) -> Line:
    return Line(lambda: open_port(address), name=address, retry_s=0.02)


def lit(rows: tuple[str, str]) -> Image.Image:
    """The picture of two texts that stand at the left of their rows."""
    image = Image.new("1", (PANEL.width, PANEL.height))
    for n, text in enumerate(rows):
        image.paste(drawn(text, PANEL.dots), (0, n * PANEL.dots))
    colour = Image.new("RGB", image.size)
    colour.paste(AMBER, mask=image)
    return colour


def same(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one, other).getbbox() is None


async def test_rows_are_lit_dot_for_dot_and_dimmed() -> None:
    device = VirtualDots((PANEL.width, PANEL.height))
    mount = UdpMount(device)
    dots = Dots(line(await mount.plug()), PANEL)
    async with running(dots.run):
        dots.show(0, ["A012 3号窗口"])
        dots.show(1, ["欢迎光临"])
        await until(lambda: same(device.image, lit(("A012 3号窗口", "欢迎光临"))))
        dots.dim(0)
        await until(lambda: device.image.getbbox() is None)
        assert device.garbage == 0
    mount.unplug()


async def test_the_fullest_wording_that_fits_stands_and_one_that_does_not_fit_runs() -> None:
    device = VirtualDots((PANEL.width, PANEL.height))
    mount = UdpMount(device)
    dots = Dots(line(await mount.plug()), PANEL)
    async with running(dots.run):
        dots.show(0, CALL)
        assert drawn(CALL[0], 16).width > PANEL.width
        await until(lambda: same(device.image, lit(("A012", ""))))
        dots.show(0, [CALL[0]])
        began = device.shows
        await until(lambda: device.shows > began and device.image.getbbox() is not None)
        for _ in range(3):
            before = device.image.tobytes()
            await until(lambda: device.image.tobytes() != before)  # noqa: B023 - awaited at once
    mount.unplug()


async def test_a_call_goes_dark_and_comes_back_and_ends_lit() -> None:
    device = VirtualDots((PANEL.width, PANEL.height))
    mount = UdpMount(device)
    dots = Dots(line(await mount.plug()), PANEL)
    standing = lit(("A012", ""))
    async with running(dots.run):
        dots.show(0, ["A012"], blinks=1)
        await until(lambda: same(device.image, standing))
        await until(lambda: device.image.getbbox() is None)
        await until(lambda: same(device.image, standing))
    mount.unplug()


async def test_lamps_that_come_back_have_their_picture_again_and_are_gone_meanwhile() -> None:
    device = VirtualDots((PANEL.width, PANEL.height))
    mount = UdpMount(device)
    address = await mount.plug()
    told: list[Health] = []
    dots = Dots(line(address), PANEL, again_s=0.02, health_changed=told.append)
    dots.show(0, ["A012"])
    async with running(dots.run):
        await until(lambda: dots.health is Health.UNKNOWN and device.shows > 3)
        mount.unplug()
        await until(lambda: dots.health is Health.GONE)
        await mount.plug(port=int(address.rpartition(":")[2]))
        await until(lambda: dots.health is Health.UNKNOWN)
        await until(lambda: same(device.image, lit(("A012", ""))))
    mount.unplug()
    assert told[:3] == [Health.UNKNOWN, Health.GONE, Health.UNKNOWN]


async def test_a_row_of_a_card_that_changes_leaves_the_others_alone_and_each_is_confirmed(
    tmp_path: Path,
) -> None:
    device = VirtualBar(size=(128, 32))
    shown: list[tuple[int, int]] = []
    async with plugged(device, "tcp", tmp_path) as wire:
        bars = Bars(
            wire,
            frozenset({1}),
            Panel(width=128, height=32, rows=2),
            shown=lambda address, row: shown.append((address, row)),
        )
        bars.show(1, ["A001"], row=0)
        bars.show(1, ["A002"], row=1)
        async with running(bars.run):
            await until(lambda: device.shown == "A001\nA002" and set(shown) == {(1, 0), (1, 1)})
            shown.clear()
            bars.show(1, ["A003"], row=0)
            await until(lambda: device.shown == "A003\nA002" and shown == [(1, 0)])
            assert [(area.y, area.height) for area in device.areas.values()] == [(0, 16), (16, 16)]
            device.refuses = True
            bars.show(1, ["A004"], row=0)
            await until(lambda: bars.healths == {1: Health.OFFLINE})
            assert shown == [(1, 0)]


async def test_a_card_that_was_without_power_has_all_its_rows_again(tmp_path: Path) -> None:
    device = VirtualBar(size=(128, 32))
    async with plugged(device, "tcp", tmp_path) as wire:
        bars = Bars(wire, frozenset({1}), Panel(width=128, height=32, rows=2), again_s=0.05)
        bars.show(1, ["A001"], row=0)
        bars.show(1, ["A002"], row=1)
        async with running(bars.run):
            await until(lambda: device.shown == "A001\nA002")
            device.restart()
            await until(lambda: device.shown == "A001\nA002")


async def test_lamps_that_are_not_there_are_told_of_once_however_often_their_port_is_opened() -> None:
    mount = UdpMount(VirtualDots((PANEL.width, PANEL.height)))
    address = await mount.plug()
    mount.unplug()
    faults: list[LineFault] = []
    opened: list[Port] = []

    async def opening() -> Port:
        opened.append(await open_port(address))
        return opened[-1]

    wire = Line(opening, name=address, retry_s=0.02)
    wire.on_fault = faults.append
    told: list[Health] = []
    dots = Dots(wire, PANEL, again_s=0.01, health_changed=told.append)
    dots.show(0, ["A012"])
    async with running(dots.run):
        await until(lambda: len(opened) >= 5)
    (fault,) = faults
    assert fault.text.zh == f"{address}没有应答：那里没有程序在收，或者到不了。请检查它的电源、网线和地址。"
    assert told == []  # it was gone from the start
