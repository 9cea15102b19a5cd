"""One job for one printer, by hand: its test page, or a logo for its memory."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from devices.codec.escpos.status import Health
from devices.codec.profile.printer import Model
from devices.driver.condition import fact, said
from devices.driver.logo import load
from devices.driver.page import page
from devices.driver.printer import Failed, Outcome, Printed, Printer
from devices.transport.address import open_port
from devices.transport.line import Line
from devices.transport.port import Port
from devices.transport.tty import Settings

PATIENCE_S = 3.0
"""For the printer's answers: by hand, nobody stands in line."""

Tell = Callable[[Mapping[str, object]], None]


async def test(port: str, baud: int, model: Model, name: str, *, logo: bool, tell: Tell) -> bool:
    """Print the test page; whether it is known to be on paper. Raises a LineFault for a port that can not be had."""
    parts = page(name, model, port, datetime.now(UTC))
    return await _once(port, baud, model, lambda printer: printer.print_parts(parts), logo=logo, tell=tell)


async def store(port: str, baud: int, model: Model, file: Path, *, tell: Tell) -> bool:
    """Put the picture of a file into the printer's memory. Raises BadLogo, or a LineFault."""
    data = load(file, model)
    return await _once(port, baud, model, lambda printer: printer.store(data), logo=False, tell=tell)


async def _once(
    port: str,
    baud: int,
    model: Model,
    job: Callable[[Printer], Awaitable[Outcome]],
    *,
    logo: bool,
    tell: Tell,
) -> bool:
    settings = Settings(baud=baud)
    first = [await open_port(port, settings)]  # a port that is not there is told, not waited for

    async def opened() -> Port:
        return first.pop() if first else await open_port(port, settings)

    def changed(health: Health) -> None:
        if health is not Health.GONE:  # that is the outcome's to say, or our own end
            tell({"printer": port, **fact(health)})

    line = Line(opened, name=port)
    printer = Printer(line, model, baud=baud, logo=logo, answer_s=PATIENCE_S, health_changed=changed)
    running = asyncio.create_task(printer.run())
    try:
        await line.wait_up()
        outcome = await job(printer)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    tell({"printer": port, **_told(outcome)})
    return isinstance(outcome, Printed)


def _told(outcome: Outcome) -> Mapping[str, object]:
    match outcome:
        case Printed():
            return {"outcome": "printed"}
        case Failed(fault):
            return {"outcome": "failed", "fault": fault, "said": said(fault)}
        case _:
            return {
                "outcome": "unknown",
                "said": "打印机没有回答：请看有没有出纸。 The printer did not answer: see whether there is paper.",
            }
