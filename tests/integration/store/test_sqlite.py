"""The SQLite store: what every store promises, and what only a file can."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from queue_server.engine.hall import Rules
from queue_server.engine.identity import hashed
from queue_server.flow.port import Store, Unavailable
from queue_server.store.connection import connect
from queue_server.store.error import StoreInUse, StoreTooNew
from queue_server.store.lock import FolderLock
from queue_server.store.schema import VERSION
from queue_server.store.sqlite import Sqlite, SqliteStore
from queue_server.store.verify import verify
from tests.fakes.card import number
from tests.fakes.hall import FILING, ONE, SEAL, hall
from tests.fakes.play import SECRET, picture
from tests.integration.store.stage import Stage
from tests.integration.store.suite import StoreSuite, a_busy_morning, a_named_morning


class TestSqliteStore(StoreSuite):
    def make(self, place: Path) -> Store:
        return SqliteStore(place / "hall.db")

    def words(self, store: Store, reference: str) -> str | None:
        assert isinstance(store, SqliteStore)
        with sqlite3.connect(store.path) as connection:
            found = connection.execute("SELECT words FROM note WHERE ref = ?", (reference,)).fetchone()
        connection.close()
        return None if found is None else str(found[0])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hall.db"


def test_the_writing_connection_is_durable(path: Path) -> None:
    store = SqliteStore(path)
    store.open()
    writer = store._writing()
    pragmas = {
        name: writer.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    }
    store.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


def test_a_place_without_a_write_ahead_log_is_refused() -> None:
    with pytest.raises(sqlite3.OperationalError, match="no durable commits here: journal memory"):
        connect(Path(":memory:"))


def test_a_newer_database_is_refused_with_a_sentence_and_left_as_it_is(path: Path) -> None:
    store = SqliteStore(path)
    store.open()
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreTooNew, match=f"newer than the {VERSION} of this program") as fault:
        SqliteStore(path).open()
    assert "请安装新版程序" in fault.value.text.zh
    assert path.read_bytes() == before


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bytes]]:
    """Name and beginning of every file that was synced, as it was then."""
    files: list[tuple[str, bytes]] = []
    honest = os.fsync

    def fsync(file: int) -> None:
        honest(file)
        files.append((Path(f"/proc/self/fd/{file}").readlink().name, os.pread(file, 100, 0)))

    monkeypatch.setattr(os, "fsync", fsync)
    return files


def test_what_a_killed_process_left_in_the_log_is_synced_before_it_is_shown(
    tmp_path: Path, synced: list[tuple[str, bytes]]
) -> None:
    path = tmp_path / "hall.db"
    store = SqliteStore(path)
    Stage(store).take(FILING)
    left = tmp_path / "left"
    left.mkdir()
    for end in ("", "-wal"):
        shutil.copyfile(f"{path}{end}", left / f"hall.db{end}")
    store.close()
    synced.clear()
    Sqlite(left / "hall.db").settled().close()
    assert [name for name, _ in synced] == ["hall.db-wal"]


def test_what_is_noted_of_a_server_is_on_disk_for_whoever_looks_after_a_power_cut(
    tmp_path: Path, synced: list[tuple[str, bytes]]
) -> None:
    with FolderLock(tmp_path) as lock:
        lock.note("http://127.0.0.1:1")
    assert synced == [("lock", b"http://127.0.0.1:1"), ("lock", b"")]


def test_a_file_that_is_no_database_is_said_to_be_unusable(path: Path) -> None:
    path.write_bytes(b"not a database, but long enough to be taken for one" * 100)
    with pytest.raises(Unavailable, match="not a database"):
        SqliteStore(path).open()


def test_a_missing_folder_is_said_to_be_unusable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="unable to open"):
        SqliteStore(tmp_path / "nowhere" / "hall.db").open()


def test_two_programs_may_create_the_same_database_at_the_same_time(path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from queue_server.store.account import People; "
        "from queue_server.store.sqlite import Sqlite; "
        "sys.stdin.readline(); People(Sqlite(Path(sys.argv[1]))).open()"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for each in both:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.close()
    assert [each.wait() for each in both] == [0, 0]
    Stage(SqliteStore(path)).store.close()


def test_a_second_server_on_the_folder_is_refused_with_a_sentence(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    script = (
        "import sys; from pathlib import Path; from queue_server.store.lock import FolderLock; "
        "FolderLock(Path(sys.argv[1])).take()"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with lock:
        with pytest.raises(StoreInUse, match="Another server uses the data folder"):
            FolderLock(tmp_path).take()
        second = subprocess.run(command, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert "StoreInUse" in second.stderr
    assert subprocess.run(command, check=False).returncode == 0
    lock.release()


def test_a_folder_knows_whether_its_last_holder_was_cut_off(tmp_path: Path) -> None:
    with FolderLock(tmp_path) as lock:
        assert not lock.cut_off
        lock.note("http://hall.test")
        assert FolderLock.noted(tmp_path) == "http://hall.test"
    assert FolderLock.noted(tmp_path) == ""
    script = (
        "import os, sys; from pathlib import Path; from queue_server.store.lock import FolderLock; "
        "lock = FolderLock(Path(sys.argv[1])); lock.take(); lock.note('http://hall.test'); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False).returncode == 9
    for _ in range(2):  # who looks without serving changes nothing
        with FolderLock(tmp_path) as lock:
            assert lock.cut_off


def test_the_log_of_a_day_is_whole_also_while_it_is_written(path: Path) -> None:
    stage = Stage(SqliteStore(path))
    assert verify(Sqlite(path)).whole
    a_busy_morning(stage)
    verdict = verify(Sqlite(path))
    assert verdict.whole
    assert (verdict.count, verdict.seq) == (stage.state.seq, stage.state.seq)
    assert verdict.hash == stage.store.events(stage.state.seq - 1, 1)[0].hash
    stage.store.close()


def test_a_row_lost_at_the_end_is_still_found_after_new_ones_came(path: Path) -> None:
    stage = Stage(SqliteStore(path))
    a_busy_morning(stage)
    lost = stage.state.seq
    stage.store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM event WHERE seq = ?", (lost,))
    connection.close()
    after = Stage(SqliteStore(path), now=stage.now)
    assert after.state.seq == lost
    after.take(SEAL)
    after.store.close()
    broken = verify(Sqlite(path)).broken
    assert broken is not None
    assert (broken.seq, broken.fault) == (lost, "removed")


def test_a_start_on_an_old_store_reads_the_day_and_not_the_years(path: Path) -> None:
    stage = Stage(SqliteStore(path))
    stage.take(FILING)
    stage.store.close()
    with sqlite3.connect(path) as connection:
        plans = [
            " ".join(
                str(row[3])
                for row in connection.execute(f"EXPLAIN QUERY PLAN SELECT * FROM ticket WHERE {condition}")
            )
            for condition in ("ended_at IS NULL", "day = '2026-11-23'", "carried = '2026-11-23'")
        ]
    connection.close()
    assert [plan == "SCAN ticket" for plan in plans] == [False, False, False]
    assert "ticket_open" in plans[0]
    assert "ticket_carried" in plans[2]
    assert picture(Stage(SqliteStore(path)).state) == picture(stage.state)


KEPT = ("王*明".encode(), "陈大文".encode(), hashed(SECRET, number()).encode())
"""A mask, a name and a hash, as they would stand in a file."""


def found(path: Path) -> list[bytes]:
    """What is kept of people, as far as the bytes of the store's files hold it."""
    written = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    return [kept for kept in KEPT if kept in written]


def test_who_held_a_ticket_is_deleted_from_the_files_after_the_days_of_the_rules(path: Path) -> None:
    stage = Stage(SqliteStore(path))
    a_named_morning(stage)
    assert found(path) == list(KEPT), "or the search would find nothing whatever is left"
    stage.later(minutes=30 * 24 * 60)
    assert found(path) == list(KEPT)
    stage.later(minutes=24 * 60)
    assert found(path) == []
    assert verify(Sqlite(path)).whole
    assert picture(Stage(SqliteStore(path), now=stage.now).state) == picture(stage.state)


def test_what_people_said_is_deleted_from_the_files_after_its_term(path: Path) -> None:
    stage = Stage(SqliteStore(path), hall(Rules(words_days=90)))
    a_busy_morning(stage)

    def said() -> bool:
        return any("很快".encode() in file.read_bytes() for file in path.parent.glob(f"{path.name}*"))

    stage.later(minutes=90 * 24 * 60)
    assert said(), "or the search would find nothing whatever is left"
    stage.later(minutes=24 * 60)
    assert not said()


def test_who_reads_meanwhile_delays_the_deletion_and_nobody_waits_for_them(path: Path) -> None:
    stage = Stage(SqliteStore(path))
    a_named_morning(stage)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM event").fetchone()
    assert isinstance(stage.store, SqliteStore)
    stage.store._writing().execute("PRAGMA busy_timeout=60000")  # so long would wait who waited
    began_s = time.monotonic()
    stage.later(minutes=31 * 24 * 60)
    assert time.monotonic() - began_s < 50
    assert found(path) == list(KEPT)
    other.execute("COMMIT")
    other.close()
    stage.open(ONE)
    assert found(path) == []
