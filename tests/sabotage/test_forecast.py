"""What nobody may be told or advised of waits is itself proven: each planted fault turns the test that guards it red."""

from collections.abc import Callable
from datetime import timedelta
from math import inf
from typing import Any

import msgspec
import pytest

from queue_server.engine import advising, need
from queue_server.engine.rank import Asked
from queue_server.flow import foresight
from queue_server.flow.foresight import Foresight
from queue_server.forecast import advice, course, keep, scene, told
from queue_server.forecast.advice import Open
from queue_server.forecast.told import Told
from queue_server.wire.ids import ServiceId
from queue_server.wire.ticket import Wait
from tests.unit.engine import test_advising as entered
from tests.unit.engine import test_need as needs
from tests.unit.flow import test_foresight as ages
from tests.unit.forecast import test_advice as advised
from tests.unit.forecast import test_keep as kept
from tests.unit.forecast import test_told as tells

Plant = Callable[[pytest.MonkeyPatch], None]


def _stale_told(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(foresight, "FRESH_S", inf)


def _stale_told_as_new(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Foresight, "age_s", lambda *_: 0.0)


def _last_answer_kept(patch: pytest.MonkeyPatch) -> None:
    honest = Foresight.hear

    def hear(self: Foresight, told: Told | None) -> None:
        if told is not None:
            honest(self, told)

    patch.setattr(Foresight, "hear", hear)


def _class_that_was_asked_for(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Asked, "counts_as", property(lambda self: self.class_))


def _class_of_anybody(patch: pytest.MonkeyPatch) -> None:
    def of_new(self: Told, service: ServiceId, _kind: str = "") -> Wait | None:
        return next((one.told for one in self.new.get(service, {}).values()), None)

    patch.setattr(Told, "of_new", of_new)


def _called_and_still_told(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(told, "_waits", lambda *_: True)


def _window_that_is_not_played(patch: pytest.MonkeyPatch) -> None:
    honest = advice._Plays.of

    def of(self: Any, zone: Any, also: Any = (), _opening: Any = None) -> Any:
        return honest(self, zone, also)

    patch.setattr(advice._Plays, "of", of)


def _worst_first(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Open, "gain_min", property(lambda self: self.then_min - (self.p90_min or 0.0)))


def _advised_whatever_it_gains(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(advice, "WORTH_MIN", -inf)


def _always_as_expected(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(advising, "NEAR_MIN", inf)


def _everybody_who_ever_waited(patch: pytest.MonkeyPatch) -> None:
    honest = advice.proved

    def proved(state: Any, one: Any) -> Any:
        return honest(state, msgspec.structs.replace(one, at=one.at + timedelta(minutes=2)))

    patch.setattr(advised, "proved", proved)


def _another_chance_with_the_window(patch: pytest.MonkeyPatch) -> None:
    honest = course._Play.course

    def drawn(self: Any, wanted: set[int], seed: int) -> Any:
        return honest(self, wanted, seed + len(self.desks))

    patch.setattr(course._Play, "course", drawn)


def _needs_forgotten(patch: pytest.MonkeyPatch) -> None:
    """Courses play the others, and who needs something, as if nobody were kept."""
    patch.setattr(keep.Keep, "_holds", lambda *_: False)


def _kept_for_an_hour(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(keep, "LONGEST_MIN", 60.0)


def _kept_and_not_called_first(patch: pytest.MonkeyPatch) -> None:
    honest = keep.Keep.__init__

    def forgetful(self: Any, part: Any, *given: Any) -> None:
        honest(self, msgspec.structs.replace(part, kept={}), *given)

    patch.setattr(keep.Keep, "__init__", forgetful)


def _each_way_counted_as_somebody(patch: pytest.MonkeyPatch) -> None:
    honest = scene._Waiting._needy
    patch.setattr(
        scene._Waiting, "_needy", lambda self, place, ticket, **_: honest(self, place, ticket, ways=True)
    )


def _window_that_keeps_taken_for_one_that_is_left(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(scene, "_kept_for_others", lambda *_: set())


def _told_at_issue_as_if_nobody_were_kept(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(need, "wait", lambda _state, _service, _needs, told: told)


PLANTS: list[tuple[Plant, Callable[[], None]]] = [
    (_stale_told, lambda: ages.test_an_answer_is_told_with_its_age_until_it_is_too_old_by_real_time(1.0)),
    (_stale_told_as_new, lambda: ages.test_an_answer_is_told_with_its_age_until_it_is_too_old_by_real_time(60.0)),
    (_last_answer_kept, ages.test_an_answer_that_nothing_is_known_takes_back_the_one_before),
    (_class_that_was_asked_for, tells.test_a_ticket_is_told_the_wait_of_the_class_by_which_it_waits),
    (_class_of_anybody, ages.test_before_any_answer_and_of_what_is_not_in_it_nothing_is_known),
    (_window_that_is_not_played, advised.test_a_long_queue_and_somebody_on_duty_at_no_window_is_advice_with_its_numbers),
    (_worst_first, advised.test_the_best_come_first_and_nobody_is_sent_to_two_windows),
    (_advised_whatever_it_gains,
     advised.test_nothing_is_advised_once_the_window_is_open_and_nothing_where_it_gains_little),
    (_another_chance_with_the_window, advised.test_a_window_that_changes_nothing_leaves_every_course_as_it_was),
    (_everybody_who_ever_waited, advised.test_what_came_is_how_long_those_waited_who_waited_then),
    (_always_as_expected, entered.test_what_came_is_held_against_what_was_expected_of_what_was_done),
    (_needs_forgotten, kept.test_what_is_told_is_truer_for_who_is_kept_and_for_who_goes_past_them),
    (_needs_forgotten, lambda: kept.test_a_course_keeps_and_calls_whom_the_engine_keeps_and_calls("promise", 1)),
    (_kept_for_an_hour, kept.test_who_is_kept_in_vain_is_called_ten_minutes_after_their_turn_by_a_window_that_is_idle),
    (_kept_and_not_called_first, kept.test_who_was_kept_before_is_kept_for_what_is_left_of_it_and_called_first),
    (_window_that_keeps_taken_for_one_that_is_left,
     kept.test_who_was_kept_before_is_kept_for_what_is_left_of_it_and_called_first),
    (_each_way_counted_as_somebody, kept.test_whoever_needs_something_counts_once_in_what_a_manager_is_advised),
    (_told_at_issue_as_if_nobody_were_kept,
     needs.test_who_takes_a_ticket_is_told_as_much_later_at_most_as_it_may_be_kept),
    (_called_and_still_told, tells.test_a_holder_sees_how_much_longer_they_wait_and_nothing_once_they_are_called),
]  # fmt: skip


@pytest.mark.parametrize("plant,guard", PLANTS, ids=[p.__name__.strip("_") for p, _ in PLANTS])
def test_a_planted_fault_turns_its_guard_red(
    plant: Plant, guard: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    guard()
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        guard()
