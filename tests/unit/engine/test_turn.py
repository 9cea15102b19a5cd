"""Another turn on the same day: after a missed call, and later because the holder would rather wait."""

from queue_server.engine import event as e
from queue_server.engine.actor import Actor
from queue_server.engine.hall import Rules
from queue_server.wire import command as c
from queue_server.wire.ids import ServiceId, TicketId
from queue_server.wire.ticket import Ticket
from tests.fakes.hall import FILING, LICENCE, ONE, hall
from tests.fakes.play import KIOSK, STEWARD, Play, picture


def order(play: Play, service: ServiceId = FILING) -> list[TicketId]:
    """Who waits for a service, first come first."""
    return [id_ for _, _, id_ in play.state.lines[service]]


def queue(play: Play, n: int) -> list[Ticket]:
    """Some come, one after another."""
    return [play.later(minutes=1).take(FILING) for _ in range(n)]


def missed(play: Play) -> Ticket:
    """Somebody does not come to window 1."""
    called = play.next(ONE)
    assert called is not None
    ticket: Ticket = play.do(c.NoShow(window=ONE))
    return ticket


def test_who_missed_a_call_waits_again_behind_the_next_three() -> None:
    play = Play()
    queue(play, 6)
    play.open(ONE)
    late = missed(play)
    play.later(minutes=5)
    before = order(play)
    again = play.do(c.Reenter(ticket=late.id), STEWARD)
    assert (again.id, again.number, again.state, again.window, again.ahead) == (
        late.id,
        late.number,
        "waiting",
        None,
        3,
    )
    assert order(play) == [*before[:3], late.id, *before[3:]]
    assert play.state.missed == []
    assert picture(play.rebuilt()) == picture(play.state)
    for _ in range(4):
        play.next(ONE)
    event = play.log[-1].event
    assert isinstance(event, e.Called)
    assert (event.ticket, event.skipped, event.reason) == (late.id, 2, "reentry")


def test_with_fewer_waiting_it_is_their_turn_after_these_and_with_nobody_at_once() -> None:
    play = Play()
    queue(play, 3)
    play.open(ONE)
    late = missed(play)
    assert play.do(c.Reenter(ticket=late.id), KIOSK).ahead == 2
    play = Play()
    queue(play, 1)
    play.open(ONE)
    alone = missed(play)
    assert play.do(c.Reenter(ticket=alone.id), Actor("holder", "h", ticket=alone.id)).ahead == 0
    called = play.next(ONE)
    assert called is not None
    assert called.id == alone.id


def test_a_call_is_made_good_once() -> None:
    play = Play()
    queue(play, 1)
    play.open(ONE)
    late = missed(play)
    play.do(c.Reenter(ticket=late.id), STEWARD)
    missed(play)
    assert play.refused(c.Reenter(ticket=late.id), STEWARD) == "ticket.missed_too_often"
    assert play.state.tickets[late.id].step.misses == 2


def test_a_call_is_made_good_within_half_an_hour() -> None:
    play = Play()
    queue(play, 1)
    play.open(ONE)
    late = missed(play)
    play.later(minutes=31)
    assert play.refused(c.Reenter(ticket=late.id), STEWARD) == "ticket.missed_too_long"


def test_a_hall_may_choose_other_numbers() -> None:
    play = Play(hall(Rules(reentries=0)))
    queue(play, 1)
    play.open(ONE)
    assert play.refused(c.Reenter(ticket=missed(play).id), STEWARD) == "ticket.missed_too_often"
    play = Play(hall(Rules(reentry_behind=1, reentry_min=2)))
    queue(play, 4)
    play.open(ONE)
    late = missed(play.later(minutes=1))
    assert play.later(minutes=2).do(c.Reenter(ticket=late.id), STEWARD).ahead == 1


def test_nobody_but_its_holder_and_staff_brings_a_ticket_back() -> None:
    play = Play()
    queue(play, 2)
    play.open(ONE)
    late = missed(play)
    other = Actor("holder", "h", ticket=TicketId("another-ticket-here"))
    assert play.refused(c.Reenter(ticket=late.id), other) == "ticket.unknown"
    assert play.refused(c.Defer(ticket=late.id, behind=1), other) == "ticket.unknown"


def test_a_holder_lets_others_go_first_twice_and_keeps_the_clock() -> None:
    play = Play()
    first, *others = queue(play, 6)
    holder = Actor("holder", "h", ticket=first.id)
    clock = play.state.tickets[first.id].step.since_at
    assert play.do(c.Defer(ticket=first.id, behind=2), holder).ahead == 2
    assert play.do(c.Defer(ticket=first.id, behind=2), holder).ahead == 4
    assert play.refused(c.Defer(ticket=first.id, behind=1), holder) == "ticket.deferred_too_often"
    assert play.state.tickets[first.id].step.since_at == clock
    assert order(play) == [*(each.id for each in others[:4]), first.id, others[4].id]
    assert picture(play.rebuilt()) == picture(play.state)
    play.open(ONE)
    for _ in range(5):
        play.next(ONE)
    event = play.log[-1].event
    assert isinstance(event, e.Called)
    assert (event.ticket, event.skipped) == (first.id, 0)


def test_behind_fewer_than_asked_for_is_behind_all_and_with_nobody_behind_nothing_happens() -> None:
    play = Play()
    first, second, *_ = queue(play, 3)
    assert play.do(c.Defer(ticket=first.id, behind=9), STEWARD).ahead == 2
    seq = play.state.seq
    assert play.do(c.Defer(ticket=first.id, behind=1), STEWARD).ahead == 2
    assert play.state.seq == seq, "and it is not counted"
    assert play.do(c.Defer(ticket=second.id, behind=1), STEWARD).ahead == 1


def test_who_was_let_before_others_and_lets_some_go_first_is_still_called_for_a_reason() -> None:
    play = Play()
    others = queue(play, 4)
    play.open(ONE)
    late = missed(play)
    newer = play.later(minutes=1).take(FILING)
    play.do(c.Reenter(ticket=late.id), STEWARD)
    play.do(c.Defer(ticket=late.id, behind=1), STEWARD)
    assert order(play)[-2:] == [newer.id, late.id]
    assert len(others) == 4
    for _ in range(5):
        play.next(ONE)
    event = play.log[-1].event
    assert isinstance(event, e.Called)
    assert event.ticket == late.id


def test_only_who_waits_lets_others_go_first() -> None:
    play = Play()
    (ticket,) = queue(play, 1)
    play.open(ONE)
    play.next(ONE)
    assert play.refused(c.Defer(ticket=ticket.id, behind=1), STEWARD) == "ticket.not_waiting"
    assert play.refused(c.Reenter(ticket=play.take(LICENCE).id), STEWARD) == "ticket.not_offered"
