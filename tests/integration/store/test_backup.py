"""Backups on real disks: whole or not there, of one moment, from either kind of database."""

import os
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from queue_server.engine.state import State
from queue_server.store.backup import BadBackup, check, latest, listed, take, thin
from queue_server.store.postgres import Postgres
from queue_server.store.renew import renew
from queue_server.store.sealed import Sealed
from queue_server.store.sqlite import Sqlite, SqliteStore
from queue_server.store.table import TableStore
from queue_server.store.verify import verify
from queue_server.wire.field import Holder
from tests.fakes.card import number
from tests.fakes.hall import FILING, SEAL
from tests.fakes.play import picture
from tests.fakes.postgres import Cluster
from tests.integration.store.stage import Stage
from tests.integration.store.suite import a_busy_morning

NOW = datetime(2026, 11, 26, 4, 0, 0, tzinfo=UTC)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def opened(copy: Path, place: Path) -> Stage:
    """A hall that goes on from a backup."""
    place.write_bytes(copy.read_bytes())
    return Stage(SqliteStore(place))


def known_by_nothing(state: State) -> dict[str, Any]:
    """A state but for who holds its tickets, which no backup tells."""
    return picture(state) | dict.fromkeys(("identities", "named", "persons"))


def test_who_held_tickets_is_in_no_backup(tmp_path: Path, stick: Path) -> None:
    stage = Stage(SqliteStore(tmp_path / "hall.db"))
    stage.take(SEAL, holder=Holder(number=number(), name="欧阳小明"))
    kept = stage.state.identities.popitem()[1]
    assert kept.hash is not None
    assert kept.mask is not None
    made, _ = take(Sqlite(tmp_path / "hall.db"), stick, NOW)
    stage.store.close()
    held = {mine.encode() in made.path.read_bytes() for mine in (kept.hash, kept.mask)}
    assert held == {False}
    assert kept.hash.encode() in (tmp_path / "hall.db").read_bytes()


def test_a_backup_is_the_whole_hall_in_one_file_that_is_read_without_a_trace(
    tmp_path: Path, stick: Path
) -> None:
    stage = Stage(SqliteStore(tmp_path / "hall.db"))
    a_busy_morning(stage)
    made, verdict = take(Sqlite(tmp_path / "hall.db"), stick, NOW)
    assert verdict == verify(Sqlite(tmp_path / "hall.db"))
    assert (made.path.name, made.size) == ("hall-20261126T040000Z.sqlite3", made.path.stat().st_size)
    assert made.path.stat().st_mode & 0o077 == 0, "for its own account only"
    assert verify(Sealed(made.path)).whole
    assert [path.name for path in stick.iterdir()] == [made.path.name]
    assert known_by_nothing(opened(made.path, tmp_path / "again.db").state) == known_by_nothing(stage.state)
    stage.store.close()


def test_a_backup_is_of_one_moment_while_the_hall_goes_on(tmp_path: Path, stick: Path) -> None:
    stage = Stage(SqliteStore(tmp_path / "hall.db"))
    for _ in range(300):
        stage.take(FILING)
    ended = threading.Event()
    taken: list[int] = []

    def backups() -> None:
        database = Sqlite(tmp_path / "hall.db")
        taken.extend(take(database, stick, NOW + timedelta(seconds=n))[1].seq for n in range(4))
        ended.set()

    thread = threading.Thread(target=backups)
    thread.start()
    while not ended.is_set():
        stage.take(FILING)
    thread.join()
    assert sorted(set(taken)) == taken, "each is later than the one before"
    for backup, seq in zip(reversed(listed(stick)), taken, strict=True):
        again = opened(backup.path, tmp_path / f"{seq}.db")
        assert (again.state.seq, len(again.state.tickets)) == (seq, seq)
        again.store.close()
    stage.store.close()


def test_the_latest_is_the_one_that_goes_on_furthest_also_if_the_clock_was_put_back(
    tmp_path: Path, stick: Path
) -> None:
    database = Sqlite(tmp_path / "hall.db")
    stage = Stage(SqliteStore(tmp_path / "hall.db"))
    assert latest(stick) is None
    stage.take(FILING)
    ahead, _ = take(database, stick, NOW + timedelta(days=1))
    stage.take(FILING)
    made, _ = take(database, stick, NOW)
    assert latest(stick) == made
    same, _ = take(database, stick, NOW + timedelta(minutes=5))
    assert latest(stick) == same, "nothing has happened since, and it is younger"
    stage.store.close()
    again = Sqlite(tmp_path / "again.db")
    again.path.write_bytes(ahead.path.read_bytes())
    renew(again, "another epoch", answers=True)
    after, _ = take(again, stick, NOW + timedelta(days=2))
    assert latest(stick) == after, "it went on from an older one: its shorter log is what counts"
    after.path.unlink()
    renewed, _ = take(again, stick, NOW + timedelta(minutes=1))
    assert latest(stick) == renewed, "a file of before the restore counts no more, whatever its name"
    renewed.path.unlink()
    ahead.path.write_bytes(b"")
    assert latest(stick) == listed(stick)[0], "whoever takes it says that it is damaged"


def test_a_byte_that_the_medium_did_not_keep_is_found(tmp_path: Path, stick: Path) -> None:
    stage = Stage(SqliteStore(tmp_path / "hall.db"))
    a_busy_morning(stage)
    stage.store.close()
    made, _ = take(Sqlite(tmp_path / "hall.db"), stick, NOW)
    whole = made.path.read_bytes()
    place = whole.index(b'"type":"called"')
    made.path.write_bytes(whole[:place] + whole[place:].replace(b'"called"', b'"callee"', 1))
    with pytest.raises(BadBackup, match="changed at seq"):
        check(made.path)
    made.path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadBackup):
        check(made.path)


class _Forgetful(Sqlite):
    """On a medium that does not keep one byte of what was written."""

    def snapshot(self, file: Path) -> None:
        super().snapshot(file)
        whole = file.read_bytes()
        file.write_bytes(whole.replace(b'"type":"called"', b'"type":"callee"', 1))


def test_what_does_not_read_back_is_no_backup(tmp_path: Path, stick: Path) -> None:
    stage = Stage(SqliteStore(tmp_path / "hall.db"))
    a_busy_morning(stage)
    stage.store.close()
    with pytest.raises(BadBackup, match="changed at seq"):
        take(_Forgetful(tmp_path / "hall.db"), stick, NOW)
    assert list(stick.iterdir()) == []


def test_a_file_has_its_name_once_it_is_synced_and_its_folder_is_synced_then(
    tmp_path: Path, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    sync, rename = os.fsync, Path.rename

    def synced(place: int) -> None:
        sync(place)
        done.append(f"sync {Path(f'/proc/self/fd/{place}').readlink().name.split('-')[0]}")

    def renamed(self: Path, target: Path) -> Path:
        done.append("rename")
        return rename(self, target)

    stage = Stage(SqliteStore(tmp_path / "hall.db"))
    stage.take(FILING)
    stage.store.close()
    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "rename", renamed)
    take(Sqlite(tmp_path / "hall.db"), stick, NOW)
    assert done == ["sync hall", "rename", "sync stick"]


def test_what_could_not_be_written_is_not_there_and_what_was_left_is_cleared_away(
    tmp_path: Path, stick: Path
) -> None:
    stage = Stage(SqliteStore(tmp_path / "hall.db"))
    stage.take(FILING)
    stage.store.close()
    left = stick / "hall-20261126T035500Z.sqlite3-99.part"
    left.write_bytes(b"half")
    assert listed(stick) == []
    take(Sqlite(tmp_path / "hall.db"), stick, NOW)
    assert not left.exists()
    with pytest.raises(OSError, match="No such file"):
        take(Sqlite(tmp_path / "hall.db"), tmp_path / "no stick", NOW)
    (tmp_path / "none.db").write_bytes(os.urandom(5000))
    with pytest.raises(Exception, match=r"none\.db"):
        take(Sqlite(tmp_path / "none.db"), stick, NOW + timedelta(seconds=1))
    assert len(list(stick.iterdir())) == 1


def test_a_full_stick_is_told_as_such_and_nothing_is_left_on_it(tmp_path: Path, stick: Path) -> None:
    stage = Stage(SqliteStore(tmp_path / "hall.db"))
    stage.take(FILING)
    stage.store.close()
    small = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(stick)]
    if os.geteuid() != 0 or subprocess.run(small, check=False, capture_output=True).returncode != 0:
        pytest.skip("only an administrator may mount a small file system")
    try:
        (stick / "hall-20261126T035500Z.sqlite3-99.part-journal").write_bytes(b"of a program that was killed")
        with pytest.raises(OSError, match="No space left on device"):
            take(Sqlite(tmp_path / "hall.db"), stick, NOW)
        assert list(stick.iterdir()) == []
    finally:
        subprocess.run(["umount", "-l", str(stick)], check=True)


def test_old_ones_go_when_they_need_not_be_kept(tmp_path: Path, stick: Path) -> None:
    for minutes in range(0, 60 * 30, 5):
        at = NOW - timedelta(minutes=minutes)
        (stick / f"hall-{at:%Y%m%dT%H%M%SZ}.sqlite3").touch()
    (stick / "holiday.jpg").touch()
    gone = thin(stick, NOW, 12)
    kept = listed(stick)
    assert len(gone) + len(kept) == 12 * 30
    assert kept[0].at == NOW
    assert len(kept) == 12 + 23  # the newest, and the hours of a day, the evening before among them
    assert (stick / "holiday.jpg").exists()


def test_a_hall_in_postgresql_comes_back_from_the_same_kind_of_file(
    tmp_path: Path, stick: Path, cluster: Cluster
) -> None:
    database = Postgres(cluster.url(cluster.database()))
    stage = Stage(TableStore(database))
    a_busy_morning(stage)
    made, verdict = take(database, stick, NOW)
    assert verdict == verify(database)
    assert [path.name for path in stick.iterdir()] == [made.path.name]
    assert known_by_nothing(opened(made.path, tmp_path / "again.db").state) == known_by_nothing(stage.state)
    stage.store.close()
