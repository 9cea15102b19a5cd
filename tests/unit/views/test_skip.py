"""Calls out of turn: each is found once, with the kind of its reason, and one without any is loud."""

from typing import Any

from queue_server.engine import event as e
from queue_server.engine.hall import Rules
from queue_server.views.skip import Passed, counts, passed, reason
from queue_server.wire import command as c
from queue_server.wire.audit import Why, WhyCount
from queue_server.wire.ids import TicketId
from tests.fakes.hall import FILING, ONE, SEAL, TWO, hall
from tests.fakes.play import LI, MANAGER, STEWARD, Play


def found(play: Play) -> list[Passed]:
    return passed(play.log, play.state.tickets)


def told(play: Play) -> list[tuple[str, str, int, str | None]]:
    return [
        (play.state.tickets[each.called.ticket].number, each.why, each.called.skipped, each.said)
        for each in found(play)
    ]


def test_calls_in_turn_are_none() -> None:
    play = Play()
    play.open(ONE)
    for _ in range(3):
        play.later(minutes=1).take(FILING)
    for _ in range(3):
        play.next(ONE)
    assert found(play) == []
    assert counts([]) == (WhyCount("unexplained", 0, 0),)


def test_each_way_out_of_turn_is_told_by_its_own_name() -> None:
    play = Play(hall(Rules(policy="strict")))
    play.open(ONE)
    for _ in range(4):
        play.later(minutes=1).take(FILING)  # A001 to A004
    elder = play.later(minutes=1).take(FILING, STEWARD, class_="priority", class_reason="证件已看")
    play.next(ONE)
    chosen = list(play.state.tickets.values())[2]
    play.do(c.Call(window=ONE, ticket=chosen.id, reason="材料已备好"))
    play.do(c.WalkIn(window=ONE, service=FILING, reason="只问一句"))
    last = list(play.state.tickets.values())[3]
    play.do(c.Move(ticket=last.id, service=FILING, place="first", reason="赶火车"), MANAGER)
    play.next(ONE)
    assert told(play) == [
        (elder.number, "class", 4, None),
        ("A003", "chosen", 2, "材料已备好"),
        ("A006", "walk_in", 3, "只问一句"),
        ("A004", "moved", 2, "赶火车"),
    ]
    assert [(one.why, one.count, one.skipped) for one in counts(found(play))] == [
        ("unexplained", 0, 0),
        ("chosen", 1, 2),
        ("walk_in", 1, 3),
        ("moved", 1, 2),
        ("class", 1, 4),
    ]


def test_a_class_is_the_one_that_counted_when_the_ticket_was_called() -> None:
    play = Play(hall(Rules(policy="strict")))
    play.open(ONE)
    play.take(FILING)
    elder = play.later(minutes=1).take(FILING, STEWARD, class_="priority", class_reason="证件已看")
    play.next(ONE)
    changed = c.Classify(ticket=elder.id, class_="ordinary", decision="instead", reason="看错了")
    play.do(changed, STEWARD)
    assert play.state.tickets[elder.id].class_ == "ordinary"
    assert [each.class_ for each in found(play)] == ["priority"]


def test_who_was_sent_on_first_goes_before_older_ones_as_a_transfer() -> None:
    play = Play()
    play.open(ONE)
    play.open(TWO, LI)
    play.take(SEAL)
    sent = play.later(minutes=1).take(FILING)
    play.next(ONE)
    play.do(c.Transfer(at=ONE, service=SEAL, place="first"))
    play.next(TWO, LI)
    assert told(play) == [(sent.number, "transfer", 1, None)]


def test_a_call_that_was_taken_back_is_told_as_such() -> None:
    play = Play()
    play.open(ONE)
    play.take(FILING)
    later = play.later(minutes=1).take(FILING)
    play.do(c.Call(window=ONE, ticket=later.id, reason="看错"))
    play.do(c.Undo(window=ONE))
    play.do(c.Call(window=ONE, ticket=later.id, reason="这次对"))
    assert [(each.said, each.undone) for each in found(play)] == [("看错", True), ("这次对", False)]


def test_no_reason_or_a_blank_one_is_unexplained_whoever_called() -> None:
    def why(command: str, **fields: Any) -> Why:
        called = e.Called(ticket=TicketId("x"), step=0, window=ONE, clerk="zhang", skipped=1, **fields)
        return reason(command, called)

    assert why("windows.call_next") == "unexplained"
    assert why("windows.call", reason=" ") == "unexplained"
    assert why("windows.walk_in", reason="", walked_in=True) == "unexplained"
    assert why("windows.call", reason="class") == "chosen", "a clerk's own word is not the rule's"
