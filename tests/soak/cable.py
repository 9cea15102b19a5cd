"""A printer whose cable is pulled again and again, mostly within a ticket: it is back at once, and no ticket is on paper twice."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from devices.codec.escpos.status import Health
from devices.driver.printer import Failed, Printed, Printer
from devices.simulator.core import Fact
from devices.simulator.mount import PtyMount
from devices.simulator.printer import VirtualPrinter
from devices.transport.address import open_port
from devices.transport.line import Line
from tests.fakes.slip import PLAIN

BAUD = 9600
TICKET_S = 0.4
BACK_S = 2.0
"""By when a printer that is plugged in again must be ready."""
PATIENCE_S = 30.0


@dataclass
class Outcome:
    """How often it was pulled, what became of the tickets, how long each return took, and what was wrong."""

    pulled: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    back_s: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


async def pull(folder: Path, times: int, seed: int) -> Outcome:
    """Print and pull so often, drawn from `seed`."""
    chance, outcome, papers = Random(seed), Outcome(), Counter[str]()
    ready, gone = asyncio.Event(), asyncio.Event()

    def told(fact: Fact) -> None:
        papers.update(word for word in str(fact.get("text", "")).split("\n") if word.startswith("T"))

    def changed(health: Health) -> None:
        for event, said in ((ready, Health.READY), (gone, Health.GONE)):
            if health is said:
                event.set()
            else:
                event.clear()

    mount = PtyMount(VirtualPrinter(tell=told), folder / "printer")
    path = mount.plug()
    mount.pace.baud = BAUD
    printer = Printer(Line(lambda: open_port(path), name=path), baud=BAUD, health_changed=changed)
    running = asyncio.create_task(printer.run())
    try:
        for number in range(1000, 1000 + times):
            async with asyncio.timeout(PATIENCE_S):
                plugged = time.monotonic()
                await ready.wait()
                outcome.back_s.append(time.monotonic() - plugged)
                printing = asyncio.create_task(printer.print(replace(PLAIN, number=f"T{number}")))
                await asyncio.sleep(chance.uniform(0, 1.5 * TICKET_S))
                mount.unplug()
                ended = await printing
                await gone.wait()
            outcome.pulled += 1
            outcome.ended[type(ended).__name__] += 1
            if isinstance(ended, Printed) and papers[f"T{number}"] != 1:
                outcome.faults.append(f"T{number} counts as printed and is not")
            if isinstance(ended, Failed) and papers[f"T{number}"]:
                outcome.faults.append(f"T{number} counts as failed and is printed")
            mount.plug()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        mount.unplug()
    outcome.faults += [f"{ticket} is on paper {count} times" for ticket, count in papers.items() if count > 1]
    return outcome
