"""The programs of one measurement: the real server in its own process, what it is measured against, and the load generator."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import cached_property
from itertools import cycle, islice
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec

from queue_server.app.hall import SHIPPED, load
from queue_server.app.move import move
from queue_server.app.setting import Settings
from queue_server.engine.hall import Hall
from queue_server.store.connection import reader
from queue_server.store.migrate import migrate
from queue_server.store.postgres import Postgres
from queue_server.store.schema import metadata
from queue_server.wire.day import local_day
from tests.bench.load import Ask, Job, Load
from tests.bench.screen import Calls
from tests.e2e.house import BIN, Program, Server
from tests.fakes import year
from tests.fakes.postgres import Cluster

PASSWORD = "a bench has no secrets"

WAITING = 3000
"""Tickets that wait while calls are measured."""

YEAR, A_DAY = 261, 1150
"""Days of a year's history, and tickets of each: 300,000 in all."""

_T = TypeVar("_T")


def hall() -> Hall:
    """The hall that is measured: the shipped one, ten zones and 68 windows."""
    return load(SHIPPED).hall


def cpu_s(pid: int) -> float:
    """Processor seconds that a process has used so far, over all its threads."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


@contextmanager
def apart(server: int, generator: int) -> Iterator[None]:
    """Keep two processes on a core each meanwhile: a server that is moved to and fro between them finds its caches cold."""
    cores = sorted(os.sched_getaffinity(0))
    _keep_on(server, {cores[0]})
    _keep_on(generator, {cores[-1]})
    try:
        yield
    finally:
        _keep_on(server, set(cores))
        _keep_on(generator, set(cores))


def _keep_on(pid: int, cores: set[int]) -> None:
    for task in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), cores)


def memory_mb(pid: int) -> float:
    """Megabytes of memory that a process holds now."""
    told = Path(f"/proc/{pid}/status").read_text()
    return int(told.partition("VmRSS:")[2].split()[0]) / 1024


class Generator:
    """The load generator's process."""

    def __init__(self) -> None:
        self._program = Program("load", [sys.executable, "-m", "tests.bench.load"])
        self.pid = self._program.process.pid

    def _do(self, job: Job, kind: type[_T]) -> _T:
        self._program.write(msgspec.json.encode(job).decode())
        return msgspec.json.decode(self._program.expect(lambda _: True, 120.0), type=kind)

    def post(self, job: Job) -> Load:
        """Load; see `Job`."""
        return self._do(job, Load)

    def screens(self, port: int, count: int, hello: str = "") -> None:
        """Open so many screens, in place of those that are open."""
        self._do(Job(do="screens", port=port, count=count, hello=hello), int)

    @contextmanager
    def back(self, port: int, hello: str) -> Iterator[None]:
        """While the server goes away inside; at the end until every screen is back."""
        self._program.write(msgspec.json.encode(Job(do="back", port=port, hello=hello)).decode())
        yield
        self._program.expect(lambda _: True, 120.0)

    def calls(self, job: Job) -> Calls:
        """Calls, one after another; see `Job`."""
        return self._do(job, Calls)

    def stop(self) -> None:
        """End it."""
        self._program.kill()


class Plain:
    """The process of `plain.py`."""

    def __init__(self) -> None:
        self._program = Program("plain", [sys.executable, "-m", "tests.bench.plain"])
        ready = self._program.expect(lambda line: line.startswith("ready"))
        self.port = urlsplit(ready.split()[1]).port or 0
        self.pid = self._program.process.pid

    def stop(self) -> None:
        """End it."""
        self._program.kill()


class Yard:
    """Where data folders are laid: each is a copy of one in which everybody has a token already."""

    def __init__(self, folder: Path) -> None:
        """In an empty folder."""
        self.folder = folder
        self.hall = hall()
        self._first = folder / "first"
        server = Server(self._first)
        self.kiosk = server.token("kiosk", "kiosk")
        windows = [word for window in self.hall.windows for word in ("--window", window.id)]
        self.agent = server.token("agent", "agent", *windows)
        server.user("manager", "manager", PASSWORD)
        self._count = 0
        self._moved: dict[Cluster, str] = {}

    def lay(self, first: Path | None = None) -> Path:
        """A fresh data folder, or a copy of another one that is as good as `first`."""
        self._count += 1
        made = self.folder / str(self._count)
        shutil.copytree(first or self._first, made)
        return made

    @cached_property
    def history(self) -> Path:
        """A data folder with a year of history in it, which everybody has a token for."""
        made = self.folder / "history"
        shutil.copytree(self._first, made)
        place = made / "hall.sqlite3"
        days = year.working_days(YEAR, local_day(datetime.now(UTC)))
        year.fill(place, self.hall, year.draw(self.hall, A_DAY), days)
        return made

    def moved(self, cluster: Cluster) -> str:
        """The name of a database with that year in it, to be copied from."""
        if cluster not in self._moved:
            self._moved[cluster] = cluster.bare()
            _copy(self.history / "hall.sqlite3", Postgres(cluster.url(self._moved[cluster])))
        return self._moved[cluster]


def _copy(source: Path, target: Postgres) -> None:
    """Fill a database with what a file has, without the comparisons of a move: so much would take minutes."""
    with target.engine().begin() as made:
        migrate(made)
    with closing(reader(source)) as reading, target.connect() as writing:
        for table in metadata.sorted_tables:
            names = ", ".join(f'"{column.name}"' for column in table.columns)
            rows = reading.execute(f'SELECT {names} FROM "{table.name}"')
            into = f'COPY "{table.name}" ({names}) FROM STDIN'.encode()
            with writing.cursor() as cursor, cursor.copy(into) as copy:
                for row in rows:
                    copy.write_row(row)
        writing.execute("ANALYZE")


class Real:
    """A real server on a data folder of its own, with a hall that is open."""

    def __init__(
        self, yard: Yard, soft: str | None = None, cluster: Cluster | None = None, *, history: bool = False
    ) -> None:
        """`soft`: see `soft.py`; with a `cluster` the hall is in a database of its own there; `history`: of a year."""
        self.hall, self.kiosk, self.agent = yard.hall, yard.kiosk, yard.agent
        folder = self.folder = yard.lay(yard.history if history and cluster is None else None)
        self._cluster, self._database, db = cluster, "", ""
        if cluster is not None:
            self._database = cluster.bare(yard.moved(cluster)) if history else cluster.bare()
            db = cluster.url(self._database)
            if not history:
                move(Settings(folder), db)
        self._server = Server(folder)
        self._words = [str(BIN / "jiaohao-server")]
        if soft is not None:
            self._words = [sys.executable, "-m", "tests.bench.soft", soft]
        self._db = db
        self.port = 0
        self._manager = ""
        self.start()

    def start(self) -> None:
        """Start it, again on the same port; `start_s` is how long that took."""
        begun_s = time.monotonic()
        self._program = Program(
            "server",
            [*self._words, "run", "--data", str(self.folder)],
            JIAOHAO_LISTEN=f"127.0.0.1:{self.port}",
            JIAOHAO_CLOCK="",
            JIAOHAO_LIMITS="off",
            JIAOHAO_DB=self._db,
        )
        ready = self._program.expect(lambda line: line.startswith("ready http"))
        self.start_s = time.monotonic() - begun_s
        self.port = self._server.port = urlsplit(ready.split()[1]).port or 0
        self.pid = self._program.process.pid

    def ask(self, path: str, body: Any) -> None:
        """Something that the manager does."""
        self._manager = self._manager or self._server.login("manager", PASSWORD)
        answer = self._server.ask("POST", path, self._manager, body)
        assert answer.status == 200, answer.text

    def open_windows(self) -> None:
        """Open every window of the hall, each with a clerk."""
        for window in self.hall.windows:
            self.ask(f"/windows/{window.id}/open", {"clerk": f"clerk {window.id}", "reason": "bench"})

    def call_next(self, window: str) -> str:
        """Call somebody to a window; their number."""
        answer = self._server.ask("POST", f"/windows/{window}/call-next", self.agent, {})
        assert answer.status == 200, answer.text
        number: str = answer.json["number"]
        return number

    def takes(self, clients: int) -> tuple[tuple[Ask, ...], ...]:
        """What each client asks for when tickets are issued: the services of the hall in turn."""
        services = [service.id for service in self.hall.services if self.hall.offered_at[service.id]]
        return tuple(
            tuple(
                Ask("/api/v1/tickets", f'{{"service":"{service}","language":"zh"}}')
                for service in islice(cycle(services), client, client + len(services))
            )
            for client in range(clients)
        )

    def fill(self, generator: Generator, count: int, run: str) -> None:
        """Let so many more wait, as many for each window's services."""
        windows = self.hall.windows
        asks = [
            Ask("/api/v1/tickets", f'{{"service":"{window.services[turn % len(window.services)]}"}}')
            for turn in range(6)
            for window in windows
        ]
        turned = tuple(tuple(asks[first:] + asks[:first]) for first in range(0, len(asks), len(asks) // 16))
        done = generator.post(
            Job(do="post", port=self.port, token=self.kiosk, clients=16, asks=turned, count=count, run=run)
        )
        assert done.statuses == {"201": count}, done.statuses

    def calls(self, clients: int) -> tuple[tuple[Ask, ...], ...]:
        """What each client asks for when tickets are called: the windows are dealt out to them."""
        asks = [Ask(f"/api/v1/windows/{window.id}/call-next") for window in self.hall.windows]
        return tuple(tuple(asks[client::clients]) for client in range(clients))

    def kill(self) -> None:
        """End it at whatever it is doing."""
        self._program.kill()

    def stop(self) -> None:
        """End it in order."""
        code = self._program.stop()
        assert code == 0, f"the server ended with {code}"

    def clear(self) -> None:
        """Remove what it kept, a year of which is large; it has ended."""
        shutil.rmtree(self.folder)
        if self._cluster is not None:
            self._cluster.drop(self._database)


@contextmanager
def quiet_errors() -> Iterator[None]:
    """Keep what programs started inside say of themselves off the progress on standard error."""
    kept, mine = os.dup(2), sys.stderr
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    sys.stderr = os.fdopen(os.dup(kept), "w")
    try:
        yield
    finally:
        sys.stderr.close()
        sys.stderr = mine
        os.dup2(kept, 2)
        os.close(kept)
        os.close(null)
