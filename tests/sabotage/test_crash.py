"""What keeps a hall through crashes, wrong clocks and forged files is itself proven: each planted fault turns its check red."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from inspect import iscoroutinefunction, signature
from typing import Any

import pytest
from msgspec import structs

from queue_server.app import seal
from queue_server.app.backup import Backups
from queue_server.flow import doubt
from queue_server.flow.clock import Clock
from queue_server.flow.doubt import Doubt
from queue_server.flow.port import Unit
from queue_server.store.sqlite import Sqlite
from queue_server.store.table import TableStore
from tests.integration.app import test_backup
from tests.integration.feed import test_wall
from tests.integration.store import test_fault, test_sqlite
from tests.integration.store.test_fault import stage, store  # noqa: F401 - fixtures
from tests.integration.store.test_sqlite import synced  # noqa: F401 - a fixture
from tests.unit.app import test_seal
from tests.unit.app.test_seal import file  # noqa: F401 - a fixture
from tests.unit.flow import test_clock, test_doubt
from tests.unit.flow.test_doubt import wall  # noqa: F401 - a fixture

Patch = pytest.MonkeyPatch
RED = (AssertionError, pytest.fail.Exception)
"""How a check fails."""


# A commit that goes wrong


def command_in_two_transactions(patch: Patch) -> None:
    honest = TableStore.commit

    def scattered(self: TableStore, units: Sequence[Unit]) -> None:
        for unit in units:
            for stamped, rows in zip(unit.stamped, unit.rows, strict=True):
                honest(self, [structs.replace(unit, stamped=(stamped,), rows=(rows,))])

    patch.setattr(TableStore, "commit", scattered)


def half_of_it_kept(patch: Patch) -> None:
    patch.setattr(Sqlite, "roll_back", lambda _, connection: connection.commit())


def log_of_a_killed_process_not_synced(patch: Patch) -> None:
    patch.setattr(Sqlite, "settled", Sqlite.reader)


# One server to a folder


def folder_not_locked(patch: Patch) -> None:
    patch.setattr("queue_server.store.lock.fcntl.flock", lambda *_: None)


# The machine's clock


def clock_goes_back_with_the_machine(patch: Patch) -> None:
    patch.setattr(Clock, "_follow", lambda self: self._wall())


def clock_stands_still_until_the_machine_has_caught_up(patch: Patch) -> None:
    def still(self: Clock) -> Any:
        self._told = (max(self._wall(), self._told[0]), 0.0)
        return self._told[0]

    patch.setattr(Clock, "_follow", still)


def last_event_not_looked_at(patch: Patch) -> None:
    patch.setattr(Clock, "not_before", lambda *_: None)


def machine_believed_at_the_start(patch: Patch) -> None:
    patch.setattr(Doubt, "begin", lambda *_: None)


def clock_that_differs_believed(patch: Patch) -> None:
    def believe(self: Doubt, *_: object) -> bool:
        self._clock.release()
        return True

    patch.setattr(Doubt, "heard", believe)


def whoever_speaks_believed(patch: Patch) -> None:
    def believe(self: Doubt, _: str, at: datetime) -> bool:
        if abs(at - self._clock.machine) <= doubt.SAME:
            self._clock.release()
        elif at > self._clock.now():
            self._clock.hold(at)
        return True

    patch.setattr(Doubt, "heard", believe)


def sessions_end_by_a_clock_that_is_doubted(patch: Patch) -> None:
    patch.setattr(Clock, "sure", Clock.machine)


# Backups on a stick


def stick_not_missed(patch: Patch) -> None:
    async def there(*_: object) -> None:
        """Plugged in, whatever the disks say."""

    patch.setattr(Backups, "_gone", there)


def stick_forgotten_at_a_start(patch: Patch) -> None:
    patch.setattr("queue_server.app.backup.noted", lambda _: "")


# A hall in a file


class Believing:
    """In place of a public key: whatever it is shown is signed."""

    @classmethod
    def from_public_bytes(cls, _: bytes) -> "Believing":
        return cls()

    def verify(self, *_: bytes) -> None:
        """Yes."""


def signature_not_checked(patch: Patch) -> None:
    patch.setattr(seal, "Ed25519PublicKey", Believing)


def content_not_signed(patch: Patch) -> None:
    patch.setattr(seal, "_signed", lambda kind, _: kind.encode())


def fingerprint_not_compared(patch: Patch) -> None:
    patch.setattr(seal, "_plain", lambda _: "")


def fingerprint_of_nobody(patch: Patch) -> None:
    patch.setattr(seal, "_told", lambda _: "0000-0000-0000-0000-0000")


@pytest.mark.parametrize(
    "plant, check",
    [
        (
            command_in_two_transactions,
            test_fault.test_whatever_goes_wrong_at_any_line_of_a_commit_leaves_all_of_it_or_nothing,
        ),
        (
            half_of_it_kept,
            test_fault.test_whatever_goes_wrong_at_any_line_of_a_commit_leaves_all_of_it_or_nothing,
        ),
        (
            log_of_a_killed_process_not_synced,
            test_sqlite.test_what_a_killed_process_left_in_the_log_is_synced_before_it_is_shown,
        ),
        (folder_not_locked, test_sqlite.test_a_second_server_on_the_folder_is_refused_with_a_sentence),
        (
            clock_goes_back_with_the_machine,
            test_clock.test_a_wall_clock_that_is_set_back_is_followed_at_half_the_speed,
        ),
        (
            clock_stands_still_until_the_machine_has_caught_up,
            test_clock.test_a_wall_clock_that_is_set_back_is_followed_at_half_the_speed,
        ),
        (
            last_event_not_looked_at,
            test_wall.test_a_server_that_starts_on_a_machine_an_hour_slow_goes_on_from_its_last_event,
        ),
        (
            machine_believed_at_the_start,
            test_wall.test_a_server_that_starts_a_day_ahead_goes_on_with_the_day_that_other_clocks_know,
        ),
        (
            clock_that_differs_believed,
            test_wall.test_a_server_that_starts_a_day_ahead_goes_on_with_the_day_that_other_clocks_know,
        ),
        (
            whoever_speaks_believed,
            test_doubt.test_one_clock_that_agrees_does_not_end_what_another_doubts_and_two_do,
        ),
        (
            whoever_speaks_believed,
            test_doubt.test_one_clock_alone_moves_the_day_on_by_an_hour_at_most_and_two_as_far_as_the_earlier_says,
        ),
        (
            sessions_end_by_a_clock_that_is_doubted,
            test_wall.test_who_is_signed_in_stays_so_while_a_day_is_doubted_and_who_signs_in_then_also_after_it,
        ),
        (
            stick_not_missed,
            test_backup.test_a_stick_that_is_gone_while_its_folder_stays_is_told_and_nothing_is_written_there,
        ),
        (
            stick_forgotten_at_a_start,
            test_backup.test_a_stick_that_is_gone_while_its_folder_stays_is_told_and_nothing_is_written_there,
        ),
        (signature_not_checked, test_seal.test_a_change_of_any_byte_is_found),
        (content_not_signed, test_seal.test_a_change_of_any_byte_is_found),
        (fingerprint_not_compared, test_seal.test_a_stranger_is_known_by_a_fingerprint_that_was_compared),
        (fingerprint_of_nobody, test_seal.test_another_writer_who_signs_anew_has_another_fingerprint),
    ],
)
def test_a_planted_fault_turns_its_check_red(
    request: pytest.FixtureRequest,
    monkeypatch: Patch,
    plant: Callable[[Patch], None],
    check: Callable[..., Any],
) -> None:
    plant(monkeypatch)
    given = {name: request.getfixturevalue(name) for name in signature(check).parameters}
    with pytest.raises(RED):
        asyncio.run(check(**given)) if iscoroutinefunction(check) else check(**given)
