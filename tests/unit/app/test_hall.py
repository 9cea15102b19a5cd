"""The hall's configuration file: what is shipped, and how faults are told."""

import re
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_server.app.hall import BRANCH, SHIPPED, Loaded, load, read
from queue_server.engine import rank
from queue_server.engine.actor import Actor
from queue_server.engine.design import FaultyHall, contrast_with_white
from queue_server.engine.hall import ABILITIES, Hall
from queue_server.wire.command import Finish
from queue_server.wire.face import font
from queue_server.wire.ids import ServiceId, WindowId
from queue_server.wire.ticket import Text
from tests.fakes.play import Play

ZONES = [
    "投资项目服务区",
    "证照办理服务区",
    "社会保障服务区",
    "社会综合服务区",
    "人力资源配置服务区",
    "招标投标服务区",
    "法人登记服务区",
    "中介援助服务区",
    "信息公开查阅区",
    "公共管理服务区",
]

SMALL = """
name = { zh = "小厅", en = "Small hall" }

[[classes]]
id = "ordinary"
name = { zh = "普通", en = "Ordinary" }
promise_min = 15

[[zones]]
id = "A"
name = { zh = "甲区", en = "Zone one" }
short = { zh = "甲", en = "One" }
colour = "#1f5fa8"

[[services]]
id = "cards"
zone = "A"
name = { zh = "办卡", en = "Cards" }

[[windows]]
numbers = "1-2"
zone = "A"
services = ["cards"]
"""


def faults_of(document: str) -> dict[str, str]:
    with pytest.raises(FaultyHall) as raised:
        read(document)
    return {fault.path: fault.text.en for fault in raised.value.faults}


@pytest.fixture(scope="module")
def shipped() -> Loaded:
    return load(SHIPPED)


@pytest.fixture(scope="module")
def hall(shipped: Loaded) -> Hall:
    return shipped.hall


def test_the_shipped_hall_has_the_ten_zones_in_their_order(hall: Hall) -> None:
    assert [zone.name.zh for zone in hall.zones] == ZONES
    assert "".join(zone.letter for zone in hall.zones) == "ABCDEFGHJK"


def test_the_shipped_halls_call_by_promise(hall: Hall) -> None:
    assert (hall.rules.policy, hall.rules.guard_min) == ("promise", 60)
    assert load(BRANCH).hall.rules.policy == "promise"


def test_the_shipped_hall_has_nothing_to_warn_of(shipped: Loaded) -> None:
    assert shipped.warnings == ()


def test_the_shipped_hall_has_68_windows_each_zone_in_one_range(hall: Hall) -> None:
    assert [window.id for window in hall.windows] == [str(n) for n in range(1, 69)]
    for zone in hall.zones:
        numbers = [int(window.id) for window in hall.zone_windows[zone.id]]
        assert numbers == list(range(numbers[0], numbers[-1] + 1))
    assert [w.id for w in hall.zone_windows[hall.zones[2].id]] == [str(n) for n in range(18, 27)]


def test_every_shipped_window_offers_one_to_three_services_and_every_service_is_offered(hall: Hall) -> None:
    assert all(1 <= len(window.services) <= 3 for window in hall.windows)
    assert all(hall.offered_at[service.id] for service in hall.services)
    assert len(hall.services) == 54
    across = [w for w in hall.windows if any(hall.service[s].zone != w.zone for s in w.services)]
    assert across, "a general window takes services of other zones"


def test_the_shipped_services_hold_the_ones_every_visit_needs(hall: Hall) -> None:
    assert {"综合咨询", "统一收费", "取件发证"} <= {service.name.zh for service in hall.services}
    assert all(service.prefix == hall.zone[service.zone].letter for service in hall.services)


def test_shipped_slugs_are_short_ascii(hall: Hall) -> None:
    ids = [s.id for s in hall.services] + [d.id for d in hall.displays] + [k.id for k in hall.classes]
    assert [id_ for id_ in ids if not re.fullmatch(r"[a-z][a-z-]{1,18}", id_)] == []


def test_each_shipped_service_says_what_it_is_and_how_it_can_end_in_both_languages(hall: Hall) -> None:
    for service in hall.services:
        assert all((service.name.zh, service.name.en, service.examples.zh, service.examples.en)), service.id
        assert bool(service.bring.zh) == bool(service.bring.en), service.id
        assert service.bring.zh.count("、") == service.bring.en.count(";"), service.id
        assert service.outcomes, service.id
    assert [service.id for service in hall.services if not service.bring.zh] == []


def test_every_shipped_service_has_an_owner_and_every_department_a_service(hall: Hall) -> None:
    assert len(hall.departments) == 30
    assert {service.department for service in hall.services} == set(hall.department)
    assert {d.organisation for d in hall.departments} == {o.id for o in hall.organisations}
    assert len({d.name.zh for d in hall.departments}) == len({d.name.en for d in hall.departments}) == 30


def test_fourteen_departments_let_the_approval_bureau_receive_for_them(hall: Hall) -> None:
    delegated = [service for service in hall.services if service.delegated_to is not None]
    assert {service.delegated_to for service in delegated} == {"approval"}
    assert len({service.department for service in delegated}) == 14


def test_one_ready_visit_is_received_paid_and_collected_on_one_ticket(hall: Hall) -> None:
    (visit,) = [service for service in hall.services if service.then]
    steps = [visit, *(hall.service[service] for service in visit.then)]
    assert [service.name.zh for service in steps] == ["不动产登记", "统一收费", "取件发证"]
    assert len({service.zone for service in steps}) == 2, "it leads to another zone"


def test_the_ready_visit_goes_from_window_to_window_on_one_number(hall: Hall) -> None:
    play = Play(hall)
    taken = play.take(ServiceId("property"))
    assert (taken.number, len(taken.steps)) == ("D001", 3)
    for n, window in enumerate(("33", "29", "17")):
        clerk = Actor("clerk", f"clerk{n}")
        play.open(WindowId(window), clerk)
        called = play.next(WindowId(window), clerk)
        assert called is not None
        assert (called.number, called.service) == ("D001", taken.steps[n].service)
        left = play.do(Finish(window=WindowId(window)), clerk)
        assert left.state == ("served" if n == 2 else "waiting")


def test_each_promise_group_keeps_its_promise_and_the_public_reads_no_more_than_priority(hall: Hall) -> None:
    promises = {kind.group: kind.promise_min for kind in hall.classes}
    assert promises == {"green": 5, "priority": 10, "appointment": 10, "ordinary": 15}
    assert {kind.group: kind.told for kind in hall.classes} == {
        group: group != "ordinary" for group in promises
    }


def test_five_classes_have_priority_by_their_exact_names(hall: Hall) -> None:
    assert [kind.name.zh for kind in hall.classes if kind.group == "priority"] == [
        "军人、退役军人、消防救援人员",
        "老年人(60周岁以上)",
        "残疾人",
        "孕妇、携婴幼儿",
        "重病患者",
    ]
    assert {kind.id: kind.age for kind in hall.classes if kind.age is not None} == {"senior": 60}


def test_the_fast_track_is_never_for_the_asking(hall: Hall) -> None:
    (green,) = [kind for kind in hall.classes if kind.group == "green"]
    assert (green.asked, green.listed) == ("staff", True)


def test_the_shipped_hall_issues_at_any_hour_until_its_calendar_is_named(hall: Hall) -> None:
    assert (hall.rules.calendar, hall.rules.hours) == (None, ())
    assert [zone.id for zone in hall.zones if zone.calendar] == []
    named = SHIPPED.read_text("utf-8").replace("hours = []\n# calendar", "calendar")
    assert read(named).hall.rules.calendar == "office"


def test_tickets_of_the_shipped_calendar_end_before_the_windows_do_in_both_halves_of_the_year(
    hall: Hall,
) -> None:
    (office,) = hall.calendars
    for day in (date(2026, 1, 5), date(2026, 4, 30), date(2026, 5, 6), date(2026, 9, 30), date(2026, 12, 31)):
        (season,) = [season for season in office.seasons if season.holds(day, day.isoweekday())]
        assert len(season.service) == 2, "noon is free"
        for tickets, service in zip(season.tickets, season.service, strict=True):
            assert tickets.start <= service.start < tickets.end < service.end
    assert not [season for season in office.seasons if season.holds(date(2026, 5, 9), 6)], "a Saturday"


def test_shipped_make_up_days_are_weekends_outside_the_holidays_and_count_as_a_day_of_one(hall: Hall) -> None:
    free = {h.first + timedelta(days=n) for h in hall.holidays for n in range((h.last - h.first).days + 1)}
    assert all(day.isoweekday() > 5 and day not in free for day, _ in hall.workdays)
    given = Counter(weekday for _, weekday in hall.workdays)
    taken = Counter(day.isoweekday() for day in free)
    assert given <= taken


def test_each_zone_says_where_it_is_and_has_one_low_counter(hall: Hall) -> None:
    for zone in hall.zones:
        assert zone.place.zh
        low = [w.id for w in hall.zone_windows[zone.id] if "low_counter" in w.abilities]
        assert len(low) == 1, zone.id
    assert {ability for window in hall.windows for ability in window.abilities} == set(ABILITIES)


def test_each_part_of_the_hall_hears_its_calls_once(hall: Hall) -> None:
    spoken = [zone for loudspeaker in hall.loudspeakers for zone in loudspeaker.zones]
    assert sorted(spoken) == sorted(hall.zone)
    heard = {display.loudspeaker: display.zones for display in hall.displays if display.loudspeaker}
    assert heard == {loudspeaker.id: loudspeaker.zones for loudspeaker in hall.loudspeakers}


def test_what_the_shipped_file_shows_as_an_example_may_be_used_as_it_stands() -> None:
    lines = SHIPPED.read_text("utf-8").splitlines()
    examples = [line.removeprefix("# ") for line in lines if re.match(r"# (\[|[a-z_]+ = )", line)]
    tables = "\n".join(examples[next(n for n, line in enumerate(examples) if line.startswith("[")) :])
    hall = read(f"{SHIPPED.read_text('utf-8')}\n{tables}").hall
    assert len(hall.staff) == len(hall.roster) == len(hall.fast_track) == 1
    assert hall.texts.ticket_foot is not None


def test_a_board_shows_the_whole_hall_and_others_share_its_zones(hall: Hall) -> None:
    assert hall.display["hall"].zones == tuple(hall.zone)
    others = [zone for display in hall.displays if display.id != "hall" for zone in display.zones]
    assert sorted(others) == sorted(hall.zone)


def test_white_text_stands_on_every_shipped_colour(hall: Hall) -> None:
    assert min(contrast_with_white(zone.colour) for zone in hall.zones) >= 5.4


@pytest.mark.parametrize("path", [SHIPPED, BRANCH], ids=lambda path: path.name)
def test_the_font_has_every_character_of_a_sample(path: Path) -> None:
    with TTFont(font("regular")) as face:
        cmap = face.getBestCmap()
    assert not {c for c in path.read_text("utf-8") if ord(c) not in cmap and c != "\n"}


def test_the_branch_sample_is_a_hall_of_six_windows() -> None:
    loaded = load(BRANCH)
    assert len(loaded.hall.windows) == 6
    assert loaded.warnings == ()


def test_the_branch_sample_is_open_by_its_calendars_and_staffed_by_its_roster() -> None:
    hall = load(BRANCH).hall
    assert hall.rules.calendar == "office"
    assert [zone.calendar for zone in hall.zones] == [None, "noon"]
    assert {duty.window for duty in hall.roster} == set(hall.window)
    assert {duty.clerk for duty in hall.roster} == set(hall.member)
    for duty in hall.roster:
        skills = hall.member[duty.clerk].skills
        assert skills is None or set(hall.window[duty.window].services) <= set(skills)
    turns = sorted((turn for duty in hall.roster for turn in duty.breaks), key=lambda turn: turn.start)
    assert len(turns) == 3
    assert all(one.end <= other.start for one, other in pairwise(turns)), "never two at lunch at once"


def test_the_branch_sample_has_two_departments_and_a_visit_of_several_steps() -> None:
    hall = load(BRANCH).hall
    assert {service.department for service in hall.services} == set(hall.department)
    assert [service.department for service in hall.services if service.delegated_to] == ["tax"]
    assert [service.then for service in hall.services if service.then] == [("fees", "collect")] * 2


def test_what_follows_from_the_rest_need_not_be_written() -> None:
    hall = read(SMALL).hall
    assert [(w.id, w.name.zh, w.name.en) for w in hall.windows] == [
        ("1", "1号窗口", "Window 1"),
        ("2", "2号窗口", "Window 2"),
    ]
    assert (hall.zones[0].letter, hall.services[0].prefix, hall.zones[0].colour) == ("A", "A", "#1F5FA8")


def test_every_fault_is_told_at_once_with_its_place() -> None:
    document = SMALL.replace('"#1f5fa8"', '"blue"').replace('zone = "A"', 'zone = "B"')
    document = document.replace("promise_min = 15", "promise_min = 0").replace('"1-2"', '"two"')
    assert list(faults_of(document)) == [
        "classes[0].promise_min",
        "zones[0].colour",
        "services[0].zone",
        "windows[0].numbers",
        "windows[0].zone",
    ]


def test_an_unknown_key_is_told_with_the_nearest_known_one() -> None:
    faults = faults_of(SMALL.replace("colour =", "color ="))
    assert faults["zones[0].color"] == "There is no key “color”; the nearest is “colour”."
    assert faults["zones[0].colour"] == "It is missing; add it."


def test_an_unknown_service_is_told_with_the_nearest_one() -> None:
    faults = faults_of(SMALL.replace('["cards"]', '["card"]'))
    assert faults == {"windows[0].services[0]": "There is no service “card”; the nearest is “cards”."}


@pytest.mark.parametrize(
    "old,new,path",
    [
        ('id = "A"', 'id = "A"\nletter = "I"', "zones[0].letter"),
        ('id = "A"', 'id = "A"\nletter = "O"', "zones[0].letter"),
        ('id = "A"', 'id = "A"\nletter = "AB"', "zones[0].letter"),
        ('id = "cards"', 'id = "cards"\nprefix = "O"', "services[0].prefix"),
        ('id = "ordinary"', 'id = "ordinary"\npublic = "x"', "classes[0].public"),
        ('id = "cards"', 'id = "cards"\nmax_items = 100', "services[0].max_items"),
        ('id = "cards"', 'id = "cards"\nmax_items = true', "services[0].max_items"),
        ('id = "cards"', 'id = "cards"\nover_items = "more"', "services[0].over_items"),
        ('id = "cards"', 'id = "cards"\nover_items = "batch"', "services[0].batch_service"),
        ('id = "cards"', 'id = "cards"\nbatch_service = "cards"', "services[0].batch_service"),
        (
            'id = "cards"',
            'id = "cards"\nover_items = "batch"\nbatch_service = "card"',
            "services[0].batch_service",
        ),
        (
            'id = "cards"',
            'id = "cards"\nover_items = "batch"\nbatch_service = "cards"',
            "services[0].batch_service",
        ),
        ('zh = "办卡", ', "", "services[0].name.zh"),
        ('zh = "办卡"', 'zh = " "', "services[0].name.zh"),
        ('{ zh = "办卡", en = "Cards" }', '"办卡"', "services[0].name"),
        ('"1-2"', '"2-1"', "windows[0].numbers"),
        ('"1-2"', '"1-99999"', "windows[0].numbers"),
        ('numbers = "1-2"', 'numbers = "1-2"\nname = { zh = "总台", en = "Desk" }', "windows[0].name"),
        ('["cards"]', "[]", "windows[0].services"),
        ('["cards"]', '"cards"', "windows[0].services"),
        ('["cards"]', '["cards", "cards"]', "windows[0].services[1]"),
        ('id = "ordinary"', 'id = "usual"', "classes"),
        ("[[classes]]", '[rules]\nhours = ["9:00-12:00"]\n[[classes]]', "rules.hours[0]"),
        ("[[classes]]", '[rules]\nhours = ["12:00-09:00"]\n[[classes]]', "rules.hours[0]"),
        (
            "[[classes]]",
            '[rules]\nhours = ["09:00-12:00", "11:00-17:00"]\n[[classes]]',
            "rules.hours[1]",
        ),
        ("[[classes]]", "[rules]\ncalls = 0\n[[classes]]", "rules.calls"),
        ("[[classes]]", "rules = 3\n[[classes]]", "rules"),
    ],
)
def test_a_fault_is_told_at_its_place_and_only_there(old: str, new: str, path: str) -> None:
    assert old in SMALL
    assert list(faults_of(SMALL.replace(old, new, 1))) == [path]


@pytest.mark.parametrize("id_", ['"办卡"', '"two words"', '""', "7"])
def test_an_id_is_short_ascii(id_: str) -> None:
    assert "services[0].id" in faults_of(SMALL.replace('"cards"', id_, 1))


def test_what_is_named_twice_is_told() -> None:
    twice = SMALL + SMALL[SMALL.index("[[zones]]") :]
    assert faults_of(twice)["zones[1].id"] == "“A” is taken by zones[0]."
    assert faults_of(twice)["services[1].id"] == "“cards” is taken by services[0]."
    assert faults_of(twice)["windows[1].numbers"] == "Window 2 is in windows[0] already."


def test_a_letter_belongs_to_one_zone() -> None:
    second = SMALL[SMALL.index("[[zones]]") : SMALL.index("[[services]]")].replace(
        '"A"', '"second"\nletter = "A"'
    )
    assert faults_of(SMALL + second) == {"zones[1].letter": "“A” is taken by zones[0]."}


def test_a_prefix_is_not_another_zones_letter() -> None:
    second = SMALL[SMALL.index("[[zones]]") : SMALL.index("[[services]]")].replace('"A"', '"B"')
    document = SMALL.replace('id = "cards"', 'id = "cards"\nprefix = "B"') + second
    assert faults_of(document) == {"services[0].prefix": "“B” is the letter of another zone."}


def test_a_hall_of_nothing_misses_every_part() -> None:
    parts = ("name", "classes", "zones", "services", "windows")
    assert faults_of("") == dict.fromkeys(parts, "It is missing; add it.")


def test_a_service_nobody_offers_is_a_warning() -> None:
    other = '\n[[services]]\nid = "other"\nzone = "A"\nname = { zh = "其他", en = "Other" }\n'
    assert [fault.path for fault in read(SMALL + other).warnings] == ["services[1].id"]


def test_a_light_colour_and_an_unseen_zone_are_warnings() -> None:
    lonely = SMALL[SMALL.index("[[zones]]") : SMALL.index("[[services]]")].replace('"A"', '"B"')
    board = '[[displays]]\nid = "hall"\ntitle = { zh = "厅", en = "Hall" }\nzones = ["A"]\n'
    document = SMALL.replace("#1f5fa8", "#ffd24a") + lonely + board
    assert [fault.path for fault in read(document).warnings] == [
        "zones[0].colour",
        "zones[1].id",
        "zones[1].id",
    ]


@pytest.mark.parametrize("zh, en", [("残疾人", "Disabled"), ("优先", "Disabled"), ("孕妇优先", "Priority")])
def test_another_public_word_than_priority_is_read_but_never_said_and_who_wrote_it_is_told(
    zh: str, en: str
) -> None:
    said = f'public = {{ zh = "{zh}", en = "{en}" }}\npromise_min = 10\n'
    first = '[[classes]]\nid = "first"\nname = { zh = "先办", en = "First" }\n' + said
    group = '[[groups]]\nid = "early"\nname = { zh = "早办", en = "Early" }\n' + said
    made = read(SMALL + first + group)
    assert rank.said(made.hall.class_["first"]) == Text("优先", "Priority")
    (one, two) = made.warnings
    assert (one.path, two.path) == ("groups[0].public", "classes[1].public")
    assert zh in one.text.zh
    assert read((SMALL + first + group).replace(zh, "优先").replace(en, "Priority")).warnings == ()


def test_broken_toml_is_one_fault_that_names_the_line() -> None:
    with pytest.raises(FaultyHall, match="line 2") as raised:
        read('a = 1\nname = "unfinished\n')
    assert len(raised.value.faults) == 1


def test_a_file_that_is_not_there_or_not_text_is_one_fault(tmp_path: Path) -> None:
    with pytest.raises(FaultyHall, match="cannot be read"):
        load(tmp_path / "hall.toml")
    (tmp_path / "hall.toml").write_bytes("名称".encode("gb18030"))
    with pytest.raises(FaultyHall, match="not UTF-8"):
        load(tmp_path / "hall.toml")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(
    part=st.sampled_from(["name", "rules", "classes", "zones", "services", "windows", "displays"]), value=JSON
)
def test_whatever_stands_in_a_document_is_told_and_never_fails(part: str, value: Any) -> None:
    from queue_server.engine.check import check
    from queue_server.engine.document import Reader
    from queue_server.engine.plan import Document

    reader = Reader()
    document = reader.table(Document, {part: value})
    check(reader, document)
    assert reader.faults
