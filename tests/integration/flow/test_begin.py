"""A start while the store takes no changes, and one whose store is back before the start is over."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from queue_server.engine.actor import CLOCK
from queue_server.flow.clock import Clock
from queue_server.flow.flow import Flow
from queue_server.flow.port import Stored, Unavailable
from queue_server.store.sqlite import SqliteStore
from queue_server.wire.command import Take
from tests.fakes.hall import FILING, MORNING, hall
from tests.fakes.play import SECRET


class Full(SqliteStore):
    """A store on a disk that is full until there is room; what is asked of it then waits for `back`."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.room, self.back = threading.Event(), threading.Event()

    def open(self) -> None:
        if not self.room.is_set():
            raise Unavailable("full")
        super().open()

    def look(self, *given: Any) -> Any:
        found = super().look(*given)
        if not self.back.is_set():
            self.room.set()
        return found

    def events(self, after: int, count: int) -> list[Stored]:
        assert self.back.wait(30)
        return super().events(after, count)


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """A hall in which somebody waits."""
    path = tmp_path / "hall.db"
    flow = Flow(hall(), SqliteStore(path), Clock(MORNING), secret=SECRET)
    await flow.start()
    await flow.ask(CLOCK, Take(service=FILING))
    await flow.stop()
    return path


async def test_a_hall_that_is_only_shown_knows_where_phones_find_it(path: Path) -> None:
    store = Full(path)
    store.back.set()
    flow = Flow(hall(), store, Clock(MORNING), secret=SECRET, public_url="https://hall.example")
    await flow.start()
    assert (flow.degraded, flow.durable.public_url) == (True, "https://hall.example")
    await flow.stop()


async def test_a_store_that_is_back_before_the_start_is_over_disturbs_nothing(path: Path) -> None:
    disturbed: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, fault: disturbed.append(fault))
    store = Full(path)
    flow = Flow(hall(), store, Clock(MORNING), secret=SECRET)
    flow.hear(lambda _: store.back.set())
    await flow.start()
    assert (flow.degraded, disturbed) == (False, [])
    await flow.ask(CLOCK, Take(service=FILING))
    await flow.stop()
