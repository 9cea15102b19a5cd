"""The roster: who should be where, and a week copied forward."""

from datetime import date, datetime

import pytest

from queue_server.engine import record, roster
from queue_server.engine.design import design
from queue_server.engine.hall import Hall
from queue_server.engine.tick import due
from queue_server.wire import command as c
from queue_server.wire.day import SHANGHAI
from tests.fakes.document import with_staff
from tests.fakes.hall import ONE
from tests.fakes.play import LI, MANAGER, ZHANG, Play


@pytest.fixture(scope="module")
def hall() -> Hall:
    """A hall with a roster."""
    return design(with_staff()).hall


def at(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}+08:00")


def there(hall: Hall, day: str, clock: str) -> dict[str, str]:
    """Who should be at which window; in brackets who has their break."""
    found = roster.posts(hall, at(day, clock))
    return {id_: f"({post.clerk})" if post.on_break else post.clerk for id_, post in found.items()}


def test_clerks_are_on_duty_in_their_hours_and_have_their_breaks(hall: Hall) -> None:
    monday = "2026-11-23"
    assert there(hall, monday, "08:29") == {}
    assert there(hall, monday, "08:30") == {"1": "zhang", "4": "li"}
    assert there(hall, monday, "12:30") == {"1": "(zhang)"}
    assert there(hall, monday, "16:59") == {"1": "zhang", "4": "li"}
    assert there(hall, monday, "17:00") == {}


def test_what_is_written_for_a_day_counts_before_its_weekday_for_the_same_window_or_clerk(hall: Hall) -> None:
    wednesday, friday = "2026-11-25", "2026-11-27"
    assert there(hall, wednesday, "09:00") == {"1": "wang", "4": "li"}
    assert there(hall, wednesday, "14:00") == {"4": "li"}, "the window's whole day is as written for it"
    assert there(hall, friday, "10:00") == {"1": "zhang", "3": "li"}, "nobody is at two windows"


def test_on_a_holiday_nobody_is_on_duty_and_a_make_up_day_is_its_weekday(hall: Hall) -> None:
    assert there(hall, "2026-11-28", "09:00") == {}
    assert there(hall, "2026-11-29", "09:00") == {"1": "zhang", "4": "li"}
    assert there(hall, "2026-12-01", "09:00") == {}
    made = with_staff()
    made["roster"] += [
        {"window": "2", "clerk": "zhao", "days": "2026-12-01", "hours": ["08:30-17:00"]},
        {"window": "3", "clerk": "wang", "days": "2026-11-30/2026-12-04", "hours": ["08:30-17:00"]},
    ]
    assert there(design(made).hall, "2026-12-01", "09:00") == {"2": "zhao"}
    assert there(design(made).hall, "2026-12-03", "09:00") == {"1": "zhang", "4": "li", "3": "wang"}


def test_a_window_tells_who_should_be_there_and_whether_they_are(hall: Hall) -> None:
    play = Play(hall, at("2026-11-23", "08:29"))
    play.state.names = {"zhang": "张敏"}

    def told() -> tuple[str | None, str | None, str | None]:
        window = record.window(play.state, ONE)
        return window.rostered, window.rostered_name, window.attendance

    assert told() == (None, None, None)
    play.later(minutes=1)
    assert told() == ("zhang", "张敏", "missing")
    play.open(ONE, LI)
    assert told() == ("zhang", "张敏", "missing"), "somebody else is there"
    play.do(c.Open(window=ONE, takeover=True), ZHANG)
    assert told() == ("zhang", "张敏", "here")
    play.later(minutes=60 * 3 + 30)
    play.do(c.Close(window=ONE, reason="lunch"), MANAGER)
    assert told() == ("zhang", "张敏", "break")
    assert due(play.state) == at("2026-11-23", "13:00")
    play.later(minutes=60)
    assert told() == ("zhang", "张敏", "missing")


def test_duties_turn_where_they_begin_and_end(hall: Hall) -> None:
    turns = sorted({turn.astimezone(SHANGHAI) for turn in roster.turns(hall, date(2026, 11, 23))})
    assert [f"{turn:%H:%M}" for turn in turns] == ["08:30", "12:00", "13:00", "13:30", "17:00"]
