"""The judge of histories is right: it accepts what one clerk could have done, and says the same as trying every order."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.power.history import CallNext, Operation, Take, linearizable

FILING, SEAL = "filing", "seal"
WINDOWS = {"1": frozenset({FILING}), "2": frozenset({FILING, SEAL})}


class Clerk:
    """One clerk with pen and paper, written apart from the judge."""

    def __init__(self) -> None:
        self.given, self.line = 0, list[tuple[str, str]]()

    def take(self, ticket: str, service: str) -> int:
        self.given += 1
        self.line.append((ticket, service))
        return self.given

    def call(self, window: str) -> str | None:
        for place, (ticket, service) in enumerate(self.line):
            if service in WINDOWS[window]:
                del self.line[place]
                return ticket
        return None


def by_trying(history: list[Operation]) -> bool:
    """The definition itself: some order that real time allows gives every result; what is not known may be left out."""
    lost = [n for n, each in enumerate(history) if not each.certain]
    for left_out in range(1 << len(lost)):
        gone = {n for place, n in enumerate(lost) if left_out >> place & 1}
        there = [each for n, each in enumerate(history) if n not in gone]
        if any(_possible(order) for order in permutations(there)):
            return True
    return False


def _possible(order: tuple[Operation, ...]) -> bool:
    clerk = Clerk()
    for n, each in enumerate(order):
        if any(later.returned < each.called for later in order[n + 1 :]):
            return False
        what = each.what
        if isinstance(what, Take):
            number = clerk.take(what.ticket, what.service)
            if what.number not in (None, number):
                return False
        else:
            ticket = clerk.call(what.window)
            if ticket not in what.among:
                return False
    return True


@st.composite
def histories(draw: st.DrawFn, most: int) -> list[Operation]:
    """What clients of an honest clerk see: each operation is done at a moment between its call and its return; some never hear."""
    clerk, history = Clerk(), list[Operation]()
    for moment in range(draw(st.integers(1, most))):
        before, after = draw(st.integers(0, 4)), draw(st.integers(0, 4))
        heard = draw(st.integers(0, 4)) > 0
        what: Take | CallNext
        if draw(st.booleans()):
            ticket, service = f"t{moment}", draw(st.sampled_from((FILING, SEAL)))
            number = clerk.take(ticket, service)
            what = Take(ticket, service, number if heard else None)
        else:
            window = draw(st.sampled_from(sorted(WINDOWS)))
            called = clerk.call(window)
            others = [f"t{n}" for n in range(moment + 2)]
            maybe = frozenset() if heard else draw(st.frozensets(st.sampled_from(others), max_size=3))
            what = CallNext(window, WINDOWS[window], frozenset({called}) | maybe)
        history.append(Operation(moment - before, moment + after, what, heard))
    return draw(st.permutations(history))


@given(histories(60))
def test_what_an_honest_clerk_did_is_accepted(history: list[Operation]) -> None:
    assert linearizable(history)


@given(histories(6), st.data())
@settings(max_examples=300)
def test_the_search_says_what_trying_every_order_says(history: list[Operation], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(history) - 1))
    each = history[place]
    what = each.what
    if isinstance(what, Take):
        what = Take(what.ticket, what.service, data.draw(st.sampled_from((None, 1, 2, 3))))
    else:
        tickets = [None, *(one.what.ticket for one in history if isinstance(one.what, Take))]
        what = CallNext(what.window, what.services, frozenset({data.draw(st.sampled_from(tickets))}))
    shift = data.draw(st.integers(-3, 3))
    history[place] = Operation(each.called + shift, each.returned + shift, what, data.draw(st.booleans()))
    assert linearizable(history) == by_trying(history)


def take(at: float, ticket: str, number: int | None, *, certain: bool = True) -> Operation:
    return Operation(at, at + 1, Take(ticket, FILING, number), certain)


def call(at: float, *among: str | None, certain: bool = True) -> Operation:
    return Operation(at, at + 1, CallNext("1", WINDOWS["1"], frozenset(among)), certain)


@pytest.mark.parametrize(
    "history",
    [
        pytest.param([take(0, "a", 1), call(2, None), call(4, "a")], id="a stale read: somebody was waiting"),
        pytest.param([take(0, "a", 1), call(2, "a"), call(2, "a")], id="called twice"),
        pytest.param([take(0, "a", 1), take(2, "b", 2), call(4, "b"), call(6, None)], id="a ticket is lost"),
        pytest.param([take(0, "a", 1), take(2, "b", 2), call(4, "b")], id="passed over"),
        pytest.param([take(0, "a", 1), take(2, "b", 1)], id="a number given twice"),
        pytest.param([take(0, "a", 2), take(2, "b", 1)], id="numbers against time"),
        pytest.param([take(0, "a", 1), take(2, "b", 3)], id="a number that nobody has"),
        pytest.param([call(0, "a"), take(2, "a", 1)], id="called before it was taken"),
        pytest.param(
            [take(0, "a", None, certain=False), call(2, "a"), call(4, "a")], id="unknown, and called twice"
        ),
        pytest.param(
            [take(2, "b", 1), call(4, "a"), take(6, "a", None, certain=False)], id="unknown, called before"
        ),
        pytest.param(
            [call(0, "a", certain=False), take(2, "a", 1), call(4, None)], id="given up before it could call"
        ),
    ],
)
def test_what_no_clerk_could_have_done_is_refused(history: list[Operation]) -> None:
    assert not linearizable(history)


def test_what_nobody_heard_of_may_have_happened_or_not() -> None:
    lost = take(0, "a", None, certain=False)
    assert linearizable([lost, take(2, "b", 1), call(4, "b")])
    assert linearizable([lost, take(2, "b", 2), call(4, "a"), call(6, "b")])
    assert not linearizable([lost, take(2, "b", 1), call(4, "b"), call(6, "a")]), "it cannot land later"
    unheard = call(2, "a", "b", certain=False)
    assert linearizable([take(0, "a", 1), unheard, call(4, None)])
    assert linearizable([take(0, "a", 1), unheard, call(4, "a")])
    assert not linearizable([take(0, "c", 1), unheard, call(4, None)])


def test_numbers_may_skip_what_kiosks_hold() -> None:
    history = [take(0, "a", 1), take(2, "b", 5)]
    assert linearizable(history, {1: 5})
    assert not linearizable(history)
