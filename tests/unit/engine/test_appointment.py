"""Appointments: booked under a code, checked in once and in time, told to the floor, over with their day, and nobody's any more."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from queue_server.engine import appointing
from queue_server.engine.actor import Actor
from queue_server.engine.hall import Class, Hall, Rules
from queue_server.views import hall as halls
from queue_server.wire import command as c
from queue_server.wire.appointment import AppointmentRecord
from queue_server.wire.field import Holder
from queue_server.wire.ids import ServiceId
from queue_server.wire.ticket import Text, Ticket
from tests.fakes.card import number
from tests.fakes.hall import FILING, MORNING, ONE, SEAL, A, B, hall
from tests.fakes.play import KIOSK, MANAGER, STEWARD, Play, picture

CODE = "YY2026112301"


def plan(**rules: Any) -> Hall:
    """The small hall, with the class of appointments."""
    small = hall(Rules(**rules))
    kind = Class(
        id="appointment", name=Text("预约", "Appointment"), promise_min=10, asked="staff", counts="at_once"
    )
    return msgspec.structs.replace(small, classes=(*small.classes, kind))


def day() -> Play:
    """A day in it."""
    return Play(plan())


def book(
    play: Play,
    minutes: float = 60,
    code: str = CODE,
    service: ServiceId = FILING,
    holder: Holder | None = None,
) -> AppointmentRecord:
    """An appointment in so many minutes."""
    slot = play.now + timedelta(minutes=minutes)
    booked: AppointmentRecord = play.do(
        c.Book(appointment=code, service=service, slot=slot, holder=holder), MANAGER
    )
    return booked


def check_in(play: Play, code: str = CODE, who: Actor = KIOSK, *, ordinary: bool = False) -> Ticket:
    """Its holder comes."""
    ticket: Ticket = play.do(c.CheckIn(appointment=code, ordinary=ordinary), who)
    return ticket


@pytest.mark.parametrize("minutes", [-15, 0, 30])
def test_who_comes_in_time_has_the_class_of_appointments_and_the_paper_says_when_it_was(minutes: int) -> None:
    play = day()
    slot = book(play).slot
    play.later(minutes=60 + minutes)
    ticket = check_in(play)
    assert (ticket.class_, ticket.class_state, ticket.slot) == ("appointment", "confirmed", slot)
    assert (ticket.service, ticket.paper, ticket.issued_at) == (FILING, "pending", play.now)
    assert picture(play.rebuilt()) == picture(play.state)


def test_who_comes_too_early_is_told_from_when_and_may_have_an_ordinary_ticket() -> None:
    play = day()
    book(play)
    play.later(minutes=44)
    assert play.refused(c.CheckIn(appointment=CODE), KIOSK) == "appointment.early"
    ticket = check_in(play, ordinary=True)
    assert (ticket.class_, ticket.class_state) == ("ordinary", "none")
    assert play.refused(c.CheckIn(appointment=CODE), KIOSK) == "appointment.used"


def test_who_comes_too_late_waits_as_everybody_does() -> None:
    play = day()
    book(play)
    play.later(minutes=91)
    ticket = check_in(play)
    assert (ticket.class_, ticket.slot) == ("ordinary", MORNING + timedelta(minutes=60))


def test_an_appointment_is_checked_in_once_whoever_types_its_code() -> None:
    play = day()
    book(play)
    play.later(minutes=60)
    first = check_in(play, CODE.lower())
    for who in (KIOSK, STEWARD):
        assert play.refused(c.CheckIn(appointment=CODE), who) == "appointment.used"
    assert [one.id for one in play.state.tickets.values()] == [first.id]
    assert play.refused(c.CancelAppointment(appointment=CODE), MANAGER) == "appointment.used"


def test_the_clock_of_an_appointment_begins_when_its_holder_comes_and_it_goes_before_later_shares() -> None:
    play = day()
    book(play, minutes=10)
    before = play.take(FILING)
    play.later(minutes=10)
    appointment = check_in(play)
    play.open(ONE)
    first = play.next(ONE)
    assert first is not None
    assert first.id == before.id
    play.later(minutes=1)
    second = play.next(ONE)
    assert second is not None
    assert second.id == appointment.id


def test_a_code_is_one_appointments_and_no_tickets() -> None:
    play = day()
    booked = book(play)
    before = len(play.log)
    assert book(play) == booked
    assert len(play.log) == before
    other = c.Book(appointment=CODE, service=SEAL, slot=play.now + timedelta(minutes=60))
    assert play.refused(other, MANAGER) == "appointment.exists"
    like = c.Book(appointment="AA000112", service=FILING, slot=play.now + timedelta(minutes=60))
    assert play.refused(like, MANAGER) == "appointment.bad_code"
    past = c.Book(appointment="ABCD123X", service=FILING, slot=play.now)
    assert play.refused(past, MANAGER) == "request.invalid"
    nowhere = c.Book(
        appointment="ABCD123X", service=ServiceId("nowhere"), slot=play.now + timedelta(minutes=1)
    )
    assert play.refused(nowhere, MANAGER) == "service.unknown"


def test_an_appointment_that_was_given_up_is_nobodys_and_its_code_is_free() -> None:
    play = day()
    book(play)
    given_up = play.do(c.CancelAppointment(appointment=CODE, reason="来电取消"), MANAGER)
    assert given_up.state == "cancelled"
    assert play.refused(c.CheckIn(appointment=CODE), KIOSK) == "appointment.unknown"
    book(play, minutes=90)


def test_the_floor_is_told_who_is_expected_where_and_of_nobody_who_came() -> None:
    play = day()
    slot = book(play, 10).slot
    book(play, 60 * 24, "TOMORROW1")
    assert halls.load(play.state, A).expected == (slot,)
    assert halls.load(play.state, B).expected == ()
    check_in(play)
    assert halls.load(play.state, A).expected == ()


def test_the_end_of_the_day_closes_what_nobody_came_for_and_keeps_tomorrows() -> None:
    play = day()
    book(play, 60)
    book(play, 60 * 24 + 60, "TOMORROW1")
    book(play, 30, "CAMETODAY")
    play.later(minutes=30)
    check_in(play, "CAMETODAY")
    assert play.refused(c.CheckIn(appointment="TOMORROW1"), KIOSK) == "appointment.other_day"
    play.later(minutes=60 * 24 + 15)
    assert [one.code for one in play.state.appointments.values()] == ["TOMORROW1"]
    missed = [one.event for one in play.log if getattr(one.event, "why", "") == "missed"]
    assert len(missed) == 1
    assert picture(play.rebuilt()) == picture(play.state)
    assert check_in(play, "TOMORROW1").class_ == "appointment"


def test_whose_an_appointment_is_stands_in_no_event_and_is_forgotten_with_the_tickets() -> None:
    play = Play(plan(identity_days=1))
    play.later(minutes=1)
    somebody = Holder(number(), "买买提")
    book(play, 60 * 24, service=SEAL, holder=somebody)
    assert number() not in str(play.log)
    assert "买买提" not in str(play.log[-1].event)
    play.later(minutes=60 * 24)
    assert picture(play.rebuilt())["identities"] == picture(play.state)["identities"]
    ticket = check_in(play)
    assert ticket.identified
    assert play.refused(c.Take(service=SEAL, holder=somebody), KIOSK) == "person.has_open"
    assert picture(play.rebuilt()) == picture(play.state)
    play.later(minutes=60 * 24 * 3)
    assert play.state.identities == {}
    assert play.state.named == {}


def test_a_hall_without_the_class_issues_ordinary_tickets() -> None:
    play = Play()
    book(play)
    play.later(minutes=60)
    assert check_in(play).class_ == "ordinary"


def test_an_appointment_counts_though_the_days_tickets_are_all_given_and_not_outside_the_hours() -> None:
    limited = msgspec.structs.replace(
        plan(),
        services=tuple(
            msgspec.structs.replace(one, daily_limit=1) if one.id == FILING else one
            for one in plan().services
        ),
    )
    play = Play(limited)
    book(play, 10)
    play.take(FILING)
    assert check_in(play).number == "A002"
    play.do(c.StopIssuing(scope="hall", reason="停电"), MANAGER)
    book(play, 10, "STOPPED1")
    assert play.refused(c.CheckIn(appointment="STOPPED1"), KIOSK) == "issuing.stopped"


def test_no_more_stand_than_the_hall_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appointing, "MOST", 1)
    play = day()
    book(play)
    more = c.Book(appointment="ANOTHER1", service=FILING, slot=play.now + timedelta(minutes=9))
    assert play.refused(more, MANAGER) == "appointment.many"
