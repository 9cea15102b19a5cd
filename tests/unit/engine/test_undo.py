"""What a window did last is taken back, as if it had not been done."""

from collections.abc import Callable
from typing import Any

import pytest

from queue_server.engine import event as e
from queue_server.wire import command as c
from tests.fakes.hall import FILING, LICENCE, ONE, TWO
from tests.fakes.play import KIOSK, LI, STEWARD, Play, picture

BACK = c.Undo(window=ONE)


def morning() -> Play:
    """Three wait for window 1."""
    play = Play()
    for _ in range(3):
        play.take(FILING, paper=False, then=(LICENCE,))
        play.later(seconds=1)
    play.open(ONE)
    return play


def without_seq(play: Play) -> dict[str, Any]:
    """All that the hall is but how much has happened."""
    return {key: value for key, value in picture(play.state).items() if key != "seq"}


def starts(play: Play) -> Play:
    """Somebody is served."""
    play.next(ONE)
    play.do(c.Start(window=ONE))
    return play


@pytest.mark.parametrize(
    "before, command",
    [
        (lambda play: play, c.CallNext(window=ONE)),
        (starts, c.CallNext(window=ONE)),
        (lambda play: play.next(ONE), c.CallNext(window=ONE)),
        (lambda play: play.next(ONE), c.Start(window=ONE)),
        (lambda play: play.next(ONE), c.Recall(window=ONE)),
        (lambda play: play.next(ONE), c.NoShow(window=ONE)),
        (starts, c.Finish(window=ONE, outcome="done", items=1)),
        (starts, c.Hold(window=ONE, kind="anywhere", reason="x")),
        (starts, c.Transfer(at=ONE, service=LICENCE, place="first", come_back=True)),
    ],
)
def test_every_step_of_a_window_is_undone_to_what_was(
    before: Callable[[Play], Any], command: c.Command
) -> None:
    play = morning()
    before(play)
    was = without_seq(play)
    play.do(command)
    assert without_seq(play) != was
    play.later(seconds=9)
    play.do(BACK)
    assert without_seq(play) == was
    assert picture(play.rebuilt()) == picture(play.state)
    assert play.refused(BACK) == "undo.nothing"


def test_an_undone_resumption_is_held_again() -> None:
    play = starts(morning())
    held = play.do(c.Hold(window=ONE, kind="waiting_step", reason="x", until=play.now.replace(minute=30)))
    was = without_seq(play)
    play.do(c.ResumeHeld(window=ONE, ticket=held.id))
    play.do(BACK)
    assert without_seq(play) == was
    play.later(minutes=40)
    assert play.state.tickets[held.id].state == "waiting"


def test_who_would_have_woken_meanwhile_is_not_held_again() -> None:
    play = starts(morning())
    until = play.later(seconds=1).now.replace(second=play.now.second + 5)
    held = play.do(c.Hold(window=ONE, kind="waiting_step", reason="x", until=until))
    play.do(c.ResumeHeld(window=ONE, ticket=held.id))
    play.later(seconds=6)
    assert play.refused(BACK) == "undo.too_late"


def test_papers_that_came_late_are_held_again() -> None:
    play = starts(morning())
    until = play.now.replace(minute=10)
    held = play.do(c.Hold(window=ONE, kind="at_window", reason="x", until=until))
    play.later(minutes=20)
    was = without_seq(play)
    play.do(c.ResumeHeld(window=ONE, ticket=held.id))
    play.do(BACK)
    assert without_seq(play) == was


def test_nothing_is_undone_after_ten_seconds_or_before_anything_was_done() -> None:
    play = morning()
    assert play.refused(BACK) == "undo.nothing"
    play.next(ONE)
    play.later(seconds=11)
    assert play.refused(BACK) == "undo.too_late"


def test_a_window_undoes_its_own_last_step_only() -> None:
    play = morning()
    play.open(TWO, LI)
    play.next(ONE)
    play.next(TWO, LI)
    play.do(BACK)
    assert play.state.windows[ONE].ticket is None
    assert play.state.windows[TWO].ticket is not None
    assert play.refused(c.Undo(window=TWO)) == "auth.not_your_window"
    assert play.refused(c.Undo(window=TWO), STEWARD) == "auth.forbidden"


def test_what_has_moved_since_is_not_undone() -> None:
    play = morning()
    play.next(ONE)
    play.do(c.Pause(window=ONE, reason="x"))
    assert play.refused(BACK) == "undo.moved"
    play = morning()
    play.next(ONE)
    ticket = play.do(c.NoShow(window=ONE))
    play.do(c.Reenter(ticket=ticket.id), STEWARD)
    assert play.refused(BACK) == "undo.moved"
    play = starts(morning())
    ticket = play.do(c.Transfer(at=ONE, service=LICENCE))
    play.do(c.Cancel(ticket=ticket.id), STEWARD)
    assert play.refused(BACK) == "undo.moved"


def test_who_has_been_rated_is_not_served_again() -> None:
    play = starts(morning())
    ticket = play.do(c.Finish(window=ONE))
    play.do(c.Rate(step=f"{ticket.id}/0", level=5, channel="kiosk"), KIOSK)
    assert play.refused(BACK) == "undo.moved"


def test_the_log_alone_says_what_was_undone() -> None:
    play = starts(morning())
    play.next(ONE)
    called = play.log[-1].seq
    play.do(BACK)
    event = play.log[-1].event
    assert isinstance(event, e.Undone)
    assert event.first == called - 1, "the end of the ticket before goes with the call"
    assert [row.state for row in event.tickets] == ["serving", "waiting"]
    assert not play.state.calls or play.state.calls[-1][0] < event.first


def test_an_end_and_a_call_of_the_same_ticket_in_one_instant_are_two_steps() -> None:
    play = Play()
    play.take(FILING, then=(FILING,))
    play.open(ONE)
    play.next(ONE)
    assert play.next(ONE) is None, "nobody else waits, and it ends"
    was = without_seq(play)
    assert play.next(ONE) is not None
    play.do(BACK)
    assert without_seq(play) == was


@pytest.mark.parametrize("busy", [False, True])
def test_a_walk_in_that_is_undone_leaves_nobody_waiting_who_is_not_there(busy: bool) -> None:
    play = morning()
    if busy:
        starts(play)
    line, at_window = list(play.state.lines[FILING]), play.state.windows[ONE].ticket
    walked = play.do(c.WalkIn(window=ONE, service=FILING, reason="x"))
    assert play.state.windows[ONE].ticket == walked.id
    play.do(BACK)
    assert (play.state.tickets[walked.id].state, play.state.tickets[walked.id].reason) == (
        "cancelled",
        "undone",
    )
    assert (list(play.state.lines[FILING]), play.state.windows[ONE].ticket) == (line, at_window)
    assert picture(play.rebuilt()) == picture(play.state)
    assert play.refused(BACK) == "undo.nothing"


def test_a_step_after_a_walk_in_is_undone_without_its_end() -> None:
    play = morning()
    walked = play.do(c.WalkIn(window=ONE, service=FILING, reason="x"))
    was = without_seq(play)
    play.do(c.Start(window=ONE))
    play.do(BACK)
    assert without_seq(play) == was
    assert play.state.windows[ONE].ticket == walked.id


def test_after_a_start_nothing_is_undone() -> None:
    play = morning()
    play.next(ONE)
    play.state = play.rebuilt()
    assert play.refused(BACK) == "undo.nothing"
