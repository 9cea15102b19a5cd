"""Reports of a hall that serves, made beside the server one at a time: no ticket waits for one."""

import asyncio
from datetime import date

import structlog

from queue_server.api.report import Form, Kind
from queue_server.app.chore import ran
from queue_server.app.setting import Settings
from queue_server.flow.clock import Clock
from queue_server.wire.error import Refusal

log = structlog.get_logger(__name__)


class Closing:
    """Makes them. Raises Refusal `server.failed` where it cannot, and says why in the log."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._turn = asyncio.Lock()

    async def day(self, day: date) -> bytes:
        """The closing report of a day: one HTML file."""
        return await self._made("day", "--html", "--date", day.isoformat())

    async def days(self, kind: Kind, since: date, until: date, form: Form) -> bytes:
        """A report of several days."""
        return await self._made(kind, "--from", since.isoformat(), "--to", until.isoformat(), "--form", form)

    async def _made(self, *words: str) -> bytes:
        known = ("--at", self._clock.now().isoformat(), "--data", str(self._settings.data))
        async with self._turn:
            made, fault = await ran("report", *words, *known)
        if fault is not None:
            log.error("report.failed", report=" ".join(words), fault=fault.en)
            raise Refusal("server.failed")
        return made
