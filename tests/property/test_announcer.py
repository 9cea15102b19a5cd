"""Loudspeakers under any calls, in virtual time: nobody is cut off, lost or kept waiting for longer than the turns before."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from displays.model.announcer import (
    Call,
    Called,
    Event,
    Finished,
    Late,
    Manner,
    Order,
    Say,
    State,
    Ticked,
    Withdrawn,
    due,
    step,
)
from queue_server.wire.ids import WindowId, ZoneId

START = datetime(2027, 3, 1, 1, 0, tzinfo=UTC)
MANNER = Manner()
LONGEST_S = MANNER.call_s
tell = step
"""The announcer under test."""
ZONES = {"west": "AFG", "east": "BC", "south": "DEK"}
"""Loudspeakers and their zones."""


@dataclass
class Loudspeaker:
    """One announcer, its player, and what was heard: (begun, ended, call)."""

    state: State = field(default_factory=lambda: State(MANNER))
    ends: float | None = None
    heard: list[tuple[float, float, int]] = field(default_factory=list)
    late: list[tuple[float, int]] = field(default_factory=list)

    def tell(self, event: Event, now: float) -> None:
        self.state, orders = tell(self.state, event, now)
        for order in orders:
            if isinstance(order, Late):
                self.late.append((now, order.call.call))
                continue
            assert isinstance(order, Say)
            assert self.ends is None, "spoken while another is spoken"
            self.ends = now + MANNER.chime_s + order.readings * MANNER.reading_s
            self.heard.append((now, self.ends, order.call.call))

    def run(self, until: float) -> None:
        """Let time go by: what is spoken ends, and ticks come when they are due."""
        while True:
            next_due = due(self.state)
            times = [at for at in (self.ends, next_due) if at is not None and at <= until]
            if not times:
                return
            at = min(times)
            if at == self.ends:
                self.ends = None
                self.tell(Finished(), at)
            else:
                self.tell(Ticked(START + timedelta(seconds=at)), at)


def call(n: int, zone: str, at: float) -> Call:
    return Call(n, f"{zone}{n:03d}", WindowId(str(n)), ZoneId(zone), START + timedelta(seconds=at))


timelines = st.lists(
    st.tuples(st.floats(0, 30, allow_nan=False), st.sampled_from("AFGBCDEK")), min_size=50, max_size=50
)


@settings(max_examples=20)
@given(timelines)
def test_fifty_calls_in_thirty_seconds_are_all_heard_one_by_one_each_within_its_bound(
    timeline: list[tuple[float, str]],
) -> None:
    listen(timeline)


Outcome = tuple[State, list[Order]]


def _cuts_off(state: State, event: Event, now: float) -> Outcome:
    return step(replace(state, speaking=None), event, now)


def _forgets(state: State, event: Event, now: float) -> Outcome:
    state, orders = step(state, event, now)
    return (replace(state, waiting=state.waiting[:3]), orders)


def _never_alarms(state: State, event: Event, now: float) -> Outcome:
    state, orders = step(state, event, now)
    return state, [order for order in orders if not isinstance(order, Late)]


def _takes_no_turns(state: State, event: Event, now: float) -> Outcome:
    return step(replace(state, turns=()), event, now)


def _takes_the_last_first(state: State, event: Event, now: float) -> Outcome:
    return step(replace(state, waiting=state.waiting[::-1]), event, now)


@pytest.mark.parametrize(
    "fault", [_cuts_off, _forgets, _never_alarms, _takes_no_turns, _takes_the_last_first]
)
def test_an_announcer_with_a_fault_is_noticed(
    fault: Callable[[State, Event, float], Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(globals(), "tell", fault)
    chance = Random(7)
    with pytest.raises(AssertionError):
        listen([(chance.uniform(0, 30), chance.choice("AAAAAFGBCDEK")) for _ in range(50)])


def listen(timeline: list[tuple[float, str]]) -> None:
    """Have a timeline of 50 calls spoken and check what was heard."""
    loudspeakers = {name: Loudspeaker() for name in ZONES}
    made = [call(n, zone, at) for n, (at, zone) in enumerate(sorted(timeline), 1)]
    came = {each.call: (each.at - START).total_seconds() for each in made}
    for each in made:
        for loudspeaker in loudspeakers.values():
            loudspeaker.run(came[each.call])
        where = next(name for name, zones in ZONES.items() if each.zone in zones)
        loudspeakers[where].tell(Called(each), came[each.call])
    for name, zones in ZONES.items():
        loudspeaker = loudspeakers[name]
        loudspeaker.run(3600.0)
        ours = {each.call: each for each in made if each.zone in zones}
        assert sorted(seq for _, _, seq in loudspeaker.heard) == sorted(ours), "lost, or spoken twice"
        assert not loudspeaker.state.waiting
        for (_, ended, _), (begun, _, _) in zip(loudspeaker.heard, loudspeaker.heard[1:], strict=False):
            assert begun >= ended
        for begun, _, seq in loudspeaker.heard:
            _within_its_bound(loudspeaker, ours, came, begun, seq)
        late = {seq for begun, _, seq in loudspeaker.heard if begun > came[seq] + MANNER.late_s}
        told = {seq: at for at, seq in loudspeaker.late}
        assert late <= set(told), "nobody was told of one that waited too long"
        assert all(abs(at - came[seq] - MANNER.late_s) < 0.001 for seq, at in told.items())


def _within_its_bound(
    loudspeaker: Loudspeaker, ours: dict[int, Call], came: dict[int, float], begun: float, seq: int
) -> None:
    """It waits for the one being spoken, its own zone's before it, and one of each other zone for each of these and itself."""
    zone, at = ours[seq].zone, came[seq]
    before = [one for start, _, one in loudspeaker.heard if at <= start < begun]
    own = sum(ours[one].zone == zone for one in before)
    for other in {each.zone for each in ours.values()} - {zone}:
        assert sum(ours[one].zone == other for one in before) <= own + 1, (
            "another zone had more than its turns"
        )
    first = [one for one in before if ours[one].zone == zone]
    assert all((came[one], one) < (at, seq) for one in first), "overtaken in its own zone"
    zones = len({each.zone for each in ours.values()})
    assert begun - at <= LONGEST_S * (1 + own + (zones - 1) * (own + 1)) + 0.001


@settings(max_examples=20)
@given(timelines, st.sets(st.integers(1, 50)))
def test_withdrawn_calls_are_not_begun_and_all_others_are(
    timeline: list[tuple[float, str]], undone: set[int]
) -> None:
    loudspeaker = Loudspeaker()
    withdrawn: dict[int, float] = {}
    for n, (at, zone) in enumerate(sorted(timeline), 1):
        loudspeaker.run(at)
        loudspeaker.tell(Called(call(n, zone, at)), at)
        if n - 1 in undone:
            loudspeaker.tell(Withdrawn(n - 1), at)
            withdrawn[n - 1] = at
    loudspeaker.run(3600.0)
    heard = {seq: begun for begun, _, seq in loudspeaker.heard}
    assert set(heard) | set(withdrawn) == set(range(1, 51))
    assert all(heard[seq] <= at for seq, at in withdrawn.items() if seq in heard)
