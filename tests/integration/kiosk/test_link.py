"""The kiosk without its glass: a real link over a socket, a real printer driver, a simulated printer, one ticket."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from devices.driver.printer import Printer
from devices.simulator.mount import NullMount
from devices.simulator.printer import VirtualPrinter
from devices.transport.line import Line
from kiosk.app.kiosk import Kiosk
from kiosk.link import hall as rooms
from kiosk.link.book import Book
from kiosk.link.hall import Hall
from kiosk.link.paper import SerialPaper
from kiosk.model.event import HallShown, Painted, Touched
from kiosk.model.look import Home, Issued, Look, Taking, Unprinted
from kiosk.model.patience import Times
from queue_server.client.link import Link
from tests.integration.kiosk.stage import Stage
from tests.unit.kiosk.hall import CLASSES

TIMES = Times(settle_s=0.0, retry_s=0.05)


class Visit:
    """A kiosk at work, the stage it talks to and its printer."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self.stage = stage
        self.printer = VirtualPrinter()
        self.kiosk = Kiosk(TIMES)
        self.link = Link([stage.address], ["hall"], "kiosk-token")
        self.kiosk.show = self._shown
        self.kiosk.tell(Painted(0))
        self._news = asyncio.Event()
        line = Line(NullMount(self.printer).open, name="null")
        driver = Printer(line, baud=115200, answer_s=2.0)
        self.book = Book(folder)
        self.kiosk.join(Hall(self.link, self.kiosk.tell), SerialPaper(driver, self.kiosk.tell), self.book)
        self.line = line

    def _shown(self, look: Look) -> None:
        """The glass paints at once."""
        self.kiosk.tell(Painted(look.sight))
        self._news.set()

    async def until(self, kind: type, **values: object) -> None:
        """Return once a screen of this kind with these values is shown."""
        while True:
            body = self.kiosk.look.body
            if isinstance(body, kind) and all(getattr(body, name) == value for name, value in values.items()):
                return
            self._news.clear()
            await self._news.wait()

    async def at_home(self) -> None:
        """Return once the zones are there and a ticket can be taken."""
        while not (
            isinstance(body := self.kiosk.look.body, Home) and any(tile.enabled for tile in body.tiles)
        ):
            self._news.clear()
            await self._news.wait()


@contextlib.asynccontextmanager
async def visiting(folder: Path, *, lends: bool) -> AsyncIterator[Visit]:
    """A kiosk in a live hall, its printer ready."""
    async with Stage(lends=lends).open() as stage:
        visit = Visit(stage, folder)
        work = [asyncio.create_task(visit.link.run()), asyncio.create_task(visit.kiosk.run())]
        async with asyncio.timeout(30):
            await visit.at_home()
            await visit.line.wait_up()
        yield visit
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        visit.book.close()


@pytest.fixture
async def visit(tmp_path: Path) -> AsyncIterator[Visit]:
    """A kiosk that has no numbers of its own."""
    async with visiting(tmp_path, lends=False) as visit:
        yield visit


async def test_a_touch_becomes_a_printed_ticket_and_the_server_is_told(visit: Visit) -> None:
    visit.kiosk.tell(Touched("zone", "C"))
    await visit.until(Issued, number="C001", printed=True)
    assert "C001" in visit.printer.tickets[0].text
    assert "社保缴费" in visit.printer.tickets[0].text
    [take] = await visit.stage.until("tickets.take")
    [report] = await visit.stage.until("tickets.printed")
    assert report[2] == {"ticket": take[2]["id"], "ok": True}


async def test_what_is_asked_for_with_a_ticket_reaches_the_server(visit: Visit) -> None:
    hall = visit.kiosk.state
    assert hall.hall is not None
    told = msgspec.structs.replace(hall.hall, abilities=("low_counter",))
    visit.kiosk.tell(HallShown(told, hall.zones, hall.services, CLASSES))
    touches = (("zone", "C"), ("need", "wheelchair"), ("priority", ""), ("class", "senior"), ("take", ""))
    for control, key in touches:
        visit.kiosk.tell(Touched(control, key))  # type: ignore[arg-type]
    await visit.until(Issued, number="C001", printed=True)
    [take] = await visit.stage.until("tickets.take")
    assert (take[2]["class"], take[2]["needs"], take[2]["language"]) == ("senior", ["wheelchair"], "zh")


async def test_without_paper_the_number_is_shown_and_the_server_is_told_why(visit: Visit) -> None:
    visit.printer.paper = "out"
    visit.kiosk.tell(Touched("zone", "C"))
    await visit.until(Unprinted, number="C001", trouble="打印纸已用完。")
    [report] = await visit.stage.until("tickets.printed")
    assert (report[2]["ok"], report[2]["fault"]) == (False, "no_paper")
    visit.kiosk.tell(Touched("give_up"))
    [cancel] = await visit.stage.until("tickets.cancel")
    assert cancel[2]["reason"] == "given_up"


async def test_a_printer_that_says_nothing_gets_the_ticket_and_nothing_is_claimed(visit: Visit) -> None:
    visit.printer.mute = True
    visit.kiosk.tell(Touched("zone", "C"))
    await visit.until(Issued, printed=True)
    assert "C001" in visit.printer.tickets[0].text
    assert [one[0] for one in visit.stage.heard] == ["tickets.take"]


async def test_a_server_that_does_not_answer_is_asked_again_with_the_same_key_until_it_does(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "TAKE_S", 0.1)
    visit.stage.mute = True
    visit.kiosk.tell(Touched("zone", "C"))
    takes = await visit.stage.until("tickets.take", 3)
    await visit.until(Taking, slow=True)
    visit.stage.mute = False
    await visit.until(Issued, number="C001")
    assert len({(key, str(args)) for _, key, args in takes}) == 1
    assert len(visit.stage.issued) == 1


@pytest.mark.parametrize("trouble", ["mute", "sick"])
async def test_with_numbers_of_its_own_a_server_that_does_not_answer_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    monkeypatch.setattr(rooms, "TAKE_S", 0.1)
    async with visiting(tmp_path, lends=True) as visit:
        await visit.stage.all_lent()
        setattr(visit.stage, trouble, True)
        visit.kiosk.tell(Touched("zone", "C"))
        await visit.until(Issued, number="C700", printed=True)
        assert "C700" in visit.printer.tickets[0].text
        asked, *_, handed = await visit.stage.until("tickets.take", 2)
        assert handed[2].pop("issued_offline")["number"] == "C700"
        assert handed[2] == asked[2]
