"""A real PostgreSQL for tests, in a folder of its own: durable as in a hall, and a fresh database in a moment."""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import psycopg
import pytest

from queue_server.store.migrate import migrate
from queue_server.store.postgres import Postgres
from queue_server.store.schema import VERSION

PATIENCE_S = 30.0
PASSWORD = "a hall's own secret"
PR_SET_PDEATHSIG = 1


def programs() -> Path:
    """The folder of PostgreSQL's own programs, the newest that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    assert on_path is not None, "PostgreSQL is not installed; tools/bootstrap.sh test brings it"
    return Path(on_path).parent


class Cluster:
    """A PostgreSQL server. It refuses to be run by root, and then runs as the user `postgres`."""

    def __init__(self) -> None:
        """Made and started; `stop` ends it and removes everything."""
        self.folder = Path(tempfile.mkdtemp(prefix="jiaohao-pg-", dir="/tmp"))
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user is not None:
            owner = pwd.getpwnam(self._user)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self._data = self.folder / "data"
        self._count = count(1)
        self._free: list[str] = []
        self._given: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None
        secret = self.folder / "secret"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        self._run(
            "initdb",
            *("--pgdata", str(self._data), "--username", "jiaohao", "--pwfile", str(secret)),
            *("--auth-local", "trust", "--auth-host", "scram-sha-256"),
            *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-instructions"),
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.start()
        self._do("CREATE DATABASE hall")
        with Postgres(self.url("hall")).engine().begin() as connection:
            migrate(connection)

    def start(self) -> None:
        """Start it, and wait until it serves."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            "max_connections": "60",
            "shared_buffers": "32MB",
        }
        words = [str(programs() / "postgres"), "-D", str(self._data)]
        words += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as told:
            self._process = subprocess.Popen(
                words,
                cwd="/",
                stdout=told,
                stderr=told,
                user=self._user,
                group=self._user,
                extra_groups=None if self._user is None else [],
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - sets a flag of the process, and nothing else
            )
        self._run("pg_isready", "--host", str(self.folder), "--port", str(self.port), again=True)

    def halt(self) -> None:
        """End it in order (a fast shutdown)."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        assert self._process.wait(PATIENCE_S) == 0

    def kill(self) -> None:
        """End all of its processes in one moment, whatever they are doing."""
        assert self._process is not None
        ours = [self._process.pid, *self._children()]
        for pid in ours:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait(PATIENCE_S)
        deadline = time.monotonic() + PATIENCE_S
        while any(_runs(pid) for pid in ours):  # what they shared is free when the last one is gone
            assert time.monotonic() < deadline, "PostgreSQL was killed and is still there"
            time.sleep(0.01)

    def _children(self) -> list[int]:
        assert self._process is not None
        pid = self._process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def stop(self) -> None:
        """End it and remove everything; nothing of it is written out any more."""
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(PATIENCE_S)
        shutil.rmtree(self.folder)

    def url(self, name: str) -> str:
        """A database's URL, by the socket and without a password."""
        return f"postgresql://jiaohao@/{name}?host={self.folder}&port={self.port}"

    def address(self, name: str, port: int = 0) -> str:
        """A database's URL by TCP, with the password; `port` is a proxy's."""
        return f"postgresql://jiaohao:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{port or self.port}/{name}"

    def database(self) -> str:
        """The name of a database with empty tables: one that is free again, else a fresh one."""
        if self._free:
            name = self._free.pop()
        else:
            name = f"test{next(self._count)}"
            self._do(f"CREATE DATABASE {name} TEMPLATE hall")
        self._given.append(name)
        return name

    def take_back(self) -> None:
        """Empty every database that was given: removing the files of so many would take longer than all else."""
        while self._given:
            name = self._given.pop()
            self.empty(name)
            self._free.append(name)

    def drop(self, name: str) -> None:
        """Remove a database and its files; for large ones, see `take_back`."""
        self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def empty(self, name: str) -> None:
        """Make a database as it was when it was new; whoever is still connected is not any more."""
        self._do(f"ALTER DATABASE {name} RESET ALL")
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            tables = connection.execute(
                "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables"
                " WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
            ).fetchone()
            assert tables is not None
            connection.execute(f"TRUNCATE {tables[0]}".encode())
            connection.execute("UPDATE alembic_version SET version_num = %s", (VERSION,))

    def bare(self, like: str = "template0") -> str:
        """The name of a fresh database: without tables, or a copy of one that nobody is connected to."""
        name = f"test{next(self._count)}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {like}")
        return name

    def _do(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *words: str, again: bool = False) -> None:
        """Run one of PostgreSQL's programs; `again`: until it succeeds."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            done = subprocess.run(
                [str(programs() / program), *words],
                cwd="/",
                capture_output=True,
                text=True,
                check=False,
                user=self._user,
                group=self._user,
                extra_groups=None if self._user is None else [],
            )
            if done.returncode == 0:
                return
            ended = self._process is None or self._process.poll() is not None
            told = (self.folder / "log").read_text() if again else done.stderr
            if not again or ended or time.monotonic() > deadline:
                raise AssertionError(f"{program}: {told}")
            time.sleep(0.05)


def _runs(pid: int) -> bool:
    """Whether a process is there and does something; one that nobody has waited for yet does nothing."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _end_with_parent() -> None:
    """PostgreSQL ends when the tests do, however they do."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


@pytest.fixture(scope="session")
def one_cluster() -> Iterator[Cluster]:
    """A PostgreSQL server for all tests that want one."""
    made = Cluster()
    yield made
    made.stop()


@pytest.fixture
def cluster(one_cluster: Cluster) -> Iterator[Cluster]:
    """The server; the databases that a test takes are its own."""
    yield one_cluster
    one_cluster.take_back()
