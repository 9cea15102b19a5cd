"""The identity card reader: the driver against the simulated one. Every card is nobody's."""

import asyncio
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from devices.codec.escpos.status import Health
from devices.codec.sam import card as text
from devices.codec.sam.frame import DONE, Ask, framed
from devices.driver.reader import CardReader, NoCard, Read, Unread
from devices.simulator.mount import NullMount
from devices.simulator.reader import VirtualReader, nobody
from devices.simulator.trouble import Troubled
from devices.transport.fault import Damage, damaged
from devices.transport.line import Line
from tests.fakes import card
from tests.fakes.wire import SOMEBODY
from tests.integration.devices.bench import KINDS, Kind, plugged, running, until


def driver(line: Line) -> CardReader:
    return CardReader(line, answer_s=2.0, find_every_s=0.01, check_every_s=0.05)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_card_is_read_over_any_wire_and_only_when_somebody_asks(kind: Kind, tmp_path: Path) -> None:
    device = VirtualReader()
    async with plugged(device, kind, tmp_path) as line:
        reader = driver(line)
        async with running(reader.run):
            await until(lambda: reader.health is Health.READY)
            device.put(SOMEBODY)
            assert device.reads == 0
            assert await reader.read(60.0) == Read(SOMEBODY)
            assert await reader.read(0.1) == NoCard()
    assert reader.junk == 0


async def test_the_card_of_the_one_before_is_never_handed_to_the_next(tmp_path: Path) -> None:
    device = VirtualReader()
    slow = Troubled(device)
    async with plugged(slow, "null", tmp_path) as line:
        reader = driver(line)
        async with running(reader.run):
            await until(lambda: reader.health is Health.READY)
            device.put(SOMEBODY)
            slow.delay_s = 0.05
            first = asyncio.create_task(reader.read(60.0))
            await until(lambda: device.reads == 1)  # it has been read, and the answer is on its way
            first.cancel()
            device.put(nobody())
            assert await reader.read(60.0) == Read(nobody())


async def test_a_late_answer_with_a_card_is_nobodys(tmp_path: Path) -> None:
    device = VirtualReader()
    late = framed(DONE + bytes.fromhex("01000400") + text.write(SOMEBODY) + bytes(1024))
    async with plugged(device, "null", tmp_path) as line:
        reader = driver(line)
        async with running(reader.run):
            await until(lambda: reader.health is Health.READY)
            asking = asyncio.create_task(reader.read(0.2))
            for _ in range(20):
                device.send(late)
                await asyncio.sleep(0.001)
            assert await asking == NoCard()


async def test_a_card_that_can_not_be_read_says_so_and_the_next_one_is_read(tmp_path: Path) -> None:
    device = VirtualReader()
    async with plugged(device, "null", tmp_path) as line:
        reader = driver(line)
        async with running(reader.run):
            await until(lambda: reader.health is Health.READY)
            device.put(SOMEBODY, bad=True)
            assert await reader.read(0.2) == Unread("card")
            asking = asyncio.create_task(reader.read(60.0))
            device.put(nobody("foreign"))
            assert await asking == Read(nobody("foreign"))


async def test_a_mute_reader_is_unknown_and_an_absent_one_gone(tmp_path: Path) -> None:
    device = Troubled(VirtualReader())
    async with plugged(device, "null", tmp_path) as line:
        reader = CardReader(line, answer_s=0.05, find_every_s=0.01, check_every_s=0.05)
        assert await reader.read(0.05) == Unread("gone")
        async with running(reader.run):
            await until(lambda: reader.health is Health.READY)
            device.mute = True
            assert await reader.read(0.3) == Unread("unknown")


class Lossy(VirtualReader):
    """A reader of which the first answer to each kind of order is lost, once it is `poor`."""

    poor = False

    def __init__(self) -> None:
        super().__init__()
        self.lost = set[bytes]()

    def _reply(self, content: bytes) -> bytes:
        reply = super()._reply(content)
        if self.poor and content not in self.lost:
            self.lost.add(content)
            return b""
        return reply


async def test_an_answer_that_is_lost_is_asked_for_again_before_the_reader_counts_as_mute(
    tmp_path: Path,
) -> None:
    device, healths = Lossy(), list[Health]()
    async with plugged(device, "null", tmp_path) as line:
        reader = CardReader(line, answer_s=0.4, find_every_s=0.01, read_s=0.4, health_changed=healths.append)
        async with running(reader.run):
            await until(lambda: reader.health is Health.READY)
            device.poor = True
            device.put(SOMEBODY)
            healths.clear()
            assert await reader.read(60.0) == Read(SOMEBODY)
            assert device.lost == {Ask.FIND.value, Ask.SELECT.value, Ask.READ.value}
            assert healths == [], "nobody heard that it was mute"


async def test_over_a_bad_cable_it_is_the_card_or_none_and_never_another(tmp_path: Path) -> None:
    device = VirtualReader()
    bad = Damage(loss=0.0003, noise=0.0003)
    opened = damaged(NullMount(device).open, Random(5), reading=bad, writing=bad)
    reader = CardReader(Line(opened, name="bad"), answer_s=0.02, find_every_s=0.001, read_s=0.05)
    async with running(reader.run):
        await until(lambda: reader.health is Health.READY)
        seen = []
        for n in range(20):
            somebody = replace(SOMEBODY, number=card.number(n=n + 1))
            device.put(somebody)
            found = await reader.read(0.2)
            assert not isinstance(found, Read) or found.card == somebody
            seen.append(type(found))
        assert seen.count(Read) > 5
    assert reader.junk > 0
