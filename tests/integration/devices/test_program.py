"""The simulators as programs of their own, steered over standard input, driven through their ports."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PIL import Image

from devices.codec.escpos.status import Health
from devices.codec.frame import FrameCodec
from devices.codec.profile.shape import named
from devices.driver.bar import Bars
from devices.driver.keypad import Keypads
from devices.driver.phrase import phrases
from devices.driver.press import KeyPressed, RatingGiven
from devices.driver.printer import Printed, Printer
from devices.transport.address import open_port
from devices.transport.line import Line
from tests.fakes.slip import PLAIN
from tests.integration.devices.bench import FAST, running, until


class Program:
    """A simulator process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def line(self) -> str:
        assert self._process.stdout is not None
        async with asyncio.timeout(20):
            return (await self._process.stdout.readline()).decode().strip()

    async def fact(self) -> dict[str, object]:
        found = json.loads(await self.line())
        assert isinstance(found, dict)
        return found

    def say(self, words: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{words}\n".encode())

    async def end(self) -> int:
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        return await self._process.wait()

    async def hang_up(self) -> int:
        assert self._process.stdin is not None
        self._process.stdin.close()
        return await self._process.wait()


@asynccontextmanager
async def program(*words: str) -> AsyncIterator[Program]:
    """Starts a simulator; it has ended, by SIGTERM and well, when the block is left."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "devices.simulator",
        *words,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    started = Program(process)
    try:
        yield started
    finally:
        assert await started.end() == 0


def line(path: str) -> Line:
    return Line(lambda: open_port(path, FAST), name=path, retry_s=0.01)


async def test_a_printer_program_prints_pictures_and_survives_its_cable(tmp_path: Path) -> None:
    link = str(tmp_path / "printer")
    async with program("printer", "--link", link, "--out", str(tmp_path / "out")) as sim:
        assert await sim.line() == f"ready {link}"
        printer = Printer(line(link), baud=115200, answer_s=5.0, check_every_s=0.05)
        async with running(printer.run):
            await until(lambda: printer.health is Health.READY)
            assert await printer.print(PLAIN) == Printed()
            told = await sim.fact()
            assert told["printed"] == "ticket-0001.png"
            assert "C103" in str(told["text"])
            with Image.open(tmp_path / "out" / "ticket-0001.png") as picture:
                assert picture.width > 576
            sim.say("unplug")
            assert await sim.fact() == {"plugged": None}
            await until(lambda: printer.health is Health.GONE)
            sim.say("replug")
            assert await sim.fact() == {"plugged": link}
            await until(lambda: printer.health is Health.READY)
            sim.say("paper out")
            await until(lambda: printer.health is Health.NO_PAPER)
            sim.say("sing")
            assert "a printer takes" in str(await sim.fact())
            sim.say("slow down")
            assert "slow takes off" in str(await sim.fact())
            sim.say("slow 9600")
            sim.say("paper ok")
            await until(lambda: printer.health is Health.READY)
            assert await printer.print(PLAIN) == Printed()


async def test_a_bar_program_tells_what_it_shows(tmp_path: Path) -> None:
    link = str(tmp_path / "bar")
    async with program("bar", "--link", link, "--out", str(tmp_path)) as sim:
        assert await sim.line() == f"ready {link}"
        bars = Bars(line(link), frozenset({1}))
        bars.show(1, phrases("calling", number="A012", window="3"))
        async with running(bars.run):
            assert await sim.fact() == {"shown": "请A012号到3号窗口"}
            sim.say("draw")
            assert await sim.fact() == {"drawn": "bar.png"}


async def test_one_program_is_several_bars_of_one_line(tmp_path: Path) -> None:
    link = str(tmp_path / "bars")
    async with program("bar", "--link", link, "--out", str(tmp_path), "--address", "1", "7") as sim:
        assert await sim.line() == f"ready {link}"
        bars = Bars(line(link), frozenset({1, 7}))
        bars.show(7, ["欢迎光临"])
        async with running(bars.run):
            assert await sim.fact() == {"address": 7, "shown": "欢迎光临"}
            sim.say("2 draw")
            assert await sim.fact() == {"address": 7, "drawn": "bar.png"}
    assert (tmp_path / "7" / "bar.png").exists()


async def test_a_caller_program_presses_and_rates(tmp_path: Path) -> None:
    link = str(tmp_path / "caller")
    heard: list[KeyPressed | RatingGiven] = []
    async with program("caller", "--link", link) as sim:
        assert await sim.line() == f"ready {link}"
        keypads = Keypads(line(link), FrameCodec(named("ff68")), frozenset({5}), heard=heard.append)
        async with running(keypads.run):
            await until(lambda: keypads.health is Health.UNKNOWN)
            sim.say("press call 5")
            assert await sim.fact() == {"ack": 5}
            keypads.prompt(5, "visit-1")
            assert await sim.fact() == {"prompt": 5}
            sim.say("rate 5 5")
            assert await sim.fact() == {"ack": 5}
    assert heard == [KeyPressed(5, "call_next"), RatingGiven(5, "visit-1", 5)]


@pytest.mark.parametrize("device", ["printer", "bar", "caller", "digits", "reader", "pad"])
async def test_a_simulator_ends_with_whoever_started_it(device: str) -> None:
    async with program(device, "--tcp", "127.0.0.1:0") as sim:
        assert (await sim.line()).startswith("ready socket://127.0.0.1:")
        assert await sim.hang_up() == 0
