"""What is known of waits: told with its age while it is fresh, and by nobody afterwards."""

from datetime import datetime, timedelta
from math import inf

import pytest

from queue_server.flow.clock import Clock
from queue_server.flow.foresight import FRESH_S, Foresight
from queue_server.forecast.told import Told
from queue_server.forecast.wait import Outlook, Ways
from queue_server.wire.ids import ServiceId, TicketId
from queue_server.wire.ticket import Wait
from tests.fakes.hall import FILING, MORNING, SEAL

NEEDY = TicketId("needs-a-low-counter")


class Hand(Clock):
    """A clock that a test sets."""

    def __init__(self, speed: float = 1.0) -> None:
        super().__init__(MORNING, speed)
        self.at = MORNING

    def now(self) -> datetime:
        return self.at


def told() -> Told:
    ways = {NEEDY: Ways(Wait(5, 10), None)}
    return Told(MORNING, 1, 100, {}, {ServiceId(FILING): {"ordinary": Outlook(8.0, 12.0, 14.0)}}, ways=ways)


def test_before_any_answer_and_of_what_is_not_in_it_nothing_is_known() -> None:
    foresight = Foresight(Hand())
    assert foresight.wait(MORNING, FILING, "ordinary") is None
    foresight.hear(told())
    assert foresight.wait(MORNING, SEAL, "ordinary") is None
    assert foresight.wait(MORNING, FILING, "green") is None


@pytest.mark.parametrize("speed", [1.0, 60.0])
def test_an_answer_is_told_with_its_age_until_it_is_too_old_by_real_time(speed: float) -> None:
    clock = Hand(speed)
    foresight = Foresight(clock)
    foresight.hear(told())
    clock.at = MORNING + timedelta(seconds=FRESH_S * speed)
    assert foresight.wait(clock.at, FILING, "ordinary") == Wait(10, 15, FRESH_S * speed)
    clock.at += timedelta(seconds=1)
    assert foresight.wait(clock.at, FILING, "ordinary") is None
    assert foresight.told is None


def test_both_ways_of_who_needs_something_are_told_likewise_and_what_is_not_known_of_one_is_not() -> None:
    clock = Hand()
    foresight = Foresight(clock)
    assert foresight.ways(NEEDY) == {}
    foresight.hear(told())
    clock.at = MORNING + timedelta(seconds=FRESH_S)
    assert foresight.ways(NEEDY) == {"first": Wait(5, 10, FRESH_S), "able": None}
    assert foresight.ways(TicketId("needs-nothing")) == {}
    clock.at += timedelta(seconds=1)
    assert foresight.ways(NEEDY) == {}


def test_a_clock_that_was_set_to_another_morning_takes_what_was_told_with_it() -> None:
    clock = Hand()
    foresight = Foresight(clock)
    foresight.hear(told())
    clock.at = MORNING + timedelta(days=1)
    assert foresight.told is None
    clock.at = MORNING - timedelta(seconds=1)
    assert foresight.told is None, "it is of a time that has not come"


def test_an_answer_that_nothing_is_known_takes_back_the_one_before() -> None:
    foresight = Foresight(Hand())
    foresight.hear(told())
    foresight.hear(None)
    assert foresight.told is None


def test_who_watches_sees_how_long_ago_an_answer_came_by_real_time_also_when_it_is_told_to_nobody() -> None:
    clock = Hand(60.0)
    foresight = Foresight(clock)
    assert foresight.silence_s == inf
    foresight.hear(told())
    clock.at = MORNING + timedelta(seconds=2 * FRESH_S * 60)
    assert foresight.told is None
    assert foresight.silence_s == 2 * FRESH_S
