"""Keeping a hall in PostgreSQL: renewing the term while the server serves, and telling it when that fails.

The event loop drives it, so that a server whose loop stands still loses its hall to the one that stands by.
"""

import asyncio
from asyncio import AbstractEventLoop, Task
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import msgspec
import structlog

from queue_server.app.setting import Settings
from queue_server.engine.version import Version
from queue_server.flow.clock import ticking
from queue_server.flow.duty import LOOK_S, RENEW_S, Lease
from queue_server.flow.port import Unavailable
from queue_server.store.database import Database
from queue_server.store.table import Foreseen

CUT_S = 2.0
"""While the term cannot be renewed, whoever waits for the database is woken that often."""

log = structlog.get_logger(__name__)


class Term(Protocol):
    """What `store.term` does. Methods but `cut` block, and are called by one thread at a time."""

    def renew(self, lease: Lease) -> None:
        """Write down that this server still serves. Raises Unavailable."""

    def release(self, lease: Lease) -> None:
        """Let another server take over."""

    def cut(self) -> None:
        """Wake whoever waits for the database."""


class Watch:
    """A term that was taken. `over` is set when another server has taken over.

    `lost` is called when nobody can know any more whether this server still serves, `found` when that is known again.
    """

    def __init__(self, term: Term, lease: Lease, database: Database) -> None:
        """Begins at once, in the running loop. `database` is what the server writes to, under that term and no other."""
        self.lease = lease
        self.over = asyncio.Event()
        self.lost: Callable[[], None] = lambda: None
        self.found: Callable[[], None] = lambda: None
        self.database = database
        self._term = term
        # A thread of its own: others may all wait for a database that does not answer.
        self._thread = ThreadPoolExecutor(1, "term")
        self._loop: AbstractEventLoop = asyncio.get_running_loop()
        self._renewing: Task[None] = asyncio.create_task(self._renew(), name="renew")
        self._watching: Task[None] = asyncio.create_task(self._watch(), name="watch")

    def holds(self) -> bool:
        """Whether nobody else can have changed the hall."""
        return self.lease.holds(ticking())

    async def stop(self) -> None:
        """Let another server take over at once, if none has."""
        for task in (self._renewing, self._watching):
            task.cancel()
        await asyncio.gather(self._renewing, self._watching, return_exceptions=True)
        if not self.holds():
            self._term.cut()
        await self._loop.run_in_executor(self._thread, self._term.release, self.lease)
        self._thread.shutdown(wait=False)

    async def _renew(self) -> None:
        failing = False
        while not self.lease.over:
            try:
                await self._loop.run_in_executor(self._thread, self._term.renew, self.lease)
                failing = False
            except Unavailable as fault:
                if not failing:
                    log.warning("term.not_renewed", term=self.lease.n, fault=str(fault))
                failing = True
            await asyncio.sleep(LOOK_S if failing else RENEW_S)

    async def _watch(self) -> None:
        held, cut_s = True, 0.0
        while not self.lease.over:
            now_s = ticking()
            holds = self.lease.holds(now_s)
            if not holds and now_s - cut_s > CUT_S:
                cut_s = now_s
                self._term.cut()
                self.database.cut()
            if holds != held:
                held = holds
                log.warning("term.found" if held else "term.lost", term=self.lease.n)
                (self.found if held else self.lost)()
            await asyncio.sleep(LOOK_S)
        log.error("term.over", term=self.lease.n)
        self.database.cut()
        self.lost()
        self.over.set()


class Turn(msgspec.Struct, frozen=True):
    """That a hall is this server's own. The settings name the port at which it listened while it stood by.

    `known` is the version of the hall that ran when it began to wait, `foreseen` the hall as it was when the other one fell silent;
    None: it did not stand by, or could not read it.
    """

    watch: Watch
    settings: Settings
    known: Version | None = None
    foreseen: Foreseen | None = None
