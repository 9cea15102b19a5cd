"""Backups as an administrator sees them, and one made on demand."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import msgspec
from aiohttp import web

from queue_server.api.route import BASE, Do, Route
from queue_server.engine.actor import Actor
from queue_server.wire.ticket import Text


class BackupFile(msgspec.Struct, frozen=True):
    """One backup: its file's name, when it was taken by the wall's clock, and its size in bytes."""

    name: str
    at: datetime
    size: int


class BackupRecord(msgspec.Struct, frozen=True):
    """How backups stand. `to` is None where the server makes none.

    `fault` is why the last attempt failed, None if it did not; `same_disk` that they lie on the disk they are to stand in for.
    """

    to: str | None = None
    every_s: int | None = None
    keep: int | None = None
    newest_at: datetime | None = None
    age_s: int | None = None
    fault: Text | None = None
    same_disk: bool = False
    files: tuple[BackupFile, ...] = ()


class Keeper(Protocol):
    """Who makes them."""

    async def record(self) -> BackupRecord:
        """How they stand."""

    async def make(self) -> BackupRecord:
        """Make one now. Refuses with `backup.nowhere` and `backup.failed`."""


ROUTES: tuple[Route, ...] = (
    Route(
        "backups",
        "GET",
        f"{BASE}/backups",
        "Where backups go, which there are, and whether the last one could be made.",
        frozenset(("admin", "manager", "auditor")),
        None,
        BackupRecord,
    ),
    Route(
        "backups.make",
        "POST",
        f"{BASE}/backups",
        "Make a backup now; answered when it has been written and read back.",
        frozenset(("admin",)),
        None,
        BackupRecord,
        201,
    ),
)


class BackupRoutes:
    """Handlers of ROUTES."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self.do: Mapping[str, Do] = {"backups": self._list, "backups.make": self._make}

    async def _list(self, _request: web.Request, _actor: Actor) -> BackupRecord:
        return await self._keeper.record()

    async def _make(self, _request: web.Request, _actor: Actor) -> BackupRecord:
        return await self._keeper.make()
