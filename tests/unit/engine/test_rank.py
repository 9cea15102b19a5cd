"""Classes of tickets: who may ask for one, who confirms it, and what the public reads."""

from typing import Any

import msgspec
import pytest

from queue_server.engine import event as e
from queue_server.engine import rank
from queue_server.engine.actor import Actor
from queue_server.engine.hall import PRIORITY
from queue_server.views import board
from queue_server.wire import command as c
from queue_server.wire.field import Holder
from queue_server.wire.ids import TicketId
from tests.fakes.card import number
from tests.fakes.hall import FILING, LICENCE, ONE, PROJECT, SEAL
from tests.fakes.play import KIOSK, MANAGER, STEWARD, ZHANG, Play, picture

ADMIN = Actor("admin", "root")


def confirm(ticket: TicketId, class_: str = "priority", **fields: Any) -> c.Classify:
    return c.Classify(ticket=ticket, class_=class_, decision="confirm", reason="证件已核对", **fields)


def refuse(ticket: TicketId, class_: str = "priority") -> c.Classify:
    return c.Classify(ticket=ticket, class_=class_, decision="refuse", reason="不符合")


def instead(ticket: TicketId, class_: str) -> c.Classify:
    return c.Classify(ticket=ticket, class_=class_, decision="instead", reason="业务调整")


def counts(play: Play, ticket: TicketId) -> str:
    return rank.effective(play.state.hall, play.state.tickets[ticket])


def test_a_class_asked_for_at_the_kiosk_waits_as_ordinary_until_it_is_confirmed() -> None:
    play = Play()
    asked = play.take(FILING, class_="priority")
    assert (asked.class_, asked.class_state, asked.public) == ("priority", "requested", None)
    assert counts(play, asked.id) == "ordinary"
    confirmed = play.do(confirm(asked.id), STEWARD)
    assert (confirmed.class_state, confirmed.public) == ("confirmed", PRIORITY)
    assert counts(play, asked.id) == "priority"
    event = play.log[-1].event
    assert isinstance(event, e.Classified)
    assert (event.was, event.class_, event.state, event.reason) == (
        "priority",
        "priority",
        "confirmed",
        "证件已核对",
    )


def test_one_that_is_refused_goes_on_as_ordinary_in_its_place() -> None:
    play = Play()
    asked, other = play.take(FILING, class_="priority"), play.take(FILING)
    refused = play.do(refuse(asked.id), ZHANG)
    assert (refused.class_, refused.class_state, refused.public) == ("priority", "refused", None)
    assert counts(play, asked.id) == "ordinary"
    play.open(ONE)
    first = play.next(ONE)
    assert first is not None
    assert (first.id, first.class_state) == (asked.id, "refused")
    assert play.state.tickets[other.id].state == "waiting"


def test_a_class_by_policy_counts_at_once_and_may_say_nothing_in_public() -> None:
    play = Play()
    booked = play.take(FILING, class_="booked")
    assert (booked.class_state, booked.public) == ("confirmed", None)
    assert counts(play, booked.id) == "booked"


@pytest.mark.parametrize("who", [STEWARD, ZHANG, MANAGER])
def test_staff_who_state_a_reason_confirm_by_taking_the_ticket(who: Actor) -> None:
    play = Play()
    taken = play.take(FILING, who, class_="priority", class_reason="残疾证已核对")
    assert taken.class_state == "confirmed"
    event = play.log[-1].event
    assert isinstance(event, e.Taken)
    assert event.class_reason == "残疾证已核对"
    assert play.take(FILING, who, class_="priority").class_state == "requested"


def test_a_kiosk_confirms_nothing_by_stating_a_reason() -> None:
    assert Play().take(FILING, class_="priority", class_reason="我说的").class_state == "requested"


def test_the_age_on_a_card_confirms_even_where_nothing_of_the_card_is_kept() -> None:
    play = Play()
    old, young = Holder(number=number("19661123")), Holder(number=number("19661124"))
    assert play.take(FILING, class_="priority", holder=old).class_state == "confirmed"
    assert play.take(FILING, class_="priority", holder=young).class_state == "requested"
    assert play.state.identities == {}


def test_the_fast_track_is_staffs_with_reason_and_name_or_goes_by_the_list() -> None:
    play = Play()
    bare = c.Take(service=FILING, class_="green")
    reasoned = msgspec.structs.replace(bare, class_reason="重点企业")
    assert play.refused(bare, KIOSK) == "class.staff_only"
    assert play.refused(msgspec.structs.replace(reasoned, class_for="我"), KIOSK) == "class.staff_only"
    assert play.refused(bare, STEWARD) == "class.reason_required"
    assert play.refused(reasoned, STEWARD) == "class.reason_required"
    taken = play.take(FILING, STEWARD, class_="green", class_reason="重点企业", class_for="陈大文")
    assert (taken.class_state, taken.public, taken.identified) == ("confirmed", PRIORITY, True)
    assert "陈大文" not in repr([each.event for each in play.log])
    assert play.state.identities[taken.id].person == "陈大文"
    for who in (STEWARD, ZHANG, MANAGER):
        listed = play.take(FILING, who, class_="green", entry=PROJECT)
        assert (listed.class_state, listed.identified) == ("confirmed", True)
        event = play.log[-1].event
        assert isinstance(event, e.Taken)
        assert (event.entry, event.class_reason) == (PROJECT, "重点项目")
        assert play.state.identities[listed.id].person == play.state.hall.fast_entry[PROJECT].name


def test_the_fast_track_is_never_taken_at_a_kiosk_also_with_a_code_of_the_list() -> None:
    play = Play()
    mine: dict[str, Any] = {"class_reason": "我说的", "class_for": "我"}
    for entry in (None, "404", PROJECT):
        green = c.Take(service=FILING, class_="green", entry=entry)
        for take in (green, msgspec.structs.replace(green, **mine)):
            assert play.refused(take, KIOSK) == "class.staff_only"
    assert play.log == []
    assert play.state.identities == {}


def test_a_code_of_the_list_brings_the_lists_own_reason_and_name() -> None:
    play = Play()
    mine: dict[str, Any] = {"class_reason": "我说的", "class_for": "我"}
    taken = play.take(FILING, STEWARD, class_="green", entry=PROJECT, **mine)
    event = play.log[-1].event
    assert isinstance(event, e.Taken)
    assert (event.class_reason, event.entry) == ("重点项目", PROJECT)
    assert play.state.identities[taken.id].person != "我"


def test_an_entry_is_good_through_its_last_day_for_a_listed_class_alone() -> None:
    play = Play()
    assert play.refused(c.Take(service=FILING, class_="green", entry="404"), STEWARD) == "class.unlisted"
    for who in (KIOSK, STEWARD):
        assert play.refused(c.Take(service=FILING, class_="priority", entry=PROJECT), who) == "class.unlisted"
    play.later(minutes=14 * 60 + 59)
    play.take(FILING, STEWARD, class_="green", entry=PROJECT)
    play.later(minutes=1)
    assert play.refused(c.Take(service=FILING, class_="green", entry=PROJECT), STEWARD) == "class.unlisted"
    play.take(FILING, STEWARD, class_="green", entry="91350000")


def test_staff_give_another_class_than_was_asked_for() -> None:
    play = Play()
    taken = play.take(FILING, class_="priority")
    assert play.refused(confirm(taken.id, "green"), STEWARD) == "class.reason_required"
    assert play.refused(confirm(taken.id, "green", entry="404"), STEWARD) == "class.unlisted"
    play.do(confirm(taken.id, "green", class_for="陈大文"), STEWARD)
    assert play.state.identities[taken.id].person == "陈大文"
    assert counts(play, taken.id) == "green"
    assert play.do(confirm(taken.id), MANAGER).class_ == "priority"
    plain = play.take(FILING)
    assert play.do(confirm(plain.id, "green", entry=PROJECT), STEWARD).class_state == "confirmed"
    assert play.state.identities[plain.id].person == play.state.hall.fast_entry[PROJECT].name


def test_what_is_so_already_happens_once() -> None:
    play = Play()
    taken = play.take(FILING, class_="priority")
    play.do(refuse(taken.id), STEWARD)
    play.do(refuse(taken.id), STEWARD)
    play.do(confirm(taken.id), STEWARD)
    play.do(confirm(taken.id), STEWARD)
    assert [type(each.event) for each in play.log] == [e.Taken, e.Classified, e.Classified]


def test_only_a_ticket_that_waits_is_given_a_class_also_between_its_steps() -> None:
    play = Play()
    taken = play.take(FILING, class_="priority", then=(LICENCE,))
    play.open(ONE)
    play.next(ONE)
    assert play.refused(confirm(taken.id), STEWARD) == "ticket.not_waiting"
    play.do(c.Start(window=ONE))
    assert play.refused(refuse(taken.id), STEWARD) == "ticket.not_waiting"
    play.do(c.Finish(window=ONE))
    assert play.do(confirm(taken.id), STEWARD).class_state == "confirmed"


def test_what_cannot_be_confirmed_or_refused() -> None:
    play = Play()
    asked, plain = play.take(FILING, class_="priority"), play.take(SEAL)
    assert play.refused(refuse(asked.id, "green"), STEWARD) == "class.not_asked"
    assert play.refused(refuse(plain.id, "ordinary"), STEWARD) == "class.not_asked"
    assert play.refused(confirm(asked.id, "royal"), STEWARD) == "class.unknown"
    assert play.refused(confirm(asked.id, "ordinary"), STEWARD) == "class.unknown"
    assert play.refused(confirm(asked.id), KIOSK) == "auth.forbidden"
    assert play.refused(confirm(TicketId("nobody")), STEWARD) == "ticket.unknown"


def test_boards_say_the_public_word_of_a_class_that_counts_and_nothing_else() -> None:
    play = Play()
    play.open(ONE)
    for class_, entry in (("ordinary", None), ("priority", None), ("booked", None), ("green", PROJECT)):
        play.take(FILING, STEWARD if entry else KIOSK, class_=class_, entry=entry)
    words = []
    for _ in range(4):
        play.next(ONE)
        words.append(board.calls(play.state, play.state.hall.display["hall"].zones)[-1])
    assert [call.public for call in words] == [None, None, None, PRIORITY]
    shown = msgspec.json.encode(words).decode()
    assert not any(word in shown for word in ("green", "绿色", "老年", "booked", "预约"))


def test_another_class_takes_the_place_of_one_as_it_is_and_confirms_nothing() -> None:
    play = Play()
    asked, sure = play.take(FILING, class_="priority"), play.take(FILING, class_="priority")
    play.do(confirm(sure.id), STEWARD)
    hall = play.state.hall
    veteran = msgspec.structs.replace(hall.class_["priority"], id="veteran")
    play.state.follow(msgspec.structs.replace(hall, classes=(*hall.classes, veteran)))
    for ticket, state in ((asked, "requested"), (sure, "confirmed")):
        given = play.do(instead(ticket.id, "veteran"), MANAGER)
        assert (given.class_, given.class_state) == ("veteran", state)
    assert [counts(play, each.id) for each in (asked, sure)] == ["ordinary", "veteran"]
    event = play.log[-1].event
    assert isinstance(event, e.Classified)
    assert (event.was, event.class_, event.state) == ("priority", "veteran", "confirmed")
    assert play.do(instead(asked.id, "booked"), MANAGER).class_state == "confirmed"  # counts at once


def test_ordinary_takes_the_place_of_a_class_wherever_its_ticket_is() -> None:
    play = Play()
    play.open(ONE)
    there, missed, waiting = (play.take(FILING, class_="booked") for _ in range(3))
    play.next(ONE)
    play.do(c.Start(window=ONE))
    play.do(c.Hold(window=ONE, kind="anywhere", reason="copies"))
    play.next(ONE)
    play.do(c.NoShow(window=ONE))
    play.next(ONE)
    assert [play.state.tickets[each.id].state for each in (there, missed, waiting)] == [
        "held",
        "no_show",
        "called",
    ]
    for each in (there, missed, waiting):
        plain = play.do(instead(each.id, "ordinary"), ADMIN)
        assert (plain.class_, plain.class_state, plain.public) == ("ordinary", "none", None)
        assert play.refused(instead(each.id, "ordinary"), ADMIN) == "class.not_asked"
    assert picture(play.rebuilt()) == picture(play.state)
    play.do(c.Finish(window=ONE))
    assert play.refused(instead(waiting.id, "ordinary"), ADMIN) == "ticket.closed"


def test_nothing_takes_the_place_of_a_class_that_could_not_be_had() -> None:
    play = Play()
    asked, plain = play.take(FILING, class_="priority"), play.take(SEAL)
    play.do(refuse(asked.id), STEWARD)
    assert play.refused(instead(asked.id, "booked"), MANAGER) == "class.not_asked"
    assert play.refused(instead(plain.id, "booked"), MANAGER) == "class.not_asked"
    booked = play.take(FILING, class_="booked")
    assert play.refused(instead(booked.id, "royal"), MANAGER) == "class.unknown"
    assert play.refused(instead(booked.id, "green"), MANAGER) == "class.reason_required"
    seq = play.state.seq
    assert play.do(instead(booked.id, "booked"), MANAGER).class_ == "booked"
    assert play.state.seq == seq


def test_a_class_that_the_hall_does_not_know_counts_as_ordinary() -> None:
    play = Play()
    taken = play.take(FILING, STEWARD, class_="priority", class_reason="证件已核对")
    hall = msgspec.structs.replace(play.state.hall, classes=())
    assert rank.effective(hall, play.state.tickets[taken.id]) == "ordinary"
    assert rank.public(hall, play.state.tickets[taken.id]) is None
