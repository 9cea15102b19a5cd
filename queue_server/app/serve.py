"""A whole server, joined: store, flow, gate, HTTP, feed and pages."""

import asyncio
import errno
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from ipaddress import ip_address
from typing import Any, Self

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge

from queue_server.api import answer, bearer
from queue_server.api.edge import edge
from queue_server.api.guard import Door, guarded
from queue_server.api.http import SIGN_INS, http_routes
from queue_server.api.throttle import proxied, throttle
from queue_server.app.backup import Backups
from queue_server.app.fault import CannotStart
from queue_server.app.hall import SAMPLES, load
from queue_server.app.secret import secret
from queue_server.app.server import Network
from queue_server.app.setting import ANY, Settings
from queue_server.app.tls import serving
from queue_server.auth.gate import Gate
from queue_server.auth.intake import Intake
from queue_server.auth.ledger import Ledger
from queue_server.engine.device import bearer as bearer_of
from queue_server.engine.hall import Hall
from queue_server.feed.socket import Feed
from queue_server.flow.clock import Clock
from queue_server.flow.flow import Flow
from queue_server.flow.port import Store, Unavailable
from queue_server.pages.site import files
from queue_server.store.account import People
from queue_server.store.error import StoreFault
from queue_server.store.lock import FolderLock
from queue_server.store.table import TableStore

HURRY_S = 0.5
"""How long requests under way may take to end when the server stops."""

log = structlog.get_logger(__name__)


def program_version() -> str:
    """The installed program's version."""
    try:
        return version("jiaohao")
    except PackageNotFoundError:
        return "0"


class Server:
    """A running server. `address` is where it serves, `flow` its write path, `people` its accounts and tokens."""

    def __init__(
        self,
        address: str,
        flow: Flow,
        people: People,
        feed: Feed,
        ledger: Ledger,
        backups: Backups,
        runner: web.AppRunner,
        lock: FolderLock,
        door: Door,
    ) -> None:
        """Made by `serve`."""
        self.address = address
        self.flow = flow
        self.people = people
        self._feed = feed
        self._ledger = ledger
        self._backups = backups
        self._runner = runner
        self._lock = lock
        self._door = door
        self._stopped = False

    async def stop(self) -> None:
        """End within two seconds: close every socket at once, answer what was asked, close the store, let the folder go."""
        if self._stopped:
            return
        self._stopped = True
        self._door.close()
        self._feed.close()
        await self._backups.stop()
        await self._ledger.stop()
        await self.flow.stop()
        await self._runner.cleanup()
        self._lock.release()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()


async def serve(
    settings: Settings,
    hall: Hall,
    clock: Clock,
    *,
    store: Store | None = None,
    document: dict[str, Any] | None = None,
) -> Server:
    """Start a server and return it when it serves. The data folder exists.

    The hall is what was published last. Where nothing was, it is `hall`, and `document`, of which that was made, becomes version 1.
    `store` stands in for the SQLite file of the data folder. Raises CannotStart.
    """
    tls = serving(settings.tls) if settings.tls is not None else None
    lock = FolderLock(settings.data)
    people = People(settings.database)
    flow = Flow(hall, store or TableStore(settings.database), clock, secret=secret(settings.data))
    try:
        lock.take()
        await asyncio.to_thread(people.open)
        await asyncio.to_thread(people.expire_tokens, datetime.now(UTC))
        flow.names.update({one.name: one.shown for one in await asyncio.to_thread(people.accounts)})
        await flow.start(document)
        ledger = Ledger(flow, people)
        await ledger.settle()
    except StoreFault as error:
        lock.release()
        raise CannotStart(error.text.zh, error.text.en) from error
    except (Unavailable, OSError) as error:
        lock.release()
        raise CannotStart(
            f"无法打开数据库{settings.database}，请检查磁盘和权限：{error}",
            f"The database {settings.database} cannot be opened; check disk and permissions: {error}",
        ) from error
    registry = CollectorRegistry()
    _watch(flow, registry)
    intake = Intake(flow, registry)
    gate = Gate(
        people,
        lambda: flow.durable.holders,
        lambda digest: bearer_of(flow.durable, digest),
        idle=settings.idle,
    )
    backups = Backups(settings, registry)
    feed = Feed(
        intake,
        gate,
        registry,
        token=bearer.feed_token,
        language=answer.language,
        limits=settings.limits,
        alarm=backups.alarm,
    )
    feed.start()
    ledger.start()
    limits, proxy = settings.limits, _proxy(settings.proxies)
    refused = Counter("jiaohao_refused", "Refused or cut, by why.", ("why",), registry=registry)
    application = web.Application(
        middlewares=[
            guarded,
            *([proxied(proxy)] if settings.proxies else []),
            edge,
            throttle(limits, gate, refused, SIGN_INS),
        ],
        client_max_size=limits.body_bytes,
    )
    application.on_response_prepare.append(answer.complete)
    application.add_routes(
        http_routes(
            intake,
            gate,
            people,
            ledger,
            backups,
            registry,
            files(),
            {name: load(path).document for name, path in SAMPLES.items()},
            version=program_version(),
            jumped=feed.beat,
        )
    )
    application.add_routes([web.get("/feed", feed.handle)])
    runner = web.AppRunner(
        application, handle_signals=False, access_log=None, shutdown_timeout=HURRY_S, keepalive_timeout=75.0
    )
    await runner.setup()
    server = runner.server
    assert server is not None
    door = Door(server, limits, refused, tls=tls, proxy=proxy)
    try:
        port = await door.open(settings.host, settings.port)
    except OSError as error:
        feed.close()
        await ledger.stop()
        await flow.stop()
        await runner.cleanup()
        lock.release()
        raise _no_address(settings, error) from error
    address = _address(settings, port)
    lock.note(address)
    backups.start()
    return Server(address, flow, people, feed, ledger, backups, runner, lock, door)


def _proxy(networks: Sequence[Network]) -> Callable[[str], bool]:
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
        f"无法在{where}上监听（{error.strerror}），请用--listen换一个地址。",
        f"Cannot listen on {where} ({error.strerror}): choose another address with --listen.",
    )


def _address(settings: Settings, port: int) -> str:
    """Where a browser on this machine finds the server."""
    host = "127.0.0.1" if settings.host in ANY else settings.host
    scheme = "http" if settings.tls is None else "https"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _watch(flow: Flow, registry: CollectorRegistry) -> None:
    """What the write path says of itself, read when somebody asks."""
    Gauge("jiaohao_seq", "Seq of the last durable event.", registry=registry).set_function(lambda: flow.seq)
    Gauge("jiaohao_commits", "Transactions made durable since the start.", registry=registry).set_function(
        lambda: flow.commits
    )
    Gauge(
        "jiaohao_commands_durable", "Commands made durable since the start.", registry=registry
    ).set_function(lambda: flow.units)
    Gauge("jiaohao_degraded", "1 while the store takes no changes.", registry=registry).set_function(
        lambda: int(flow.degraded)
    )
    Gauge("jiaohao_waiting", "Tickets that wait now.", registry=registry).set_function(
        lambda: sum(len(line) for line in flow.durable.lines.values())
    )
