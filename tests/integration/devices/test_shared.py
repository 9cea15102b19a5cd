"""Two programs at one panel behind a serial server that serves one: each says so and leaves it alone longer and longer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

from devices.codec.escpos.status import Health
from devices.driver.bar import Bars
from devices.driver.printer import Printer
from devices.simulator.bar import VirtualBar
from devices.simulator.core import Core
from devices.simulator.mount import TcpMount
from devices.simulator.printer import VirtualPrinter
from devices.transport.address import open_port
from devices.transport.error import LineFault, PortAbsent, PortShared
from devices.transport.line import Line
from devices.transport.port import Port
from tests.integration.devices.bench import running, until

RETRY_S, RARE_S, SHORT_S = 0.01, 0.1, 1.0


@asynccontextmanager
async def served(core: Core) -> AsyncIterator[tuple[TcpMount, str]]:
    """A device behind a serial server, and its address."""
    mount = TcpMount(core)
    try:
        yield mount, await mount.plug()
    finally:
        mount.unplug()


class Place:
    """One program's line to an address, and what became of it."""

    def __init__(self, address: str) -> None:
        self.opened_at: list[float] = []
        self.faults: list[LineFault] = []
        self.line = Line(
            lambda: self._open(address), name=address, retry_s=RETRY_S, short_s=SHORT_S, rare_s=RARE_S
        )
        self.line.on_fault = self.faults.append

    async def _open(self, address: str) -> Port:
        port = await open_port(address)
        self.opened_at.append(asyncio.get_running_loop().time())
        return port

    @property
    def shared(self) -> list[LineFault]:
        return [fault for fault in self.faults if isinstance(fault, PortShared)]


async def test_two_programs_at_one_panel_say_so_and_leave_it_alone_until_one_is_gone() -> None:
    async with served(VirtualBar()) as (_, address):
        one, other = Place(address), Place(address)
        bars = Bars(one.line, frozenset({1}))
        rival = Bars(other.line, frozenset({1}))
        bars.show(1, ["A012"])
        async with running(bars.run):
            await until(lambda: bars.healths == {1: Health.READY})
            async with running(rival.run):
                await until(lambda: bars.healths == rival.healths == {1: Health.SHARED})
                before = len(one.opened_at)
                await until(lambda: len(one.opened_at) > before + 6)
                late, later = list(pairwise(one.opened_at))[-1]
                assert later - late >= RARE_S, "it is tried ever more rarely"
                assert bars.healths == {1: Health.SHARED}, (
                    "what it answers meanwhile stands for a moment only"
                )
                assert len(one.shared) == len(other.shared) == 1, "said once"
            await until(lambda: bars.healths == {1: Health.READY})
        assert address in one.shared[0].text.zh
        assert address in one.shared[0].text.en


async def test_a_device_that_is_switched_off_again_and_again_is_shared_with_nobody() -> None:
    async with served(VirtualBar()) as (mount, address):
        place = Place(address)
        async with running(Bars(place.line, frozenset({1})).run):
            for _ in range(4):
                await until(lambda: place.line.is_up)
                place.faults.clear()
                mount.unplug()
                await until(lambda: any(isinstance(fault, PortAbsent) for fault in place.faults))
                assert not place.line.shared
                await mount.plug(port=int(address.rpartition(":")[2]))
            await until(lambda: place.line.is_up)


async def test_a_shared_device_that_is_then_switched_off_is_gone_and_back_as_soon_as_any() -> None:
    async with served(VirtualBar()) as (mount, address):
        place, other = Place(address), Place(address)
        bars = Bars(place.line, frozenset({1}))
        async with running(bars.run):
            async with running(Bars(other.line, frozenset({1})).run):
                await until(lambda: bars.healths == {1: Health.SHARED})
            mount.unplug()
            await until(lambda: bars.healths == {1: Health.GONE})
            await mount.plug(port=int(address.rpartition(":")[2]))
            await until(lambda: bars.healths == {1: Health.READY})


async def test_a_printer_that_others_take_prints_while_it_is_ours() -> None:
    async with served(VirtualPrinter()) as (_, address):
        place, other = Place(address), Place(address)
        printer = Printer(place.line)
        async with running(printer.run), running(Printer(other.line).run):
            await until(lambda: printer.health is Health.SHARED)
            await until(lambda: printer.health is Health.READY)
