"""What keeps a hall for the day when its machine is gone is itself proven: each planted fault turns its check red."""

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from inspect import signature
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from queue_server.app import restore as restoring
from queue_server.engine import restore
from queue_server.store import anchor, backup, segment, verify
from queue_server.store.backup import BadBackup
from queue_server.store.segment import BadSegment
from queue_server.store.sqlite import Sqlite
from queue_server.store.verify import Verdict
from tests.integration.app import test_restore
from tests.integration.reports import test_archive, test_day
from tests.integration.reports.test_archive import database, folder, history  # noqa: F401 - fixtures
from tests.integration.store import test_backup
from tests.integration.store.test_backup import stick  # noqa: F401 - a fixture
from tests.unit.engine import test_restore as test_numbers
from tests.unit.store import test_backup as test_kept
from tests.unit.store import test_verify

Patch = pytest.MonkeyPatch
WHOLE = Verdict(0, 0, "")
RED = (AssertionError, pytest.fail.Exception, BadBackup, BadSegment, sqlite3.Error)
"""How a check fails."""


# Backups


def not_synced(patch: Patch) -> None:
    patch.setattr(backup, "_sync", lambda _: None)


def folder_not_synced(patch: Patch) -> None:
    honest = backup._sync
    patch.setattr(backup, "_sync", lambda path: None if path.is_dir() else honest(path))


def not_read_back(patch: Patch) -> None:
    patch.setattr(backup, "check", lambda _: WHOLE)


def log_not_read_back(patch: Patch) -> None:
    patch.setattr(backup, "verify", lambda _: WHOLE)


def holders_left_in(patch: Patch) -> None:
    patch.setattr(backup, "_leave_out", lambda _: None)


def copied_while_it_is_written(patch: Patch) -> None:
    patch.setattr(Sqlite, "snapshot", lambda self, file: shutil.copyfile(self.path, file))


def newest_not_spared(patch: Patch) -> None:
    honest = backup.spared

    def careless(times: Iterable[datetime], now: datetime, last: int) -> frozenset[datetime]:
        return honest(sorted(times)[:-1], now, last)

    patch.setattr(backup, "spared", careless)
    patch.setattr(test_kept, "spared", careless)


def days_not_spared(patch: Patch) -> None:
    patch.setattr(backup, "DAILY", timedelta(days=20))


# Restoring


def no_number_left_out(patch: Patch) -> None:
    patch.setattr(
        restore, "behind", lambda state, tickets: {prefix: state.last_number(prefix) for prefix in tickets}
    )


def age_of_the_backup_not_counted(patch: Patch) -> None:
    patch.setattr(restore, "taken", lambda _, prefixes, *__: dict.fromkeys(prefixes, 0.0))


def restored_from_a_damaged_file(patch: Patch) -> None:
    patch.setattr(restoring, "check", lambda _: WHOLE)


def old_epoch_kept(patch: Patch) -> None:
    patch.setattr(restoring, "renew", lambda *_, **__: None)


# Months of the log in files


def last_hash_lost(patch: Patch) -> None:
    honest = segment._write

    def careless(*given: Any) -> segment.Segment | None:
        made = honest(*given)
        return None if made is None else replace(made, hash=made.prev_hash)

    patch.setattr(segment, "_write", careless)


def file_not_read_before_its_rows_leave(patch: Patch) -> None:
    patch.setattr(segment, "rows", lambda *_: iter(()))


def one_row_too_many_leaves(patch: Patch) -> None:
    honest = segment._clear
    patch.setattr(segment, "_clear", lambda connection, where, last: honest(connection, where, last + 1))


def newest_file_deleted(patch: Patch) -> None:
    honest = segment.forget
    patch.setattr(test_archive, "forget", lambda where, files, _, now: honest(where, files, date.max, now))


def last_hash_deleted_with_its_file(patch: Patch) -> None:
    honest = segment.forget

    def careless(where: Sqlite, *given: Any) -> list[segment.Segment]:
        done = honest(where, *given)
        connection = where.writer()
        connection.execute("DELETE FROM segment WHERE gone_at IS NOT NULL")
        connection.close()
        return done

    patch.setattr(test_archive, "forget", careless)


def kept_on_one_machine_only(patch: Patch) -> None:
    patch.setattr(segment, "_keep", lambda *_: None)


# Proving the log


def files_not_read(patch: Patch) -> None:
    patch.setattr(verify._Past, "_read", lambda *_: None)


def end_of_a_file_not_looked_at(patch: Patch) -> None:
    honest = segment.rows

    def hasty(files: Path, one: segment.Segment) -> Iterator[Any]:
        try:
            yield from honest(files, one)
        except BadSegment as bad:
            if bad.seq != one.last:
                raise

    patch.setattr(verify, "rows", hasty)


def stops_early(patch: Patch) -> None:
    honest = verify.walk

    def hasty(found: Iterator[Any], *given: Any) -> Verdict:
        return replace(honest(islice(found, 3), *given), broken=None)

    patch.setattr(verify, "walk", hasty)
    patch.setattr(test_verify, "walk", hasty)


def hashes_not_made_again(patch: Patch) -> None:
    patch.setattr(
        verify,
        "_check",
        lambda row, before, _: verify.Break(row[0], "removed") if row[0] != before + 1 else None,
    )


def sheet_not_compared(patch: Patch) -> None:
    patch.setattr(segment, "holds", lambda *_: True)


def hash_of_the_sheet_not_compared(patch: Patch) -> None:
    patch.setattr(anchor, "holds", lambda *_: True)


def sheet_not_looked_for_in_files(patch: Patch) -> None:
    patch.setattr(test_archive, "holds", lambda where, _, signed: anchor.holds(where, signed))


@pytest.mark.parametrize(
    "plant, check",
    [
        (not_synced, test_backup.test_a_file_has_its_name_once_it_is_synced_and_its_folder_is_synced_then),
        (
            folder_not_synced,
            test_backup.test_a_file_has_its_name_once_it_is_synced_and_its_folder_is_synced_then,
        ),
        (not_read_back, test_backup.test_what_does_not_read_back_is_no_backup),
        (log_not_read_back, test_backup.test_a_byte_that_the_medium_did_not_keep_is_found),
        (holders_left_in, test_backup.test_who_held_tickets_is_in_no_backup),
        (
            copied_while_it_is_written,
            test_backup.test_a_backup_is_the_whole_hall_in_one_file_that_is_read_without_a_trace,
        ),
        (newest_not_spared, test_backup.test_old_ones_go_when_they_need_not_be_kept),
        (newest_not_spared, test_kept.test_the_newest_are_all_kept_and_older_ones_by_the_hour),
        (days_not_spared, test_kept.test_of_each_local_day_the_last_one_is_kept_for_thirty_days),
        (no_number_left_out, test_numbers.test_a_series_that_had_no_number_yet_leaves_some_out_too),
        (
            age_of_the_backup_not_counted,
            test_numbers.test_the_rate_of_the_busiest_hour_times_the_age_is_left_out,
        ),
        (restored_from_a_damaged_file, test_restore.test_a_damaged_backup_changes_nothing),
        (old_epoch_kept, test_restore.test_what_a_backup_holds_comes_back_and_no_number_is_given_twice),
        (last_hash_lost, test_archive.test_months_that_are_over_leave_the_table_and_the_chain_is_whole),
        (file_not_read_before_its_rows_leave, test_archive.test_a_month_that_is_not_whole_is_not_sealed),
        (
            one_row_too_many_leaves,
            test_archive.test_months_that_are_over_leave_the_table_and_the_chain_is_whole,
        ),
        (
            newest_file_deleted,
            test_archive.test_files_go_after_their_years_and_the_chain_goes_on_from_their_last_hash,
        ),
        (
            last_hash_deleted_with_its_file,
            test_archive.test_files_go_after_their_years_and_the_chain_goes_on_from_their_last_hash,
        ),
        (
            kept_on_one_machine_only,
            test_archive.test_a_month_in_postgresql_is_there_for_the_other_server_and_when_a_machine_is_lost,
        ),
        (
            kept_on_one_machine_only,
            test_archive.test_months_that_came_as_files_are_handed_to_the_database_of_several_servers,
        ),
        (files_not_read, test_archive.test_what_was_done_to_a_file_is_found_and_where),
        (end_of_a_file_not_looked_at, test_archive.test_what_was_done_to_a_file_is_found_and_where),
        (stops_early, test_archive.test_a_month_that_is_not_whole_is_not_sealed),
        (stops_early, test_verify.test_rows_added_at_the_end_were_never_written),
        (hashes_not_made_again, test_verify.test_a_row_rewritten_with_its_hash_is_betrayed_by_the_next_one),
        (sheet_not_compared, test_day.test_a_signed_sheet_finds_a_log_that_was_replaced_whole),
        (hash_of_the_sheet_not_compared, test_archive.test_a_signed_sheet_is_proven_in_a_sealed_month_too),
        (sheet_not_looked_for_in_files, test_archive.test_a_signed_sheet_is_proven_in_a_sealed_month_too),
    ],
)
def test_a_planted_fault_turns_its_check_red(
    request: pytest.FixtureRequest,
    monkeypatch: Patch,
    plant: Callable[[Patch], None],
    check: Callable[..., None],
) -> None:
    given = {name: request.getfixturevalue(name) for name in signature(check).parameters}
    plant(monkeypatch)
    with pytest.raises(RED):
        check(**given)
