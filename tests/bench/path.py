"""What the write path alone can do: the real flow and store, asked by as many at once as the clients of a server, without HTTP."""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable
from itertools import count, cycle
from pathlib import Path

import uvloop

from queue_server.app import collector
from queue_server.engine.actor import Actor
from queue_server.engine.hall import Hall
from queue_server.flow.clock import Clock
from queue_server.flow.flow import Flow
from queue_server.store.sqlite import SqliteStore
from queue_server.wire.command import CallNext, Open, Take

KIOSK, AGENT, MANAGER = Actor("kiosk", "bench"), Actor("agent", "bench"), Actor("manager", "bench")
_Ask = Callable[[int], Awaitable[object]]


def rates(folder: Path, hall: Hall, at_once: int, waiting: int, calls: int) -> tuple[float, float]:
    """Tickets and calls a second of a hall in a new store, as many `at_once`; calls with so many `waiting` and all windows open."""

    async def go() -> tuple[float, float]:
        flow = Flow(hall, SqliteStore(folder / "path.sqlite3"), Clock(), secret=bytes(32))
        await flow.start()
        keys = count()
        services = cycle(service.id for service in hall.services if hall.offered_at[service.id])
        windows = [window.id for window in hall.windows]

        async def take(_: int) -> object:
            return await flow.ask(KIOSK, Take(service=next(services)), f"take-{next(keys):016d}")

        async def call(turn: int) -> object:
            return await flow.ask(
                AGENT, CallNext(window=windows[turn % len(windows)]), f"call-{next(keys):016d}"
            )

        for window in windows:
            await flow.ask(MANAGER, Open(window=window, clerk=f"clerk {window}", reason="bench"))
        await _rate(take, at_once, waiting + calls)
        collector.calm()
        issued = await _rate(take, at_once, calls)
        called = await _rate(call, at_once, calls)
        await flow.stop()
        return issued, called

    thresholds = gc.get_threshold()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(go())
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


async def _rate(ask: _Ask, at_once: int, asks: int) -> float:
    """Have so many asked, by as many at once who ask again when they are answered; how many a second were."""
    turns = iter(range(asks))

    async def client() -> None:
        for turn in turns:
            await ask(turn)

    begun_s = time.perf_counter()
    await asyncio.gather(*[client() for _ in range(at_once)])
    return asks / (time.perf_counter() - begun_s)
