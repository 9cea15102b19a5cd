"""The hall changed under load: citizens take tickets and clerks call them while versions are published, and nothing is lost."""

import asyncio
from collections.abc import Mapping
from typing import Any

from tests.fakes.document import document, rearranged
from tests.fakes.house import House, token
from tests.fakes.play import picture

CITIZENS, TURNS = 64, 12
LESS = document(services=("filing", "licence"))
"""The hall without seals."""
GONE = {"service.unknown", "issuing.stopped"}
"""What whoever asks for a seal may be told while the hall does without."""
CALLED = {"ticket.busy", "ticket.closed"}
"""What whoever gives a ticket up, or sends it on, may be told because a clerk was faster."""


class Siege:
    """Everybody at once, and what each was told."""

    def __init__(self, home: House) -> None:
        """The hall with seals runs."""
        self._home = home
        self.taken: set[str] = set()
        self.cancelled: set[str] = set()
        self.served: set[str] = set()
        self.moved: set[str] = set()
        self.in_use = 0
        """How often a version was refused for tickets that it left without a line."""
        self.removed = 0
        """How often one was accepted once these had a destination."""
        self.published = 1
        self._done = asyncio.Event()

    async def live(self) -> None:
        """Until every citizen has done what they came for."""
        li = token(self._home.server, "clerk", "li")
        clerks = [self._clerk("1", "clerk"), self._clerk("4", li)]
        async with asyncio.TaskGroup() as work:
            for each in (*clerks, self._administrator()):
                work.create_task(each)
            async with asyncio.TaskGroup() as citizens:
                for number in range(CITIZENS):
                    citizens.create_task(self._citizen(number))
            self._done.set()

    def states(self) -> Mapping[str, str]:
        """Every ticket that somebody was told of, and what it must be by what they were told."""
        ended = dict.fromkeys(self.cancelled, "cancelled") | dict.fromkeys(self.served, "served")
        return dict.fromkeys(self.taken, "waiting") | ended

    async def _citizen(self, number: int) -> None:
        for turn in range(TURNS):
            service = ("filing", "licence", "filing", "seal")[(number + turn) % 4]
            ticket = await self._take(service, f"c{number}-{turn}")
            if ticket is not None and turn % 4 == 3:
                await self._give_up(ticket)

    async def _take(self, service: str, key: str) -> str | None:
        asked = {"service": service}
        status, ticket = await self._home.ask("POST", "/tickets", "kiosk", asked, Idempotency_Key=key)
        if service == "seal" and status != 201:
            assert ticket["code"] in GONE, ticket
            return None
        assert status == 201, ticket
        id_: str = ticket["id"]
        assert id_ not in self.taken
        self.taken.add(id_)
        return id_

    async def _give_up(self, ticket: str) -> None:
        status, answer = await self._home.ask("POST", f"/tickets/{ticket}/cancel", "steward", {})
        if status == 200:
            self.cancelled.add(ticket)
        else:
            assert answer["code"] in CALLED, answer

    async def _clerk(self, window: str, who: str) -> None:
        """Call and finish, one after the other, whatever the hall is meanwhile."""

        async def at(verb: str) -> tuple[int, Any]:
            return await self._home.ask("POST", f"/windows/{window}/{verb}", who, {})

        status, answer = await at("open")
        assert status == 200, answer
        while not self._done.is_set():
            status, called = await at("call-next")
            if status == 204:
                await asyncio.sleep(0)
                continue
            assert status == 200, called
            status, finished = await at("finish")
            assert (status, finished["id"]) == (200, called["id"]), finished
            assert called["id"] not in self.served, "called twice"
            self.served.add(called["id"])

    async def _administrator(self) -> None:
        """Remove seals, and bring them back; each third version is one that ran before."""
        turn = 0
        while not self._done.is_set():
            turn += 1
            if turn % 4 == 3:
                await self._run("/config/rollback", version=self.published - 1, note="back")
            else:
                await self._run("/config", document=(document(), LESS, rearranged())[turn % 3], note="why")

    async def _run(self, path: str, **body: Any) -> None:
        """Have a version run, with a destination for every ticket that it would leave without a line."""
        refused = False
        while True:
            status, answer = await self._home.ask("POST", path, "admin", body)
            if status == 201:
                break
            assert (status, answer["code"], answer["detail"]["what"]) == (409, "config.in_use", ["seal"]), (
                answer
            )
            if not refused:
                await self._stop_seals()
            refused = True
            self.in_use += 1
            for ticket in answer["detail"]["tickets"]:
                await self._send_on(ticket)
        assert answer["version"] in (self.published, self.published + 1)
        self.published = answer["version"]
        self.removed += refused

    async def _stop_seals(self) -> None:
        """Nobody takes another ticket for seals; that ends with the service."""
        asked = {"scope": "service:seal", "reason": "印章停办"}
        status, answer = await self._home.ask("POST", "/issuing/stop", "manager", asked)
        assert status == 200, answer

    async def _send_on(self, ticket: str) -> None:
        asked = {"service": "licence", "place": "clock", "reason": "印章停办"}
        status, answer = await self._home.ask("POST", f"/tickets/{ticket}/move", "manager", asked)
        if status == 200:
            self.moved.add(ticket)
        else:
            assert answer["code"] in CALLED, answer


async def test_64_clients_and_two_clerks_lose_nothing_while_versions_are_published(home: House) -> None:
    """What anybody was told is in the hall afterwards and nothing else, also of a service removed under its tickets."""
    status, first = await home.ask("POST", "/config", "admin", {"document": document(), "note": "why"})
    assert (status, first["version"]) == (201, 1)
    siege = Siege(home)
    await siege.live()
    assert siege.published >= 3
    assert siege.in_use >= siege.removed > 0
    assert siege.served
    assert siege.moved
    state = home.flow.durable
    assert {id_: ticket.state for id_, ticket in state.tickets.items()} == siege.states()
    assert {ticket.step.service for id_, ticket in state.tickets.items() if id_ in siege.moved} == {"licence"}
    numbers = [ticket.number for ticket in state.tickets.values()]
    assert len(set(numbers)) == len(numbers) == len(siege.taken)
    assert sum(len(line) for line in state.lines.values()) == list(siege.states().values()).count("waiting")
    assert max(state.versions) == siege.published
    rebuilt = home.flow.store.load(state.hall, home.flow.clock.now())
    assert picture(rebuilt)["lines"] == picture(state)["lines"]
