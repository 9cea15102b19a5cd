"""Backups: each one file with a whole hall in it as it was at one moment, taken while the hall is served.

A file is either whole or not there: it is written beside its place under another name, synced, read back from the medium, and only
then given its name. What is kept of older ones is decided by `spared`. Who held tickets is not in it: a server forgets that in
time, a stick in a drawer does not.
"""

import errno
import fcntl
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from queue_server.flow.port import Unavailable
from queue_server.store.database import Database
from queue_server.store.hall import head, marks
from queue_server.store.sealed import Sealed
from queue_server.store.verify import Verdict, verify
from queue_server.wire.day import local, local_day

NAME = re.compile(r"hall-([0-9]{8}T[0-9]{6}Z)\.sqlite3")
_STAMP = "%Y%m%dT%H%M%SZ"
PART = ".part"
"""How the name of a file ends that is still being written."""
HOURLY, DAILY = timedelta(days=1), timedelta(days=30)
"""For how long one of each hour, and one of each day, is kept."""


class BadBackup(Exception):
    """A file that is no whole backup: `str()` says what is wrong with it, in English, for a log."""


class Backup(msgspec.Struct, frozen=True):
    """A finished file: when it was taken, by the wall's clock, and its bytes."""

    path: Path
    at: datetime
    size: int


class _End(msgspec.Struct, frozen=True):
    """Where the log of a backup ends. `before` are epochs that it went on from."""

    epoch: str
    seq: int
    before: frozenset[str]


def listed(folder: Path) -> list[Backup]:
    """The backups in a folder, newest first. Raises OSError if it cannot be read."""
    found = []
    for path in folder.iterdir():
        match = NAME.fullmatch(path.name)
        if match is not None:
            with suppress(ValueError, FileNotFoundError):  # a date that is none; gone meanwhile
                at = datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
                found.append(Backup(path, at, path.stat().st_size))
    return sorted(found, key=lambda backup: backup.at, reverse=True)


def latest(folder: Path) -> Backup | None:
    """The backup that goes on furthest; None where there is none. Raises OSError if the folder cannot be read.

    Names are by the wall's clock, which may have been wrong: among those of the newest one's epoch the end of the log counts. Logs
    of two epochs do not follow one another, so that tells nothing of others; but one knows the epochs that it went on from, and is
    preferred to them, whatever their names. If the newest cannot be read, it is that one: whoever takes it says so.
    """
    found = listed(folder)
    if not found:
        return None
    ends = {backup: _end(backup.path) for backup in found}
    over = {epoch for end in ends.values() if end is not None for epoch in end.before}
    first = next(
        (backup for backup in found if (end := ends[backup]) is None or end.epoch not in over), found[0]
    )
    newest = ends[first]
    if newest is None:
        return first
    same = {backup: end.seq for backup, end in ends.items() if end is not None and end.epoch == newest.epoch}
    return max(same, key=lambda backup: same[backup])


def _end(path: Path) -> _End | None:
    """Where the log of a backup ends; None if it cannot be read."""
    sealed = Sealed(path)
    try:
        connection = sealed.reader()
        try:
            kept = marks(connection, sealed.sql)
            before = frozenset(kept.get("epochs", "").split())
            return _End(kept["epoch"], head(connection, sealed.sql)[0], before)
        finally:
            connection.close()
    except (sqlite3.Error, LookupError, ValueError):
        return None


def take(database: Database, folder: Path, at: datetime) -> tuple[Backup, Verdict]:
    """Write a backup of a hall into an existing folder, and what its log was proven to be. One at a time in a folder.

    Raises Unavailable if the hall cannot be read, OSError if the folder cannot be written, BadBackup if what lies on the medium is
    not what was written. Nothing of it is left then.
    """
    with _alone(folder):
        return _take(database, folder, at)


def _take(database: Database, folder: Path, at: datetime) -> tuple[Backup, Verdict]:
    path = folder / f"hall-{at.astimezone(UTC).strftime(_STAMP)}.sqlite3"
    for old in folder.glob(f"hall-*{PART}*"):  # of a program that was killed, and SQLite's journal beside it
        old.unlink()
    part = path.with_name(f"{path.name}-{os.getpid()}{PART}")
    try:
        try:
            os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            database.snapshot(part)
            _leave_out(part)
        except (database.fault, sqlite3.Error, Unavailable) as error:
            if _full(error):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder)) from error
            raise Unavailable(f"cannot back {database} up: {error}") from error
        _sync(part)
        verdict = check(part)
        part.rename(path)
    except BaseException:
        for left in folder.glob(f"{part.name}*"):
            left.unlink(missing_ok=True)
        raise
    _sync(folder)
    return Backup(path, at.replace(microsecond=0), path.stat().st_size), verdict


def _full(fault: BaseException | None) -> bool:
    """Whether SQLite found no space: on the medium, as the hall itself is only read."""
    while fault is not None:
        if getattr(fault, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            return True
        fault = fault.__cause__
    return False


def _leave_out(part: Path) -> None:
    """Overwrite who held tickets with zeros, in place: no other file, not even SQLite's journal, ever holds it."""
    connection = sqlite3.connect(part, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA secure_delete=ON")
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'identity'").fetchone():
            connection.execute("DELETE FROM identity")
    finally:
        connection.close()


def check(path: Path) -> Verdict:
    """Read a backup from end to end, its tables and every event; the verdict on its log, which is whole. Raises BadBackup."""
    sealed = Sealed(path)
    try:
        connection = sealed.reader()
        try:
            told = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        finally:
            connection.close()
        if told != "ok":
            raise BadBackup(f"{path}: {told}")
        verdict = verify(sealed)
    except (sqlite3.Error, Unavailable) as error:
        raise BadBackup(f"{path}: {error}") from error
    if verdict.broken is not None:
        raise BadBackup(f"{path}: its log is {verdict.broken.fault} at seq {verdict.broken.seq}")
    return verdict


def thin(folder: Path, now: datetime, last: int) -> list[Path]:
    """Remove what is not spared of a folder's backups; what was removed. Raises OSError."""
    found = listed(folder)
    spare = spared((backup.at for backup in found), now, last)
    gone = [backup.path for backup in found if backup.at not in spare]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def spared(times: Iterable[datetime], now: datetime, last: int) -> frozenset[datetime]:
    """Which backups are kept: the `last` newest, the newest of each hour for a day, and of each local day for thirty.

    Those newer than `now`, by a clock that was wrong, are counted by themselves: they take no place of the newest.
    """
    ordered = sorted(set(times), reverse=True)
    ahead = [at for at in ordered if at > now]
    past = ordered[len(ahead) :]
    keep = {*ahead[:last], *past[:last]}
    seen: set[object] = set()
    for at in past:
        hour, day = local(at).replace(minute=0, second=0, microsecond=0), local_day(at)
        for bucket, age in ((hour, HOURLY), (day, DAILY)):
            if bucket not in seen and now - at <= age:
                keep.add(at)
            seen.add(bucket)
    return frozenset(keep)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Be the only program that writes backups into a folder."""
    place = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        os.close(place)


def _sync(path: Path) -> None:
    """Have a file or a folder on the medium, and forget what was cached of it, so that it is read back from there."""
    place = os.open(path, os.O_RDONLY)
    try:
        os.fsync(place)
        if path.is_file() and hasattr(os, "posix_fadvise"):
            os.posix_fadvise(place, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(place)
