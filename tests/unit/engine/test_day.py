"""The end of a day: nobody who waits loses a turn by the clock alone, and whom it leaves waiting comes first on the next one."""

from datetime import UTC, datetime

import pytest

from queue_server.engine.actor import Actor
from queue_server.engine.design import design
from queue_server.engine.event import Called
from queue_server.wire import command as c
from queue_server.wire.error import Refusal
from queue_server.wire.field import Holder
from queue_server.wire.ids import TicketId
from tests.fakes.card import number
from tests.fakes.document import classed, document, text
from tests.fakes.hall import FILING, LICENCE, ONE, SEAL, THREE, TWO
from tests.fakes.play import KIOSK, LI, MANAGER, STEWARD, ZHANG, Play, picture

ADMIN = Actor("admin", "root")
DAY = 24 * 60


def weekdays() -> Play:
    """A hall that is open from Monday to Friday, 9 to 12 and 13 to 17, on a Friday at nine."""
    made = document()
    made["rules"] = {"calendar": "hall"}
    hours = {"weekdays": "1-5", "tickets": ["09:00-12:00", "13:00-17:00"]}
    made["calendars"] = [{"id": "hall", "name": text("作息", "Hours"), "seasons": [hours]}]
    return Play(design(made).hall, datetime(2026, 11, 27, 1, tzinfo=UTC))


def calls(play: Play) -> list[str]:
    """The numbers that window 1 calls until nobody waits."""
    found = []
    while (ticket := play.next(ONE)) is not None:
        found.append(ticket.number)
    return found


def test_noon_and_closing_stop_the_taking_of_tickets_and_nothing_else() -> None:
    play = weekdays()
    before = play.take(FILING)
    play.later(minutes=3 * 60 + 30)
    assert play.refused(c.Take(service=FILING), KIOSK) == "issuing.closed"
    assert play.state.tickets[before.id].state == "waiting"
    play.later(minutes=6 * 60)
    assert play.refused(c.Take(service=FILING), KIOSK) == "issuing.closed"
    play.open(ONE)
    assert calls(play) == ["A001"]


def test_whom_midnight_leaves_waiting_comes_first_on_the_next_day_in_the_same_order() -> None:
    play = Play()
    old = [play.take(FILING) for _ in range(3)]
    play.later(minutes=DAY)
    assert play.take(FILING).number == "A001"
    again = [
        play.do(c.Reenter(ticket=ticket.id), who)
        for ticket, who in zip(old, (STEWARD, KIOSK, ZHANG), strict=True)
    ][::-1]
    assert {ticket.number for ticket in again} == {"A002", "A003", "A004"}
    play.open(ONE)
    assert calls(play) == ["A002", "A003", "A004", "A001"]
    reasons = [stamped.event.reason for stamped in play.log if isinstance(stamped.event, Called)]
    assert reasons == ["reentry", "reentry", "reentry", None]


def test_the_holders_token_goes_on_with_the_new_ticket() -> None:
    play = Play()
    old = play.take(FILING, token="a-token-of-a-holder")
    play.later(minutes=DAY)
    holder = Actor("holder", "x", ticket=TicketId(old.id))
    assert play.refused(c.Reenter(ticket=play.take(FILING).id), holder) == "ticket.unknown"
    new = play.do(c.Reenter(ticket=old.id), holder)
    assert play.state.holders[play.state.tickets[new.id].token] == new.id
    play.later(minutes=DAY)
    assert play.state.holders[play.state.tickets[new.id].token] == new.id


def test_a_place_is_offered_once_and_until_the_next_working_day_is_over() -> None:
    play = weekdays()
    first, second = play.take(FILING), play.take(FILING)
    play.later(minutes=DAY)
    assert play.refused(c.Reenter(ticket=first.id), STEWARD) == "issuing.closed"  # a Saturday
    play.later(minutes=2 * DAY)
    play.do(c.Reenter(ticket=first.id), STEWARD)
    assert play.refused(c.Reenter(ticket=first.id), STEWARD) == "ticket.not_offered"
    play.later(minutes=DAY)
    assert play.refused(c.Reenter(ticket=second.id), STEWARD) == "ticket.unknown"


def test_who_missed_a_call_or_was_served_is_offered_no_place() -> None:
    play = Play()
    missed, served = play.take(FILING), play.take(FILING)
    play.open(ONE)
    play.next(ONE)
    play.do(c.NoShow(window=ONE))
    play.next(ONE)
    play.do(c.Finish(window=ONE))
    assert play.refused(c.Reenter(ticket=served.id), STEWARD) == "ticket.not_offered"
    play.later(minutes=DAY)
    assert play.refused(c.Reenter(ticket=missed.id), STEWARD) == "ticket.unknown"


def test_what_is_left_of_a_visit_and_who_holds_it_go_on() -> None:
    play = Play()
    old = play.take(FILING, then=(SEAL,), holder=Holder(number=number(), name="王小明"))
    play.open(ONE)
    play.next(ONE)
    play.do(c.Finish(window=ONE))
    play.later(minutes=DAY)
    new = play.do(c.Reenter(ticket=old.id), STEWARD)
    assert ([step.service for step in new.steps], new.number, new.identified) == ([SEAL], "B001", True)
    play.open(TWO)
    called = play.next(TWO)
    assert called is not None
    assert called.id == new.id


def test_a_manager_ends_the_day_and_whoever_is_at_a_window_is_served() -> None:
    play = Play()
    serving, waiting = play.take(LICENCE), play.take(LICENCE)
    play.open(THREE, LI)
    play.next(THREE, LI)
    assert play.refused(c.EndDay(reason="停电"), STEWARD) == "auth.forbidden"
    stop = play.do(c.EndDay(reason="停电"), MANAGER)
    assert (stop.issuing, stop.reason) == (False, "停电")
    assert play.refused(c.Take(service=LICENCE), KIOSK) == "issuing.stopped"
    assert (play.state.tickets[waiting.id].state, play.state.tickets[waiting.id].reason) == (
        "expired",
        "停电",
    )
    assert play.refused(c.Reenter(ticket=waiting.id), STEWARD) == "issuing.stopped"
    assert play.do(c.Finish(window=THREE), LI).id == serving.id
    play.later(minutes=DAY)
    assert play.do(c.Reenter(ticket=waiting.id), STEWARD).number == "B001"


def test_a_day_that_goes_on_takes_back_whom_its_end_left_waiting() -> None:
    play = Play()
    waiting = play.take(FILING)
    play.do(c.EndDay(reason="停电"), MANAGER)
    play.do(c.OpenDay(reason="来电"), MANAGER)
    assert play.refused(c.OpenDay(reason="来电"), MANAGER) == "issuing.not_stopped"
    assert play.take(FILING).number == "A002"
    assert play.do(c.Reenter(ticket=waiting.id), STEWARD).number == "A003"
    play.open(ONE)
    assert calls(play) == ["A003", "A002"]


@pytest.mark.parametrize("command", [c.EndDay(reason="x"), c.OpenDay(reason="x")])
def test_only_a_manager_ends_and_opens_the_day(command: c.Command) -> None:
    assert Play().refused(command, ZHANG) == "auth.forbidden"


def test_whoever_the_end_of_a_day_left_waiting_has_a_destination_before_what_they_came_for_goes() -> None:
    """Their place on the next day is theirs: a service or a class goes once theirs are another, and then they stand at its head."""
    play = Play()
    play.do(c.Publish(document=classed(document()), note="why"), ADMIN)
    left = play.take(SEAL, STEWARD, then=(LICENCE,), class_="priority", class_reason="70岁")
    play.later(minutes=DAY)
    own = play.take(FILING)
    without = classed(document(services=("filing", "licence")))
    without["classes"] = [each for each in without["classes"] if each["id"] != "priority"]
    with pytest.raises(Refusal) as refused:
        play.do(c.Publish(document=without, note="why"), ADMIN)
    assert (refused.value.code, refused.value.detail["what"], refused.value.detail["classes"]) == (
        "config.in_use",
        [SEAL],
        ["priority"],
    )
    assert refused.value.detail["numbers"] == [left.number]
    play.do(c.Classify(ticket=left.id, class_="ordinary", decision="instead", reason="x"), ADMIN)
    play.do(c.Move(ticket=left.id, step=0, service=FILING, reason="x"), ADMIN)
    play.do(c.Publish(document=without, note="why"), ADMIN)
    new = play.do(c.Reenter(ticket=left.id), STEWARD)
    assert ([step.service for step in new.steps], new.class_, new.ahead) == (
        [FILING, LICENCE],
        "ordinary",
        0,
    )
    assert play.state.tickets[own.id].number < new.number
    assert picture(play.rebuilt()) == picture(play.state)


def test_whoever_has_come_back_already_or_was_offered_nothing_holds_up_no_version() -> None:
    play = Play()
    play.do(c.Publish(document=document(), note="why"), ADMIN)
    left = play.take(SEAL)
    play.later(minutes=DAY)
    again = play.do(c.Reenter(ticket=left.id), STEWARD)
    play.do(c.Cancel(ticket=again.id), STEWARD)
    play.do(c.Publish(document=document(services=("filing", "licence")), note="why"), ADMIN)
    assert play.refused(c.Move(ticket=left.id, service=FILING, reason="x"), MANAGER) == "ticket.closed"
