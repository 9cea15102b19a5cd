"""A day of given arrivals in the real engine, and forecasts on it that know nothing of what comes."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import msgspec
import pytest

from queue_server.engine.hall import Rules
from queue_server.engine.state import State
from queue_server.forecast.habit import Habits, came, learn, seen
from queue_server.forecast.wait import Outlook, outlook
from queue_server.simulation.virtual import Post, Row, Visit, run, skips, waits
from queue_server.wire.day import local_day
from queue_server.wire.ids import TicketId
from tests.fakes.hall import FILING, FOUR, LICENCE, MORNING, ONE, SEAL, THREE, TWO, hall

HALL = hall(Rules(policy="promise", open_per_person=0))
LUNCH = (MORNING + timedelta(minutes=60), MORNING + timedelta(minutes=90))
POSTS = (Post(ONE, 1.0), Post(TWO, 1.2, (LUNCH,)), Post(THREE, 0.9), Post(FOUR, 1.1))


def drawn(seed: int, after: float = 0.0, first: tuple[Visit, ...] = ()) -> tuple[Visit, ...]:
    """A morning's visits, from a minute on, behind others."""
    chance, at, found = Random(seed), after, list(first)
    while (at := at + chance.expovariate(0.6)) < 150:
        found.append(
            Visit(
                MORNING + timedelta(minutes=at),
                chance.choice((FILING, LICENCE, SEAL)),
                chance.choices(("ordinary", "booked"), (80, 20))[0],
                missed=chance.random() < 0.06,
                work_min=chance.lognormvariate(1.8, 0.7),
            )
        )
    return tuple(found)


def played(visits: tuple[Visit, ...], habits: Habits | None = None) -> tuple[list[Row], State]:
    def tell(state: State, now: datetime, ticket: TicketId) -> Outlook:
        assert habits is not None
        return outlook(state, habits, now, ticket, paths=20)

    return run(HALL, local_day(MORNING), POSTS, visits, missed_min=1.0, tell=tell if habits else None)


@pytest.fixture(scope="module")
def habits() -> Habits:
    _, state = played(drawn(7))
    found = learn(list(seen(state.tickets.values())), list(came(state.tickets.values())))
    assert found is not None
    assert found.enough
    return found


def test_everybody_is_called_and_nobody_in_a_break() -> None:
    visits = drawn(1)
    rows, state = played(visits)
    assert [row.visit for row in rows] == list(visits)
    assert all(row.called_at is not None and row.called_at >= row.visit.at for row in rows)
    assert not any(row.window == TWO and LUNCH[0] <= (row.called_at or MORNING) < LUNCH[1] for row in rows)
    assert {ticket.state for ticket in state.tickets.values()} == {"served", "no_show"}
    assert len(list(waits(rows))) == len(rows)
    assert 0 < skips(rows) < len(rows) / 4


def test_only_who_has_to_wait_is_told_something(habits: Habits) -> None:
    rows, _ = played(drawn(2), habits)
    for row, waited in zip(rows, waits(rows), strict=True):
        assert (row.outlook is None) == (waited == 0.0)


@pytest.mark.parametrize("seed", [3, 4])
def test_nothing_that_happens_later_changes_what_was_told_before(habits: Habits, seed: int) -> None:
    """Every arrival after minute t, and work and whereabouts of whoever is not done at t, are others: all told up to t stays."""
    then = MORNING + timedelta(minutes=80)
    visits = drawn(seed)
    rows, state = played(visits, habits)
    done = {
        n
        for n, ticket in enumerate(state.tickets.values())
        if ticket.step.ended_at is not None and ticket.step.ended_at <= then
    }
    before = tuple(
        visit
        if n in done
        else msgspec.structs.replace(visit, work_min=max(200.0, visit.work_min), missed=False)
        for n, visit in enumerate(visits)
        if visit.at <= then
    )
    others, _ = played(drawn(seed + 50, 80.0, before), habits)
    told = [row.outlook for row in rows if row.visit.at <= then]
    assert told == [row.outlook for row in others if row.visit.at <= then]
    assert len([each for each in told if each is not None]) > 5


def test_who_needs_something_is_called_by_the_idle_window_that_has_it_or_kept_for_ten_minutes() -> None:
    low = msgspec.structs.replace(HALL.window[TWO], abilities=("low_counter",))
    plan = msgspec.structs.replace(HALL, windows=(HALL.window[ONE], low))

    def visit(minutes: float, work: float, **more: Any) -> Visit:
        return Visit(
            MORNING + timedelta(minutes=minutes), FILING, "ordinary", missed=False, work_min=work, **more
        )

    visits = (
        visit(0, 1, needs=("wheelchair",)),
        visit(5, 60, needs=("wheelchair",)),
        visit(6, 60, needs=("wheelchair",)),
        visit(7, 2, needs=("wheelchair",), binding=True),
    )
    rows, _ = run(plan, local_day(MORNING), (Post(ONE, 1.0), Post(TWO, 1.0)), visits, missed_min=1.0)
    assert [row.window for row in rows] == [TWO, TWO, ONE, TWO]
    assert list(waits(rows)) == pytest.approx([0.0, 0.0, 10.0, 58.0], abs=1e-6)
