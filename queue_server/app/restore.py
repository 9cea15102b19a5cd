"""A hall out of a backup: made whole beside its place first, then put there in one step."""

import asyncio
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import chain, count
from pathlib import Path

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from queue_server.app import secret
from queue_server.app.fault import CannotStart
from queue_server.app.hall import SHIPPED
from queue_server.app.people import CONSOLE
from queue_server.app.setting import Settings, load_hall
from queue_server.engine import number
from queue_server.engine.design import design
from queue_server.engine.hall import Hall
from queue_server.flow.clock import Clock
from queue_server.flow.flow import Flow
from queue_server.store import segment
from queue_server.store.backup import BadBackup, check, latest, listed
from queue_server.store.copy import copy_whole, stay
from queue_server.store.database import Database
from queue_server.store.error import StoreFault
from queue_server.store.lock import FolderLock
from queue_server.store.renew import WEEK, Given, given, hourly, last, renew
from queue_server.store.sqlite import Sqlite
from queue_server.store.table import TableStore
from queue_server.wire.command import Restore
from queue_server.wire.day import local, local_day
from queue_server.wire.fault import cause

PARTS = ("", "-wal", "-shm")
"""What the names of a SQLite database's files end with."""


class Restored(msgspec.Struct, frozen=True):
    """What was done. What happened from `since` to `at` may be lost; `numbers` are the next ones, as people read them.

    `aside` is where the old database is, None if there was none. `new_key`: the hall's key was not in the folder.
    """

    file: Path
    since: datetime
    at: datetime
    numbers: tuple[str, ...]
    aside: Path | None
    new_key: bool


def restore(settings: Settings, place: Path, *, force: bool, sure: bool = False) -> Restored:
    """Put the hall of a backup (in a folder: of the newest one) into the settings' database. `force` keeps an old one aside.

    Unless somebody is `sure` of the machine's clock, none is done where that ends a day on which something is open.
    Raises CannotStart; then the database is as it was.
    """
    file = _found(place)
    settings.make_folder()
    with _said(settings), FolderLock(settings.data):
        there = settings.database.exists()
        if there and not (force and isinstance(settings.database, Sqlite)):
            raise _occupied(settings.database)
        try:
            check(file)
        except BadBackup as error:
            older = _older(place, file)
            raise CannotStart(
                f"{file}不是完好的备份，请换一份更早的{older}：{error}",
                f"{file} is no whole backup; try an older one{older}: {error}",
            ) from error
        segment.copy(file.parent / segment.FOLDER, settings.segments)
        new_key = not (settings.data / secret.NAME).exists()
        part = settings.data / f".restore-{os.getpid()}.sqlite3"
        try:
            shutil.copyfile(file, part)
            since, at, numbers = asyncio.run(
                _renewed(
                    settings,
                    Sqlite(part),
                    settings.database if there else None,
                    answers=not new_key,
                    sure=sure,
                )
            )
            aside = _aside(settings, at) if there else None
            if isinstance(settings.database, Sqlite):
                _sync(part)
                part.replace(settings.database.path)
                _sync(settings.data)
            else:
                copy_whole(Sqlite(part).engine(), settings.database.engine())
        finally:
            for end in PARTS:
                part.with_name(part.name + end).unlink(missing_ok=True)
    return Restored(file, since, at, numbers, aside, new_key)


def _found(place: Path) -> Path:
    try:
        if place.is_file():
            return place
        found = latest(place)
    except OSError as error:
        raise CannotStart(
            f"无法读取{place}（{cause(error)}）：U盘或硬盘插好、挂载了吗？",
            f"{place} cannot be read ({error.strerror}): is the stick or disk plugged in and mounted?",
        ) from error
    if found is None:
        raise CannotStart(f"{place}中没有备份。", f"There is no backup in {place}.")
    return found.path


def _older(place: Path, file: Path) -> str:
    """The next backup of a folder, to be tried by its name, in brackets; nothing where there is none."""
    with suppress(OSError):
        found = [each.path for each in listed(place if place.is_dir() else place.parent)]
        behind = found[found.index(file) + 1 :] if file in found else []
        if behind:
            return f" ({behind[0]})"
    return ""


@contextmanager
def _said(settings: Settings) -> Iterator[None]:
    """What can go wrong inside, as the command line says it."""
    try:
        yield
    except StoreFault as error:
        raise CannotStart(error.text.zh, error.text.en) from error
    except (OSError, sqlite3.Error, SQLAlchemyError) as error:
        raise CannotStart(
            f"无法写入{settings.database}，请检查空间和权限：{error}",
            f"{settings.database} cannot be written; check space and permissions: {error}",
        ) from error


def _occupied(database: Database) -> CannotStart:
    if isinstance(database, Sqlite):
        return CannotStart(
            f"{database}已有数据。确定要用备份替换就加--force，原有数据会移到旁边保留。",
            f"There are data in {database}. Add --force to replace them by the backup; they are kept aside.",
        )
    return CannotStart(
        f"{database}已有数据，请恢复到一个新建的空数据库。",
        f"There are data in {database}: restore into a new, empty database.",
    )


async def _renewed(
    settings: Settings, part: Database, old: Database | None, *, answers: bool, sure: bool
) -> tuple[datetime, datetime, tuple[str, ...]]:
    """Let the hall in a database go on from now, in place of an old one: when its log ended, now, and the next numbers."""
    await asyncio.to_thread(stay, part.engine())
    store = TableStore(part)
    await asyncio.to_thread(store.open)  # a backup of an older program gets its tables
    store.close()
    renew(part, secrets.token_urlsafe(12), answers=answers)
    ended = last(part)
    key = await asyncio.to_thread(secret.secret, settings.data)
    flow = Flow(_hall(settings, store), TableStore(part), settings.new_clock(), secret=key, doubts=not sure)
    await flow.start()
    try:
        if flow.clock.held:
            raise _doubtful(flow.clock)
        now = flow.clock.now()
        since = min(ended or now, now)
        busiest = await asyncio.to_thread(hourly, part, local_day(now - WEEK))
        known = Given() if old is None else await asyncio.to_thread(given, old, local_day(now))
        await flow.ask(CONSOLE, Restore(since=since, hourly=busiest, given=known.numbers, lent=known.lent))
        numbers = flow.durable.numbers
        state = flow.durable
        firsts = {of: number.after(last, block=state.away.block(of)) or last for of, last in numbers.items()}
        return since, now, tuple(number.text(of, firsts[of]) for of in sorted(firsts))
    finally:
        await flow.stop()


def _doubtful(clock: Clock) -> CannotStart:
    """The numbers to be left out are those of one day: whoever is there says which it is."""
    machine, day = local(clock.machine), local(clock.now())
    return CannotStart(
        f"这台电脑的时间是{machine:%Y-%m-%d %H:%M}，而备份止于{day:%Y-%m-%d}，那天还有没办结的号票或开着的窗口。没有恢复任何内容。"
        "请看手机核对日期和时间：电脑不对就先校正；没有错就加--sure再执行一次，那天没办结的号票就此过期。",
        f"By this machine it is {machine:%Y-%m-%d %H:%M}, but tickets or windows of {day:%Y-%m-%d}, when the backup ends, are "
        "open. Nothing was restored. Compare with a phone: put the clock right if it is wrong; if it is right, add --sure, "
        "and what was left open on that day expires.",
    )


def _hall(settings: Settings, store: TableStore) -> Hall:
    """The hall to begin with, where none was published."""
    try:
        newest = next(iter(store.versions(1)), None)
    finally:
        store.close()
    if newest is not None:
        return design(newest.content).hall
    return load_hall(settings.hall if settings.hall.exists() else SHIPPED).hall


def _aside(settings: Settings, at: datetime) -> Path:
    """Keep the old database aside: all of it is there before anything of it is replaced."""
    assert isinstance(settings.database, Sqlite)
    old = settings.database.path
    aside = _fresh(settings.data, f"before-{at:%Y%m%dT%H%M%SZ}")
    with suppress(Exception):  # it may be what is broken
        Sqlite(old).writer().close()
    os.link(old, aside / old.name)
    for end in PARTS[1:]:
        rest = old.with_name(old.name + end)
        if rest.exists():
            rest.rename(aside / rest.name)
    _sync(aside)
    return aside


def _fresh(place: Path, name: str) -> Path:
    """A new folder of that name, with a number behind it where there is one: of the same second, or by a clock that went back."""
    names = chain([name], (f"{name}-{again}" for again in count(2)))
    folder = next(place / each for each in names if not (place / each).exists())
    folder.mkdir()
    return folder


def _sync(path: Path) -> None:
    place = os.open(path, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
