"""A past for a hall that has none."""

from datetime import timedelta

from queue_server.forecast.habit import came, learn, seen
from queue_server.simulation.past import DAYS, Drawn, past
from queue_server.wire.day import local_day
from tests.fakes.hall import FOUR, LICENCE, MORNING, ONE, SEAL, TWO, hall

TODAY = local_day(MORNING)


def test_days_of_drawn_people_are_played_before_today_and_teach_what_they_want() -> None:
    tickets = past(hall(), Drawn(1, 0.5, (ONE, TWO, FOUR)), TODAY)
    assert {ticket.day for ticket in tickets} == {TODAY - timedelta(days=n + 1) for n in range(DAYS)}
    habits = learn(list(seen(tickets)), list(came(tickets)))
    assert habits is not None
    assert habits.enough
    assert {LICENCE, SEAL} <= habits.services.keys()
    assert 0.0 < habits.missed < 0.2
    assert tickets == past(hall(), Drawn(1, 0.5, (ONE, TWO, FOUR)), TODAY), "the same people, the same days"


def test_where_nobody_is_staffed_nobody_came() -> None:
    assert past(hall(), Drawn(1, 0.5, ()), TODAY) == []
