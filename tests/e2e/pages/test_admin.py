"""The administrator's page: a hall set up, changed and staffed by people who never see a text editor."""

import os
import re
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from queue_server.engine.design import design
from queue_server.engine.roster import of_day
from tests.e2e.house import HALL_NAME, MACHINE
from tests.e2e.pages.conftest import EVERYWHERE, PASSWORD, Hall, drawn, serving
from tests.e2e.pages.look import good
from tests.fakes.document import text, with_staff

pytestmark = pytest.mark.browser
Screen = Callable[[int, int], Page]
SignIn = Callable[..., None]

DESK, WALL, NARROW = (1280, 800), (1920, 1080), (360, 720)
SECTIONS = (
    "overview",
    "devices",
    "people",
    "config",
    "config/hall",
    "config/zones",
    "config/zones/2",
    "config/services/0",
    "config/windows",
    "config/calendars/0",
    "config/rules",
    "config/texts",
    "config/roster",
    "publish",
    "roster",
    "media",
    "versions",
    "start",
)
NO_TABLES = ("config/hall", "config/rules", "config/texts", "roster")
"""Parts of the configuration that are not made of rows with a form each."""
DIALOGS = {
    "people": ("^新增人员", "^导入", "^修改", "^重设", "^停用"),
    "devices": ("^安置", "^移动", "^停用"),
    "roster": ("^导入", "^1号窗口"),
    "versions/1": ("^恢复这一版",),
}
"""Buttons that open one, by section; those of other sections are looked at where they are used."""
UNDER_S = 120
CLERKS = ("zhang", "li", "wang", "sun")
HOURS = ["08:30-12:00", "13:30-17:00"]


def picture(page: Page, name: str) -> None:
    """Keep a picture for the manual where JIAOHAO_PICTURES names a folder."""
    folder = os.environ.get("JIAOHAO_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png")


def enter(page: Page, address: str, sign_in: SignIn, who: str = "zhao") -> Page:
    page.goto(f"{address}/admin")
    sign_in(page, who)
    expect(page.get_by_role("heading", name="概览", level=1)).to_be_visible()
    return page


BOTH = """(fields, words) => fields.forEach((field, at) => {
  field.value = words[at];
  field.dispatchEvent(new Event("input", { bubbles: true }));
})"""
"""Both languages typed before the page is drawn again."""

GO = """place => new Promise((there) => {
  const drawn = (frames) => (frames ? requestAnimationFrame(() => drawn(frames - 1)) : there());
  if (location.hash === "#/" + place) return drawn(3);
  addEventListener("hashchange", () => drawn(3), { once: true });
  location.hash = "#/" + place;
})"""


def visit(page: Page, place: str) -> None:
    """Go to a section; wait until it is drawn, its heading has had the focus, and what it shows is settled."""
    page.evaluate(GO, place)
    expect(page.locator("main")).to_have_attribute("data-place", place)
    expect(page.locator("main").get_by_text(re.compile("正在打开…|Opening…"))).to_have_count(0)


def checked(page: Page) -> None:
    """Wait until the server has said what it thinks of the draft."""
    drawn(page)
    expect(page.locator(".draft")).to_have_attribute("data-waiting", "false")


def publish(page: Page, note: str) -> None:
    visit(page, "publish")
    page.get_by_label("说明").fill(note)
    drawn(page)
    expect(page.get_by_text("可以发布")).to_be_visible()
    page.get_by_role("button", name="发布，立即生效").click()


@pytest.fixture
def desk(hall: Hall, screen: Screen, sign_in: SignIn) -> Page:
    return enter(screen(*DESK), hall.url, sign_in)


@pytest.fixture
def empty(tmp_path: Path, host: str) -> Iterator[tuple[Hall, str]]:
    """A server that starts for the first time, and the one-time password that it told."""
    errors = tmp_path / "server.err"
    with serving(tmp_path / "data", {}, errors, host=host) as hall:
        found = re.search(r"一次性密码(\S+?)（", errors.read_text())
        assert found is not None
        yield hall, found[1]


@pytest.mark.parametrize("host, language", [(HALL_NAME, "zh"), (MACHINE, "en")])
def test_a_first_start_becomes_a_configured_hall_with_a_board_in_under_two_minutes(
    empty: tuple[Hall, str], screen: Screen, sign_in: SignIn, language: str
) -> None:
    hall, once = empty
    zh = language == "zh"
    began = time.monotonic()
    page, tv = screen(*DESK), screen(*WALL)
    page.goto(f"{hall.url}/login")
    if not zh:
        page.get_by_role("button", name="English").click()
    sign_in(page, "admin", once)
    page.locator("#fresh").fill("a password of my own")
    page.locator("#repeated").fill("a password of my own")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{hall.url}/admin#/start")
    page.get_by_label("六个窗口的分厅" if zh else "A branch of six windows").check()
    good(page)
    picture(page, f"admin-start-{language}")
    page.get_by_role("button", name="下一步" if zh else "Next").click()
    name = page.get_by_role("group", name="大厅名称" if zh else "Hall's name")
    name.get_by_label("中文" if zh else "Chinese").fill("泽州县政务分厅")
    name.get_by_label("英文" if zh else "English").fill("Zezhou Branch Hall")
    board = page.get_by_role("group", name="叫号屏标题" if zh else "Board's title")
    board.get_by_label("中文" if zh else "Chinese").fill("泽州县政务分厅")
    good(page)
    picture(page, f"admin-name-{language}")
    page.get_by_role("button", name="发布并继续" if zh else "Publish and go on").click()
    add = page.get_by_role("button", name="新增人员" if zh else "Add somebody")
    expect(add).to_be_visible()
    good(page)
    picture(page, f"admin-people-step-{language}")
    add.click()
    page.locator("#person-shown").fill("张敏")
    page.locator("#person-name").fill("zhang")
    page.locator("#person-name").press("Enter")
    expect(page.locator(".once dd")).to_have_text(re.compile(r"^\w{4}-\w{4}-\w{4}$"))
    page.get_by_role("button", name="已记下" if zh else "Noted").click()
    page.get_by_role("button", name="下一步" if zh else "Next").click()
    tv.goto(f"{hall.url}/board")
    code = page.locator(".code-large")
    expect(code).to_have_count(1)
    shown = re.compile(r"\s*".join(code.inner_text().replace(" ", "")))
    expect(tv.locator("body")).to_contain_text(shown)
    good(page)
    picture(page, f"admin-pair-{language}")
    page.get_by_role("button", name="安置" if zh else "Place").click()
    page.get_by_role("dialog").get_by_role("button", name="确定" if zh else "OK").click()
    expect(page.get_by_text("已接好1台设备" if zh else "1 connected")).to_be_visible()
    page.get_by_role("button", name="下一步" if zh else "Next").click()
    expect(page.get_by_role("heading", name="大厅可以使用了" if zh else "The hall is ready")).to_be_visible()
    took_s = time.monotonic() - began
    good(page)
    picture(page, f"admin-done-{language}")
    expect(tv.locator("body")).to_contain_text("泽州县政务分厅")
    assert took_s < UNDER_S
    clerk = screen(*NARROW)
    clerk.goto(f"{hall.url}/clerk")
    expect(clerk.locator("#name")).to_be_visible()


def test_a_zone_renamed_and_published_shows_on_the_board_without_reload(
    hall: Hall, desk: Page, screen: Screen
) -> None:
    board = screen(*WALL)
    board.goto(f"{hall.url}/board/hall")
    expect(board.locator("body")).to_contain_text("投资项目")
    visit(desk, "config/zones/0")
    short = desk.get_by_role("group", name="简称")
    short.locator("input").evaluate_all(BOTH, ["投资立项", "Projects"])
    drawn(desk)
    expect(short.get_by_label("英文")).to_have_value("Projects")
    expect(short.get_by_label("中文")).to_have_value("投资立项")
    checked(desk)
    expect(desk.locator(".draft")).to_contain_text("未发布的修改：2处")
    publish(desk, "投资项目区改简称")
    expect(desk.get_by_role("status").filter(has_text="第2版已发布")).to_be_visible()
    expect(board.locator("body")).to_contain_text("投资立项")
    visit(desk, "versions")
    first = desk.locator(".row").first
    expect(first).to_contain_text("投资项目区改简称")
    expect(first).to_contain_text("正在使用")
    # and back again
    desk.get_by_role("link", name="查看第1版与现在的差异").click()
    expect(desk.locator(".changes li").first).to_contain_text("简称")
    desk.get_by_role("button", name="恢复这一版").click()
    desk.locator("dialog").get_by_role("button", name="恢复这一版").click()
    expect(desk.get_by_role("status").filter(has_text="已恢复第1版，成为第3版")).to_be_visible()
    expect(board.locator("body")).to_contain_text("投资项目")


def test_no_service_is_offered_as_what_follows_itself(desk: Page) -> None:
    visit(desk, "config/services/0")
    after = desk.get_by_role("group", name="后续业务")
    expect(after.get_by_role("checkbox", name="项目核准")).to_be_visible()
    expect(after.get_by_role("checkbox", name="项目备案")).to_have_count(0)
    visit(desk, "config/services/1")
    expect(after.get_by_role("checkbox", name="项目备案")).to_be_visible()
    expect(after.get_by_role("checkbox", name="项目核准")).to_have_count(0)


def test_a_fault_is_told_at_its_field_and_the_list_leads_there(desk: Page) -> None:
    visit(desk, "config/zones/1")
    colour = desk.get_by_label("其他颜色，写成#1F5FA8")
    colour.fill("blue")
    field = desk.get_by_role("group", name="颜色")
    expect(field.get_by_role("alert")).to_have_text("应写成“#1F5FA8”。")
    expect(colour).to_have_attribute("aria-invalid", "true")
    good(desk)
    visit(desk, "publish")
    expect(desk.get_by_role("button", name="发布，立即生效")).to_have_attribute("aria-disabled", "true")
    desk.get_by_role("link", name="服务区 › B 证照办理服务区 › 颜色").click()
    expect(desk.get_by_role("group", name="颜色").get_by_role("button").first).to_be_focused()
    desk.get_by_role("button", name="颜色#0F766E").press("Enter")
    expect(desk.locator(".draft")).to_contain_text("与正在使用的第1版相同")


def test_what_is_not_written_is_shown_as_what_it_means(desk: Page) -> None:
    visit(desk, "config/calendars/0")
    week = desk.get_by_role("group", name="星期").first
    expect(week.get_by_label("周五")).to_be_checked()
    expect(week.get_by_label("周六")).not_to_be_checked()
    week.get_by_label("周六").check()
    opening = desk.get_by_label("第1段开始").first
    for typed in ("0845", "8:45", "8：45"):  # of 24 hours, whatever the machine's own language is
        opening.fill("")
        opening.press_sequentially(typed)
        opening.blur()
        expect(opening).to_have_value("08:45")
    checked(desk)
    visit(desk, "publish")
    expect(desk.locator(".changes li")).to_contain_text("各季时间")


@EVERYWHERE
def test_a_draft_survives_a_reload_and_an_undone_deletion(desk: Page) -> None:
    visit(desk, "config/displays")
    expect(desk.locator(".rows .row").first).to_be_visible()
    count = desk.locator(".rows .row").count()
    desk.get_by_role("button", name=re.compile("^删除")).first.click()
    expect(desk.locator(".rows .row")).to_have_count(count - 1)
    checked(desk)
    desk.reload()
    expect(desk.locator(".rows .row")).to_have_count(count - 1)
    desk.get_by_role("button", name=re.compile("^复制")).first.click()
    expect(desk.get_by_label("代号")).to_have_value("")
    visit(desk, "config/displays")
    desk.get_by_role("button", name=re.compile("^删除")).nth(1).click()
    desk.get_by_role("button", name="撤销").click()
    expect(desk.locator(".rows .row")).to_have_count(count)
    desk.get_by_role("button", name="放弃修改").click()
    expect(desk.locator(".draft")).to_contain_text("与正在使用的第1版相同")


def test_many_windows_are_changed_together(hall: Hall, desk: Page) -> None:
    visit(desk, "config/windows")
    expect(desk.locator(".rows .row").first).to_contain_text("办理业务")
    desk.get_by_role("searchbox", name="查找").fill("居民身份证")
    desk.get_by_label("全选").check()
    desk.get_by_role("button", name="一起修改").click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_label("哪一项").select_option(label="办理业务")
    dialog.get_by_label("怎样修改").select_option(label="增加")
    dialog.get_by_label("综合咨询").check()
    good(desk)
    dialog.get_by_role("button", name="修改").click()
    expect(desk.get_by_role("status").filter(has_text="尚未发布")).to_be_visible()
    publish(desk, "身份证窗口兼办咨询")
    expect(desk.get_by_role("status").filter(has_text="第2版已发布")).to_be_visible()
    services = {one["name"]["zh"]: one["id"] for one in hall.ask("zhou", "GET", "/services")}
    offered = [one["services"] for one in hall.ask("zhou", "GET", "/windows")]
    cards = [windows for windows in offered if services["居民身份证"] in windows]
    assert len(cards) > 2
    assert all(services["综合咨询"] in windows for windows in cards)


def test_what_still_has_tickets_is_removed_once_they_are_sent_somewhere_else(hall: Hall, desk: Page) -> None:
    ticket = hall.take(**{"class": "disability"})
    visit(desk, "config/services")
    desk.get_by_role("button", name="删除项目备案").click()
    visit(desk, "config/classes")
    desk.get_by_role("button", name="删除残疾人").click()
    visit(desk, "config/windows")
    desk.get_by_role("searchbox", name="查找").fill("project-filing")
    expect(desk.locator(".rows .row").first).to_be_visible()
    desk.get_by_label("全选").check()
    desk.get_by_role("button", name="一起修改").click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_label("哪一项").select_option(label="办理业务")
    dialog.get_by_label("综合咨询").check()
    dialog.get_by_role("button", name="修改").click()
    visit(desk, "publish")
    expect(desk.get_by_text("请先为下列号票安排去处")).to_be_visible()
    expect(desk.locator(".numbers")).to_have_text(ticket["number"])
    good(desk)
    desk.get_by_label("“项目备案”的号票改到").select_option(label="综合咨询")
    kinds = desk.get_by_label("“残疾人”的号票改按")
    expect(kinds.get_by_role("option", name="绿色通道")).to_have_count(0)
    kinds.select_option(label="重病患者")
    drawn(desk)
    good(desk)
    desk.get_by_role("button", name="全部改派").click()
    expect(desk.get_by_role("status").filter(has_text="1张号票已改派")).to_be_visible()
    expect(desk.get_by_text("请先为下列号票安排去处")).to_have_count(0)
    publish(desk, "项目备案并入综合咨询")
    expect(desk.get_by_role("status").filter(has_text="第2版已发布")).to_be_visible()
    sent = hall.ticket(ticket)
    assert (sent["service"], sent["class"], sent["class_state"]) == ("enquiry", "patient", "requested")
    # there and back: a version that lacks what somebody waits for is not brought back either
    hall.ask("zhao", "POST", "/config/rollback", version=1, note="项目备案又单独办理")
    again = hall.take()
    visit(desk, "versions/2")
    expect(desk.get_by_text("请先为下列号票安排去处")).to_be_visible()
    expect(desk.locator(".numbers")).to_have_text(again["number"])
    desk.get_by_role("button", name="恢复这一版").click()
    good(desk)
    desk.get_by_role("dialog").get_by_role("button", name="恢复这一版").click()
    expect(desk.get_by_role("alert").filter(has_text="还有1张号票")).to_be_visible()
    desk.get_by_label("“项目备案”的号票改到").select_option(label="综合咨询")
    desk.get_by_role("button", name="全部改派").click()
    expect(desk.get_by_text("请先为下列号票安排去处")).to_have_count(0)
    desk.get_by_role("button", name="恢复这一版").click()
    desk.get_by_role("dialog").get_by_role("button", name="恢复这一版").click()
    expect(desk.get_by_role("status").filter(has_text="已恢复第2版，成为第4版")).to_be_visible()


def test_what_runs_is_told_when_there_is_nothing_to_publish_and_leads_back(hall: Hall, desk: Page) -> None:
    visit(desk, "publish")
    live = desk.locator("section.live")
    expect(live).to_contain_text("这是第一版")
    visit(desk, "config/zones/0")
    desk.get_by_role("group", name="简称").get_by_label("中文").fill("投资立项")
    checked(desk)
    publish(desk, "投资区改简称")
    expect(live).to_contain_text("第2版")
    expect(live).to_contain_text("投资区改简称")
    expect(live).to_contain_text("zhao")
    expect(live.locator(".changes li")).to_have_text(re.compile("简称.*投资项目.*投资立项", re.DOTALL))
    good(desk)
    picture(desk, "admin-live-zh")
    live.get_by_role("link", name="恢复第1版").click()
    desk.get_by_role("button", name="恢复这一版").click()
    desk.get_by_role("dialog").get_by_role("button", name="恢复这一版").click()
    expect(desk.get_by_role("status").filter(has_text="成为第3版")).to_be_visible()
    visit(desk, "publish")
    expect(live).to_contain_text("第3版")
    desk.get_by_role("button", name="English").click()
    expect(desk.get_by_role("heading", name="Nothing to publish")).to_be_visible()
    good(desk)
    assert hall.ask("zhou", "GET", "/config")["document"]["zones"][0]["short"]["zh"] == "投资项目"


def test_two_administrators_at_once_are_told_and_both_changes_can_stand(
    hall: Hall, desk: Page, screen: Screen, sign_in: SignIn
) -> None:
    other = enter(screen(*DESK), hall.url, sign_in)
    visit(desk, "config/zones/0")
    desk.get_by_role("group", name="简称").get_by_label("中文").fill("投资立项")
    checked(desk)
    visit(other, "config/zones/1")
    other.get_by_role("group", name="简称").get_by_label("中文").fill("证照大厅")
    checked(other)
    publish(other, "另一位管理员")
    expect(other.get_by_role("status").filter(has_text="第2版已发布")).to_be_visible()
    expect(desk.locator(".draft")).to_contain_text("已有第2版")
    visit(desk, "publish")
    expect(desk.get_by_role("heading", name="第2版已由他人发布")).to_be_visible()
    expect(desk.locator(".changes li")).to_have_count(2)
    good(desk)
    desk.get_by_role("button", name="并入新版").click()
    expect(desk.locator(".changes li")).to_have_count(1)
    publish(desk, "合在一起")
    expect(desk.get_by_role("status").filter(has_text="第3版已发布")).to_be_visible()
    zones = hall.ask("zhou", "GET", "/config")["document"]["zones"]
    assert [zone["short"]["zh"] for zone in zones[:2]] == ["投资立项", "证照大厅"]


def test_a_draft_in_two_windows_of_a_browser_is_one_and_stays_when_a_version_is_brought_back(
    hall: Hall, desk: Page
) -> None:
    made = hall.ask("zhou", "GET", "/config")["document"]
    hall.ask(
        "zhao", "POST", "/config", document=made | {"name": {"zh": "新名", "en": "New"}}, note="名", base=1
    )
    other = desk.context.new_page()
    other.goto(f"{hall.url}/admin")
    expect(other.get_by_role("heading", name="概览", level=1)).to_be_visible()
    for page in (desk, other):
        visit(page, "config/zones/0")
    short = [page.get_by_role("group", name="简称") for page in (desk, other)]
    short[1].get_by_label("中文").fill("投资立项")
    expect(short[0].get_by_label("中文")).to_have_value("投资立项")
    short[0].get_by_label("英文").fill("Projects")
    expect(short[1].get_by_label("英文")).to_have_value("Projects")
    checked(other)
    expect(other.locator(".draft")).to_contain_text("未发布的修改：2处")
    other.close()
    visit(desk, "versions/1")
    desk.get_by_role("button", name="恢复这一版").click()
    desk.get_by_role("dialog").get_by_role("button", name="恢复这一版").click()
    expect(desk.get_by_role("status").filter(has_text="成为第3版")).to_be_visible()
    visit(desk, "publish")
    desk.get_by_role("button", name="并入新版").click()
    expect(desk.locator(".changes li")).to_have_count(2)
    publish(desk, "简称")
    expect(desk.get_by_role("status").filter(has_text="第4版已发布")).to_be_visible()
    now = hall.ask("zhou", "GET", "/config")["document"]
    assert now["zones"][0]["short"] == {"zh": "投资立项", "en": "Projects"}
    assert now["name"] == made["name"]


@EVERYWHERE
def test_a_device_is_placed_moved_and_revoked(hall: Hall, desk: Page, screen: Screen) -> None:
    tv = screen(*WALL)
    tv.goto(f"{hall.url}/board")
    visit(desk, "devices")
    expect(desk.locator(".code-large")).to_be_visible()
    desk.get_by_role("button", name=re.compile("^安置")).click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_label("设备名称").fill("东墙大屏")
    dialog.get_by_label("显示哪块屏").select_option(index=0)
    good(desk)
    dialog.get_by_role("button", name="确定").click()
    expect(desk.get_by_role("status").filter(has_text="“东墙大屏”已安置")).to_be_visible()
    expect(tv.locator("body")).to_contain_text("投资项目")
    row = desk.locator(".row").filter(has_text="东墙大屏")
    good(desk)
    row.get_by_role("button", name=re.compile("^移动")).click()
    desk.get_by_role("dialog").get_by_label("设备名称").fill("西墙大屏")
    desk.get_by_role("dialog").get_by_role("button", name="确定").click()
    row = desk.locator(".row").filter(has_text="西墙大屏")
    row.get_by_role("button", name=re.compile("^停用")).click()
    desk.get_by_role("dialog").get_by_label("原因").fill("换新")
    desk.get_by_role("dialog").get_by_role("button", name="停用").click()
    expect(desk.get_by_text("已停用 1")).to_be_visible()
    expect(tv.get_by_text("本屏尚未启用，请管理员按此代码安置")).to_be_visible()


def test_an_agent_gets_several_windows(hall: Hall, desk: Page) -> None:
    hall.ask("glass", "POST", "/devices/pair", kind="agent", name="三楼柜", token="a" * 40)
    visit(desk, "devices")
    desk.get_by_role("button", name=re.compile("^安置")).click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_role("button", name="确定").click()
    expect(dialog.get_by_role("alert")).to_have_text("请至少选一个窗口。")
    dialog.get_by_label("3号窗口", exact=True).check()
    dialog.get_by_label("4号窗口", exact=True).check()
    dialog.get_by_role("button", name="确定").click()
    row = desk.locator(".row").filter(has_text="三楼柜")
    expect(row).to_contain_text("3、4号窗口")
    hall.bear("cabinet", "a" * 40)
    bus = {"port": "/dev/serial/by-id/usb-bus", "profile": "ff68"}
    told = [{**bus, "name": f"keypad 1/{n}", "window": w} for n, w in ((5, "3"), (6, "4"), (7, "1"))]
    hall.ask("cabinet", "POST", "/devices/report", state="ready", fittings=told)
    expect(row).to_contain_text("正常")
    row.get_by_role("button", name=re.compile("^移动")).click()
    expect(dialog.get_by_label("keypad 1/5在哪个窗口")).to_have_value("3")
    expect(dialog.get_by_label("keypad 1/7在哪个窗口")).to_have_value("")
    dialog.get_by_label("keypad 1/5在哪个窗口").select_option("2")
    good(desk)
    dialog.get_by_role("button", name="确定").click()
    expect(row).to_contain_text("2、4号窗口")


@EVERYWHERE
def test_somebody_is_added_and_signs_in_and_leaves(
    hall: Hall, desk: Page, screen: Screen, sign_in: SignIn
) -> None:
    visit(desk, "people")
    desk.get_by_role("button", name="新增人员").click()
    desk.locator("#person-shown").fill("孙丽")
    desk.locator("#person-name").fill("sun")
    good(desk)
    desk.locator("#person-name").press("Enter")
    once = desk.locator(".once dd").inner_text()
    for _ in range(3):
        desk.keyboard.press("Escape")  # a browser shuts a question at the second one, whatever its page says
    drawn(desk)
    expect(desk.locator(".once dd")).to_have_text(once)
    good(desk)
    desk.get_by_role("button", name="复制").click()
    desk.get_by_role("button", name="已记下").click()
    sun = screen(*NARROW)
    sun.goto(f"{hall.url}/clerk")
    sign_in(sun, "sun", once)
    sun.locator("#fresh").fill("a password of her own")
    sun.locator("#repeated").fill("a password of her own")
    sun.keyboard.press("Enter")
    expect(sun.get_by_role("heading", name="请选择您的窗口")).to_be_visible()
    desk.get_by_role("button", name="停用孙丽的账号").click()
    desk.get_by_role("dialog").get_by_role("button", name="停用").click()
    expect(desk.locator(".row").filter(has_text="孙丽")).to_contain_text("已停用")
    sun.reload()
    expect(sun.locator("#name")).to_be_visible()


def test_staff_come_from_a_list_and_a_fault_in_it_changes_nothing(hall: Hall, desk: Page) -> None:
    visit(desk, "people")
    expect(desk.locator(".rows .row").first).to_be_visible()
    count = desk.locator(".rows .row").count()
    desk.get_by_role("button", name="导入CSV").click()
    desk.locator("#csv").fill("qian,窗口人员,钱进\nwu,大老板,吴用")
    desk.get_by_role("dialog").get_by_role("button", name="导入").click()
    expect(desk.get_by_role("dialog").get_by_role("listitem")).to_have_text(
        re.compile("第2行.*没有“大老板”这个岗位")
    )
    expect(desk.locator("main .rows .row")).to_have_count(count)
    desk.locator("#csv").fill("qian,窗口人员,钱进,无此部门\nwu,导办员,吴用")
    desk.get_by_role("dialog").get_by_role("button", name="导入").click()
    expect(desk.get_by_role("dialog").get_by_role("listitem")).to_have_text("第1行 没有“无此部门”这个部门。")
    expect(desk.locator("main .rows .row")).to_have_count(count)
    good(desk)
    desk.locator("#csv").fill("qian,窗口人员,钱进,,项目备案,英语\nwu,导办员,吴用")
    sent: list[str] = []
    desk.on("request", lambda request: sent.append(request.url))
    desk.locator("dialog form").evaluate("form => { form.requestSubmit(); form.requestSubmit(); }")
    expect(desk.get_by_role("dialog")).to_contain_text("已随大厅配置第2版发布")
    expect(desk.locator(".once dd")).to_have_count(2)
    assert len([url for url in sent if url.endswith("/accounts/import")]) == 1, "asked twice, done once"
    desk.get_by_role("button", name="已记下").click()
    expect(desk.locator("main .rows .row")).to_have_count(count + 2)
    known = {"id": "qian", "skills": ["project-filing"], "abilities": ["english"]}
    assert known in hall.ask("zhao", "GET", "/config")["document"]["staff"]


def test_a_configuration_leaves_as_a_file_and_comes_back(desk: Page) -> None:
    visit(desk, "config")
    with desk.expect_download() as waited:
        desk.get_by_role("link", name="导出正在使用的配置").click()
    assert waited.value.suggested_filename == "hall-1.toml"
    text = Path(waited.value.path()).read_text(encoding="utf-8")
    changed = text.replace("投资项目服务区", "投资立项服务区")
    assert changed != text
    file = FilePayload(name="new.toml", mimeType="", buffer=changed.encode())
    desk.locator("#toml").set_input_files(file)
    expect(desk.get_by_role("status").filter(has_text="new.toml已读入草稿")).to_be_visible()
    checked(desk)
    visit(desk, "publish")
    expect(desk.locator(".changes li")).to_have_count(1)
    expect(desk.locator(".changes ins")).to_have_text("投资立项服务区")
    visit(desk, "config")
    broken = FilePayload(name="bad.toml", mimeType="", buffer=b'name = "')
    desk.locator("#toml").set_input_files(broken)
    expect(desk.get_by_role("alert").filter(has_text="不是有效的TOML")).to_be_visible()


def test_a_week_of_the_roster_is_written_and_copied_forward(hall: Hall, desk: Page) -> None:
    visit(desk, "roster")
    cell = desk.get_by_role("button", name=re.compile("^1号窗口，2026-11-25："))
    cell.click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_label("人员").first.select_option("zhang")
    dialog.get_by_label("只这一天").check()
    good(desk)
    dialog.get_by_role("button", name="保存").click()
    expect(cell).to_contain_text("zhang")
    desk.get_by_role("button", name="复制到下一周").click()
    expect(desk.get_by_role("button", name=re.compile("^1号窗口，2026-12-02："))).to_contain_text("zhang")
    publish(desk, "排班")
    expect(desk.get_by_role("status").filter(has_text="第2版已发布")).to_be_visible()
    roster = hall.ask("zhou", "GET", "/config")["document"]["roster"]
    days = {duty["days"] for duty in roster if (duty["window"], duty["clerk"]) == ("1", "zhang")}
    assert {"2026-11-25", "2026-12-02"} <= days


def test_a_roster_in_csv_comes_into_the_draft_and_a_fault_in_it_changes_nothing(desk: Page) -> None:
    visit(desk, "roster")
    desk.get_by_role("button", name="导入CSV").click()
    dialog = desk.get_by_role("dialog")
    desk.locator("#csv").fill("9999,zhang,1-5,08:30-12:00,")
    dialog.get_by_role("button", name="导入").click()
    expect(dialog.get_by_role("listitem").first).to_have_text(re.compile("^第1行 窗口 没有名为“9999”的窗口"))
    good(desk)
    visit(desk, "config/staff")
    desk.get_by_role("button", name="新增").click()
    expect(desk.locator("main h2[tabindex]")).to_be_focused()
    account = desk.get_by_label("账号")
    account.fill("zhang")
    desk.evaluate("async () => (await import('/static/page.js')).draw()")  # as when the server answers
    drawn(desk)
    expect(account).to_have_value("zhang")
    account.press("Tab")
    visit(desk, "roster")
    desk.get_by_role("button", name="导入CSV").click()
    desk.locator("#csv").fill("68,zhang,1-5,08:30-12:00 13:30-17:00,")
    dialog.get_by_role("button", name="导入").click()
    expect(desk.get_by_role("status").filter(has_text="排班已读入草稿，共1条")).to_be_visible()
    expect(desk.get_by_role("button", name=re.compile("^68号窗口，2026-11-25："))).to_contain_text("zhang")


def test_the_page_reads_a_roster_as_the_hall_does(desk: Page) -> None:
    made = with_staff() | {
        "holidays": [{"id": "h", "name": text("节", "Holiday"), "first": "2026-11-25", "last": "2026-11-26"}],
        "workdays": [{"id": "w", "day": "2026-11-28", "weekday": 3}],
        "staff": [{"id": name} for name in ("zhang", "li", "wang")],
        "roster": [
            duty("1", "zhang", "1-5"),
            duty("2", "li", "1,3,5-7"),
            duty("3", "wang", "2026-11-23/2026-11-27"),
            duty("1", "li", "2026-11-24"),
            duty("2", "zhang", "2026-11-26"),
        ],
    }
    hall = design(made).hall
    script = """async ([made, date]) => (await import("/static/admin/roster.js")).dutiesOn(made, date)
        .map(({duty}) => [duty.window, duty.clerk])"""
    for n in range(14):
        day = date(2026, 11, 20) + timedelta(n)
        there = {(each.window, each.clerk) for each in of_day(hall, day)}
        assert {tuple(each) for each in desk.evaluate(script, [made, day.isoformat()])} == there, day


def duty(window: str, clerk: str, days: str) -> dict[str, object]:
    return {"window": window, "clerk": clerk, "days": days, "hours": ["08:30-12:00"]}


def test_changes_of_two_are_put_together_row_by_row(desk: Page) -> None:
    script = """async (three) => (await import("/static/admin/draft.js")).joined(...three)"""
    base = {"name": "a", "zones": [{"id": "A", "n": 1, "m": 1}, {"id": "B", "n": 1}], "rules": {"calls": 1}}
    mine = {"name": "a", "zones": [{"id": "A", "n": 2, "m": 1}, {"id": "C", "n": 3}], "rules": {"calls": 2}}
    theirs = {"name": "b", "zones": [{"id": "D", "n": 4}, {"id": "A", "n": 9, "m": 5}, {"id": "B", "n": 1}]}
    assert desk.evaluate(script, [base, mine, theirs]) == {
        "name": "b",
        "zones": [{"id": "D", "n": 4}, {"id": "A", "n": 2, "m": 5}, {"id": "C", "n": 3}],
        "rules": {"calls": 2},
    }
    assert desk.evaluate(script, [base, base, theirs]) == theirs
    assert desk.evaluate(script, [base, mine, base]) == mine


def test_a_manager_reads_and_checks_and_does_not_publish(hall: Hall, screen: Screen, sign_in: SignIn) -> None:
    page = enter(screen(*DESK), hall.url, sign_in, "zhou")
    expect(page.get_by_role("navigation").get_by_role("link", name="人员")).to_have_count(0)
    visit(page, "config/zones/0")
    page.get_by_role("group", name="简称").get_by_label("中文").fill("投资立项")
    checked(page)
    visit(page, "publish")
    expect(page.get_by_text("由管理员发布。")).to_be_visible()
    expect(page.get_by_role("button", name="发布，立即生效")).to_have_count(0)


@EVERYWHERE
def test_the_page_works_where_storage_is_withheld(hall: Hall, screen: Screen, sign_in: SignIn) -> None:
    page = screen(*DESK)
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('', 'SecurityError'); }})"
    )
    enter(page, hall.url, sign_in)
    visit(page, "config/zones/0")
    page.get_by_role("group", name="简称").get_by_label("中文").fill("投资立项")
    checked(page)
    publish(page, "没有存储也行")
    expect(page.get_by_role("status").filter(has_text="第2版已发布")).to_be_visible()
    visit(page, "people")
    page.get_by_role("button", name="重设zhang的密码").click()
    page.get_by_role("dialog").get_by_role("button", name="重设密码").click()
    page.get_by_role("button", name="复制").click()
    expect(page.get_by_text("已复制。")).to_be_visible()


def furnish(hall: Hall) -> None:
    """A hall as it looks after some weeks: people with names, devices placed and waiting, a roster, two versions."""
    for name, shown in (
        ("zhang", "张敏"),
        ("li", "李强"),
        ("wang", "王芳"),
        ("zhou", "周建国"),
        ("zhao", "赵立新"),
    ):
        hall.ask("zhao", "PATCH", f"/accounts/{name}", shown=shown)
    hall.ask("zhao", "POST", "/accounts", name="sun", role="clerk", shown="孙丽")
    hall.ask("zhao", "POST", "/accounts", name="qian", role="steward", shown="钱进")
    hall.ask("zhao", "PATCH", "/accounts/qian", active=False)
    hall.ask("glass", "POST", "/devices/pair", kind="kiosk", name="一号取号机", token="b" * 40)
    tv = hall.ask("glass", "POST", "/devices/pair", kind="display", name="东墙大屏", token="c" * 40)
    box = hall.ask("glass", "POST", "/devices/pair", kind="agent", name="一号柜", token="d" * 40)
    hall.ask("zhao", "POST", f"/devices/{tv['id']}/place", display="hall")
    hall.ask("zhao", "POST", f"/devices/{box['id']}/place", windows=["1", "2", "3"])
    hall.bear("cabinet", "d" * 40)
    hall.ask("cabinet", "POST", "/devices/report", state="degraded", reason="3号窗口屏没有应答")
    made = hall.ask("zhao", "GET", "/config")["document"]
    known = {one["id"] for one in made.get("staff", [])}
    made["staff"] = [*made.get("staff", []), *({"id": id_} for id_ in CLERKS if id_ not in known)]
    made["roster"] = [
        *(
            {"window": window, "clerk": clerk, "days": "1-5", "hours": HOURS, "breaks": ["11:00-11:20"]}
            for window, clerk in zip("1234", CLERKS, strict=True)
            if clerk != "sun"
        ),
        {"window": "2", "clerk": "sun", "days": "2026-11-25", "hours": HOURS},
    ]
    hall.ask("zhao", "POST", "/config", document=made, note="十二月排班", base=1)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [DESK, WALL, NARROW], ids=["desk", "wall", "narrow"])
def test_every_section_is_whole_at_every_size(
    hall: Hall, screen: Screen, sign_in: SignIn, size: tuple[int, int], language: str
) -> None:
    furnish(hall)
    page = enter(screen(*size), hall.url, sign_in)
    visit(page, "config/zones/0")
    page.get_by_role("group", name="简称").get_by_label("中文").fill("投资立项")
    checked(page)
    if language == "en":
        page.get_by_role("button", name="English").click()
        expect(page.get_by_role("heading", name="Configuration", level=1)).to_be_visible()
    for section in SECTIONS:
        visit(page, section)
        good(page)
        if size == DESK and section != "start":
            picture(page, f"admin-{section.replace('/', '-')}-{language}")


def test_every_form_and_every_dialog_is_good(hall: Hall, screen: Screen, sign_in: SignIn) -> None:
    """Each once, at one place and size: the sections, and lists, which are all made alike, are looked at in all of them."""
    furnish(hall)
    page = enter(screen(*DESK), hall.url, sign_in)
    visit(page, "config")
    links = page.locator(".tile a")
    expect(links.first).to_be_visible()
    tables: list[str] = links.evaluate_all("all => all.map((one) => one.hash.slice(2))")
    forms = [form for table in tables if (form := f"{table}/0") not in SECTIONS and table not in NO_TABLES]
    assert len(forms) > 10
    for form in forms:
        visit(page, form)
        expect(page.locator("main h2").first).to_be_visible()
        drawn(page)
        good(page)
    for section, buttons in DIALOGS.items():
        visit(page, section)
        for button in buttons:
            page.get_by_role("button", name=re.compile(button)).first.click()
            expect(page.get_by_role("dialog")).to_be_visible()
            good(page)
            page.keyboard.press("Escape")
            expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_keyboard_alone_reaches_a_section_and_changes_it(desk: Page) -> None:
    desk.keyboard.press("Tab")
    expect(desk.get_by_role("link", name="跳到内容")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("#main")).to_be_focused()
    desk.get_by_role("navigation").get_by_role("link", name="人员").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="人员", level=1)).to_be_focused()
    desk.get_by_role("button", name="新增人员").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("dialog")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("dialog")).to_have_count(0)
    expect(desk.get_by_role("button", name="新增人员")).to_be_focused()
    desk.keyboard.press("/")
    expect(desk.get_by_label("查找")).to_be_focused()
    desk.keyboard.type("zhou")
    expect(desk.locator("main .rows .row")).to_have_count(1)


def test_a_clerk_is_shown_the_console_instead(hall: Hall, screen: Screen, sign_in: SignIn) -> None:
    page = screen(*DESK)
    page.goto(f"{hall.url}/admin")
    sign_in(page, "zhang", PASSWORD)
    expect(page.get_by_role("link", name="打开窗口工作台")).to_be_visible()
    good(page)
