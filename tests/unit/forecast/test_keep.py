"""Whoever needs something of a window is kept for an able one in courses as in the hall, and told what comes of that."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from statistics import fmean

import msgspec
import pytest

from queue_server.engine.actor import Actor
from queue_server.engine.hall import POLICIES, Hall, Member, PolicyName, Rules
from queue_server.engine.policy import AsPlanned
from queue_server.engine.state import State
from queue_server.forecast.advice import _Plays
from queue_server.forecast.course import _Play, courses
from queue_server.forecast.habit import came, learn, seen
from queue_server.forecast.scene import Scene, part_of, scene
from queue_server.forecast.wait import Outlook, outlook, outlooks
from queue_server.simulation.virtual import Post, Row, Visit, run
from queue_server.wire import command as c
from queue_server.wire.day import local_day
from queue_server.wire.error import Refusal
from queue_server.wire.ids import TicketId
from tests.fakes.hall import FILING, FOUR, LICENCE, MORNING, ONE, SEAL, THREE, TWO, A, hall
from tests.fakes.play import LI, MANAGER, STEWARD, Play
from tests.unit.forecast.test_course import KINDS, habits

LOW = ("wheelchair",)


def abled(policy: PolicyName = "fcfs") -> Hall:
    """Windows 2 and 4 have a low counter, and li speaks English; filing is done at 1, 2 and 3, licences at 3 and 4."""
    small = hall(Rules(policy=policy, guard_min=25, defers=9, open_per_person=0))
    windows = tuple(
        msgspec.structs.replace(
            one,
            abilities=("low_counter",) if one.id in (TWO, FOUR) else (),
            services=(FILING, LICENCE) if one.id == THREE else one.services,
        )
        for one in small.windows
    )
    return msgspec.structs.replace(small, windows=windows, staff=(Member(id="li", abilities=("english",)),))


def busy(plan: Hall, seconds: int = 0) -> Play:
    """Window 1 has somebody who came so much before whoever is at window 2, the low one."""
    play = Play(plan)
    play.open(ONE)
    play.open(TWO, LI)
    play.take(FILING)
    play.next(ONE)
    play.later(seconds=seconds).take(SEAL)
    play.next(TWO, LI)
    return play


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("seed", range(8))
def test_a_course_keeps_and_calls_whom_the_engine_keeps_and_calls(policy: PolicyName, seed: int) -> None:
    chance = Random(f"{policy}/{seed}")
    play = Play(abled(policy))
    clerks = dict(zip((ONE, TWO, THREE, FOUR), ("zhang", "chen", "li", "wang"), strict=True))
    for window, clerk in clerks.items():
        play.do(c.Open(window=window, clerk=clerk, reason="x"), MANAGER)
    for service in (FILING, SEAL, LICENCE, LICENCE):
        play.take(service)
    for window, clerk in clerks.items():
        play.next(window, Actor("clerk", clerk))
    for n in range(16):
        play.later(seconds=chance.randint(1, 90))
        kind, service = chance.choice(list(KINDS)), chance.choice((FILING, LICENCE, SEAL))
        needs = chance.choice(((), (), LOW, ("english",), ("wheelchair", "english")))
        given = {} if kind == "ordinary" else {"class_": kind, "class_reason": "seen", "class_for": "x"}
        ticket = play.take(service, STEWARD, needs=needs, **given)
        if needs and chance.random() < 0.2:
            with suppress(Refusal):  # where no window has all of it
                play.do(c.Bind(ticket=ticket.id, binding=True), STEWARD)
        if n == 8:  # from now on some may be kept already
            play.next(ONE)
    now = play.now
    part = scene(play.state, habits(), now, play.state.hall.service, asked=False)
    course = _Play(part)
    for n, desk in enumerate(part.desks):
        choice = AsPlanned().choose(play.state, desk.window, now)
        queues = [list(some) for some in course.first]
        keep = course.keeping(course._begin(Random(1).random))
        queue = keep.choose(n, 0.0, queues)
        mine = None if queue < 0 else part.tickets[queues[queue][-1][1]][0]
        assert mine == choice.ticket, f"{policy}, window {desk.window}"
        kept = {part.tickets[order][0] for order in keep._until} - {mine}
        before = {id_ for line in play.state.lines.values() for id_ in line.kept}
        assert kept == (before | {one.ticket for one in choice.kept}) - {mine}


def test_who_is_kept_is_told_the_able_window_and_those_behind_the_one_that_is_free_before() -> None:
    play = busy(abled(), 120)
    needy, behind = play.take(FILING, needs=LOW), play.take(FILING)
    play.later(minutes=5)
    found = outlooks(play.state, habits(), play.now, part_of(play.state, play.now, FILING), paths=20)
    assert found.waiting[needy.id] == Outlook(5.0, 5.0, 5.0)
    assert found.waiting[behind.id] == Outlook(3.0, 3.0, 3.0), "it goes past the one that is kept"


def test_who_is_kept_in_vain_is_called_ten_minutes_after_their_turn_by_a_window_that_is_idle() -> None:
    learned = msgspec.structs.replace(habits((1.0,)), services={}, pace={TWO: 60.0})
    play = busy(abled())
    needy = play.take(FILING, needs=LOW)
    told = outlook(play.state, learned, play.now, needy.id)
    assert told.p50 == pytest.approx(11.0, abs=1e-3), (
        "window 1 is idle after a minute, the low one busy for an hour"
    )
    behind = play.take(FILING)
    assert outlook(play.state, learned, play.now, behind.id).p50 == pytest.approx(1.0)


def test_who_was_kept_before_is_kept_for_what_is_left_of_it_and_called_first() -> None:
    learned = msgspec.structs.replace(habits((1.0,)), services={}, pace={TWO: 60.0})
    play = busy(abled())
    needy = play.take(FILING, needs=LOW)
    play.do(c.Finish(window=ONE))
    assert play.next(ONE) is None
    play.later(minutes=4)
    others = [play.take(FILING) for _ in range(2)]
    assert outlook(play.state, learned, play.now, needy.id).p50 == pytest.approx(6.0, abs=1e-3)
    assert outlook(play.state, learned, play.now, others[1].id).p50 == pytest.approx(1.0)


def test_a_need_that_every_window_meets_or_none_leaves_every_course_as_it_was() -> None:
    def waits(needs: tuple[str, ...], plan: Hall) -> list[list[float]]:
        play = busy(plan)
        for n in range(6):
            play.take(FILING, needs=needs if n % 2 else ())
        known = habits((3.0, 8.0, 20.0), missed=0.1, coming=2.0)
        return courses(scene(play.state, known, play.now, [FILING, SEAL], asked=False), 30, "x")

    everywhere = tuple(msgspec.structs.replace(one, abilities=("low_counter",)) for one in abled().windows)
    plain = waits((), abled())
    assert waits(LOW, msgspec.structs.replace(abled(), windows=everywhere)) == plain
    assert waits(("hearing",), abled()) == plain
    assert waits(LOW, abled()) != plain


def test_whoever_needs_something_counts_once_in_what_a_manager_is_advised() -> None:
    play = busy(abled())
    for needs in (LOW, (), LOW):
        play.take(FILING, needs=needs)
    assert len(_Plays(play.state, habits(), play.now, 5).of(A)) == 3


# Drawn mornings

PATHS = 20
POSTS = tuple(Post(window, speed) for window, speed in ((ONE, 1.0), (TWO, 1.2), (THREE, 0.9), (FOUR, 1.1)))


def drawn(seed: int) -> tuple[Visit, ...]:
    """A morning on which one in five needs a low counter."""
    chance, at, found = Random(seed), 0.0, []
    while (at := at + chance.expovariate(0.52)) < 180:
        found.append(
            Visit(
                MORNING + timedelta(minutes=at),
                chance.choice((FILING, FILING, LICENCE, SEAL)),
                "ordinary",
                missed=chance.random() < 0.06,
                work_min=chance.lognormvariate(1.8, 0.7),
                needs=LOW if chance.random() < 0.2 else (),
            )
        )
    return tuple(found)


Tell = Callable[[State, datetime, TicketId], Outlook]


def lived(seed: int, tell: Tell | None = None) -> tuple[list[Row], State]:
    return run(abled("promise"), local_day(MORNING), POSTS, drawn(seed), missed_min=1.0, tell=tell)


def _blind(part: Scene) -> Scene:
    """As if nobody were kept."""
    return msgspec.structs.replace(part, needs={}, kept={})


class Figures(msgspec.Struct):
    """How far P50 is from the wait on average, and how many wait up to P90."""

    error: float
    covered: float


def figures(told: list[tuple[float, Outlook]]) -> Figures:
    return Figures(
        fmean(abs(one.p50 - waited) for waited, one in told), fmean(waited <= one.p90 for waited, one in told)
    )


def compared(seeds: range) -> dict[bool, tuple[Figures, Figures]]:
    """Whether somebody needs a low counter: what is told them, and what would be as if nobody were kept; of who waits."""
    tickets = [ticket for seed in (101, 102) for ticket in lived(seed)[1].tickets.values()]
    known = learn(list(seen(tickets)), list(came(tickets)))
    assert known is not None
    both: dict[bool, list[tuple[float, Outlook, Outlook]]] = {True: [], False: []}

    def tell(state: State, now: datetime, ticket: TicketId) -> Outlook:
        told = outlook(state, known, now, ticket, paths=PATHS)
        service = state.tickets[ticket].step.service
        part = _blind(scene(state, known, now, part_of(state, now, service), asked=False))
        mine = next(n for n, one in enumerate(part.tickets) if one[0] == ticket)
        waits = sorted(courses(part, PATHS, str(state.seq), only=ticket)[mine])
        blind[ticket] = Outlook(waits[2], waits[10], waits[18])
        return told

    for seed in seeds:
        blind: dict[TicketId, Outlook] = {}
        rows, state = lived(seed, tell)
        for row, ticket in zip(rows, state.tickets, strict=True):
            if row.outlook is not None and row.called_at is not None:
                waited = (row.called_at - row.visit.at).total_seconds() / 60
                both[bool(row.visit.needs)].append((waited, row.outlook, blind[ticket]))
    return {
        needy: (figures([(w, ours) for w, ours, _ in some]), figures([(w, theirs) for w, _, theirs in some]))
        for needy, some in both.items()
    }


def test_what_is_told_is_truer_for_who_is_kept_and_for_who_goes_past_them() -> None:
    found = compared(range(2))
    ours, blind = found[True]
    assert ours.covered >= 0.85
    assert blind.covered < 0.8
    assert ours.error < blind.error
    ours, blind = found[False]
    assert ours.error < 0.95 * blind.error
