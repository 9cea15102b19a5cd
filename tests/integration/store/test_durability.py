"""What a commit has returned from survives the power; and a commit that cannot reach the disk does not return."""

from pathlib import Path
from random import Random

import pytest

from queue_server.store.sqlite import SqliteStore
from tests.integration.store.dry import SYNCS
from tests.integration.store.proof import power_cuts, without_a_disk
from tests.integration.store.stage import Stage


@pytest.mark.skipif(not SYNCS, reason="the numbers of the sync calls are known for x86_64 and aarch64 only")
def test_a_commit_returns_only_after_a_sync_that_succeeded(tmp_path: Path) -> None:
    assert without_a_disk(tmp_path / "hall.db") == "unavailable"


def test_what_was_committed_when_the_power_went_is_there_and_nothing_half_done(tmp_path: Path) -> None:
    outcomes = list(power_cuts(SqliteStore, tmp_path, Random(5)))
    assert len(outcomes) > 60
    assert all(outcomes)


def test_nothing_is_read_at_a_start_that_is_not_on_disk(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "hall.db")
    stage = Stage(store)
    stage.open(next(iter(stage.state.windows)))
    log = tmp_path / "hall.db-wal"
    assert log.stat().st_size > 0
    store.open()  # as after a crash: what stands in the log is synced into the database first
    assert log.stat().st_size == 0
    store.close()
