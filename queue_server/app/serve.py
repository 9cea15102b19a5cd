"""A whole server, joined: store, flow, gate, HTTP, feed and pages."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Protocol, Self

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge

from queue_server.api import answer, bearer
from queue_server.api.document import document
from queue_server.api.edge import Answered, edge, watched
from queue_server.api.express import Express
from queue_server.api.guard import middleware, spoken
from queue_server.api.http import SIGN_INS, command_routes, http_routes
from queue_server.api.media import MediaRoutes
from queue_server.api.report import ReportRoutes
from queue_server.api.site import nowhere
from queue_server.api.throttle import proxied, throttle
from queue_server.api.voice import voice_route
from queue_server.app.archive import Archive
from queue_server.app.audit import Auditing
from queue_server.app.backup import Backups
from queue_server.app.closing import Closing
from queue_server.app.fault import CannotStart
from queue_server.app.forecast.forecasts import Forecasts
from queue_server.app.hall import SAMPLES, load
from queue_server.app.listen import Listening, listen, proxies
from queue_server.app.popular import Popular
from queue_server.app.secret import secret
from queue_server.app.setting import Settings
from queue_server.app.speech import PROGRAM, Speech
from queue_server.app.watch import Watch
from queue_server.auth.gate import Gate
from queue_server.auth.intake import Intake
from queue_server.auth.ledger import Ledger
from queue_server.engine.device import bearer as bearer_of
from queue_server.engine.hall import Hall
from queue_server.feed.socket import Feed
from queue_server.flow.clock import Clock
from queue_server.flow.flow import Flow, always
from queue_server.flow.port import Store, Unavailable
from queue_server.pages.site import files
from queue_server.simulation.past import Drawn
from queue_server.store.account import People
from queue_server.store.error import StoreFault
from queue_server.store.lock import FolderLock
from queue_server.store.table import Foreseen, TableStore

log = structlog.get_logger(__name__)


def program_version() -> str:
    """The installed program's version."""
    try:
        return version("jiaohao")
    except PackageNotFoundError:
        return "0"


@cache
def samples() -> dict[str, dict[str, Any]]:
    """The documents of the halls that come with the program."""
    return {name: load(path).document for name, path in SAMPLES.items()}


def warm() -> None:
    """What a start makes and does not change; a server that stands by makes it beforehand."""
    samples()
    files()
    document(program_version())


class Beside(Protocol):
    """What works beside flow, in a process or a task of its own."""

    async def stop(self) -> None:
        """End, and what it started with it."""


class Server:
    """A running server. `address` is where it serves, `flow` its write path, `people` its accounts and tokens."""

    def __init__(
        self,
        flow: Flow,
        people: People,
        feed: Feed,
        ledger: Ledger,
        beside: Collection[Beside],
        listening: Listening,
        lock: FolderLock,
    ) -> None:
        """Made by `serve`."""
        self.address = listening.address
        self.flow = flow
        self.people = people
        self._feed = feed
        self._ledger = ledger
        self._beside = beside
        self._listening = listening
        self._lock = lock
        self._stopped = False

    async def stop(self) -> None:
        """End within two seconds: close every socket at once, answer what was asked, close the store, let the folder go."""
        if self._stopped:
            return
        self._stopped = True
        self._listening.shut()
        self._feed.close()
        await asyncio.gather(*(each.stop() for each in self._beside))
        await self._ledger.stop()
        await self.flow.stop()
        await self._listening.end()
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
    watch: Watch | None = None,
    foreseen: Foreseen | None = None,
    drawn: Drawn | None = None,
) -> Server:
    """Start a server and return it when it serves. The data folder exists.

    The hall is what was published last. Where nothing was, it is `hall`, and `document`, of which that was made, becomes version 1.
    `store` stands in for the tables of the settings' database; a hall in PostgreSQL comes with its `watch`, and its settings are
    within the watch's database; what was `foreseen` of it need not be loaded if it is still so. `drawn` are the people of a
    demonstration. Raises CannotStart.
    """
    lock = FolderLock(settings.data)
    database = settings.database
    people = People(database)
    flow = Flow(
        hall,
        store or TableStore(database, foreseen=foreseen),
        clock,
        secret=secret(settings.data),
        public_url=settings.public_url,
        holds=always if watch is None else watch.holds,
        doubts=True,
    )
    try:
        lock.take()
        await asyncio.to_thread(people.open)
        flow.names.update({one.name: one.shown for one in await asyncio.to_thread(people.accounts)})
        await flow.start(document)  # which knows then whether the machine's time is doubted
        ledger = Ledger(flow, people)
        await asyncio.gather(ledger.settle(), asyncio.to_thread(_expire, people, clock.sure))
        doubtful = flow.doubt.tells()
        if doubtful is not None:
            log.warning("clock.doubted", told=doubtful.en)
    except StoreFault as error:
        lock.release()
        raise CannotStart(error.text.zh, error.text.en) from error
    except (Unavailable, OSError) as error:
        lock.release()
        raise CannotStart(
            f"无法打开数据库{database}，请检查磁盘和权限：{error}",
            f"The database {database} cannot be opened; check disk and permissions: {error}",
        ) from error
    auditing = flow.audit = Auditing(settings, flow)
    registry = CollectorRegistry()
    _watch(flow, registry)
    intake = Intake(flow, registry)
    gate = Gate(
        people,
        lambda: flow.durable.holders,
        lambda digest: bearer_of(flow.durable, digest),
        idle=settings.idle,
        once=settings.once,
        real_now=lambda: clock.machine,
        sure_now=lambda: clock.sure,
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
        cut=flow.found if (lock.cut_off if watch is None else watch.lease.cut_off) else None,
    )
    feed.start()
    ledger.start()
    refused = Counter("jiaohao_refused", "Refused or cut, by why.", ("why",), registry=registry)
    served = http_routes(
        intake,
        gate,
        ledger,
        backups,
        registry,
        files(),
        samples(),
        MediaRoutes(flow, settings.media, settings.limits),
        ReportRoutes(Closing(settings, clock), clock.now),
        version=program_version(),
        jumped=feed.beat,
    )
    speech = Speech(PROGRAM if settings.clips is None else (*PROGRAM, str(settings.clips)))
    checks = (watched(flow.sure), throttle(settings.limits, gate, refused, SIGN_INS))
    application, express = _ways(
        settings,
        edge(*checks, lost=nowhere(files()["/nowhere"])),
        command_routes(intake, gate),
        [*served, web.get("/feed", spoken(feed.handle)), voice_route(flow, speech)],
    )
    try:
        listening = await listen(settings, application, refused, express)
    except CannotStart:
        feed.close()
        await ledger.stop()
        await flow.stop()
        lock.release()
        raise
    if watch is not None:
        watch.lost, watch.found = feed.send_away, flow.wake
    lock.note(listening.address)
    backups.start()
    beside = (
        backups,
        speech,
        auditing,
        Archive(settings, flow, None if watch is None else watch.lease.n).start(),
        Forecasts(settings, flow, drawn).start(),
        Popular(settings, flow).start(),
    )
    return Server(flow, people, feed, ledger, beside, listening, lock)


def _expire(people: People, now: datetime) -> None:
    """Forget tokens that have expired: they are of no use anyway, and the disk may be full."""
    with suppress(Unavailable):
        people.expire_tokens(now)


def _ways(
    settings: Settings, answered: Answered, commands: list[web.RouteDef], others: list[web.RouteDef]
) -> tuple[web.Application, Express | None]:
    """The web server's application, and the express way of commands: none behind a proxy, whose headers say who asks and how."""
    told = proxied(proxies(settings.proxies)) if settings.proxies else None
    most = settings.limits.body_bytes
    application = web.Application(middlewares=[middleware(answered, told)], client_max_size=most)
    application.on_response_prepare.append(answer.completed)
    application.add_routes([*commands, *others])
    if settings.proxies:
        return application, None
    return application, Express(commands, answered, most=most, secure=settings.tls is not None)


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
    Gauge(
        "jiaohao_forecast_age_seconds",
        "Age of what is known of waits; +Inf if nothing is.",
        registry=registry,
    ).set_function(lambda: flow.foresight.silence_s)
