"""The manager's floor: where does it hurt? Live, in both languages, on a tablet and on a wall."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.e2e.pages.conftest import EVERYWHERE, PASSWORD, Hall, Refused
from tests.e2e.pages.look import good
from tests.e2e.pages.paper import signed
from tests.e2e.pages.test_admin import picture

pytestmark = pytest.mark.browser
Screen = Callable[[int, int], Page]
SignIn = Callable[..., None]

TABLET = (1280, 800)
CROWDED = "the sentence lies on the date"
NARROW = "the zones leave room beside them on a tablet"
TABLET_PX = 1200
"""Up to here the zones have the whole width of the page; a wider one has a column beside them."""


@pytest.fixture
def floor(hall: Hall, screen: Screen, sign_in: SignIn) -> Page:
    page = screen(*TABLET)
    page.goto(f"{hall.url}/floor")
    sign_in(page, "zhou")
    expect(page.locator(".tile")).to_have_count(10)
    return page


def zones_of(floor: Page) -> list[str]:
    """The plan's zones, in its order."""
    read: list[str] = floor.locator(".plan").evaluate(
        "plan => [...plan.children].map((one) => one.dataset.zone)"
    )
    return read


@EVERYWHERE
def test_the_floor_counts_a_visit_from_ticket_to_rating(hall: Hall, floor: Page) -> None:
    tile = floor.locator("[data-zone=A]")
    expect(tile.locator(".count b")).to_have_text("0")
    expect(tile).to_contain_text("一层西侧")
    assert zones_of(floor)[:3] == ["A", "F", "G"], "whoever stands beside it is in the same place of the hall"
    verdict = floor.locator(".verdict")
    expect(verdict).to_contain_text("现在没有人等候")
    ticket = hall.take()
    expect(verdict).to_contain_text("投资项目有人等候，没有窗口开放")
    expect(tile.locator(".count b")).to_have_text("1")
    expect(tile.locator(".longest")).to_contain_text("0分")
    hall.at("1", "open")
    expect(tile.locator(".dots")).to_contain_text("空闲1")
    expect(verdict).to_contain_text("各服务区运行平稳")
    hall.at("1", "call-next")
    expect(tile.locator(".count b")).to_have_text("0")
    expect(tile.locator(".dots")).to_contain_text("办理1")
    hall.at("1", "start")
    expect(floor.get_by_title("1号窗口 办理中")).to_be_visible()
    hall.at("1", "finish")
    expect(tile.locator(".served b")).to_have_text("1")
    hall.ask("box", "POST", "/ratings", step=f"{ticket['id']}/0", level=2, channel="keypad")
    last = floor.locator(".last li")
    expect(last).to_contain_text(ticket["number"])
    expect(last).to_contain_text("不满意")
    expect(floor.locator(".totals")).to_contain_text("1办结")
    satisfied = floor.locator(".ratings h2")
    expect(satisfied).to_have_text("服务评价")  # one rating is no share
    for level in (5, 4, 3, 1):
        more = hall.take()
        for verb in ("call-next", "start", "finish"):
            hall.at("1", verb)
        hall.ask("box", "POST", "/ratings", step=f"{more['id']}/0", level=level, channel="keypad")
    expect(satisfied).to_contain_text("满意度 60.0%")


def test_a_tile_speaks_up_as_its_people_wait_longer(hall: Hall, floor: Page) -> None:
    hall.take()
    tile = floor.locator("[data-zone=A]")
    expect(tile.locator(".count b")).to_have_text("1")
    assert "warn" not in str(tile.get_attribute("class"))
    hall.jump("2026-11-23T09:47:00+08:00")
    expect(tile.locator(".sign")).to_contain_text("超15分")
    thin = tile.evaluate("node => getComputedStyle(node).borderLeftWidth")
    good(floor)
    hall.jump("2026-11-23T10:03:00+08:00")
    expect(tile.locator(".sign")).to_contain_text("超30分")
    expect(floor.locator(".verdict")).to_contain_text("投资项目等候超过30分钟")
    thick = tile.evaluate("node => getComputedStyle(node).borderLeftWidth")
    assert 1 < float(thin[:-2]) < float(thick[:-2])
    good(floor)
    hall.jump("2026-11-23T10:32:00+08:00")
    expect(floor.locator(".band.alarm")).to_contain_text("投资项目有人等候已满60分钟")


def test_where_many_zones_hurt_the_sentence_calls_all_of_them_by_their_letters(
    hall: Hall, floor: Page
) -> None:
    hall.take("tender-register")
    hall.jump("2026-11-23T09:48:00+08:00")
    for service in ("project-filing", "id-card", "social-pay", "company-register"):
        hall.take(service)
    hall.jump("2026-11-23T10:04:00+08:00")
    assert zones_of(floor)[1:4] == ["F", "G", "B"]
    expect(floor.locator(".verdict")).to_contain_text("F等候超过30分钟；A、B、C、G等候超过15分钟")
    floor.get_by_role("button", name="English").click()
    expect(floor.locator(".verdict")).to_contain_text(
        "Over 30 min in F; over 15 min in A, B, C, G; people wait in"
    )


def test_boards_of_one_title_are_told_apart_and_one_that_is_called_to_too_often_is_to_be_split(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    document = hall.ask("zhao", "GET", "/config")["document"]
    document["displays"].append({**document["displays"][0], "id": "door"})
    hall.ask("zhao", "POST", "/config", document=document, note="door", base=1)
    page = screen(*TABLET)

    def rushed(line: WebSocketRoute) -> None:
        """As five such minutes would have it: that these make a rush is known of `tests/unit/feed/test_receipt.py`."""
        server = line.connect_to_server()
        server.on_message(lambda text: line.send(str(text).replace('"rush":false', '"rush":true', 1)))

    page.route_web_socket("**/feed", rushed)
    page.goto(f"{hall.url}/floor")
    sign_in(page, "zhou")
    boards = page.locator(".screens ul").first
    expect(boards).to_contain_text("晋城市政务大厅（hall）")
    expect(boards).to_contain_text("晋城市政务大厅（door）")
    expect(boards).not_to_contain_text("（west）")
    expect(page.locator(".band.warn")).to_contain_text("晋城市政务大厅（hall）：5分钟来每分钟叫号超过40次")
    good(page)
    page.get_by_role("button", name="English").click()
    expect(page.locator(".band.warn")).to_contain_text(
        "Jincheng Government Service Hall (hall): over 40 calls"
    )
    good(page)


def test_a_device_that_two_programs_are_is_told_on_the_floor_and_in_the_list_of_devices(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    made = hall.ask("glass", "POST", "/devices/pair", kind="kiosk", name="大厅1号机", token="t" * 40)
    hall.ask("zhao", "POST", f"/devices/{made['id']}/place", name="大厅1号机")

    def opened(page: Page, at: str, name: str, told: str) -> None:
        def doubled(line: WebSocketRoute) -> None:
            """As two programs with one token would have it: that they do is known of `tests/integration/feed/test_device.py`."""
            server = line.connect_to_server()
            server.on_message(lambda text: line.send(str(text).replace('"twice":[]', f'"twice":["{told}"]')))

        page.route_web_socket("**/feed", doubled)
        page.goto(f"{hall.url}{at}")
        sign_in(page, name)

    floor, desk = screen(*TABLET), screen(*TABLET)
    opened(floor, "/floor", "zhou", "大厅1号机")
    band = floor.locator(".band.warn").filter(has_text="令牌")
    expect(band).to_have_text("大厅1号机：另一个程序也在用这台设备的令牌，请管理员重新配对")
    good(floor)
    picture(floor, "floor-twice-zh")
    floor.get_by_role("button", name="English").click()
    expect(floor.locator(".band.warn").filter(has_text="token")).to_contain_text(
        "another program uses this device's token; the administrator should pair it anew"
    )
    good(floor)
    opened(desk, "/admin#/devices", "zhao", made["id"])
    row = desk.locator(".row").filter(has_text="大厅1号机")
    expect(row).to_contain_text("另一个程序也在用这台设备的令牌，请重新配对")
    good(desk)
    picture(desk, "admin-twice-zh")
    desk.get_by_role("button", name="English").click()
    expect(row).to_contain_text("Another program uses this device's token; pair it anew")
    good(desk)
    picture(desk, "admin-twice-en")


def test_the_sentence_has_room_in_both_languages_on_every_screen(hall: Hall, floor: Page) -> None:
    hall.take("tender-register")
    hall.jump("2026-11-23T09:48:00+08:00")
    for service in ("project-filing", "id-card", "social-pay"):
        hall.take(service)
    hall.jump("2026-11-23T10:04:00+08:00")
    said = floor.locator(".verdict span")
    for language in ("等候超过30分钟", "Over 30 min"):
        expect(said).to_contain_text(language)
        for width, height in (TABLET, (1024, 768), (1920, 1080)):
            floor.set_viewport_size({"width": width, "height": height})
            lines = said.evaluate(
                "node => node.getBoundingClientRect().height / parseFloat(getComputedStyle(node).lineHeight)"
            )
            assert lines < 2.1, (language, width)
            good(floor)
        floor.get_by_role("button", name="English").or_(floor.get_by_role("button", name="中文")).click()


def test_the_floor_tells_who_should_be_at_a_window_and_is_not(hall: Hall, floor: Page) -> None:
    runs = hall.ask("zhao", "GET", "/config")["document"]
    runs["staff"] = [{"id": "zhang"}, {"id": "li"}]
    runs["roster"] = [
        {"window": "1", "clerk": "zhang", "days": "1-5", "hours": ["09:00-17:00"]},
        {"window": "2", "clerk": "li", "days": "1-5", "hours": ["09:00-12:00"], "breaks": ["09:15-10:00"]},
    ]
    hall.ask("zhao", "POST", "/config", document=runs, note="roster")
    expect(floor.get_by_role("region", name="窗口")).to_contain_text("应到未到1人")
    expect(floor.get_by_title("1号窗口 未开 应到zhang，未到")).to_be_visible()
    expect(floor.get_by_title("2号窗口 未开 li休息中")).to_be_visible()
    good(floor)
    hall.at("1", "open")
    expect(floor.get_by_role("region", name="窗口")).not_to_contain_text("应到未到")
    hall.jump("2026-11-23T10:00:00+08:00")
    expect(floor.get_by_title("2号窗口 未开 应到li，未到")).to_be_visible()


def test_the_floor_tells_of_tickets_that_it_would_not_have_issued(hall: Hall, floor: Page) -> None:
    hall.ask("glass", "POST", "/leases", zone="A")
    hall.ask("zhou", "POST", "/issuing/stop", scope="zone:A", reason="满员")
    alone = {"number": "A700", "at": "2026-11-23T09:00:30+08:00"}
    ticket = hall.take(id="made-by-the-kiosk-700", token="token-by-the-kiosk-700", issued_offline=alone)
    band = floor.locator(".band", has_text="独立发号")
    expect(band).to_have_text("独立发号请留意：A700（该处已停止取号或已转移）")
    good(floor)
    hall.ask("zhou", "POST", f"/tickets/{ticket['id']}/cancel")
    expect(band).to_have_count(0)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_manager_tells_everybody_something_and_takes_it_back(
    hall: Hall, floor: Page, language: str
) -> None:
    if language == "en":
        floor.get_by_role("button", name="English").click()
    say = {"zh": 0, "en": 1}[language]
    floor.get_by_role("button", name=("通知", "Notices")[say], exact=True).click()
    dialog = floor.get_by_role("dialog")
    dialog.get_by_label(("内容（80字以内）", "Chinese text")[say]).fill("15点停电，请提前办理")
    dialog.get_by_label(("英文（可不填）", "English text (may be left out)")[say]).fill("No power from 15:00")
    dialog.get_by_role("textbox", name=("几点", "Until, time")[say], exact=True).fill("0900")
    publish = dialog.get_by_role("button", name=("发布", "Publish")[say])
    publish.click()
    expect(dialog.get_by_role("alert")).to_be_visible()  # nine has been
    dialog.get_by_role("textbox", name=("几点", "Until, time")[say], exact=True).fill("1500")
    publish.click()
    expect(dialog.get_by_role("status")).to_have_text(("已发布。", "Published.")[say])
    expect(dialog.locator(".notices li")).to_contain_text(
        ("15点停电，请提前办理", "No power from 15:00")[say]
    )
    good(floor)
    dialog.get_by_role("button", name=("撤下：", "Withdraw: ")[say]).click()
    expect(dialog.locator(".notices li")).to_have_count(0)
    dialog.get_by_role("button", name=("关闭", "Close")[say]).click()
    expect(dialog).to_have_count(0)


def test_a_clerk_is_shown_the_console_instead(hall: Hall, screen: Screen, sign_in: SignIn) -> None:
    page = screen(*TABLET)
    page.goto(f"{hall.url}/floor")
    sign_in(page, "zhang")
    expect(page.get_by_role("link", name="打开窗口工作台")).to_be_visible()
    good(page)


@EVERYWHERE
def test_signing_in_at_the_door_leads_to_the_floor_and_signing_out_ends_it(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    page = screen(*TABLET)
    page.goto(f"{hall.url}/login?next=https://elsewhere.test/")
    sign_in(page, "zhou")
    page.wait_for_url(f"{hall.url}/floor")
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_text("您已退出登录。")).to_be_visible()
    page.reload()
    expect(page.locator("#name")).to_be_visible()


@EVERYWHERE
def test_the_chosen_language_is_remembered(floor: Page) -> None:
    floor.get_by_role("button", name="English").click()
    expect(floor.locator("[data-zone=C] h2")).to_contain_text("Social Security")
    floor.reload()
    expect(floor.locator("[data-zone=C] h2")).to_contain_text("Social Security")
    expect(floor.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_floor_is_whole_at_every_size(hall: Hall, floor: Page, language: str) -> None:
    if language == "en":
        floor.get_by_role("button", name="English").click()
    hall.at("1", "open")
    hall.at("2", "open", "li")
    hall.at("2", "pause", "li", reason="午休")
    for _ in range(13):
        hall.take()
    hall.at("1", "call-next")
    expect(floor.locator("[data-zone=A] .count b")).to_have_text("12")
    for width, height in (TABLET, (1024, 768), (768, 1024), (1920, 1080), (3840, 2160)):
        floor.set_viewport_size({"width": width, "height": height})
        good(floor)
        verdict, when = (floor.locator(f".head {one}").bounding_box() for one in (".verdict span", ".when"))
        assert verdict
        assert when
        beside = verdict["x"] + verdict["width"] <= when["x"]
        assert beside or verdict["y"] >= when["y"] + when["height"], CROWDED
        ends = "node => Math.round(node.getBoundingClientRect().right)"
        tiles: list[int] = floor.locator(".tile").evaluate_all(f"all => all.map({ends})")
        whole = max(tiles) >= floor.locator(".strip").first.evaluate(ends) - 1
        assert whole == (width <= TABLET_PX), NARROW


@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_called_a_steward_is_told_at_the_floor_and_the_desk_until_somebody_has_come(
    hall: Hall, floor: Page, language: str
) -> None:
    if language == "en":
        floor.get_by_role("button", name="English").click()
    say = {"zh": 0, "en": 1}[language]
    hall.ask("glass", "POST", "/alarms", kind="steward")
    band = floor.locator(".band.call")
    expect(band).to_contain_text(("glass呼叫导办员 · 刚刚", "glass calls a steward · just now")[say])
    good(floor)
    floor.goto(f"{hall.url}/desk")
    band.get_by_role("button", name=("我去：", "I am going: ")[say]).click()
    expect(band).to_contain_text(("正在前往", "is on the way")[say])
    good(floor)
    band.get_by_role("button", name=("已处理：", "Done: ")[say]).click()
    expect(band).to_have_count(0)
    ticket = hall.take(needs=["wheelchair", "hearing"])
    hall.at("1", "open")
    hall.at("1", "call-next")
    expect(band).to_contain_text(
        f"{ticket['number']}{('（轮椅/低位、听障）', ' (Wheelchair, Hard of hearing)')[say]}"
    )
    good(floor)


def test_a_tile_tells_by_the_hour_whose_appointments_are_expected(hall: Hall, floor: Page) -> None:
    for code, at in (
        ("20260001", "10:10"),
        ("20260002", "10:40"),
        ("20260003", "11:00"),
        ("20260004", "16:00"),
    ):
        slot = f"2026-11-23T{at}:00+08:00"
        hall.ask("zhou", "POST", "/appointments", appointment=code, service="project-filing", slot=slot)
    booked = floor.locator("[data-zone=A] .booked")
    expect(booked).to_have_text("预约 10时 2人 · 11时 1人")
    good(floor)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_manager_stops_tickets_of_a_zone_and_of_a_service_with_a_reason_for_citizens_and_has_them_issued_again(
    hall: Hall, floor: Page, language: str
) -> None:
    if language == "en":
        floor.get_by_role("button", name="English").click()
    say = {"zh": 0, "en": 1}[language]
    opener = floor.locator("header").get_by_role("button", name=re.compile(("^停止取号", "^Stop")[say]))
    opener.click()
    dialog = floor.get_by_role("dialog")
    where = dialog.get_by_label(("哪里停止", "Where")[say])
    stop = dialog.get_by_role("button", name=("停止取号", "Stop")[say], exact=True)
    expect(where.locator("option[value='service:project-filing']")).to_be_attached()
    good(floor)
    where.select_option("zone:A")
    dialog.get_by_label(("系统故障", "System fault")[say]).check()
    dialog.get_by_role("textbox", name=("今天几点恢复", "Tickets again today")[say]).fill("0900")
    stop.click()
    expect(dialog.get_by_role("alert")).to_be_visible()  # nine has been
    dialog.get_by_role("textbox", name=("今天几点恢复", "Tickets again today")[say]).fill("1100")
    stop.click()
    stops = dialog.locator(".notices li")
    expect(stops).to_contain_text(("系统故障 · 到11:00自动恢复", "System fault · until 11:00")[say])
    expect(floor.locator("[data-zone=A] .served")).to_contain_text(("系统故障", "System fault")[say])
    verdict = floor.locator(".verdict.warn")
    expect(verdict).to_contain_text(("投资项目停止取号", "No tickets in Investment")[say])
    with pytest.raises(Refused, match="系统故障"):  # citizens read Chinese, whatever the manager reads
        hall.take()
    where.select_option("service:pension")
    dialog.get_by_label(("其他原因", "Another reason")[say]).check()
    dialog.get_by_label(("请写明原因", "State the reason")[say]).fill("印章用完")
    stop.click()
    expect(stops).to_have_count(2)
    expect(opener).to_have_text(("停止取号 2", "Stopped 2")[say])
    good(floor)
    picture(floor, f"floor-stop-{language}")
    for _ in range(2):
        stops.first.get_by_role("button").click()
        expect(dialog.get_by_role("status")).to_contain_text(("已恢复取号", "issued again")[say])
    expect(stops).to_have_count(0)
    expect(verdict).to_have_count(0)
    where.select_option("hall")
    dialog.get_by_label(("停电", "No power")[say]).check()
    stop.click()
    expect(verdict).to_contain_text(("全大厅停止取号", "No tickets anywhere")[say])
    stops.first.get_by_role("button").click()
    expect(stops).to_have_count(0)
    assert hall.take()["state"] == "waiting"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_manager_ends_the_day_knowing_who_waits_and_has_tickets_issued_again(
    hall: Hall, floor: Page, language: str
) -> None:
    served, waiting = hall.take(), hall.take()
    hall.at("1", "open")
    hall.at("1", "call-next")
    if language == "en":
        floor.get_by_role("button", name="English").click()
    say = {"zh": 0, "en": 1}[language]
    opener = floor.locator("header").get_by_role("button", name=re.compile(("^停止取号", "^Stop")[say]))
    dialog = floor.get_by_role("dialog")
    opener.click()
    dialog.get_by_role("button", name=("提前结束当日", "End the day early")[say]).click()
    expect(dialog).to_contain_text(("等候的1人", "who wait (1)")[say])
    dialog.get_by_label(("停电", "No power")[say]).check()
    good(floor)
    picture(floor, f"floor-end-{language}")
    dialog.get_by_role("button", name=("结束当日", "End the day")[say], exact=True).click()
    expect(dialog).to_have_count(0)
    assert hall.states(served, waiting) == ["called", "expired"]
    opener.click()
    expect(dialog.get_by_role("button", name=("提前结束当日", "End the day early")[say])).to_have_count(0)
    dialog.locator(".notices li").get_by_role("button").click()
    expect(dialog.get_by_role("status")).to_contain_text(("已恢复取号", "issued again")[say])
    assert hall.take()["state"] == "waiting"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_manager_opens_a_closed_window_for_a_clerk_and_pauses_it_and_lets_it_go_on(
    hall: Hall, floor: Page, language: str
) -> None:
    if language == "en":
        floor.get_by_role("button", name="English").click()
    say = {"zh": 0, "en": 1}[language]
    dialog = floor.get_by_role("dialog")

    def press(state: str) -> None:
        floor.get_by_role("button", name=re.compile(f"^{('1号窗口', 'Window 1')[say]} {state}")).click()
        expect(dialog).to_be_visible()

    def done(reason: str, button: str) -> None:
        dialog.get_by_label(reason).check()
        good(floor)
        picture(floor, f"floor-{button}-{language}")
        dialog.get_by_role("button", name=button, exact=True).click()
        expect(dialog).to_have_count(0)

    press(("未开", "Closed")[say])
    dialog.get_by_label(("窗口人员账号", "The clerk's account")[say]).fill("zhang")
    done(("等候的人多", "Many are waiting")[say], ("开窗", "Open it")[say])
    press(("空闲", "Free")[say])
    dialog.get_by_label(("暂停服务", "Pause it")[say]).check()
    dialog.get_by_role("textbox", name=("预计几点恢复", "Expected back")[say]).fill("1330")
    done(("设备或系统故障", "Equipment or system fault")[say], ("确定", "Do it")[say])
    window = hall.ask("zhou", "GET", "/windows")[0]
    assert (window["clerk"], window["state"], window["until"]) == (
        "zhang",
        "paused",
        "2026-11-23T13:30:00+08:00",
    )
    press(("暂停", "Paused")[say])
    expect(dialog).to_contain_text(("设备或系统故障", "Equipment or system fault")[say])
    dialog.get_by_label(("恢复服务", "Resume it")[say]).check()
    done(("故障已排除", "The fault is mended")[say], ("确定", "Do it")[say])
    assert hall.ask("zhou", "GET", "/windows")[0]["state"] == "open"


def test_a_manager_who_takes_a_window_without_a_ticket_is_told_of_none(hall: Hall, floor: Page) -> None:
    hall.at("1", "open")
    floor.get_by_role("button", name=re.compile("^1号窗口 空闲")).click()
    dialog = floor.get_by_role("dialog")
    dialog.get_by_label("由我接管", exact=True).check()
    dialog.get_by_label("换班").check()
    dialog.get_by_role("button", name="确定").click()
    expect(dialog.get_by_role("status")).to_have_text("已接管。请交给窗口人员，或关窗。")
    dialog.get_by_label("关窗").check()
    dialog.get_by_role("button", name="确定").click()
    expect(floor.get_by_role("button", name=re.compile("^1号窗口 未开"))).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_manager_lets_a_window_do_something_else_today_and_its_usual_work_again(
    hall: Hall, floor: Page, language: str
) -> None:
    if language == "en":
        floor.get_by_role("button", name="English").click()
    say = {"zh": 0, "en": 1}[language]
    dialog = floor.get_by_role("dialog")
    change = dialog.get_by_role("button", name=("改今天的业务", "Change today's services")[say])
    offer = dialog.get_by_role("button", name=("改为这些业务", "Offer these")[say])

    def services() -> list[str]:
        found: list[str] = hall.ask("zhou", "GET", "/windows")[0]["services"]
        return found

    floor.get_by_role("button", name=re.compile(("^1号窗口", "^Window 1 ")[say])).click()
    good(floor)
    change.click()
    for usual in (("项目备案", "Project filing"), ("项目核准", "Project approval")):
        dialog.get_by_label(usual[say]).uncheck()
    dialog.get_by_label(("人手不足", "Too few clerks are here")[say]).check()
    offer.click()
    expect(dialog.get_by_role("alert")).to_have_text(
        ("请至少留一项业务。", "Leave it at least one service.")[say]
    )
    dialog.get_by_label(("居民身份证", "Resident identity card")[say]).check()
    good(floor)
    picture(floor, f"floor-offer-{language}")
    offer.click()
    expect(dialog).to_contain_text(("今天办理的业务有改动", "Offers other services today")[say])
    assert services() == ["id-card"]
    change.click()
    dialog.get_by_role("button", name=("恢复平时的业务", "As usual")[say]).click()
    dialog.get_by_label(("等候的人多", "Many are waiting")[say]).check()
    offer.click()
    expect(dialog).to_contain_text(("今天办理平时的业务", "Offers its usual services today")[say])
    assert services() == ["project-filing", "project-approval"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_manager_opens_the_closing_report_of_a_day_and_prints_it(
    hall: Hall, floor: Page, language: str
) -> None:
    ticket = hall.take()
    hall.at("1", "open")
    for verb in ("call-next", "start", "finish"):
        hall.at("1", verb)
    if language == "en":
        floor.get_by_role("button", name="English").click()
    say = {"zh": 0, "en": 1}[language]
    door = floor.get_by_role("button", name=("日终报表", "Closing report")[say])
    door.click()
    dialog = floor.get_by_role("dialog")
    expect(dialog.get_by_label(("哪一天", "Which day")[say])).to_have_value("2026-11-23")
    good(floor)
    with floor.expect_popup() as opened:
        dialog.get_by_role("button", name=("打开", "Open")[say]).click()
    sheet = opened.value
    expect(sheet.get_by_role("heading", name="日终报表")).to_be_visible()
    whole = sheet.get_by_role("row").last
    expect(whole).to_contain_text("1")
    assert whole.get_by_role("cell").all_inner_texts()[2:4] == ["1", "1"], ticket
    border = sheet.locator("td").first.evaluate("cell => getComputedStyle(cell).borderTopStyle")
    assert border == "solid", "its own style counts"
    picture(sheet, "closing-report")
    (paper,) = signed(sheet, "晋城市政务大厅 日终报表 2026-11-23")
    assert "值班经理" in paper


def test_a_steward_is_offered_no_closing_report(hall: Hall, screen: Screen, sign_in: SignIn) -> None:
    hall.ask("zhao", "POST", "/accounts", name="guo", role="steward", shown="郭静", password=PASSWORD)
    page = screen(*TABLET)
    page.goto(f"{hall.url}/floor")
    sign_in(page, "guo")
    expect(page.locator(".tile")).to_have_count(10)
    expect(page.get_by_role("button", name="上一日各业务")).to_be_visible()
    expect(page.get_by_role("button", name="日终报表")).to_have_count(0)
