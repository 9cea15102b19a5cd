"""Windows and who may act there."""

from datetime import timedelta

import pytest

from queue_server.engine import event as e
from queue_server.engine.actor import Actor
from queue_server.wire import command as c
from queue_server.wire.error import Refusal
from tests.fakes.hall import FILING, LICENCE, ONE, THREE, TWO
from tests.fakes.play import AGENT, LI, MANAGER, ZHANG, Play, picture


def test_a_clerk_attends_one_window_and_a_window_one_clerk() -> None:
    play = Play()
    play.open(ONE)
    assert play.refused(c.Open(window=ONE)) == "window.open"
    assert play.refused(c.Open(window=ONE), LI) == "window.attended"
    assert play.refused(c.Open(window=TWO)) == "window.elsewhere"
    play.do(c.Close(window=ONE))
    play.open(TWO)


def test_a_window_is_taken_over_only_by_somebody_who_asks_for_it() -> None:
    play = Play()
    play.state.names["zhang"] = "张敏"
    play.open(ONE)
    with pytest.raises(Refusal) as refusal:
        play.do(c.Open(window=ONE), LI)
    assert refusal.value.body().message == "该窗口由张敏登录。"
    assert refusal.value.detail == {"clerk": "zhang", "clerk_name": "张敏"}
    assert play.do(c.Open(window=ONE, takeover=True), LI).clerk == "li"
    assert play.log[-1].event == e.TakenOver(window=ONE, clerk="li", before="zhang")
    assert play.refused(c.Close(window=ONE)) == "auth.not_your_window"
    play.open(TWO)  # who lost a window is free for another one


def test_what_was_at_a_window_stays_there_for_whoever_takes_it_over() -> None:
    play = Play()
    ticket = play.take(FILING)
    play.open(ONE)
    play.next(ONE)
    play.do(c.Start(window=ONE))
    play.do(c.Pause(window=ONE, reason="短暂离开"))
    play.later(minutes=3)
    taken = play.do(c.Open(window=ONE, takeover=True), LI)
    assert (taken.state, taken.reason, taken.ticket, taken.ticket_state) == (
        "paused",
        "短暂离开",
        ticket.id,
        "serving",
    )
    assert taken.since == play.now - timedelta(minutes=3), "serving began when it began"
    assert picture(play.rebuilt())["windows"] == picture(play.state)["windows"]
    assert play.do(c.Finish(window=ONE), LI).state == "served"
    assert play.state.tickets[ticket.id].step.clerk == "li", "who finished it is rated for it"


def test_a_clerk_with_a_window_takes_no_second_one_over() -> None:
    play = Play()
    play.open(ONE)
    play.open(TWO, LI)
    assert play.refused(c.Open(window=ONE, takeover=True), LI) == "window.elsewhere"
    assert play.refused(c.Open(window=ONE, takeover=True)) == "window.open"


def test_a_manager_takes_a_window_over_and_finishes_what_was_left_with_a_reason() -> None:
    play = Play()
    play.take(FILING)
    play.open(ONE)
    play.next(ONE)
    assert play.refused(c.Open(window=ONE, takeover=True, clerk="li"), MANAGER) == "reason.required"
    assert play.refused(c.Open(window=ONE, clerk="li", reason="换班"), MANAGER) == "window.attended"
    given = c.Open(window=ONE, clerk="li", reason="换班", takeover=True)
    assert play.do(given, MANAGER).clerk == "li"
    assert play.refused(c.Finish(window=ONE), MANAGER) == "reason.required"
    assert play.do(c.Finish(window=ONE, reason="人已离开"), MANAGER).state == "served"
    assert play.log[-1].event.reason == "人已离开"  # type: ignore[union-attr]


def test_a_manager_says_of_whoever_does_not_come_that_they_did_not_and_closes_what_a_clerk_left() -> None:
    play = Play()
    play.take(FILING)
    play.open(ONE)
    play.next(ONE)
    play.open(TWO, LI)
    for window in (ONE, TWO):  # a manager looks after as many as they have to
        taken = play.do(c.Open(window=window, reason="人已离开", takeover=True), MANAGER)
        assert taken.clerk == "boss"
    play.do(c.Recall(window=ONE), AGENT)
    play.later(minutes=2)
    assert play.refused(c.NoShow(window=ONE), MANAGER) == "reason.required"
    assert play.do(c.NoShow(window=ONE, reason="人已离开"), MANAGER).state == "no_show"
    assert play.log[-1].event.reason == "人已离开"  # type: ignore[union-attr]
    assert play.do(c.Close(window=ONE, reason="人已离开"), MANAGER).state == "closed"


def test_a_clerk_who_goes_to_another_window_leaves_the_first_one_when_they_say_so() -> None:
    play = Play()
    play.open(ONE)
    assert play.refused(c.Open(window=TWO)) == "window.elsewhere"
    assert play.do(c.Open(window=TWO, leave=True)).clerk == "zhang"
    assert play.state.windows[ONE].state == "closed"
    assert picture(play.rebuilt())["windows"] == picture(play.state)["windows"]


def test_a_window_with_a_ticket_is_not_left() -> None:
    play = Play()
    ticket = play.take(FILING)
    play.open(ONE)
    play.next(ONE)
    with pytest.raises(Refusal) as refusal:
        play.do(c.Open(window=TWO, leave=True))
    assert refusal.value.detail == {"window": ONE, "number": ticket.number}
    assert play.state.windows[TWO].clerk is None


def test_whoever_leaves_for_a_window_of_somebody_else_is_asked_for_both() -> None:
    play = Play()
    play.open(ONE)
    play.open(TWO, LI)
    assert play.refused(c.Open(window=TWO, leave=True)) == "window.attended"
    assert play.do(c.Open(window=TWO, leave=True, takeover=True)).clerk == "zhang"
    assert play.state.windows[ONE].clerk is None


HERE, THERE = Actor("clerk", "zhang", seat="here"), Actor("clerk", "zhang", seat="there")


def test_of_a_clerks_pages_one_holds_the_window_until_another_takes_it_over() -> None:
    play = Play()
    play.open(ONE, HERE)
    assert play.refused(c.Open(window=ONE), HERE) == "window.open"
    assert play.refused(c.Open(window=ONE), THERE) == "window.seated"
    assert play.refused(c.CallNext(window=ONE), THERE) == "window.seated"
    assert play.do(c.Open(window=ONE, takeover=True), THERE).seat == "there"
    assert play.refused(c.Pause(window=ONE, reason="x"), HERE) == "window.seated"
    assert picture(play.rebuilt())["windows"] == picture(play.state)["windows"]
    assert play.do(c.Close(window=ONE), THERE).seat is None


def test_a_window_that_none_of_a_clerks_pages_holds_is_the_first_ones_that_asks() -> None:
    play = Play()
    play.do(c.Open(window=ONE, clerk="zhang", reason="换班"), MANAGER)
    assert play.do(c.Open(window=ONE), HERE).seat == "here"
    assert play.refused(c.Close(window=ONE), THERE) == "window.seated"


def test_what_has_no_sign_in_acts_beside_none_that_holds_the_window() -> None:
    play = Play()
    play.open(ONE, HERE)
    assert play.refused(c.CallNext(window=ONE)) == "window.seated"
    assert play.refused(c.Open(window=ONE)) == "window.seated"
    assert play.refused(c.Open(window=ONE, clerk="zhang", reason="换班"), MANAGER) == "window.open"


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
    assert play.refused(c.Transfer(at=ONE, service=LICENCE), bound) == "auth.not_your_window"
    play.do(c.Transfer(at=ONE, service=LICENCE), AGENT)
    assert play.log[-1].event.clerk == "zhang"  # type: ignore[union-attr]


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
