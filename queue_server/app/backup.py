"""Backups of a running hall: `jiaohao-server backup`, and the server that has it done in time.

Whoever wants one, a person, the clock or an administrator's page, the same command line makes it in a process of its own, so that
the server's own is not held up.
"""

import asyncio
import contextlib
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import structlog
from prometheus_client import CollectorRegistry, Gauge

from queue_server.api.backup import BackupFile, BackupRecord
from queue_server.app.chore import chore
from queue_server.app.fault import CannotStart, unusable
from queue_server.app.server import BackupDocument
from queue_server.app.setting import Settings
from queue_server.flow.port import Unavailable
from queue_server.store import backup, segment
from queue_server.store.backup import BadBackup
from queue_server.store.verify import Verdict
from queue_server.wire.error import Refusal
from queue_server.wire.fault import cause
from queue_server.wire.ticket import Text

KEEP = 12
"""How many of the newest are kept where nobody said."""
AGAIN_S = 60.0
"""How soon it is tried again after a failure, if not sooner anyway."""
REST = 20.0
"""After a backup it rests for so many times as long as that took."""
APART = "backup-apart"
"""The data folder's note of the folder that was on another disk when a backup went there: a bare mount point is known by it."""

log = structlog.get_logger(__name__)


def make(settings: Settings, to: Path | None, now: datetime) -> tuple[backup.Backup, Verdict]:
    """Write one backup into a folder (None: the one of the settings) and let go of those that need not be kept.

    Raises CannotStart with a sentence.
    """
    folder = to or (Path(settings.backup.to) if settings.backup is not None else None)
    if folder is None:
        raise CannotStart(
            "没有写备份到哪里：请用--to，或在server.toml写[backup]。",
            "Nothing says where backups go: use --to, or write [backup] into server.toml.",
        )
    if not os.path.isdir(folder):  # noqa: PTH112 - it says no, and does not fail, where one may not look
        raise CannotStart(
            f"备份目录{folder}不存在：U盘或硬盘没有插好？",
            f"There is no folder {folder} for backups: is the stick or disk plugged in?",
        )
    settings.existing()
    try:
        made = backup.take(settings.database, folder, now)
        segment.copy(settings.segments, folder / segment.FOLDER)
        segment.fetch(settings.database, folder / segment.FOLDER)
        backup.thin(folder, now, settings.backup.keep if settings.backup is not None else KEEP)
    except OSError as error:
        raise CannotStart(
            f"无法写入备份目录{folder}（{cause(error)}），请检查空间和权限。",
            f"The folder {folder} for backups cannot be written ({error.strerror}); check its space and permissions.",
        ) from error
    except BadBackup as error:
        raise CannotStart(
            f"备份写后核对不符，请换一个U盘或硬盘：{error}",
            f"The backup does not read back as it was written; use another stick or disk: {error}",
        ) from error
    except Unavailable as error:
        told = CannotStart(f"无法备份数据库：{error}", f"The database cannot be backed up: {error}")
        raise unusable(error, told) from error
    return made


def same_disk(settings: Settings, folder: Path) -> bool:
    """Whether a folder lies on the very disk that it is to stand in for: also when nothing is mounted on it."""
    try:
        return folder.stat().st_dev == settings.data.stat().st_dev
    except OSError:
        return False


def noted(settings: Settings) -> str:
    """The folder that was on another disk when the last backup went to one; empty if none did."""
    try:
        return (settings.data / APART).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def absent(settings: Settings, to: str) -> Text | None:
    """What to tell if the stick for backups is not there: neither its folder, or only the one on which it was mounted once."""
    if not os.path.isdir(to):  # noqa: PTH112 - as in `make`
        return Text(
            f"备份目录{to}不存在，没有备份。U盘或硬盘没有插好、挂载？",
            f"there is no folder {to} for backups: is the stick or disk plugged in and mounted?",
        )
    return _bare(to) if noted(settings) == to and same_disk(settings, Path(to)) else None


def _bare(to: str) -> Text:
    """What to tell of a folder that is there while its stick is not."""
    return Text(
        f"备份目录{to}现在与数据在同一块硬盘上：U盘或硬盘没有插好？",
        f"The folder {to} for backups is on the data's own disk now: is the stick or disk plugged in?",
    )


class Backups:
    """Has backups made every so often while a server runs, and knows how they stand. It never stops the server."""

    def __init__(self, settings: Settings, registry: CollectorRegistry) -> None:
        """With the settings' [backup]; without one nothing is made, and that is known too."""
        self._settings = settings
        self._plan: BackupDocument | None = settings.backup
        self._newest: datetime | None = None
        self._fault: Text | None = None
        self._took_s = 0.0
        self._since = datetime.now(UTC)
        """From when on there should have been one."""
        self._apart = self._plan is not None and noted(settings) == self._plan.to
        """Whether one was written there when it was another disk than the data's, also before this start."""
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        if self._plan is not None:
            Gauge(
                "jiaohao_backup_age_seconds",
                "Age of the newest backup; since 1970 if there is none.",
                registry=registry,
            ).set_function(lambda: time.time() - (0.0 if self._newest is None else self._newest.timestamp()))
            Gauge(
                "jiaohao_backup_failed", "1 while the last attempt at a backup failed.", registry=registry
            ).set_function(lambda: int(self._fault is not None))

    def start(self) -> None:
        """Make one now and then every so often."""
        if self._plan is not None:
            self._task = asyncio.create_task(self._run(self._plan), name="backups")

    async def stop(self) -> None:
        """Make no more; one that is being written is given up, and the next one clears away what is left of it."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def late(self, plan: BackupDocument) -> bool:
        """Whether the newest is so old, or there is none for so long, that two more should have been made since."""
        rest_s = max(plan.every_s, self._took_s * REST)
        return time.time() - (self._newest or self._since).timestamp() > 3 * rest_s

    def alarm(self) -> Text | None:
        """What the floor should be told now; None: all is well, or no backups are wanted."""
        if self._plan is None:
            return None
        if self._fault is not None:
            return self._fault
        if self._task is not None and self.late(self._plan):
            return Text(
                "备份已过期，请告诉管理员。",
                "There is no backup that is young enough; tell the administrator.",
            )
        return None

    async def record(self) -> BackupRecord:
        """How backups stand."""
        plan = self._plan
        if plan is None:
            return BackupRecord()
        folder = Path(plan.to)
        files: list[backup.Backup] = []
        with contextlib.suppress(OSError):
            files = await asyncio.to_thread(backup.listed, folder)
        now = datetime.now(UTC)
        return BackupRecord(
            to=plan.to,
            every_s=plan.every_s,
            keep=plan.keep,
            newest_at=self._newest,
            age_s=None if self._newest is None else max(int((now - self._newest).total_seconds()), 0),
            fault=self._fault,
            same_disk=await asyncio.to_thread(same_disk, self._settings, folder),
            files=tuple(BackupFile(file.path.name, file.at, file.size) for file in files),
        )

    async def make(self) -> BackupRecord:
        """Make one now. Refuses with `backup.nowhere` where no folder is set and `backup.failed` if it could not be made."""
        if self._plan is None:
            raise Refusal("backup.nowhere")
        await self._make(self._plan)
        if self._fault is not None:
            raise Refusal("backup.failed", fault=self._fault)
        return await self.record()

    async def _run(self, plan: BackupDocument) -> None:
        await self._look(plan)
        while True:
            await self._make(plan)
            # A hall of many years on a slow stick is not copied without a pause.
            rest_s = max(plan.every_s, self._took_s * REST)
            await asyncio.sleep(rest_s if self._fault is None else min(plan.every_s, AGAIN_S))

    async def _make(self, plan: BackupDocument) -> None:
        """One backup by the command line; what came of it is known afterwards."""
        async with self._turn:
            began_s = time.monotonic()
            told = await self._gone(plan)
            if told is None:
                told = await chore("backup", "--to", plan.to, "--data", str(self._settings.data))
            self._took_s = time.monotonic() - began_s
            if told is None:
                await self._look(plan)
                await asyncio.to_thread(self._note, plan)
                log.info("backup.made", to=plan.to, newest=str(self._newest), seconds=round(self._took_s, 3))
            elif self._fault != told:
                log.error("backup.failed", to=plan.to, fault=told.en)
            self._fault = told

    def _note(self, plan: BackupDocument) -> None:
        """Remember that the folder is on another disk, if it is; on a full disk until the next start only."""
        if same_disk(self._settings, Path(plan.to)):
            return
        self._apart = True
        if noted(self._settings) != plan.to:
            with contextlib.suppress(OSError):
                (self._settings.data / APART).write_text(plan.to, encoding="utf-8")

    async def _gone(self, plan: BackupDocument) -> Text | None:
        """What to tell if the stick is gone and its folder is there still, on the data's own disk."""
        if not (self._apart and await asyncio.to_thread(same_disk, self._settings, Path(plan.to))):
            return None
        return _bare(plan.to)

    async def _look(self, plan: BackupDocument) -> None:
        with contextlib.suppress(OSError):
            files = await asyncio.to_thread(backup.listed, Path(plan.to))
            now = datetime.now(UTC)  # one that is newer is of a clock that was wrong
            self._newest = next((file.at for file in files if file.at <= now), None)
