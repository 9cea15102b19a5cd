"""What a kiosk is told of the hall beside figures: the classes anybody may ask for, and what the hall can do for whom."""

from datetime import date

import msgspec

from queue_server.engine.design import design
from queue_server.engine.hall import PRIORITY, Class, Hall, Member
from queue_server.engine.rule import RULES
from queue_server.engine.state import State
from queue_server.views import topic
from queue_server.wire.day import local_day
from queue_server.wire.ticket import Text
from queue_server.wire.view import ClassRecord, HallRecord, ZoneRecord
from tests.fakes.document import with_calendars
from tests.fakes.hall import MORNING, hall


def records(plan: Hall) -> dict[str, object]:
    """The public topic of a hall."""
    return dict(topic.show(State(plan, local_day(MORNING)), "hall"))


def classes(plan: Hall) -> list[object]:
    """The classes that it names."""
    return [record for key, record in records(plan).items() if key.startswith("class/")]


def test_a_kiosk_is_told_the_classes_that_anybody_may_ask_for_and_no_other() -> None:
    name = Text("老年人", "Seniors")
    plan = msgspec.structs.replace(
        hall(),
        classes=(
            Class(id="ordinary", name=Text("普通", "Ordinary"), promise_min=15),
            Class(id="senior", name=name, told=True, promise_min=10),
            Class(id="quiet", name=name, promise_min=10, counts="at_once"),
            Class(id="booked", name=name, told=True, promise_min=10, asked="staff"),
            Class(id="green", name=name, told=True, promise_min=5, listed=True),
        ),
    )
    assert classes(plan) == [
        ClassRecord(id="senior", name=name, public=PRIORITY),
        ClassRecord(id="quiet", name=name, at_once=True),
    ]


def test_a_zone_says_by_which_rule_its_windows_call_and_the_hall_who_goes_before_all_rules() -> None:
    plan = hall()
    own = msgspec.structs.replace(plan.zones[1], policy="strict")
    plan = msgspec.structs.replace(plan, zones=(plan.zones[0], own, *plan.zones[2:]))
    shown = records(plan)
    first, second = shown["zone/A"], shown["zone/B"]
    assert isinstance(first, ZoneRecord)
    assert isinstance(second, ZoneRecord)
    assert (first.rule, second.rule) == (RULES[plan.policy_in[first.id]].sentence, RULES["strict"].sentence)
    whole = shown["hall"]
    assert isinstance(whole, HallRecord)
    assert whole.guard_min == plan.rules.guard_min > 0


def test_the_days_to_come_have_the_hours_of_their_season_and_are_closed_on_holidays_and_weekends() -> None:
    made = with_calendars()
    del made["zones"][1]["calendar"]
    made["holidays"][0]["last"] = "2026-10-06"
    told = topic.show(State(design(made).hall, date(2026, 9, 30)), "hall")["hall"]
    assert isinstance(told, HallRecord)
    hours = "08:30-11:40 13:30-16:40"
    assert told.hours == "08:30-11:40 14:30-17:40"
    assert told.coming == ("", "", "", "", "", "", hours, hours, hours, hours), "the 10th is a Saturday"


def test_a_hall_without_a_calendar_tells_no_hours_of_any_day() -> None:
    told = records(hall())["hall"]
    assert isinstance(told, HallRecord)
    assert (told.hours, set(told.coming)) == (None, {None})


def test_a_hall_can_do_what_some_window_has_or_somebody_of_the_staff_can() -> None:
    plain = hall()
    able = msgspec.structs.replace(plain.windows[0], abilities=("hearing_loop", "low_counter"))
    staff = (Member(id="zhang", abilities=("english", "low_counter")),)
    for plan, abilities in (
        (plain, ()),
        (
            msgspec.structs.replace(plain, windows=(able, *plain.windows[1:]), staff=staff),
            ("low_counter", "hearing_loop", "english"),
        ),
    ):
        record = records(plan)["hall"]
        assert isinstance(record, HallRecord)
        assert record.abilities == abilities
