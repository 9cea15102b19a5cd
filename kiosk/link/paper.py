"""The kiosk's own printer, and what it says about each ticket."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from devices.codec.escpos.status import Health
from devices.driver.page import page
from devices.driver.printer import Failed, Outcome, Printed, Printer
from kiosk.model.event import Event, PrinterChanged, PrinterReported
from kiosk.model.intent import Print, TryPrinter


class Paper(Protocol):
    """Something that prints tickets."""

    async def run(self) -> None:
        """Keep the printer ready until cancelled. PortBusy or PortDenied if it cannot be had at the start."""

    async def expect(self) -> None:
        """A ticket was asked for: be ready to print it at once."""

    async def print(self, job: Print | TryPrinter) -> None:
        """Print a ticket once, or the test page, and tell what became of it."""


class SerialPaper:
    """A ticket printer on a line."""

    def __init__(self, printer: Printer, tell: Callable[[Event], None], port: str = "") -> None:
        self._printer = printer
        self._tell = tell
        self._port = port

    async def run(self) -> None:
        """See Paper."""
        await self._printer.run()

    async def expect(self) -> None:
        """See Paper."""
        await self._printer.expect()

    async def print(self, job: Print | TryPrinter) -> None:
        """See Paper."""
        match job:
            case Print(ticket, slip):
                self._report(ticket, await self._printer.print(slip))
            case TryPrinter(ticket):
                test = page("kiosk", self._printer.model, self._port, datetime.now(UTC))
                self._report(ticket, await self._printer.print_parts(test))

    def _report(self, ticket: str, outcome: Outcome) -> None:
        match outcome:
            case Printed():
                self._tell(PrinterReported(ticket, "printed"))
            case Failed(fault):
                self._tell(PrinterReported(ticket, "failed", fault))
            case _:
                self._tell(PrinterReported(ticket, "unknown"))


def told(health: Health) -> PrinterChanged:
    """A printer's health as a visitor is concerned by it: one that tickets are sent to is as good as any."""
    return PrinterChanged(None if health.prints else str(health))


class NullPaper:
    """No printer (port `null`): every ticket counts as printed."""

    def __init__(self, tell: Callable[[Event], None]) -> None:
        self._tell = tell

    async def run(self) -> None:
        """Nothing to keep."""

    async def expect(self) -> None:
        """Nothing to ask."""

    async def print(self, job: Print | TryPrinter) -> None:
        """See Paper."""
        self._tell(PrinterReported(job.ticket, "printed"))
