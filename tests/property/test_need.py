"""Whoever needs something of a window, on any day: kept for an able one for ten minutes at most, told from the log alone."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_server.engine import event as e
from queue_server.engine.actor import Actor
from queue_server.engine.hall import POLICIES, Hall, Member, PolicyName, Rules
from queue_server.wire import command as c
from queue_server.wire.error import Refusal
from queue_server.wire.ids import ServiceId, TicketId, WindowId
from tests.fakes.hall import FILING, LICENCE, ONE, SEAL, THREE, TWO, hall
from tests.fakes.play import STEWARD, Play, picture

WINDOWS = (ONE, TWO, THREE)
ABILITIES: dict[str, set[str]] = {ONE: set(), TWO: {"low_counter"}, THREE: {"english"}}
MET_BY = {"wheelchair": "low_counter", "english": "english"}
SERVES = {ONE: (FILING, LICENCE), TWO: (FILING, SEAL), THREE: (FILING, LICENCE)}
TEN = timedelta(minutes=10)

comes = st.tuples(
    st.just("come"),
    st.sampled_from((FILING, FILING, LICENCE, SEAL)),
    st.sampled_from(((), (), ("wheelchair",), ("english",), ("english", "wheelchair"), ("help",))),
    st.sampled_from(("ordinary", "ordinary", "green")),
)
works = st.tuples(
    st.sampled_from(("next", "next", "next", "finish", "pause", "resume")), st.sampled_from(WINDOWS)
)
binds = st.tuples(st.just("bind"), st.integers(0, 9), st.booleans())
defers = st.tuples(st.just("defer"), st.integers(0, 9))
waits = st.tuples(st.just("wait"), st.sampled_from((0, 20, 70, 130, 290, 601)))
DAYS = st.lists(st.one_of(comes, works, works, waits, defers, binds), min_size=10, max_size=60)


def plan(policy: PolicyName) -> Hall:
    """Window 2 has a low counter, and whoever is at window 3 speaks English; window 1 has nothing."""
    small = hall(Rules(policy=policy, defers=9))
    halls = tuple(
        msgspec.structs.replace(
            one, services=SERVES[one.id], abilities=("low_counter",) if one.id == TWO else ()
        )
        for one in small.windows
        if one.id in WINDOWS
    )
    staff = (Member(id="clerk-3", abilities=("english",)),)
    return msgspec.structs.replace(small, windows=halls, staff=staff)


def able(window: WindowId, needs: tuple[str, ...]) -> bool:
    """Whether a window has all that is needed and that a hall can have."""
    return all(need not in MET_BY or MET_BY[need] in ABILITIES[window] for need in needs)


class Day:
    """A day, and what its log says of whoever is kept."""

    def __init__(self, policy: PolicyName) -> None:
        self.play = Play(plan(policy))
        self.needs: dict[TicketId, tuple[str, ...]] = {}
        self.waiting: dict[TicketId, ServiceId] = {}
        self.kept: dict[TicketId, datetime] = {}
        self.bound: set[TicketId] = set()
        for window in WINDOWS:
            self.play.open(window, self.clerk(window))

    @staticmethod
    def clerk(window: WindowId) -> Actor:
        return Actor("clerk", f"clerk-{window}")

    def live(self, move: Any) -> None:
        """Something happens, or is refused; then the log is read."""
        seen, play = len(self.play.log), self.play
        with suppress(Refusal):
            match move:
                case ("come", service, needs, kind):
                    given = {"class_": kind, "class_reason": "seen", "class_for": "陈大文"}
                    play.take(service, STEWARD, needs=needs, **({} if kind == "ordinary" else given))
                case ("next", window):
                    if any(map(self.needs.get, self.waiting)):
                        both = (play.state, play.rebuilt())
                        choices = [play.policy.choose(one, window, play.now) for one in both]
                        assert choices[0] == choices[1], "it is told from the rows and the time alone"
                    called = play.next(window, self.clerk(window))
                    self.judge(window, None if called is None else called.id)
                case ("finish", window):
                    play.do(c.Finish(window=window), self.clerk(window))
                case ("pause", window):
                    play.do(c.Pause(window=window, reason="why"), self.clerk(window))
                case ("resume", window):
                    play.do(c.Resume(window=window), self.clerk(window))
                case ("defer", n):
                    waiting = list(self.waiting)
                    if waiting:
                        play.do(c.Defer(ticket=waiting[n % len(waiting)], behind=2), STEWARD)
                case ("bind", n, binding):
                    asking = [id_ for id_ in self.waiting if self.needs[id_]]
                    if asking:
                        play.do(c.Bind(ticket=asking[n % len(asking)], binding=binding), STEWARD)
                case (_, seconds):
                    play.later(seconds=seconds)
        for stamped in play.log[seen:]:
            self.read(stamped)

    def judge(self, window: WindowId, called: TicketId | None) -> None:
        """What a call of the next one may come to; `waiting` and `kept` are as they were before it."""
        now, served = self.play.now, SERVES[window]
        due = [
            id_
            for id_, since in self.kept.items()
            if now - since > TEN and self.waiting[id_] in served and id_ not in self.bound
        ]
        first = [id_ for id_ in self.kept if able(window, self.needs[id_]) and self.waiting[id_] in served]
        if due or first:
            assert called in {*due, *first}, (
                "whoever was kept goes first: where they are able to, and once it is over"
            )
        elif called is None:
            left = [id_ for id_, service in self.waiting.items() if service in served]
            assert all(not able(window, self.needs[id_]) for id_ in left), "nobody waits in vain"

    def read(self, stamped: e.Stamped) -> None:
        """Go on by one event."""
        match stamped.event:
            case e.Taken() as taken:
                self.needs[taken.ticket], self.waiting[taken.ticket] = taken.needs, taken.services[0]
            case e.Called() as called:
                assert not called.skipped or called.reason is not None
                if called.reason == "need":
                    assert any(self.needs[id_] for id_ in (*self.waiting, called.ticket))
                needs = self.needs[called.ticket]
                assert called.ticket not in self.bound or able(called.window, needs), "it is binding"
                self.waiting.pop(called.ticket)
                self.kept.pop(called.ticket, None)
            case e.NeedBound() as said:
                (self.bound.add if said.binding else self.bound.discard)(said.ticket)
            case e.Kept() as kept:
                needs = self.needs[kept.ticket]
                state, there = self.play.state, self.play.state.windows[kept.able]
                assert kept.ticket not in self.kept, "it is kept once"
                assert kept.ticket not in self.bound
                assert not able(kept.window, needs)
                assert able(kept.able, needs)
                assert there.state == "open"
                assert state.tickets[kept.ticket].step.service in SERVES[kept.able]
                assert kept.until == stamped.at + TEN
                self.kept[kept.ticket] = stamped.at
            case e.Deferred() as deferred:
                self.kept.pop(deferred.ticket, None)


@pytest.mark.parametrize("policy", POLICIES)
@settings(max_examples=30, deadline=None)
@given(DAYS)
def test_whoever_needs_something_is_kept_for_it_ten_minutes_at_most(
    policy: PolicyName, moves: list[Any]
) -> None:
    day = Day(policy)
    for move in moves:
        day.live(move)
    assert picture(day.play.rebuilt()) == picture(day.play.state)
    for window in WINDOWS:
        with suppress(Refusal):
            day.play.do(c.Resume(window=window), day.clerk(window))
    for _ in range(3 * len(day.waiting) + 3):
        day.live(("wait", 601))
        for window in WINDOWS:
            day.live(("next", window))
    assert not day.waiting, "everybody is called in the end"
