"""That what windows offer today loses nobody is itself proven: a hall that does not look, or never goes back, is found out."""

from collections.abc import Callable

import pytest

from queue_server.engine import attending, offer
from queue_server.engine.state import State
from tests.unit.engine import test_offer as offers

Plant = Callable[[pytest.MonkeyPatch], None]


def _who_waits_is_not_asked_for(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(offer, "check_use", lambda _state, _hall: None)


def _midnight_changes_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(State, "forget_today", lambda _state: None)


def _covered_for_ever(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(attending, "ending", lambda _today, _window: ())


@pytest.mark.parametrize(
    "plant, check",
    [
        (_who_waits_is_not_asked_for, offers.test_nobody_who_waits_is_left_without_a_window),
        (
            _midnight_changes_nothing,
            offers.test_a_window_goes_back_to_what_it_usually_does_by_a_word_or_by_midnight,
        ),
        (_covered_for_ever, offers.test_a_clerk_covers_for_another_window_until_their_own_closes),
    ],
)
def test_a_planted_fault_turns_its_check_red(
    plant: Plant, check: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    check()
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        check()
