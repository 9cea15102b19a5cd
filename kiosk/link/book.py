"""The journal on disk: one SQLite file in the kiosk's own folder.

One thread writes, in the order in which it is asked, and each write is on the disk when it is done (`synchronous=FULL`): a number
that somebody holds is never given again, whatever happens to the machine. The standard library's driver is enough for three small
tables, and the loop that paints never waits for it.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from kiosk.link import seat as seats
from kiosk.model.event import HallShown, Recalled
from kiosk.model.journal import Block, Entry, unfinished

NAME = "journal.sqlite3"
VERSION = 1
MOST_PAGES = 65_536
"""256 MiB, so that a journal gone wild cannot fill the disk."""
KEPT_DAYS = 31
"""Tickets of days longer ago are forgotten."""
_TABLES = (
    """CREATE TABLE IF NOT EXISTS ticket (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, day TEXT NOT NULL, number TEXT,
    paper TEXT NOT NULL, unfinished INTEGER NOT NULL, body BLOB NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS ticket_day ON ticket (day)",
    "CREATE TABLE IF NOT EXISTS block (n INTEGER PRIMARY KEY, body BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS hall (n INTEGER PRIMARY KEY CHECK (n = 1), body BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS seat (mark TEXT PRIMARY KEY)",
)
_KEEP = """INSERT INTO ticket (id, day, number, paper, unfinished, body) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE
    SET (day, number, paper, unfinished, body)
    = (excluded.day, excluded.number, excluded.paper, excluded.unfinished, excluded.body)"""
_FORGET = "DELETE FROM ticket WHERE day < (SELECT date(max(day), ?) FROM ticket)"
_NEWEST = "SELECT n, body FROM ticket WHERE unfinished OR day = (SELECT max(day) FROM ticket)"
_OF_DAY = "SELECT n, body FROM ticket WHERE day = ?"
_log = logging.getLogger(__name__)
Statement = tuple[str, Sequence[object]]


class Unopened(Exception):
    """The journal cannot be used; the message says what to do, in Chinese and English."""


class Known(msgspec.Struct, frozen=True):
    """The hall as it was last known, when that was by its own clock, and by this machine's."""

    hall: HallShown
    at: datetime
    wall: datetime


class Book:
    """The open journal of a folder; `recalled` is what it held then."""

    def __init__(
        self,
        folder: Path,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        most_pages: int = MOST_PAGES,
        seat: frozenset[str] | None = None,
    ) -> None:
        """Raises Unopened. A damaged file is put aside: what it holds cannot be trusted, and people wait for tickets.

        `seat` says where it is, by default this machine and the folder. Numbers that were lent to a kiosk in another place are not
        recalled: that one may go on issuing them. Its tickets are: whoever holds one is to be called, told of twice or not.
        """
        self._seat = seats.seat(folder) if seat is None else seat
        self._most_pages = most_pages
        self._wall = wall
        self._known: Known | None = None
        self._path = folder / NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            try:
                self._database, self.recalled = self._open()
            except (sqlite3.DatabaseError, msgspec.MsgspecError) as fault:
                if isinstance(fault, sqlite3.OperationalError):
                    raise
                _log.error("%s is damaged (%s); it is put aside, and a new journal begins", self._path, fault)
                self._put_aside()
                self._database, self.recalled = self._open()
        except (OSError, sqlite3.OperationalError) as fault:
            if getattr(fault, "sqlite_errorname", "") == "SQLITE_BUSY":
                raise Unopened(
                    f"{folder}正由另一个取号机程序使用，请结束它，或用--data换一个目录\n"
                    f"another kiosk works with {folder}; end it, or choose another --data"
                ) from fault
            raise Unopened(
                f"无法写入{folder}，请用--data换一个目录\n{folder} cannot be written; choose another folder with --data"
            ) from fault
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")

    def now(self) -> datetime | None:
        """The hall's time by this machine's clock and the last that was known; None if nothing ever was."""
        if self._known is None:
            return None
        return self._known.at + max(self._wall() - self._known.wall, timedelta())

    async def keep(self, entry: Entry) -> bool:
        """Have a ticket on disk as it is now; False if that cannot be."""
        body = msgspec.json.encode(entry)
        values = (entry.take.id, str(entry.day), entry.number, entry.paper, unfinished(entry), body)
        return await self._write((_KEEP, values))

    async def keep_blocks(self, blocks: Sequence[Block]) -> bool:
        """Have these blocks on disk, and no others."""
        inserts = [("INSERT INTO block (body) VALUES (?)", (msgspec.json.encode(block),)) for block in blocks]
        return await self._write(("DELETE FROM block", ()), *inserts)

    async def remember(self, hall: HallShown, at: datetime | None) -> bool:
        """Have the hall on disk, as it is at its time `at`; without one it is worth nothing."""
        if at is None:
            return False
        self._known = Known(hall, at, self._wall())
        body = msgspec.json.encode(self._known)
        return await self._write(("INSERT OR REPLACE INTO hall (n, body) VALUES (1, ?)", (body,)))

    def close(self) -> None:
        """Finish what is being written, and let others have the folder."""
        self._thread.shutdown()
        self._database.close()

    async def _write(self, *statements: Statement) -> bool:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._transact, statements)

    def _transact(self, statements: Sequence[Statement]) -> bool:
        try:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                for statement, values in statements:
                    self._database.execute(statement, values)
                self._database.execute("COMMIT")
            except sqlite3.Error:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise
        except sqlite3.Error as fault:
            _log.error("the journal cannot be written: %s", fault)
            return False
        return True

    def _open(self) -> tuple[sqlite3.Connection, Recalled]:
        self._path.touch(0o600)
        # Autocommit: transactions are ours. The writing thread is the only one after this.
        database = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=1.0)
        try:
            for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = FULL"):
                database.execute(f"PRAGMA {pragma}")
            database.execute(f"PRAGMA max_page_count = {self._most_pages}")
            database.execute("BEGIN IMMEDIATE")
            return database, self._set_up(database)
        except BaseException:
            database.close()
            raise

    def _set_up(self, database: sqlite3.Connection) -> Recalled:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise Unopened(
                f"{self._path}是更新的版本写的，请安装新版，或用--data换一个目录\n"
                f"{self._path} is of a newer version; install that, or choose another --data"
            )
        (sound,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if sound != "ok":
            raise sqlite3.DatabaseError(sound)
        for table in _TABLES:
            database.execute(table)
        database.execute(f"PRAGMA user_version = {VERSION}")
        database.execute(_FORGET, (f"-{KEPT_DAYS} days",))
        self._settle(database)
        blocks = _bodies(database, "SELECT body FROM block ORDER BY n", Block)
        entries = _entries(database, {block.day for block in blocks})
        known = _bodies(database, "SELECT body FROM hall", Known)
        database.execute("COMMIT")
        self._known = known[0] if known else None
        return Recalled(tuple(entries), tuple(blocks), self._known.hall if self._known else None)

    def _settle(self, database: sqlite3.Connection) -> None:
        """Let go of the numbers of a kiosk in another place. A journal that does not say whose it is may be any kiosk's."""
        before = frozenset(mark for (mark,) in database.execute("SELECT mark FROM seat"))
        seat = before | self._seat
        if not seats.belongs(before, self._seat):
            seat = self._seat
            lent = database.execute("DELETE FROM block").rowcount
            if lent:
                _log.warning(
                    "流水账来自别的机器或目录，其中的预领号不用，联网后另领 %s: the journal is another machine's or folder's; "
                    "its numbers are not used, and others are asked for",
                    self._path,
                )
        if before != seat:
            database.execute("DELETE FROM seat")
            database.executemany("INSERT INTO seat (mark) VALUES (?)", [(mark,) for mark in sorted(seat)])

    def _put_aside(self) -> None:
        for suffix in ("-wal", ""):
            damaged = self._path.with_name(NAME + suffix)
            if damaged.exists():
                damaged.replace(self._path.with_name(f"{NAME}.damaged{suffix}"))


def _entries(database: sqlite3.Connection, days: Iterable[date]) -> list[Entry]:
    """What is unfinished, the newest day, and the days of which there are numbers: a clock may have been wrong in between."""
    rows = dict(database.execute(_NEWEST).fetchall())
    for day in days:
        rows |= dict(database.execute(_OF_DAY, (str(day),)).fetchall())
    return [msgspec.json.decode(rows[n], type=Entry) for n in sorted(rows)]


def _bodies(database: sqlite3.Connection, query: str, kind: type[Any]) -> list[Any]:
    return [msgspec.json.decode(body, type=kind) for (body,) in database.execute(query)]
