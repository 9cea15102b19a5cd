"""At night the glass is dark: a touch says when there are tickets again, and in the morning it is there by itself."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from kiosk.model import look as seen
from kiosk.model.event import CodeShown, Event, Felt, LinkChanged, PrinterReported, Ticked
from kiosk.model.intent import Light
from kiosk.model.night import Night, dark
from kiosk.model.screen import Dark, Home, Issued, Woken
from kiosk.model.show import look
from queue_server.wire.view import HallRecord
from tests.unit.kiosk.hall import FRESH, HALL, Play, open_kiosk, shown, taken

TOMORROW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
MARGIN = Night(margin_min=30)
SHUT = {"issuing": False, "why": "closed", "stopped": HALL.hours}


def at(clock: str, day: int = 23) -> datetime:
    """A local time of the hall's day, or of another."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour - 8, minutes=minute)


def hall(clock: str, **change: object) -> HallRecord:
    """The hall at that time: when it is shut, and until when, as its server says."""
    open_ = "09:00" <= clock < "12:00" or "13:30" <= clock < "17:30"
    opens = at("09:00") if clock < "09:00" else at("13:30") if clock < "13:30" else TOMORROW
    fields = {} if open_ else SHUT | {"opens": opens}
    return msgspec.structs.replace(HALL, **(fields | change))


@pytest.mark.parametrize(
    "clock, night",
    [
        ("00:10", True),
        ("08:29", True),
        ("08:30", False),
        ("10:00", False),
        ("12:40", False),
        ("17:30", False),
        ("17:59", False),
        ("18:00", True),
    ],
)
def test_it_is_night_from_a_margin_after_the_last_hours_until_one_before_the_first(
    clock: str, night: bool
) -> None:
    assert dark(MARGIN, hall(clock), at(clock)) is night
    assert not dark(Night(), hall(clock), at(clock)), "nobody asked for it"


@pytest.mark.parametrize(
    "clock, night", [("05:59", True), ("06:00", False), ("21:59", False), ("22:00", True)]
)
def test_hours_of_its_own_go_over_midnight(clock: str, night: bool) -> None:
    assert dark(Night(hours=("22:00-06:00",)), hall(clock), at(clock)) is night


def test_a_day_without_hours_is_night_until_those_of_the_next_are_near() -> None:
    sunday = hall("10:00", hours="", **SHUT | {"opens": TOMORROW})
    assert dark(MARGIN, sunday, at("10:00"))
    assert dark(MARGIN, sunday, at("08:29", 24)), "its server has not told the new day yet"
    assert not dark(MARGIN, sunday, at("08:30", 24))


def test_it_is_never_night_while_tickets_can_be_had_or_somebody_is_to_read_why_not() -> None:
    always = Night(margin_min=0, hours=("00:00-23:59",))
    assert not dark(always, hall("18:30", issuing=True), at("18:30"))
    assert not dark(always, hall("18:30"), None), "nobody told the time"
    for why in ("stopped", "full"):
        assert not dark(Night(margin_min=0), hall("18:30", why=why), at("18:30"))


def evening(play: Play | None = None) -> Play:
    """A kiosk whose hall has closed, half an hour later; nobody stands there."""
    play = play or open_kiosk()
    play.state = replace(play.state, night=MARGIN)
    play >> shown(**SHUT, opens=TOMORROW)
    return later(play, 31, "18:05")


def later(play: Play, seconds: float, clock: str, day: int = 23) -> Play:
    play.now += seconds
    return play >> Ticked(at(clock, day))


def test_the_glass_falls_dark_once_nobody_is_there_and_its_light_goes_out() -> None:
    play = evening()
    assert play.screen == Dark()
    assert play.wanted == [Light(on=False)]
    assert look(play.state).dark


def test_who_still_stands_there_is_not_left_in_the_dark() -> None:
    play = taken(open_kiosk().touch("zone", "C"))
    play.state = replace(play.state, night=Night(hours=("10:00-11:00",)))
    play = play >> PrinterReported(FRESH.id, "printed")
    play >> shown(**SHUT, opens=TOMORROW)
    assert isinstance(play.after(7).screen, Issued)
    assert play.after(2).screen == Home()
    assert play.after(30).screen == Dark()


def test_a_touch_wakes_it_and_says_when_there_are_tickets_again() -> None:
    play = evening() >> Felt()
    assert play.screen == Woken()
    assert play.wanted == [Light(on=True)]
    picture = look(play.state)
    assert isinstance(picture.body, seen.Problem)
    assert not picture.dark
    assert picture.body.sentence == "现在不在取号时间（09:00-12:00 13:30-17:30），下次取号：2026-11-24 09:00"
    assert later(play, 14, "18:06").screen == Woken()
    assert later(play, 2, "18:06").screen == Dark()
    assert play.wanted == [Light(on=False)]


def test_who_reads_on_finds_the_home_screen_and_it_is_dark_again_without_a_touch() -> None:
    play = (evening() >> Felt()).touch("understood")
    assert play.screen == Home()
    assert later(play, 31, "18:07").screen == Dark()


def test_in_the_morning_it_is_there_by_itself() -> None:
    play = later(evening(), 50_000, "08:30", 24)
    assert play.screen == Home()
    assert play.wanted == [Light(on=True)]


@pytest.mark.parametrize("event", [shown(), CodeShown("042917")])
def test_a_hall_that_opens_unexpectedly_or_a_kiosk_that_loses_its_place_wakes_it(event: Event) -> None:
    play = later(evening() >> event, 1, "18:10")
    assert play.screen == Home()
    assert play.wanted == [Light(on=True)]


def lonely(clock: str, day: int, **change: object) -> Play:
    """A kiosk whose server was last heard on Friday the 20th, in a hall that is closed on Saturday and works on Sunday for it."""
    coming = ("", "09:00-12:00", HALL.hours, HALL.hours)
    play = open_kiosk()
    play.state = replace(play.state, night=MARGIN)
    play >> shown(**{"day": date(2026, 11, 20), "coming": coming} | change) >> LinkChanged("down")
    return later(later(play.after(5), 31, clock, day), 1, clock, day)


@pytest.mark.parametrize(
    "clock, day, night",
    [
        ("16:00", 20, False),
        ("17:59", 20, False),
        ("18:00", 20, True),
        ("00:10", 21, True),
        ("10:00", 21, True),
        ("08:29", 22, True),
        ("08:30", 22, False),
        ("12:29", 22, False),
        ("12:30", 22, True),
        ("08:30", 23, False),
        ("10:00", 30, False),
    ],
)
def test_without_its_server_it_is_dark_on_days_on_which_the_hall_is_closed(
    clock: str, day: int, night: bool
) -> None:
    assert (lonely(clock, day).screen == Dark()) is night


def test_who_wakes_it_then_reads_when_the_hall_opens_next() -> None:
    play = lonely("10:00", 21) >> Felt()
    body = look(play.state).body
    assert isinstance(body, seen.Problem)
    assert body.sentence == "今日不取号，下次取号：2026-11-22 09:00"
    body = look((lonely("13:00", 22) >> Felt()).state).body
    assert isinstance(body, seen.Problem)
    assert body.sentence == "现在不在取号时间（09:00-12:00），下次取号：2026-11-23 09:00"


def test_a_day_that_nobody_told_has_the_hours_of_the_one_that_was_told_last() -> None:
    assert lonely("10:00", 21, coming=()).screen == Home()
    assert lonely("18:00", 21, coming=()).screen == Dark()


def test_what_was_given_out_on_the_day_before_is_not_given_out_today_but_a_stop_stays() -> None:
    full = lonely("10:00", 23, issuing=False, why="full").state.hall
    stop = lonely("10:00", 23, issuing=False, why="stopped", stopped="停电").state.hall
    assert full is not None
    assert stop is not None
    assert (full.why, stop.why, stop.stopped) == (None, "stopped", "停电")
