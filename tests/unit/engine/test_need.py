"""Needs: a ticket is kept for a window that is able, ten minutes at most; else a steward is called to where it is called, once."""

from typing import Any

import msgspec
import pytest

from queue_server.engine import event as e
from queue_server.engine.actor import Actor
from queue_server.engine.hall import Hall, Member, PolicyName, Rules
from queue_server.views import topic
from queue_server.views import window as windows
from queue_server.wire import command as c
from queue_server.wire.alarm import AlarmRecord
from queue_server.wire.ticket import Wait
from tests.fakes.hall import FILING, ONE, SEAL, TWO, hall
from tests.fakes.play import LI, STEWARD, ZHANG, Play, picture

TOKEN = "token-of-a-holder-00000"
LOW = ("wheelchair",)


def plan(policy: PolicyName = "fcfs") -> Hall:
    """Window 2 has a low counter, and li speaks English."""
    small = hall(Rules(policy=policy))
    abled = tuple(
        msgspec.structs.replace(one, abilities=("low_counter",)) if one.id == TWO else one
        for one in small.windows
    )
    return msgspec.structs.replace(small, windows=abled, staff=(Member(id="li", abilities=("english",)),))


def alarms(play: Play) -> list[AlarmRecord]:
    """What stewards are told."""
    return [one for key, one in topic.show(play.state, "floor").items() if key.startswith("alarm/")]


def test_a_steward_is_told_who_was_called_to_where_what_they_need_is_not() -> None:
    play = Play(plan())
    ticket = play.take(FILING, needs=("wheelchair", "english"))
    play.open(ONE)
    play.next(ONE)
    [told] = alarms(play)
    assert (told.kind, told.name, told.window) == ("need", ticket.number, ONE)
    assert told.needs == ("wheelchair", "english")
    assert picture(play.rebuilt()) == picture(play.state)
    play.do(c.AcknowledgeAlarm(alarm=told.id), STEWARD)
    play.do(c.EndAlarm(alarm=told.id), STEWARD)
    assert alarms(play) == []


@pytest.mark.parametrize("needs", [(), ("help",), ("wheelchair",), ("english", "wheelchair")])
def test_nobody_is_told_where_it_is_met_or_nobody_has_written_down_by_what(needs: tuple[str, ...]) -> None:
    play = Play(plan())
    play.take(FILING, needs=needs)
    play.open(TWO, LI)
    play.next(TWO, LI)
    assert alarms(play) == []


def test_a_call_that_is_undone_and_made_again_tells_it_once() -> None:
    play = Play(plan())
    play.take(FILING, needs=("hearing",))
    play.open(ONE)
    play.next(ONE)
    play.do(c.Undo(window=ONE), ZHANG)
    play.next(ONE)
    assert len(alarms(play)) == 1


def busy(policy: PolicyName = "fcfs") -> Play:
    """Both windows are open, and somebody has just been called to window 2, the able one."""
    play = Play(plan(policy))
    play.open(ONE)
    play.open(TWO, LI)
    play.take(FILING)
    play.next(TWO, LI)
    return play


def last(play: Play, kind: type[e.Event]) -> Any:
    """The last event of a kind."""
    return next(stamped.event for stamped in reversed(play.log) if isinstance(stamped.event, kind))


def calls(play: Play) -> tuple[str, int, str | None]:
    """Number, skips and reason of the last call."""
    event = last(play, e.Called)
    return play.state.tickets[event.ticket].number, event.skipped, event.reason


def test_a_ticket_is_kept_for_the_able_window_which_calls_it_first() -> None:
    play = busy()
    play.take(FILING, needs=("wheelchair",))
    play.take(FILING)
    play.next(ONE)
    assert calls(play) == ("A003", 1, "need")
    kept = last(play, e.Kept)
    assert (kept.window, kept.able, (kept.until - play.now).total_seconds()) == (ONE, TWO, 600)
    assert [one.kept_until for one in windows.waiting(play.state, ONE).tickets] == [kept.until]
    assert picture(play.rebuilt()) == picture(play.state)
    play.later(minutes=9).take(SEAL, STEWARD, class_="green", class_reason="seen", class_for="陈大文")
    play.next(TWO, LI)
    assert calls(play) == ("A002", 0, None)
    assert alarms(play) == []


@pytest.mark.parametrize("policy", ["fcfs", "strict"])
def test_it_is_kept_ten_minutes_and_then_goes_before_all_others_wherever_it_is_called(
    policy: PolicyName,
) -> None:
    play = busy(policy)
    play.take(FILING, needs=("wheelchair",))
    for minutes in (0, 4, 6):
        assert play.later(minutes=minutes).next(ONE) is None, "nobody else waits"
    assert [type(stamped.event) for stamped in play.log].count(e.Kept) == 1
    play.later(seconds=1).take(FILING, STEWARD, class_="green", class_reason="seen", class_for="陈大文")
    play.next(ONE)
    assert calls(play) == ("A002", 0, None)
    assert [(one.name, one.window) for one in alarms(play)] == [("A002", ONE)]


def test_it_is_not_kept_where_no_able_window_is_expected_in_time() -> None:
    def asked(play: Play) -> str:
        play.take(FILING, needs=("wheelchair",))
        play.take(FILING)
        play.next(ONE)
        return calls(play)[0]

    play = busy()
    play.do(c.Pause(window=TWO, reason="lunch"), LI)
    assert asked(play) == "A002", "nobody knows how long a pause lasts"

    play = Play(plan())
    play.open(ONE)
    assert asked(play) == "A001", "the able window is closed"

    play = busy()
    play.do(c.Finish(window=TWO), LI)
    play.take(FILING, needs=("wheelchair",))
    play.later(seconds=121).next(ONE)
    assert calls(play)[0] == "A002", "a window that calls nobody, though somebody waits, has nobody at it"

    play = busy()
    for _ in range(5):
        play.later(minutes=16).take(FILING)
        play.next(TWO, LI)
    assert asked(play) == "A007", "a service takes 12 minutes on the average of this day"

    play = busy()
    play.take(FILING, needs=("wheelchair",))
    assert asked(play) == "A003", "one is kept already, and two services take too long"
    assert calls(play)[1:] == (1, "need")


def test_what_is_kept_is_not_any_more_once_its_window_pauses_or_its_holder_lets_others_go_first() -> None:
    play = busy()
    ticket = play.take(FILING, needs=("wheelchair",))
    assert play.next(ONE) is None
    play.do(c.Pause(window=TWO, reason="lunch"), LI)
    play.next(ONE)
    assert calls(play)[0] == "A002"

    play = busy()
    ticket = play.take(FILING, needs=("wheelchair",))
    assert play.next(ONE) is None
    for _ in range(2):
        play.take(FILING)
    play.do(c.Defer(ticket=ticket.id, behind=1), STEWARD)
    play.next(TWO, LI)
    assert calls(play)[0] == "A003", "it is the turn of whoever was let go first"


def test_a_call_that_is_taken_back_after_it_was_kept_leaves_it_kept() -> None:
    play = busy()
    play.take(FILING, needs=("wheelchair",))
    assert play.next(ONE) is None
    play.next(TWO, LI)
    play.do(c.Undo(window=TWO), LI)
    assert picture(play.rebuilt()) == picture(play.state)
    assert play.next(ONE) is None


def test_who_is_bound_to_able_windows_is_called_by_no_other_and_by_any_once_free_again() -> None:
    play = busy()
    ticket = play.take(FILING, needs=("wheelchair",))
    play.take(FILING)
    holder = Actor("holder", "holder", ticket=ticket.id)
    bound = play.do(c.Bind(ticket=ticket.id, binding=True), holder)
    assert bound.binding
    assert picture(play.rebuilt()) == picture(play.state)
    play.later(minutes=30).next(ONE)
    assert calls(play) == ("A003", 1, "need")
    assert play.next(ONE) is None
    assert play.refused(c.Call(window=ONE, ticket=ticket.id, reason="asked")) == "need.binding"
    seen = len(play.log)
    assert play.do(c.Bind(ticket=ticket.id, binding=True), STEWARD).binding
    assert len(play.log) == seen, "once more is no news"
    assert not play.do(c.Bind(ticket=ticket.id, binding=False), holder).binding
    play.do(c.Pause(window=TWO, reason="lunch"), LI)
    play.next(ONE)
    assert calls(play)[0] == ticket.number


def test_who_is_bound_while_no_able_window_is_there_any_more_has_a_steward_told_of_it() -> None:
    play = busy()
    ticket = play.take(FILING, needs=("wheelchair",))
    play.do(c.Bind(ticket=ticket.id, binding=True), STEWARD)
    play.do(c.Pause(window=TWO, reason="lunch"), LI)
    assert play.next(ONE) is None
    assert alarms(play) == [], "whoever pauses comes back"
    play.do(c.Resume(window=TWO), LI)
    play.do(c.Finish(window=TWO), LI)
    play.do(c.Close(window=TWO), LI)
    for _ in range(2):
        assert play.next(ONE) is None
    [told] = alarms(play)
    assert (told.name, told.window, told.zone, told.needs) == (ticket.number, None, "A", ("wheelchair",))


def test_nobody_is_bound_to_what_no_open_window_has_or_to_nothing() -> None:
    play = Play(plan())
    play.open(ONE)
    wheelchair, help_ = play.take(FILING, needs=("wheelchair",)), play.take(FILING, needs=("help",))
    assert play.refused(c.Bind(ticket=wheelchair.id, binding=True), STEWARD) == "need.no_window"
    assert play.refused(c.Bind(ticket=help_.id, binding=True), STEWARD) == "need.none"
    assert play.refused(c.Bind(ticket=wheelchair.id, binding=True), ZHANG) == "auth.forbidden"
    play.do(c.Cancel(ticket=wheelchair.id), STEWARD)
    assert play.refused(c.Bind(ticket=wheelchair.id, binding=True), STEWARD) == "ticket.closed"


def test_both_ways_are_told_to_whoever_has_a_choice_and_to_nobody_else() -> None:
    play = Play(plan())
    play.open(ONE)
    plain, needy = play.take(FILING), play.take(FILING, needs=("wheelchair",), token=TOKEN)

    def shown(topic_: str) -> dict[str, tuple[str, ...]]:
        found = topic.show(play.state, topic_)
        return {way: tuple(one.zh for one in found[way].windows) for way in ("first", "able") if way in found}

    assert shown(f"ticket:{plain.id}") == {}
    assert shown(f"ticket:{needy.id}") == {"first": ("1号窗口",), "able": ()}
    play.open(TWO, LI)
    assert shown(f"ticket:{TOKEN}") == {"first": ("1号窗口", "2号窗口"), "able": ("2号窗口",)}
    assert "windows" in topic.sources(play.state, f"ticket:{TOKEN}"), (
        "a window that opens or closes changes it"
    )
    play.next(ONE)
    play.next(TWO, LI)
    assert shown(f"ticket:{TOKEN}") == {}


def test_who_takes_a_ticket_is_told_as_much_later_at_most_as_it_may_be_kept() -> None:
    others = Wait(10, 15, 2.0)
    play = Play(plan(), wait=lambda *_: others)
    play.open(ONE)
    assert play.take(FILING, needs=LOW).wait == others, "no window has it: it is kept for none"
    play.open(TWO, LI)
    assert play.take(FILING, needs=LOW).wait == Wait(10, 25, 2.0)
    assert play.take(FILING).wait == others
    assert play.take(SEAL, needs=LOW).wait == others, "the one window for it has it"
    play.do(c.Pause(window=TWO, reason="lunch"), LI)
    assert play.take(FILING, needs=LOW).wait == Wait(10, 25, 2.0), "whoever pauses comes back"
