"""A kiosk that was never told a token, and a real server: it shows a code, is placed, issues, is revoked, shows another code."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Self

import pytest

from devices.codec.escpos.status import Health
from devices.driver.printer import Printer
from devices.driver.reader import CardReader
from devices.simulator.mount import NullMount
from devices.simulator.printer import VirtualPrinter
from devices.simulator.reader import VirtualReader
from devices.transport.line import Line
from kiosk.app.kiosk import Kiosk
from kiosk.link import paper
from kiosk.link.book import Book
from kiosk.link.hall import Hall
from kiosk.link.paper import NullPaper, SerialPaper
from kiosk.link.place import Condition, place
from kiosk.model.event import Painted
from kiosk.model.intent import Ail
from kiosk.model.look import Home, Look, Pairing
from kiosk.model.patience import Times
from queue_server.client import pairing
from queue_server.client.keep import NAME
from queue_server.client.link import Link
from queue_server.client.pairing import NOBODY
from tests.fakes.house import House, house


class Glass:
    """A kiosk at work on a real server, without its window."""

    def __init__(self, address: str, folder: Path, printer: Printer | None = None) -> None:
        self.kiosk = Kiosk(Times(settle_s=0.0))
        self.kiosk.show = self._shown
        self.kiosk.tell(Painted(0))
        self._news = asyncio.Event()
        self.link = Link([address], (), NOBODY)
        self.book = Book(folder)
        tell = self.kiosk.tell
        slips = NullPaper(tell) if printer is None else SerialPaper(printer, tell)
        self.kiosk.join(Hall(self.link, tell), slips, self.book)
        self.pairing = place(self.link, folder, self.kiosk.tell)
        self._work: list[asyncio.Task[None]] = []

    def _shown(self, look: Look) -> None:
        self.kiosk.tell(Painted(look.sight))
        self._news.set()

    async def code(self, other_than: str = "") -> str:
        """The code on the glass."""
        while True:
            body = self.kiosk.look.body
            if isinstance(body, Pairing) and (code := body.code.replace(" ", "")) != other_than:
                return code
            await self.news()

    async def at_home(self) -> None:
        """Return when a ticket can be taken."""
        while not (
            isinstance(body := self.kiosk.look.body, Home) and any(tile.enabled for tile in body.tiles)
        ):
            await self.news()

    async def news(self) -> None:
        """Return with the next look."""
        self._news.clear()
        await self._news.wait()

    @asynccontextmanager
    async def cut_off(self) -> AsyncIterator[None]:
        """Without its server; afterwards it comes back to that with all that it knew."""
        online = self._work.pop(0)
        online.cancel()
        await asyncio.gather(online, return_exceptions=True)
        yield
        self._work.insert(0, asyncio.create_task(self.link.run()))

    async def __aenter__(self) -> Self:
        self._work = [
            asyncio.create_task(each) for each in (self.link.run(), self.kiosk.run(), self.pairing.run())
        ]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        self.book.close()


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "PAUSE_S", 0.02)


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as running:
        yield running


async def waiting(home: House, code: str) -> dict[str, Any]:
    """The device that an administrator finds by a code."""
    _, devices = await home.ask("GET", "/devices", "admin")
    found: dict[str, Any] = next(device for device in devices if device["code"] == code)
    return found


async def test_a_kiosk_shows_its_code_until_it_is_placed_and_then_issues(home: House, tmp_path: Path) -> None:
    folder = tmp_path / "kiosk"
    async with asyncio.timeout(20), Glass(home.address, folder) as glass:
        code = await glass.code()
        assert (folder / NAME).stat().st_mode & 0o777 == 0o600
        device = await waiting(home, code)
        assert (device["kind"], device["state"]) == ("kiosk", "waiting")
        await home.ask("POST", f"/devices/{device['id']}/place", "admin", {"name": "大厅1号", "zone": "A"})
        await glass.at_home()
        ticket = await glass.link.command("tickets.take", {"service": "filing"})
        assert ticket["number"] == "A001"
        _, events = await home.ask("GET", "/events", "admin")
        assert events[-1]["actor"] == "kiosk:大厅1号"
    assert (folder / NAME).read_text(encoding="ascii").strip() not in str(events)


async def test_administrators_see_how_printer_and_reader_are_and_visitors_that_paper_is_out(
    home: House, tmp_path: Path
) -> None:
    device, condition = VirtualPrinter(), Condition()
    line = Line(NullMount(device).open, name="null")

    def changed(health: Health) -> None:
        condition.part("printer", health)
        glass.kiosk.tell(paper.told(health))

    printer = Printer(line, answer_s=2.0, health_changed=changed)

    async def told(fault: str | None) -> None:
        while True:
            _, (record,) = await home.ask("GET", "/devices", "admin")
            if record["fault"] == fault and record["health"] == ("degraded" if fault else "ready"):
                return
            await asyncio.sleep(0.01)

    async with asyncio.timeout(20), Glass(home.address, tmp_path / "kiosk") as glass:
        condition.part("printer", printer.health)
        condition.tell(glass.pairing.say)
        found = await waiting(home, await glass.code())
        await home.ask("POST", f"/devices/{found['id']}/place", "admin", {})
        await glass.at_home()
        await told("打印机没连上 printer gone")
        working = asyncio.create_task(printer.run())
        await told(None)
        assert glass.kiosk.look.banner is None
        device.steer(["paper", "out"])
        await told("打印机缺纸 printer out of paper")
        banner = glass.kiosk.look.banner
        assert banner is not None
        assert banner.text.startswith("本机打印纸已用完")
        condition.trouble(Ail("journal", "A001"))
        await told("打印机缺纸 printer out of paper, A001没存盘，请查磁盘 unsaved, check disk")
        device.steer(["paper", "ok"])
        await told("A001没存盘，请查磁盘 unsaved, check disk")
        assert glass.kiosk.look.banner is None
        condition.trouble(Ail("handover", "A002", "ticket.exists"))
        await told("A001没存盘，请查磁盘 unsaved, check disk +1")
        condition.ail("journal", None)
        await told("A002没补上，请人工办理 refused, serve by hand: ticket.exists")
        condition.ail("handover A002", None)
        slot = Line(NullMount(VirtualReader()).open, name="reader")
        reader = CardReader(slot, answer_s=2.0, health_changed=partial(condition.part, "reader"))
        condition.part("reader", reader.health)
        await told("阅读器没连上 card reader gone")
        reading = asyncio.create_task(reader.run())
        await told(None)
        for work in (working, reading):
            work.cancel()
        await asyncio.gather(working, reading, return_exceptions=True)


async def test_a_kiosk_without_paper_sends_people_to_the_other_one_also_where_that_is_low_on_paper(
    home: House, tmp_path: Path
) -> None:
    async with (
        asyncio.timeout(20),
        Glass(home.address, tmp_path / "one") as empty,
        Glass(home.address, tmp_path / "two") as other,
    ):
        for glass, name in ((empty, "1号取号机"), (other, "2号取号机")):
            condition = Condition()
            condition.tell(glass.pairing.say)
            device = await waiting(home, await glass.code())
            await home.ask("POST", f"/devices/{device['id']}/place", "admin", {"name": name, "zone": "A"})
            await glass.at_home()
            condition.part("printer", Health.NEAR_END)
            glass.kiosk.tell(paper.told(Health.NEAR_END))

        async def says(words: str) -> None:
            while (banner := empty.kiosk.look.banner) is None or banner.text != words:
                await empty.news()

        empty.kiosk.tell(paper.told(Health.NO_PAPER))
        await says("本机打印纸已用完，请到2号取号机取号，或在此记下号码")
        other.kiosk.tell(paper.told(Health.COVER))
        await says("本机打印纸已用完：取号后请记下号码，或到咨询台取号")


async def test_a_placed_kiosk_starts_again_without_anybody_and_the_server_too(tmp_path: Path) -> None:
    folder = tmp_path / "kiosk"
    async with asyncio.timeout(30):
        async with house(tmp_path) as home:
            port = int(home.address.rpartition(":")[2])
            async with Glass(home.address, folder) as glass:
                device = await waiting(home, await glass.code())
                await home.ask("POST", f"/devices/{device['id']}/place", "admin", {})
                await glass.at_home()
            async with Glass(home.address, folder) as glass:
                await glass.at_home()
        async with house(tmp_path, port=port) as home, Glass(home.address, folder) as glass:
            await glass.at_home()
            _, devices = await home.ask("GET", "/devices", "admin")
            assert [one["state"] for one in devices] == ["placed"]


async def test_a_revoked_kiosk_shows_another_code_at_once_and_its_token_is_dead(
    home: House, tmp_path: Path
) -> None:
    folder = tmp_path / "kiosk"
    async with asyncio.timeout(20), Glass(home.address, folder) as glass:
        first = await glass.code()
        device = await waiting(home, first)
        await home.ask("POST", f"/devices/{device['id']}/place", "admin", {})
        await glass.at_home()
        old = (folder / NAME).read_text(encoding="ascii").strip()
        await home.ask("POST", f"/devices/{device['id']}/revoke", "admin", {"reason": "搬走"})
        second = await waiting(home, await glass.code(first))
        assert second["id"] != device["id"]
        assert (folder / NAME).read_text(encoding="ascii").strip() != old
        status, error = await home.ask("POST", "/tickets", old, {"service": "filing"})
        assert (status, error["code"]) == (401, "auth.invalid")


async def test_a_code_that_is_too_old_is_followed_by_another(home: House, tmp_path: Path) -> None:
    async with asyncio.timeout(20), Glass(home.address, tmp_path / "kiosk") as glass:
        first = await glass.code()
        await home.ask("POST", "/clock/jump", "admin", {"to": "2026-11-23T09:16:00+08:00"})
        second = await glass.code(first)
        _, devices = await home.ask("GET", "/devices", "admin")
        assert [one["code"] for one in devices] == [second]


async def papered(home: House, ticket: dict[str, Any], paper: str) -> None:
    """Return once so much is known of a ticket's paper."""
    while True:
        _, now = await home.ask("GET", f"/tickets/{ticket['id']}", "steward")
        if now["paper"] == paper:
            return
        await asyncio.sleep(0.01)


async def test_a_ticket_of_the_desk_is_printed_at_the_kiosk_that_a_steward_names(
    home: House, tmp_path: Path
) -> None:
    device = VirtualPrinter()
    line = Line(NullMount(device).open, name="null")
    printer = Printer(line, baud=115200, answer_s=2.0)
    async with asyncio.timeout(20), Glass(home.address, tmp_path / "kiosk", printer) as glass:
        found = await waiting(home, await glass.code())
        await home.ask("POST", f"/devices/{found['id']}/place", "admin", {"name": "大厅1号"})
        await glass.at_home()
        await line.wait_up()
        ticket = await home.take(who="steward", paper=False)
        asked = {"printer": found["id"]}
        status, answer = await home.ask("POST", f"/tickets/{ticket['id']}/reprint", "steward", asked)
        assert (status, answer["paper"]) == (200, "pending")
        await papered(home, ticket, "printed")
        assert [ticket["number"] in one.text for one in device.tickets] == [True]
        device.steer(["paper", "out"])
        await home.ask("POST", f"/tickets/{ticket['id']}/reprint", "clerk", asked)
        await papered(home, ticket, "failed")
        _, events = await home.ask("GET", "/events", "admin")
        assert (events[-1]["actor"], events[-1]["body"]["fault"]) == ("kiosk:大厅1号", "no_paper")
        assert len(device.tickets) == 1


async def test_a_kiosk_that_comes_back_prints_what_is_wanted_then_and_not_what_was_wanted_meanwhile(
    home: House, tmp_path: Path
) -> None:
    async with (
        asyncio.timeout(20),
        Glass(home.address, tmp_path / "one") as north,
        Glass(home.address, tmp_path / "two") as south,
    ):
        ids: list[str] = []
        for glass, name in ((north, "1号取号机"), (south, "2号取号机")):
            device = await waiting(home, await glass.code())
            await home.ask("POST", f"/devices/{device['id']}/place", "admin", {"name": name})
            await glass.at_home()
            ids.append(device["id"])
        tickets = [await home.take(who="steward", paper=False) for _ in range(3)]
        lapsed, moved, wanted = (f"/tickets/{one['id']}/reprint" for one in tickets)
        async with north.cut_off():
            await home.ask("POST", lapsed, "steward", {"printer": ids[0]})
            home.flow.clock.set(home.flow.clock.now() + timedelta(seconds=31))
            await papered(home, tickets[0], "unknown")
            await home.ask("POST", moved, "steward", {"printer": ids[0]})
            await home.ask("POST", moved, "steward", {"printer": ids[1]})
            await papered(home, tickets[1], "printed")
            await home.ask("POST", wanted, "steward", {"printer": ids[0]})
        await papered(home, tickets[2], "printed")
        assert [ticket.number for ticket in north.kiosk.state.reprints.values()] == [tickets[2]["number"]]
        assert [ticket.number for ticket in south.kiosk.state.reprints.values()] == [tickets[1]["number"]]
