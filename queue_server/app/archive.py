"""What is done with days that are over: `jiaohao-server archive`, and the server that has it done once a day."""

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Self

import click
import structlog

from queue_server.app import people as accounts
from queue_server.app.chore import chore
from queue_server.app.fault import CannotStart
from queue_server.app.option import with_data
from queue_server.app.secret import secret
from queue_server.app.setting import Settings
from queue_server.flow.clock import ticking
from queue_server.flow.duty import Lease
from queue_server.flow.flow import Flow
from queue_server.store import daily, segment
from queue_server.store.error import StoreFault
from queue_server.store.segment import BadSegment
from queue_server.wire.day import local_day
from queue_server.wire.fault import cause

LOOK_S = 60.0
"""How often it is looked, in real seconds, whether a day is over that has not been put away."""

log = structlog.get_logger(__name__)


@click.command()
@with_data
@click.option(
    "--today",
    type=click.DateTime(("%Y-%m-%d",)),
    metavar="DATE",
    help="今天的日期 The day that is not over (default: by the clock).",
)
@click.option(
    "--term",
    type=int,
    metavar="N",
    help="哪一任服务器要做的（PostgreSQL） The term of the server that has it done, in PostgreSQL (default: the one that counts).",
)
def archive(data: Path | None, today: datetime | None, term: int | None) -> None:
    """归档 Count the days that are over and seal months that are long over; a server that runs does it every night.

    \b
    例 Example:
      jiaohao-server archive --data /var/lib/jiaohao
    """  # noqa: D301
    settings = Settings.read(data=data).existing()
    settings = _within(settings, term)
    accounts.opened(settings)  # an older database gets its tables; a newer one is not written to
    day = local_day(settings.new_clock().now()) if today is None else today.date()
    done = daily.count(settings.database, day, settings.segments)
    click.echo(f"已统计 counted: {len(done)} 天 days{f' · {done[0]} – {done[-1]}' if done else ''}")
    plan, folder = settings.archive, settings.segments
    try:
        for each in segment.seal(settings.database, folder, months_before(day, plan.months)):
            click.echo(f"已封存 sealed: {each.name} · seq {each.first}–{each.last}")
        old = months_before(day, 12 * plan.years)
        for each in segment.forget(settings.database, folder, old, datetime.now(UTC)):
            click.echo(f"已到期删除 deleted in its time: {each.name} · seq {each.first}–{each.last}")
    except BadSegment as error:
        raise CannotStart(
            f"{error.segment.month}月的日志不完整（第{error.seq}条起），没有封存；请运行jiaohao-server verify。",
            f"The log of {error.segment.month} is not whole from event {error.seq} on and is not sealed: jiaohao-server verify.",
        ) from error
    except OSError as error:
        raise CannotStart(
            f"无法写入{folder}（{cause(error)}），请检查空间和权限。",
            f"{folder} cannot be written ({error.strerror}); check space and permissions.",
        ) from error


def _within(settings: Settings, n: int | None) -> Settings:
    """In PostgreSQL it is done under one term and ends with it: the server's that has it done, by hand the one that counts now."""
    database = settings.database
    if settings.db is None:
        return settings
    from queue_server.store.postgres import Postgres  # noqa: PLC0415 - only where a hall is kept so
    from queue_server.store.term import Held, Term  # noqa: PLC0415 - as above

    assert isinstance(database, Postgres)
    if n is None:
        term = Term(database, secret(settings.data))
        try:
            n = term.look().n
        except StoreFault as error:
            raise CannotStart(error.text.zh, error.text.en) from error
        finally:
            term.close()
    return settings.within(Held(database.url, Lease(n, ticking())))


def months_before(day: date, months: int) -> date:
    """The first of the month that is so many months before the one of a day."""
    place = day.year * 12 + day.month - 1 - months
    return date(place // 12, place % 12 + 1, 1)


class Archive:
    """Has days put away while a server runs: those that are over when it starts, and each one after its midnight."""

    def __init__(self, settings: Settings, flow: Flow, term: int | None) -> None:
        """`term` is the server's, None for a hall in a file."""
        self._settings, self._flow, self._term = settings, flow, term
        self._done: date | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> Self:
        """Begin."""
        self._task = asyncio.create_task(self._run(), name="archive")
        return self

    async def stop(self) -> None:
        """End; what is under way is given up, and done the next time."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        before = None
        while True:
            await asyncio.sleep(LOOK_S)
            today = self._flow.durable.day
            if today == self._done:
                continue
            words = ["archive", "--data", str(self._settings.data), "--today", today.isoformat()]
            if self._term is not None:
                words += ["--term", str(self._term)]
            told = await chore(*words)
            if told is None:
                self._done = today
                log.info("archive.done", before=today.isoformat())
            elif told != before:
                log.error("archive.failed", fault=told.en)
            before = told
