"""A server that stands by: it answers that it does, and waits until the hall is its own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog
from aiohttp import web
from prometheus_client import Counter
from sqlalchemy.exc import SQLAlchemyError

from queue_server.api import answer
from queue_server.api.edge import edge
from queue_server.api.guard import middleware
from queue_server.app.collector import calm
from queue_server.app.fault import CannotStart
from queue_server.app.listen import listen
from queue_server.app.secret import secret
from queue_server.app.setting import Settings
from queue_server.app.watch import Turn, Watch
from queue_server.engine.version import Version, hall_of
from queue_server.flow.duty import LOOK_S, SILENT_S, Lease, pause_s
from queue_server.flow.flow import TWINS
from queue_server.flow.port import Unavailable
from queue_server.store.database import Database
from queue_server.store.error import StoreFault
from queue_server.store.lock import FolderLock
from queue_server.store.migrate import version
from queue_server.store.postgres import Postgres
from queue_server.store.table import Foreseen, TableStore
from queue_server.store.term import Held, Term
from queue_server.wire.error import Refusal

log = structlog.get_logger(__name__)


async def stand_by(
    settings: Settings, ended: asyncio.Event, tell: Callable[[str], None], *, first: bool
) -> Turn | None:
    """Wait until the hall in a PostgreSQL database is this server's own; None if `ended` comes first.

    Meanwhile it answers at its address, and `tell` is called once with that; where it need not wait it does not listen at all.
    Raises CannotStart; the `first` time also Unavailable for a database that does not answer, for which one that has served before
    waits.
    """
    database = settings.database
    assert isinstance(database, Postgres)
    term = Term(database, secret(settings.data))
    thread = ThreadPoolExecutor(1, "term")
    lease: Lease | None = None
    known: Version | None = None
    foresight: Foresight | None = None
    try:
        lease = await _take(term, thread, first=first)
        if lease is None:
            with FolderLock(settings.data):
                listening = await listen(
                    settings, _application(), Counter("refused", "Unread.", ("why",), registry=None)
                )
                tell(listening.address)
                known = await asyncio.to_thread(_rehearse, database)
                foresight = Foresight(database, known)
                try:
                    lease = await _wait(term, thread, ended, foresight)
                finally:
                    await listening.end()
            settings = settings.at(listening.port)
        if lease is None:
            return None
        log.info("term.taken", term=lease.n)
        watch = Watch(term, lease, Held(database.url, lease))
        return Turn(watch, settings, known, None if foresight is None else await foresight.had())
    except StoreFault as error:
        raise CannotStart(error.text.zh, error.text.en) from error
    finally:
        if lease is None:
            await asyncio.get_running_loop().run_in_executor(thread, term.close)
        thread.shutdown(wait=False)


class Foresight:
    """The hall, read while the one who serves is silent and may not be replaced yet: loading it takes long when all else waits."""

    def __init__(self, database: Database, known: Version | None) -> None:
        """Of the hall in `database`, of which a version is `known`; without one nothing is read."""
        self._database, self._known = database, known
        self._age_s = 0.0
        self._reading: asyncio.Task[Foreseen | None] | None = None

    def look(self, age_s: float) -> None:
        """The one who serves has last written `age_s` ago that it does. What was read in an earlier silence is worth nothing."""
        if age_s < self._age_s:
            self._reading = None
        if age_s > SILENT_S and self._reading is None:
            self._reading = asyncio.create_task(asyncio.to_thread(self._read))
        self._age_s = age_s

    async def had(self) -> Foreseen | None:
        """What was read, if anything was."""
        reading, self._reading = self._reading, None
        return None if reading is None else await reading

    def _read(self) -> Foreseen | None:
        if self._known is None:
            return None
        store = TableStore(self._database)
        try:
            foreseen = store.foresee(hall_of(self._known.document), TWINS)
            calm()
            return foreseen
        except (Unavailable, StoreFault) as fault:
            log.warning("standby.blind", fault=str(fault))
            return None
        finally:
            store.close()


def _rehearse(database: Database) -> Version | None:
    """Read once what a start reads: what is loaded for that need not be loaded when there is no time. The version that runs."""
    store = TableStore(database)
    known: Version | None = None
    try:
        with database.engine(reads=True).connect() as connection:
            version(connection)
        for known in store.versions(1):
            hall_of(known.document)
    except (Unavailable, SQLAlchemyError) as fault:
        log.warning("standby.blind", fault=str(fault))
    finally:
        store.close()
    return known


async def _wait(
    term: Term, thread: ThreadPoolExecutor, ended: asyncio.Event, foresight: Foresight
) -> Lease | None:
    """The term, once it can be had; None if `ended` comes first."""
    while not ended.is_set():
        lease = await _take(term, thread)
        if lease is not None:
            return lease
        if term.seen is not None:
            foresight.look(term.seen.age_s)
        try:
            async with asyncio.timeout(LOOK_S if term.seen is None else pause_s(term.seen)):
                await ended.wait()
        except TimeoutError:
            continue
    return None


async def _take(term: Term, thread: ThreadPoolExecutor, *, first: bool = False) -> Lease | None:
    """The term if it can be had now. The first time a database that cannot be used is told at once: Unavailable."""
    try:
        return await asyncio.get_running_loop().run_in_executor(thread, term.take)
    except Unavailable as fault:
        if first:
            raise
        log.warning("standby.blind", fault=str(fault))
        return None


def _application() -> web.Application:
    """Alive, not ready, and nothing else."""

    async def health(_request: web.Request) -> web.StreamResponse:
        return answer.value({"alive": True})

    async def ready(_request: web.Request) -> web.StreamResponse:
        return answer.value({"ready": False, "standby": True}, 503)

    async def anything(_request: web.Request) -> web.StreamResponse:
        raise Refusal("server.standby")

    application = web.Application(middlewares=[middleware(edge())])
    application.add_routes(
        [web.get("/health", health), web.get("/ready", ready), web.route("*", "/{path:.*}", anything)]
    )
    return application
