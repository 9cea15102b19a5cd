"""Windows and who may act there."""

from datetime import timedelta

from queue_server.engine.actor import Actor
from queue_server.wire import command as c
from tests.fakes.hall import FILING, LICENCE, ONE, THREE, TWO
from tests.fakes.play import AGENT, LI, MANAGER, ZHANG, Play


def test_a_clerk_attends_one_window_and_a_window_one_clerk() -> None:
    play = Play()
    play.open(ONE)
    assert play.refused(c.Open(window=ONE)) == "window.open"
    assert play.refused(c.Open(window=ONE), LI) == "window.attended"
    assert play.refused(c.Open(window=TWO)) == "window.elsewhere"
    play.do(c.Close(window=ONE))
    play.open(TWO)


def test_a_clerk_acts_at_their_own_window_only() -> None:
    play = Play()
    play.open(ONE)
    play.open(TWO, LI)
    for command in (
        c.CallNext(window=TWO),
        c.Pause(window=TWO, reason="x"),
        c.Close(window=TWO),
        c.Recall(window=TWO),
    ):
        assert play.refused(command) == "auth.not_your_window"


def test_a_manager_acts_at_any_window_with_a_reason() -> None:
    play = Play()
    assert play.refused(c.Open(window=ONE), MANAGER) == "reason.required"
    assert play.do(c.Open(window=ONE, clerk="zhang", reason="开窗"), MANAGER).clerk == "zhang"
    play.do(c.Pause(window=ONE, reason="开会"), MANAGER)
    assert play.refused(c.Resume(window=ONE), MANAGER) == "reason.required"
    play.do(c.Resume(window=ONE, reason="散会"), MANAGER)
    assert play.refused(c.CallNext(window=ONE), MANAGER) == "auth.forbidden"


def test_a_paused_window_calls_nobody_until_it_is_resumed() -> None:
    play = Play()
    play.take(FILING)
    play.open(ONE)
    until = play.now + timedelta(minutes=10)
    paused = play.do(c.Pause(window=ONE, reason="饮水", until=until))
    assert (paused.state, paused.reason, paused.until) == ("paused", "饮水", until)
    assert play.refused(c.CallNext(window=ONE)) == "window.paused"
    assert play.refused(c.Pause(window=ONE, reason="又")) == "window.paused"
    play.do(c.Resume(window=ONE))
    assert play.refused(c.Resume(window=ONE)) == "window.not_paused"
    assert play.next(ONE) is not None


def test_a_window_with_a_ticket_is_not_closed() -> None:
    play = Play()
    play.take(FILING)
    play.open(ONE)
    play.next(ONE)
    assert play.refused(c.Close(window=ONE)) == "window.busy"
    play.do(c.Finish(window=ONE))
    assert play.do(c.Close(window=ONE)).clerk is None


def test_a_caller_acts_as_the_clerk_signed_in_there() -> None:
    play = Play()
    play.take(FILING)
    assert play.refused(c.CallNext(window=ONE), AGENT) == "window.unattended"
    play.open(ONE)
    assert play.next(ONE, AGENT) is not None
    assert play.log[-1].actor == "agent:box"
    assert play.log[-1].event.clerk == "zhang"  # type: ignore[union-attr]
    bound = Actor("agent", "box", frozenset({TWO}))
    assert play.refused(c.Recall(window=ONE), bound) == "auth.not_your_window"


def test_a_window_does_not_call_a_service_it_does_not_offer() -> None:
    play = Play()
    ticket = play.take(LICENCE)
    play.open(ONE)
    assert play.next(ONE) is None
    assert play.refused(c.Call(window=ONE, ticket=ticket.id, reason="x")) == "window.cannot_serve"
    play.open(THREE, LI)
    called = play.next(THREE, LI)
    assert called is not None
    assert called.id == ticket.id
    assert play.refused(c.Call(window=THREE, ticket=ticket.id, reason="x"), LI) == "ticket.not_waiting"


def test_verbs_without_a_ticket_are_refused() -> None:
    play = Play()
    play.open(ONE, ZHANG)
    for command in (c.Recall(window=ONE), c.Start(window=ONE), c.Finish(window=ONE), c.NoShow(window=ONE)):
        assert play.refused(command) == "window.idle"
    play.take(FILING)
    play.next(ONE)
    play.do(c.Start(window=ONE))
    for command in (c.Recall(window=ONE), c.Start(window=ONE), c.NoShow(window=ONE)):
        assert play.refused(command) == "ticket.not_called"
