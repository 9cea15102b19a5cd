"""Every driver with its simulated device, in one shape: start it, and see that it does its work."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import msgspec

from devices.codec.frame import FrameCodec
from devices.codec.pad import HERE, PadCodec
from devices.codec.profile import digits, pad
from devices.codec.profile.shape import named
from devices.driver.bar import MANNER, Bars
from devices.driver.digits import NumberDisplays
from devices.driver.keypad import Fact, Keypads
from devices.driver.press import KeyPressed
from devices.driver.printer import Printed, Printer
from devices.driver.reader import CardReader, Read
from devices.simulator.bar import VirtualBar
from devices.simulator.caller import VirtualCaller
from devices.simulator.core import Core
from devices.simulator.digits import VirtualDigits
from devices.simulator.pad import VirtualPad
from devices.simulator.printer import VirtualPrinter
from devices.simulator.reader import VirtualReader, nobody
from devices.transport.line import Line
from tests.fakes.slip import PLAIN
from tests.integration.devices.bench import until


class Stand(ABC):
    """A driver and its device. `run` is called once, with the line between them."""

    core: Core

    @abstractmethod
    def run(self, line: Line) -> Coroutine[Any, Any, None]:
        """The driver, for as long as it runs."""

    @abstractmethod
    async def works(self, n: int) -> None:
        """Returns when driver and device have done their work for the n-th time, over the line that there is now."""


class PrinterStand(Stand):
    def __init__(self) -> None:
        self.core = self._device = VirtualPrinter()

    def run(self, line: Line) -> Coroutine[Any, Any, None]:
        self._printer = Printer(line, baud=115200, answer_s=5.0, check_every_s=0.05)
        return self._printer.run()

    async def works(self, n: int) -> None:
        printed = len(self._device.tickets)
        assert await self._printer.print(PLAIN) == Printed()
        await until(lambda: len(self._device.tickets) == printed + 1)


class BarStand(Stand):
    def __init__(self) -> None:
        self.core = self._device = VirtualBar()

    def run(self, line: Line) -> Coroutine[Any, Any, None]:
        self._bars = Bars(line, frozenset({1}), manner=replace(MANNER, reply_s=0.1))
        return self._bars.run()

    async def works(self, n: int) -> None:
        self._bars.show(1, [f"A{n:03d}"])
        await until(lambda: self._device.shown == f"A{n:03d}")


class CallerStand(Stand):
    """A bus of callers; `profile` says whether they speak by themselves."""

    def __init__(self, profile: str) -> None:
        at_once = msgspec.structs.replace(
            named(profile), debounce_ms=0
        )  # keys are pressed faster than by people
        self._codec = FrameCodec(at_once)
        self.core = self._device = VirtualCaller(named(profile))
        self._heard: list[Fact] = []

    def run(self, line: Line) -> Coroutine[Any, Any, None]:
        self._keypads = Keypads(line, self._codec, frozenset({40, 41}), heard=self._heard.append)
        return self._keypads.run()

    async def works(self, n: int) -> None:
        self._heard.clear()
        self._keypads.show_ticket(41, f"A{n:03d}")
        await until(lambda: self._device.digits.get(41) == f"{n:03d}")
        self._device.press("call_next", 40 + n % 2)
        await until(lambda: self._heard == [KeyPressed(40 + n % 2, "call_next")])


class DigitsStand(Stand):
    def __init__(self) -> None:
        self._profile = digits.named("modbus-ascii")
        self.core = self._device = VirtualDigits(self._profile)

    def run(self, line: Line) -> Coroutine[Any, Any, None]:
        self._displays = NumberDisplays(line, self._profile, frozenset({1, 2}))
        return self._displays.run()

    async def works(self, n: int) -> None:
        self._displays.show(2, f"A{n:03d}")
        await until(lambda: self._device.shown.get(2) == f"A{n:03d}")


class ReaderStand(Stand):
    def __init__(self) -> None:
        self.core = self._device = VirtualReader()

    def run(self, line: Line) -> Coroutine[Any, Any, None]:
        self._reader = CardReader(line, answer_s=5.0, find_every_s=0.01)
        return self._reader.run()

    async def works(self, n: int) -> None:
        self._device.put(nobody())
        assert await self._reader.read(60.0) == Read(nobody())


class PadStand(Stand):
    def __init__(self) -> None:
        self.core = self._device = VirtualPad()
        self._heard: list[Fact] = []

    def run(self, line: Line) -> Coroutine[Any, Any, None]:
        codec = PadCodec(msgspec.structs.replace(pad.named("numpad"), debounce_ms=0))
        return Keypads(line, codec, frozenset({HERE}), heard=self._heard.append).run()

    async def works(self, n: int) -> None:
        self._heard.clear()
        self._device.press("KPPLUS" if n % 2 else "KPENTER")
        await until(lambda: self._heard == [KeyPressed(HERE, "recall" if n % 2 else "call_next")])


STANDS: dict[str, Callable[[], Stand]] = {
    "printer": PrinterStand,
    "bar": BarStand,
    "caller": lambda: CallerStand("ff68"),
    "polled pad": lambda: CallerStand("ub485"),
    "number display": DigitsStand,
    "card reader": ReaderStand,
    "key pad": PadStand,
}
