"""What was done to accounts, entered into the hall's event log.

Accounts are changed by the server and by the command line, whether a server runs or not; the log has one writer. So a change
leaves a deed in its own transaction, and the server that runs, or the next one, enters it: never lost, and once, since its id is
the key.
"""

import asyncio
from contextlib import suppress

import structlog

from queue_server.engine.actor import CLOCK
from queue_server.flow.flow import Flow
from queue_server.flow.port import Unavailable
from queue_server.store.account import People
from queue_server.wire.command import NoteAccount
from queue_server.wire.error import Refusal

PAUSE_S = 2.0
"""How long another program's change may wait to be entered."""

log = structlog.get_logger(__name__)


class Ledger:
    """Enters deeds while a server runs."""

    def __init__(self, flow: Flow, people: People) -> None:
        self._flow = flow
        self._people = people
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def settle(self) -> None:
        """Enter what was done so far. What cannot be entered now is entered later."""
        async with self._turn:
            with suppress(Refusal, Unavailable):
                for deed in await asyncio.to_thread(self._people.deeds):
                    note = NoteAccount(
                        account=deed.account, what=deed.what, by=deed.by, done_at=deed.at, role=deed.role
                    )
                    await self._flow.ask(CLOCK, note, deed.id)
                    await asyncio.to_thread(self._people.entered, deed.id)

    def start(self) -> None:
        """Look for other programs' changes from now on."""
        self._task = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(PAUSE_S)
            try:
                await self.settle()
            except Exception:
                log.exception("ledger.failed")
