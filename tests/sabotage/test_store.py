"""The store's proofs are themselves proven: each planted fault turns the check that guards it red."""

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from queue_server.flow.port import Unit
from queue_server.store import batch, hall, table, verify, words
from queue_server.store.batch import Batch
from queue_server.store.chain import ORIGIN, link
from queue_server.store.row import Rows, pack
from queue_server.store.sqlite import SqliteStore
from tests.integration.store import test_sqlite
from tests.integration.store.dry import SYNCS
from tests.integration.store.proof import power_cuts, without_a_disk
from tests.integration.store.stage import Stage
from tests.property.test_store import Kept
from tests.unit.store import test_verify

Plant = Callable[[pytest.MonkeyPatch], None]


@pytest.mark.skipif(not SYNCS, reason="the numbers of the sync calls are known for x86_64 and aarch64 only")
@pytest.mark.parametrize("level", ["OFF", "NORMAL"])
def test_a_commit_that_does_not_wait_for_the_disk_is_seen(tmp_path: Path, level: str) -> None:
    """A kill -9 cannot tell these levels from FULL; a disk that does not sync can."""
    assert without_a_disk(tmp_path / "hall.db", level) == "committed"


class _Hasty(SqliteStore):
    """The planted fault: a commit returns before it is made, and is made with the next one."""

    def commit(self, units: Sequence[Unit]) -> None:
        due, self._due = getattr(self, "_due", ()), units
        if due:
            super().commit(due)


def test_an_answer_before_its_commit_is_seen_when_the_power_goes(tmp_path: Path) -> None:
    assert not all(power_cuts(_Hasty, tmp_path, Random(5)))


class _Scattered(SqliteStore):
    """The planted fault: each event goes in a transaction of its own."""

    def commit(self, units: Sequence[Unit]) -> None:
        for unit in units:
            for n, stamped in enumerate(unit.stamped):
                super().commit([msgspec.structs.replace(unit, stamped=(stamped,), rows=unit.rows[n : n + 1])])


def test_a_command_in_two_transactions_is_seen_when_the_power_goes(tmp_path: Path) -> None:
    assert not all(power_cuts(_Scattered, tmp_path, Random(5)))


def _key_not_stored(patch: pytest.MonkeyPatch) -> None:
    honest = Batch.add
    patch.setattr(Batch, "add", lambda self, unit: honest(self, msgspec.structs.replace(unit, kept=None)))


def _words_not_stored(patch: pytest.MonkeyPatch) -> None:
    honest = Batch.write

    def forget(self: Batch, *where: Any) -> None:
        self._notes.clear()
        honest(self, *where)

    patch.setattr(Batch, "write", forget)


def _words_kept_for_good(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(words, "unsay", lambda *_: None)


def _words_of_open_cases_forgotten(patch: pytest.MonkeyPatch) -> None:
    honest = words.unsay
    patch.setattr(
        words,
        "unsay",
        lambda connection, sql, event: honest(connection, sql, msgspec.structs.replace(event, spared=())),
    )


def _chain_without_a_link(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(batch, "link", lambda _, *rest: link(ORIGIN, *rest))


def _hash_of_something_else(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(batch, "link", lambda prev, seq, at, actor, *rest: link(prev, seq, at, "anybody", *rest))


def _end_of_the_log_not_checked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(verify, "_check_head", lambda *_: None)


def _log_goes_on_from_its_last_row(patch: pytest.MonkeyPatch) -> None:
    def careless(connection: Any, _: Any) -> tuple[int, bytes]:
        last = connection.execute("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1").fetchone()
        return last or (0, ORIGIN)

    patch.setattr(table, "head", careless)
    patch.setattr(hall, "head", careless)


def _stops_never_end(patch: pytest.MonkeyPatch) -> None:
    def forgetful(state: Any, touched: Any) -> Rows:
        rows = pack(state, touched)
        return msgspec.structs.replace(rows, stops=tuple(stop for stop in rows.stops if stop[1] is not None))

    patch.setattr(table, "pack", forgetful)


def _windows_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        table, "pack", lambda state, touched: msgspec.structs.replace(pack(state, touched), windows=())
    )


def _midnight_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        table, "pack", lambda state, touched: msgspec.structs.replace(pack(state, touched), marks=())
    )


@pytest.mark.parametrize(
    "plant, check",
    [
        (_key_not_stored, "test_an_answer_is_kept_with_the_change_it_answers"),
        (_stops_never_end, "test_what_was_committed_is_loaded_again_exactly"),
        (_windows_forgotten, "test_what_was_committed_is_loaded_again_exactly"),
        (_midnight_forgotten, "test_a_visit_in_progress_is_carried_over_midnight"),
        (_words_kept_for_good, "test_words_are_forgotten_in_time_but_not_those_of_a_case_at_hand"),
        (_words_of_open_cases_forgotten, "test_words_are_forgotten_in_time_but_not_those_of_a_case_at_hand"),
    ],
)
def test_a_planted_fault_turns_the_suite_red(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plant: Plant, check: str
) -> None:
    suite = test_sqlite.TestSqliteStore()
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        getattr(suite, check)(Stage(suite.make(tmp_path)), tmp_path)


def test_words_that_are_not_stored_turn_the_suite_red(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite = test_sqlite.TestSqliteStore()
    _words_not_stored(monkeypatch)
    with pytest.raises(AssertionError):
        suite.test_words_of_people_are_kept_apart_from_the_log(Stage(suite.make(tmp_path)))


@pytest.mark.parametrize(
    "plant, check",
    [
        (_chain_without_a_link, "test_the_log_of_a_day_is_whole_also_while_it_is_written"),
        (_hash_of_something_else, "test_the_log_of_a_day_is_whole_also_while_it_is_written"),
        (_log_goes_on_from_its_last_row, "test_a_row_lost_at_the_end_is_still_found_after_new_ones_came"),
    ],
)
def test_a_broken_chain_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plant: Plant, check: str
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        getattr(test_sqlite, check)(tmp_path / "hall.db")


def test_a_check_that_does_not_look_at_the_end_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    _end_of_the_log_not_checked(monkeypatch)
    with pytest.raises(AssertionError):
        test_verify.test_a_removed_row_is_missed_at_its_place(5)


@pytest.mark.parametrize("plant", [_stops_never_end, _windows_forgotten])
def test_a_planted_fault_turns_the_machine_red(monkeypatch: pytest.MonkeyPatch, plant: Plant) -> None:
    plant(monkeypatch)
    chance = settings(
        max_examples=400, stateful_step_count=40, deadline=None, phases=[Phase.generate], database=None
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Kept, settings=chance)
