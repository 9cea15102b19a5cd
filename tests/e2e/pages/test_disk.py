"""Pages of a hall whose disk fails: they say so, show the last good state, never an empty one, and go on by themselves."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.pages.conftest import PASSWORD, Hall, Refused
from tests.e2e.pages.test_clerk import press
from tests.power.disk import FAULTS, Disk

pytestmark = pytest.mark.browser
Screen = Callable[[int, int], Page]
SignIn = Callable[..., None]

STALE = "显示可能不是最新，请留意语音或咨询工作人员"
CANNOT_SAVE = "系统暂时不能保存，请稍候，已有内容不会丢失。"
LOOK_AT_THE_DISK = "系统暂时不能保存，已有内容不会丢失。请技术人员看服务器的磁盘，腾出空间后自己恢复。"
LATE_MS = 30_000
NEVER_EMPTY = """() => {
    window.emptied = 0;
    const look = () => {
        const board = document.querySelector("#board");
        const rows = [...document.querySelectorAll(".row .number")].map((node) => node.textContent);
        if (!board || board.hidden || rows.length === 0) window.emptied += 1;
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path, "hall.sqlite3")


@pytest.fixture
def environment(disk: Disk) -> dict[str, str]:
    return disk.environment


@pytest.mark.parametrize("fault", ["full", "broken"])
def test_a_board_keeps_the_last_good_state_marked_and_a_clerk_is_told_until_the_disk_heals(
    hall: Hall, disk: Disk, screen: Screen, sign_in: SignIn, fault: str
) -> None:
    hall.at("1", "open")
    first, second, third = hall.take(), hall.take(), hall.take()
    hall.at("1", "call-next")
    console = screen(1280, 800)
    console.goto(f"{hall.url}/clerk")
    sign_in(console, "zhang")
    expect(console.locator(".number")).to_have_text(first["number"])
    board = screen(1920, 1080)
    board.goto(f"{hall.url}/board/hall")
    numbers = board.locator(".row .number")
    counts = board.locator(".count")
    expect(numbers).to_have_text([first["number"]])
    before = counts.all_text_contents()
    assert "2" in before
    board.evaluate(NEVER_EMPTY)

    with disk.failing(FAULTS[fault]):
        console.keyboard.press("Enter")  # serving begins, or so the clerk would like
        expect(console.get_by_text(CANNOT_SAVE)).to_be_visible(timeout=LATE_MS)
        expect(board.get_by_text(STALE)).to_be_visible(timeout=LATE_MS)
        expect(console.locator(".number")).to_have_text(first["number"])
        expect(console.locator(".current.serving")).to_have_count(0)
        expect(numbers).to_have_text([first["number"]])
        assert counts.all_text_contents() == before
        newcomer = screen(1920, 1080)
        newcomer.goto(f"{hall.url}/board/hall")
        expect(newcomer.locator(".row .number")).to_have_text([first["number"]])
        expect(newcomer.get_by_text(STALE)).to_be_visible(timeout=LATE_MS)
        assert newcomer.locator(".count").all_text_contents() == before

    expect(console.get_by_text(CANNOT_SAVE)).to_be_hidden(timeout=LATE_MS)
    expect(console.locator(".current.serving")).to_be_visible(timeout=LATE_MS)
    assert hall.states(first, second, third) == ["serving", "waiting", "waiting"], "asked for once, done once"
    for page in (board, newcomer):
        expect(page.get_by_text(STALE)).to_be_hidden(timeout=LATE_MS)
    press(console, "Enter")
    expect(console.locator(".number")).to_have_text(second["number"], timeout=LATE_MS)
    for page in (board, newcomer):
        expect(page.locator(".row .number").first).to_have_text(second["number"], timeout=LATE_MS)
    assert board.evaluate("window.emptied") == 0


def test_desk_floor_and_administration_say_so_and_keep_what_they_show_until_the_disk_heals(
    hall: Hall, disk: Disk, screen: Screen, sign_in: SignIn
) -> None:
    hall.ask("zhao", "POST", "/accounts", name="guo", role="steward", shown="郭静", password=PASSWORD)
    first = hall.take()
    pages: dict[str, Page] = {}
    for path, who in (("desk", "guo"), ("floor", "zhou"), ("admin", "zhao")):
        page = pages[path] = screen(1280, 800)
        page.goto(f"{hall.url}/login?next=/{path}")
        sign_in(page, who)
        page.wait_for_url(f"{hall.url}/{path}*")
    desk, waiting = pages["desk"], pages["floor"].locator("[data-zone=A] .count b")
    desk.locator("#find").fill(first["number"])
    desk.keyboard.press("Enter")
    card = desk.get_by_role("article", name=first["number"], exact=True)
    for shown in (card, waiting.get_by_text("1", exact=True), pages["admin"].locator("nav a").first):
        expect(shown).to_be_visible()

    with disk.failing(FAULTS["full"]):
        with pytest.raises(Refused, match=r"store\.unavailable"):
            hall.take()
        for path, page in pages.items():
            told = CANNOT_SAVE if path == "desk" else LOOK_AT_THE_DISK
            expect(page.get_by_text(told)).to_be_visible(timeout=LATE_MS)
        expect(pages["floor"].locator(".verdict.alarm")).to_have_text(
            "!!现在存不了，叫不了号；投资项目有人等候，没有窗口开放"
        )
        expect(card).to_be_visible()
        expect(waiting).to_have_text("1")
        expect(pages["admin"].locator("nav a").first).to_be_visible()

    for page in pages.values():
        expect(page.get_by_text("系统暂时不能保存")).to_be_hidden(timeout=LATE_MS)
    expect(pages["floor"].locator(".verdict")).not_to_contain_text("存不了")
    hall.take()
    expect(waiting).to_have_text("2", timeout=LATE_MS)
