"""常用业务: which services most people came for in the last 30 days, counted from the days that are over and told to kiosks."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Self

import structlog

from queue_server.app.setting import Settings
from queue_server.flow.flow import Flow
from queue_server.flow.port import Unavailable
from queue_server.store import daily
from queue_server.views.daily import Cell
from queue_server.wire.ids import ServiceId

MOST = 6
DAYS = timedelta(days=30)
EVERY_S = 3600.0
"""Days are counted once a night; so often it is looked whether they were, in real seconds."""
log = structlog.get_logger(__name__)


class Popular:
    """Looks while the server runs; the table is read in a thread."""

    def __init__(self, settings: Settings, flow: Flow) -> None:
        """`settings` say where the server's database is."""
        self._database, self._flow = settings.database, flow
        self._task: asyncio.Task[None] | None = None

    def start(self) -> Self:
        """Begin."""
        self._task = asyncio.create_task(self._run(), name="popular")
        return self

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            today = self._flow.durable.day
            try:
                days = await asyncio.to_thread(daily.counted, self._database, today - DAYS, today)
                self._flow.common = most(days.values())
            except Unavailable as fault:
                log.warning("popular.unknown", fault=str(fault))
            await asyncio.sleep(EVERY_S)


def most(days: Iterable[Iterable[Cell]]) -> tuple[ServiceId, ...]:
    """The services with the most tickets of these days, the most first; of equal ones by their ids."""
    issued: Counter[str] = Counter()
    for cells in days:
        for cell in cells:
            issued[cell.service] += cell.issued
    ranked = sorted((-count, service) for service, count in issued.items() if count)
    return tuple(ServiceId(service) for _, service in ranked[:MOST])
