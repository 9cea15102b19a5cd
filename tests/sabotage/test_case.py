"""What is promised of cases is itself proven: each planted fault turns its check red."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from msgspec.structs import replace

from queue_server.engine import casing, decide, workday
from queue_server.engine import event as e
from queue_server.engine.beside import Note
from queue_server.engine.case import Case
from queue_server.engine.decision import Context, Decision
from queue_server.engine.hall import Hall
from queue_server.engine.state import State
from queue_server.wire import command as c
from queue_server.wire.case import CaseVerb
from tests.property.test_case import Register
from tests.unit.engine import test_case as cases

Plant = Callable[[pytest.MonkeyPatch], None]


def _rated_clerk_may_close(patch: pytest.MonkeyPatch) -> None:
    honest = casing._found

    def found(state: State, id_: str, verb: CaseVerb, context: Context) -> Case:
        nobody = replace(context, actor=replace(context.actor, name="somebody-else"))
        return honest(state, id_, verb, nobody)

    patch.setattr(casing, "_found", found)


def _opened_twice(patch: pytest.MonkeyPatch) -> None:
    honest = casing.rated

    def rated(state: State, event: e.Rated, context: Context) -> Iterator[e.Event]:
        cased, state.cased = state.cased, {}
        yield from list(honest(state, event, context))
        state.cased = cased

    patch.setattr(casing, "rated", rated)


def _not_opened(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(casing, "BAD", 1)


def _holidays_are_worked(patch: pytest.MonkeyPatch) -> None:
    def works(hall: Hall, day: date) -> bool:
        return dict(hall.workdays).get(day, day.isoweekday()) <= workday.FRIDAY

    patch.setattr(workday, "works", works)


def _saturdays_in_their_place_are_not(patch: pytest.MonkeyPatch) -> None:
    honest = workday.works
    patch.setattr(
        workday, "works", lambda hall, day: day.isoweekday() <= workday.FRIDAY and honest(hall, day)
    )


@pytest.mark.parametrize(
    "plant",
    [
        _rated_clerk_may_close,
        _opened_twice,
        _not_opened,
        _holidays_are_worked,
        _saturdays_in_their_place_are_not,
    ],
)
def test_the_registers_machine_finds_a_planted_fault(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    quick = settings(
        max_examples=1000, stateful_step_count=40, deadline=None, database=None, phases=[Phase.generate]
    )
    with pytest.raises(BaseException) as found:  # noqa: PT011 - an assertion, or a group of several
        run_state_machine_as_test(Register, settings=quick)
    assert not isinstance(found.value, KeyboardInterrupt | TypeError)


def test_words_in_the_log_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    check = cases.test_what_people_said_is_kept_beside_the_log_and_never_in_it
    check()
    monkeypatch.setattr(casing, "Note", lambda _ref, words: Note(words, words))
    with pytest.raises(AssertionError):
        check()


def test_a_second_complaint_of_an_earlier_day_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    check = cases.test_a_complaint_of_an_earlier_day_is_a_case_of_the_step_that_the_store_knew
    check()
    honest = casing.open_earlier

    def open_earlier(state: State, command: c.OpenEarlierCase, context: Context) -> Decision:
        cased, state.cased = state.cased, {}
        try:
            return honest(state, command, context)
        finally:
            state.cased = cased

    known: dict[Any, Any] = decide._DECIDE
    monkeypatch.setitem(known, c.OpenEarlierCase, open_earlier)
    with pytest.raises(AssertionError):
        check()
