"""More of the same than a service takes at once: refused, in rounds, or on to a service that takes whole batches."""

from typing import Any

import msgspec
import pytest

from queue_server.engine.hall import Rules
from queue_server.engine.ticket import Step, Ticket
from queue_server.store.row import ticket_of, ticket_row
from queue_server.views.daily import cells, total
from queue_server.wire import command as c
from queue_server.wire import ticket as wire
from queue_server.wire.error import Refusal
from queue_server.wire.field import IssuedOffline
from queue_server.wire.ids import ServiceId
from tests.fakes.hall import FILING, LICENCE, MORNING, SEAL, THREE, B, hall
from tests.fakes.play import KIOSK, MANAGER, STEWARD, Play

HANDED = IssuedOffline(number="B701", at=MORNING, heard_at=MORNING, printed=True)


def play(service: ServiceId = LICENCE, rules: Rules | None = None, **over: Any) -> Play:
    """A hall in which three licences are dealt with at once, and one service goes on with more as it says."""
    plan = hall(rules)
    services = [
        msgspec.structs.replace(each, **over) if each.id == service else each for each in plan.services
    ]
    return Play(msgspec.structs.replace(plan, services=tuple(services)))


def way(ticket: wire.Ticket) -> list[tuple[str, int, int]]:
    """What a ticket leads through: service, items, round."""
    return [(step.service, step.items, step.round) for step in ticket.steps]


def serve(on: Play, window: Any = THREE, **finish: Any) -> wire.Ticket:
    """Call whoever is next, and be done with them."""
    called = on.next(window)
    assert called is not None
    on.do(c.Start(window=window))
    done: wire.Ticket = on.do(c.Finish(window=window, **finish))
    return done


def test_the_rest_waits_behind_who_came_until_the_first_round_was_done() -> None:
    on = play(over_items="round")
    many, other = on.take(LICENCE, items=7), on.take(LICENCE)
    assert way(many) == [(LICENCE, 3, 1), (LICENCE, 3, 2), (LICENCE, 1, 3)]
    on.open(THREE)
    on.later(minutes=10)
    assert serve(on).state == "waiting"
    later = on.later(minutes=1).take(LICENCE)
    assert [serve(on).number for _ in range(4)] == [
        other.number,  # who came during the first round
        many.number,  # in the second, with a clock of its own: before who came after its beginning
        later.number,
        many.number,
    ]
    assert on.state.tickets[many.id].state == "served"
    assert on.rebuilt().tallies == on.state.tallies


def test_a_visit_in_rounds_counts_once_against_limits_in_tallies_and_in_reports() -> None:
    on = play(over_items="round", daily_limit=2)
    many = on.take(LICENCE, items=6)
    assert (on.state.issued[LICENCE], on.state.tallies[B].issued) == (1, 1)
    on.open(THREE)
    serve(on)
    serve(on)
    assert (on.state.tallies[B].served, on.state.windows[THREE].served) == (1, 2)
    sums = total(cells([on.state.tickets[many.id]], on.state.zone_of))
    assert (sums.issued, sums.served, sums.waited, sums.timed) == (1, 1, 2, 2)
    on.take(LICENCE, items=6)
    assert on.refused(c.Take(service=LICENCE), KIOSK) == "service.full"


def test_the_rest_goes_on_to_the_service_that_takes_batches_and_in_rounds_there_if_it_says_so() -> None:
    on = play(FILING, over_items="batch", batch_service=LICENCE)
    assert way(on.take(FILING, items=4)) == [(FILING, 1, 1), (LICENCE, 3, 1)]
    assert on.refused(c.Take(service=FILING, items=5), KIOSK) == "items.too_many"
    on.do(c.StopIssuing(scope=f"service:{LICENCE}", reason="满员"), MANAGER)
    assert on.refused(c.Take(service=FILING, items=2), KIOSK) == "issuing.stopped"
    assert way(on.take(FILING)) == [(FILING, 1, 1)]


def test_rounds_take_the_places_of_other_services_and_no_more_can_be_asked_for_than_there_are() -> None:
    on = play(rules=Rules(max_steps=3), over_items="round")
    assert way(on.take(LICENCE, items=5, then=(SEAL,))) == [(LICENCE, 3, 1), (LICENCE, 2, 2), (SEAL, 1, 1)]
    with pytest.raises(Refusal) as refusal:
        on.do(c.Take(service=LICENCE, items=7, then=(SEAL,)), KIOSK)
    assert (refusal.value.code, refusal.value.detail["limit"]) == ("items.too_many", 6)


def test_what_a_kiosk_issued_alone_goes_the_same_way_and_what_is_too_much_is_noted() -> None:
    on = play(over_items="round")
    taken = on.take(LICENCE, items=5, id="by-the-kiosk", token="token-of-it", issued_offline=HANDED)
    assert way(taken) == [(LICENCE, 3, 1), (LICENCE, 2, 2)]
    many = msgspec.structs.replace(HANDED, number="B702")
    taken = on.take(LICENCE, items=16, id="too-many", token="token-of-that", issued_offline=many)
    assert way(taken) == [(LICENCE, 16, 1)]
    assert "items.too_many" in taken.against


def test_who_was_left_in_the_middle_goes_on_the_next_day_with_what_is_left() -> None:
    on = play(over_items="round")
    many = on.take(LICENCE, items=7)
    on.open(THREE)
    serve(on)
    on.later(minutes=16 * 60)
    assert on.state.tickets[many.id].state == "expired"
    again = on.do(c.Reenter(ticket=many.id), STEWARD)
    assert (way(again), again.items) == ([(LICENCE, 3, 1), (LICENCE, 1, 2)], 4)


def test_how_many_it_was_in_the_end_is_said_round_by_round() -> None:
    on = play(over_items="round")
    many = on.take(LICENCE, items=5)
    on.open(THREE)
    serve(on, items=2)
    done = serve(on, items=4)
    assert (done.id, way(done), done.items) == (many.id, [(LICENCE, 2, 1), (LICENCE, 4, 2)], 6)


def test_rows_from_before_there_were_rounds_are_read_as_they_were_meant() -> None:
    on = play()
    kept = on.state.tickets[on.take(LICENCE, items=3, then=(SEAL,)).id]
    row = ticket_row(kept, on.state.day, 1)
    assert "items" not in row[5]
    assert "round" not in row[5]
    read = ticket_of(row)
    assert [read.items_of(0), read.items_of(1)] == [3, 1]
    assert isinstance(read, Ticket)
    assert read.steps[1] == Step(service=SEAL)
