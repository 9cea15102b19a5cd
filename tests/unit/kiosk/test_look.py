"""What the glass says: every screen whole in both languages, and never more than is known."""

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from kiosk.model import look as seen
from kiosk.model.event import LinkChanged, Refused, Ticked
from kiosk.model.show import look
from queue_server.wire.face import tokens
from queue_server.wire.ticket import Language, Text
from tests.unit.kiosk.hall import AT, FRESH, HALL, Play, alone_kiosk, block, lent, open_kiosk, shown, zone
from tests.unit.kiosk.scene import SCENES


def words(value: Any) -> list[str]:
    """Every text of a look."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for one in value for text in words(one)]
    if is_dataclass(value):
        return [text for field in fields(value) for text in words(getattr(value, field.name))]
    return []


def home(play: Play) -> seen.Home:
    """The home screen of a kiosk."""
    body = look(play.state).body
    assert isinstance(body, seen.Home)
    return body


@pytest.mark.parametrize("name", sorted(SCENES))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_screen_is_whole_in_both_languages(name: str, language: Language) -> None:
    picture = look(replace(SCENES[name], language=language))
    assert picture.language == language
    for text in words(picture):
        assert not re.search(r"[{}]|None|\bnull\b", text), text
        assert text == text.strip()


def test_a_tile_shows_both_names_examples_how_many_wait_and_a_range() -> None:
    tile = home(open_kiosk()).tiles[0]
    assert (tile.badge.letter, tile.badge.icon, tile.badge.name) == ("A", "zone-a", "投资项目服务区")
    assert (tile.other, tile.examples) == ("Investment Projects", "备案 · 核准 · 施工许可")
    assert (tile.waiting, tile.wait, tile.enabled) == ("等候 4 人", "约5-10分钟", True)


def test_a_zone_without_a_forecast_shows_only_how_many_wait() -> None:
    tile = home(open_kiosk()).tiles[5]
    assert (tile.waiting, tile.wait) == ("等候 2 人", "")


def test_english_tiles_put_the_english_name_first() -> None:
    tile = home(open_kiosk().touch("language")).tiles[6]
    assert (tile.badge.name, tile.other) == ("Company and Organisation Registration", "法人登记服务区")
    assert (tile.waiting, tile.wait) == ("118 waiting", "110-145 min")
    assert "·" in shown().zones[6].examples.en
    assert "·" not in tile.examples, "it is as wide there as a Chinese character"
    assert ", " in tile.examples


def test_a_paused_zone_says_so_and_why_in_place_of_its_figures() -> None:
    hall = shown()
    zones = tuple(zone(z.id, issuing=False, stopped="系统维护，预计下午三点恢复取号") for z in hall.zones)
    tile = home(open_kiosk() >> type(hall)(hall.hall, zones, hall.services)).tiles[0]
    assert (tile.waiting, tile.wait) == ("暂停取号", "系统维护，预计下午三点恢复…")
    assert (tile.paused, tile.enabled) == (True, False)


def test_a_zone_without_any_service_is_paused() -> None:
    hall = shown()
    tile = home(open_kiosk() >> type(hall)(hall.hall, hall.zones, ())).tiles[0]
    assert (tile.paused, tile.enabled) == (True, False)


@pytest.mark.parametrize(
    "link", [LinkChanged("down"), LinkChanged("stale"), LinkChanged("live", degraded=True)]
)
def test_without_the_server_and_without_numbers_it_is_said_where_to_go_and_nothing_can_be_touched(
    link: LinkChanged,
) -> None:
    play = (open_kiosk() >> link).after(5)
    assert look(play.state).banner == seen.Banner("本机暂时不能取号，请到咨询台，工作人员会帮您取号", "warn")
    assert not any(tile.enabled for tile in home(play).tiles)


def test_a_kiosk_alone_says_so_calmly_and_shows_no_figure_of_before() -> None:
    play = alone_kiosk(block("B"), block("C"))
    assert look(play.state).banner == seen.Banner("本机独立发号，号票照常有效", "calm")
    tiles = {tile.id: tile for tile in home(play).tiles}
    assert [key for key, tile in tiles.items() if tile.enabled] == ["B", "C"]
    assert {(tile.waiting, tile.wait) for key, tile in tiles.items() if key in "BC"} == {("可以取号", "")}
    assert {(tile.waiting, tile.wait) for key, tile in tiles.items() if key not in "BC"} == {
        ("暂停取号", "请到咨询台")
    }
    rows = look(play.touch("zone", "B").state).body
    assert isinstance(rows, seen.Services)
    assert {(row.waiting, row.wait) for row in rows.rows} == {("可以取号", "")}


def test_a_gap_of_a_second_changes_nothing_on_the_glass() -> None:
    play = (open_kiosk() >> LinkChanged("down")).after(1.4)
    assert look(play.state) == look(open_kiosk().state)


def test_a_ticket_issued_alone_claims_nothing_of_those_ahead() -> None:
    body = look(SCENES["ticket-alone"]).body
    assert isinstance(body, seen.Issued)
    assert (body.number, body.ahead, body.wait) == ("C700", "暂不清楚", "")


def test_a_kiosk_that_its_server_refuses_says_that_it_is_not_connected() -> None:
    play = (lent(open_kiosk(), block()) >> LinkChanged("down", barred=True)).after(5)
    assert look(play.state).banner == seen.Banner("系统连接中断，请稍候或到咨询台", "alarm")
    assert not any(tile.enabled for tile in home(play).tiles)


def test_a_kiosk_that_never_met_its_server_says_that_it_is_connecting() -> None:
    assert home(Play()).question == "正在连接系统，请稍候"
    assert home(Play() >> LinkChanged("down")).question == "系统连接中断，请稍候或到咨询台"


def test_a_closed_hall_says_its_hours_and_when_it_opens_next_once() -> None:
    picture = look(SCENES["home-closed"])
    assert picture.banner is not None
    assert picture.banner.text == "现在不在取号时间（09:00-12:00 13:30-17:30），下次取号：2026-11-24 09:00"
    assert isinstance(picture.body, seen.Home)
    assert {tile.wait for tile in picture.body.tiles} == {""}


def test_a_zone_outside_its_own_hours_says_when_it_opens_and_a_full_one_that_it_is_full() -> None:
    picture = look(SCENES["home-partly"])
    assert picture.banner is None
    assert isinstance(picture.body, seen.Home)
    assert [tile.wait for tile in picture.body.tiles[:3]] == [
        "13:30起取号",
        "11-24 09:00起取号",
        "今日已发完",
    ]
    assert not any(tile.enabled for tile in picture.body.tiles[:3])


def test_a_day_without_hours_says_so() -> None:
    closed = {"issuing": False, "why": "closed", "stopped": "", "hours": ""}
    said = look((open_kiosk() >> shown(**closed)).state).banner
    assert said == seen.Banner("今日不取号", "warn")
    assert look((open_kiosk() >> shown(issuing=False, why="full")).state).banner == seen.Banner(
        "今日的号已发完", "warn"
    )


def test_a_hall_says_its_own_words_on_the_first_screen() -> None:
    play = open_kiosk() >> shown(welcome=Text("晋城欢迎您", "Welcome to Jincheng"))
    assert home(play).question == "晋城欢迎您"
    assert home(play.touch("language")).question == "Welcome to Jincheng"


def test_a_stopped_hall_says_why() -> None:
    picture = look((open_kiosk() >> shown(issuing=False, stopped="消防演练")).state)
    assert picture.banner == seen.Banner("现在不取号：消防演练", "warn")


def test_what_is_served_elsewhere_says_so_in_both_languages_and_what_somebody_typed_stays() -> None:
    moved = {
        "issuing": False,
        "why": "stopped",
        "stopped": "在另一地点办理",
        "stopped_en": "served elsewhere",
    }
    hall = shown(**moved)
    banners = [look((open_kiosk() >> hall).state, language).banner for language in ("zh", "en")]
    assert banners == [
        seen.Banner("现在不取号：在另一地点办理", "warn"),
        seen.Banner("No tickets now: served elsewhere", "warn"),
    ]
    some = shown()
    zones = (zone("A", **moved), zone("B", issuing=False, why="stopped", stopped="系统维护"), *some.zones[2:])
    play = open_kiosk() >> type(some)(some.hall, zones, some.services)
    bodies = look(play.state, "zh").body, look(play.state, "en").body
    for body, told in zip(bodies, ("在另一地点办理", "served elsewhere"), strict=True):
        assert isinstance(body, seen.Home)
        assert [tile.wait for tile in body.tiles[:2]] == [told, "系统维护"]


def test_a_long_reason_is_cut_to_its_place_in_either_language() -> None:
    told = {"why": "stopped", "stopped": "系" * 40, "stopped_en": "The system is out of order and away."}
    some = shown()
    zones = (zone("A", issuing=False, **told), *some.zones[1:])
    play = open_kiosk() >> type(some)(some.hall, zones, some.services)
    cut = {}
    for language in ("zh", "en"):
        body = look(play.state, language).body
        assert isinstance(body, seen.Home)
        cut[language] = body.tiles[0].wait
    assert cut == {"zh": "系" * 13 + "…", "en": "The system is out of order …"}


def test_the_clock_is_the_halls_local_one_and_absent_until_it_is_known() -> None:
    header = look(open_kiosk().state).header
    assert (header.clock, header.day) == ("10:42", "2026年11月23日 星期一")
    assert look(Play().state).header == seen.Header("政务服务大厅", "", "")
    english = look((open_kiosk() >> Ticked(AT)).touch("language").state).header
    assert english.day == "Monday 2026-11-23"


def test_a_visit_of_several_steps_names_them_before_the_ticket_is_taken() -> None:
    body, plain = look(SCENES["bring-visit"], "en").body, look(SCENES["bring"], "en").body
    assert isinstance(body, seen.Bring)
    assert isinstance(plain, seen.Bring)
    assert body.visit.startswith("One ticket for: ")
    assert body.visit.endswith(" → Paying social insurance.")
    assert body.visit.count("→") == 2
    assert plain.visit == ""


def test_what_to_bring_is_listed_one_by_one() -> None:
    body = look(SCENES["bring"]).body
    assert isinstance(body, seen.Bring)
    assert body.items == ("身份证", "营业执照副本", "法定代表人授权委托书")


def test_few_services_stand_in_one_column_and_many_in_two_on_pages() -> None:
    few, many, paged = (look(SCENES[name]).body for name in ("services", "services-many", "services-pages"))
    assert isinstance(few, seen.Services)
    assert isinstance(many, seen.Services)
    assert isinstance(paged, seen.Services)
    assert (few.columns, few.page) == (1, "")
    assert (many.columns, many.page, len(many.rows)) == (2, "", 12)
    assert (paged.page, paged.page_back, paged.page_on) == ("第2页，共3页", "上一页", "下一页")


def test_an_unknown_wait_is_said_and_not_guessed() -> None:
    state = SCENES["ticket"]
    body = look(replace(state, screen=replace(state.screen, ticket=replace_wait(state)))).body
    assert isinstance(body, seen.Issued)
    assert body.wait == "暂无法预计"


def test_behind_nobody_an_unknown_wait_is_not_spoken_of() -> None:
    state = SCENES["ticket"]
    ticket = replace_wait(state, ahead=0)
    body = look(replace(state, screen=replace(state.screen, ticket=ticket))).body
    assert isinstance(body, seen.Issued)
    assert (body.ahead, body.wait) == ("无人", "")


def replace_wait(state: Any, **fields: Any) -> Any:
    """The ticket on the screen without its forecast."""
    ticket = state.screen.ticket
    kept = {name: getattr(ticket, name) for name in ticket.__struct_fields__}
    return type(ticket)(**kept | {"wait": None} | fields)


def test_a_rule_is_told_in_the_visitors_language_with_its_data() -> None:
    body = look(replace(SCENES["problem"], language="en")).body
    assert isinstance(body, seen.Problem)
    assert body.sentence == "Today's C numbers are used up; ask at the information desk."


@pytest.mark.parametrize("code", ["auth.invalid", "request.invalid", "server.failed", "nobody.knows"])
def test_what_only_concerns_programs_is_not_told_to_a_visitor(code: str) -> None:
    play = open_kiosk().touch("zone", "C") >> Refused(FRESH.key, code, "internal words")
    body = look(play.state).body
    assert isinstance(body, seen.Problem)
    assert body.sentence == ""


def test_a_number_without_paper_counts_its_seconds_down() -> None:
    state = SCENES["unprinted"]
    body = look(replace(state, now=state.now + 48.5)).body
    assert isinstance(body, seen.Unprinted)
    assert (body.number, body.trouble) == ("C103", "打印纸已用完。")
    assert body.returning == "12秒内未点“我已记下”，号码将取消"


def test_every_letter_of_the_look_has_its_icon() -> None:
    icons = {tile.badge.icon for tile in home(open_kiosk()).tiles}
    assert icons == {f"zone-{letter}" for letter in tokens().zone}


def test_the_halls_own_name_is_shown() -> None:
    assert look(open_kiosk().state).header.title == HALL.name.zh
