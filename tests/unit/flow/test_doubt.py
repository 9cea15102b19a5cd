"""A machine that says at a start that a day is over: doubted where that would take something from somebody."""

from datetime import timedelta

import pytest

from queue_server.flow.clock import Clock
from queue_server.flow.doubt import Doubt
from tests.fakes.hall import FILING, MORNING, ONE
from tests.fakes.play import Play
from tests.unit.flow.test_clock import Wall

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    """A machine that is a day ahead of the hall's last event."""
    made = Wall(monkeypatch)
    made.at = MORNING + DAY
    return made


def begun(wall: Wall, play: Play) -> tuple[Doubt, Clock]:
    """What a start makes of it."""
    clock = Clock(wall=wall)
    doubt = Doubt(clock)
    doubt.begin(play.state, MORNING)
    return doubt, clock


def waited() -> Play:
    """Somebody waits."""
    play = Play()
    play.take(FILING)
    return play


def test_while_it_is_doubted_time_goes_on_from_the_last_event_at_the_machines_pace(wall: Wall) -> None:
    doubt, clock = begun(wall, waited())
    assert clock.now() == MORNING
    wall.later(60)
    assert clock.now() == MORNING + MINUTE
    assert doubt.tells() is not None


def test_an_open_window_is_a_reason_to_doubt_and_nothing_open_is_none(wall: Wall) -> None:
    play = Play()
    assert begun(wall, play)[1].now() == MORNING + DAY
    play.open(ONE)
    assert begun(wall, play)[1].now() == MORNING


def test_a_clock_that_agrees_ends_the_doubt_and_one_of_the_day_before_tells_its_time(wall: Wall) -> None:
    doubt, clock = begun(wall, waited())
    assert doubt.heard(MORNING + 30 * MINUTE)
    assert clock.now() == MORNING + 30 * MINUTE
    assert not doubt.heard(MORNING + 10 * MINUTE), "time does not go back"
    assert not doubt.heard(MORNING - 3 * DAY)
    assert clock.now() == MORNING + 30 * MINUTE
    told = doubt.tells()
    assert told is not None
    assert "校正" in told.zh
    assert doubt.heard(MORNING + DAY + 30 * MINUTE)
    assert clock.now() == MORNING + DAY
    assert doubt.tells() is None
    assert not doubt.heard(MORNING), "once believed, it is not doubted again"


def test_a_machine_that_is_put_right_is_believed(wall: Wall) -> None:
    doubt, clock = begun(wall, waited())
    wall.at = MORNING + 5 * MINUTE
    clock.now()
    assert clock.now() == MORNING + 5 * MINUTE
    assert doubt.tells() is None


def test_a_chosen_clock_and_one_of_the_same_day_are_not_doubted(wall: Wall) -> None:
    chosen = Clock(MORNING + DAY)
    Doubt(chosen).begin(waited().state, MORNING)
    assert not chosen.held
    wall.at = MORNING + 5 * MINUTE
    assert not begun(wall, waited())[1].held
