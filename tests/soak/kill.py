"""kill -9, again and again, under clients that never give up: what was answered is there once, and nothing is there twice.

A killed process proves what the program does in the right order, not what the disk does: the page cache outlives it. That a commit
is synced before its answer is proven elsewhere: `tests/power`.

Some clients give up when nobody answers. What they asked for may have been done or not; everything else is there exactly once. And
the whole history of takes and calls, kills included, could have been one clerk's: see `tests/power/history.py`.
"""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from itertools import count, cycle
from pathlib import Path
from time import monotonic
from typing import Any

import aiohttp
import msgspec

from queue_server.engine import event as log
from queue_server.engine.hall import Hall
from queue_server.engine.number import ELSEWHERE, LEASED, SLIPS
from queue_server.engine.ticket import Ticket
from queue_server.simulation.chance import drawn
from queue_server.store.database import Database
from queue_server.store.table import TableStore
from queue_server.wire.ids import ServiceId, TicketId, WindowId, ZoneId
from tests.e2e.house import PATIENCE_S, Server
from tests.power import history
from tests.power.history import Operation
from tests.soak.day import check_numbers, kept, play, replay, stamped, tables

CLIENTS = 64
CALLERS = 32
"""Of the clients, how many call; the others take tickets."""
GIVES_UP = 0.2
"""Share of the requests without an answer that are not asked again."""
AFTER = {LEASED.start - 1: LEASED.stop, ELSEWHERE.start - 1: SLIPS.stop}
"""The number that follows the last one before those that kiosks lease, other places have, and slips bear."""
BETWEEN = (40, 240)
"""Between these lie the answers given in one life of the server."""


GAVE_UP = object()
"""In place of an answer."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What was proven: kills, answers, and requests that had to be repeated because nobody knew what became of them."""

    kills: int
    answered: int
    repeated: int
    settled: int
    """Of those repeated, how many turned out to have been done before the kill."""
    given_up: int
    """Requests that their clients gave up."""


class Siege:
    """Clients of a server that is killed."""

    def __init__(self, data: Path, seed: int, database: Database | None = None) -> None:
        """On a data folder of its own; the hall may be in a `database` elsewhere."""
        self.hall: Hall
        self._database = database or kept(data)
        # The one clerk who could have done it all calls first come, first served: services of a zone have promises of their own.
        self.hall, self._cast = play(data, database=self._database, policy="fcfs")
        self._server = Server(data)
        self._chance = drawn(seed, "siege")
        self._keys = count(1)
        self._up = asyncio.Event()
        self._started_at = datetime.now(UTC)
        self._answers: list[tuple[str, int, Any]] = []
        """(path, status, answer) of everything that was answered."""
        self._lost: list[tuple[str, dict[str, Any]]] = []
        """(path, body) of what was given up."""
        self._history: list[tuple[ZoneId, Operation]] = []
        self._enough = asyncio.Event()
        self._limit = 0
        self._ending = False
        self._repeated = 0
        self._settled = 0
        self._http: aiohttp.ClientSession

    async def live(self, kills: int) -> Outcome:
        """So many kills; then stop in order and prove what must hold."""
        await self._begin()
        patience = aiohttp.ClientTimeout(total=PATIENCE_S)
        async with aiohttp.ClientSession(timeout=patience) as self._http:
            self._up.set()
            # A zone by itself: numbers, lines and windows that have nothing to do with another one.
            windows = [
                window
                for window in self._cast.clerks
                if {self.hall.service[id_].zone for id_ in self.hall.window[window].services}
                == {self.hall.window[window].zone}
            ][:CALLERS]
            for window in windows:
                await self._ask(f"/windows/{window}/open", self._cast.clerks[window][1], {})
            services: list[ServiceId] = [
                service
                for window in windows
                for service in self.hall.window[window].services
                if not self.hall.service[service].then
            ]
            assert all(self.hall.service[id_].prefix == self.hall.service[id_].zone for id_ in services)
            async with asyncio.TaskGroup() as clients:
                for window in windows:
                    clients.create_task(self._call(window))
                for number in range(CLIENTS - CALLERS):
                    clients.create_task(self._take(services[number % len(services) :] + services))
                for _ in range(kills):
                    await self._outlive(self._chance.randint(*BETWEEN))
                    await self._strike()
                await self._outlive(BETWEEN[0])
                self._ending = True
            told = await self._log()
        await self._end()
        events = self._kept_log()
        assert events[: len(told)] == told, "the log that was told is not the log that is kept"
        self._judge(events)
        assert "whole" in self._server.line("verify")
        return Outcome(
            kills=kills,
            answered=len(self._answers),
            repeated=self._repeated,
            settled=self._settled,
            given_up=len(self._lost),
        )

    async def _begin(self) -> None:
        """Start what is besieged."""
        await asyncio.to_thread(self._start)

    def _start(self) -> None:
        self._server.begin_warm().expect("ready")

    async def _strike(self) -> None:
        """Do harm, and mend it."""
        await asyncio.to_thread(self._server.kill)
        self._up.clear()
        self._started_at = datetime.now(UTC)
        await asyncio.to_thread(self._start)
        self._up.set()

    async def _end(self) -> None:
        """Stop it in order."""
        assert self._server.stop() == 0

    async def _outlive(self, answers: int) -> None:
        self._limit = len(self._answers) + answers
        self._enough.clear()
        async with asyncio.timeout(PATIENCE_S):
            await self._enough.wait()

    async def _take(self, services: list[ServiceId]) -> None:
        for service in cycle(services):
            if self._ending:
                return
            id_ = f"siege-ticket-{next(self._keys):06d}"
            begun = monotonic()
            body = {"service": service, "id": id_, "token": f"token-of-{id_}"}
            made = await self._ask("/tickets", self._cast.kiosk, body)
            known = made is not GAVE_UP
            what = history.Take(id_, service, _n(made["number"]) if known else None)
            self._note(self.hall.service[service].zone, begun, what, known=known)

    async def _call(self, window: WindowId) -> None:
        there = self.hall.window[window]
        while not self._ending:
            begun = monotonic()
            made = await self._ask(f"/windows/{window}/call-next", self._cast.clerks[window][1], {})
            known = made is not GAVE_UP
            ticket = made["id"] if known and made is not None else None
            what = history.CallNext(window, frozenset(there.services), frozenset({ticket}))
            self._note(there.zone, begun, what, known=known)

    def _note(
        self, zone: ZoneId, begun: float, what: history.Take | history.CallNext, *, known: bool
    ) -> None:
        # What was given up when the server was gone was done before, or never: a dead server does nothing more.
        self._history.append((zone, Operation(begun, monotonic(), what, known)))

    async def _ask(self, path: str, token: str, body: dict[str, Any]) -> Any:
        """Ask until it is answered, with one key, or until it is given up; the answer, None for nothing."""
        key = f"siege-{next(self._keys)}"
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        again = False
        while True:
            try:
                status, made = await self._post(path, headers, body)
            except (aiohttp.ClientError, TimeoutError):
                if self._chance.random() < GIVES_UP:
                    self._lost.append((path, body))
                    return GAVE_UP
                self._repeated += not again
                again = True
                await asyncio.sleep(0)
                continue
            if status != 503:
                break
            again = True
        assert status in (200, 201, 204), (path, status, made)
        if again and status == 201 and made is not None:
            self._settled += datetime.fromisoformat(made["issued_at"]) < self._started_at
        self._answers.append((path, status, made))
        if len(self._answers) >= self._limit:
            self._enough.set()
        return made

    async def _post(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> tuple[int, Any]:
        """Ask once."""
        await self._up.wait()
        async with self._http.post(f"{self._server.url}/api/v1{path}", json=body, headers=headers) as answer:
            return answer.status, None if answer.status == 204 else await answer.json()

    async def _log(self) -> list[log.Stamped]:
        found: list[log.Stamped] = []
        while True:
            answer = await self._http.get(
                f"{self._server.url}/api/v1/events",
                params={"after": len(found), "limit": 1000},
                headers={"Authorization": f"Bearer {self._cast.clock}"},
            )
            page = [stamped(stored) for stored in await answer.json()]
            found += page
            if len(page) < 1000:
                return found

    def _kept_log(self) -> list[log.Stamped]:
        """The log as it is at the very end.

        Until the server stops, its clock goes on and reports papers of which nobody told, and what was given up may still be done.
        """
        store = TableStore(self._database)
        try:
            return [
                log.Stamped(each.seq, each.at, each.actor, each.command, log.decode(bytes(each.body)))
                for each in store.events(0, 2**31 - 1)
            ]
        finally:
            store.close()

    def _judge(self, events: list[log.Stamped]) -> None:
        """Every answer stands in the tables, once; of what was given up each once or not at all; and there is nothing else."""
        rows = tables(self._database)
        _, replayed = replay(self.hall, events, self._database)
        assert replayed == rows, f"the log does not give the tables: {_differing(replayed, rows)}"
        check_numbers(rows)
        taken = {made["id"]: made["number"] for path, _, made in self._answers if path == "/tickets"}
        assert len(taken) == sum(path == "/tickets" for path, _, _ in self._answers), (
            "one ticket for two keys"
        )
        lost = {body["id"] for path, body in self._lost if path == "/tickets"}
        there = {row.id: row.number for row in rows.values()}
        assert taken == {id_: number for id_, number in there.items() if id_ not in lost}, (
            "tickets lost or doubled"
        )
        answered: Counter[tuple[TicketId, WindowId]] = Counter(
            (TicketId(made["id"]), WindowId(path.split("/")[2]))
            for path, status, made in self._answers
            if path.endswith("call-next") and status == 200
        )
        called = Counter(
            (each.event.ticket, each.event.window) for each in events if isinstance(each.event, log.Called)
        )
        assert set(called.values()) == {1}
        assert answered <= called, "a call was lost"
        unheard = list((called - answered).elements())
        given_up = Counter(path.split("/")[2] for path, _ in self._lost if path.endswith("call-next"))
        assert Counter(window for _, window in unheard) <= given_up, "a call was doubled"
        self._judge_history(there, unheard)

    def _judge_history(self, there: dict[TicketId, str], unheard: list[tuple[TicketId, WindowId]]) -> None:
        """All of it could have been done by one clerk, one thing after the other.

        Of what was given up, the hall says at the end which tickets there are, and which were called without anybody hearing.
        """
        zones: dict[ZoneId, list[Operation]] = {}
        for zone, each in self._history:
            what, certain = each.what, each.certain
            if isinstance(what, history.Take) and not certain:
                number = there.get(TicketId(what.ticket))
                if number is None:
                    continue
                what, certain = history.Take(what.ticket, what.service, _n(number)), True
            elif isinstance(what, history.CallNext) and not certain:
                among = frozenset(ticket for ticket, window in unheard if window == what.window)
                what = history.CallNext(what.window, what.services, among)
            zones.setdefault(zone, []).append(Operation(each.called, each.returned, what, certain))
        for zone, done in zones.items():
            assert history.linearizable(done, AFTER), f"no one clerk could have done what zone {zone} saw"


def _n(number: str) -> int:
    """The number within its series: 12 of A012."""
    return int(number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def _differing(
    replayed: dict[str, Ticket], rows: dict[str, Ticket]
) -> list[tuple[Ticket | None, Ticket | None]]:
    """The first tickets of which log and tables say different things."""
    differing = [id_ for id_ in replayed.keys() | rows.keys() if replayed.get(id_) != rows.get(id_)]
    return [(replayed.get(id_), rows.get(id_)) for id_ in differing[:3]]
