"""What drawn clerks do with a ticket, and which windows they take."""

from datetime import UTC, datetime

import pytest

from queue_server.app.hall import BRANCH, load
from queue_server.engine.hall import Hall, Rules
from queue_server.simulation.citizen import Citizen
from queue_server.simulation.clerk import HEARD_S, Move, heard, moves, speed
from queue_server.simulation.staff import staff
from queue_server.wire.ids import ServiceId, WindowId

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)


def citizen(*, walk_s: float = 20.0, shows: bool = True) -> Citizen:
    return Citizen(
        at=AT,
        services=(ServiceId("a"), ServiceId("b")),
        work_s=(300.0, 100.0),
        walk_s=walk_s,
        shows=shows,
    )


@pytest.fixture(scope="module")
def hall() -> Hall:
    return load().hall


def test_who_comes_at_once_is_served_at_the_clerks_own_speed() -> None:
    assert moves(citizen(), 0, Rules(), 1.5) == (Move(20.0, "start"), Move(450.0, "finish"))


def test_a_second_step_takes_its_own_time() -> None:
    assert moves(citizen(), 1, Rules())[-1] == Move(100.0, "finish")


def test_who_is_slow_is_called_again() -> None:
    assert moves(citizen(walk_s=35.0), 0, Rules()) == (
        Move(25.0, "recall"),
        Move(10.0, "start"),
        Move(300.0, "finish"),
    )


@pytest.mark.parametrize("rules", [Rules(), Rules(calls=3, wait_s=60), Rules(calls=2, wait_s=120)])
def test_a_no_show_has_been_called_as_often_and_as_long_as_the_rules_ask(rules: Rules) -> None:
    plan = moves(citizen(shows=False), 0, rules)
    assert [move.verb for move in plan][-1] == "no_show"
    assert [move.verb for move in plan].count("start") == 0
    assert 1 + [move.verb for move in plan].count("recall") >= rules.calls
    assert sum(move.after_s for move in plan) >= rules.wait_s


def test_a_no_show_was_called_three_times_for_longer_than_a_minute() -> None:
    plan = moves(citizen(shows=False), 0, Rules())
    assert [move.verb for move in plan] == ["recall", "recall", "no_show"]
    assert sum(move.after_s for move in plan) > 60


def test_nobody_is_missed_before_their_calls_were_heard_however_fast_the_clock_goes() -> None:
    plan = moves(citizen(shows=False), 0, Rules())
    assert heard(plan, 1.0) == plan
    fast = heard(plan, 60.0)
    assert [move.verb for move in fast] == [move.verb for move in plan]
    assert all(move.after_s / 60.0 >= HEARD_S for move in fast)


def test_who_comes_is_served_at_the_same_time_of_day_at_any_speed_of_the_clock() -> None:
    plan = moves(citizen(walk_s=35.0), 0, Rules())
    assert heard(plan, 60.0) == plan


def test_a_clerks_speed_is_their_own_and_stays() -> None:
    assert speed(7, "12") == speed(7, "12") != speed(7, "13")
    assert 0.5 < speed(7, "12") < 2


def test_windows_left_free_are_never_staffed(hall: Hall) -> None:
    free = {WindowId("1"), WindowId("2"), WindowId("3")}
    assert not free.intersection(staff(hall, 68, free))
    assert len(staff(hall, 68, free)) == 65


@pytest.mark.parametrize("count", [29, 39])
def test_every_service_has_a_staffed_window(hall: Hall, count: int) -> None:
    staffed = staff(hall, count)
    assert len(staffed) == count
    assert {s for window in staffed for s in hall.window[window].services} == set(hall.service)


def test_a_few_clerks_cover_what_they_can(hall: Hall) -> None:
    assert len(staff(hall, 3)) == 3
    assert staff(hall, 0) == ()
    assert len(staff(load(BRANCH).hall, 12)) == 6


def test_staff_stands_in_every_zone_in_hall_order(hall: Hall) -> None:
    staffed = staff(hall, 39)
    assert {hall.window[window].zone for window in staffed} == set(hall.zone)
    assert list(staffed) == sorted(staffed, key=int)
