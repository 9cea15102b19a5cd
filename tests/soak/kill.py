"""kill -9, again and again, under clients that never give up: what was answered is there once, and nothing is there twice.

A killed process proves what the program does in the right order, not what the disk does: the page cache outlives it. That a commit
is synced before its answer is proven elsewhere, by tracing and by cutting the file.
"""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from itertools import count, cycle
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from queue_server.engine import event as log
from queue_server.engine.hall import Hall
from queue_server.simulation.chance import drawn
from queue_server.wire.ids import WindowId
from tests.e2e.house import PATIENCE_S, Server
from tests.soak.day import check_numbers, play, replay, stamped, tables

CLIENTS = 16
CALLERS = 4
"""Of the clients, how many call; the others take tickets."""
BETWEEN = (40, 240)
"""Between these lie the answers given in one life of the server."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What was proven: kills, answers, and requests that had to be repeated because nobody knew what became of them."""

    kills: int
    answered: int
    repeated: int
    settled: int
    """Of those repeated, how many turned out to have been done before the kill."""


class Siege:
    """Clients of a server that is killed."""

    def __init__(self, data: Path, seed: int) -> None:
        """On a data folder of its own."""
        self.hall: Hall
        self.hall, self._cast = play(data)
        self._data, self._server = data, Server(data)
        self._chance = drawn(seed, "siege")
        self._keys = count(1)
        self._up = asyncio.Event()
        self._started_at = datetime.now(UTC)
        self._answers: list[tuple[str, int, Any]] = []
        """(path, status, answer) of everything that was answered."""
        self._enough = asyncio.Event()
        self._limit = 0
        self._ending = False
        self._repeated = 0
        self._settled = 0
        self._http: aiohttp.ClientSession

    async def live(self, kills: int) -> Outcome:
        """So many kills; then stop in order and prove what must hold."""
        await asyncio.to_thread(self._server.start)
        patience = aiohttp.ClientTimeout(total=PATIENCE_S)
        async with aiohttp.ClientSession(timeout=patience) as self._http:
            self._up.set()
            windows = list(self._cast.clerks)[:CALLERS]
            for window in windows:
                await self._ask(f"/windows/{window}/open", self._cast.clerks[window][1], {})
            services: list[str] = [
                service for window in windows for service in self.hall.window[window].services
            ]
            async with asyncio.TaskGroup() as clients:
                for window in windows:
                    clients.create_task(self._call(window))
                for number in range(CLIENTS - CALLERS):
                    clients.create_task(self._take(services[number % len(services) :] + services))
                for _ in range(kills):
                    await self._outlive(self._chance.randint(*BETWEEN))
                    await asyncio.to_thread(self._server.kill)
                    self._up.clear()
                    self._started_at = datetime.now(UTC)
                    await asyncio.to_thread(self._server.start)
                    self._up.set()
                await self._outlive(BETWEEN[0])
                self._ending = True
            events = await self._log()
        assert self._server.stop() == 0
        self._judge(events)
        assert "whole" in self._server.line("verify")
        return Outcome(
            kills=kills, answered=len(self._answers), repeated=self._repeated, settled=self._settled
        )

    async def _outlive(self, answers: int) -> None:
        self._limit = len(self._answers) + answers
        self._enough.clear()
        async with asyncio.timeout(PATIENCE_S):
            await self._enough.wait()

    async def _take(self, services: list[str]) -> None:
        for service in cycle(services):
            if self._ending:
                return
            await self._ask("/tickets", self._cast.kiosk, {"service": service})

    async def _call(self, window: WindowId) -> None:
        while not self._ending:
            await self._ask(f"/windows/{window}/call-next", self._cast.clerks[window][1], {})

    async def _ask(self, path: str, token: str, body: dict[str, Any]) -> None:
        """Ask until it is answered, with one key."""
        key = f"siege-{next(self._keys)}"
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        again = False
        while True:
            await self._up.wait()
            try:
                url = f"{self._server.url}/api/v1{path}"
                async with self._http.post(url, json=body, headers=headers) as answer:
                    status = answer.status
                    made = None if status == 204 else await answer.json()
            except (aiohttp.ClientError, TimeoutError):
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

    def _judge(self, events: list[log.Stamped]) -> None:
        """Every answer stands in the tables, once; and there is nothing that nobody was answered."""
        rows = tables(self._data)
        _, replayed = replay(self.hall, events, self._data)
        assert replayed == rows, "the log does not give the tables"
        check_numbers(rows)
        taken = {made["id"]: made["number"] for path, _, made in self._answers if path == "/tickets"}
        assert len(taken) == sum(path == "/tickets" for path, _, _ in self._answers), (
            "one ticket for two keys"
        )
        assert taken == {row.id: row.number for row in rows.values()}, "tickets lost or doubled"
        answered = Counter(
            (made["id"], path.split("/")[2])
            for path, status, made in self._answers
            if path.endswith("call-next") and status == 200
        )
        called = Counter(
            (each.event.ticket, each.event.window) for each in events if isinstance(each.event, log.Called)
        )
        assert answered == called, "a call was lost or doubled"
        assert set(called.values()) == {1}
