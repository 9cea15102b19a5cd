"""What a hall learns from its days: told apart service by service and window by window, and honest where it saw little."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import exp
from random import Random
from statistics import fmean

import pytest

from queue_server.forecast.habit import AWAY_MIN, HALF_HOURS, Came, Seen, half_hour, learn
from queue_server.forecast.spread import SIZE, Spread, quantile, table
from queue_server.wire.ids import ServiceId, WindowId

OPENING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
QUICK, SLOW = ServiceId("quick"), ServiceId("slow")


def drawn(n: int, items: int = 1, windows: int = 4) -> list[Seen]:
    """Calls at windows of which each is 10 % slower than the one before; `slow` takes twice as long as `quick`."""
    chance, at, found = Random("habit"), OPENING, []
    for k in range(n):
        service, window = (QUICK, SLOW)[k % 2], chance.randrange(windows)
        minutes = 5.0 * (1 + k % 2) * 1.1**window * exp(chance.gauss(-0.18, 0.6)) * items**0.8
        at += timedelta(minutes=1)
        end = at + timedelta(minutes=minutes)
        found.append(Seen(service, WindowId(str(window)), items, at, at, end, missed=False, whole=True))
    return found


def test_services_and_windows_are_told_apart() -> None:
    habits = learn(drawn(4000), [])
    assert habits is not None
    quick, slow = (fmean(habits.work(each, WindowId("0")).durations) for each in (QUICK, SLOW))
    assert quick == pytest.approx(5.0, rel=0.08)
    assert slow / quick == pytest.approx(2.0, rel=0.08)
    paces = [habits.pace[WindowId(str(n))] for n in range(4)]
    assert [after / before for before, after in pairwise(paces)] == pytest.approx([1.1] * 3, rel=0.08)


def test_more_items_take_longer() -> None:
    habits = learn(drawn(1000) + drawn(1000, items=3), [])
    assert habits is not None
    assert habits.stretch(3) == pytest.approx(3**0.8, rel=0.1)
    assert habits.stretch(1) == 1.0


def test_what_was_seen_once_is_taken_to_be_like_all_others() -> None:
    odd = ServiceId("odd")
    once = Seen(
        odd, WindowId("0"), 1, OPENING, OPENING, OPENING + timedelta(minutes=60), missed=False, whole=True
    )
    habits = learn([*drawn(400), once], [])
    assert habits is not None
    mean = fmean(habits.other.durations)
    assert mean < fmean(habits.services[odd].durations) < 1.5 * mean
    assert habits.work(ServiceId("never seen"), WindowId("no such")) == habits.other


def test_little_is_not_enough_and_nothing_teaches_nothing() -> None:
    assert learn([], []) is None
    few, some = learn(drawn(29), []), learn(drawn(30), [])
    assert few is not None
    assert not few.enough
    assert some is not None
    assert some.enough


def test_what_was_interrupted_or_left_open_teaches_no_time() -> None:
    whole = drawn(100)
    wrong = [call._replace(whole=False, ended_at=call.ended_at + timedelta(hours=1)) for call in whole]
    asleep = [call._replace(ended_at=call.called_at + timedelta(hours=9)) for call in whole]
    plain, mixed = learn(whole, []), learn([*whole, *wrong, *asleep], [])
    assert plain is not None
    assert mixed is not None
    assert (mixed.services, mixed.pace, mixed.count) == (plain.services, plain.pace, plain.count)


def test_short_pauses_and_breaks_are_told_apart_where_somebody_waited() -> None:
    def call(begin: float, came: float) -> Seen:
        came_at, at = (OPENING + timedelta(minutes=minute) for minute in (came, begin))
        end = at + timedelta(minutes=10)
        return Seen(QUICK, WindowId("0"), 1, came_at, at, end, missed=False, whole=True)

    # free at 10, 21, 71 and 200: pauses of 1 and 40; 119 in which nobody came; and 25, of which somebody waited 20
    habits = learn([call(0, 0), call(11, 5), call(61, 30), call(190, 190), call(225, 205)], [])
    assert habits is not None
    assert habits.breath == 1.0
    assert (min(habits.away.durations), max(habits.away.durations)) == (25.0, 40.0)
    assert habits.prompt == 5.0
    nothing = learn([call(0, 0)], [])
    assert nothing is not None
    assert set(nothing.away.durations) == {AWAY_MIN}


def test_a_break_that_a_window_has_on_most_days_is_learned_though_no_roster_tells_it() -> None:
    one, two = WindowId("0"), WindowId("1")

    def day(n: int, *calls: tuple[WindowId, float, float, float]) -> list[Seen]:
        begin = OPENING + timedelta(days=n)
        return [
            Seen(
                QUICK,
                window,
                1,
                begin + timedelta(minutes=came),
                begin + timedelta(minutes=called),
                begin + timedelta(minutes=ended),
                missed=False,
                whole=True,
            )
            for window, came, called, ended in calls
        ]

    # each call: when they came, were called and had been served; after opening at nine, so that 150 is 11:30
    lunch = [
        day(n, (one, 0, 0, 148 + n), (one, 160, 210, 220), (two, 0, 0, 150), (two, 150, 150, 215))
        for n in range(4)
    ]
    quiet = [
        day(n, (one, 0, 0, 100), (one, 219, 220, 230)) for n in (4, 5)
    ]  # nobody waited: that tells nothing
    worked = [day(6, (one, 0, 0, 150), (one, 150, 150, 200), (one, 200, 200, 210))]
    habits = learn([call for some in (*lunch, *quiet, *worked) for call in some], [])
    assert habits is not None
    assert habits.usual == {one: ((11 * 60 + 30, 12 * 60 + 30),)}
    seldom = learn([call for some in lunch[:2] for call in some], [])
    assert seldom is not None
    assert seldom.usual == {}


def test_who_comes_when_is_learned_by_half_hours_of_the_local_day() -> None:
    days = [OPENING + timedelta(days=n) for n in range(4)]
    comers = [Came(QUICK, "green" if n % 10 == 0 else "ordinary", day) for day in days for n in range(20)]
    habits = learn(drawn(100), comers)
    assert habits is not None
    assert half_hour(OPENING) == 18
    assert habits.coming[QUICK] == tuple(20.0 if n == 18 else 0.0 for n in range(HALF_HOURS))
    assert habits.came_by(9 * 60) == 0.0
    assert habits.came_by(9 * 60 + 15) == 10.0
    assert habits.came_by(24 * 60) == 20.0
    assert habits.classes["green"] == pytest.approx(0.08)
    assert sum(habits.classes.values()) == pytest.approx(1.0)


def test_the_rest_of_what_has_begun_is_never_shorter_than_nothing_and_knows_how_long_it_took() -> None:
    chance = Random(1)
    spread = Spread((2.0, 4.0, 8.0, 16.0))
    assert {spread.rest(5.0, chance.random) for _ in range(60)} == {3.0, 11.0}
    assert all(spread.rest(40.0, chance.random) > 0 for _ in range(60))
    assert [spread.outlasts(at) for at in (0.0, 4.0, 99.0)] == [1.0, 0.5, 0.125]


def test_a_table_holds_the_middles_of_equal_shares() -> None:
    assert len(table([3.0])) == SIZE
    assert quantile([1.0, 2.0, 3.0], 0.5) == 2.0
    assert table([float(n) for n in range(1001)])[SIZE // 2] == pytest.approx(500.0, abs=4)
