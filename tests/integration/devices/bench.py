"""A bench for device tests: every kind of line to one simulated device, and waiting for what is true."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any, Literal

from devices.simulator.core import Core
from devices.simulator.mount import NullMount, PtyMount, TcpMount
from devices.transport.address import open_port
from devices.transport.fault import Damage, damaged
from devices.transport.line import Line
from devices.transport.tty import Settings

Kind = Literal["null", "one by one", "late", "pty", "tcp"]
KINDS: tuple[Kind, ...] = ("null", "one by one", "late", "pty", "tcp")
FAST = Settings(baud=115200)


async def until(claim: Callable[[], object], limit_s: float = 30.0) -> None:
    """Returns once the claim is true; fails if it is not within the limit."""
    async with asyncio.timeout(limit_s):
        while not claim():  # noqa: ASYNC110 - a claim has no event of its own
            await asyncio.sleep(0.002)


@asynccontextmanager
async def plugged(core: Core, kind: Kind, folder: Path) -> AsyncIterator[Line]:
    """A line to the device over one kind of wire."""
    if kind == "pty":
        pty = PtyMount(core, folder / "port")
        path = pty.plug()
        yield Line(lambda: open_port(path, FAST), name=path, retry_s=0.01)
        pty.unplug()
    elif kind == "tcp":
        tcp = TcpMount(core)
        address = await tcp.plug()
        yield Line(lambda: open_port(address), name=address, retry_s=0.01)
        tcp.unplug()
    else:
        null = NullMount(core)
        damage = {"null": Damage(), "one by one": Damage(one_by_one=True), "late": Damage(delay_s=0.002)}[
            kind
        ]
        opener = damaged(null.open, Random(1), reading=damage, writing=damage)
        yield Line(opener, name=kind, retry_s=0.01)
        null.unplug()


@asynccontextmanager
async def running(program: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Runs a driver for as long as the block lasts; one that fails breaks the block off, and its fault is raised here."""
    try:
        async with asyncio.TaskGroup() as group:
            driver = group.create_task(program())
            yield
            driver.cancel()
    except ExceptionGroup as faults:
        if len(faults.exceptions) > 1:
            raise
        raise faults.exceptions[0] from None
