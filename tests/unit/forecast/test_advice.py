"""What a manager is advised: only what helps, by whom, as much as it would, and what came of it."""

from datetime import time, timedelta

import msgspec
import pytest

from queue_server.engine.advice import Advice
from queue_server.engine.calendar import Days, Span
from queue_server.engine.hall import Duty, Hall, Member, Rules
from queue_server.forecast.advice import Late, Open, Proof, best, counsel, proved
from queue_server.forecast.course import courses
from queue_server.forecast.habit import Habits
from queue_server.forecast.scene import Opening, scene
from queue_server.wire import command as c
from queue_server.wire.ids import WindowId
from tests.fakes.hall import FILING, FOUR, LICENCE, ONE, SEAL, THREE, TWO, A, B, hall
from tests.fakes.play import LI, MANAGER, Play
from tests.unit.forecast.test_course import habits

WORKDAYS = Days(weekdays=frozenset(range(1, 6)))
DAY = Span(time(9), time(17))
VARIED = (4.0, 8.0, 18.0)


def duty(window: WindowId, clerk: str, *breaks: Span) -> Duty:
    return Duty(window=window, clerk=clerk, days=WORKDAYS, hours=(DAY,), breaks=breaks)


def planned(*roster: Duty, staff: tuple[Member, ...] = (), rules: Rules | None = None) -> Hall:
    return msgspec.structs.replace(hall(rules), roster=roster, staff=staff)


def long_queue(plan: Hall, count: int = 14) -> Play:
    """One window is open for filing, so many wait for it, and the one in hand has just begun."""
    play = Play(plan)
    play.open(ONE)
    for _ in range(count + 1):
        play.take(FILING)
    play.next(ONE)
    play.do(c.Start(window=ONE))
    return play


def advised(play: Play, known: Habits | None = None) -> tuple[Open, ...]:
    return counsel(play.state, known or habits(), play.now).opens


def test_a_long_queue_and_somebody_on_duty_at_no_window_is_advice_with_its_numbers() -> None:
    play = long_queue(planned(duty(ONE, "zhang"), duty(TWO, "li")))
    found = advised(play)
    assert [(one.zone, one.window, one.clerk, one.leaves, one.waiting) for one in found] == [
        (A, TWO, "li", None, 14)
    ]
    one = found[0]
    # one window calls the nth after n times ten minutes; a second one, three minutes later, takes every other one of them
    assert one.p90_min == pytest.approx(135, abs=5)
    assert one.then_min == pytest.approx(64, abs=5)


def test_what_is_foretold_is_what_is_expected_once_the_window_is_open() -> None:
    known = habits(VARIED, missed=0.1)
    play = long_queue(planned(duty(ONE, "zhang"), duty(TWO, "li")))
    (one,) = advised(play, known)
    assert one.p90_min is not None
    play.open(TWO, LI)
    play.later(minutes=1)
    waits = courses(scene(play.state, known, play.now, [FILING], asked=False), 400, "then")
    pooled = sorted(wait for mine in waits for wait in mine)
    came = pooled[int(0.9 * len(pooled))]
    assert came == pytest.approx(one.then_min, rel=0.1)
    assert one.p90_min - one.then_min == pytest.approx(one.p90_min - came, rel=0.15)


def test_a_window_that_changes_nothing_leaves_every_course_as_it_was() -> None:
    play = long_queue(planned(rules=Rules(policy="strict")))
    known = habits(VARIED, missed=0.2, coming=3.0)
    never = Opening(TWO, (FILING, SEAL), ready_min=10_000.0)
    as_it_is, with_it = (
        courses(scene(play.state, known, play.now, [FILING, SEAL], asked=False, opening=opening), 20, "x")
        for opening in (None, never)
    )
    assert as_it_is == with_it


ON_BREAK = duty(TWO, "li", Span(time(9), time(10)))
QUIET: list[tuple[str, Hall, int]] = [
    ("few wait", planned(duty(TWO, "li")), 3),
    ("they do not wait long", planned(duty(TWO, "li")), 1),
    ("who could sit there has a break", planned(duty(ONE, "zhang"), ON_BREAK), 14),
    ("who is free cannot do it", planned(duty(TWO, "li"), staff=(Member(id="li", skills=(SEAL,)),)), 14),
    ("everybody on duty sits at a window", planned(duty(ONE, "zhang")), 14),
]


@pytest.mark.parametrize("why,plan,count", QUIET, ids=[why for why, _, _ in QUIET])
def test_nothing_is_advised_where_nothing_helps(why: str, plan: Hall, count: int) -> None:
    # fourteen are called within half an hour; with one window more it were a quarter of an hour
    assert advised(long_queue(plan, count), habits((2.0,))) == (), why


def test_where_nobody_on_duty_is_free_it_is_said_only_of_waits_that_are_an_alarm() -> None:
    play = long_queue(planned(duty(ONE, "zhang"), ON_BREAK))
    (one,) = advised(play)
    assert (one.window, one.clerk) == (TWO, None)
    assert one.p90_min is not None
    assert one.p90_min > 30


def test_nothing_is_advised_once_the_window_is_open_and_nothing_where_it_gains_little() -> None:
    play = long_queue(planned(duty(ONE, "zhang"), duty(TWO, "li")))
    play.open(TWO, LI)
    assert advised(play) == ()
    soon = Duty(window=TWO, clerk="li", days=WORKDAYS, hours=(Span(time(9, 5), time(17)),))
    coming = long_queue(planned(duty(ONE, "zhang"), soon, duty(FOUR, "wang")))
    assert advised(coming) == (), "that window opens by itself in five minutes"


def test_an_idle_clerk_whom_nobody_misses_may_leave_their_window() -> None:
    plan = planned(duty(ONE, "zhang"), duty(THREE, "li"))
    play = long_queue(plan)
    play.open(THREE, LI)
    assert advised(play)[0].clerk is None, "nobody else does licences"
    play.do(c.Open(window=FOUR, clerk="wang", reason="x"), MANAGER)
    (one,) = advised(play)
    assert (one.window, one.clerk, one.leaves) == (TWO, "li", THREE)
    play.take(LICENCE)
    assert advised(play)[0].clerk is None, "now somebody waits there"


def test_without_a_roster_anybody_may_be_sent_and_nobody_is_named() -> None:
    (one,) = advised(long_queue(planned()))
    assert (one.window, one.clerk) == (TWO, None)


def test_those_whom_no_window_calls_are_told_as_never_called() -> None:
    play = Play(planned(duty(TWO, "li")))
    for _ in range(6):
        play.take(FILING)
    (one,) = advised(play)
    assert (one.p90_min, one.window) == (None, TWO)
    assert msgspec.json.decode(msgspec.json.encode(one), type=Open) == one


def test_the_best_come_first_and_nobody_is_sent_to_two_windows() -> None:
    def one(zone: str, window: str, clerk: str | None, gain: float) -> Open:
        given = {"zone": zone, "window": window, "clerk": clerk, "leaves": None, "waiting": 10}
        return msgspec.convert({**given, "p90_min": 30.0 + gain, "then_min": 30.0}, Open)

    some = [one("A", "1", "li", 5), one("B", "2", "li", 9), one("B", "3", "wu", 7), one("C", "4", None, 1)]
    assert [(each.zone, each.window) for each in best(some)] == [("B", "2"), ("C", "4")]
    assert len(list(best([one(str(n), str(n), None, n) for n in range(9)]))) == 3


def test_a_queue_that_outlasts_closing_is_told_two_hours_before_with_how_many_and_how_late() -> None:
    rules = Rules(hours=(Span(time(9), time(10, 30)),))
    play = long_queue(planned(rules=rules), 12)
    (late,) = counsel(play.state, habits(), play.now).late
    # called after 10, 20 ... 120 minutes and served ten later: by 90 minutes eight are done
    assert late == Late(A, late.closes_at, 4, 40.0)
    assert late.closes_at - play.now == timedelta(minutes=90)
    assert counsel(play.state, habits((2.0,)), play.now).late == ()
    far = long_queue(planned(rules=Rules(hours=(DAY,))), 12)
    assert counsel(far.state, habits((60.0,)), far.now).late == (), "too early to say"


def test_no_more_is_thought_of_when_there_is_no_time() -> None:
    play = long_queue(planned(duty(TWO, "li")))
    assert counsel(play.state, habits(), play.now).opens
    assert counsel(play.state, habits(), play.now, go_on=lambda: False).opens == ()


def test_what_came_is_how_long_those_waited_who_waited_then() -> None:
    play = long_queue(planned(), 4)
    play.take(LICENCE)
    advice = Advice(id="a", at=play.now, zone=A, window=TWO, waiting=4, p90_min=40.0, then_min=20.0)
    assert proved(play.state, advice) is None, "all of them wait"
    late = play.later(minutes=1).take(FILING)
    for minutes in (3, 5, 7):
        play.later(minutes=minutes).next(ONE)
    assert proved(play.state, advice) is None, "one of them waits"
    last = next(iter(play.state.lines[FILING]))[2]
    play.do(c.Cancel(ticket=last, reason="x"), MANAGER)
    # called after 4, 9 and 16 minutes; who came later is not counted, who left is not either
    assert late.id != last
    assert proved(play.state, advice) == Proof("a", 3, 16.0)
    known = msgspec.structs.replace(advice, came_of=3)
    assert proved(play.state, known) is None, "it was said already"
    assert proved(play.state, msgspec.structs.replace(advice, zone=B)) is None, "somebody waits there"
