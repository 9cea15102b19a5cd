"""The server is killed under open pages: each says that it may be out of date, and goes on by itself when the server is back.

A kill is waited for long, and once is enough for all pages: each is open twice, at this machine and at the hall's name by plain
HTTP, which browsers do not trust.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.house import HALL_NAME, MACHINE, Server, known_as
from tests.e2e.pages.conftest import PASSWORD, START, Hall
from tests.e2e.pages.test_clerk import press
from tests.e2e.pages.test_truth import BANNER, SEEN
from tests.e2e.pages.test_voice import until

pytestmark = pytest.mark.browser
Screen = Callable[[int, int], Page]
SignIn = Callable[..., None]

STALE = "连接已中断，显示可能不是最新，正在恢复…"
LATE_MS = 30_000
SIZE = (1280, 800)
CLERKS = {MACHINE: ("1", "zhang"), HALL_NAME: ("2", "li")}
"""Who attends which window at a console opened there: a window is held by one page only."""


@pytest.fixture
def server(staffed: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[Server]:
    shutil.copytree(staffed[0], tmp_path / "data")
    server = Server(tmp_path / "data", f"{START}@1").start()
    yield server
    server.kill()


def test_board_console_desk_and_floor_that_are_open_over_a_kill_go_on_without_a_hand(
    server: Server, staffed: tuple[Path, dict[str, str]], screen: Screen, sign_in: SignIn
) -> None:
    hall = Hall(server.url, dict(staffed[1]))
    hall.ask("zhao", "POST", "/accounts", name="guo", role="steward", shown="郭静", password=PASSWORD)
    first, second = ([hall.take() for _ in CLERKS] for _ in range(2))
    pages: dict[tuple[str, str], Page] = {}
    for host, (window, clerk) in CLERKS.items():
        hall.at(window, "open", clerk)
        hall.at(window, "call-next", clerk)
        for path, who in (("clerk", clerk), ("desk", "guo"), ("floor", "zhou")):
            page = pages[path, host] = screen(*SIZE)
            page.goto(f"{known_as(hall.url, host)}/login?next=/{path}")
            sign_in(page, who)
            page.wait_for_url(f"{known_as(hall.url, host)}/{path}")

    boards = [_board(screen, hall, host) for host in CLERKS]

    def shows(called: list[dict[str, str]], waiting: int) -> None:
        for host, ticket in zip(CLERKS, called, strict=True):
            console, floor = pages["clerk", host], pages["floor", host]
            expect(console.locator(".number")).to_have_text(ticket["number"], timeout=LATE_MS)
            expect(floor.locator("[data-zone=A] .count b")).to_have_text(str(waiting), timeout=LATE_MS)
        for board in boards:
            expect(board.locator(".row .number", has_text=called[-1]["number"])).to_be_visible(
                timeout=LATE_MS
            )

    shows(first, waiting=len(CLERKS))
    for host in CLERKS:
        expect(pages["desk", host].locator("#find")).to_be_focused()

    server.kill()
    for page in pages.values():
        expect(page.get_by_text(STALE)).to_be_visible(timeout=LATE_MS)
    for board in boards:
        expect(board.get_by_text(BANNER)).to_be_visible(timeout=LATE_MS)
        board.evaluate(SEEN)
    shows(first, waiting=len(CLERKS))

    server.start()
    for page in pages.values():
        expect(page.get_by_text(STALE)).to_be_hidden(timeout=LATE_MS)
    for board in boards:
        expect(board.get_by_text(BANNER)).to_be_hidden(timeout=LATE_MS)
    last = hall.take()
    shows(first, waiting=len(CLERKS) + 1)
    for host in CLERKS:
        desk = pages["desk", host]
        desk.locator("#find").fill(last["number"])
        desk.keyboard.press("Enter")
        expect(desk.get_by_role("article", name=last["number"], exact=True)).to_be_visible(timeout=LATE_MS)
    for host in CLERKS:
        console = pages["clerk", host]
        press(console, "Enter")
        expect(console.locator(".current.serving")).to_be_visible(timeout=LATE_MS)
        press(console, "Enter")
    shows(second, waiting=1)
    until(boards[0], lambda: all(_seen(board) == {one["number"] for one in second} for board in boards))


def _board(screen: Screen, hall: Hall, host: str) -> Page:
    """The hall's board, opened at one of its names."""
    board = screen(1920, 1080)
    board.goto(f"{known_as(hall.url, host)}/board/hall")
    return board


def _seen(board: Page) -> set[str]:
    """Who had the main area of a board since it was asked to remember."""
    return set(board.evaluate("seen"))
