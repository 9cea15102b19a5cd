"""The auditor's page: who was called out of turn and why, a ticket's life, the log and its proof, in both languages."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.house import HALL_NAME, MACHINE
from tests.e2e.pages.conftest import Hall
from tests.e2e.pages.look import good
from tests.e2e.pages.paper import signed

pytestmark = pytest.mark.browser
Screen = Callable[[int, int], Page]
SignIn = Callable[..., None]
TODAY = "2026-11-23"
WORDS = '=1+1 <img src=x onerror="window.hit = true">'


def out_of_turn(hall: Hall) -> list[dict[str, Any]]:
    """Four tickets; the clerk chooses the third, with words that are an attack, and then goes on in turn."""
    hall.at("1", "open")
    tickets = [hall.take() for _ in range(4)]
    hall.at("1", "call", ticket=tickets[2]["id"], reason=WORDS)
    hall.at("1", "call-next")
    return tickets


@pytest.mark.parametrize("host, language", [(HALL_NAME, "zh"), (MACHINE, "en")])
def test_an_auditor_who_signs_in_sees_who_was_called_out_of_turn_and_follows_it_to_the_log(
    hall: Hall, screen: Screen, sign_in: SignIn, language: str
) -> None:
    say = {"zh": 0, "en": 1}[language]
    tickets = out_of_turn(hall)
    page = screen(1280, 800)
    page.goto(f"{hall.url}/login")
    sign_in(page, "shen")
    page.wait_for_url("**/audit")
    if language == "en":
        page.get_by_role("button", name="English").click()
    sentence = (
        "2次叫号中1次不按顺序，每一次都有理由",
        "1 of 2 calls were out of turn, and each has its reason",
    )
    expect(page.locator(".sentence")).to_contain_text(sentence[say])
    row = page.locator(".rows-of tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(WORDS)
    expect(row).to_contain_text(("窗口点名叫号", "Chosen by the clerk")[say])
    page.get_by_role("button", name=re.compile(("没有理由", "No reason")[say])).click()
    expect(row).to_have_count(0)
    page.get_by_role("button", name=("看全部", "Show all")[say]).click()
    good(page)
    with page.expect_download() as saved:
        page.get_by_role("link", name=("下载表格（CSV）", "Download as CSV")[say]).click()
    assert saved.value.suggested_filename == f"skips-{TODAY}.csv"
    assert "'=1+1" in saved.value.path().read_text(encoding="utf-8-sig")
    hall_name = ("晋城市政务大厅", "Jincheng Government Service Hall")[say]
    (sheet,) = signed(page, hall_name, ("不按顺序的叫号", "Calls out of turn")[say], TODAY)
    assert WORDS.replace(" ", "") in sheet
    assert ("事件日志", "Eventlog")[say] not in sheet, "what can be pressed is not on paper"
    row.get_by_role("link", name=tickets[2]["number"]).click()
    life = page.get_by_role("region", name=tickets[2]["number"])
    expect(life.locator(".story").first).to_contain_text(("取号A003", "A003 taken")[say])
    expect(life.locator(".story").nth(1)).to_contain_text(("越过2人", "passing 2 over")[say])
    good(page)
    page.get_by_role("link", name=("事件日志", "Event log")[say]).click()
    page.get_by_label(("命令", "Command")[say]).select_option("windows.call")
    expect(page.locator(".entries tbody tr")).to_have_count(1)
    page.locator(".entries button").click()
    expect(page.locator(".raw")).to_contain_text('"skipped":2')
    good(page)
    assert page.evaluate("window.hit") is None


@pytest.mark.parametrize("host", [MACHINE])
def test_every_page_of_a_log_on_paper_says_whose_it_is_and_what_of_it_is_there(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    for _ in range(60):
        hall.take()
    page = screen(1280, 800)
    page.goto(f"{hall.url}/audit#/log")
    sign_in(page, "shen")
    page.get_by_label("命令").select_option("tickets.take")
    expect(page.locator(".entries tbody tr")).to_have_count(60)
    first, *more = signed(page, "晋城市政务大厅", "事件日志", TODAY, "打印")
    assert "这里印出60条" in first
    assert "只含:命令取号" in first
    assert "A060" in first
    assert "A001" in more[-1]


@pytest.mark.parametrize("host", [MACHINE])
def test_the_chain_is_checked_from_the_page_days_without_calls_say_so_and_a_clerk_is_shown_out(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    out_of_turn(hall)
    page = screen(1920, 1080)
    page.goto(f"{hall.url}/audit#/proof")
    sign_in(page, "shen")
    expect(page.get_by_text("这台服务器还没有核对过日志")).to_be_visible()
    page.get_by_role("button", name="现在核对").click()
    expect(page.locator(".all-well")).to_contain_text("完好")
    good(page)
    page.get_by_role("link", name="不按顺序的叫号").click()
    page.get_by_role("link", name="前一天").click()
    expect(page.locator(".sentence")).to_contain_text("这一天没有叫号")
    page.get_by_role("link", name="大厅总览").click()
    page.get_by_role("link", name="效能监察").click()
    expect(page.locator(".sentence")).to_contain_text("2次叫号中1次不按顺序")
    page = screen(1280, 800)
    page.goto(f"{hall.url}/audit")
    sign_in(page, "zhang")
    expect(page.get_by_role("link", name="打开窗口工作台")).to_be_visible()
