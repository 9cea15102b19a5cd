"""A ticket over a line of 9,600 baud: from the order to print it until it is cut, beside the line's own time."""

import asyncio
import time
from pathlib import Path
from typing import NamedTuple

from devices.codec.escpos.status import Health
from devices.driver.paper import ticket
from devices.driver.printer import BITS, Printed, Printer
from devices.simulator.core import Fact
from devices.simulator.mount import PtyMount
from devices.simulator.printer import VirtualPrinter
from devices.transport.address import open_port
from devices.transport.line import Line
from tests.fakes.slip import PLAIN

BAUD = 9600
PRINTS = 5


class Prints(NamedTuple):
    """How long each print took until it was cut, the ticket's bytes, and how long these alone are on the line."""

    took_s: list[float]
    size: int
    line_s: float


def prints(folder: Path) -> Prints:
    """Print some tickets."""
    return asyncio.run(_prints(folder))


async def _prints(folder: Path) -> Prints:
    ready, cut_at = asyncio.Event(), [0.0]

    def told(fact: Fact) -> None:
        if "text" in fact:
            cut_at.append(time.perf_counter())

    def changed(health: Health) -> None:
        if health is Health.READY:
            ready.set()

    mount = PtyMount(VirtualPrinter(tell=told), folder / "printer")
    path = mount.plug()
    mount.pace.baud = BAUD
    printer = Printer(
        Line(lambda: open_port(path), name=path), baud=BAUD, answer_s=5.0, health_changed=changed
    )
    task = asyncio.create_task(printer.run())
    took: list[float] = []
    try:
        await ready.wait()
        for _ in range(PRINTS):
            begun = time.perf_counter()
            outcome = await printer.print(PLAIN)
            assert outcome == Printed(), outcome
            took.append(cut_at[-1] - begun)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        mount.unplug()
    size = len(ticket(PLAIN, printer.model))
    return Prints(took, size, size * BITS / BAUD)
