"""Advice in the hall's memory: given once, done by whoever opens in time, and held against what came."""

from datetime import timedelta

import pytest

from queue_server.engine.actor import CLOCK
from queue_server.engine.advice import Advice
from queue_server.engine.advising import came
from queue_server.views import topic
from queue_server.wire import command as c
from queue_server.wire.advice import AdviceRecord
from queue_server.wire.ids import WindowId
from tests.fakes.hall import MORNING, ONE, THREE, TWO, A, B
from tests.fakes.play import LI, MANAGER, ZHANG, Play, picture


def give(play: Play, window: WindowId = TWO, p90_min: float | None = 42.0) -> None:
    """Somebody should open a window of zone A."""
    play.do(c.GiveAdvice(zone=A, window=window, waiting=9, p90_min=p90_min, then_min=25.0, clerk="li"), CLOCK)


def today(play: Play) -> tuple[AdviceRecord, ...]:
    """What the floor shows."""
    found: tuple[AdviceRecord, ...] = topic.show(play.state, "floor")["advices"].advices
    return found


def test_advice_is_given_once_in_half_an_hour_and_survives_a_start() -> None:
    play = Play()
    give(play)
    give(play.later(minutes=29))
    give(play, ONE)
    (one,) = today(play)
    assert (one.zone, one.window, one.clerk, one.waiting, one.p90_min, one.then_min) == (
        *(A, TWO, "li", 9, 42.0, 25.0),
    )
    assert one.at == MORNING
    assert picture(play.rebuilt()) == picture(play.state)
    give(play.later(minutes=1))
    assert len(today(play)) == 2


def test_nobody_outside_can_give_advice_and_none_is_given_of_a_window_that_is_open() -> None:
    play = Play()
    assert (
        play.refused(c.GiveAdvice(zone=A, window=TWO, waiting=9, then_min=2.0), MANAGER) == "auth.forbidden"
    )
    play.open(TWO, LI)
    give(play)
    assert today(play) == ()


@pytest.mark.parametrize("window", [TWO, ONE])
def test_a_window_of_the_zone_that_opens_in_time_is_what_was_advised(window: WindowId) -> None:
    play = Play()
    give(play)
    play.later(minutes=4).open(THREE, ZHANG)
    assert today(play)[0].done_at is None, "it does not serve the zone"
    play.later(minutes=1).open(window, LI)
    assert (today(play)[0].done_at, today(play)[0].done_window) == (MORNING + timedelta(minutes=5), window)
    assert picture(play.rebuilt()) == picture(play.state)


def test_a_window_that_opens_long_after_or_only_changes_hands_is_not() -> None:
    play = Play()
    play.open(ONE, ZHANG)
    give(play)
    play.do(c.Open(window=ONE, clerk="wu", takeover=True, reason="x"), MANAGER)
    play.later(minutes=16).open(TWO, LI)
    assert today(play)[0].done_at is None


def test_what_came_is_entered_once_and_gone_from_the_floor_the_next_day() -> None:
    play = Play()
    give(play)
    id_ = today(play)[0].id
    play.do(c.ProveAdvice(advice=id_, came_of=8, came_min=44.0), CLOCK)
    seq = play.state.seq
    play.do(c.ProveAdvice(advice=id_, came_of=8, came_min=90.0), CLOCK)
    play.do(c.ProveAdvice(advice="unknown", came_of=8, came_min=90.0), CLOCK)
    assert play.state.seq == seq
    assert (today(play)[0].came_min, today(play)[0].came_of, today(play)[0].came) == (44.0, 8, "expected")
    play.later(minutes=24 * 60)
    assert today(play) == ()
    assert B in play.state.hall.zone


def test_what_came_is_held_against_what_was_expected_of_what_was_done() -> None:
    def held(came_min: float | None, *, done: bool, p90_min: float | None = 42.0) -> str | None:
        at = MORNING if done else None
        one = Advice(
            id="a", at=MORNING, zone=A, window=TWO, waiting=9, p90_min=p90_min, then_min=25.0, done_at=at
        )
        return came(
            Advice(**{**{name: getattr(one, name) for name in one.__struct_fields__}, "came_min": came_min})
        )

    assert held(26.0, done=True) == "expected"
    assert held(40.0, done=True) == "later"
    assert held(40.0, done=False) == "expected"
    assert held(26.0, done=False) == "sooner"
    assert held(None, done=True) is None
    assert held(26.0, done=False, p90_min=None) is None
