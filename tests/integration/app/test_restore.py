"""A hall out of its backup: another epoch, no number twice, and the old data kept aside."""

import re
from pathlib import Path
from typing import Any

import pytest

from queue_server.engine.toml import write
from queue_server.store.backup import listed
from queue_server.store.hall import marks
from queue_server.store.lock import FolderLock
from queue_server.store.postgres import Postgres
from queue_server.store.sqlite import Sqlite
from queue_server.store.verify import verify
from tests.fakes.document import document
from tests.fakes.postgres import Cluster
from tests.integration.app.test_main import Running, do, running


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def take(server: Running, kiosk: str, count: int) -> list[dict[str, Any]]:
    """Tickets for zone A."""
    taken = []
    for _ in range(count):
        status, ticket = server.ask("POST", "/api/v1/tickets", {"service": "filing"}, kiosk)
        assert status == 201, ticket
        taken.append(ticket)
    return taken


def open_always(hall: Path) -> str:
    """The small hall, which has no hours, in a folder; a kiosk's token."""
    hall.mkdir()
    (hall / "hall.toml").write_text(write(document()), encoding="utf-8")
    return do("token", "kiosk-1", "--role", "kiosk", "--data", hall).stdout.strip()


def epoch(hall: Path) -> str:
    connection = Sqlite(hall / "hall.sqlite3").reader()
    found = marks(connection, Sqlite.sql)["epoch"]
    connection.close()
    return found


def test_what_a_backup_holds_comes_back_and_no_number_is_given_twice(tmp_path: Path, stick: Path) -> None:
    hall = tmp_path / "hall"
    kiosk = open_always(hall)
    with running(hall) as server:
        before = take(server, kiosk, 5)
        assert do("backup", "--data", hall, "--to", stick).returncode == 0
        lost = take(server, kiosk, 7)
        old_epoch = epoch(hall)
        in_use = do("restore", stick, "--data", hall, "--force")
        assert (in_use.returncode, "正由另一个服务器进程使用" in in_use.stderr) == (1, True)
        server.process.kill()
        server.process.wait()

    refused = do("restore", stick, "--data", hall)
    assert refused.returncode == 1
    assert "--force" in refused.stderr
    assert epoch(hall) == old_epoch

    done = do("restore", stick, "--data", hall, "--force")
    assert done.returncode == 0, done.stderr
    assert re.search(r"最多丢失：\d\d-\d\d \d\d:\d\d:\d\d至\d\d-\d\d \d\d:\d\d:\d\d之间", done.stdout)
    assert "next numbers: A026" in done.stdout
    assert epoch(hall) != old_epoch
    assert verify(Sqlite(hall / "hall.sqlite3")).whole
    (aside,) = hall.glob("before-*")
    old = verify(Sqlite(aside / "hall.sqlite3"))
    assert (old.whole, old.count > verify(Sqlite(hall / "hall.sqlite3")).count) == (True, True)

    with running(hall) as server:
        fresh = take(server, kiosk, 2)  # the kiosk's own token is still good
        assert [ticket["number"] for ticket in fresh] == ["A026", "A027"]
        given = {ticket["number"] for ticket in (*before, *lost)}
        assert given.isdisjoint(ticket["number"] for ticket in fresh)
        for ticket in before:
            assert server.ask("GET", f"/api/v1/tickets/{ticket['id']}", token=kiosk)[0] == 200
    assert [path.name for path in hall.glob("*restore*")] == []


def test_a_backup_that_is_restored_twice_gives_no_number_of_the_time_between_again(
    tmp_path: Path, stick: Path
) -> None:
    hall = tmp_path / "hall"
    kiosk = open_always(hall)
    with running(hall) as server:
        take(server, kiosk, 1)
    assert do("backup", "--data", hall, "--to", stick).returncode == 0
    given: set[str] = set()
    for again in range(2):
        assert do("restore", stick, "--data", hall, "--force").returncode == 0
        with running(hall) as server:
            fresh = {ticket["number"] for ticket in take(server, kiosk, 25)}
            block = server.ask("POST", "/api/v1/leases", {"zone": "A"}, kiosk)[1]
            fresh |= {f"A{n}" for n in range(block["first"], block["last"] + 1)}
        assert given.isdisjoint(fresh)
        given |= fresh
        assert len(list(hall.glob("before-*"))) == again + 1, "also within one second"


def test_data_that_are_broken_are_replaced_all_the_same(tmp_path: Path, stick: Path) -> None:
    hall = tmp_path / "hall"
    kiosk = open_always(hall)
    with running(hall) as server:
        take(server, kiosk, 1)
    assert do("backup", "--data", hall, "--to", stick).returncode == 0
    (hall / "hall.sqlite3").write_bytes(b"no database at all" * 500)
    done = do("restore", stick, "--data", hall, "--force")
    assert done.returncode == 0, done.stderr
    with running(hall) as server:
        assert take(server, kiosk, 1)[0]["number"] == "A022"


def test_on_another_machine_it_goes_on_and_says_what_the_missing_key_means(
    tmp_path: Path, stick: Path
) -> None:
    kiosk = open_always(tmp_path / "hall")
    with running(tmp_path / "hall") as server:
        take(server, kiosk, 3)
    do("backup", "--data", tmp_path / "hall", "--to", stick)
    done = do("restore", listed(stick)[0].path, "--data", tmp_path / "other")
    assert done.returncode == 0, done.stderr
    assert "identity.key" in done.stderr
    with running(tmp_path / "other") as server:
        assert take(server, kiosk, 1)[0]["number"] == "A024"


def test_a_damaged_backup_changes_nothing(tmp_path: Path, stick: Path) -> None:
    hall = tmp_path / "hall"
    kiosk = open_always(hall)
    with running(hall) as server:
        take(server, kiosk, 3)
    do("backup", "--data", hall, "--to", stick)
    older = stick / "hall-20200101T000000Z.sqlite3"
    file = listed(stick)[0].path
    older.write_bytes(file.read_bytes())
    file.write_bytes(file.read_bytes()[:-4096])
    was = verify(Sqlite(hall / "hall.sqlite3"))
    done = do("restore", stick, "--data", hall, "--force")
    assert done.returncode == 1
    assert f"请换一份更早的 ({older})" in done.stderr
    assert verify(Sqlite(hall / "hall.sqlite3")) == was
    assert not list(hall.glob("before-*"))


def test_a_place_without_a_backup_says_so(tmp_path: Path, stick: Path) -> None:
    assert "中没有备份" in do("restore", stick, "--data", tmp_path / "hall").stderr
    assert "无法读取" in do("restore", tmp_path / "none", "--data", tmp_path / "hall").stderr


def test_a_folder_that_is_held_is_left_alone(tmp_path: Path, stick: Path) -> None:
    (tmp_path / "hall").mkdir()
    (stick / "hall-20261126T040000Z.sqlite3").write_bytes(b"")
    with FolderLock(tmp_path / "hall"):
        done = do("restore", stick, "--data", tmp_path / "hall")
    assert "正由另一个服务器进程使用" in done.stderr


def test_a_backup_comes_back_in_postgresql(
    tmp_path: Path, stick: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = tmp_path / "hall"
    kiosk = open_always(hall)
    with running(hall) as server:
        take(server, kiosk, 3)
    do("backup", "--data", hall, "--to", stick)
    url = cluster.url(cluster.bare())
    monkeypatch.setenv("JIAOHAO_DB", url)
    done = do("restore", stick, "--data", tmp_path / "other")
    assert done.returncode == 0, done.stderr
    assert verify(Postgres(url)).whole
    with running(tmp_path / "other", JIAOHAO_DB=url) as server:
        assert take(server, kiosk, 1)[0]["number"] == "A024"
    again = do("restore", stick, "--data", tmp_path / "other", "--force")
    assert (again.returncode, "新建的空数据库" in again.stderr) == (1, True)
