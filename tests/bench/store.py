"""What the disk and the store alone can do: the real SqliteStore without a server around it."""

import asyncio
import secrets
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

import msgspec

from queue_server.engine.actor import Actor
from queue_server.engine.apply import apply
from queue_server.engine.decide import decide
from queue_server.engine.decision import Context
from queue_server.engine.event import Stamped
from queue_server.engine.hall import Hall
from queue_server.engine.policy import AsPlanned
from queue_server.engine.state import State
from queue_server.engine.touch import touched
from queue_server.flow.port import Kept, Unit
from queue_server.flow.writer import Writer
from queue_server.store.sqlite import SqliteStore
from queue_server.wire.command import Take
from tests.bench.load import share

_encode = msgspec.json.Encoder().encode


class Taking:
    """A store of its own, and what issuing tickets writes to it."""

    def __init__(self, path: Path, hall: Hall) -> None:
        """In the file `path`, whose folder exists."""
        self.store = SqliteStore(path)
        self.store.open()
        self.hall = hall
        self.state = self.store.load(hall, datetime.now(UTC))
        self._services = cycle(service.id for service in hall.services if hall.offered_at[service.id])

    def units(self, count: int) -> list[Unit]:
        """What so many issued tickets write: event, ticket and answer, as the server makes them."""
        context = Context(
            datetime.now(UTC),
            Actor("kiosk", "bench"),
            lambda: secrets.token_urlsafe(16),
            AsPlanned(),
            secrets.token_bytes(32),
        )
        return [self._unit(context) for _ in range(count)]

    def _unit(self, context: Context) -> Unit:
        decision = decide(self.state, Take(service=next(self._services)), context)
        (event,) = decision.events
        stamped = Stamped(self.state.seq + 1, context.now, context.actor.id, "tickets.take", event)
        apply(self.state, stamped)
        rows = self.store.rows(self.state, touched(self.state, event))
        answer = _encode(decision.reply(self.state))
        kept = Kept(secrets.token_bytes(16), secrets.token_bytes(16), 201, answer, context.now)
        return Unit((stamped,), (rows,), kept)

    def commits_ms(self, commits: int, size: int) -> list[float]:
        """How long each of so many commits of `size` units takes, sorted."""
        units = self.units(commits * size)
        took: list[float] = []
        for first in range(0, len(units), size):
            begun = time.perf_counter_ns()
            self.store.commit(units[first : first + size])
            took.append((time.perf_counter_ns() - begun) / 1e6)
        return sorted(took)

    def close(self) -> None:
        """Close the store."""
        self.store.close()


def round_trips_ms(path: Path, hall: Hall, count: int) -> list[float]:
    """How long a unit takes from the event loop through the writer's thread to disk and back, one after another; sorted."""

    async def go() -> list[float]:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        making = Taking(path, hall)
        units = making.units(count)
        making.close()

        def committed(_: Sequence[Unit]) -> None:
            done.set_result(None)

        def failed(fault: Exception) -> None:
            done.set_exception(fault)

        store = SqliteStore(path)

        def load() -> tuple[State, State, list[bytes]]:
            state = store.load(hall, datetime.now(UTC))
            return state, state, []

        writer = Writer(
            store,
            load,
            load,
            opened=lambda *_: None,
            committed=committed,
            failed=failed,
            recovered=lambda *_: None,
        )
        await writer.start(loop)
        took: list[float] = []
        for unit in units:
            done = loop.create_future()
            begun = time.perf_counter_ns()
            writer.put(0, [unit])
            await done
            took.append((time.perf_counter_ns() - begun) / 1e6)
        await asyncio.to_thread(writer.stop)
        return sorted(took)

    return asyncio.run(go())


def choices_ms(hall: Hall, path: Path, waiting: int, count: int) -> float:
    """The 99th percentile of choosing the next ticket with so many waiting, in milliseconds."""
    making = Taking(path, hall)
    making.units(waiting)
    policy, now = AsPlanned(), datetime.now(UTC)
    windows = cycle(window.id for window in hall.windows)
    took: list[float] = []
    for _ in range(count):
        window = next(windows)
        begun = time.perf_counter_ns()
        policy.choose(making.state, window, now)
        took.append((time.perf_counter_ns() - begun) / 1e6)
    making.close()
    return share(sorted(took), 0.99)
