"""A card on a kiosk's reader, on a real server: it is known there, and the kiosk has nothing of it left. Every card is nobody's."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from devices.codec.sam.card import Card
from devices.simulator.reader import VirtualReader
from kiosk.model.screen import Agreeing, Home, Issued, Problem, Showing
from tests.fakes.card import number
from tests.fakes.house import House, house
from tests.fakes.leak import Somebody
from tests.fakes.wire import SOMEBODY
from tests.integration.kiosk.machine import Machine

CARD = replace(
    SOMEBODY, name="诸葛映雪", number=number("19730517", n=264, region="993817"), born=date(1973, 5, 17)
)
ELDER = replace(SOMEBODY, number=number("19500101"), born=date(1950, 1, 1))


class Visitor:
    """Somebody before a kiosk with a reader, in a live hall."""

    def __init__(self, home: House, folder: Path) -> None:
        self.home = home
        self.reader = VirtualReader()
        self.machine = Machine(home.address, home.tokens["kiosk"], folder, reader=self.reader)
        self.kiosk = self.machine.kiosk

    async def at(self, *kinds: type) -> None:
        """Return once one of these screens is shown."""
        await self.machine.until(lambda: isinstance(self.kiosk.state.screen, kinds))

    async def ready(self) -> None:
        """Return once tickets can be taken and cards be read."""
        await self.machine.until(lambda: self.kiosk.state.takes and self.kiosk.state.reader)

    async def show(self, service: str, card: Card) -> None:
        """Ask for a ticket of zone B, and put a card on the reader."""
        for control, key in (("zone", "B"), ("service", service), ("take", "")):
            self.machine.touch(control, key)  # type: ignore[arg-type]
        await self.at(Showing)
        self.reader.put(card)
        await self.at(Agreeing)
        self.reader.take()


@pytest.fixture
async def visitor(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Visitor]:
    """A visitor of whom everything is logged."""
    caplog.set_level(logging.DEBUG)
    async with house(tmp_path) as home:
        visitor = Visitor(home, tmp_path / "kiosk")
        async with visitor.machine:
            await visitor.ready()
            yield visitor


async def test_a_card_is_known_at_the_server_and_at_the_kiosk_it_leaves_nothing(
    visitor: Visitor, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    machine = visitor.machine
    await visitor.show("seal", CARD)
    machine.touch("take")
    await machine.until(lambda: isinstance(one := visitor.kiosk.state.screen, Issued) and one.printed)
    [ticket] = (await visitor.home.ask("GET", "/tickets", "manager"))[1]
    path = f"/tickets/{ticket['id']}/identify"
    _, record = await visitor.home.ask("POST", path, "manager", {"reason": "核对"})
    assert record["mask"] == "诸**雪"

    machine.touch("done")
    await visitor.show("seal", CARD)
    machine.touch("take")
    await visitor.at(Problem)
    screen = visitor.kiosk.state.screen
    assert isinstance(screen, Problem)
    assert (screen.code, dict(screen.detail)["number"]) == ("person.has_open", ticket["number"])
    machine.touch("understood")
    await visitor.at(Home)

    left = Somebody(CARD.number, CARD.name)
    printed = "".join(paper.text for paper in machine.printer.tickets)
    files = [path.read_bytes() for path in (tmp_path / "kiosk").rglob("*") if path.is_file()]
    assert any(ticket["number"].encode() in content for content in files)
    for content in (*files, printed.encode(), caplog.text.encode(), repr(visitor.kiosk.state).encode()):
        assert left.found(content) == []


async def test_an_age_on_a_card_confirms_the_class_and_nothing_else_is_kept(visitor: Visitor) -> None:
    machine = visitor.machine
    machine.touch("zone", "B")
    machine.touch("service", "licence")
    machine.touch("priority")
    machine.touch("class", "priority")
    machine.touch("take")
    await visitor.at(Showing)
    visitor.reader.put(ELDER)
    await visitor.at(Agreeing)
    machine.touch("take")
    await visitor.at(Issued)
    [ticket] = (await visitor.home.ask("GET", "/tickets", "manager"))[1]
    assert (ticket["class"], ticket["class_state"], ticket["identified"]) == ("priority", "confirmed", False)
