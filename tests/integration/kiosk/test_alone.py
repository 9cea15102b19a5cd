"""Kiosks and a real server that is killed, or whose answers are lost: paper, journal and server agree afterwards."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.link import hall as rooms
from kiosk.model.journal import Entry
from tests.e2e.house import Server
from tests.fakes.line import Line
from tests.integration.kiosk.machine import Machine

pytestmark = pytest.mark.timeout(120)
MORNING = "2026-11-23T09:30:00+08:00@1"
PASSWORD = "correct horse battery"


class Place:
    """A running server, and kiosks that know it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.server = Server(folder / "data", MORNING, JIAOHAO_LIMITS="off")
        self.server.user("boss", "admin", PASSWORD)
        self.tokens = [self.server.token(f"kiosk-{n}", "kiosk") for n in range(2)]
        self.server.start()
        self.sign_in()

    def sign_in(self) -> None:
        """Be somebody who may see the tickets; again after a restore."""
        self._boss = self.server.login("boss", PASSWORD)

    def later(self, entry: Entry) -> None:
        """Let the time pass in which a kiosk should have told of a ticket's paper."""
        assert entry.issued_at is not None
        to = entry.issued_at + timedelta(minutes=10)
        answer = self.server.ask("POST", "/clock/jump", self._boss, {"to": to.isoformat()})
        assert answer.status == 200, answer.text

    def machine(self, n: int, name: str, address: str = "") -> Machine:
        """Kiosk `n` of the hall, with a journal in a folder."""
        return Machine(address or self.server.url, self.tokens[n], self._folder / name)

    def folder(self, name: str) -> Path:
        """Where a kiosk has its journal."""
        return self._folder / name

    def tickets(self) -> dict[str, Any]:
        """The tickets of the server by their ids."""
        return {each["id"]: each for each in self.server.ask("GET", "/tickets", self._boss).json}

    def last(self, kind: str) -> dict[str, Any]:
        """The newest event of a kind."""
        events = self.server.ask("GET", "/events?after=0&limit=1000", self._boss).json
        found: dict[str, Any] = next(e for e in reversed(events) if e["body"]["type"] == kind)["body"]
        return found

    def assert_agreed(self, *machines: Machine, before: Sequence[str] = ()) -> None:
        """What is on paper, or was `before` the kiosks started, is in the journal and at the server, once, and nothing else is."""
        known = self.tickets()
        for machine in machines:
            assert [*before, *machine.papers] == [entry.number for entry in machine.entries]
            for entry in machine.entries:
                ticket = known[entry.take.id]
                assert (ticket["number"], ticket["paper"]) == (entry.number, entry.paper)
        numbers = [ticket["number"] for ticket in known.values()]
        assert len(numbers) == len(set(numbers))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One server for all; each test has journals of its own."""
    made = Place(tmp_path_factory.mktemp("alone"))
    yield made
    made.server.stop()


@pytest.fixture
async def line(place: Place) -> AsyncIterator[Line]:
    """A line to the server, on which answers can be lost."""
    laid = await Line(place.server.port).lay()
    yield laid
    await laid.take_up()


async def test_two_kiosks_issue_while_the_server_is_dead_and_all_agree_when_it_is_back(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        rooms, "TAKE_S", 30.0
    )  # a server that is there is waited for, however busy the machine is
    async with place.machine(0, "dead-0") as one, place.machine(1, "dead-1") as two:
        await asyncio.gather(one.lent(), two.lent())
        first = await one.take("A")
        await asyncio.to_thread(place.server.kill)
        await asyncio.gather(one.gone(), two.gone())
        taken = [await machine.take(zone) for zone in "AAB" for machine in (one, two)]
        assert int(first[1:]) < 700
        assert all(700 <= int(number[1:]) < 1000 for number in taken)
        assert len(set(taken)) == len(taken)
        await asyncio.to_thread(place.server.start)
        await asyncio.gather(one.settled(), two.settled())
        place.assert_agreed(one, two)
        assert int((await one.take("A"))[1:]) < 700
        await one.settled()
        place.assert_agreed(one, two)


async def test_a_take_that_was_done_and_not_answered_is_one_ticket_with_the_printed_number(
    place: Place, line: Line
) -> None:
    before = set(place.tickets())
    async with place.machine(0, "deaf", f"http://127.0.0.1:{line.port}") as machine:
        await machine.lent()
        line.deafen()
        printed = await machine.take("A")
        assert int(printed[1:]) >= 700
        line.mend()
        await machine.settled()
        assert len(place.tickets().keys() - before) == 1
        place.assert_agreed(machine)
    taken, renumbered = (place.last(kind) for kind in ("taken", "renumbered"))
    assert (renumbered["was"], renumbered["number"]) == (f"A{taken['n']:03d}", printed)


async def test_a_kiosk_that_is_killed_before_the_printer_gets_its_ticket_prints_and_claims_nothing(
    place: Place,
) -> None:
    folder = place.folder("killed")
    command = ["-m", "tests.integration.kiosk.machine", place.server.url, place.tokens[1], str(folder)]
    process = await asyncio.create_subprocess_exec(sys.executable, *command)
    assert await process.wait() == -signal.SIGKILL
    async with place.machine(1, "killed") as again:
        await again.lent()
        [entry] = again.entries
        assert entry.number is not None
        assert entry.paper == "unknown"
        assert again.papers == []
        place.later(entry)
        assert place.tickets()[entry.take.id]["paper"] == "unknown", "nobody says of it what nobody knows"
        number = await again.take("A")
        assert number != entry.number
        assert again.papers == [number]


async def test_tickets_younger_than_the_backup_come_back_from_a_kiosk_that_was_restarted_too(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIAOHAO_CLOCK", MORNING)  # the day on which the backup is put back
    async with place.machine(0, "restored") as machine:
        await machine.lent()
        await asyncio.to_thread(place.server.line, "backup", "--to", str(tmp_path))
        taken = [await machine.take(zone) for zone in "AB"]
        await machine.settled()
        epoch = machine.kiosk.state.epoch
        await asyncio.to_thread(place.server.kill)
    async with place.machine(0, "restored") as machine:
        alone = await machine.take("A")  # it has just started, and nobody answers
        assert int(alone[1:]) >= 700
        await asyncio.to_thread(place.server.line, "restore", str(tmp_path), "--force")
        await asyncio.to_thread(place.server.start)
        await machine.until(lambda: machine.kiosk.state.epoch not in {None, epoch})
        await machine.settled()
        place.sign_in()
        place.assert_agreed(machine, before=taken)
        assert machine.papers == [alone]
        await machine.until(lambda: all(block.epoch != epoch for block in machine.kiosk.state.journal.blocks))
