"""A hall that goes on from a backup gives no number that it may have given since."""

from datetime import timedelta

import pytest

from queue_server.engine import number
from queue_server.engine.actor import CLOCK
from queue_server.wire.command import Restore
from tests.fakes.hall import FILING, LICENCE
from tests.fakes.play import Play, picture


def restored(play: Play, minutes: float, **hourly: int) -> None:
    """The hall goes on from a backup of so many minutes ago."""
    play.do(Restore(since=play.now - timedelta(minutes=minutes), hourly=hourly), CLOCK)


def test_the_rate_of_the_busiest_hour_times_the_age_is_left_out() -> None:
    play = Play()
    assert [play.take(FILING).number for _ in range(3)] == ["A001", "A002", "A003"]
    restored(play, 30, A=90, B=10)
    assert play.take(FILING).number == "A049"  # 45 in half an hour
    assert play.take(LICENCE).number == "B021"  # five, but at least twenty


def test_a_series_that_had_no_number_yet_leaves_some_out_too() -> None:
    play = Play()
    restored(play, 0)
    assert play.take(FILING).number == "A021"


def test_what_was_left_out_is_left_out_after_a_restart_and_only_that_day() -> None:
    play = Play()
    restored(play, 60, A=100)
    assert play.rebuilt().numbers == play.state.numbers == {"A": 100, "B": 20}
    assert picture(play.rebuilt()) == picture(play.state)
    play.later(minutes=24 * 60)
    assert play.take(FILING).number == "A001"
    assert picture(play.rebuilt()) == picture(play.state)


def test_of_a_backup_of_another_day_only_todays_time_counts() -> None:
    play = Play()  # at nine o'clock
    restored(play, 3 * 24 * 60, A=10)
    assert play.take(FILING).number == "A091"


def test_two_restores_leave_out_twice() -> None:
    play = Play()
    restored(play, 10)
    restored(play, 10)
    assert play.take(FILING).number == "A041"


def test_whatever_is_known_to_be_out_there_is_left_out_too() -> None:
    play = Play()
    since = play.now - timedelta(minutes=10)
    play.do(Restore(since=since, hourly={}, given={"A": 60, "Z": 5}, lent={"A": 819}), CLOCK)
    assert play.take(FILING).number == "A061"
    assert play.state.numbers == {"A": 61, "B": 20}
    assert max(lease.last for lease in play.state.leases if lease.prefix == "A") == 819


@pytest.mark.parametrize(
    "last,by,then",
    [
        (0, 1, 1),
        (698, 1, 699),
        (699, 1, 1000),
        (690, 20, 1010),
        (1000, 1, 1001),
        (0, 699, 699),
        (0, 700, 1000),
    ],
)
def test_the_servers_series_goes_round_the_kiosks_numbers(last: int, by: int, then: int) -> None:
    assert number.after(last, by) == then
