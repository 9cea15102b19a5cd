"""The kiosk's own printer, and what it says about each ticket."""

from collections.abc import Callable
from typing import Protocol

from devices.codec.escpos.status import Health
from devices.driver.printer import Failed, Printed, Printer
from kiosk.model.event import Event, PrinterChanged, PrinterReported
from kiosk.model.intent import Print


class Paper(Protocol):
    """Something that prints tickets."""

    async def run(self) -> None:
        """Keep the printer ready until cancelled. PortBusy or PortDenied if it cannot be had at the start."""

    async def print(self, job: Print) -> None:
        """Print a ticket once and tell what became of it."""


class SerialPaper:
    """A ticket printer on a line."""

    def __init__(self, printer: Printer, tell: Callable[[Event], None]) -> None:
        self._printer = printer
        self._tell = tell

    async def run(self) -> None:
        """See Paper."""
        await self._printer.run()

    async def print(self, job: Print) -> None:
        """See Paper."""
        match await self._printer.print(job.slip):
            case Printed():
                self._tell(PrinterReported(job.ticket, "printed"))
            case Failed(fault):
                self._tell(PrinterReported(job.ticket, "failed", fault))
            case _:
                self._tell(PrinterReported(job.ticket, "unknown"))


def told(health: Health) -> PrinterChanged:
    """A printer's health as a visitor is concerned by it: one that tickets are sent to is as good as any."""
    return PrinterChanged(None if health.prints else str(health))


class NullPaper:
    """No printer (port `null`): every ticket counts as printed."""

    def __init__(self, tell: Callable[[Event], None]) -> None:
        self._tell = tell

    async def run(self) -> None:
        """Nothing to keep."""

    async def print(self, job: Print) -> None:
        """See Paper."""
        self._tell(PrinterReported(job.ticket, "printed"))
