"""The write path on a real PostgreSQL that dies, and on a line that is cut between a COMMIT and its answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Self

import pytest

from queue_server.flow.clock import Clock
from queue_server.flow.flow import Flow
from queue_server.store.postgres import Postgres
from queue_server.store.table import TableStore
from queue_server.store.verify import verify
from queue_server.wire.command import Take
from queue_server.wire.error import Refusal
from tests.fakes.hall import FILING, MORNING, hall
from tests.fakes.play import KIOSK, SECRET
from tests.fakes.postgres import PATIENCE_S, Cluster
from tests.integration.flow.test_flow import body, refusal

CLIENTS, TAKES = 16, 6
"""Who asks at once, and how often each before and after the database dies."""
PAUSE_S = 0.05


@asynccontextmanager
async def served(url: str) -> AsyncIterator[Flow]:
    """A hall in a database, until the block ends."""
    flow = Flow(hall(), TableStore(Postgres(url)), Clock(MORNING, 1.0), secret=SECRET)
    await flow.start()
    try:
        yield flow
    finally:
        await flow.stop()


async def number(flow: Flow, key: str) -> str:
    """What a client that never gives up is given under a key."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                answer = await flow.ask(KIOSK, Take(service=FILING), key)
            except Refusal as told:
                assert told.code == "store.unavailable"  # noqa: PT017 - any other is none that it may be given
                await asyncio.sleep(PAUSE_S)
            else:
                return str(body(answer)["number"])


@pytest.mark.timeout(180)
async def test_what_was_answered_is_there_after_the_database_server_was_killed_under_load(
    cluster: Cluster,
) -> None:
    url = cluster.url(cluster.database())
    told: dict[str, str] = {}
    warm = asyncio.Event()

    async def client(name: int) -> None:
        for n in range(2 * TAKES):
            key = f"{name}-{n}"
            told[key] = await number(flow, key)
            if len(told) == CLIENTS * TAKES:
                warm.set()

    async with served(url) as flow:
        async with asyncio.TaskGroup() as clients:
            for name in range(CLIENTS):
                clients.create_task(client(name))
            await warm.wait()
            before = dict(told)
            cluster.kill()
            assert await refusal(flow, Take(service=FILING), key="lost") == "store.unavailable"
            cluster.start()  # here, and not in another thread: it ends with the one that started it
        assert len(before) < len(told) == 2 * CLIENTS * TAKES
        lost = await number(flow, "lost")
    numbers = sorted([*told.values(), lost])
    assert numbers == [f"A{n:03d}" for n in range(1, len(numbers) + 1)], "each once, none left out"
    async with served(url) as flow:
        assert {key: await number(flow, key) for key in told} == told, "a key has its first answer"
        assert sorted(ticket.number for ticket in flow.durable.tickets.values()) == numbers
    assert verify(Postgres(url)).whole


class Line:
    """A line to PostgreSQL that can be cut when a COMMIT has landed and nobody was told. A context manager."""

    def __init__(self, port: int) -> None:
        """To a port of this machine; `port` is where it begins."""
        self._far = port
        self._door: asyncio.Server
        self._carrying: set[asyncio.Task[None]] = set()
        self.port = 0
        self.cuts = 0
        """How many of the next commits go unanswered."""

    async def __aenter__(self) -> Self:
        self._door = await asyncio.start_server(self._opened, "127.0.0.1", 0)
        self.port = self._door.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._door.close()
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    async def _opened(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._carrying.add(task)
        far, forth = await asyncio.open_connection("127.0.0.1", self._far)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry(near, forth, answers=False))
                both.create_task(self._carry(far, back, answers=True))
        finally:
            for end in (back, forth):
                end.close()
            self._carrying.discard(task)

    async def _carry(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, answers: bool
    ) -> None:
        with suppress(ConnectionError):
            while data := await source.read(65_536):
                if answers and self.cuts and b"COMMIT\0" in data:
                    self.cuts -= 1
                    break
                sink.write(data)
                await sink.drain()
        sink.close()


async def test_a_commit_whose_answer_is_lost_is_unknown_and_its_key_gets_the_answer_that_landed(
    cluster: Cluster,
) -> None:
    name = cluster.database()
    async with Line(cluster.port) as line, served(cluster.address(name, line.port)) as flow:
        await number(flow, "before")
        line.cuts = 1
        assert await refusal(flow, Take(service=FILING), key="lost") == "store.unavailable"
        assert line.cuts == 0, "it was cut behind the COMMIT"
        with Postgres(cluster.url(name)).connect() as connection:
            landed = connection.execute("SELECT number FROM ticket ORDER BY number").fetchall()
        assert landed == [("A001",), ("A002",)]
        assert await number(flow, "lost") == "A002"
        assert await number(flow, "next") == "A003"
        assert len(flow.durable.tickets) == 3
    assert verify(Postgres(cluster.url(name))).whole
