"""Calendars: when tickets are issued, what a refusal says, and what falls due."""

from datetime import UTC, date, datetime, timedelta

import pytest

from queue_server.engine import hours
from queue_server.engine.actor import Actor
from queue_server.engine.design import design
from queue_server.engine.event import Turned
from queue_server.engine.hall import Hall
from queue_server.engine.tick import due
from queue_server.views import hall as views
from queue_server.wire import command as c
from queue_server.wire.day import SHANGHAI, day_end
from queue_server.wire.error import Refusal
from queue_server.wire.ids import ServiceId
from tests.fakes.document import document, with_calendars
from tests.fakes.hall import FILING, LICENCE, ONE, SEAL, A, B
from tests.fakes.play import KIOSK, MANAGER, Play, picture

ADMIN = Actor("admin", "root")


def at(day: str, clock: str) -> datetime:
    """An instant on the hall's wall clock."""
    return datetime.fromisoformat(f"{day}T{clock}+08:00").astimezone(UTC)


def of(hall: Hall, service: ServiceId, day: str) -> tuple[str | None, str | None]:
    found = hours.of_service(hall, service, date.fromisoformat(day))
    return found.tickets_text, found.service_text


@pytest.fixture(scope="module")
def hall() -> Hall:
    """A hall with calendars on every level."""
    return design(with_calendars()).hall


def refusal(play: Play, service: ServiceId) -> Refusal:
    with pytest.raises(Refusal) as refused:
        play.do(c.Take(service=service), KIOSK)
    return refused.value


def test_a_services_own_calendar_counts_before_its_zones_and_that_before_the_halls(hall: Hall) -> None:
    monday, tuesday = "2026-11-23", "2026-12-01"
    assert of(hall, FILING, monday) == ("08:30-11:40 13:30-16:40", "08:30-12:00 13:30-17:00")
    assert of(hall, LICENCE, monday) == ("09:00-23:30", "09:00-23:30")
    assert of(hall, SEAL, monday) == ("08:30-11:00", "08:30-11:00")
    assert of(hall, SEAL, tuesday) == ("", "")


def test_the_first_season_that_holds_a_day_counts(hall: Hall) -> None:
    assert of(hall, FILING, "2026-04-30")[0] == "08:30-11:40 13:30-16:40"
    assert of(hall, FILING, "2026-05-01")[0] == "08:30-11:40 14:30-17:40"
    assert of(hall, FILING, "2026-09-30")[0] == "08:30-11:40 14:30-17:40"


def test_holidays_close_every_calendar_and_a_make_up_day_counts_as_its_weekday(hall: Hall) -> None:
    assert {of(hall, service, "2026-10-05")[0] for service in hall.service} == {""}
    saturday, another = "2026-10-10", "2026-10-17"
    assert of(hall, FILING, another)[0] == ""
    assert of(hall, FILING, saturday)[0] == "08:30-11:40 13:30-16:40"
    assert of(hall, SEAL, saturday)[0] == "08:30-11:00"
    assert of(hall, LICENCE, another)[0] == "09:00-23:30"


def test_a_season_may_lie_across_new_year() -> None:
    made = with_calendars()
    made["calendars"][0]["seasons"][0] |= {"first": "11-01", "last": "02-15"}
    winter = design(made).hall
    assert {of(winter, FILING, day)[0] for day in ("2026-11-02", "2026-12-31", "2026-02-13")} == {
        "08:30-11:40 14:30-17:40"
    }
    assert of(winter, FILING, "2026-02-16")[0] == "08:30-11:40 13:30-16:40"


def test_hours_of_every_day_know_no_holidays_and_a_hall_without_any_is_always_open() -> None:
    made = with_calendars()
    made["rules"] = {"hours": ["08:00-12:00"]}
    daily = design(made).hall
    assert of(daily, FILING, "2026-10-05") == ("08:00-12:00", "08:00-12:00")
    assert of(design(document()).hall, FILING, "2026-10-05") == (None, None)


def test_a_zone_and_the_hall_are_open_whenever_one_of_their_services_is(hall: Hall) -> None:
    monday = date(2026, 11, 23)
    assert hours.of_zone(hall, A, monday).tickets_text == "08:30-11:40 13:30-16:40"
    assert hours.of_zone(hall, B, monday).tickets_text == "08:30-23:30"
    assert hours.of_hall(hall, monday).tickets_text == "08:30-23:30"
    assert hours.of_hall(design(document()).hall, monday).tickets is None


@pytest.mark.parametrize(
    "now, today, opens",
    [
        (("2026-11-23", "12:00"), "08:30-11:40 13:30-16:40", "2026-11-23 13:30"),
        (("2026-11-23", "16:40"), "08:30-11:40 13:30-16:40", "2026-11-25 08:30"),
        (("2026-09-30", "18:00"), "08:30-11:40 14:30-17:40", "2026-10-08 08:30"),
        (("2026-10-03", "10:00"), "不取号", "2026-10-08 08:30"),
        (("2026-10-09", "17:00"), "08:30-11:40 13:30-16:40", "2026-10-10 08:30"),
    ],
)
def test_a_refusal_says_todays_hours_and_when_it_opens_next(
    hall: Hall, now: tuple[str, str], today: str, opens: str
) -> None:
    refused = refusal(Play(hall, at(*now)), FILING)
    assert refused.code == "issuing.closed"
    body = refused.body()
    assert body.detail == {"hours": today, "opens": opens}
    assert body.message == f"现在不在取号时间（今日{today}）。下次取号：{opens}。"


def test_a_service_that_never_opens_promises_nothing() -> None:
    made = with_calendars()
    made["calendars"][2]["seasons"][0]["tickets"] = []
    body = refusal(Play(design(made).hall), SEAL).body("en")
    assert body.detail == {"hours": "none", "opens": "to be announced"}


def test_every_boundary_of_a_calendar_in_use_turns_and_no_other(hall: Hall) -> None:
    play = Play(hall, at("2026-11-23", "00:30"))
    play.later(minutes=23 * 60)
    turned = [
        stamped.event.at.astimezone(SHANGHAI) for stamped in play.log if isinstance(stamped.event, Turned)
    ]
    assert [f"{each:%H:%M}" for each in turned] == [
        "08:30", "09:00", "11:00", "11:40", "12:00", "13:30", "16:40", "17:00", "23:30",
    ]  # fmt: skip
    assert due(play.state) == day_end(date(2026, 11, 23))


def test_screens_follow_the_hours(hall: Hall) -> None:
    play = Play(hall, at("2026-11-23", "08:00"))
    assert views.hall(play.state).why == "closed"
    play.later(minutes=30)
    assert views.hall(play.state).issuing
    assert views.zone(play.state, A).issuing
    assert (views.service(play.state, LICENCE).why, views.service(play.state, SEAL).why) == ("closed", None)
    play.later(minutes=200)
    zone = views.zone(play.state, A)
    assert (zone.issuing, zone.why, zone.stopped) == (False, "closed", "08:30-11:40 13:30-16:40")
    assert zone.opens == at("2026-11-23", "13:30")
    assert views.zone(play.state, B).issuing, "one of its services is open"


def test_closing_ends_the_taking_of_tickets_and_nothing_else(hall: Hall) -> None:
    play = Play(hall, at("2026-11-23", "16:39"))
    ticket = play.take(FILING)
    play.later(minutes=60)
    assert play.state.tickets[ticket.id].state == "waiting"
    play.open(ONE)
    called = play.next(ONE)
    assert called is not None
    assert called.number == ticket.number
    later = play.state.tickets[ticket.id]
    play.do(c.Finish(window=ONE))
    assert later.state == "waiting", "its next service is closed by now and still has it in line"


def test_the_hours_of_what_follows_on_a_ticket_do_not_keep_it_from_being_taken(hall: Hall) -> None:
    play = Play(hall, at("2026-11-25", "14:00"))
    assert refusal(play, SEAL).code == "issuing.closed"
    assert [step.service for step in play.take(FILING).steps] == [FILING, LICENCE, SEAL]


def test_somebodys_word_on_what_follows_on_a_ticket_does(hall: Hall) -> None:
    play = Play(hall)
    play.do(c.StopIssuing(scope="service:seal", reason="系统检修"), MANAGER)
    assert refusal(play, FILING).code == "issuing.stopped"
    shown = views.service(play.state, FILING)
    assert (shown.issuing, shown.why, shown.stopped) == (False, "stopped", "系统检修")
    assert shown.stopped_en is None, "what somebody typed is told as they typed it"
    assert play.take(FILING, then=()).steps[1:] == ()


def test_a_reason_that_is_said_in_english_too_is_told_so_wherever_it_is_shown(hall: Hall) -> None:
    play = Play(hall)
    done = play.do(c.StopIssuing(scope="service:seal", reason="系统故障", reason_en="System fault"), MANAGER)
    assert (done.reason, done.reason_en) == ("系统故障", "System fault")
    shown = views.service(play.state, SEAL)
    assert (shown.stopped, shown.stopped_en) == ("系统故障", "System fault")
    told = refusal(play, SEAL)
    assert told.body("zh").message == "该服务区暂停取号：系统故障。"
    assert told.body("en").message == "Tickets are not being issued here: System fault."
    play.do(c.EndDay(reason="停电", reason_en="No power"), MANAGER)
    assert (views.hall(play.state).stopped, views.hall(play.state).stopped_en) == ("停电", "No power")


def test_a_planned_visit_is_taken_unless_the_asker_says_otherwise(hall: Hall) -> None:
    play = Play(hall)
    assert [step.service for step in play.take(FILING).steps] == [FILING, LICENCE, SEAL]
    assert [step.service for step in play.take(FILING, then=(SEAL,)).steps] == [FILING, SEAL]
    assert [step.service for step in play.take(FILING, then=()).steps] == [FILING]
    assert views.service(play.state, FILING).then == (LICENCE, SEAL)


def test_a_service_gives_no_more_tickets_a_day_than_its_limit(hall: Hall) -> None:
    play = Play(hall)
    taken = [play.take(LICENCE) for _ in range(3)]
    play.do(c.Cancel(ticket=taken[0].id), KIOSK)
    play.take(FILING)
    full = refusal(play, LICENCE)
    assert (full.code, full.detail["issued"]) == ("service.full", 4)
    shown = views.service(play.state, LICENCE)
    assert (shown.issuing, shown.why, shown.limit, shown.issued) == (False, "full", 4, 4)
    assert refusal(play, FILING).code == "service.full", "a visit that would need one more"
    assert picture(play.rebuilt()) == picture(play.state)


def test_a_published_limit_counts_at_once_and_numbers_of_yesterday_do_not() -> None:
    play = Play(design(with_calendars()).hall)
    for _ in range(4):
        play.take(LICENCE)
    more = with_calendars()
    more["services"][1]["daily_limit"] = 5
    play.do(c.Publish(document=more, note="more"), ADMIN)
    play.take(LICENCE)
    assert refusal(play, LICENCE).code == "service.full"
    fewer = with_calendars()
    fewer["services"][1]["daily_limit"] = 2
    play.do(c.Publish(document=fewer, note="fewer"), ADMIN)
    assert refusal(play, LICENCE).detail["issued"] == 5
    play.later(minutes=48 * 60)
    assert play.take(LICENCE).number == "B001"


def test_one_that_was_moved_counts_where_it_is(hall: Hall) -> None:
    play = Play(hall)
    seal = play.take(SEAL)
    play.do(c.Move(ticket=seal.id, service=LICENCE, reason="moved"), MANAGER)
    assert (play.state.issued[SEAL], play.state.issued[LICENCE]) == (0, 1)
    assert picture(play.rebuilt()) == picture(play.state)


def test_a_service_twice_on_one_ticket_counts_twice(hall: Hall) -> None:
    play = Play(hall)
    for _ in range(3):
        play.take(LICENCE)
    assert play.refused(c.Take(service=LICENCE, then=(LICENCE,)), KIOSK) == "service.full"


def test_what_fell_due_while_nobody_looked_is_right_afterwards(hall: Hall) -> None:
    play = Play(hall, at("2026-09-30", "16:00"))
    ticket = play.take(FILING)
    play.later(minutes=9 * 24 * 60)
    assert play.state.day == date(2026, 10, 9)
    assert views.hall(play.state).issuing
    assert ticket.id not in play.state.tickets
    assert play.take(FILING).number == "A001"
    assert due(play.state) - play.now <= timedelta(hours=24)
