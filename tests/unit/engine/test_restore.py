"""A hall that goes on from a backup gives no number that it may have given since."""

from datetime import timedelta

import pytest

from queue_server.engine import number
from queue_server.engine.actor import CLOCK
from queue_server.wire.command import MakeSlips, Restore, Take
from tests.fakes.hall import FILING, LICENCE, A, B
from tests.fakes.play import MANAGER, STEWARD, Play, picture


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


def test_slips_that_may_have_been_printed_since_are_not_printed_again() -> None:
    play = Play()
    known = play.do(MakeSlips(zone=A, count=100), MANAGER).numbers
    restored(play, 30)
    assert play.refused(Take(service=FILING, slip="A8100"), STEWARD) == "slip.unknown"
    assert play.do(MakeSlips(zone=A, count=1), MANAGER).numbers == ("A8600",)
    assert play.do(MakeSlips(zone=B, count=1), MANAGER).numbers == ("B8500",), (
        "its first may be out there too"
    )
    assert play.do(Take(service=FILING, slip=known[0]), STEWARD).number == known[0]
    assert picture(play.rebuilt()) == picture(play.state)


def test_slips_that_are_left_out_begin_the_series_again_as_printed_ones_do() -> None:
    play = Play()
    made = [play.do(MakeSlips(zone=A, count=450), MANAGER).numbers for _ in range(4)]
    restored(play, 30)
    assert play.do(Take(service=FILING, slip=made[0][0]), STEWARD).number == "A8000", "it is good, as it was"
    assert play.do(MakeSlips(zone=A, count=1), MANAGER).numbers == ("A8500",)


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
