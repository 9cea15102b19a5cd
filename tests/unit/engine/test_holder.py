"""Who holds a ticket: what is kept, how many tickets a person may have, who is told, and when it is forgotten."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from queue_server.engine import event as e
from queue_server.engine.actor import Actor
from queue_server.engine.hall import Hall, Rules
from queue_server.wire import command as c
from queue_server.wire.error import Refusal
from queue_server.wire.field import Holder
from queue_server.wire.ids import ServiceId
from queue_server.wire.view import RealName
from tests.fakes.card import number
from tests.fakes.hall import FILING, FOUR, LICENCE, MORNING, SEAL, hall
from tests.fakes.play import AGENT, KIOSK, LI, MANAGER, STEWARD, ZHANG, Play, picture

SUPERVISOR = Actor("supervisor", "inspector")
WANG = Holder(number=number(), name="王小明")


def plan(rules: Rules | None = None, **real_name: RealName) -> Hall:
    """The small hall where some services ask for identity in another way."""
    made = hall(rules)
    services = tuple(
        msgspec.structs.replace(one, real_name=real_name.get(one.id, one.real_name)) for one in made.services
    )
    return msgspec.structs.replace(made, services=services)


def take(play: Play, service: ServiceId = SEAL, holder: Holder = WANG, **fields: Any) -> str:
    """Take a ticket as somebody; its number, or the code of the refusal."""
    try:
        return play.take(service, holder=holder, **fields).number
    except Refusal as refusal:
        return refusal.code


def test_a_hash_and_a_mask_are_kept_and_neither_number_nor_name() -> None:
    play = Play()
    taken = play.take(SEAL, holder=WANG)
    kept = play.state.identities[taken.id]
    assert kept.mask == "王*明"
    assert kept.hash is not None
    assert taken.identified
    everything = repr(play.log) + str(picture(play.state)) + repr(taken)
    assert number() not in everything
    assert "王小明" not in everything
    event = play.log[-1].event
    assert isinstance(event, e.Taken)
    assert event.holder == kept.ref


def test_services_that_ask_for_no_identity_keep_nothing_of_it() -> None:
    play = Play()
    taken = play.take(FILING, holder=WANG)
    assert play.state.identities == {}
    assert not taken.identified
    assert play.log[-1].beside is None


def test_a_visit_that_asks_once_asks_for_all_of_it() -> None:
    play = Play(plan(licence="required"))
    assert play.refused(c.Take(service=FILING, then=(LICENCE,)), KIOSK) == "holder.required"
    assert play.take(FILING, then=(LICENCE,), holder=WANG).identified


def test_a_card_is_required_where_the_service_says_so_of_everybody() -> None:
    play = Play(plan(seal="required"))
    for who in (KIOSK, STEWARD, ZHANG, MANAGER):
        assert play.refused(c.Take(service=SEAL), who) == "holder.required"
        assert play.refused(c.Take(service=SEAL, holder=Holder(name="王小明")), who) == "holder.required"
    assert take(play, holder=Holder(number="123456")) == "holder.bad_number"
    assert take(play) == "B001"


def test_a_name_alone_leaves_a_mask_and_nothing_leaves_nothing() -> None:
    play = Play()
    named = play.take(SEAL, holder=Holder(name="王小明"))
    assert (play.state.identities[named.id].hash, play.state.identities[named.id].mask) == (None, "王*明")
    assert not play.take(SEAL, holder=Holder()).identified


def test_a_person_has_one_open_ticket_for_a_service() -> None:
    play = Play()
    assert take(play) == "B001"
    assert take(play) == "person.has_open"
    assert take(play, holder=Holder(number=number(n=2))) == "B002"
    play.do(c.Cancel(ticket=next(iter(play.state.tickets))), STEWARD)
    assert take(play) == "B003"


def test_the_refusal_names_the_open_ticket() -> None:
    play = Play()
    take(play)
    with pytest.raises(Refusal) as refused:
        play.take(SEAL, holder=WANG)
    assert refused.value.detail == {"number": "B001", "limit": 1}


def test_a_hall_may_allow_several_or_any_number() -> None:
    two, any_ = Play(plan(Rules(open_per_person=2))), Play(plan(Rules(open_per_person=0), licence="ask"))
    assert [take(two) for _ in range(3)] == ["B001", "B002", "person.has_open"]
    assert [take(any_, LICENCE) for _ in range(4)] == ["B001", "B002", "B003", "B004"]


def test_a_person_takes_so_many_a_day_those_given_up_not_counted() -> None:
    play = Play(plan(Rules(open_per_person=0)))
    assert take(play) == "B001"
    play.do(c.Cancel(ticket=next(iter(play.state.tickets))), STEWARD)
    assert [take(play) for _ in range(3)] == ["B002", "B003", "person.too_many"]
    assert take(play, LICENCE) == "B004"
    play.later(minutes=15 * 60)
    assert take(play) == "B001"


def test_a_later_step_is_open_until_it_is_done_and_a_missed_call_is_not() -> None:
    play = Play(plan(licence="ask"))
    assert take(play, LICENCE, then=(SEAL,)) == "B001"
    assert take(play) == "person.has_open"
    play.open(FOUR, LI)
    play.next(FOUR, LI)
    assert take(play, LICENCE) == "person.has_open"
    play.do(c.NoShow(window=FOUR), LI)
    assert take(play, LICENCE) == "B002"


def test_who_took_another_ticket_after_a_missed_call_does_not_wait_twice() -> None:
    play = Play()
    missed = play.take(SEAL, holder=WANG)
    play.open(FOUR, LI)
    play.next(FOUR, LI)
    play.do(c.NoShow(window=FOUR), LI)
    other = play.take(SEAL, holder=WANG)
    stranger = play.take(SEAL, holder=Holder(number=number(n=2)))
    again = c.Reenter(ticket=missed.id)
    with pytest.raises(Refusal) as refused:
        play.do(again, STEWARD)
    assert (refused.value.code, refused.value.detail) == (
        "person.has_open",
        {"number": other.number, "limit": 1},
    )
    play.do(c.Cancel(ticket=other.id), STEWARD)
    assert play.do(again, STEWARD).state == "waiting"
    assert play.state.tickets[stranger.id].state == "waiting"


def test_a_clerk_is_told_who_stands_at_their_window_and_each_reading_is_logged() -> None:
    play = Play()
    taken = play.take(SEAL, holder=WANG)
    read = c.Identify(ticket=taken.id, reason="核对领取人")
    play.open(FOUR, LI)
    assert play.refused(read, LI) == "auth.not_your_window"
    play.next(FOUR, LI)
    assert play.refused(read, ZHANG) == "auth.not_your_window"
    told = play.do(read, LI)
    assert (told.number, told.mask, told.person) == ("B001", "王*明", None)
    assert play.log[-1].event == e.IdentityRead(ticket=taken.id, reason="核对领取人")
    assert play.log[-1].actor == LI.id
    play.do(c.Finish(window=FOUR), LI)
    assert play.refused(read, LI) == "auth.not_your_window"
    for who in (MANAGER, SUPERVISOR):
        assert play.do(read, who).mask == "王*明"
    for who in (STEWARD, KIOSK, AGENT, Actor("auditor", "a"), Actor("admin", "a"), Actor("public", "")):
        assert play.refused(read, who) in {"auth.forbidden", "auth.missing"}


def test_of_whom_nothing_is_kept_nothing_is_told_or_logged() -> None:
    play = Play()
    taken = play.take(FILING)
    assert play.refused(c.Identify(ticket=taken.id, reason="why"), MANAGER) == "holder.unknown"
    assert len(play.log) == 1


def test_what_was_said_twice_of_a_ticket_is_told_together() -> None:
    play = Play()
    taken = play.take(SEAL, holder=WANG)
    given = c.Classify(ticket=taken.id, class_="green", decision="confirm", reason="why", class_for="陈大文")
    play.do(given, STEWARD)
    told = play.do(c.Identify(ticket=taken.id, reason="why"), MANAGER)
    assert (told.mask, told.person) == ("王*明", "陈大文")
    assert take(play) == "person.has_open"
    assert sum(play.state.named.values()) == 2


def test_midnight_after_the_last_day_forgets_and_the_log_says_how_many() -> None:
    play = Play(plan(Rules(identity_days=2)))
    today = date(2026, 11, 23)
    take(play)
    play.take(FILING, STEWARD, class_="green", class_reason="why", class_for="陈大文")
    play.later(minutes=24 * 60)
    take(play)
    assert play.state.named == {today: 2, today + timedelta(days=1): 1}
    play.later(minutes=24 * 60)
    assert not _forgotten(play)
    play.later(minutes=24 * 60)
    assert _forgotten(play) == [e.IdentitiesForgotten(before=today + timedelta(days=1), count=2)]
    play.later(minutes=24 * 60)
    assert _forgotten(play)[1:] == [e.IdentitiesForgotten(before=today + timedelta(days=2), count=1)]
    assert play.state.named == {}


def test_a_hall_that_was_off_forgets_when_it_is_on_again() -> None:
    play = Play(plan(Rules(identity_days=1)))
    take(play)
    play.later(minutes=5 * 24 * 60)
    assert [event.count for event in _forgotten(play)] == [1]


def test_a_ticket_that_is_still_open_keeps_no_name_longer() -> None:
    play = Play(plan(Rules(identity_days=1)))
    play.open(FOUR, LI)
    taken = play.take(SEAL, holder=WANG)
    play.next(FOUR, LI)
    play.later(minutes=24 * 60)
    assert play.do(c.Identify(ticket=taken.id, reason="why"), LI).mask == "王*明"
    assert take(play) == "person.has_open"
    play.later(minutes=24 * 60)
    assert play.refused(c.Identify(ticket=taken.id, reason="why"), LI) == "holder.unknown"
    assert take(play) == "B001"


def test_the_state_is_rebuilt_with_whom_it_knew() -> None:
    play = Play(plan(licence="ask"))
    for n in range(3):
        take(play, LICENCE, Holder(number=number(n=n), name="王小明"))
        take(play, SEAL, Holder(number=number(n=n)))
    assert picture(play.rebuilt()) == picture(play.state)
    assert play.now == MORNING


def _forgotten(play: Play) -> list[e.IdentitiesForgotten]:
    return [each.event for each in play.log if isinstance(each.event, e.IdentitiesForgotten)]
