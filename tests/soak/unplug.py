"""Every driver on a pseudo-terminal or a serial server whose cable is pulled and put in again, and again.

A device is back when its driver works as before; how long that takes after it has returned is what people wait for.
"""

import asyncio
from pathlib import Path

from devices.simulator.mount import PtyMount, TcpMount
from devices.transport.address import open_port
from devices.transport.error import PortAbsent
from devices.transport.line import RETRY_S, Line
from devices.transport.tty import Settings
from tests.fakes.driver import STANDS
from tests.integration.devices.bench import running, until

WITHIN_S = 2.0
"""By when a line is there again after its device is."""


async def pulled(name: str, folder: Path, times: int, retry_s: float = RETRY_S) -> list[float]:
    """The seconds after each return until the line is there; the driver has worked after each."""
    stand, took_s = STANDS[name](), list[float]()
    mount = PtyMount(stand.core, folder / name.replace(" ", "-"))
    path = mount.plug()
    line = Line(lambda: open_port(path, Settings(baud=115200)), name=path, retry_s=retry_s)
    async with running(lambda: stand.run(line)):
        await line.wait_up()
        for n in range(times):
            mount.unplug()
            await until(lambda: not line.is_up)
            begun = asyncio.get_running_loop().time()
            mount.plug()
            await line.wait_up()
            took_s.append(asyncio.get_running_loop().time() - begun)
            await stand.works(n)
    mount.unplug()
    return took_s


async def served(name: str, times: int, retry_s: float = RETRY_S) -> list[float]:
    """As `pulled`, behind a serial server that is switched off, until nobody listens there, and on."""
    stand, took_s = STANDS[name](), list[float]()
    mount = TcpMount(stand.core)
    address = await mount.plug()
    port = int(address.rpartition(":")[2])
    line = Line(lambda: open_port(address), name=address, retry_s=retry_s)
    async with running(lambda: stand.run(line)):
        await line.wait_up()
        for n in range(times):
            mount.unplug()
            await until(lambda: isinstance(line.fault, PortAbsent))
            begun = asyncio.get_running_loop().time()
            await mount.plug(port=port)
            await line.wait_up()
            took_s.append(asyncio.get_running_loop().time() - begun)
            await stand.works(n)
    mount.unplug()
    return took_s
