"""The steward's desk: a ticket for whoever asks, a class confirmed, a number looked up. One server for all of the tests."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tests.e2e.house import HALL_NAME, MACHINE
from tests.e2e.pages.conftest import PASSWORD, Hall, kiosk, serving
from tests.e2e.pages.look import good
from tests.fakes.card import number

pytestmark = pytest.mark.browser
Screen = Callable[[int, int], Page]
SignIn = Callable[..., None]

TABLET, PHONE = (1280, 800), (390, 844)


@pytest.fixture(scope="module")
def running(staffed: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A hall with a steward, for the whole module: each test has its own tickets in it."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(staffed[0], folder / "data")
    with serving(folder / "data", dict(staffed[1]), folder / "server.err") as hall:
        hall.ask("zhao", "POST", "/accounts", name="guo", role="steward", shown="郭静", password=PASSWORD)
        for clerk, window in (("zhang", "1"), ("li", "18"), ("wang", "27")):
            hall.at(window, "open", clerk)
        for service in ("joint-review", "collect", "social-card", "enquiry", "job-service"):
            hall.take(service)
        hall.jump("2026-11-23T10:05:00+08:00")
        yield hall


@pytest.fixture
def hall(running: Hall, request: pytest.FixtureRequest) -> Hall:
    """The same hall at its own name, by plain HTTP: where browsers withhold the most; a test of `EVERYWHERE` at both places."""
    return running.known_as(getattr(request, "param", HALL_NAME))


EVERYWHERE = pytest.mark.parametrize("hall", [MACHINE, HALL_NAME], indirect=True)
"""For what a page does otherwise where browsers trust it: keys of commands, cookies, what it keeps."""


def enter(hall: Hall, page: Page, sign_in: SignIn, who: str = "guo") -> Page:
    page.goto(f"{hall.url}/login?next=/desk")
    sign_in(page, who)
    page.wait_for_url(f"{hall.url}/desk")
    expect(page.locator("#find")).to_be_focused()
    return page


@pytest.fixture
def desk(hall: Hall, screen: Screen, sign_in: SignIn) -> Page:
    return enter(hall, screen(*TABLET), sign_in)


def request(desk: Page, ticket: dict[str, Any]) -> Locator:
    """The row of a ticket whose class waits to be confirmed."""
    return desk.locator(".request").filter(has_text=ticket["number"])


def find(desk: Page, number: str) -> Locator:
    """Type a number, and the card of the ticket."""
    desk.locator("#find").fill(number)
    desk.keyboard.press("Enter")
    return desk.get_by_role("article", name=number, exact=True)


def taken(hall: Hall, desk: Page) -> dict[str, Any]:
    """The ticket that was taken here just now."""
    card = desk.locator(".ticket").filter(has_text="已取号")
    number = card.locator(".number").inner_text()
    (ticket,) = hall.ask("guo", "GET", f"/tickets?number={number}")
    assert isinstance(ticket, dict)
    return ticket


@EVERYWHERE
def test_a_steward_lands_at_the_desk_and_a_clerk_is_shown_the_console(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    page = screen(*TABLET)
    page.goto(f"{hall.url}/login")
    sign_in(page, "guo")
    page.wait_for_url(f"{hall.url}/desk")
    page.get_by_role("link", name="大厅总览").click()
    page.get_by_role("link", name="导办台").click()
    expect(page.locator("#find")).to_be_visible()
    other = screen(*TABLET)
    other.goto(f"{hall.url}/desk")
    sign_in(other, "zhang")
    expect(other.get_by_role("link", name="打开窗口工作台")).to_be_visible()
    good(other)


@EVERYWHERE
def test_a_ticket_is_taken_with_the_keyboard_alone_by_the_initials_of_a_service(
    hall: Hall, desk: Page
) -> None:
    before = hall.take("social-pay")
    desk.keyboard.type("sbjf")
    expect(desk.get_by_role("option")).to_have_count(1)
    desk.keyboard.press("Enter")
    expect(desk.locator(".chosen")).to_contain_text("社保缴费")
    desk.keyboard.press("Enter")
    expect(desk.locator(".ticket .standing")).to_contain_text("等候中，前面")
    ticket = taken(hall, desk)
    assert (ticket["service"], ticket["class"], ticket["paper"]) == ("social-pay", "ordinary", "none")
    assert ticket["ahead"] > before["ahead"]
    expect(desk.locator(".ticket .go")).to_contain_text("18-26")
    expect(desk.locator("#find")).to_be_focused()


def test_a_zone_that_is_pressed_lists_its_own_services_first(desk: Page) -> None:
    desk.get_by_role("button", name="证照办理服务区").click()
    expect(desk.locator("#find")).to_have_value("B")
    letters = desk.get_by_role("option").locator(".letter").all_inner_texts()
    own = letters.count("B")
    assert letters[:own] == ["B"] * own
    assert own > 5
    assert len(letters) > own, "others begin with b in pinyin"


def test_what_is_typed_after_a_press_of_the_mouse_goes_into_the_field(hall: Hall, desk: Page) -> None:
    desk.get_by_role("button", name="English").click()
    desk.keyboard.type("sbjf")
    expect(desk.locator("#find")).to_have_value("sbjf")
    desk.keyboard.press("Enter")
    desk.get_by_role("radio", name="Ordinary").click()
    desk.keyboard.type("2")
    expect(desk.locator("#find")).to_have_value("2")


def test_a_visit_with_a_class_and_a_need_is_one_ticket(hall: Hall, desk: Page) -> None:
    desk.locator("#find").fill("不动产")
    desk.keyboard.press("Enter")
    expect(desk.locator(".chosen li")).to_have_count(3)
    desk.get_by_role("button", name="去掉取件发证").click()
    desk.locator("#find").fill("公积金")
    desk.keyboard.press("Enter")
    desk.get_by_label("残疾人", exact=True).check()
    desk.get_by_label("证件已核对").check()
    desk.get_by_label("轮椅/低位").check()
    desk.locator("#take .primary").click()
    expect(desk.locator(".steps li")).to_have_count(3)
    ticket = taken(hall, desk)
    assert [step["service"] for step in ticket["steps"]] == ["property", "payment", "housing-fund"]
    assert (ticket["class"], ticket["class_state"]) == ("disability", "confirmed")
    assert ticket["needs"] == ["wheelchair"]


def test_a_class_that_is_listed_takes_a_reason_and_for_whom(hall: Hall, desk: Page) -> None:
    desk.locator("#find").fill("xmba")
    desk.keyboard.press("Enter")
    desk.get_by_label("绿色通道").check()
    desk.locator("#take .primary").click()
    expect(desk.locator(".ticket")).to_have_count(0)
    desk.get_by_label("为谁办理").fill("某新材料产业园")
    desk.get_by_label("请写明原因").fill("市重点项目")
    desk.get_by_label("请写明原因").press("Enter")
    expect(desk.locator(".ticket")).to_be_visible()
    ticket = taken(hall, desk)
    assert (ticket["class"], ticket["class_state"], ticket["identified"]) == ("green", "confirmed", True)


def test_a_service_that_asks_for_a_card_takes_its_number_and_keeps_none_on_the_page(
    hall: Hall, desk: Page
) -> None:
    made = hall.ask("zhao", "GET", "/config")["document"]
    asks = next(one for one in made["services"] if one["id"] == "tobacco-permit")
    asks["real_name"] = "required"
    hall.ask("zhao", "POST", "/config", document=made, note="实名取号")
    desk.locator("#find").fill("烟草")
    desk.keyboard.press("Enter")
    card = desk.get_by_label("身份证号码")
    desk.get_by_label("姓名").fill("王小明")
    card.fill(number()[:-1])
    card.press("Enter")
    expect(desk.locator(".middle").get_by_role("alert")).not_to_be_empty()
    card.fill(number())
    card.press("Enter")
    expect(desk.locator(".ticket")).to_be_visible()
    ticket = taken(hall, desk)
    assert (ticket["service"], ticket["identified"]) == ("tobacco-permit", True)
    assert number() not in desk.content()
    assert "王小明" not in desk.content()
    desk.locator("#find").fill("烟草")
    desk.keyboard.press("Enter")
    expect(card).to_have_value("")


@EVERYWHERE
def test_a_class_asked_for_at_the_kiosk_is_confirmed_or_refused_with_a_reason(hall: Hall, desk: Page) -> None:
    elder, other = (hall.take("pension", **{"class": kind}) for kind in ("senior", "military"))
    expect(request(desk, elder)).to_contain_text("老年人")
    request(desk, elder).get_by_role("button", name="确认", exact=False).first.click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_label("证件已核对").check()
    good(desk)
    desk.keyboard.press("Enter")
    expect(request(desk, elder)).to_have_count(0)
    assert hall.ticket(elder)["class_state"] == "confirmed"
    request(desk, other).get_by_role("button", name="不予确认").click()
    dialog.get_by_label("没有带证件").check()
    good(desk)
    desk.keyboard.press("Enter")
    expect(request(desk, other)).to_have_count(0)
    assert hall.ticket(other)["class_state"] == "refused"


def test_a_number_is_found_followed_as_it_is_called_and_given_up(hall: Hall, desk: Page) -> None:
    mine, gone = hall.take("social-pay"), hall.take("social-pay")
    card = find(desk, f"{mine['number'][0].lower()} {int(mine['number'][1:])}")
    expect(card).to_have_count(0)
    card = desk.get_by_role("article", name=mine["number"], exact=True)
    expect(card).to_contain_text("等候中")
    called = hall.at("18", "call", "li", ticket=mine["id"], reason="测试")
    assert called["id"] == mine["id"]
    expect(card).to_contain_text("已叫号，请到18号窗口")
    hall.at("18", "finish", "li")
    expect(card).to_contain_text("已办结")
    card = find(desk, gone["number"])
    card.get_by_role("button", name="退号").click()
    desk.get_by_role("dialog").get_by_label("取错业务").check()
    good(desk)
    desk.keyboard.press("Enter")
    expect(card).to_contain_text("已退号：取错业务")
    find(desk, "Z999")
    expect(desk.get_by_text("今天没有号码Z999")).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_steward_has_a_kiosk_print_a_ticket_again_and_sees_what_became_of_it(
    hall: Hall, screen: Screen, sign_in: SignIn, language: str
) -> None:
    zh = language == "zh"
    north, south = ("北门取号机", "南门取号机") if zh else ("North gate", "South gate")
    desk = enter(hall, screen(*TABLET), sign_in)
    if not zh:
        desk.get_by_role("button", name="English").click()
    lost = hall.take("social-pay", paper=False)
    find(desk, lost["number"])
    card = desk.get_by_role("article", name=lost["number"], exact=True)
    again = card.locator("button.reprint")
    expect(again).to_have_text("打印号票" if zh else "Print ticket")
    again.click()
    dialog = desk.get_by_role("dialog")
    expect(dialog).to_contain_text("现在没有能打印的取号机" if zh else "No kiosk can print now")
    look(desk, f"desk-reprint-none-{language}")
    desk.keyboard.press("Enter")
    with kiosk(hall, north, "C") as there, kiosk(hall, south, "A"):
        again.click()
        dialog.get_by_label(north).check()
        look(desk, f"desk-reprint-{language}")
        desk.keyboard.press("Enter")
        ticket = there.asked()
        assert ticket["number"] == lost["number"]
        expect(card.locator(".paper")).to_have_text("正在打印号票" if zh else "Printing")
        expect(desk.get_by_text(north)).to_be_visible()
        look(desk, f"desk-reprinting-{language}")
        there.says(ticket, ok=True)
        expect(card.locator(".paper")).to_have_count(0)
        expect(again).to_have_text("补打号票" if zh else "Print again")
        again.click()
        dialog.get_by_label(north).check()
        desk.keyboard.press("Enter")
        there.says(there.asked(), ok=False, fault="no_paper")
        expect(card.locator(".paper.warn")).to_have_text("未出票" if zh else "Not printed")
    again.click()
    expect(dialog).to_contain_text("现在没有能打印的取号机" if zh else "No kiosk can print now")
    desk.keyboard.press("Escape")
    card.get_by_role("button", name="退号" if zh else "Give up").click()
    desk.get_by_role("dialog").get_by_label("取错业务" if zh else "The wrong service").check()
    desk.keyboard.press("Enter")
    expect(again).to_have_count(0)


def test_who_missed_a_call_waits_again_and_lets_others_go_first(hall: Hall, desk: Page) -> None:
    late, *_ = (hall.take("social-pay") for _ in range(6))
    hall.at("18", "call", "li", ticket=late["id"], reason="测试")
    hall.at("18", "no-show", "li")
    card = find(desk, late["number"])
    expect(card).to_contain_text("已过号")
    card.get_by_role("button", name="重新排队").click()
    expect(card).to_contain_text("等候中，前面3人")
    card.get_by_role("button", name="延后叫号").click()
    expect(desk.get_by_role("dialog")).to_be_visible()
    good(desk)
    desk.keyboard.press("Enter")
    expect(card).not_to_contain_text("前面3人")
    expect(card).to_contain_text("等候中")
    ahead = hall.ticket(late)["ahead"]
    assert ahead > 3
    good(desk)


def test_an_appointment_is_checked_in_by_its_code_and_who_is_early_is_asked_first(
    hall: Hall, desk: Page
) -> None:
    for code, at in (("20261123a1", "10:10"), ("20261123a2", "14:00")):
        slot = f"2026-11-23T{at}:00+08:00"
        hall.ask("zhou", "POST", "/appointments", appointment=code, service="project-filing", slot=slot)
    desk.locator("#find").fill("20261123 a1")
    expect(desk.get_by_role("option", name="预约签到 20261123A1")).to_be_visible()
    good(desk)
    desk.keyboard.press("Enter")
    expect(desk.locator(".ticket .tags")).to_contain_text("预约")
    assert taken(hall, desk)["class"] == "appointment"
    desk.locator("#find").fill("20261123a2")
    desk.keyboard.press("Enter")
    early = desk.get_by_role("dialog")
    expect(early).to_contain_text("13:45起可签到")
    good(desk)
    early.get_by_role("button", name="现在取普通号").click()
    expect(desk.get_by_text("按普通号排队：不在预约时间内")).to_be_visible()
    assert taken(hall, desk)["class"] == "ordinary"
    desk.locator("#find").fill("20261123a1")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("该预约已签到")).to_be_visible()


def test_a_manager_books_appointments_by_lines_and_is_told_which_cannot_be_read(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    desk = enter(hall, screen(*TABLET), sign_in, "zhou")
    desk.get_by_role("button", name="预约", exact=True).click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_role("button", name="登记预约").click()
    lines = dialog.get_by_label("粘贴或输入")
    lines.fill("20261123b1,项目备案,2026-11-23 10:10\n20261123b2,没有的业务,2026-11-23 10:10")
    dialog.get_by_role("button", name="登记", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("没有登记，请改正下面几行再登记。")
    expect(dialog.get_by_role("listitem")).to_contain_text("第2行")
    good(desk)
    lines.fill("20261123b1,项目备案,2026-11-23 10:10\n20261123b2,项目备案,2026-11-23 10:10")
    dialog.get_by_role("button", name="登记", exact=True).click()
    expect(desk.get_by_text("已登记2个预约。")).to_be_visible()
    desk.locator("#find").fill("20261123b2")
    desk.keyboard.press("Enter")
    assert taken(hall, desk)["class"] == "appointment"


def test_an_appointment_is_looked_for_among_all_and_given_up_with_the_reason(hall: Hall, desk: Page) -> None:
    for code, service, at in (
        ("20261123c1", "project-filing", "23T15:10"),
        ("20261123c4", "property", "23T14:20"),
        ("20261123c5", "job-service", "23T14:40"),
        ("20261123c2", "social-card", "23T16:40"),
        ("20261124c3", "social-card", "24T09:20"),
    ):
        slot = f"2026-11-{at}:00+08:00"
        hall.ask("zhou", "POST", "/appointments", appointment=code, service=service, slot=slot)
    desk.get_by_role("button", name="预约", exact=True).click()
    dialog = desk.get_by_role("dialog")
    rows = dialog.locator(".booked li")
    expect(rows.filter(has_text="20261123C1")).to_be_visible()
    look(desk, "desk-booked-zh")
    dialog.get_by_label("查找").fill("shbzk 16:4")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("20261123C2")
    dialog.get_by_label("查找").fill("社会保障卡")
    dialog.get_by_label("哪天").select_option(label=f"今天起全部（{len(booked(hall))}）")
    expect(rows).to_have_count(2)
    good(desk)
    rows.last.get_by_role("button", name="取消预约 20261124C3").click()
    dialog.get_by_label("办事人不来了").check()
    good(desk)
    desk.keyboard.press("Enter")
    expect(dialog.get_by_text("预约20261124C3已取消")).to_be_visible()
    expect(rows).to_have_count(1)
    assert "20261124C3" not in booked(hall)
    hall.ask("guo", "POST", "/appointments/20261123c2/cancel", reason="办事人不来了")
    rows.get_by_role("button", name="取消预约").click()
    dialog.get_by_label("重复预约").check()
    desk.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("没有这个预约")
    expect(rows).to_have_count(0)


def booked(hall: Hall) -> list[str]:
    """The codes of all appointments."""
    return [one["code"] for one in hall.ask("guo", "GET", "/appointments?limit=5000")]


def test_a_manager_sends_a_waiting_ticket_to_another_service_with_the_reason(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    ticket = hall.take("social-pay")
    desk = enter(hall, screen(*TABLET), sign_in, "zhou")
    card = find(desk, ticket["number"])
    card.get_by_role("button", name="改派").click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_label("改到").select_option(label="项目核准")
    dialog.get_by_label("取错业务").check()
    good(desk)
    dialog.get_by_role("button", name="改派").click()
    expect(desk.get_by_text(f"{ticket['number']}已改派到项目核准")).to_be_visible()
    expect(card.locator(".go")).to_contain_text("请到A区")
    assert hall.ticket(ticket)["number"] == ticket["number"]


def test_a_manager_moves_a_step_that_is_still_to_come_and_one_that_waits_to_what_a_window_does(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    ticket = hall.take("property")
    desk = enter(hall, screen(*TABLET), sign_in, "zhou")
    card = find(desk, ticket["number"])
    card.get_by_role("button", name="改派").click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_label("一个窗口").check()
    where = dialog.get_by_label("改到")
    able = next(one["id"] for one in hall.ask("guo", "GET", "/windows") if "property" in one["services"])
    expect(where.get_by_role("option", name=re.compile(f"^{able}号窗口"))).to_have_count(0)
    where.select_option(label="18号窗口：社保缴费")
    dialog.get_by_label("排队位置").select_option(label="排最前")
    dialog.get_by_label("取错业务").check()
    look(desk, "desk-move-zh")
    dialog.get_by_role("button", name="改派").click()
    expect(desk.get_by_text(f"{ticket['number']}已改派到社保缴费")).to_be_visible()
    hall.at("18", "call", "li", ticket=ticket["id"], reason="测试")
    expect(card).to_contain_text("已叫号")
    card.get_by_role("button", name="改派").click()
    expect(dialog.get_by_label("排队位置")).to_have_count(0)
    dialog.get_by_label("改哪一步").select_option(label="3. 取件发证（还没轮到）")
    dialog.get_by_label("改到").select_option(label="综合咨询")
    dialog.get_by_label("取错业务").check()
    good(desk)
    dialog.get_by_role("button", name="改派").click()
    expect(desk.get_by_text(f"{ticket['number']}已改派到综合咨询")).to_be_visible()
    after = [(step["service"], step["state"]) for step in hall.ticket(ticket)["steps"]]
    assert after == [("social-pay", "called"), ("payment", "planned"), ("enquiry", "planned")]
    hall.at("18", "finish", "li")


def test_a_file_of_appointments_is_chosen_by_a_button_in_the_language_of_the_page(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    desk = enter(hall, screen(*TABLET), sign_in, "zhou")
    desk.get_by_role("button", name="English").click()
    desk.get_by_role("button", name="Bookings").click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_role("button", name="Book appointments").click()
    expect(dialog.get_by_text("No file chosen")).to_be_visible()
    button = dialog.get_by_label("Choose a CSV file")
    dialog.get_by_label("Paste or type").focus()
    desk.keyboard.press("Tab")
    line = "20261124d1,项目备案,2026-11-24 09:30\n"
    with desk.expect_file_chooser() as chosen:
        expect(
            button
        ).to_be_focused()  # asked here, so that the browser knows by then who waits for its chooser
        desk.keyboard.press("Enter")
    chosen.value.set_files({"name": "明天.csv", "mimeType": "text/csv", "buffer": line.encode("gb18030")})
    expect(dialog.get_by_text("明天.csv")).to_be_visible()
    good(desk)
    dialog.get_by_role("button", name="Book", exact=True).click()
    expect(desk.get_by_text("Appointments booked: 1.")).to_be_visible()
    assert "20261124D1" in booked(hall)


def test_a_number_is_found_while_another_ticket_is_about_to_be_taken(hall: Hall, desk: Page) -> None:
    other = hall.take("social-pay")
    desk.keyboard.type("sbjf")
    desk.keyboard.press("Enter")
    card = find(desk, other["number"])
    expect(card).to_contain_text("等候中")
    expect(desk.locator(".chosen")).to_contain_text("社保缴费")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("已取号")).to_be_visible()
    expect(card).to_have_count(0)


def test_a_steward_binds_a_ticket_to_the_windows_that_have_what_it_needs_and_frees_it(
    hall: Hall, desk: Page
) -> None:
    ticket = hall.take("project-filing", needs=["wheelchair"])
    card = find(desk, ticket["number"])
    expect(card.locator(".ways")).to_contain_text("有条件的窗口现在都没有开。")
    expect(card.get_by_role("button", name="只到有条件的窗口")).to_have_count(0)
    hall.at("4", "open", "zhou")
    expect(card.locator(".ways")).to_contain_text("有条件的窗口（4号窗口）：还要等多久，暂无法预计")
    card.get_by_role("button", name="只到有条件的窗口").click()
    expect(card.locator(".tags")).to_contain_text("只由有条件的窗口叫")
    assert hall.ticket(ticket)["binding"]
    good(desk)
    folder = os.environ.get("JIAOHAO_PICTURES")
    if folder:
        desk.screenshot(path=Path(folder) / "desk-ways-zh.png")
    card.get_by_role("button", name="改为最先空出的窗口").click()
    expect(card.locator(".tags")).not_to_contain_text("只由有条件的窗口叫")
    assert not hall.ticket(ticket)["binding"]


def test_an_ordinary_ticket_is_given_a_class(hall: Hall, desk: Page) -> None:
    ticket = hall.take("culture-permit")
    card = find(desk, ticket["number"])
    card.get_by_role("button", name="改类别").click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_role("combobox").select_option(label="孕妇、携婴幼儿")
    dialog.get_by_label("当面可辨").check()
    good(desk)
    desk.keyboard.press("Enter")
    expect(card.locator(".tags")).to_contain_text("孕妇、携婴幼儿")
    assert hall.ticket(ticket)["class_state"] == "confirmed"


def test_whom_the_end_of_the_day_left_waiting_is_given_another_number(hall: Hall, desk: Page) -> None:
    left = hall.take("tech-upgrade")
    hall.ask("zhou", "POST", "/day/end", reason="停电")
    hall.ask("zhou", "POST", "/day/open", reason="来电")
    card = find(desk, left["number"])
    expect(card).to_contain_text("可以续号")
    card.get_by_role("button", name="续号").click()
    expect(desk.locator(".ticket .doing")).to_contain_text("已取号")
    again = taken(hall, desk)
    assert (again["service"], again["number"] != left["number"]) == ("tech-upgrade", True)


def test_a_steward_sets_a_pin_of_their_own_and_takes_it_away(hall: Hall, desk: Page) -> None:
    def has_pin() -> bool:
        return bool(
            next(one for one in hall.ask("zhao", "GET", "/accounts") if one["name"] == "guo")["has_pin"]
        )

    desk.get_by_role("button", name="我的口令").click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_label("登录密码").fill(PASSWORD)
    for pin, again, told in (("602413", "602414", "不一致"), ("111111", "111111", "口令")):
        dialog.get_by_label("新口令").fill(pin)
        dialog.get_by_label("再输入一次").fill(again)
        desk.keyboard.press("Enter")
        expect(dialog.get_by_role("alert")).to_contain_text(told)
    assert not has_pin()
    look(desk, "desk-pin")
    dialog.get_by_label("新口令").fill("602413")
    dialog.get_by_label("再输入一次").fill("602413")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("口令已保存。")).to_be_visible()
    assert has_pin()
    desk.get_by_role("button", name="我的口令").click()
    dialog.get_by_label("登录密码").fill(PASSWORD)
    dialog.get_by_role("button", name="不再使用口令").click()
    expect(desk.get_by_text("口令已取消。")).to_be_visible()
    assert not has_pin()


def test_whoever_complains_later_says_the_day_and_the_number(hall: Hall, desk: Page) -> None:
    ticket = hall.take("social-pay")
    hall.at("18", "call", "li", ticket=ticket["id"], reason="测试")
    hall.at("18", "finish", "li")
    desk.locator("#find").fill(ticket["number"])
    desk.get_by_role("option", name=f"登记投诉：以前的 {ticket['number']}").click()
    dialog = desk.get_by_role("dialog")
    text = dialog.get_by_label("投诉内容，怎样联系办事人")
    text.fill("态度生硬，电话写在登记本上")
    dialog.get_by_role("button", name="登记投诉").click()
    expect(dialog.get_by_role("alert")).to_contain_text(f"2026-11-22没有号码{ticket['number']}")
    good(desk)
    dialog.get_by_label("哪天取的号").fill("2026-11-23")
    dialog.get_by_role("button", name="登记投诉").click()
    expect(desk.get_by_text(f"{ticket['number']}的投诉已登记")).to_be_visible()
    expect(desk.locator("#find")).to_have_value("")


def test_what_clerks_wrote_on_a_ticket_is_read_where_somebody_asks_about_it(hall: Hall, desk: Page) -> None:
    ticket = hall.take("project-filing")
    hall.at("1", "call", ticket=ticket["id"], reason="测试")
    card = find(desk, ticket["number"])
    expect(card).to_contain_text("请到1号窗口")
    assert card.locator(".notes").count() == 0
    hall.at("1", "note", text="还差一份章程\n下午补来")
    words = card.locator(".notes .words")
    expect(words).to_have_text("还差一份章程\n下午补来", use_inner_text=True)
    expect(card.get_by_role("heading", name="备注1条")).to_be_visible()
    good(desk)
    hall.at("1", "note", text="章程已收")
    expect(words.first).to_have_text("章程已收")
    hall.at("1", "start")
    hall.at("1", "finish")
    expect(words).to_have_count(2)
    desk.get_by_role("button", name="English").click()
    expect(card.get_by_role("heading", name="Notes: 2")).to_be_visible()
    look(desk, "desk-notes-en")


def test_a_cut_link_is_told_and_what_came_meanwhile_is_there_afterwards(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    page = screen(*TABLET)
    links: list[WebSocketRoute] = []

    def relay(link: WebSocketRoute) -> None:
        links.append(link)
        link.connect_to_server()

    page.route_web_socket("**/feed", relay)
    enter(hall, page, sign_in)
    expect(page.locator(".link")).to_have_text("在线")
    links[0].close()
    ticket = hall.take("id-card", **{"class": "patient"})
    expect(request(page, ticket)).to_be_visible()
    expect(page.locator(".link")).to_have_text("在线")
    assert len(links) > 1


def look(page: Page, name: str) -> None:
    """Hold the page to what every page is held to, and keep a picture where JIAOHAO_PICTURES names a folder."""
    good(page)
    folder = os.environ.get("JIAOHAO_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.mark.parametrize("size, language", [(TABLET, "zh"), (TABLET, "en"), (PHONE, "en")])
def test_the_desk_is_whole_in_every_state(
    hall: Hall, screen: Screen, sign_in: SignIn, size: tuple[int, int], language: str
) -> None:
    zh, kind = language == "zh", "desk" if size == TABLET else "desk-phone"
    for service, asked in (("pension", "senior"), ("project-filing", "military"), ("id-card", "maternity")):
        hall.take(service, **{"class": asked})
    page = enter(hall, screen(*size), sign_in)
    if not zh:
        page.get_by_role("button", name="English").click()
    expect(page.locator(".request").nth(2)).to_be_visible()
    look(page, f"{kind}-{language}")
    page.locator("#find").fill("保险" if zh else "insur")
    expect(page.get_by_role("option").nth(1)).to_be_visible()
    look(page, f"{kind}-find-{language}")
    page.locator("#find").fill("不动产" if zh else "property")
    page.keyboard.press("Enter")
    page.get_by_label("老年人(60周岁以上)" if zh else "Aged 60 and over").check()
    page.get_by_label("证件已核对" if zh else "Certificate checked").check()
    page.get_by_label("轮椅/低位" if zh else "Wheelchair").check()
    look(page, f"{kind}-take-{language}")
    page.locator("#take .primary").click()
    expect(page.locator(".ticket .number")).to_be_visible()
    look(page, f"{kind}-taken-{language}")
    page.locator(".request .confirm").first.click()
    look(page, f"{kind}-confirm-{language}")
