"""A hall beyond zones and windows: departments, classes, calendars, staff and roster, and how faults in them are told."""

import json
from copy import deepcopy
from datetime import date, time
from typing import Any

import pytest

from queue_server.engine.calendar import Days, Span
from queue_server.engine.config import difference
from queue_server.engine.design import FaultyHall, design
from queue_server.engine.hall import Duty, Hall
from queue_server.engine.mark import days_of, weekdays_of
from queue_server.engine.state import State
from queue_server.views import hall as halls
from queue_server.wire.ticket import Text
from tests.fakes.document import document, text
from tests.fakes.hall import MORNING


def rich() -> dict[str, Any]:
    """The small hall with something in every table."""
    made = document()
    made |= {
        "texts": {"ticket_foot": text("请保管好号票", "Please keep your ticket")},
        "rules": {"calendar": "office", "identity_days": 7},
        "organisations": [{"id": "city", "name": text("市审批局", "City office")}],
        "departments": [
            {"id": "D01", "name": text("发展改革委", "Development"), "organisation": "city"},
            {"id": "D02", "name": text("综合窗口", "General windows")},
        ],
        "groups": [
            {
                "id": "priority",
                "name": text("优先", "Priority"),
                "public": text("优先", "Priority"),
                "promise_min": 10,
            }
        ],
        "fast_track": [{"id": "91140500MA0EXAMPLE", "name": "示例公司", "reason": "重点项目"}],
        "calendars": [
            {
                "id": "office",
                "name": text("办公", "Office"),
                "seasons": [
                    {
                        "first": "05-01",
                        "last": "09-30",
                        "tickets": ["08:30-11:40", "14:30-17:40"],
                        "service": ["08:30-12:00", "14:30-18:00"],
                    },
                    {"tickets": ["08:30-11:40", "13:30-16:40"]},
                ],
            }
        ],
        "holidays": [{"id": "national", "name": text("国庆", "National Day"), "first": "2026-10-01"}],
        "workdays": [{"id": "makeup", "day": "2026-10-10", "weekday": 5}],
        "outcomes": [{"id": "done", "name": text("办结", "Done")}],
        "loudspeakers": [
            {
                "id": "east",
                "name": text("东厅", "East"),
                "zones": ["A"],
                "player": "box",
                "volume": [{"since": "07:30", "percent": 80}, {"since": "20:00", "percent": 0}],
            }
        ],
        "staff": [{"id": "zhang", "department": "D01", "skills": ["filing"], "abilities": ["english"]}],
        "roster": [
            {
                "window": "1",
                "clerk": "zhang",
                "days": "1-5",
                "hours": ["08:30-12:00", "13:30-17:00"],
                "breaks": ["10:00-10:15"],
            }
        ],
    }
    made["classes"] += [
        {"id": "elder", "name": text("老年人", "Elder"), "group": "priority", "age": 60},
        {
            "id": "green",
            "name": text("绿色通道", "Fast track"),
            "promise_min": 5,
            "asked": "staff",
            "listed": True,
        },
    ]
    made["zones"][0] |= {"place": text("一层东侧", "Ground floor, east"), "real_name": "ask"}
    made["services"][0] |= {
        "department": "D01",
        "delegated_to": "D02",
        "daily_limit": 50,
        "per_person": 2,
        "outcomes": ["done"],
        "then": ["seal"],
    }
    made["windows"][0]["abilities"] = ["low_counter", "english"]
    made["displays"][0]["loudspeaker"] = "east"
    return made


@pytest.fixture(scope="module")
def hall() -> Hall:
    return design(rich()).hall


def test_the_halls_own_words_have_their_place_and_no_more() -> None:
    made = document()
    made["texts"] = {"kiosk_welcome": {"zh": "欢" * 41, "en": "Welcome"}}
    with pytest.raises(FaultyHall) as refused:
        design(made)
    assert [fault.line() for fault in refused.value.faults] == ["texts.kiosk_welcome.zh: 最多40个字符。"]
    made["texts"]["kiosk_welcome"]["zh"] = "欢迎"
    texts = design(made).hall.texts
    assert (texts.kiosk_welcome, texts.board_idle) == (Text("欢迎", "Welcome"), None)


def test_a_class_has_the_promise_and_the_public_words_of_its_group(hall: Hall) -> None:
    elder, green = hall.class_["elder"], hall.class_["green"]
    assert (elder.promise_min, elder.told, elder.group, elder.age) == (10, True, "priority", 60)
    assert (green.promise_min, green.group, green.asked, green.listed) == (5, "green", "staff", True)
    assert (hall.class_["ordinary"].counts, hall.class_["ordinary"].told) == ("confirmed", False)


def test_a_service_asks_for_a_name_as_its_zone_does_unless_it_says_otherwise(hall: Hall) -> None:
    assert [service.real_name for service in hall.services] == ["ask", "no", "no"]


def test_a_season_without_hours_of_service_serves_while_it_issues(hall: Hall) -> None:
    summer, winter = hall.calendars[0].seasons
    assert [str(span) for span in summer.service] == ["08:30-12:00", "14:30-18:00"]
    assert winter.service == winter.tickets


def test_a_day_lies_in_the_first_season_that_fits_its_weekday_and_date(hall: Hall) -> None:
    summer, winter = hall.calendars[0].seasons
    assert summer.holds(date(2026, 5, 1), 5)
    assert not summer.holds(date(2026, 5, 2), 6)
    assert not summer.holds(date(2026, 10, 1), 4)
    assert winter.holds(date(2026, 10, 1), 4)


def test_duties_are_times_of_a_clerk_at_a_window(hall: Hall) -> None:
    morning, afternoon = Span(time(8, 30), time(12)), Span(time(13, 30), time(17))
    assert hall.roster == (
        Duty(
            window=hall.windows[0].id,
            clerk="zhang",
            days=Days(weekdays=frozenset(range(1, 6))),
            hours=(morning, afternoon),
            breaks=(Span(time(10), time(10, 15)),),
        ),
    )
    assert hall.member["zhang"].skills == ("filing",)


def test_waits_turn_amber_before_they_turn_red_in_the_hall_and_in_each_zone() -> None:
    made = rich()
    made["zones"][0]["amber_min"] = 30
    made["rules"] |= {"amber_min": 10, "red_min": 10}
    with pytest.raises(FaultyHall) as refused:
        design(made)
    assert [fault.line() for fault in refused.value.faults] == [
        "rules.red_min: 应大于10，即amber_min（等候几分钟变黄）。",
        "zones[0].red_min: 应大于30，即amber_min（等候几分钟变黄）。",
    ]
    made["rules"]["red_min"] = 20
    made["zones"][0]["red_min"] = 45
    state = State(design(made).hall, MORNING.date())
    marked = [(load.amber_min, load.red_min) for load in (halls.load(state, id_) for id_ in state.hall.zone)]
    assert marked == [(30, 45), *[(10, 20)] * (len(marked) - 1)]


def test_quick_matters_go_first_only_where_windows_call_by_promise_and_some_service_says_how_long_it_takes() -> (
    None
):
    made = rich()
    made["rules"] |= {"quick_first": True}

    def faults() -> list[str]:
        with pytest.raises(FaultyHall) as refused:
            design(made)
        return [fault.line() for fault in refused.value.faults]

    (fault,) = faults()
    assert fault.startswith("rules.quick_first: 只有按承诺叫号")
    made["zones"][0]["policy"] = "promise"
    (fault,) = faults()
    assert fault.startswith("rules.quick_first: 还没有业务写了usual_min")
    made["services"][0]["usual_min"] = 12
    assert design(made).hall.usual == {"filing": 12, "licence": 12, "seal": 12}


@pytest.mark.parametrize(
    "path,value",
    [
        ("rules.calendar", "offce"),
        ("rules.hours", ["08:00-12:00"]),
        ("departments[0].organisation", "nobody"),
        ("classes[1].group", "none"),
        ("classes[1].age", 0),
        ("classes[1].asked", "everybody"),
        ("classes[2].promise_min", None),
        ("classes[2].listed", "yes"),
        ("fast_track[0].until", "2026-13-01"),
        ("calendars[0].seasons", []),
        ("calendars[0].seasons[0].first", "02-30"),
        ("calendars[0].seasons[0].last", None),
        ("calendars[0].seasons[0].weekdays", "5-1"),
        ("calendars[0].seasons[0].tickets[1]", "11:00-12:00"),
        ("holidays[0].last", "2026-09-30"),
        ("workdays[0].weekday", 8),
        ("zones[0].real_name", "always"),
        ("zones[0].calendar", "summer"),
        ("services[0].department", None),
        ("services[0].delegated_to", "D03"),
        ("services[0].usual_min", 0),
        ("services[0].daily_limit", 0),
        ("services[0].outcomes[0]", "lost"),
        ("services[0].then[0]", "filling"),
        ("services[0].then", ["filing"]),
        ("services[0].said", "行业"),
        ("services[0].said", "xiang4 mu4"),
        ("windows[0].abilities[0]", "sings"),
        ("loudspeakers[0].zones", []),
        ("loudspeakers[0].player", "radio"),
        ("loudspeakers[0].one", "yat"),
        ("loudspeakers[0].readings", 4),
        ("loudspeakers[0].volume[0].since", "7:30"),
        ("loudspeakers[0].volume[1].since", "07:30"),
        ("loudspeakers[0].volume[0].percent", 101),
        ("zones[0].said", "投资"),
        ("displays[0].loudspeaker", "west"),
        ("staff[0].skills[0]", "cooking"),
        ("roster[0].window", "9"),
        ("roster[0].clerk", "li"),
        ("roster[0].days", "2026-10-02/2026-10-01"),
        ("roster[0].hours[0]", "8-12"),
    ],
)
def test_each_fault_is_told_at_its_place(path: str, value: Any) -> None:
    """`value` None leaves the item out."""
    made = deepcopy(rich())
    *way, last = path.replace("[", ".").replace("]", "").split(".")
    place: Any = made
    for part in way:
        place = place[int(part)] if part.isdigit() else place[part]
    if value is None:
        del place[last]
    elif last.isdigit():
        place[int(last)] = value
    else:
        place[last] = value
    with pytest.raises(FaultyHall) as raised:
        design(made)
    expected = "services[0].delegated_to" if path == "services[0].department" else path
    assert [fault.path for fault in raised.value.faults] == [expected]


def test_what_names_a_row_whose_id_is_wrong_has_no_fault_of_its_own_and_naming_none_is_not_naming_one_unknown() -> (
    None
):
    made = json.loads(json.dumps(rich()).replace('"A"', '"a zone"'))  # wherever it is named
    made["services"][1]["zone"] = ""
    with pytest.raises(FaultyHall) as raised:
        design(made)
    assert [(fault.path, fault.text.en) for fault in raised.value.faults if "letter" not in fault.path] == [
        (
            "zones[0].id",
            "It must be 1 to 32 letters, digits, - or _, beginning with a letter or digit.",
        ),
        ("services[1].zone", "It must not be empty."),
    ]


@pytest.mark.parametrize(
    "other,overlaps",
    [
        ({"window": "2", "clerk": "zhang", "days": "3", "hours": ["11:00-12:30"]}, True),
        ({"window": "1", "clerk": "li", "days": "5-6", "hours": ["16:00-18:00"]}, True),
        ({"window": "1", "clerk": "li", "days": "1-5", "hours": ["12:00-13:30"]}, False),
        ({"window": "1", "clerk": "li", "days": "2026-10-12", "hours": ["08:30-12:00"]}, False),
        ({"window": "2", "clerk": "li", "days": "1-5", "hours": ["08:30-12:00"]}, False),
    ],
)
def test_nobody_is_at_two_windows_and_no_window_has_two_people(other: dict[str, Any], overlaps: bool) -> None:
    made = rich()
    made["staff"].append({"id": "li"})
    made["roster"].append(other)
    if not overlaps:
        assert len(design(made).hall.roster) == 2
        return
    with pytest.raises(FaultyHall, match=r"roster\[1\]\.hours: It overlaps roster\[0\]"):
        design(made)


@pytest.mark.parametrize("written", ["", "0", "8", "5-1", "1-5,", "monday", "1 - 5"])
def test_what_is_no_weekday_is_none(written: str) -> None:
    assert weekdays_of(written) is None


def test_days_are_weekdays_one_day_or_from_day_to_day() -> None:
    assert days_of("1-5,7") == Days(weekdays=frozenset({1, 2, 3, 4, 5, 7}))
    assert days_of("2026-10-10") == Days(first=date(2026, 10, 10), last=date(2026, 10, 10))
    assert days_of("2026-10-10/2026-10-16") == Days(first=date(2026, 10, 10), last=date(2026, 10, 16))
    assert days_of("2026-10-10/2028-10-10") is None


def test_the_difference_names_a_duty_by_window_clerk_and_days() -> None:
    changed = rich()
    changed["roster"][0]["hours"] = ["09:00-12:00"]
    assert [change.path for change in difference(rich(), changed)] == ["roster[1 zhang 1-5].hours"]
