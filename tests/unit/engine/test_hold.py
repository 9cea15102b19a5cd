"""A ticket that is held, and where it goes on."""

from datetime import timedelta

import pytest

from queue_server.engine import event as e
from queue_server.engine.touch import touched
from queue_server.views.daily import cells
from queue_server.views.topic import changed, show, sources
from queue_server.wire import command as c
from queue_server.wire.error import Refusal
from queue_server.wire.ids import TicketId
from queue_server.wire.ticket import Holding, HoldKind, Ticket
from tests.fakes.hall import FILING, LICENCE, ONE, THREE, TWO
from tests.fakes.play import KIOSK, LI, MANAGER, STEWARD, ZHANG, Play, picture


def serving(play: Play) -> Ticket:
    """Somebody is served at window 1."""
    ticket = play.take(FILING)
    play.open(ONE)
    play.next(ONE)
    play.do(c.Start(window=ONE))
    return ticket


def hold(play: Play, kind: HoldKind, minutes: int | None = None) -> Ticket:
    """They are held there."""
    until = None if minutes is None else play.now + timedelta(minutes=minutes)
    held: Ticket = play.do(c.Hold(window=ONE, kind=kind, reason="复印材料", until=until))
    return held


def test_a_held_ticket_frees_its_window_and_nobody_calls_it_by_the_way() -> None:
    play = Play()
    ticket = serving(play)
    other = play.take(FILING)
    held = hold(play, "anywhere")
    assert (held.state, held.window, held.ahead, held.hold) == (
        "held",
        ONE,
        None,
        Holding("anywhere", "复印材料"),
    )
    called = play.next(ONE)
    assert called is not None
    assert called.id == other.id
    assert play.refused(c.Call(window=ONE, ticket=ticket.id, reason="x")) == "ticket.not_waiting"
    assert picture(play.rebuilt()) == picture(play.state)


def test_papers_that_stay_at_a_window_bind_the_ticket_to_it_while_it_is_attended() -> None:
    play = Play()
    ticket = serving(play)
    hold(play, "at_window")
    play.open(TWO, LI)
    with pytest.raises(Refusal) as refused:
        play.do(c.ResumeHeld(window=TWO, ticket=ticket.id), LI)
    assert refused.value.code == "ticket.held_elsewhere"
    assert refused.value.body().message == "材料留在1号窗口，请到该窗口继续办理。"
    play.do(c.Close(window=ONE))
    assert play.do(c.ResumeHeld(window=TWO, ticket=ticket.id), LI).window == TWO


def test_a_ticket_goes_on_at_any_window_of_its_service_and_at_no_other() -> None:
    play = Play()
    ticket = serving(play)
    hold(play, "anywhere")
    play.open(THREE, LI)
    assert play.refused(c.ResumeHeld(window=THREE, ticket=ticket.id), LI) == "window.cannot_serve"
    play.do(c.Close(window=THREE), LI)
    play.open(TWO, LI)
    resumed = play.do(c.ResumeHeld(window=TWO, ticket=ticket.id), LI)
    assert (resumed.state, resumed.window, resumed.hold) == ("called", TWO, None)
    assert play.refused(c.ResumeHeld(window=TWO, ticket=ticket.id), LI) == "ticket.not_held"
    assert picture(play.rebuilt()) == picture(play.state)


def test_who_is_resumed_before_others_is_so_for_a_reason_and_ends_who_is_there() -> None:
    play = Play()
    late = play.later(minutes=5)
    early = late.take(FILING)
    held = serving(play.later(minutes=1))
    assert play.state.tickets[early.id].state == "serving"
    play.do(c.Finish(window=ONE))
    play.next(ONE)
    play.do(c.Start(window=ONE))
    older, newer = play.take(FILING), play.take(FILING)
    hold(play, "anywhere")
    play.next(ONE)
    resumed = play.do(c.ResumeHeld(window=ONE, ticket=held.id))
    assert resumed.id == held.id
    assert play.state.tickets[older.id].state == "served"
    assert play.state.tickets[newer.id].state == "waiting"
    event = play.log[-1].event
    assert isinstance(event, e.Called)
    assert (event.skipped, event.reason) == (0, "held")


def test_who_waits_for_a_step_is_back_in_line_when_its_time_comes_with_the_clock_it_had() -> None:
    play = Play()
    ticket = serving(play)
    since = play.state.tickets[ticket.id].step.since_at
    hold(play, "waiting_step", minutes=15)
    other = play.later(minutes=14).take(FILING)
    assert play.state.tickets[ticket.id].state == "held"
    play.later(minutes=1)
    assert play.state.tickets[ticket.id].state == "waiting"
    assert play.state.tickets[ticket.id].step.since_at == since
    assert picture(play.rebuilt()) == picture(play.state)
    called = play.next(ONE)
    assert called is not None
    assert called.id == ticket.id, "by its own clock it was first"
    event = play.log[-1].event
    assert isinstance(event, e.Called)
    assert (event.skipped, event.reason) == (0, None)
    assert play.state.tickets[other.id].state == "waiting"


def test_who_waits_for_a_step_is_called_by_hand_before_and_wakes_no_more() -> None:
    play = Play()
    ticket = serving(play)
    hold(play, "waiting_step", minutes=15)
    assert play.do(c.ResumeHeld(window=ONE, ticket=ticket.id)).state == "called"
    play.later(minutes=20)
    assert play.state.tickets[ticket.id].state == "called"


def test_only_who_waits_for_a_step_wakes_by_itself() -> None:
    play = Play()
    ticket = serving(play)
    hold(play, "at_window", minutes=15)
    play.later(minutes=20)
    assert play.state.tickets[ticket.id].state == "held"


def test_windows_of_its_service_are_shown_who_is_held_and_where_the_papers_are() -> None:
    play = Play()
    ticket = serving(play)
    assert "held" not in show(play.state, "window:1")
    hold(play, "at_window")
    play.open(TWO, LI)
    for window in (ONE, TWO):
        (held,) = show(play.state, f"window:{window}")["held"].tickets
        assert (held.id, held.number, held.window) == (ticket.id, ticket.number, ONE)
        assert held.hold == Holding("at_window", "复印材料")
        news = changed(touched(play.state, play.log[-2].event))
        assert news is not None
        assert not sources(play.state, f"window:{window}").isdisjoint(news)
    assert "held" not in show(play.state, "window:3")
    play.do(c.ResumeHeld(window=ONE, ticket=ticket.id))
    assert "held" not in show(play.state, "window:2")


def test_a_held_ticket_can_be_given_up() -> None:
    play = Play()
    ticket = serving(play)
    hold(play, "waiting_step", minutes=15)
    assert play.do(c.Cancel(ticket=ticket.id), STEWARD).state == "cancelled"
    play.later(minutes=20)
    assert play.state.tickets[ticket.id].state == "cancelled"


def test_only_who_is_served_is_held_and_for_a_time_that_lies_ahead() -> None:
    play = Play()
    play.take(FILING)
    play.open(ONE)
    one = c.Hold(window=ONE, kind="anywhere", reason="x")
    assert play.refused(one) == "window.idle"
    play.next(ONE)
    assert play.refused(one) == "ticket.not_serving"
    play.do(c.Start(window=ONE))
    assert play.refused(one, MANAGER) == "auth.forbidden"
    assert play.refused(one, LI) == "auth.not_your_window"
    past = c.Hold(window=ONE, kind="anywhere", reason="x", until=play.now)
    assert play.refused(past) == "request.invalid"
    play.do(one)
    assert play.refused(one) == "window.idle"


def test_what_is_not_held_is_not_resumed() -> None:
    play = Play()
    ticket = serving(play)
    waiting = play.take(FILING)
    for id_, code in (
        (ticket.id, "ticket.not_held"),
        (waiting.id, "ticket.not_held"),
        (TicketId("no-such-ticket-here"), "ticket.unknown"),
    ):
        assert play.refused(c.ResumeHeld(window=ONE, ticket=id_)) == code
    hold(play, "anywhere")
    play.do(c.Pause(window=ONE, reason="饮水"))
    assert play.refused(c.ResumeHeld(window=ONE, ticket=ticket.id)) == "window.paused"


def test_what_is_counted_of_a_held_ticket_is_its_wait_and_both_parts_of_its_service() -> None:
    play = Play()
    play.take(FILING)
    play.open(ONE)
    play.later(minutes=4).next(ONE)
    play.do(c.Start(window=ONE))
    ticket = play.later(minutes=5).do(c.Hold(window=ONE, kind="anywhere", reason="x"))
    play.later(minutes=30).do(c.ResumeHeld(window=ONE, ticket=ticket.id))
    play.do(c.Start(window=ONE))
    play.later(minutes=2).do(c.Finish(window=ONE))
    (cell,) = cells(play.state.tickets.values(), play.state.zone_of)
    assert (cell.wait_s, cell.service_s) == (4 * 60, 7 * 60)


def test_a_held_ticket_stays_over_midnight() -> None:
    play = Play()
    ticket = serving(play)
    hold(play, "anywhere")
    play.later(minutes=16 * 60)
    assert play.state.tickets[ticket.id].state == "held"
    assert picture(play.rebuilt()) == picture(play.state)


def test_who_walks_in_is_called_at_once_for_a_reason() -> None:
    play = Play()
    waiting = play.take(FILING)
    play.open(ONE)
    walked = play.do(c.WalkIn(window=ONE, service=FILING, reason="行动不便"))
    assert (walked.number, walked.state, walked.window, walked.paper, walked.token) == (
        "A002",
        "called",
        ONE,
        "none",
        None,
    )
    event = play.log[-1].event
    assert isinstance(event, e.Called)
    assert (event.skipped, event.reason) == (1, "行动不便")
    assert play.state.tickets[waiting.id].state == "waiting"
    assert play.refused(c.WalkIn(window=ONE, service=LICENCE, reason="x")) == "window.cannot_serve"
    assert play.refused(c.WalkIn(window=ONE, service=FILING, reason="x"), KIOSK) == "auth.forbidden"
    play.do(c.StopIssuing(scope="hall", reason="x"), MANAGER)
    assert play.refused(c.WalkIn(window=ONE, service=FILING, reason="x")) == "issuing.stopped"


def test_one_more_service_is_done_after_the_others() -> None:
    play = Play()
    ticket = serving(play)
    more = play.do(c.AddStep(ticket=ticket.id, service=LICENCE), ZHANG)
    assert [(step.service, step.state) for step in more.steps] == [(FILING, "serving"), (LICENCE, "planned")]
    done = play.do(c.Finish(window=ONE))
    assert (done.state, done.service) == ("waiting", LICENCE)
    assert picture(play.rebuilt()) == picture(play.state)
    for _ in range(3):
        play.do(c.AddStep(ticket=ticket.id, service=FILING))
    assert play.refused(c.AddStep(ticket=ticket.id, service=FILING)) == "steps.too_many"
    play.do(c.Cancel(ticket=ticket.id), STEWARD)
    assert play.refused(c.AddStep(ticket=ticket.id, service=FILING)) == "ticket.closed"
