"""Who is at which window: one page of a clerk at a time, a change of windows, and a manager who takes over what was left."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.house import HALL_NAME
from tests.e2e.pages.conftest import Hall, serving
from tests.e2e.pages.look import good

pytestmark = pytest.mark.browser
Screen = Callable[[int, int], Page]
SignIn = Callable[..., None]

NARROW, WIDE = (360, 720), (1280, 800)


@pytest.fixture(scope="module")
def house(staffed: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """One server for the module: each test has windows of its own."""
    home = tmp_path_factory.mktemp("place")
    shutil.copytree(staffed[0], home / "data")
    with serving(home / "data", dict(staffed[1]), home / "server.err", host=HALL_NAME) as running:
        yield running


def opened(house: Hall, screen: Screen, sign_in: SignIn, who: str, at: str, size: tuple[int, int]) -> Page:
    """A page on which somebody has signed in."""
    page = screen(*size)
    page.goto(f"{house.url}/{at}")
    sign_in(page, who)
    return page


def test_one_page_of_a_clerk_holds_their_window_and_another_asks_first(
    house: Hall, screen: Screen, sign_in: SignIn
) -> None:
    first = opened(house, screen, sign_in, "zhang", "clerk", WIDE)
    first.get_by_role("button", name="1号窗口 可开窗", exact=True).click()
    expect(first.get_by_role("heading", name="等待叫号")).to_be_visible()
    second = opened(house, screen, sign_in, "zhang", "clerk", NARROW)
    expect(
        second.get_by_role("heading", name="您的账号已在另一台电脑上打开1号窗口，是否接管？")
    ).to_be_visible()
    good(second)
    second.get_by_role("button", name="取消").click()
    expect(second.get_by_role("heading", name="您的账号正在另一台电脑上使用此窗口")).to_be_visible()
    expect(first.get_by_role("heading", name="等待叫号")).to_be_visible()
    second.get_by_role("button", name="接管", exact=True).click()
    second.get_by_role("dialog").get_by_role("button", name="接管", exact=True).click()
    expect(second.get_by_role("heading", name="等待叫号")).to_be_visible()
    expect(first.get_by_role("heading", name="您的账号正在另一台电脑上使用此窗口")).to_be_visible()
    good(first)


def test_a_clerk_who_changes_windows_is_asked_to_leave_the_first_unless_a_ticket_is_there(
    house: Hall, screen: Screen, sign_in: SignIn
) -> None:
    page = opened(house, screen, sign_in, "li", "clerk", NARROW)
    page.get_by_role("button", name="3号窗口 可开窗", exact=True).click()
    expect(page.get_by_role("heading", name="等待叫号")).to_be_visible()
    good(page)
    page.get_by_role("button", name="换窗口").click()
    page.get_by_role("button", name="4号窗口 可开窗", exact=True).click()
    expect(page.get_by_role("heading", name="您还在3号窗口，是否换窗口？")).to_be_visible()
    good(page)
    page.get_by_role("button", name="换到4号窗口").click()
    expect(page.get_by_role("heading", name="等待叫号")).to_be_visible()
    windows = {one["id"]: one for one in house.ask("zhou", "GET", "/windows")}
    assert (windows["3"]["state"], windows["4"]["clerk"]) == ("closed", "li")
    ticket = house.take(windows["4"]["services"][0])
    expect(page.locator(".actions")).to_have_attribute("data-ready", "true")
    page.keyboard.press("Enter")
    expect(page.locator(".current .number")).to_have_text(ticket["number"])
    page.get_by_role("button", name="换窗口").click()
    page.get_by_role("button", name="3号窗口 可开窗", exact=True).click()
    expect(page.get_by_role("heading", name=f"{ticket['number']}还在4号窗口")).to_be_visible()
    good(page)
    page.get_by_role("button", name="回到4号窗口").click()
    expect(page.locator(".current .number")).to_have_text(ticket["number"])
    house.at("4", "finish", "zhou", reason="测试")
    house.at("4", "close", "zhou", reason="测试")


def test_a_manager_takes_over_what_a_clerk_left_and_gives_the_window_on(
    house: Hall, screen: Screen, sign_in: SignIn
) -> None:
    service = next(one for one in house.ask("zhou", "GET", "/windows") if one["id"] == "9")["services"][0]
    left = house.take(service)
    house.at("9", "open", "wang")
    house.at("9", "call-next", "wang")
    house.at("9", "start", "wang")
    floor = opened(house, screen, sign_in, "zhou", "floor", NARROW)
    window = floor.get_by_role("button", name=f"9号窗口 办理中 {left['number']}")
    window.click()
    expect(floor.get_by_text(f"wang正在办理{left['number']}")).to_be_visible()
    floor.get_by_label("由我接管，号票留在窗口").check()
    floor.get_by_label("人已离开").check()
    good(floor)
    floor.get_by_role("button", name="确定").click()
    expect(floor.get_by_text(f"您正在办理{left['number']}")).to_be_visible()
    floor.get_by_label("号票办结").check()  # asked once: no reason is asked for again
    expect(floor.get_by_label("人已离开")).to_have_count(0)
    floor.get_by_role("button", name="确定").click()
    expect(floor.get_by_text("您在岗，窗口没有号票")).to_be_visible()
    assert house.states(left) == ["served"]
    floor.get_by_label("交给窗口人员").check()
    floor.get_by_label("窗口人员账号").fill("zhang-2")
    good(floor)
    floor.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    good(floor)
    floor.get_by_role("button", name="确定").click()
    expect(floor.get_by_role("dialog")).to_have_count(0)
    expect(floor.get_by_role("button", name="9号窗口 空闲", exact=False)).to_be_visible()
    kept = next(one for one in house.ask("zhou", "GET", "/windows") if one["id"] == "9")
    assert (kept["clerk"], kept["state"]) == ("zhang-2", "open")


def test_slips_are_keyed_in_one_after_the_other_with_the_keyboard_alone(
    house: Hall, screen: Screen, sign_in: SignIn
) -> None:
    first, second = house.ask("zhou", "POST", "/slips", zone="J", count=2)["numbers"]
    house.jump("2026-11-23T11:00:00+08:00")
    desk = opened(house, screen, sign_in, "zhou", "desk", WIDE)
    expect(desk.locator("#find")).to_be_focused()
    desk.keyboard.press("F4")
    expect(desk.get_by_label("号码", exact=True)).to_be_focused()
    good(desk)
    desk.keyboard.type(first.lower())
    expect(desk.get_by_role("dialog").locator("select").first).to_have_value("J")  # a letter chooses its zone
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("alert")).to_contain_text("请输入发号的日期和时间")
    expect(desk.get_by_label("发号时间")).to_be_focused()
    desk.keyboard.type("1005")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("status").filter(has_text=f"{first}已录入")).to_be_visible()
    expect(desk.get_by_label("号码", exact=True)).to_have_value(second)
    expect(desk.get_by_label("发号时间")).to_be_focused()
    desk.keyboard.type("10:02")
    desk.keyboard.press("Enter")
    expect(desk.locator(".slips li")).to_have_count(2)
    expect(desk.locator(".slips li").first).to_contain_text("前面没有人")  # handed out before the other one
    desk.keyboard.type("1010")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("alert")).to_contain_text("没有印过")
    good(desk)
    desk.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    good(desk)
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("dialog")).to_have_count(0)
