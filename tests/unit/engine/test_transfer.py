"""A window sends its ticket on to another service or window."""

import pytest

from queue_server.engine import event as e
from queue_server.wire import command as c
from queue_server.wire.ids import ServiceId, TicketId, WindowId
from queue_server.wire.ticket import Ticket
from tests.fakes.hall import FILING, FOUR, LICENCE, ONE, SEAL, TWO
from tests.fakes.play import KIOSK, LI, MANAGER, Play, picture


def busy(play: Play, start: bool = True) -> Ticket:
    """Somebody is at window 1, and somebody waits for a licence since."""
    ticket = play.take(FILING)
    play.open(ONE)
    play.next(ONE)
    if start:
        play.do(c.Start(window=ONE))
    play.later(minutes=1)
    return ticket


def order(play: Play, service: ServiceId) -> list[TicketId]:
    """Who waits for a service, first come first."""
    return [id_ for _, _, id_ in play.state.lines[service]]


@pytest.mark.parametrize("start", [True, False])
def test_a_ticket_waits_for_another_service_and_its_window_is_free(start: bool) -> None:
    play = Play()
    ticket = busy(play, start)
    sent = play.do(c.Transfer(at=ONE, service=LICENCE))
    assert (sent.state, sent.service, sent.zone, sent.window) == ("waiting", LICENCE, "B", None)
    assert sent.number == ticket.number
    assert play.refused(c.Transfer(at=ONE, service=LICENCE)) == "window.idle"
    assert play.state.issued[FILING] == 0, "it counts for what it is for"
    assert picture(play.rebuilt()) == picture(play.state)


def test_it_stands_first_by_its_clock_or_last() -> None:
    for place, ahead, skipped, reason in (
        ("clock", 1, 0, None),
        ("first", 0, 1, "transfer"),
        ("last", 2, 0, None),
    ):
        play = Play()
        play.take(LICENCE)
        ticket = busy(play.later(minutes=1))
        play.take(LICENCE)
        play.later(minutes=1)
        play.open(FOUR, LI)
        sent = play.do(c.Transfer(at=ONE, service=LICENCE, place=place))  # type: ignore[arg-type]
        assert sent.ahead == ahead
        for _ in range(ahead + 1):
            play.next(FOUR, LI)
        event = play.log[-1].event
        assert isinstance(event, e.Called)
        assert (event.ticket, event.skipped, event.reason) == (ticket.id, skipped, reason)


def test_a_window_is_sent_what_it_offers_its_own_service_first() -> None:
    play = Play()
    busy(play)
    assert play.do(c.Transfer(at=ONE, window=TWO, place="last")).service == FILING
    play.next(ONE)
    assert play.do(c.Transfer(at=ONE, window=FOUR)).service == LICENCE


def test_who_comes_back_waits_again_for_what_they_were_there_for() -> None:
    play = Play()
    ticket = busy(play)
    sent = play.do(c.Transfer(at=ONE, service=SEAL, come_back=True))
    assert [(step.service, step.state) for step in sent.steps] == [(SEAL, "waiting"), (FILING, "planned")]
    play.open(FOUR, LI)
    play.next(FOUR, LI)
    back = play.do(c.Finish(window=FOUR), LI)
    assert (back.service, back.state) == (FILING, "waiting")
    assert order(play, FILING) == [ticket.id]
    assert picture(play.rebuilt()) == picture(play.state)


@pytest.mark.parametrize(
    "command, code",
    [
        (c.Transfer(at=ONE), "ticket.no_destination"),
        (c.Transfer(at=ONE, service=SEAL, window=TWO), "ticket.no_destination"),
        (c.Transfer(at=ONE, service=ServiceId("nothing")), "service.unknown"),
        (c.Transfer(at=ONE, window=WindowId("99")), "window.unknown"),
        (c.Transfer(at=WindowId("99"), service=SEAL), "window.unknown"),
    ],
)
def test_a_place_that_is_not_there_is_refused(command: c.Transfer, code: str) -> None:
    play = Play()
    busy(play)
    assert play.refused(command) == code


def test_a_visit_does_not_grow_without_end_and_nobody_else_sends_on() -> None:
    play = Play()
    play.take(FILING, then=(LICENCE, SEAL, LICENCE, SEAL))
    play.open(ONE)
    play.next(ONE)
    assert play.refused(c.Transfer(at=ONE, service=SEAL, come_back=True)) == "steps.too_many"
    assert play.refused(c.Transfer(at=ONE, service=SEAL), MANAGER) == "auth.forbidden"
    assert play.refused(c.Transfer(at=ONE, service=SEAL), KIOSK) == "auth.forbidden"
    assert play.refused(c.Transfer(at=ONE, service=SEAL), LI) == "auth.not_your_window"
