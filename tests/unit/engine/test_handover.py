"""What a kiosk issued while the server did not answer is handed over: paper exists, so it is taken as it is."""

from datetime import UTC, datetime, time, timedelta, timezone
from typing import Any

import msgspec
import pytest

from queue_server.engine import event as e
from queue_server.engine import handover, rank
from queue_server.engine.actor import CLOCK, Actor
from queue_server.engine.calendar import Span
from queue_server.engine.hall import Rules
from queue_server.views import topic
from queue_server.wire import command as c
from queue_server.wire import face
from queue_server.wire.error import CODES
from queue_server.wire.field import Holder, IssuedOffline
from queue_server.wire.ids import ServiceId
from queue_server.wire.ticket import Ticket
from tests.fakes.card import number
from tests.fakes.document import document
from tests.fakes.hall import FILING, LICENCE, ONE, SEAL, A, hall
from tests.fakes.play import KIOSK, MANAGER, STEWARD, ZHANG, Play, picture

ADMIN = Actor("admin", "chief")
OTHER = Actor("kiosk", "k2")


def morning(plan: Any = None) -> Play:
    """A kiosk has numbers of zone A, and half an hour passes."""
    play = Play(plan)
    play.do(c.TakeLease(zone=A), KIOSK)
    return play.later(minutes=30)


def alone(
    play: Play, printed: str, minutes: float = 10, service: ServiceId = FILING, **fields: Any
) -> c.Take:
    """What a kiosk asks for a ticket that it issued alone some minutes ago."""
    said = IssuedOffline(
        number=printed,
        at=play.now - timedelta(minutes=minutes),
        heard_at=fields.pop("heard_at", None),
        printed=fields.pop("came", True),
    )
    return c.Take(
        service=service,
        id=f"made-by-the-kiosk-{printed}",
        token=f"token-by-the-kiosk-{printed}",
        issued_offline=said,
        **fields,
    )


def last(play: Play) -> e.Taken:
    """The ticket that was issued last, as the log has it."""
    taken = play.log[-1].event
    assert isinstance(taken, e.Taken)
    return taken


def hand_over(play: Play, printed: str, **fields: Any) -> Ticket:
    """A kiosk hands a ticket over."""
    ticket: Ticket = play.do(alone(play, printed, **fields), KIOSK)
    return ticket


def test_it_keeps_its_number_its_time_and_its_place() -> None:
    play = morning()
    play.take(FILING)
    ticket = hand_over(play, "A701")
    assert (ticket.number, ticket.paper, ticket.ahead) == ("A701", "printed", 0)
    assert ticket.issued_at == play.now - timedelta(minutes=10)
    assert (ticket.handed_over, ticket.against) == (True, ())
    play.open(ONE)
    called = play.next(ONE)
    assert called is not None
    assert called.number == "A701"
    said = play.log[-1].event
    assert isinstance(said, e.Called)
    assert said.reason == "handover", "who was passed over is told why"
    assert play.take(FILING).number == "A002", "the server's own series goes on"
    assert picture(play.rebuilt()) == picture(play.state)


@pytest.mark.parametrize("came, paper", [(True, "printed"), (False, "failed"), (None, "unknown")])
def test_what_became_of_the_paper_is_known(came: bool | None, paper: str) -> None:
    assert hand_over(morning(), "A701", came=came).paper == paper


def test_the_same_again_changes_nothing() -> None:
    play = morning()
    first = hand_over(play, "A701")
    events = len(play.log)
    assert hand_over(play, "A701") == first
    assert len(play.log) == events


def test_another_ones_id_or_token_is_no_way_in() -> None:
    play = morning()
    theirs = play.take(FILING, token="the-token-of-somebody")
    take = alone(play, "A701")
    by_id = msgspec.structs.replace(take, id=theirs.id)
    assert play.refused(by_id, KIOSK) == "ticket.exists"
    by_token = msgspec.structs.replace(take, token="the-token-of-somebody")
    assert play.refused(by_token, KIOSK) == "ticket.exists"


# What would have stood against it


def test_a_stop_is_only_noted() -> None:
    play = morning()
    play.do(c.StopIssuing(scope="hall", reason="full"), MANAGER)
    ticket = hand_over(play, "A701")
    assert ticket.against == last(play).against == ("issuing.stopped",)


def test_a_closed_door_is_only_noted_and_only_if_it_was_closed_then() -> None:
    play = morning(hall(Rules(hours=(Span(time(9), time(9, 25)),))))
    assert hand_over(play, "A701", minutes=10).against == ()
    assert hand_over(play, "A702", minutes=2).against == ("issuing.closed",)


def test_limits_of_the_day_and_of_a_ticket_are_only_noted() -> None:
    plan = hall(Rules(max_steps=1))
    services = [msgspec.structs.replace(each, daily_limit=1) for each in plan.services]
    play = morning(msgspec.structs.replace(plan, services=tuple(services)))
    assert hand_over(play, "A701", items=2, then=(LICENCE,)).against == ("items.too_many", "steps.too_many")
    ticket = hand_over(play, "A702")
    assert ticket.against == ("service.full",)


def test_what_one_person_may_have_is_only_noted() -> None:
    play = morning()
    holder = Holder(number=number(), name="王小明")
    play.take(SEAL, STEWARD, holder=holder)
    ticket = hand_over(play, "A701", service=SEAL, holder=holder)
    assert ticket.against == ("person.has_open",)
    assert len(play.state.persons) == 1, "it is the person's all the same"
    wrong = hand_over(play, "A702", service=SEAL, holder=Holder(number="1234"))
    assert (wrong.against, wrong.identified) == (("holder.bad_number",), False)


def test_a_class_that_a_kiosk_may_not_give_is_only_noted() -> None:
    play = morning()
    ticket = hand_over(play, "A701", class_="green")
    assert (ticket.class_, ticket.against) == ("ordinary", ("class.staff_only",))
    assert rank.effective(play.state.hall, play.state.tickets[ticket.id]) == "ordinary"


def test_a_number_that_is_not_the_kiosks_is_only_noted() -> None:
    play = morning()
    assert hand_over(play, "A720").against == ("lease.void",), "nobody has it"
    theirs: Ticket = play.do(alone(play, "A701"), OTHER)
    assert theirs.against == ("lease.void",), "another one has it"
    play.do(c.Restore(since=play.now, hourly={}), CLOCK)
    assert hand_over(play, "A702").against == ("lease.void",), "nobody has it any more"


def test_what_nobody_serves_any_more_goes_to_what_is_served() -> None:
    play = morning()
    play.do(c.Publish(document=document(), note="first"), ADMIN)
    play.do(c.Publish(document=document(services=("filing", "licence")), note="less"), ADMIN)
    some = hand_over(play, "A701", service=SEAL, then=(LICENCE,))
    assert ([step.service for step in some.steps], some.against) == ([LICENCE], ("service.unserved",))
    none = hand_over(play, "A702", service=SEAL)
    assert ([step.service for step in none.steps], none.against) == ([FILING], ("service.unserved",))


def test_what_is_served_elsewhere_is_taken_here_and_noted() -> None:
    play = morning()
    play.do(c.Publish(document=document(), note="first"), ADMIN)
    play.do(c.Evacuate(evacuation="evacuation-000001", services=(FILING,), reason="fire"), MANAGER)
    assert hand_over(play, "A701").against == ("lease.void", "issuing.stopped")
    play.do(
        c.Show(
            evacuation="evacuation-000002",
            written_at=play.now,
            services=(LICENCE,),
            tickets=(),
        ),
        CLOCK,
    )
    assert hand_over(play, "A702", service=LICENCE).against[-1] == "issuing.stopped"


# Numbers


def test_two_papers_with_one_number_are_told_apart() -> None:
    play = morning()
    assert play.take(FILING).number == "A001"
    ticket = hand_over(play, "A001")
    assert (ticket.number, ticket.against) == ("A*001", ("number.twice",))
    assert hand_over(play, "A001") == ticket
    assert picture(play.rebuilt()) == picture(play.state)


def test_a_number_of_slips_or_of_another_place_stays_theirs() -> None:
    play = morning()
    made = play.do(c.MakeSlips(zone=A, count=1), ADMIN)
    assert hand_over(play, "A8000").number == "A*8000"
    assert hand_over(play, "A5000").number == "A*5000"
    assert play.take(FILING, STEWARD, slip=made.numbers[0]).number == "A8000"


def test_a_number_of_the_servers_own_series_is_not_given_again() -> None:
    play = morning()
    hand_over(play, "B044", service=LICENCE)
    assert play.take(LICENCE).number == "B045"


def test_a_number_far_ahead_of_all_that_were_given_leaves_the_series_alone() -> None:
    play = morning()
    play.take(FILING)
    assert hand_over(play, "A4999").number == "A*4999"
    assert play.take(FILING).number == "A002"


# Times


def test_a_time_in_the_future_counts_as_now() -> None:
    play = morning()
    assert hand_over(play, "A701", minutes=-30).issued_at == play.now


def test_a_time_in_any_zone_is_that_instant() -> None:
    play = morning()
    take = alone(play, "A701")
    said = take.issued_offline
    assert said is not None
    local = msgspec.structs.replace(said, at=said.at.astimezone(timezone(timedelta(hours=8))))
    ticket: Ticket = play.do(msgspec.structs.replace(take, issued_offline=local), KIOSK)
    assert ticket.issued_at.isoformat() == said.at.isoformat()


def test_nobody_was_there_before_the_kiosk_had_the_number() -> None:
    play = Play().later(minutes=30)
    play.do(c.TakeLease(zone=A), KIOSK)
    at = play.now
    play.later(minutes=5)
    assert hand_over(play, "A701", minutes=20).issued_at == at


def test_nobody_was_there_before_the_kiosk_last_heard_of_the_server() -> None:
    play = morning()
    heard = play.now - timedelta(minutes=3)
    assert hand_over(play, "A701", minutes=60 * 24 * 365, heard_at=heard).issued_at == heard


def test_one_of_yesterday_is_nobodys_any_more() -> None:
    play = Play(now=datetime(2026, 11, 23, 15, 50, tzinfo=UTC))
    play.do(c.TakeLease(zone=A), KIOSK)
    take = alone(play, "A701", minutes=1)
    play.later(minutes=20)
    assert play.refused(take, KIOSK) == "handover.day_over"


# A take that was done and not answered


def unanswered(play: Play) -> Ticket:
    """A kiosk's take is done, and its answer lost: the kiosk prints A701."""
    take = alone(play, "A701")
    ticket: Ticket = play.do(
        c.Take(service=take.service, then=take.then, id=take.id, token=take.token), KIOSK
    )
    return ticket


def test_the_printed_number_takes_the_place_of_the_unprinted_one() -> None:
    play = morning()
    first = unanswered(play)
    play.take(FILING)
    play.later(minutes=5)
    ticket = hand_over(play, "A701")
    assert (ticket.id, ticket.number, ticket.paper) == (first.id, "A701", "printed")
    assert (ticket.issued_at, ticket.ahead, ticket.handed_over) == (first.issued_at, 0, True)
    assert play.take(FILING).number == "A003", "the unprinted number is not given again"
    events = len(play.log)
    assert hand_over(play, "A701").number == "A701"
    assert len(play.log) == events
    assert picture(play.rebuilt()) == picture(play.state)


def test_a_call_of_the_unprinted_number_goes_on_under_the_printed_one() -> None:
    play = morning()
    unanswered(play)
    play.open(ONE)
    play.next(ONE)
    ticket = hand_over(play, "A701")
    assert (ticket.state, ticket.window) == ("called", ONE)
    assert play.do(c.Recall(window=ONE), ZHANG).number == "A701"


def test_a_no_show_of_the_unprinted_number_is_taken_back() -> None:
    play = morning()
    first = unanswered(play)
    second = play.take(FILING)
    play.open(ONE)
    play.next(ONE)
    play.do(c.NoShow(window=ONE), ZHANG)
    before = play.state.tallies[A].missed
    ticket = hand_over(play, "A701")
    assert (ticket.state, ticket.number, ticket.ahead) == ("waiting", "A701", 0)
    assert play.state.missed == []
    assert (before, play.state.tallies[A].missed) == (1, 0)
    assert picture(play.rebuilt()) == picture(play.state)
    called = [play.next(ONE), play.next(ONE)]
    assert [each.id for each in called if each is not None] == [first.id, second.id]


def test_a_number_that_was_called_and_passed_over_by_the_next_call_waits_again() -> None:
    play = morning()
    unanswered(play)
    play.take(FILING)
    play.open(ONE)
    play.next(ONE)
    play.next(ONE)
    ticket = hand_over(play, "A701")
    assert ticket.state == "waiting"
    assert play.state.tallies[A].served == 0
    assert picture(play.rebuilt()) == picture(play.state)


def test_a_number_that_was_given_up_for_its_paper_waits_again_with_all_its_steps() -> None:
    play = morning()
    take = alone(play, "A701", then=(LICENCE,))
    ticket = play.do(msgspec.structs.replace(take, issued_offline=None), KIOSK)
    play.do(c.Cancel(ticket=ticket.id, reason="not_printed"), STEWARD)
    again: Ticket = play.do(take, KIOSK)
    assert [step.state for step in again.steps] == ["waiting", "planned"]
    assert again.reason is None
    assert picture(play.rebuilt()) == picture(play.state)


def test_who_was_served_is_served() -> None:
    play = morning()
    unanswered(play)
    play.open(ONE)
    play.next(ONE)
    play.later(minutes=1)
    play.do(c.Start(window=ONE), ZHANG)
    play.do(c.Finish(window=ONE), ZHANG)
    ticket = hand_over(play, "A701")
    assert (ticket.state, ticket.number) == ("served", "A701")


def test_what_nobody_offers_any_more_is_not_taken_back() -> None:
    play = morning()
    play.do(c.Publish(document=document(), note="first"), ADMIN)
    take = alone(play, "A701", service=SEAL)
    ticket = play.do(msgspec.structs.replace(take, issued_offline=None), KIOSK)
    play.do(c.Cancel(ticket=ticket.id), STEWARD)
    play.do(c.Publish(document=document(services=("filing", "licence")), note="less"), ADMIN)
    again: Ticket = play.do(take, KIOSK)
    assert (again.state, again.number) == ("cancelled", "A701")


# Who may


def test_nobody_but_a_kiosk_hands_over() -> None:
    for who in (STEWARD, ZHANG, MANAGER):
        assert Play().refused(alone(Play(), "A701"), who) == "auth.forbidden"


@pytest.mark.parametrize("lacking", ["id", "token"])
def test_a_ticket_that_is_handed_over_says_whose_it_is(lacking: str) -> None:
    take = msgspec.structs.replace(alone(Play(), "A701"), **{lacking: None})
    assert Play().refused(take, KIOSK) == "request.invalid"


@pytest.mark.parametrize("printed", ["", "701", "A70", "a701", "A701x", "A-701"])
def test_what_is_no_number_is_not_read(printed: str) -> None:
    said = {"service": "filing", "issued_offline": {"number": printed, "at": "2026-11-23T09:01:00+08:00"}}
    with pytest.raises(msgspec.ValidationError, match=r"issued_offline\.number"):
        msgspec.convert(said, c.Take)


# After a restore


def test_after_a_restore_the_days_journal_brings_back_what_the_server_lost_and_leaves_the_rest_alone() -> (
    None
):
    play = morning()
    known = hand_over(play, "A701")
    play.do(c.Restore(since=play.now, hourly={}), CLOCK)
    lost = alone(play, "A002", minutes=5)
    assert hand_over(play, "A701") == known
    ticket: Ticket = play.do(lost, KIOSK)
    assert (ticket.number, ticket.against) == ("A002", ())
    assert ticket.issued_at == play.now - timedelta(minutes=5)
    assert play.take(FILING).number == "A021", "what was left out stays left out"


# For the manager


def test_what_stood_against_a_ticket_is_on_the_floor_until_its_visit_is_over() -> None:
    play = morning()
    play.do(c.StopIssuing(scope="hall", reason="full"), MANAGER)
    ticket = hand_over(play, "A701")
    shown = topic.show(play.state, "floor")[f"objected/{ticket.id}"]
    assert (shown.number, shown.against) == ("A701", ("issuing.stopped",))
    play.do(c.Cancel(ticket=ticket.id), STEWARD)
    assert f"objected/{ticket.id}" not in topic.show(play.state, "floor")


def test_one_with_nothing_against_it_is_not() -> None:
    play = morning()
    hand_over(play, "A701")
    assert not [key for key in topic.show(play.state, "floor") if key.startswith("objected/")]


def test_the_floor_has_words_for_all_that_can_stand_against_a_ticket() -> None:
    words = {key for key in face.texts("floor") if key.startswith("against_")}
    assert words == {f"against_{code.replace('.', '_')}" for code in handover.NOTED}
    assert set(CODES) >= handover.NOTED - {"lease.void", "number.twice"}
