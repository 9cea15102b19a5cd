"""What came of what was told."""

from datetime import timedelta
from itertools import count

from queue_server.forecast.score import hour, last_day
from queue_server.wire import command as c
from queue_server.wire.score import Score
from queue_server.wire.ticket import Wait
from tests.fakes.hall import FILING, FOUR, LICENCE, ONE, hall
from tests.fakes.play import KIOSK, LI, Play


def waited(*minutes: float) -> Play:
    """One after another takes a ticket, is told 10 to 15 minutes and called after so many."""
    play = Play(hall(), wait=lambda *_: Wait(10, 15))
    play.open(ONE)
    for each in minutes:
        play.take(FILING)
        play.now += timedelta(minutes=each)
        play.next(ONE)
    return play


def test_who_is_called_by_the_upper_end_is_in_time_and_errors_are_from_the_middle_course() -> None:
    play = waited(12.5, 15.0, 15.5, 2.5)
    found = hour(play.state.tickets.values(), play.now)
    assert found is not None
    assert found.score == Score(4, 0.75, round((0 + 2.5 + 3 + 10) / 4, 1))


def test_slots_hold_the_means_of_who_was_called_in_them_and_leave_empty_ones_out() -> None:
    play = waited(11.0, 1.0, 12.0)
    found = hour(play.state.tickets.values(), play.now)
    assert found is not None
    assert [(one.count, one.wait_min) for one in found.slots] == [(2, 6.0), (1, 12.0)]
    assert all((one.low_min, one.high_min) == (10.0, 15.0) for one in found.slots)
    assert all(one.at.minute % 5 == 0 for one in found.slots)


def test_an_hour_is_an_hour_and_of_nobody_nothing_is_said() -> None:
    play = waited(12.0)
    assert hour(play.state.tickets.values(), play.now + timedelta(minutes=59)) is not None
    assert hour(play.state.tickets.values(), play.now + timedelta(minutes=60)) is None
    assert hour([], play.now) is None


def test_who_was_told_nothing_still_waits_or_let_others_go_first_does_not_count() -> None:
    known = count()
    play = Play(hall(), wait=lambda *_: None if next(known) == 0 else Wait(10, 15))
    play.open(ONE)
    _, later, *_ = (play.take(FILING) for _ in range(4))
    play.next(ONE)
    play.do(c.Defer(ticket=later.id, behind=1), KIOSK)
    play.next(ONE)
    play.next(ONE)
    assert play.state.tickets[later.id].state == "called"
    found = hour(play.state.tickets.values(), play.now)
    assert found is not None
    assert found.score.count == 1


def test_the_last_day_is_scored_by_service_and_days_before_it_are_left_out() -> None:
    before, after = waited(30.0), waited(12.0)
    after.open(FOUR, LI)
    after.take(LICENCE)
    after.now += timedelta(minutes=16)
    after.next(FOUR, LI)
    old = list(before.state.tickets.values())
    for ticket in old:
        ticket.day -= timedelta(days=1)
    found = last_day([*old, *after.state.tickets.values()])
    assert found is not None
    assert (found.day, found.score.count, found.score.in_time) == (after.state.day, 2, 0.5)
    assert {id_: one.in_time for id_, one in found.services.items()} == {FILING: 1.0, LICENCE: 0.0}
    assert last_day([]) is None
