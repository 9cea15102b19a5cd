"""A machine that says at a start that a day is over: doubted where that would take something from somebody."""

from datetime import UTC, datetime, timedelta

import pytest

from queue_server.flow.clock import Clock
from queue_server.flow.doubt import Doubt
from tests.fakes.hall import FILING, MORNING, ONE
from tests.fakes.play import Play
from tests.unit.flow.test_clock import Wall

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


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


def test_a_lone_clock_that_agrees_ends_the_doubt(wall: Wall) -> None:
    doubt, clock = begun(wall, waited())
    assert doubt.heard("kiosk", MORNING + DAY + 30 * MINUTE)
    assert clock.now() == MORNING + DAY
    assert doubt.tells() is None
    assert not doubt.heard("box", MORNING), "once believed, it is not doubted again"


def test_a_clock_of_the_day_that_goes_on_tells_its_time_which_never_goes_back(wall: Wall) -> None:
    doubt, clock = begun(wall, waited())
    assert doubt.heard("kiosk", MORNING + 30 * MINUTE)
    assert clock.now() == MORNING + 30 * MINUTE
    assert not doubt.heard("box", MORNING + 10 * MINUTE)
    assert not doubt.heard("page", MORNING - 3 * DAY)
    assert clock.now() == MORNING + 30 * MINUTE
    told = doubt.tells()
    assert told is not None
    assert "校正" in told.zh
    assert "11-20 09:00" in told.zh, "who spoke last"


def test_one_clock_that_agrees_does_not_end_what_another_doubts_and_two_do(wall: Wall) -> None:
    doubt, clock = begun(wall, waited())
    assert doubt.heard("kiosk", MORNING + 10 * MINUTE)
    for _ in range(3):
        assert not doubt.heard("page", MORNING + DAY), "one is one, however often it comes"
    assert clock.held
    assert doubt.heard("box", MORNING + DAY)
    assert not clock.held


def test_one_clock_alone_moves_the_day_on_by_an_hour_at_most_and_two_as_far_as_the_earlier_says(
    wall: Wall,
) -> None:
    doubt, clock = begun(wall, waited())
    doubt.heard("kiosk", MORNING + 14 * HOUR)
    assert clock.now() == MORNING + HOUR
    wall.later(60)
    assert not doubt.heard("kiosk", MORNING + 14 * HOUR + MINUTE)
    assert clock.now() == MORNING + HOUR + MINUTE, "at the machine's pace"
    assert not doubt.heard("box", MORNING + 3 * HOUR + MINUTE), "each of them alone"
    assert doubt.heard("page", MORNING + 3 * HOUR + 10 * MINUTE)
    assert clock.now() == MORNING + 3 * HOUR + MINUTE
    assert not doubt.heard("pad", MORNING + 4 * HOUR)


def test_one_clock_alone_does_not_bring_the_day_within_an_hour_of_its_end_and_two_do(wall: Wall) -> None:
    doubt, clock = begun(wall, waited())
    wall.later(13 * 3600)  # 22:00
    assert doubt.heard("kiosk", MORNING + 14 * HOUR + 59 * MINUTE)
    assert clock.now() == MORNING + 14 * HOUR
    wall.later(30 * 60)
    assert not doubt.heard("kiosk", MORNING + 14 * HOUR + 59 * MINUTE)
    assert clock.now() == MORNING + 14 * HOUR + 30 * MINUTE
    assert doubt.heard("box", MORNING + 14 * HOUR + 58 * MINUTE)
    assert clock.now() == MORNING + 14 * HOUR + 58 * MINUTE


@pytest.mark.parametrize("at", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)])
def test_a_clock_that_is_ages_off_is_one_that_differs(wall: Wall, at: datetime) -> None:
    doubt, clock = begun(wall, waited())
    assert not doubt.heard("kiosk", at)
    assert clock.now() == MORNING
    told = doubt.tells()
    assert told is not None
    assert "校正" in told.zh


def test_a_machine_that_is_put_right_on_a_later_day_is_believed_at_the_next_word(wall: Wall) -> None:
    wall.at += DAY
    doubt, clock = begun(wall, waited())
    for who in ("kiosk", "box"):
        assert not doubt.heard(who, MORNING + DAY)
    wall.at -= DAY
    assert clock.held
    assert doubt.heard("page", MORNING + DAY)
    assert clock.now() == MORNING + DAY


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


def test_a_machine_that_starts_behind_what_the_hall_has_done_is_told_of_until_they_agree(wall: Wall) -> None:
    wall.at = MORNING - 3 * HOUR
    clock = Clock(wall=wall)
    clock.not_before(MORNING)
    doubt = Doubt(clock)
    doubt.begin(waited().state, MORNING)
    told = doubt.tells()
    assert told is not None
    for text in (told.zh, told.en):
        assert "11-23 06:00" in text, "the machine"
        assert "11-23 09:00" in text, "the hall"
        assert "11-23 12:00" in text, "when they agree by themselves"
    wall.later(6 * 3600)
    assert doubt.tells() is None
    wall.at -= HOUR
    assert doubt.tells() is not None, "also one that is set back while it serves"
    wall.at += HOUR
    assert doubt.tells() is None, "put right"


def test_a_clock_that_is_a_little_slow_and_one_that_was_chosen_are_not_told_of(wall: Wall) -> None:
    wall.at = MORNING - 14 * MINUTE
    clock = Clock(wall=wall)
    clock.not_before(MORNING)
    assert Doubt(clock).tells() is None
    assert Doubt(Clock(MORNING + DAY, wall=wall)).tells() is None
