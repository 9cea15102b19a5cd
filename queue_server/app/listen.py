"""Listening where the settings say, with the door before it."""

import errno
from collections.abc import Callable, Sequence
from functools import lru_cache
from ipaddress import ip_address

from aiohttp import web
from prometheus_client import Counter

from queue_server.api import lane
from queue_server.api.express import Express
from queue_server.api.guard import Door
from queue_server.app.fault import CannotStart
from queue_server.app.server import Network
from queue_server.app.setting import ANY, Settings
from queue_server.app.tls import serving
from queue_server.wire.fault import cause

HURRY_S = 0.5
"""How long requests under way may take to end when the server stops."""


class Listening:
    """Where an application is served. `address` is where a browser on this machine finds it."""

    def __init__(self, runner: web.AppRunner, door: Door, address: str, port: int) -> None:
        """Made by `listen`."""
        self.address, self.port = address, port
        self._runner, self._door = runner, door

    def shut(self) -> None:
        """Let nobody in any more."""
        self._door.close()

    async def end(self) -> None:
        """End what is under way."""
        self.shut()
        if self._door.express is not None:
            await self._door.express.end(HURRY_S)
        await self._runner.cleanup()


async def listen(
    settings: Settings, application: web.Application, refused: Counter, express: Express | None = None
) -> Listening:
    """Serve an application, and what may go the express way. Who is refused at the door is counted in `refused`.

    Raises CannotStart.
    """
    tls = serving(settings.tls) if settings.tls is not None else None
    runner = web.AppRunner(
        application,
        handle_signals=False,
        access_log=None,
        shutdown_timeout=HURRY_S,
        keepalive_timeout=lane.KEEP_S,
    )
    await runner.setup()
    server = runner.server
    assert server is not None
    door = Door(server, settings.limits, refused, tls=tls, proxy=proxies(settings.proxies), express=express)
    try:
        port = await door.open(settings.host, settings.port)
    except OSError as error:
        await runner.cleanup()
        raise _no_address(settings, error) from error
    return Listening(runner, door, _address(settings, port), port)


def proxies(networks: Sequence[Network]) -> Callable[[str], bool]:
    """Whether an address is a proxy's; remembered, since few come and often."""

    @lru_cache(maxsize=1024)
    def proxy(address: str) -> bool:
        try:
            read = ip_address(address)
        except ValueError:
            return False
        return any(read in network for network in networks)

    return proxy


def _no_address(settings: Settings, error: OSError) -> CannotStart:
    where = f"{settings.host}:{settings.port}"
    if error.errno == errno.EADDRINUSE:
        return CannotStart(
            f"{where}已被另一个程序占用，请先停止它，或用--listen换一个端口。",
            f"{where} is in use by another program: stop it, or choose another port with --listen.",
        )
    return CannotStart(
        f"无法在{where}上监听（{cause(error)}），请用--listen换一个地址。",
        f"Cannot listen on {where} ({error.strerror}): choose another address with --listen.",
    )


def _address(settings: Settings, port: int) -> str:
    """Where a browser on this machine finds the server."""
    host = "127.0.0.1" if settings.host in ANY else settings.host
    scheme = "http" if settings.tls is None else "https"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
