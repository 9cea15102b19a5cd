"""The log for auditors: `jiaohao-server audit`, and the server's own look into it, in threads and in processes beside the server.

What is in the table is found by the database in some hundredths of a second, in a thread. What takes longer has a process of its
own: a sealed month, a file for a spreadsheet, and the check of the whole chain.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec
import structlog

from queue_server.app import people as accounts
from queue_server.app.chore import ran
from queue_server.app.fault import CannotStart
from queue_server.app.option import with_data
from queue_server.app.proof import FAULTS
from queue_server.app.setting import Settings
from queue_server.flow.flow import Flow
from queue_server.reports import audit, spread
from queue_server.reports.audit import Archive
from queue_server.store import book
from queue_server.store.book import Sealed
from queue_server.store.row import time
from queue_server.store.verify import Verdict, verify
from queue_server.wire import face
from queue_server.wire.audit import (
    CheckRecord,
    Entry,
    LifeRecord,
    LogAsked,
    LogRecord,
    ProofRecord,
    SealedRecord,
    SkipsRecord,
    Why,
)
from queue_server.wire.error import Refusal
from queue_server.wire.ticket import Text

CHECKED = "checked.json"
"""Where the data folder keeps what the last check found."""
MOST = 50_000
"""Events that are made into lines of a file at once."""
_T = TypeVar("_T")

log = structlog.get_logger(__name__)


class Auditing:
    """`flow.port.Audit` of a server that runs. One process of it works at a time."""

    def __init__(self, settings: Settings, flow: Flow) -> None:
        """Reads by `settings`, whose database is the server's."""
        self._settings, self._flow = settings, flow
        self._turn = asyncio.Lock()
        self._checking: asyncio.Task[None] | None = None
        self._far = 0

    async def skips(self, day: date) -> SkipsRecord:
        """The calls out of turn of a day."""
        return await self._ask(
            lambda archive: audit.skips(archive, day), SkipsRecord, "skips", LogAsked(day=day)
        )

    async def log(self, asked: LogAsked) -> LogRecord:
        """A page of a day's log."""
        return await self._ask(lambda archive: audit.log(archive, asked), LogRecord, "log", asked)

    async def life(self, day: date, number: str | None, ticket: str | None) -> LifeRecord:
        """The tickets of a day with a number, or the one with an id."""
        words = ("--number", number) if number is not None else ("--ticket", ticket or "")
        return await self._ask(
            lambda archive: audit.life(archive, day, number=number, id_=ticket),
            LifeRecord,
            "ticket",
            LogAsked(day=day),
            *words,
        )

    async def proof(self) -> ProofRecord:
        """What proves the log."""
        return await asyncio.to_thread(self._proof)

    async def check(self, by: str) -> ProofRecord:
        """Begin to check the whole log, unless that is under way."""
        if self._checking is None:
            self._far = 0
            self._checking = asyncio.create_task(self._check(by), name="check")
        return await self.proof()

    async def csv(self, asked: LogAsked | None, day: date) -> bytes:
        """What is looked for in a day's log, or its calls out of turn, as a file. Refuses `server.failed`."""
        words = _words("skips", LogAsked(day=day)) if asked is None else _words("log", asked)
        return await self._ran(*words, "--csv")

    async def stop(self) -> None:
        """Check nothing more."""
        if self._checking is not None:
            self._checking.cancel()
            await asyncio.gather(self._checking, return_exceptions=True)

    async def _ask(
        self, read: Callable[[Archive], _T], kind: type[_T], what: str, asked: LogAsked, *more: str
    ) -> _T:
        devices = {id_: device.name for id_, device in self._flow.durable.devices.items()}
        archive = Archive(self._settings.database, None, self._flow.names | devices, self._flow.durable.hall)
        try:
            return await asyncio.to_thread(read, archive)
        except Sealed:
            return msgspec.json.decode(await self._ran(*_words(what, asked), *more), type=kind)

    async def _ran(self, *words: str) -> bytes:
        async with self._turn:
            made, fault = await ran("audit", *words, "--data", str(self._settings.data))
        if fault is not None:
            log.error("audit.failed", what=words[0], fault=fault.en)
            raise Refusal("server.failed")
        return made

    async def _check(self, by: str) -> None:
        last = b""

        def heard(line: bytes) -> None:
            nonlocal last
            last = line
            with suppress(ValueError):
                self._far = int(line)

        try:
            _, fault = await ran("audit", "check", "--data", str(self._settings.data), heard=heard)
            now = self._flow.clock.now()
            if fault is not None:
                log.error("audit.failed", what="check", fault=fault.en)
                done = CheckRecord(at=now, by=by, failed=fault)
            else:
                done = _checked(msgspec.json.decode(last, type=Verdict), now, by)
            await asyncio.to_thread(self._kept.write_bytes, msgspec.json.encode(done))
        except OSError:
            log.exception("audit.failed", what="check")
        finally:
            self._checking = None

    @property
    def _kept(self) -> Path:
        return self._settings.data / CHECKED

    def _proof(self) -> ProofRecord:
        newest = book.newest(self._settings.database)
        kept = book.segments_of(self._settings.database)
        end = (kept[-1].last, None, kept[-1].hash.hex()) if kept else (0, None, "")
        seq, at, hash_ = end if newest is None else newest
        checked = None
        with suppress(OSError, msgspec.DecodeError):
            checked = msgspec.json.decode(self._kept.read_bytes(), type=CheckRecord)
        return ProofRecord(
            seq=seq,
            at=None if at is None else time(at),
            hash=hash_,
            sealed=tuple(
                SealedRecord(
                    month=each.month,
                    first=each.first,
                    last=each.last,
                    hash=each.hash.hex(),
                    file=each.name,
                    here=(self._settings.segments / each.name).exists(),
                    gone_at=None if each.gone_at is None else time(each.gone_at),
                )
                for each in reversed(kept)
            ),
            checked=checked,
            checking=None if self._checking is None else (min(self._far, seq), seq),
        )


def _words(what: str, asked: LogAsked) -> tuple[str, ...]:
    """A question as words of the command line."""
    words = [what, "--day", asked.day.isoformat()]
    for name in ("actor", "command", "window", "zone", "before"):
        value = getattr(asked, name)
        if value is not None:
            words.append(f"--{name}={value}")
    if what == "log":
        words.append(f"--limit={asked.limit}")
    return tuple(words)


def _checked(verdict: Verdict, now: datetime, by: str) -> CheckRecord:
    broken = verdict.broken
    return CheckRecord(
        at=now,
        by=by,
        count=verdict.count,
        seq=verdict.seq,
        hash=verdict.hash,
        broken=None if broken is None else broken.seq,
        fault=None if broken is None else FAULTS[broken.fault],
    )


@click.group("audit")
def auditing() -> None:
    """审计 What auditors ask of the log, also while a server runs, and of sealed months."""


_DAY = click.option(
    "--day", required=True, type=click.DateTime(("%Y-%m-%d",)), metavar="DATE", help="哪一天 Which day."
)
_CSV = click.option("--csv", is_flag=True, help="给Excel的CSV CSV for Excel instead of JSON.")


@auditing.command()
@_DAY
@_CSV
@with_data
def skips(day: datetime, csv: bool, data: Path | None) -> None:
    """不按顺序的叫号 The calls of a day that passed somebody over, each with its reason.

    \b
    例 Example:
      jiaohao-server audit skips --day 2026-11-26 --csv > 2026-11-26.csv
    """  # noqa: D301
    found = audit.skips(_archive(data), day.date())
    if not csv:
        _print(found)
        return
    _read(found.unread)
    whys = {why: face.texts("audit")[f"why_{why}"]["zh"] for why in Why.__args__}  # type: ignore[attr-defined] # of a Literal
    _write(spread.of_skips(found.skips, whys))


@auditing.command("ticket")
@_DAY
@click.option("--number", metavar="NUMBER", help="号码 Its number, such as A012.")
@click.option("--ticket", "id_", metavar="ID", help="号票的id Its id.")
@with_data
def ticket_(day: datetime, number: str | None, id_: str | None, data: Path | None) -> None:
    """一张号票的经过 All that the log has of a ticket, as JSON.

    \b
    例 Example:
      jiaohao-server audit ticket --day 2026-11-26 --number A012
    """  # noqa: D301
    _print(audit.life(_archive(data), day.date(), number=number, id_=id_))


@auditing.command("log")
@_DAY
@click.option("--actor", metavar="NAME", help="谁 Who.")
@click.option("--command", metavar="COMMAND", help="命令 By which command.")
@click.option("--window", metavar="WINDOW", help="窗口 At which window.")
@click.option("--zone", metavar="ZONE", help="服务区 Of which zone.")
@click.option("--before", type=int, metavar="SEQ", help="序号小于 Below a seq.")
@click.option("--limit", default=100, show_default=True, help="最多几条 So many at most, as JSON.")
@_CSV
@with_data
def log_(csv: bool, data: Path | None, day: datetime, **sought: Any) -> None:
    """事件日志 The log of a day, newest first; as CSV all of it.

    \b
    例 Example:
      jiaohao-server audit log --day 2026-11-26 --window 3 --csv > window-3.csv
    """  # noqa: D301
    archive, asked = _archive(data), LogAsked(day=day.date(), **sought)
    if csv:
        _write(spread.of_entries(_every(archive, asked)))
    else:
        _print(audit.log(archive, asked))


@auditing.command(hidden=True)
@with_data
def check(data: Path | None) -> None:
    """How far it is, line by line, and then the verdict: for the server."""
    archive = _archive(data)
    verdict = verify(archive.database, archive.segments, click.echo)
    _print(verdict)


def _archive(data: Path | None) -> Archive:
    settings = accounts.going_on(Settings.read(data=data))
    return Archive(settings.database, settings.sealed(), book.people(settings.database))


def _every(archive: Archive, asked: LogAsked) -> Iterator[Entry]:
    asked = msgspec.structs.replace(asked, limit=MOST)
    while True:
        page = audit.log(archive, asked)
        _read(page.unread)
        yield from page.entries
        if page.before is None:
            return
        asked = msgspec.structs.replace(asked, before=page.before)


def _read(unread: Text | None) -> None:
    if unread is not None:
        raise CannotStart(unread.zh, unread.en)


def _print(found: Any) -> None:
    click.echo(msgspec.json.encode(found).decode())


def _write(content: bytes) -> None:
    click.echo(content, nl=False)
