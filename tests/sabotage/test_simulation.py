"""The checks of told waits, of rules beside Ciw, and of replays are themselves proven: each planted fault turns its check red."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import msgspec
import pytest

from queue_server.engine import policy
from queue_server.forecast.habit import came, learn, seen
from queue_server.simulation import replay, virtual
from tests.unit.simulation import test_replay as replays
from tests.unit.simulation import test_theory as theories
from tests.unit.simulation import test_virtual as virtuals

Plant = Callable[[pytest.MonkeyPatch], None]


def _own_work_known(patch: pytest.MonkeyPatch) -> None:
    """Whoever tells a wait sees a little of how long the service will take."""
    come = virtual._Day._come

    def peeking(self: virtual._Day, visit: virtual.Visit) -> None:
        tell = self.tell
        if tell is not None:
            more = timedelta(minutes=visit.work_min / 100)
            self.tell = lambda state, now, ticket: tell(state, now + more, ticket)
        come(self, visit)
        self.tell = tell

    patch.setattr(virtual._Day, "_come", peeking)


def _tomorrow_known(patch: pytest.MonkeyPatch) -> None:
    """Whoever tells waits knows how many will come."""
    live = virtual._Day.live

    def peeking(self: virtual._Day, visits: Any) -> Any:
        tell, more = self.tell, timedelta(seconds=len(visits))
        if tell is not None:
            self.tell = lambda state, now, ticket: tell(state, now + more, ticket)
        return live(self, visits)

    patch.setattr(virtual._Day, "live", peeking)


def _promise_forgotten(patch: pytest.MonkeyPatch) -> None:
    """All classes are promised the same."""
    patch.setattr(
        policy,
        "rank",
        lambda urgency, now, _guard, at, promise: (1, urgency(now, at, type(promise)(minutes=1))),
    )


def _chance_not_shared(patch: pytest.MonkeyPatch) -> None:
    """The two plays of a pair have other times."""
    play = replay._Stage.play
    chance = Random(1)

    def drifting(self: replay._Stage, visits: Any) -> Any:
        others = [msgspec.structs.replace(v, work_min=v.work_min * chance.uniform(0.9, 1.1)) for v in visits]
        return play(self, others)

    patch.setattr(replay._Stage, "play", drifting)


def _needs_left_in_the_log(patch: pytest.MonkeyPatch) -> None:
    """A day is played as if nobody had needed anything of a window."""
    play = replay._Stage.play

    def blind(self: replay._Stage, visits: Any) -> Any:
        return play(self, [msgspec.structs.replace(v, needs=(), binding=False) for v in visits])

    patch.setattr(replay._Stage, "play", blind)


def _ability_not_given(patch: pytest.MonkeyPatch) -> None:
    init = replay._Stage.__init__

    def without(self: replay._Stage, day: Any, habits: Any, change: Any) -> None:
        init(self, day, habits, msgspec.structs.replace(change, abilities=()))

    patch.setattr(replay._Stage, "__init__", without)


def _habits() -> Any:
    _, state = virtuals.played(virtuals.drawn(7))
    tickets = state.tickets.values()
    return learn(list(seen(tickets)), list(came(tickets)))


def _nothing_is_told_from_the_future() -> None:
    virtuals.test_nothing_that_happens_later_changes_what_was_told_before(_habits(), 3)


@pytest.mark.parametrize(
    "plant, check",
    [
        (_own_work_known, _nothing_is_told_from_the_future),
        (_tomorrow_known, _nothing_is_told_from_the_future),
        (_promise_forgotten, lambda: theories.test_every_ticket_is_called_when_ciw_calls_it("promise")),
        (_promise_forgotten, lambda: theories.test_every_ticket_is_called_when_ciw_calls_it("strict")),
        (
            _chance_not_shared,
            replays.test_nothing_that_is_changed_changes_nothing_and_no_play_is_like_another,
        ),
        (
            _needs_left_in_the_log,
            replays.test_who_needs_something_needs_it_in_a_play_too_and_is_kept_for_it,
        ),
        (
            _ability_not_given,
            replays.test_one_ability_more_or_one_able_window_more_is_told_by_need_with_an_interval,
        ),
    ],
)
def test_a_planted_fault_is_found(
    plant: Plant, check: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        check()
