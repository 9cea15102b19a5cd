"""Two servers of one hall, and one after another is killed, made to stand still, or cut off from the database, under 64 clients.

What a server that stands still was asked meanwhile it finds when it goes on: it may neither do it nor answer from memory.
"""

import asyncio
import signal
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from time import monotonic
from typing import Any

import aiohttp

from queue_server.engine import event as log
from queue_server.store.account import People
from queue_server.store.place import at
from queue_server.wire.ids import ZoneId
from tests.e2e.house import Server
from tests.fakes.line import Line
from tests.fakes.postgres import Cluster
from tests.power import history
from tests.power.history import Operation
from tests.soak.kill import Siege

WITHIN_S = 5.0
"""From a fault to the first command that the other server has accepted."""
ANSWERS_S = 1.0
"""A client asks the other server when the first has not answered for so long."""
DOUBLED = 3
"""So many times it waits twice as long for the same: else a slow machine would be asked ever more and answer nobody in time."""
PAUSE_S = 0.3
"""Before a client that was refused asks again."""
FAULTS = ("kill", "stop", "cut")
LONG_S = 1e6
LATE = 16
"""Requests that wait at a server which stands still, of all kinds."""
READS, TAKES, SIGNS_IN, ADDS = range(KINDS := 4)
STEWARD, LATECOMER = "steward", "late"
"""Who signs in, and how the accounts begin that are added, at a server that was replaced; once before that, where it does it."""


class Failover(Siege):
    """The siege, with a second server that takes over. `took_s` is each fault with the time to the first accepted command."""

    def __init__(self, folder: Path, seed: int, cluster: Cluster) -> None:
        """In an empty folder, on a database of its own."""
        self._name, self._cluster = cluster.database(), cluster
        super().__init__(folder / "one", seed, at(cluster.address(self._name)))
        self.took_s: list[tuple[str, float]] = []
        self._faults: Iterator[str] = cycle(FAULTS)
        self._folders = [folder / "one", folder / "two"]
        self._folders[1].mkdir()
        for each in self._folders:
            (each / "identity.key").write_bytes(bytes(range(32)))
        self._lines: dict[str, Line] = {}
        self._servers: list[Server] = []
        self._struck_s = 0.0
        self._accepted = asyncio.Event()
        self._late_for: Counter[str] = Counter()
        """How often a key had no answer in time of the server that serves."""
        self._tries = self._in_time = 0
        self._took_s = 0.0

    async def _begin(self) -> None:
        for folder in self._folders:
            line = await Line(self._cluster.port).lay()
            server = Server(folder, JIAOHAO_DB=self._cluster.address(self._name, line.port))
            self._servers.append(server)
            self._lines[str(folder)] = line
        self._server, second = self._servers
        await asyncio.to_thread(self._server.start)
        await asyncio.to_thread(lambda: second.begin().expect("standby"))

    async def _strike(self) -> None:
        """One fault at the server that serves: the other one takes over, and the old one stands by when it is back."""
        fault, old = next(self._faults), self._server
        new = next(server for server in self._servers if server is not old)
        assert old.program is not None
        self._started_at, self._struck_s = datetime.now(UTC), monotonic()
        self._accepted.clear()
        self._server = new
        if fault == "kill":
            await asyncio.to_thread(old.kill)
        elif fault == "stop":
            old.program.process.send_signal(signal.SIGSTOP)
        else:
            self._lines[str(old.data)].cut()
        async with asyncio.timeout(30):
            await self._accepted.wait()
        await asyncio.to_thread(new.expect, "ready")
        if not self._in_time:  # what will be asked of an old server is what a server that serves does
            for number in (READS, SIGNS_IN, ADDS):
                assert await self._late(new, number)
            self._in_time = self._tries
        self.took_s.append((fault, self._took_s))
        if fault == "kill":
            old.begin()
        else:
            late = [asyncio.create_task(self._late(old, number)) for number in range(LATE)]
            await asyncio.sleep(0)  # they are sent before it goes on
            if fault == "stop":
                await asyncio.wait(late, timeout=0.2)
                old.program.process.send_signal(signal.SIGCONT)
            told = await asyncio.gather(*late)
            assert not any(told), "an old server told of the hall"
            self._lines[str(old.data)].mend()
        await asyncio.to_thread(old.expect, "standby")

    async def _late(self, old: Server, number: int) -> bool:
        """Ask a server that was replaced, to change something or to tell something: whether it says that it did."""
        self._tries += 1
        ticket = {"service": next(iter(self.hall.service)), "id": f"late-ticket-{self._tries:08d}"}
        account = {"name": f"{LATECOMER}{self._tries}", "role": "clerk", "shown": "迟"}
        word = self._cast.password
        method, path, bearer, body = (
            ("GET", "zones", self._cast.kiosk, None),
            ("POST", "tickets", self._cast.kiosk, ticket),
            ("POST", "login", "", {"name": STEWARD, "password": word}),
            ("POST", "accounts", self._cast.clock, account),
        )[number % KINDS]
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        patience = aiohttp.ClientTimeout(total=20)
        try:
            async with self._http.request(
                method, f"{old.url}/api/v1/{path}", json=body, headers=headers, timeout=patience
            ) as answer:
                return answer.status < 400
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def _post(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> tuple[int, Any]:
        """Ask one server, then the other, as a client does that has both addresses; a 503 if both refuse."""
        first, failed, key = self._server, None, headers["Idempotency-Key"]
        for server in (first, *(each for each in self._servers if each is not first)):
            try:
                async with self._http.post(
                    f"{server.url}/api/v1{path}",
                    json=body,
                    headers=headers,
                    timeout=aiohttp.ClientTimeout(total=self._patience_s(server, key)),
                ) as answer:
                    made = None if answer.status == 204 else await answer.json()
                    if answer.status != 503:
                        self._note_accepted(server)
                        return answer.status, made
            except (aiohttp.ClientError, TimeoutError) as fault:
                failed = fault
                self._late_for[key] += server is first and isinstance(fault, TimeoutError)
        await asyncio.sleep(PAUSE_S)
        if failed is not None:
            raise failed
        return 503, None

    def _patience_s(self, server: Server, key: str) -> float:
        """How long a client waits for an answer; longer the next time where the one that serves was late with it."""
        doubled = min(self._late_for[key], DOUBLED) if server is self._server else 0
        return float(ANSWERS_S * 2**doubled)

    def _note(
        self, zone: ZoneId, begun: float, what: history.Take | history.CallNext, *, known: bool
    ) -> None:
        """As the siege; but a server that is slow may do what was given up at any time after."""
        returned = monotonic() + (0.0 if known else LONG_S)
        self._history.append((zone, Operation(begun, returned, what, known)))

    def _note_accepted(self, server: Server) -> None:
        if server is self._server and not self._accepted.is_set():
            self._took_s = monotonic() - self._struck_s
            self._accepted.set()

    def _judge(self, events: list[log.Stamped]) -> None:
        """As the siege; and a server that was replaced neither added an account nor let anybody in."""
        people = People(self._database)
        added = [each.name for each in people.accounts() if each.name.startswith(LATECOMER)]
        assert added == [f"{LATECOMER}{self._in_time}"]
        assert len([each for each in people.tokens() if each.name == STEWARD]) == 1
        super()._judge(events)

    async def _end(self) -> None:
        for server in self._servers:
            assert await asyncio.to_thread(server.stop) == 0
        for line in self._lines.values():
            await line.take_up()
        self._server = Server(self._folders[0], JIAOHAO_DB=self._cluster.address(self._name))
