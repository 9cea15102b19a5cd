"""Commits that fail: Unavailable, and the next load shows the truth, whichever it is."""

import resource
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from queue_server.flow.port import Unavailable, Unit
from queue_server.store.sqlite import SqliteStore
from queue_server.store.verify import verify
from tests.fakes.hall import FILING, ONE, hall
from tests.fakes.play import picture
from tests.integration.store.stage import Stage


class _Torn(sqlite3.Connection):
    """A connection that breaks at COMMIT: before it did anything, or after it did everything."""

    landed = False

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if sql == "COMMIT":
            if self.landed:
                super().execute(sql)
            raise sqlite3.OperationalError("disk I/O error")
        return super().execute(sql, parameters)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    made = SqliteStore(tmp_path / "hall.db")
    yield made
    made.close()


@pytest.fixture
def stage(store: SqliteStore) -> Stage:
    return Stage(store)


def torn(store: SqliteStore, *, landed: bool) -> None:
    """The store's connection breaks at its next commit."""
    store._writing().close()
    connection = sqlite3.connect(store.path, factory=_Torn, isolation_level=None, check_same_thread=False)
    connection.landed = landed
    store._writer = connection


def test_a_commit_that_failed_before_it_landed_is_not_there(store: SqliteStore, stage: Stage) -> None:
    stage.open(ONE)
    before = picture(stage.state)
    torn(store, landed=False)
    with pytest.raises(Unavailable, match="disk I/O error"):
        stage.take(FILING)
    stage.state = store.load(hall(), stage.now)
    assert picture(stage.state) == before
    assert stage.take(FILING).number == "A001"
    assert verify(store.database).whole


def test_a_commit_that_failed_but_landed_is_there(store: SqliteStore, stage: Stage) -> None:
    stage.open(ONE)
    torn(store, landed=True)
    with pytest.raises(Unavailable, match="disk I/O error"):
        stage.take(FILING)
    after = picture(stage.state)
    stage.state = store.load(hall(), stage.now)
    assert picture(stage.state) == after
    assert stage.take(FILING).number == "A002"
    assert verify(store.database).whole


class _Stroke:
    """Something goes wrong at the n-th line of the store's own code that runs."""

    def __init__(self, n: int) -> None:
        self.left = n

    def __call__(self, frame: FrameType, event: str, _: Any) -> "_Stroke | None":
        if "/queue_server/store/" not in frame.f_code.co_filename:
            return None
        if event == "line":
            self.left -= 1
            if self.left == 0:
                raise MemoryError("planted")
        return self

    def commit(self, store: SqliteStore, units: Sequence[Unit]) -> bool:
        """Whether a commit was struck; one that was not is done."""
        before = sys.gettrace()
        sys.settrace(self)
        try:
            store.commit(units)
        except (Unavailable, MemoryError):  # before it began, it is as it was
            return True
        finally:
            sys.settrace(before)
        return False


def test_whatever_goes_wrong_at_any_line_of_a_commit_leaves_all_of_it_or_nothing(
    store: SqliteStore, stage: Stage
) -> None:
    stage.open(ONE)
    stage.at_once = False
    line, landed = 0, 0
    struck = True
    while struck:
        line += 1
        before = picture(stage.state)
        stage.take(FILING)
        stage.next(ONE)
        units, stage.units = stage.units, []
        struck = _Stroke(line).commit(store, units)
        after, stage.state = picture(stage.state), store.load(hall(), stage.now)
        assert picture(stage.state) in ((before, after) if struck else (after,)), f"line {line}"
        landed += struck and picture(stage.state) == after
    assert line > 100
    assert landed > 0, "a line after COMMIT, too"
    assert verify(store.database).whole


def test_what_was_decided_on_a_lost_commit_does_not_follow(store: SqliteStore, stage: Stage) -> None:
    torn(store, landed=False)
    with pytest.raises(Unavailable):
        stage.open(ONE)
    with pytest.raises(Unavailable, match="does not follow"):
        stage.take(FILING)
    assert store.events(0, 10) == []


def test_a_full_disk_is_unavailable_until_there_is_room(store: SqliteStore, stage: Stage) -> None:
    stage.open(ONE)
    before, truth = resource.getrlimit(resource.RLIMIT_FSIZE), picture(stage.state)
    log = store.path.with_name("hall.db-wal")
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 1000, before[1]))
    try:
        with pytest.raises(Unavailable):
            stage.take(FILING)
        assert store.events(0, 10)[-1].seq == 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    store.open()
    stage.state = store.load(hall(), stage.now)
    assert picture(stage.state) == truth
    assert stage.take(FILING).number == "A001"
    assert verify(store.database).whole


def test_another_programs_write_is_waited_for_and_a_stuck_one_is_unavailable(
    store: SqliteStore, stage: Stage
) -> None:
    store._writing().execute("PRAGMA busy_timeout=20")
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked"):
        stage.open(ONE)
    other.execute("ROLLBACK")
    other.close()
    stage.state = store.load(hall(), stage.now)
    stage.open(ONE)
    assert stage.state.seq == 1


def test_a_reader_that_stands_still_holds_up_no_start_of_which_it_has_seen_all(
    store: SqliteStore, stage: Stage
) -> None:
    stage.open(ONE)
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN")
    assert other.execute("SELECT max(seq) FROM event").fetchone() == (1,)
    store._abandon()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("queue_server.store.connection.BUSY_MS", 20)
        assert picture(store.load(hall(), stage.now)) == picture(stage.state)
        stage.take(FILING)
        store._abandon()
        with pytest.raises(Unavailable, match="busy"):
            store.load(hall(), stage.now)
    other.close()
    assert picture(store.load(hall(), stage.now)) == picture(stage.state)


def test_a_store_whose_tables_are_gone_is_unavailable(store: SqliteStore, stage: Stage) -> None:
    stage.open(ONE)
    with sqlite3.connect(store.path) as connection:
        connection.execute("DROP TABLE event")
        connection.execute("DROP TABLE answer")
        connection.execute("DROP TABLE stop")
    connection.close()
    with pytest.raises(Unavailable, match="no such table"):
        stage.take(FILING)
    with pytest.raises(Unavailable, match="no such table"):
        store.load(hall(), stage.now)
    with pytest.raises(Unavailable, match="no such table"):
        store.events(0, 1)
    with pytest.raises(Unavailable, match="no such table"):
        store.kept(b"key")
    with pytest.raises(Unavailable, match="no such table"):
        store.scopes()
    with pytest.raises(Unavailable, match="no such table"):
        verify(store.database)
