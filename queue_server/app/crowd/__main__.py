"""`python -m queue_server.app.crowd`: reads its Orders as one line of JSON from standard input.

It prints `ready` when the hall is staffed and the first citizens wait, begins to call at the line `go`, and ends at SIGTERM or
when its standard input ends.
"""

import asyncio
import contextlib
import signal
import sys
from datetime import timedelta
from pathlib import Path

import msgspec

from queue_server.app.crowd.desk import Desk
from queue_server.app.crowd.floor import Floor, Orders
from queue_server.app.hall import load
from queue_server.client.link import Link
from queue_server.simulation.chance import drawn
from queue_server.wire.day import local_day

WAITING = timedelta(minutes=30)
"""Citizens who came this long before the crowd wait already when it starts."""
SEATED = 0.6
"""Share of the windows that serve somebody from the start; the others call one after another."""


async def serve(orders: Orders, inbox: asyncio.StreamReader) -> None:
    """Staff the hall, begin at `go`, and end when `inbox` does."""
    hall = load(Path(orders.hall)).hall
    desk, pad = Link([orders.address], (), orders.desk_token), Link([orders.address], (), orders.pad_token)
    async with desk, pad:
        await desk.reach("live")
        await pad.reach("live")
        floor = Floor(orders, hall, desk, pad)
        await _wait_already(floor)
        desks = _desks(floor)
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(each.work()) for each in desks]
            for each in desks:
                await each.ready.wait()
            print("ready", flush=True)
            while line := await inbox.readline():
                if line.strip() == b"go" and not floor.begun.is_set():
                    floor.begun.set()
                    running.append(tasks.create_task(floor.come()))
            for task in running:
                task.cancel()


async def _wait_already(floor: Floor) -> None:
    now = floor.desk.now()
    after = now - WAITING if floor.orders.since is None else max(now - WAITING, floor.orders.since)
    early = [citizen for citizen in floor.draw(local_day(now)) if after < citizen.at <= now]
    for citizen in early:  # one after another, so that numbers are in the order of arrival
        await floor.take(citizen)


def _desks(floor: Floor) -> list[Desk]:
    windows = list(floor.orders.clerks)
    drawn(floor.orders.seed, "round").shuffle(windows)
    seated = round(SEATED * len(windows))
    return [Desk(floor, window, seated=place < seated) for place, window in enumerate(windows)]


async def _main() -> None:
    loop = asyncio.get_running_loop()
    inbox = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(inbox), sys.stdin)
    orders = msgspec.json.decode(await inbox.readline(), type=Orders)
    working = asyncio.create_task(serve(orders, inbox))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, working.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await working


if __name__ == "__main__":
    asyncio.run(_main())
