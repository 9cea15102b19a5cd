"""Closing reports of a hall that serves, made beside the server one at a time: no ticket waits for one."""

import asyncio
from datetime import date

import structlog

from queue_server.app.chore import ran
from queue_server.app.setting import Settings
from queue_server.flow.clock import Clock
from queue_server.wire.error import Refusal

log = structlog.get_logger(__name__)


class Closing:
    """Makes them; call it with the day. Raises Refusal `server.failed` where it cannot, and says why in the log."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._turn = asyncio.Lock()

    async def __call__(self, day: date) -> bytes:
        """The sheet of a day: one HTML file."""
        words = [
            "--date",
            day.isoformat(),
            "--at",
            self._clock.now().isoformat(),
            "--data",
            str(self._settings.data),
        ]
        async with self._turn:
            sheet, fault = await ran("report", "day", "--html", *words)
        if fault is not None:
            log.error("report.failed", day=day.isoformat(), fault=fault.en)
            raise Refusal("server.failed")
        return sheet
