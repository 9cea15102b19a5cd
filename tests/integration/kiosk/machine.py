"""A kiosk without its glass on a real server: a real link, journal and drivers, a simulated printer, and a card reader if wanted.

`python -m tests.integration.kiosk.machine ADDRESS TOKEN FOLDER` takes one ticket and is killed as the printer is to get it.
"""

import asyncio
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from devices.codec.escpos.status import Health
from devices.driver.printer import Printer
from devices.driver.reader import CardReader
from devices.simulator.mount import NullMount
from devices.simulator.printer import VirtualPrinter
from devices.simulator.reader import VirtualReader
from devices.transport.line import Line
from kiosk.app.kiosk import Kiosk
from kiosk.link.book import Book
from kiosk.link.card import SerialCards
from kiosk.link.hall import Hall
from kiosk.link.paper import Paper, SerialPaper
from kiosk.model.event import Control, Event, Painted, ReaderChanged, Touched
from kiosk.model.intent import Print, TryPrinter
from kiosk.model.journal import Entry
from kiosk.model.look import Look
from kiosk.model.patience import Times
from kiosk.model.screen import Bring, Home, Issued, Services
from queue_server.client.link import Link
from queue_server.wire.ids import ZoneId

TIMES = Times(settle_s=0.0, retry_s=0.05)
PATIENCE_S = 30.0


class Watched(Kiosk):
    """A kiosk of which others hear whenever something happened to it."""

    def __init__(self) -> None:
        super().__init__(TIMES)
        self.news = asyncio.Event()

    def tell(self, event: Event) -> None:
        """See Kiosk."""
        super().tell(event)
        self.news.set()


class Deadly:
    """A printer whose kiosk is killed as it is to print."""

    async def run(self) -> None:
        """See Paper."""

    async def expect(self) -> None:
        """See Paper."""

    async def print(self, _: Print | TryPrinter) -> None:
        """See Paper."""
        os.kill(os.getpid(), signal.SIGKILL)


class Machine:
    """The kiosk at work inside `async with`."""

    def __init__(
        self,
        address: str,
        token: str,
        folder: Path,
        paper: Paper | None = None,
        reader: VirtualReader | None = None,
    ) -> None:
        self.kiosk = Watched()
        self.kiosk.show = self._shown
        self.kiosk.tell(Painted(0))
        self.printer = VirtualPrinter()
        self._line = Line(NullMount(self.printer).open, name="null")
        driver = Printer(self._line, baud=115200, answer_s=5.0)
        self.link = Link([address], ["hall"], token)
        self._book = Book(folder)
        paper = paper or SerialPaper(driver, self.kiosk.tell)
        cards = None if reader is None else self._cards(reader)
        self.kiosk.join(Hall(self.link, self.kiosk.tell), paper, self._book, cards)
        self._work: list[asyncio.Task[None]] = []

    def _cards(self, reader: VirtualReader) -> SerialCards:
        def changed(health: Health) -> None:
            self.kiosk.tell(ReaderChanged(health is Health.READY))

        line = Line(NullMount(reader).open, name="reader")
        driver = CardReader(line, find_every_s=0.01, health_changed=changed)
        return SerialCards(driver, self.kiosk.tell)

    def _shown(self, look: Look) -> None:
        """The glass paints at once."""
        self.kiosk.tell(Painted(look.sight))

    @property
    def entries(self) -> list[Entry]:
        """Its tickets, as the journal has them."""
        return list(self.kiosk.state.journal.entries.values())

    @property
    def papers(self) -> list[str]:
        """The numbers on the paper that came out."""
        return [re.findall(r"\b[A-Z][0-9]{3,4}\b", ticket.text)[0] for ticket in self.printer.tickets]

    async def until(self, fits: Callable[[], Any]) -> None:
        """Return once it is so."""
        async with asyncio.timeout(PATIENCE_S):
            while not fits():
                self.kiosk.news.clear()
                await self.kiosk.news.wait()

    async def lent(self) -> None:
        """Return once there are numbers of every zone."""
        await self.until(lambda: self.kiosk.state.services and self.wanting == set())

    @property
    def wanting(self) -> set[ZoneId]:
        """Zones of which it has no numbers."""
        state = self.kiosk.state
        return {service.zone for service in state.services} - {block.zone for block in state.journal.blocks}

    async def gone(self) -> None:
        """Return once it works without the server."""
        await self.until(lambda: self.kiosk.state.alone)

    async def settled(self) -> None:
        """Return once the store that answers has been told all of its tickets."""
        kiosk = self.kiosk
        await self.until(
            lambda: (
                kiosk.state.lost_at is None
                and all(entry.epoch == kiosk.state.epoch and entry.told for entry in self.entries)
            )
        )

    async def take(self, zone: str) -> str:
        """Take a ticket for the first service of a zone, and go when it is printed; its number."""
        self.touch("zone", zone)
        match self.kiosk.state.screen:
            case Services():
                self.touch("service", self.kiosk.state.offered(zone)[0].id)
        match self.kiosk.state.screen:
            case Bring():
                self.touch("take")
        await self.until(lambda: isinstance(one := self.kiosk.state.screen, Issued) and one.printed)
        screen = self.kiosk.state.screen
        assert isinstance(screen, Issued)
        self.touch("done")
        assert isinstance(self.kiosk.state.screen, Home)
        return screen.ticket.number

    def touch(self, control: Control, key: str = "") -> None:
        """A finger on a button."""
        self.kiosk.tell(Touched(control, key))

    async def __aenter__(self) -> Self:
        self._work = [asyncio.create_task(self.link.run()), asyncio.create_task(self.kiosk.run())]
        async with asyncio.timeout(PATIENCE_S):
            await self._line.wait_up()
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        self._book.close()


async def die(address: str, token: str, folder: str) -> None:
    """Take a ticket, and be killed."""
    machine = Machine(address, token, Path(folder), Deadly())
    work = [asyncio.create_task(each) for each in (machine.link.run(), machine.kiosk.run())]
    await machine.until(lambda: machine.kiosk.state.takes and machine.link.state == "live")
    await machine.take("A")
    await asyncio.gather(*work)


if __name__ == "__main__":
    asyncio.run(die(*sys.argv[1:]))
