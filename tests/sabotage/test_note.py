"""What is promised of remarks is itself proven: each planted fault turns its check red."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from queue_server.api import query
from queue_server.engine import noting, undo
from queue_server.engine.beside import Note
from queue_server.engine.state import State
from queue_server.engine.ticket import Ticket
from queue_server.views import topic
from queue_server.views.topic import Records
from queue_server.wire.ids import TicketId, WindowId
from tests.fakes.house import house
from tests.integration.api import test_note
from tests.sabotage.bed import Plant, turns_red
from tests.unit.engine import test_noting as checks


def _words_in_the_log(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(noting, "Note", lambda _ref, words: Note(words, words))


def _told_to_the_counters_devices(patch: pytest.MonkeyPatch) -> None:
    honest = topic._window

    def window(state: State, of: WindowId) -> Records:
        return {**honest(state, of), **topic._notes(state, of)}

    patch.setattr(topic, "_window", window)


def _lost_with_a_step_that_is_taken_back(patch: pytest.MonkeyPatch) -> None:
    def rows(_state: State, _id: TicketId) -> Iterator[Ticket]:
        return iter(())

    patch.setattr(undo, "rows", rows)


@pytest.mark.parametrize(
    "plant, check",
    [
        (_words_in_the_log, checks.test_what_was_written_is_kept_beside_the_log_and_never_in_it),
        (
            _told_to_the_counters_devices,
            checks.test_people_at_the_window_and_the_desk_see_that_there_are_some_and_neither_devices_nor_the_holder_do,
        ),
        (
            _lost_with_a_step_that_is_taken_back,
            checks.test_a_step_is_taken_back_though_something_was_written_since_and_that_stays,
        ),
    ],
)
def test_a_planted_fault_is_found(
    plant: Plant, check: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    turns_red(plant, check, monkeypatch)


async def test_words_that_an_auditor_reads_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "_AT_WORK", query._AT_WORK | {"auditor"})
    async with house(tmp_path) as home:
        with pytest.raises(AssertionError):
            await test_note.test_staff_at_work_read_remarks_and_nobody_else_does(home)
