"""`jiaohao-server migrate`: a hall goes into PostgreSQL and comes back, the same to the last byte."""

import sqlite3
from pathlib import Path

import pytest

from queue_server.app.fault import CannotStart
from queue_server.app.move import move, not_left_behind
from queue_server.app.secret import secret
from queue_server.app.setting import Settings
from queue_server.engine.toml import write
from queue_server.store.copy import digests
from queue_server.store.lock import FolderLock
from queue_server.store.place import at
from queue_server.store.sqlite import Sqlite, SqliteStore
from tests.fakes.document import document
from tests.fakes.play import picture
from tests.fakes.postgres import Cluster
from tests.integration.app.test_main import do
from tests.integration.store.stage import Stage
from tests.integration.store.suite import a_busy_morning


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    made = Stage(SqliteStore(tmp_path / "hall.sqlite3"))
    a_busy_morning(made)
    made.store.close()
    secret(tmp_path)
    return made


def test_a_hall_goes_into_postgresql_and_comes_back(stage: Stage, cluster: Cluster, tmp_path: Path) -> None:
    url = cluster.url(cluster.bare())
    there = move(Settings(tmp_path), url)
    assert there.tables["event"].rows == stage.state.seq == there.verdict.seq
    assert there.verdict.whole
    served = Settings(tmp_path, db=url)
    back = move(served, str(tmp_path / "again.sqlite3"))
    assert back == there
    with Sqlite(tmp_path / "again.sqlite3").engine().connect() as connection:
        assert digests(connection) == there.tables
    again = Stage(SqliteStore(tmp_path / "again.sqlite3"), now=stage.now)
    assert picture(again.state) == picture(stage.state)
    again.store.close()


def test_a_hall_that_moved_says_what_is_to_be_set_from_now_on(stage: Stage, tmp_path: Path) -> None:
    moved = do("migrate", "--to", tmp_path / "there.sqlite3", "--data", tmp_path)
    assert moved.returncode == 0, moved.stderr
    assert "此后启动服务器、执行命令都去掉JIAOHAO_DB" in moved.stdout


def test_a_place_that_is_not_empty_is_left_as_it_is(stage: Stage, cluster: Cluster, tmp_path: Path) -> None:
    url = cluster.url(cluster.bare())
    first = move(Settings(tmp_path), url)
    with pytest.raises(CannotStart, match="not empty"):
        move(Settings(tmp_path, db=url), str(tmp_path / "hall.sqlite3"))
    another = tmp_path / "another"
    another.mkdir()
    second = Stage(SqliteStore(another / "hall.sqlite3"))
    a_busy_morning(second)
    second.store.close()
    with pytest.raises(CannotStart, match="not empty"):
        move(Settings(another), url)
    with at(url).engine().connect() as connection:
        assert digests(connection) == first.tables


def test_a_hall_that_moved_is_served_from_there_alone_until_it_goes_back_by_a_backup(
    stage: Stage, cluster: Cluster, tmp_path: Path
) -> None:
    (tmp_path / "hall.toml").write_text(write(document()), encoding="utf-8")
    url = cluster.url(cluster.bare())
    move(Settings(tmp_path), url)
    stick = tmp_path / "stick"
    stick.mkdir()
    for words in (
        ("check",),
        ("user", "list"),
        ("report", "day"),
        ("report", "period"),
        ("report", "appraisal"),
        ("audit", "log", "--day", "2026-11-23"),
        ("slips", "--zone", "A", "--count", "1", "--out", stick / "a.html"),
        ("evacuate", "--out", stick / "a.move"),
        ("run", "--listen", "127.0.0.1:0"),
    ):
        refused = do(*words, "--data", tmp_path)
        assert refused.returncode == 1, words
        assert f"请设JIAOHAO_DB={url}再执行" in refused.stderr, words
        assert f"set JIAOHAO_DB={url} and" in refused.stderr, words
    assert do("verify", "--data", tmp_path).returncode == 0
    assert do("backup", "--to", stick, "--data", tmp_path).returncode == 0
    back = do("restore", stick, "--force", "--sure", "--data", tmp_path)
    assert back.returncode == 0, back.stderr
    assert "next numbers" in back.stdout
    assert do("user", "list", "--data", tmp_path).returncode == 0


def test_a_database_without_the_hall_does_not_begin_another_beside_its_file(
    stage: Stage, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = cluster.url(cluster.bare())
    monkeypatch.setenv("JIAOHAO_DB", url)
    refused = do("run", "--listen", "127.0.0.1:0", "--data", tmp_path)
    assert refused.returncode == 1
    assert "先去掉JIAOHAO_DB，执行jiaohao-server migrate" in refused.stderr
    assert "leave JIAOHAO_DB out and run: jiaohao-server migrate" in refused.stderr
    assert not at(url).exists(), "no number was given there"
    move(Settings(tmp_path), url)
    not_left_behind(Settings(tmp_path, db=url))
    not_left_behind(Settings(tmp_path / "second", db=url))


def test_a_hall_that_is_served_is_not_moved(stage: Stage, cluster: Cluster, tmp_path: Path) -> None:
    with FolderLock(tmp_path), pytest.raises(CannotStart, match="Another server"):
        move(Settings(tmp_path), cluster.url(cluster.bare()))


def test_what_does_not_read_back_is_not_kept(
    stage: Stage, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = cluster.url(cluster.bare())
    from queue_server.store import copy

    honest = copy.copy

    def careless(source: object, target: object, progress: object) -> object:
        made = honest(source, target, progress)  # type: ignore[arg-type]
        target.exec_driver_sql("UPDATE ticket SET language = 'xx' WHERE n = 1")  # type: ignore[attr-defined]
        return made

    monkeypatch.setattr(copy, "copy", careless)
    with pytest.raises(CannotStart, match="ticket is not what was copied"):
        move(Settings(tmp_path), url)
    assert not at(url).exists()


def test_a_database_that_cannot_be_reached_is_told_and_the_hall_stays_where_it_is(
    stage: Stage, tmp_path: Path
) -> None:
    with pytest.raises(CannotStart, match="Not migrated, and nothing was changed"):
        move(Settings(tmp_path), "postgresql://jiaohao@127.0.0.1:1/hall")
    assert do("user", "list", "--data", tmp_path).returncode == 0


def test_a_password_on_the_command_line_and_a_hall_that_is_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="PGPASSFILE"):
        move(Settings(tmp_path), "postgresql://jiaohao:hush@localhost/hall")
    with pytest.raises(CannotStart, match="must be the URL of a PostgreSQL database"):
        move(Settings(tmp_path), "mysql://localhost/hall")
    with pytest.raises(CannotStart, match="no hall"):
        move(Settings(tmp_path), str(tmp_path / "other.sqlite3"))
    with pytest.raises(sqlite3.OperationalError):
        sqlite3.connect(f"file:{tmp_path}/other.sqlite3?mode=ro", uri=True)
