"""Drawn days: repeatable, and of the shape they promise."""

from collections import Counter
from datetime import date, timedelta
from random import Random
from statistics import mean, stdev

import msgspec
import pytest

from queue_server.app.hall import BRANCH, load
from queue_server.engine.hall import Hall
from queue_server.simulation.citizen import (
    HALF_HOURS,
    OPENING,
    Citizen,
    draw_day,
    lognormal_s,
    mean_s,
    stranger,
    tickets_a_day,
)
from queue_server.simulation.staff import staff
from queue_server.wire.day import day_start
from queue_server.wire.ids import ServiceId, WindowId

DAY = date(2026, 11, 23)
FREE = (WindowId("1"), WindowId("2"), WindowId("3"))


@pytest.fixture(scope="module")
def hall() -> Hall:
    return load().hall


@pytest.fixture(scope="module")
def staffed(hall: Hall) -> tuple[WindowId, ...]:
    return staff(hall, 39, FREE)


@pytest.fixture(scope="module")
def people(hall: Hall, staffed: tuple[WindowId, ...]) -> tuple[Citizen, ...]:
    return draw_day(hall, staffed, DAY, seed=7)


def test_the_same_seed_draws_the_same_day(
    hall: Hall, staffed: tuple[WindowId, ...], people: tuple[Citizen, ...]
) -> None:
    assert draw_day(hall, staffed, DAY, seed=7) == people


def test_another_seed_or_day_draws_another(
    hall: Hall, staffed: tuple[WindowId, ...], people: tuple[Citizen, ...]
) -> None:
    assert draw_day(hall, staffed, DAY, seed=8) != people
    assert draw_day(hall, staffed, DAY + timedelta(days=1), seed=7) != people


def test_a_drawn_day_is_about_as_busy_as_a_busy_hall(people: tuple[Citizen, ...]) -> None:
    assert 1100 < len(people) < 1700


def test_citizens_come_in_order_between_opening_and_closing(people: tuple[Citizen, ...]) -> None:
    opening = day_start(DAY) + OPENING
    times = [citizen.at for citizen in people]
    assert times == sorted(times)
    assert opening <= times[0] <= times[-1] < opening + timedelta(minutes=30 * len(HALF_HOURS))


def test_a_quarter_of_the_day_comes_in_the_peak_hour(people: tuple[Citizen, ...]) -> None:
    begin = day_start(DAY) + timedelta(hours=9, minutes=30)
    peak = sum(begin <= citizen.at < begin + timedelta(hours=1) for citizen in people)
    assert 0.21 < peak / len(people) < 0.29
    assert sum(HALF_HOURS) == 100


def test_every_wanted_service_has_a_staffed_window(
    hall: Hall, staffed: tuple[WindowId, ...], people: tuple[Citizen, ...]
) -> None:
    offered = {service for window in staffed for service in hall.window[window].services}
    assert {service for citizen in people for service in citizen.services} <= offered
    assert offered == set(hall.service)


def test_six_in_a_hundred_are_gone_when_called(people: tuple[Citizen, ...]) -> None:
    assert 0.035 < mean(not citizen.shows for citizen in people) < 0.085


def test_more_than_half_rate_and_most_are_content(people: tuple[Citizen, ...]) -> None:
    levels = Counter(citizen.rating for citizen in people if citizen.rating is not None)
    assert 0.48 < levels.total() / len(people) < 0.62
    assert levels.most_common(1)[0][0] == 5
    assert set(levels) <= {1, 2, 3, 4, 5}


def test_classes_are_those_of_the_hall(hall: Hall, people: tuple[Citizen, ...]) -> None:
    classes = Counter(citizen.class_ for citizen in people)
    assert set(classes) <= set(hall.class_)
    assert classes["ordinary"] > 0.8 * len(people)
    elders = classes["senior"]
    assert elders == max(count for kind, count in classes.items() if kind != "ordinary")


def test_whoever_wants_a_visit_of_several_steps_makes_all_of_it(
    hall: Hall, people: tuple[Citizen, ...]
) -> None:
    visits = [citizen.services for citizen in people if citizen.services[0] == "property"]
    assert len(visits) > 5
    assert set(visits) == {("property", *hall.service[ServiceId("property")].then)}


def test_some_bring_several_items_and_nobody_more_than_a_service_takes(
    hall: Hall, people: tuple[Citizen, ...]
) -> None:
    assert all(1 <= citizen.items <= hall.service[citizen.services[0]].max_items for citizen in people)
    assert 0 < sum(citizen.items > 1 for citizen in people) < 0.1 * len(people)


def test_each_step_has_its_own_time_and_no_service_comes_twice(people: tuple[Citizen, ...]) -> None:
    assert all(len(citizen.work_s) == len(citizen.services) for citizen in people)
    assert all(len(set(citizen.services)) == len(citizen.services) for citizen in people)
    assert any(len(citizen.services) == 2 for citizen in people)


def test_service_times_have_the_mean_and_the_spread_that_are_asked_for() -> None:
    chance = Random(1)
    times = [lognormal_s(480.0, chance) for _ in range(20_000)]
    assert mean(times) == pytest.approx(480, rel=0.03)
    assert stdev(times) / mean(times) == pytest.approx(0.8, rel=0.06)
    assert min(times) >= 20


def test_load_is_work_over_the_time_of_the_staffed_windows(hall: Hall, staffed: tuple[WindowId, ...]) -> None:
    single = msgspec.structs.replace(
        hall, services=tuple(msgspec.structs.replace(service, then=()) for service in hall.services)
    )
    assert _load(single, staffed) == pytest.approx(0.6)
    assert 0.585 < _load(hall, staffed) < 0.6, "a visit that could not end is not begun"


def _load(hall: Hall, staffed: tuple[WindowId, ...]) -> float:
    wanted = tickets_a_day(hall, staffed, 7, 0.6)
    steps = [(count, each) for first, count in wanted.items() for each in (first, *hall.service[first].then)]
    work_s = sum(count * mean_s(service, 7) for count, service in steps)
    return work_s / (len(staffed) * len(HALF_HOURS) * 1800)


def test_no_service_gets_more_than_its_windows_can_do_also_of_those_who_come_from_another(
    hall: Hall, staffed: tuple[WindowId, ...]
) -> None:
    for plan, windows in ((hall, staffed), (load(BRANCH).hall, tuple(load(BRANCH).hall.window))):
        wanted = tickets_a_day(plan, windows, 7, 0.6)
        assert all(count >= 0 for count in wanted.values())
        for service in wanted:
            comes = wanted[service] + sum(wanted[s.id] for s in plan.services if service in s.then)
            shares = [1 / len(plan.window[w].services) for w in windows if service in plan.window[w].services]
            able = sum(shares) * len(HALF_HOURS) * 1800 / mean_s(service, 7)
            assert comes <= 0.6001 * able, service
        assert all(wanted[service.id] > 0 for service in plan.services if service.then)


def test_nobody_comes_to_a_hall_without_clerks(hall: Hall) -> None:
    assert draw_day(hall, (), DAY, seed=7) == ()


def test_somebody_not_drawn_always_comes_when_called() -> None:
    person = stranger(day_start(DAY), (ServiceId("id-card"),), seed=7, chance=Random(2))
    assert person.shows
    assert len(person.work_s) == 1
