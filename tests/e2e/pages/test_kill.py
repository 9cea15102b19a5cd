"""The server is killed under open pages: each says that it may be out of date, and goes on by itself when the server is back."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.house import Server
from tests.e2e.pages.conftest import PASSWORD, START, Hall

pytestmark = pytest.mark.browser
Screen = Callable[[int, int], Page]
SignIn = Callable[..., None]

STALE = "连接已中断，显示可能不是最新，正在恢复…"
LATE_MS = 30_000
SIZE = (1280, 800)


@pytest.fixture
def server(staffed: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[Server]:
    shutil.copytree(staffed[0], tmp_path / "data")
    server = Server(tmp_path / "data", f"{START}@1").start()
    yield server
    server.kill()


def test_console_desk_and_floor_that_are_open_over_a_kill_go_on_without_a_hand(
    server: Server, staffed: tuple[Path, dict[str, str]], screen: Screen, sign_in: SignIn
) -> None:
    hall = Hall(server.url, dict(staffed[1]))
    hall.ask("zhao", "POST", "/accounts", name="guo", role="steward", shown="郭静", password=PASSWORD)
    hall.at("1", "open")
    first, second = hall.take(), hall.take()
    hall.at("1", "call-next")
    pages: dict[str, Page] = {}
    for path, who in (("clerk", "zhang"), ("desk", "guo"), ("floor", "zhou")):
        page = pages[path] = screen(*SIZE)
        page.goto(f"{hall.url}/login?next=/{path}")
        sign_in(page, who)
        page.wait_for_url(f"{hall.url}/{path}")
    console, desk, floor = pages["clerk"], pages["desk"], pages["floor"]
    waiting = floor.locator("[data-zone=A] .count b")
    expect(console.locator(".number")).to_have_text(first["number"])
    expect(desk.locator("#find")).to_be_focused()
    expect(waiting).to_have_text("1")

    server.kill()
    for page in pages.values():
        expect(page.get_by_text(STALE)).to_be_visible(timeout=LATE_MS)
    expect(console.locator(".number")).to_have_text(first["number"])
    expect(waiting).to_have_text("1")

    server.start()
    for page in pages.values():
        expect(page.get_by_text(STALE)).to_be_hidden(timeout=LATE_MS)
    third = hall.take()
    expect(waiting).to_have_text("2", timeout=LATE_MS)
    desk.locator("#find").fill(third["number"])
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("article", name=third["number"], exact=True)).to_be_visible(timeout=LATE_MS)
    hall.at("1", "call-next")
    expect(console.locator(".number")).to_have_text(second["number"], timeout=LATE_MS)
    expect(waiting).to_have_text("1", timeout=LATE_MS)
