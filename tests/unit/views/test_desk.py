"""What the steward's desk shows: whose class waits to be confirmed, the classes there are, one ticket and the lines before it."""

from typing import Any

import pytest

from queue_server.engine.touch import touched
from queue_server.views import topic
from queue_server.wire import command as c
from queue_server.wire.error import Refusal
from queue_server.wire.ids import TicketId
from queue_server.wire.ticket import Ticket
from tests.fakes.hall import FILING, LICENCE, ONE, SEAL
from tests.fakes.play import KIOSK, MANAGER, STEWARD, ZHANG, Play

A_DAY = 24 * 60


def asking(play: Play) -> set[str]:
    """Numbers of those whose class waits to be confirmed."""
    return {one.number for key, one in topic.show(play.state, "desk").items() if key.startswith("request/")}


def decide(play: Play, ticket: Ticket, decision: Any) -> None:
    play.do(c.Classify(ticket=ticket.id, class_="priority", decision=decision, reason="证件已核对"), STEWARD)


def concerned(play: Play, name: str) -> bool:
    """Whether what happened last may show in a topic."""
    changed = topic.changed(touched(play.state, play.log[-1].event))
    return changed is None or not topic.sources(play.state, name).isdisjoint(changed)


def test_a_class_that_was_asked_for_is_on_the_desk_until_somebody_decides() -> None:
    play = Play()
    play.take(FILING)
    elder, other, gone = (play.take(service, class_="priority") for service in (FILING, LICENCE, SEAL))
    assert asking(play) == {"A002", "B001", "B002"}
    assert concerned(play, "desk")
    decide(play, elder, "confirm")
    decide(play, other, "refuse")
    assert concerned(play, "desk")
    play.do(c.Cancel(ticket=gone.id), KIOSK)
    assert asking(play) == set()


def test_who_is_called_is_on_the_desk_no_more() -> None:
    play = Play()
    play.take(FILING, class_="priority")
    play.open(ONE)
    play.next(ONE)
    assert asking(play) == set()


def test_the_desk_knows_every_class_that_staff_may_give() -> None:
    records = topic.show(Play().state, "desk")
    assert {key: record.listed for key, record in records.items()} == {
        "class/priority": False,
        "class/booked": False,
        "class/green": True,
    }


def test_a_ticket_shows_who_stands_before_it_and_where_it_is_called() -> None:
    play = Play()
    play.take(FILING)
    mine = play.take(FILING)
    name = f"ticket:{mine.id}"
    assert topic.show(play.state, name)["ticket"].ahead == 1
    play.open(ONE)
    assert not concerned(play, name)
    play.next(ONE)
    assert concerned(play, name)
    assert topic.show(play.state, name)["ticket"].ahead == 0
    play.do(c.Finish(window=ONE), ZHANG)
    play.next(ONE)
    assert topic.show(play.state, name)["ticket"].window == ONE
    play.take(LICENCE)
    assert not concerned(play, name)


def test_a_ticket_that_is_not_known_is_no_topic() -> None:
    play = Play()
    with pytest.raises(Refusal, match=r"feed\.unknown_topic"):
        topic.show(play.state, "ticket:of-nobody-at-all")
    ticket = play.take(FILING)
    play.do(c.Cancel(ticket=ticket.id), KIOSK)
    play.later(minutes=A_DAY)
    assert TicketId(ticket.id) not in play.state.tickets
    with pytest.raises(Refusal, match=r"feed\.unknown_topic"):
        topic.show(play.state, f"ticket:{ticket.id}")


def test_a_ticket_says_whether_it_may_be_taken_up_again() -> None:
    play = Play()
    left = play.take(FILING)
    name = f"ticket:{left.id}"
    assert not topic.show(play.state, name)["ticket"].offered
    play.do(c.EndDay(reason="停电"), MANAGER)
    assert topic.show(play.state, name)["ticket"].offered
    play.later(minutes=A_DAY)
    assert topic.show(play.state, name)["ticket"].offered
    play.do(c.Reenter(ticket=left.id), STEWARD)
    assert concerned(play, name)
    assert not topic.show(play.state, name)["ticket"].offered
