"""What nobody may be told of waits is itself proven: each planted fault turns the test that guards it red."""

from collections.abc import Callable
from math import inf

import pytest

from queue_server.engine.rank import Asked
from queue_server.flow import foresight
from queue_server.flow.foresight import Foresight
from queue_server.forecast import told
from queue_server.forecast.told import Told
from queue_server.wire.ids import ServiceId
from queue_server.wire.ticket import Wait
from tests.unit.flow import test_foresight as ages
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


PLANTS: list[tuple[Plant, Callable[[], None]]] = [
    (_stale_told, lambda: ages.test_an_answer_is_told_with_its_age_until_it_is_too_old_by_real_time(1.0)),
    (_stale_told_as_new, lambda: ages.test_an_answer_is_told_with_its_age_until_it_is_too_old_by_real_time(60.0)),
    (_last_answer_kept, ages.test_an_answer_that_nothing_is_known_takes_back_the_one_before),
    (_class_that_was_asked_for, tells.test_a_ticket_is_told_the_wait_of_the_class_by_which_it_waits),
    (_class_of_anybody, ages.test_before_any_answer_and_of_what_is_not_in_it_nothing_is_known),
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
