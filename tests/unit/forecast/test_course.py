"""Courses from a scene on: called by the engine's own rules, and right on average where theory knows the answer."""

from datetime import timedelta
from math import log
from random import Random
from statistics import fmean

import msgspec
import pytest

from queue_server.engine.hall import POLICIES, PolicyName, Rules
from queue_server.engine.policy import AsPlanned
from queue_server.engine.rule import FCFS
from queue_server.forecast.course import _Play, courses
from queue_server.forecast.habit import HALF_HOURS, Habits
from queue_server.forecast.scene import NEW, Desk, Job, Queue, Scene, part_of, scene
from queue_server.forecast.spread import Spread
from queue_server.forecast.wait import Outlook, Ways, outlook, outlooks, parts
from queue_server.wire import command as c
from queue_server.wire.day import local
from queue_server.wire.ids import ServiceId, WindowId
from queue_server.wire.ticket import Wait
from tests.fakes.hall import FILING, FOUR, LICENCE, ONE, SEAL, THREE, TWO, hall
from tests.fakes.play import LI, MANAGER, STEWARD, Play

OPENING = 18
"""The half hour from nine o'clock, before which nobody comes."""
KINDS = {"ordinary": 0.7, "priority": 0.2, "booked": 0.05, "green": 0.05}


def habits(
    minutes: tuple[float, ...] = (10.0,),
    missed: float = 0.0,
    coming: float = 0.0,
    breath: float = 0.0,
) -> Habits:
    """What a hall may have learned: every service takes one of these times, equally likely."""
    return Habits(
        services={service: Spread(minutes) for service in (FILING, LICENCE, SEAL)},
        other=Spread(minutes),
        pace={},
        items=1.0,
        missed=missed,
        missing=Spread((1.0,)),
        breath=breath,
        coming=dict.fromkeys(
            (FILING, LICENCE, SEAL), tuple([coming * (n >= OPENING) for n in range(HALF_HOURS)])
        ),
        classes=KINDS,
        count=100,
    )


def take(play: Play, kind: str = "ordinary", service: ServiceId = FILING) -> None:
    more = {} if kind == "ordinary" else {"class_": kind, "class_reason": "seen", "class_for": "陈大文"}
    play.take(service, STEWARD, **more)


def test_who_waits_behind_others_waits_for_what_is_left_of_them() -> None:
    play = Play(hall())
    play.open(ONE)
    first, second = play.take(FILING), play.take(FILING)
    play.next(ONE)
    play.do(c.Start(window=ONE))
    play.later(minutes=4)
    third = play.take(FILING)
    known = habits(breath=0.5)
    assert outlook(play.state, known, play.now, second.id) == Outlook(6.5, 6.5, 6.5), f"behind {first.number}"
    assert outlook(play.state, known, play.now, third.id) == Outlook(17.0, 17.0, 17.0)


def test_items_take_longer_and_a_call_to_which_nobody_comes_is_over_soon() -> None:
    play = Play(hall())
    play.open(THREE)
    play.take(LICENCE, items=3)
    last = play.take(LICENCE)
    play.next(THREE)
    assert outlook(play.state, habits(), play.now, last.id).p50 == 30.0
    assert outlook(play.state, habits(missed=1.0), play.now, last.id).p90 == 1.0


def test_who_takes_a_ticket_now_is_told_what_they_would_be_told_with_one() -> None:
    play = Play(hall(Rules(policy="promise")))
    play.open(ONE)
    play.open(TWO, LI)
    for kind in ("ordinary", "ordinary", "priority", "ordinary", "green", "ordinary"):
        take(play.later(minutes=2), kind)
    play.next(ONE)
    play.next(TWO, LI)
    known, now = habits((4.0, 8.0, 20.0)), play.now
    asked = outlooks(play.state, known, now, part_of(play.state, now, FILING), paths=3000)
    for kind in ("ordinary", "priority"):
        there = Play(play.state.hall)
        there.state, there.now = play.rebuilt(), now
        mine = there.take(
            FILING,
            STEWARD,
            id=f"a-new-ticket-for-{kind}",
            token=f"a-new-token-for-{kind}-1234567890",
            **({} if kind == "ordinary" else {"class_": kind, "class_reason": "seen", "class_for": "x"}),
        )
        told = outlook(there.state, known, now, mine.id, paths=3000)
        assert told.p50 == pytest.approx(asked.new[FILING, kind].p50, abs=1.0)
        assert told.p90 == pytest.approx(asked.new[FILING, kind].p90, abs=2.0)
    assert asked.waiting.keys() == {key[2] for line in play.state.lines.values() for key in line}


def test_who_needs_something_of_a_window_is_told_both_ways_and_the_others_wait_as_before() -> None:
    def ways(seconds: int, *, binding: bool = False) -> tuple[Wait | None, Wait | None, Wait | None, Outlook]:
        """Window 1 is free in a minute, window 2, the low one, in so many seconds; both have ten minutes with each."""
        small = hall()
        low = msgspec.structs.replace(small.windows[1], abilities=("low_counter",))
        play = Play(msgspec.structs.replace(small, windows=(small.windows[0], low, *small.windows[2:])))
        play.open(ONE)
        play.open(TWO, LI)
        play.take(FILING)
        play.next(ONE)
        play.later(seconds=max(seconds - 60, 0)).take(SEAL)
        play.next(TWO, LI)
        needy = play.take(FILING, needs=("wheelchair",))
        behind = play.take(FILING)
        play.do(c.Bind(ticket=needy.id, binding=binding), STEWARD)
        play.later(seconds=540 - max(seconds - 60, 0))
        known = habits()
        found = outlooks(play.state, known, play.now, part_of(play.state, play.now, FILING), paths=20)
        told = found.ways[needy.id]
        return told.first, told.able, found.waiting[needy.id].told, found.waiting[behind.id]

    near, far = Wait(0, 5), Wait(5, 10)
    assert ways(400)[:3] == (near, far, far), "it is kept for the low window"
    assert ways(400, binding=True) == (near, far, far, Outlook(1.0, 1.0, 1.0))
    play = Play(hall())
    play.open(ONE)
    needy = play.take(FILING, needs=("wheelchair",))
    found = outlooks(play.state, habits(), play.now, part_of(play.state, play.now, FILING), paths=20)
    assert found.ways[needy.id] == Ways(near, None), "nobody knows when there will be one"
    assert found.waiting[needy.id].told == near


@pytest.mark.parametrize("policy, quick", [("promise", True), *((policy, False) for policy in POLICIES)])
@pytest.mark.parametrize("seed", range(6))
def test_a_course_calls_whom_the_engine_calls(policy: PolicyName, quick: bool, seed: int) -> None:
    chance = Random(f"{policy}/{seed}")
    plan = hall(Rules(policy=policy, guard_min=25, defers=9, quick_first=quick))
    minutes = zip(plan.services, (12, 9, 3), strict=True)
    services = tuple(msgspec.structs.replace(service, usual_min=n) for service, n in minutes)
    play = Play(msgspec.structs.replace(plan, services=services))
    for n, window in enumerate((ONE, TWO, THREE, FOUR)):
        play.do(c.Open(window=window, clerk=f"clerk-{n}", reason="x"), MANAGER)
    for _ in range(14):
        play.later(seconds=chance.randint(1, 200))
        kind, service = chance.choice(list(KINDS)), chance.choice((FILING, LICENCE, SEAL))
        take(play, kind, service)
        if chance.random() < 0.3:
            waiting = [key[2] for line in play.state.lines.values() for key in line]
            play.do(c.Defer(ticket=chance.choice(waiting), behind=chance.randint(1, 3)), STEWARD)
    play.later(seconds=37)
    now = play.now
    part = scene(play.state, habits(), now, play.state.hall.service, asked=False)
    course = _Play(part)
    for n, desk in enumerate(part.desks):
        choice = AsPlanned().choose(play.state, desk.window, now)
        queue = course.choose(n, 0.0, course.first)
        mine = None if queue < 0 else part.tickets[course.first[queue][-1][1]][0]
        assert mine == choice.ticket, f"{policy}, window {desk.window}"


def test_with_one_window_after_another_waits_are_what_erlang_says() -> None:
    """All s windows busy with exponential work, n wait: the wait is Erlang(n + 1, s mu), of mean (n + 1) / (s mu)."""
    servers, before = 5, 9
    work = Spread(tuple(-10.0 * log(1 - (n + 0.5) / 400) for n in range(400)))
    desks = tuple(
        Desk(WindowId(str(n)), (0,), FCFS, Job(0, 0.0, False, 1), (), 0.0, (work,)) for n in range(servers)
    )
    queue = Queue(
        0, "ordinary", 15.0, put=False, waiting=tuple((float(n - before), n) for n in range(before + 1))
    )
    one = Scene(
        desks=desks,
        queues=(queue,),
        tickets=tuple((f"t{n}", FILING, "ordinary", 1) for n in range(before + 1)),
        comers=(),
        services=(FILING,),
        guard=None,
        missed=0.0,
        missing=Spread((1.0,)),
        breath=0.0,
        habits=habits(),
    )
    waits = courses(one, 4000, "erlang")
    assert fmean(waits[-1]) == pytest.approx((before + 1) * 10 / servers, rel=0.03)
    assert fmean(waits[0]) == pytest.approx(10 / servers, rel=0.08)


def test_who_may_come_before_others_makes_them_wait_longer_and_nobody_else_does() -> None:
    play = Play(hall(Rules(policy="strict")))
    play.open(ONE)
    for _ in range(6):
        take(play)
    play.next(ONE)
    last = list(play.state.lines[FILING])[-1][2]
    few = outlook(play.state, habits(), play.now, last)
    many = outlook(play.state, habits(coming=20.0), play.now, last)
    assert many.p50 > few.p50 + 5
    fair = Play(hall(Rules(policy="strict")))
    fair.open(ONE)
    take(fair, "green")
    take(fair, "green")
    fair.next(ONE)
    shortest = list(fair.state.lines[FILING])[-1][2]
    part = scene(fair.state, habits(coming=20.0), fair.now, [FILING], asked=False)
    assert all(stream.rate == 0.0 for stream in part.comers)
    assert outlook(fair.state, habits(coming=20.0), fair.now, shortest).p90 == 10.0


def test_where_nobody_serves_nothing_is_told() -> None:
    play = Play(hall())
    ticket = play.take(FILING)
    assert outlook(play.state, habits(), play.now, ticket.id).told is None


def test_a_paused_window_is_back_when_it_said_and_everybody_waits_that_long() -> None:
    play = Play(hall())
    play.open(ONE)
    play.do(c.Pause(window=ONE, reason="x", until=play.now + timedelta(minutes=25)))
    ticket = play.take(FILING)
    told = outlook(play.state, habits(), play.now, ticket.id)
    assert told.p50 == pytest.approx(25.0)
    assert told.told is not None
    assert (told.told.low_min, told.told.high_min) == (25, 30)


def test_a_window_that_lets_somebody_wait_is_away_for_as_long_as_such_windows_are() -> None:
    learned = msgspec.structs.replace(habits(), away=Spread((40.0,)))
    play = Play(hall())
    play.open(ONE)
    play.later(minutes=10)
    ticket = play.take(FILING)
    play.later(seconds=50)
    assert outlook(play.state, learned, play.now, ticket.id).p50 == 0.0, "it may still call"
    play.later(seconds=20)
    told = outlook(play.state, learned, play.now, ticket.id)
    assert told.p50 == pytest.approx(40 - 10 - 70 / 60), "it has called nobody since it opened"


def test_a_window_on_its_break_or_for_which_nobody_waits_is_not_away() -> None:
    learned = msgspec.structs.replace(habits(), away=Spread((40.0,)))
    play = Play(hall())
    play.open(ONE)
    play.later(minutes=10)
    ticket = play.take(FILING)
    assert outlook(play.state, learned, play.now, ticket.id).p50 == 0.0
    play.do(c.Pause(window=ONE, reason="x", until=play.now + timedelta(minutes=25)))
    play.later(minutes=5)
    assert outlook(play.state, learned, play.now, ticket.id).p50 == pytest.approx(20.0)


def test_a_usual_break_counts_until_somebody_is_called_in_it() -> None:
    play = Play(hall())
    play.open(ONE)
    play.take(FILING)
    play.next(ONE)
    called = local(play.now)
    minute = called.hour * 60 + called.minute

    def told(start: int, end: int) -> float:
        learned = msgspec.structs.replace(habits(), usual={ONE: ((minute + start, minute + end),)})
        return outlook(play.state, learned, play.now, ticket.id).p50

    ticket = play.take(FILING)
    assert told(30, 60) == 10.0, "it is called before"
    assert told(5, 45) == pytest.approx(45.0, abs=1.0), "the ticket in hand is served first"
    assert told(-20, 45) == 10.0, "it has not come today"
    assert told(-40, -10) == 10.0


def test_what_is_told_is_a_range_in_steps_of_five_minutes() -> None:
    def ends(p50: float, p90: float) -> tuple[int, int] | None:
        told = Outlook(0.0, p50, p90).told
        return None if told is None else (told.low_min, told.high_min)

    assert ends(11.0, 14.2) == (10, 15)
    assert ends(0.0, 0.0) == (0, 5)
    assert ends(10.0, 10.0) == (10, 15)
    assert ends(4.9, 31.0) == (0, 35)
    assert ends(30.0, 700.0) is None


def test_a_hall_falls_into_parts_that_share_no_window() -> None:
    play = Play(hall())
    play.open(ONE)
    play.open(THREE, LI)
    assert set(parts(play.state, play.now)) == {
        frozenset((FILING,)),
        frozenset((LICENCE,)),
        frozenset((SEAL,)),
    }
    play.do(c.Open(window=TWO, clerk="wang", reason="x"), MANAGER)
    assert part_of(play.state, play.now, SEAL) == {FILING, SEAL}
    assert NEW not in play.state.tickets
