"""Remarks on a ticket: written at its window, kept in order, told to staff and to nobody else, their words never in the log."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from queue_server.engine import event as e
from queue_server.engine import noting
from queue_server.engine.actor import CLOCK
from queue_server.engine.beside import Note
from queue_server.engine.event import encode
from queue_server.engine.hall import Rules
from queue_server.engine.touch import touched
from queue_server.views.topic import changed, show, sources
from queue_server.wire import command as c
from queue_server.wire.ids import TicketId
from queue_server.wire.ticket import Ticket
from tests.fakes.hall import FILING, LICENCE, ONE, TWO, hall
from tests.fakes.play import AGENT, LI, MANAGER, STEWARD, ZHANG, Play, picture
from tests.unit.engine.test_evacuation import away, elsewhere, home, results

FIRST, SECOND = "还差一份章程\n下午补来", "章程已收，复印件在2号窗口"


def served(play: Play, **fields: Any) -> Ticket:
    """Somebody is served at window 1."""
    ticket = play.take(FILING, then=(), **fields)
    play.open(ONE)
    play.next(ONE)
    play.do(c.Start(window=ONE))
    return ticket


def remarks(play: Play, id_: TicketId) -> list[tuple[str, str, str]]:
    return [(one.window, one.clerk, one.note) for one in play.state.tickets[id_].remarks]


def test_a_remark_goes_with_its_ticket_to_the_next_window_in_the_order_in_which_they_were_written() -> None:
    play = Play()
    ticket = served(play)
    play.do(c.WriteNote(window=ONE, text=FIRST))
    play.do(c.Hold(window=ONE, kind="anywhere", reason="补材料"))
    play.open(TWO, LI)
    play.later(minutes=5).do(c.ResumeHeld(window=TWO, ticket=ticket.id), LI)
    play.do(c.WriteNote(window=TWO, text=SECOND), LI)
    play.do(c.Transfer(at=TWO, service=LICENCE, place="first", come_back=True), LI)
    found = play.state.tickets[ticket.id].remarks
    assert [(one.window, one.clerk) for one in found] == [(ONE, "zhang"), (TWO, "li")]
    assert found[1].at - found[0].at == timedelta(minutes=5)
    words = {one.note: text for one, text in zip(found, (FIRST, SECOND), strict=True)}
    told = noting.told(play.state, play.state.tickets[ticket.id], words)
    assert [(one.text, one.forgotten) for one in told] == [(FIRST, False), (SECOND, False)]
    assert picture(play.rebuilt()) == picture(play.state)


def test_what_was_written_is_kept_beside_the_log_and_never_in_it() -> None:
    play = Play()
    served(play)
    play.do(c.WriteNote(window=ONE, text=FIRST))
    (last,) = play.log[-1:]
    assert isinstance(last.event, e.Noted)
    assert last.beside == Note(last.event.note, FIRST)
    assert "章程" not in encode(last.event).decode()
    assert sum(play.state.worded.values()) == 1


def test_a_remark_is_written_at_ones_own_window_on_the_ticket_that_is_there() -> None:
    play = Play()
    text = c.WriteNote(window=ONE, text="x")
    assert play.refused(text) == "window.closed"
    play.open(ONE)
    assert play.refused(text) == "window.idle"
    play.take(FILING)
    play.next(ONE)
    for who in (AGENT, MANAGER, STEWARD):
        assert play.refused(text, who) == "auth.forbidden"
    assert play.refused(text, LI) == "auth.not_your_window"
    play.do(text)
    play.do(c.Finish(window=ONE))
    assert play.refused(text) == "window.idle"


@pytest.mark.parametrize("text", ["", " \n\t", "字" * 201])
def test_a_remark_says_something_in_at_most_200_characters(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"window": "1", "text": text}, c.WriteNote)


def test_a_ticket_takes_so_many_remarks_and_no_more() -> None:
    play = Play()
    ticket = served(play)
    for _ in range(noting.MOST):
        play.do(c.WriteNote(window=ONE, text="x"))
    assert play.refused(c.WriteNote(window=ONE, text="x")) == "ticket.notes_full"
    assert len(remarks(play, ticket.id)) == noting.MOST


def test_a_step_is_taken_back_though_something_was_written_since_and_that_stays() -> None:
    play = Play()
    ticket = play.take(FILING, then=())
    play.open(ONE)
    play.next(ONE)
    play.do(c.WriteNote(window=ONE, text=FIRST))
    play.do(c.Undo(window=ONE))
    assert play.state.tickets[ticket.id].state == "waiting"
    assert len(remarks(play, ticket.id)) == 1
    assert picture(play.rebuilt()) == picture(play.state)


def test_people_at_the_window_and_the_desk_see_that_there_are_some_and_neither_devices_nor_the_holder_do() -> (
    None
):
    play = Play()
    token = "a-token-of-a-holder"
    ticket = served(play, token=token)
    at_work = (f"window:{ONE}", f"ticket:{ticket.id}")
    others = (f"counter:{ONE}", f"ticket:{token}", "hall", "floor")
    before = {topic: show(play.state, topic) for topic in (*at_work, *others)}
    play.do(c.WriteNote(window=ONE, text=FIRST))
    concerned = changed(touched(play.state, play.log[-1].event))
    assert concerned is not None
    for topic in at_work:
        assert concerned & sources(play.state, topic)
        told = show(play.state, topic)
        assert told["notes"].count == 1
        assert {key for key in told if told[key] != before[topic].get(key)} == {"notes"}
    for topic in others:
        assert show(play.state, topic) == before[topic], topic


def test_what_was_written_is_forgotten_after_its_term_and_it_is_said_so() -> None:
    play = Play(hall(Rules(words_days=90)))
    ticket = served(play)
    play.do(c.WriteNote(window=ONE, text=FIRST))
    row = play.state.tickets[ticket.id]
    (told,) = noting.told(play.state, row, {})
    assert (told.text, told.forgotten) == (None, True)
    (told,) = noting.told(play.state, row, None)
    assert (told.text, told.forgotten) == (None, False), "an auditor is not told whether it is"
    play.do(c.Finish(window=ONE), ZHANG)
    play.later(minutes=92 * 24 * 60)
    assert [s.event.count for s in play.log if isinstance(s.event, e.WordsForgotten)] == [1]
    assert play.state.worded == {}


def test_a_number_that_is_taken_up_again_on_the_next_day_has_the_remarks_of_the_first() -> None:
    play = Play()
    ticket = served(play)
    play.do(c.WriteNote(window=ONE, text=FIRST))
    play.do(c.Transfer(at=ONE, service=LICENCE))
    written = remarks(play, ticket.id)
    play.later(minutes=24 * 60)
    assert play.state.tickets[ticket.id].state == "expired"
    again: Ticket = play.do(c.Reenter(ticket=ticket.id), STEWARD)
    assert again.id != ticket.id
    assert remarks(play, again.id) == written
    assert picture(play.rebuilt()) == picture(play.state)


def test_remarks_stay_where_their_words_are_when_a_ticket_is_served_in_another_place() -> None:
    play = home()
    ticket = play.take(FILING)
    play.open(ONE)
    play.next(ONE)
    play.do(c.WriteNote(window=ONE, text=FIRST))
    written = remarks(play, ticket.id)
    there = elsewhere(play, away(play))
    assert remarks(there, ticket.id) == []
    there.open(ONE)
    there.next(ONE)
    there.do(c.WriteNote(window=ONE, text=SECOND))
    there.do(c.Finish(window=ONE))
    play.do(results(there), CLOCK)
    assert play.state.tickets[ticket.id].state == "served"
    assert remarks(play, ticket.id) == written
    assert picture(play.rebuilt()) == picture(play.state)
