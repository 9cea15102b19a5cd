"""The register of cases: a bad rating comes up by itself, is followed to its verdict, and who may not act only reads."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from queue_server.wire.day import local
from tests.e2e.house import HALL_NAME
from tests.e2e.pages.conftest import PASSWORD, Hall, serving
from tests.e2e.pages.look import good
from tests.e2e.pages.paper import signed

pytestmark = pytest.mark.browser
Screen = Callable[[int, int], Page]
SignIn = Callable[..., None]

TABLET, WALL, PHONE = (1280, 800), (1920, 1080), (390, 844)
WRITTEN = "还差章程，下午补来"
SAID = "等了一个多小时，材料又没有一次说清"


@pytest.fixture(scope="module")
def running(staffed: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A hall with a supervisor and a steward, for the whole module."""
    folder = tmp_path_factory.mktemp("cases")
    shutil.copytree(staffed[0], folder / "data")
    with serving(folder / "data", dict(staffed[1]), folder / "server.err") as hall:
        for name, role, shown in (("chen", "supervisor", "陈静"), ("guo", "steward", "郭静")):
            hall.ask("zhao", "POST", "/accounts", name=name, role=role, shown=shown, password=PASSWORD)
        yield hall


@pytest.fixture
def hall(running: Hall) -> Hall:
    """The same hall at its own name, by plain HTTP."""
    return running.known_as(HALL_NAME)


def called(hall: Hall) -> dict[str, Any]:
    """Somebody is called to window 1; the ticket."""
    if hall.ask("zhou", "GET", "/windows")[0]["state"] == "closed":
        hall.at("1", "open", "zhang")
    hall.take()
    ticket: dict[str, Any] = hall.ask("box", "POST", "/windows/1/call-next")
    return ticket


def rated(hall: Hall, level: int = 1) -> str:
    """Somebody is served there and rates that at the keypad; the case."""
    served = called(hall)
    hall.at("1", "note", text=WRITTEN)
    hall.ask("box", "POST", "/windows/1/finish")
    step = {"step": f"{served['id']}/0", "level": level, "channel": "keypad", "window": "1"}
    hall.ask("box", "POST", "/ratings", **step, text=SAID)
    return str(hall.ask("zhou", "GET", "/cases")[-1]["id"])


def pass_days(hall: Hall, count: int) -> date:
    """So many days later it is nine in the morning; the day that it was."""
    was = local(datetime.fromisoformat(hall.take()["issued_at"])).date()
    hall.jump(f"{was + timedelta(days=count)}T09:00:00+08:00")
    return was


def enter(hall: Hall, page: Page, sign_in: SignIn, who: str = "chen") -> Page:
    page.goto(f"{hall.url}/login?next=/cases" if who != "chen" else f"{hall.url}/login")
    sign_in(page, who)
    page.wait_for_url(f"{hall.url}/cases")
    expect(page.locator("#find")).to_be_visible()
    return page


def row(page: Page, case: str) -> Locator:
    return page.locator(f'[data-case="{case}"]')


def test_a_bad_rating_comes_up_by_itself_and_is_followed_to_its_verdict_with_the_keyboard(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    page = enter(hall, screen(*TABLET), sign_in)
    standing = hall.ask("zhou", "GET", "/cases")
    expect(page.locator(".side")).to_contain_text("请在左边选一件。" if standing else "还没有差评和投诉。")
    for place in ("/floor", "/reports", "/audit"):
        expect(page.locator(f'.head a[href="{place}"]')).to_be_visible()
    good(page)
    row(page, rated(hall)).focus()
    page.keyboard.press("Enter")
    file = page.locator(".file")
    expect(file).to_contain_text(SAID)
    notes = file.get_by_role("region", name="窗口备注")
    expect(notes).to_contain_text(WRITTEN)
    expect(notes).to_contain_text("1号窗口")
    good(page)
    page.keyboard.press("1")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("已联系上").check()
    good(page)
    dialog.get_by_role("textbox").fill("办事人说慢")
    dialog.get_by_role("button", name="登记回访").click()
    expect(file).to_contain_text("联系办事人：已联系上")
    for verb, words, state in (("登记整改", "增开窗口", "整改中"), ("登记反馈", "已告知", "已反馈")):
        page.keyboard.press("1")
        dialog.get_by_role("textbox").fill(words)
        dialog.get_by_role("button", name=verb).click()
        expect(file.locator("h2")).to_contain_text(state)
        expect(file).to_contain_text(words)
    page.keyboard.press("1")
    dialog.get_by_label("有效").check()
    dialog.get_by_role("textbox").fill("属实")
    dialog.get_by_role("button", name="办结").click()
    expect(file.locator("h2")).to_contain_text("有效")
    page.get_by_role("button", name="English").click()
    expect(file.locator("h2")).to_contain_text("Valid")
    good(page)
    number = file.locator("h2").inner_text().split()[0]
    (sheet,) = signed(page, "Jincheng Government Service Hall", "Register of cases", number, "printed")
    assert SAID.replace("，", ",") in sheet
    assert "listed" not in sheet, "the register is not on a case's paper"


def test_a_deadline_that_passes_is_told_here_and_on_the_floor_and_others_only_read(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    case = rated(hall, 2)
    pass_days(hall, 2)
    page = enter(hall, screen(*WALL), sign_in, "zhou")
    expect(page.locator(".verdict")).to_contain_text("超期")
    page.keyboard.press("F2")
    expect(page.locator(".row.here")).to_contain_text("超期")
    row(page, case).click()
    expect(page.locator(".file")).to_contain_text("这里只能查看")
    expect(page.locator(".acts button")).to_have_count(0)
    good(page)
    page.get_by_role("link", name="大厅总览").click()
    page.get_by_role("link", name="超期").click()
    page.wait_for_url(f"{hall.url}/cases")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    good(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="下载CSV").click()
        page.get_by_role("dialog").get_by_role("button", name="下载CSV").click()
    sheet = download.value.path().read_text(encoding="utf-8-sig")
    assert "project-filing" in sheet
    assert SAID not in sheet


def test_a_supervisor_enters_a_complaint_of_another_day_with_the_keyboard_and_sees_its_case(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    served = called(hall)
    hall.ask("box", "POST", "/windows/1/finish")
    was = pass_days(hall, 1)
    page = enter(hall, screen(*TABLET), sign_in)
    page.keyboard.press("F4")
    dialog = page.get_by_role("dialog")
    day, text = dialog.get_by_label("哪天取的号"), dialog.get_by_label("投诉内容，怎样联系办事人")
    expect(day).to_have_value(f"{was + timedelta(days=1)}")
    day.press("ArrowDown")
    day.press("ArrowDown")
    dialog.get_by_label("号码").fill(served["number"].lower())
    text.fill("来电：窗口中途离开，电话写在登记本上")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text(
        f"{was - timedelta(days=1)}没有号码{served['number']}"
    )
    good(page)
    day.fill(f"{was:%Y%m%d}")
    expect(day).to_have_value(f"{was}")
    expect(dialog).to_contain_text(f"周{'一二三四五六日'[was.weekday()]}")
    dialog.get_by_role("button", name="登记投诉").click()
    file = page.locator(".file")
    expect(file.locator("h2")).to_contain_text(served["number"])
    expect(file).to_contain_text("电话写在登记本上")
    expect(page.locator(".notice")).to_contain_text(f"{served['number']}的投诉已登记")
    good(page)
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Enter a complaint").click()
    day = dialog.get_by_label("Day of the ticket")
    day.fill("2026-11-31")
    day.blur()
    expect(dialog.get_by_role("alert").first).to_contain_text("Write it as 2026-11-23")
    good(page)
    day.fill(f"{was:%Y/%m/%d}")
    day.blur()
    dialog.get_by_label("Number").fill(served["number"])
    dialog.get_by_role("textbox").last.fill("once more")
    dialog.get_by_role("button", name="Enter a complaint").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a case of this service already")
    typed = ("２０２６１１２３", "2026年1月5日", "2026/2/29", "2026-13-01", "11-23", "2028-02-29")
    read = "typed => import('/static/day.js').then(({ dayIn }) => typed.map((one) => dayIn(one, true)))"
    assert page.evaluate(read, list(typed)) == ["2026-11-23", "2026-01-05", "", "", "", "2028-02-29"]
    expect(file.locator("h2")).to_contain_text(served["number"])


def test_of_several_services_of_a_ticket_the_supervisor_says_with_the_keyboard_which_is_complained_of(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    ticket = hall.take(then=["pension"])
    names = {one["id"]: one["name"]["zh"] for one in hall.ask("zhou", "GET", "/services")}
    first, second = (names[step["service"]] for step in ticket["steps"])
    page = enter(hall, screen(*TABLET), sign_in)
    page.keyboard.press("F4")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("号码").fill(ticket["number"])
    dialog.get_by_label("投诉内容，怎样联系办事人").fill("来电：第二项的窗口没有人")
    dialog.get_by_role("button", name="登记投诉").click()
    which = dialog.get_by_role("group", name="投诉哪一项业务")
    expect(which.get_by_role("radio")).to_have_count(2)
    expect(dialog.get_by_role("alert")).to_contain_text("请选一项")
    good(page)
    assert entered(hall, ticket) == [], "nothing is sent before one is chosen"
    which.get_by_role("radio", name=first).focus()
    page.keyboard.press("ArrowDown")
    expect(which.get_by_role("radio", name=second)).to_be_checked()
    expect(dialog.locator(".told")).to_have_text("")
    page.keyboard.press("Enter")
    file = page.locator(".file")
    expect(file.locator("h2")).to_contain_text(ticket["number"])
    expect(file).to_contain_text(second)
    assert entered(hall, ticket) == [f"{ticket['id']}/1"]
    hall.ask("zhou", "POST", f"/tickets/{ticket['id']}/cancel")  # or the next test would call it


def entered(hall: Hall, ticket: dict[str, Any]) -> list[str]:
    """The steps of a ticket that were complained of."""
    cases = hall.ask("chen", "GET", "/cases")
    return [one["step"] for one in cases if one["step"].startswith(f"{ticket['id']}/")]


def test_a_steward_enters_a_complaint_at_the_desk(hall: Hall, screen: Screen, sign_in: SignIn) -> None:
    served = called(hall)
    page = screen(*TABLET)
    page.goto(f"{hall.url}/login")
    sign_in(page, "guo")
    page.locator("#find").fill(served["number"])
    page.keyboard.press("Enter")
    page.get_by_role("button", name="登记投诉").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("窗口中途离开")
    good(page)
    page.get_by_role("dialog").get_by_role("button", name="登记投诉").click()
    expect(page.locator(".notice")).to_contain_text("已登记")
    found = [one for one in hall.ask("chen", "GET", "/cases") if one["opened_by"] == "complaint"]
    assert [one["step"] for one in found].count(f"{served['id']}/0") == 1
