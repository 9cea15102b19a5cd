"""Where a server keeps its data and where it listens: what a flag says, else the environment, else `server.toml`."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import msgspec

from queue_server.api import medium
from queue_server.app import server
from queue_server.app.fault import CannotStart
from queue_server.app.hall import SHIPPED, Loaded, load
from queue_server.app.server import (
    LEAST_IDLE_MIN,
    MOST_IDLE_MIN,
    AppraisalDocument,
    ArchiveDocument,
    BackupDocument,
    Network,
)
from queue_server.auth.account import ONCE
from queue_server.auth.gate import IDLE as IDLE_SESSION
from queue_server.auth.limit import Limits
from queue_server.engine.design import FaultyHall
from queue_server.flow.clock import Clock
from queue_server.store import segment
from queue_server.store.database import Database
from queue_server.store.error import StoreFault
from queue_server.store.place import at_url
from queue_server.store.sqlite import Sqlite
from queue_server.wire.fault import cause

DATA, LISTEN, DB, CLOCK = "JIAOHAO_DATA", "JIAOHAO_LISTEN", "JIAOHAO_DB", "JIAOHAO_CLOCK"
IDLE, LIMITS = "JIAOHAO_IDLE", "JIAOHAO_LIMITS"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
ANY = frozenset({"0.0.0.0", "::", ""})


@dataclass(frozen=True)
class Tls:
    """Certificate and private key of the server, as PEM files."""

    certificate: Path
    key: Path


@dataclass(frozen=True)
class Settings:
    """A server's own settings; what its hall is made of stands in `hall.toml` of the data folder."""

    data: Path
    host: str = "127.0.0.1"
    port: int = 8080
    db: str | None = field(default=None, repr=False)
    """The URL of a PostgreSQL database, perhaps with a password in it; None: an SQLite file in the data folder."""
    clock: str | None = None
    idle: timedelta = IDLE_SESSION
    """A session in which nothing was asked for so long ends."""
    once: timedelta = ONCE
    """A one-time password that nobody has used for so long ends."""
    clips: Path | None = None
    """The hall's own recordings, for boards that speak; None: the synthesiser speaks."""
    public_url: str | None = None
    """Where phones find the server, https and without a slash at its end; None: print no link and no QR code."""
    tls: Tls | None = None
    """None: plain HTTP."""
    proxies: tuple[Network, ...] = ()
    """Proxies before the server, which are believed when they say who asks and how."""
    limits: Limits = field(default_factory=Limits)
    backup: BackupDocument | None = None
    """None: no backups are made by the server."""
    archive: ArchiveDocument = field(default_factory=ArchiveDocument)
    appraisal: AppraisalDocument = field(default_factory=AppraisalDocument)
    held: Database | None = field(default=None, repr=False)
    """The database as it is used under one term; None: as anybody may."""

    @classmethod
    def read(
        cls,
        environment: Mapping[str, str] = os.environ,
        *,
        data: Path | None = None,
        listen: str | None = None,
    ) -> "Settings":
        """The settings of a data folder. Raises CannotStart for one that cannot be understood, or is a file."""
        folder = data or Path(environment.get(DATA) or "data")
        if folder.exists() and not folder.is_dir():
            raise CannotStart(
                f"{folder}是一个文件，不能作数据目录；请用--data另写一个目录。",
                f"{folder} is a file and can be no data folder: name another one with --data.",
            )
        own = server.load(folder / server.NAME)
        host, port = _address(listen or environment.get(LISTEN) or own.listen)
        tls = Tls(folder / own.tls.certificate, folder / own.tls.key) if own.tls is not None else None
        made = cls(
            folder,
            host,
            port,
            db=environment.get(DB) or None,
            clock=environment.get(CLOCK) or None,
            idle=timedelta(minutes=_idle(environment.get(IDLE)) or own.idle_min),
            once=timedelta(days=own.once_days),
            clips=None if own.clips is None else folder / own.clips,
            public_url=None if own.public_url is None else server.public(own.public_url),
            tls=tls,
            proxies=tuple(filter(None, map(server.network, own.proxies))),
            limits=_limits(environment.get(LIMITS), own.limits),
            backup=own.backup,
            archive=own.archive,
            appraisal=own.appraisal,
        )
        made.database  # noqa: B018 - says at once what is wrong with it
        return made

    @property
    def database(self) -> Database:
        """The hall's database. Raises CannotStart for one that this program cannot use."""
        if self.held is not None:
            return self.held
        if self.db is None:
            return Sqlite(self.data / "hall.sqlite3")
        try:
            return at_url(self.db)
        except StoreFault as error:
            raise CannotStart(error.text.zh, error.text.en) from error
        except ValueError as error:
            raise CannotStart(
                f"{DB}应为postgresql://开头的数据库地址，例如postgresql://jiaohao@db.hall/jiaohao。",
                f"{DB} must be the URL of a PostgreSQL database, such as postgresql://jiaohao@db.hall/jiaohao.",
            ) from error

    def at(self, port: int) -> "Settings":
        """The same at a port."""
        return replace(self, port=port)

    def within(self, held: Database) -> "Settings":
        """The same under a term: whatever writes by these settings writes under that one or not at all."""
        return replace(self, held=held)

    @property
    def segments(self) -> Path:
        """Where sealed months of the log are."""
        return self.data / segment.FOLDER

    def existing(self) -> "Settings":
        """The same, of a folder that has a database already. Raises CannotStart where there is none, and makes nothing."""
        if self.database.exists():
            return self
        if self.db is not None:
            raise CannotStart(
                f"{self.database}中还没有大厅的数据，请核对{DB}。",
                f"There is no hall in {self.database} yet; check {DB}.",
            )
        raise CannotStart(
            f"{self.data}中还没有数据库，请核对--data（或{DATA}）。",
            f"There is no database in {self.data} yet; check --data (or {DATA}).",
        )

    def sealed(self) -> Path:
        """Where sealed months are, with those that a database of several servers keeps. Raises CannotStart, Unavailable."""
        try:
            segment.fetch(self.database, self.segments)
        except OSError as error:
            raise CannotStart(
                f"无法写入{self.segments}（{cause(error)}），请检查空间和权限。",
                f"{self.segments} cannot be written ({error.strerror}); check space and permissions.",
            ) from error
        return self.segments

    @property
    def media(self) -> Path:
        """Pictures and films of boards."""
        return self.data / medium.FOLDER

    @property
    def hall(self) -> Path:
        """The hall's configuration."""
        return self.data / "hall.toml"

    @property
    def file(self) -> Path:
        """The server's own settings."""
        return self.data / server.NAME

    def local_only(self) -> bool:
        """Whether other machines cannot reach the server."""
        return self.host in LOOPBACK

    def new_clock(self) -> Clock:
        """The business clock. Raises CannotStart if its setting cannot be read."""
        try:
            return Clock.parse(self.clock)
        except ValueError as error:
            raise CannotStart(
                f"{CLOCK}应写成“开始时间@倍速”，例如2026-11-23T09:00:00+08:00@20。", f"{error}."
            ) from error

    def make_folder(self) -> None:
        """Make the data folder if there is none, and be sure that it can be written. Raises CannotStart."""
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            probe = self.data / f".probe-{os.getpid()}"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise CannotStart(
                f"无法写入数据目录{self.data}（{cause(error)}），请检查硬盘和权限。硬盘写不了：把整个目录拷到能写的盘上，用--data指向那里。",
                f"The data folder {self.data} cannot be written ({error.strerror}): check disk and permissions. Where the disk "
                "takes nothing any more, copy the whole folder to one that does, and name that with --data.",
            ) from error

    def leave_sample(self) -> None:
        """Give a folder that has no `server.toml` the sample, in which nothing counts yet."""
        if not self.file.exists():
            self.file.write_bytes(server.SAMPLE.read_bytes())

    def load_hall(self) -> Loaded:
        """The hall of the data folder; a new folder gets the shipped one to be edited. Raises CannotStart with every fault."""
        if not self.hall.exists():
            self.hall.write_bytes(SHIPPED.read_bytes())
        return load_hall(self.hall)


def load_hall(path: Path) -> Loaded:
    """The hall in a file. Raises CannotStart with every fault in it, one a line."""
    with usable(path):
        return load(path)


def readable(path: Path) -> Path:
    """A file that somebody names, which can be read. Raises CannotStart: files of one user are not another's."""
    try:
        path.open("rb").close()
    except OSError as error:
        raise CannotStart(
            f"无法读取{path}（{cause(error)}）。文件要在，而且执行命令的用户要读得到。",
            f"{path} cannot be read ({error.strerror}): it must be there, and readable for the user who runs this.",
        ) from error
    return path


@contextmanager
def usable(path: Path) -> Iterator[None]:
    """What is faulty in a file that is read inside, as the command line says it: raises CannotStart."""
    try:
        yield
    except FaultyHall as error:
        zh = "\n".join(f"  {fault.line('zh')}" for fault in error.faults)
        en = "\n".join(f"  {fault.line('en')}" for fault in error.faults)
        raise CannotStart(
            f"{path}有{len(error.faults)}处错误，请改正后再试：\n{zh}",
            f"{path} has {len(error.faults)} fault(s); correct them and try again:\n{en}",
        ) from error


def _idle(text: str | None) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and LEAST_IDLE_MIN <= int(text) <= MOST_IDLE_MIN):
        raise CannotStart(
            f"{IDLE}应为{LEAST_IDLE_MIN}至{MOST_IDLE_MIN}的整数，单位分钟。",
            f"{IDLE} must be a whole number of minutes from {LEAST_IDLE_MIN} to {MOST_IDLE_MIN}.",
        )
    return int(text)


def _limits(text: str | None, own: Limits) -> Limits:
    if not text:
        return own
    if text not in ("on", "off"):
        raise CannotStart(f"{LIMITS}应为on或off。", f"{LIMITS} must be on or off.")
    return msgspec.structs.replace(own, enabled=text == "on")


def _address(listen: str) -> tuple[str, int]:
    found = server.address(listen)
    if found is None:
        raise CannotStart(
            f"监听地址“{listen}”应写成“主机:端口”，例如0.0.0.0:8080。",
            f"The listen address “{listen}” must be HOST:PORT, such as 0.0.0.0:8080.",
        )
    return found
