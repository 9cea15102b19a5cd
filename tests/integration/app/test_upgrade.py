"""An upgrade as an administrator does it, and the way back: the hall of an older program is `tests/data/schema`'s.

The program from before is not here any more; what it says and does with tables that are newer than its own is what this one says
and does with tables of a schema that it does not know yet.
"""

import sqlite3
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from queue_server.store.backup import listed
from queue_server.store.migrate import version
from queue_server.store.postgres import Postgres
from queue_server.store.schema import VERSION
from queue_server.store.sqlite import Sqlite
from queue_server.store.verify import verify
from tests.fakes.postgres import Cluster
from tests.fakes.snapshot import NOON, SNAPSHOTS, lay, told
from tests.integration.app.test_main import Running, do, running
from tests.integration.store.test_upgrade import in_postgresql
from tools.snapshot import WORD

BEFORE = SNAPSHOTS[-2]
CLOCK = f"{NOON}@1"
LATER = "9999"
"""A schema that no program knows."""


@pytest.fixture(autouse=True)
def the_day_of_the_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIAOHAO_CLOCK", CLOCK)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def schema(place: Path) -> str:
    """The schema of a database."""
    connection = sqlite3.connect(place)
    try:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    finally:
        connection.close()


def make_newer(place: Path) -> None:
    """Let tables be those of a program to come."""
    connection = sqlite3.connect(place)
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (LATER,))
    connection.close()


def content(place: Path) -> str:
    """A digest of everything in a database."""
    connection = sqlite3.connect(place)
    try:
        return sha256("\n".join(connection.iterdump()).encode()).hexdigest()
    finally:
        connection.close()


def login(server: Running, name: str) -> str:
    status, answer = server.ask("POST", "/api/v1/login", {"name": name, "password": WORD})
    assert status == 200, answer
    return str(answer["token"])


def opened(server: Running, token: str) -> dict[str, tuple[str, str]]:
    """Every open ticket: number and state."""
    found: dict[str, tuple[str, str]] = {}
    for state in ("waiting", "called", "serving", "no_show"):
        status, tickets = server.ask("GET", f"/api/v1/tickets?state={state}", token=token)
        assert status == 200, tickets
        found |= {ticket["id"]: (ticket["number"], ticket["state"]) for ticket in tickets}
    return found


def take(server: Running, token: str) -> dict[str, Any]:
    status, answer = server.ask("POST", "/api/v1/tickets", {"service": "filing"}, token)
    assert status == 201, answer
    ticket: dict[str, Any] = answer
    return ticket


def call(server: Running, token: str) -> None:
    """Somebody signs in anew, takes over the window that they had from before, and calls there."""
    for command, said in (("open", {"takeover": True}), ("call-next", {})):
        status, answer = server.ask("POST", f"/api/v1/windows/1/{command}", said, token)
        assert status == 200, answer


def test_a_hall_is_upgraded_and_its_backup_leads_back(tmp_path: Path, stick: Path) -> None:
    data = tmp_path / "data"
    place = lay(BEFORE, data)
    was = {row["id"]: (row["number"], row["state"]) for row in told(BEFORE)["ticket"] if not row["ended_at"]}
    assert do("backup", "--data", data, "--to", stick).returncode == 0
    assert schema(place) == BEFORE, "a backup changes nothing"

    with running(data, JIAOHAO_CLOCK=CLOCK) as server:  # the new program: its start is the upgrade
        zhang, boss = login(server, "zhang"), login(server, "boss")
        assert opened(server, boss) == was
        lost = [take(server, boss)["number"] for _ in range(3)]
        call(server, zhang)
    assert schema(place) == VERSION
    assert verify(Sqlite(place), data / "segments").whole

    (backup,) = listed(stick)
    assert schema(backup.path) == BEFORE
    make_newer(place)  # from here on this program is the one from before
    assert do("run", "--data", data, "--listen", "127.0.0.1:0").returncode == 1
    back = do("restore", stick, "--data", data, "--force")
    assert back.returncode == 0, back.stderr
    assert "最多丢失" in back.stdout
    with running(data, JIAOHAO_CLOCK=CLOCK) as server:
        boss = login(server, "boss")
        assert opened(server, boss) == was
        assert take(server, boss)["number"] not in {*lost, *(row["number"] for row in told(BEFORE)["ticket"])}
    assert verify(Sqlite(place), data / "segments").whole
    (aside,) = data.glob("before-*")
    assert schema(aside / "hall.sqlite3") == LATER, "what the new program did is kept"


@pytest.mark.timeout(180)
def test_a_hall_in_postgresql_is_upgraded_and_its_backup_leads_back_into_a_new_database(
    tmp_path: Path, stick: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, older = tmp_path / "data", tmp_path / "older"
    lay(BEFORE, data).unlink()
    url, other = (cluster.url(cluster.bare()) for _ in range(2))
    in_postgresql(url, BEFORE, told(BEFORE))
    lay(BEFORE, older)  # the program from before copies its tables into a file: of these it is the same
    assert do("backup", "--data", older, "--to", stick).returncode == 0
    was = {row["id"]: (row["number"], row["state"]) for row in told(BEFORE)["ticket"] if not row["ended_at"]}

    with running(data, JIAOHAO_CLOCK=CLOCK, JIAOHAO_DB=url) as server:
        zhang, boss = login(server, "zhang"), login(server, "boss")
        assert opened(server, boss) == was
        lost = [take(server, boss)["number"] for _ in range(3)]
        call(server, zhang)
    assert in_schema(url) == VERSION
    assert verify(Postgres(url), data / "segments").whole

    with Postgres(url).connect() as connection:  # from here on this program is the one from before
        connection.execute("UPDATE alembic_version SET version_num = %s", (LATER,))
    monkeypatch.setenv("JIAOHAO_DB", url)
    assert do("run", "--data", data, "--listen", "127.0.0.1:0").returncode == 1
    monkeypatch.setenv("JIAOHAO_DB", other)
    back = do("restore", stick, "--data", data)
    assert back.returncode == 0, back.stderr
    with running(data, JIAOHAO_CLOCK=CLOCK, JIAOHAO_DB=other) as server:
        boss = login(server, "boss")
        assert opened(server, boss) == was
        assert take(server, boss)["number"] not in {*lost, *(row["number"] for row in told(BEFORE)["ticket"])}
    assert verify(Postgres(other), data / "segments").whole
    assert in_schema(url) == LATER, "what the new program did is kept"


def in_schema(url: str) -> str:
    """The schema of a database in PostgreSQL."""
    with Postgres(url).engine(reads=True).begin() as connection:
        return str(version(connection))


def test_a_look_at_an_older_hall_does_not_upgrade_it(tmp_path: Path, stick: Path) -> None:
    place = lay(BEFORE, tmp_path)
    before = content(place)
    looked = do("check", "--data", tmp_path)
    assert looked.returncode == 0, looked.stderr
    assert f"数据库版本 {BEFORE}，下次启动时升级到 {VERSION}" in looked.stdout
    assert do("verify", "--data", tmp_path).returncode == 0
    assert do("backup", "--data", tmp_path, "--to", stick).returncode == 0
    assert content(place) == before


def test_an_older_hall_is_upgraded_where_it_is_before_it_moves_to_another_database(tmp_path: Path) -> None:
    place = lay(SNAPSHOTS[0], tmp_path / "data")
    done = do("migrate", "--to", tmp_path / "other.sqlite3", "--data", tmp_path / "data")
    assert done.returncode == 0, done.stderr
    assert (schema(place), schema(tmp_path / "other.sqlite3")) == (VERSION, VERSION)
    assert verify(Sqlite(tmp_path / "other.sqlite3")) == verify(Sqlite(place))


@pytest.mark.parametrize(
    "words",
    [
        "run --listen 127.0.0.1:0",
        "check",
        "user list",
        "token kiosk-2 --role kiosk",
        "archive",
        "migrate --to {folder}/other.sqlite3",
        "export",
    ],
)
def test_a_newer_hall_is_refused_with_a_sentence_and_left_as_it_is(words: str, tmp_path: Path) -> None:
    place = lay(VERSION, tmp_path)
    make_newer(place)
    before = content(place)
    done = do(*words.format(folder=tmp_path).split(), "--data", tmp_path)
    assert done.returncode == 1
    assert f"数据库版本 {LATER} 高于本程序支持的版本 {VERSION}，请安装新版程序后再启动。" in done.stderr
    assert content(place) == before


def test_a_backup_of_a_newer_hall_is_not_restored(tmp_path: Path, stick: Path) -> None:
    newer = lay(VERSION, tmp_path / "newer")
    make_newer(newer)
    assert do("backup", "--data", tmp_path / "newer", "--to", stick).returncode == 0
    place = lay(VERSION, tmp_path / "data")
    before = content(place)
    done = do("restore", stick, "--data", tmp_path / "data", "--force")
    assert done.returncode == 1
    assert f"数据库版本 {LATER} 高于" in done.stderr
    assert content(place) == before
    assert [path.name for path in (tmp_path / "data").glob("*restore*")] == []
