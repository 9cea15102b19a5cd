"""The power of a whole hall fails: every program is gone at once, and they come back in any order, one with a wrong clock.

Every open ticket and every window is as it was, nobody touches a device or a screen to have it work again, and the first person is
called soon after the server is back.

Pages are opened at this machine and at the hall's own name by plain HTTP, without a cut for each: the board is there by the other
name after every cut, the first one by the hall's, and the page of administration by both.
"""

import json
from collections.abc import Sequence
from datetime import timedelta
from random import Random
from time import monotonic
from typing import Any

from playwright.sync_api import Page, Playwright, expect

from tests.e2e.hall import BOARD, PARTS, PASSWORD, Hall
from tests.e2e.house import HALL_NAME, MACHINE, known_as, until
from tests.power.wall import wrong

FIRST_CALL_S = 60.0
"""From the start of the server to the first call."""
DAY = timedelta(days=1)
CLOCKS = (
    ("server", -DAY),
    ("server", DAY),
    ("kiosk", DAY),
    ("agent", -DAY),
    (BOARD, DAY),
    ("kiosk", -DAY),
    ("agent", DAY),
)
"""Whose clock may be wrong, and by how much."""
SERVICE = "project-filing"
LOST = "二楼"
"""A screen that does not come back."""
STANDING = (
    "id",
    "number",
    "service",
    "state",
    "class",
    "window",
    "ahead",
    "issued_at",
    "called_at",
    "recalls",
)
"""What of a ticket a cut of the power leaves as it is."""


def orders(chance: Random, count: int) -> list[tuple[list[str], tuple[str, timedelta]]]:
    """So many orders in which everything comes back, each with a part whose clock is wrong: a different one each time."""
    clocks = chance.sample(CLOCKS, count)
    return [(chance.sample((*PARTS, BOARD), len(PARTS) + 1), clock) for clock in clocks]


class Blackout:
    """A hall at work, and the power that fails."""

    def __init__(self, hall: Hall, playwright: Playwright) -> None:
        """In a hall of which nothing runs yet; a `board` is watched with Playwright."""
        self._hall, self._playwright = hall, playwright
        self._clerks: dict[str, str] = {}

    def open(self) -> None:
        """Window 1 serves somebody, window 2 has called somebody after one who did not come, window 3 has a break; others wait."""
        hall = self._hall
        hall.server.user("root", "admin", PASSWORD)
        hall.open(BOARD)
        self._lose_a_screen()
        self._sign_in()
        for window in self._clerks:
            self._at(window, "open")
        self._at("3", "pause", reason="复印机故障")
        for _ in range(6):
            self._ask("POST", "/tickets", hall.token, {"service": SERVICE})
        self._at("1", "call-next")
        self._at("1", "start")
        self._at("2", "call-next")
        self._at("2", "no-show")
        self._at("2", "call-next")

    def strike(self, order: Sequence[str], clock: tuple[str, timedelta]) -> float:
        """Cut the power while a kiosk prints, start all parts in an order; seconds from the server's start to the first call."""
        hall = self._hall
        known = len(hall.tickets())
        hall.touch()
        until(lambda: len(hall.tickets()) > known, "the ticket whose paper the cut will tear")
        before = self._seen()
        hall.cut()

        started_s = 0.0
        for part in order:
            if part == "server":
                started_s = monotonic()
            hall.begin(part, **(wrong(clock[1]) if part == clock[0] else {}))
        assert self._seen() == before, "tickets or windows are not as they were"
        return self._resume(started_s, _told(*before))

    def _sign_in(self) -> None:
        """Manager and clerks."""
        login = self._hall.server.login
        self._hall.boss = login("boss", PASSWORD)
        self._clerks = {
            window: login(name, PASSWORD) for window, name in (("1", "zhang"), ("2", "li"), ("3", "wang"))
        }

    def _lose_a_screen(self) -> None:
        """A board that has its place, and will not be there after the cut."""
        screen = self._ask("POST", "/devices/pair", "", {"kind": "display", "name": LOST, "token": "s" * 40})
        root = self._hall.server.login("root", PASSWORD)
        self._ask("POST", f"/devices/{screen['id']}/place", root, {"display": "hall"})

    def _resume(self, started_s: float, told: str) -> float:
        """Nobody does more than what they do on any day; whoever administers the hall is `told` what the cut was."""
        hall = self._hall
        agent, bar, caller = (hall.programs[part] for part in ("agent", "bar", "caller"))
        serving, called = (self._window(window)["ticket"] for window in ("1", "2"))
        agent.expect(lambda line: line.startswith("ready"), FIRST_CALL_S)
        bar.expect(lambda line: f"正在办理 {self._number(serving)}" in line)
        caller.expect(lambda line: '"ticket"' in line)
        caller.write("press call 5")
        first = until(lambda: self._called_at("1", after=serving), "the first call", FIRST_CALL_S)
        took_s = monotonic() - started_s
        bar.expect(lambda line: f"请{first}号到1号窗口" in line)
        with hall.board(self._playwright) as board:
            for number in (first, self._number(called)):
                expect(board.locator("main.calls")).to_contain_text(number, timeout=FIRST_CALL_S * 1000)
            assert board.context.browser is not None
            with board.context.browser.new_context() as apart:
                for host in (HALL_NAME, MACHINE):
                    self._administer(apart.new_page(), host, told)
        self._at("1", "start")
        paper = hall.take()
        until(
            lambda: any(one["number"] in paper["text"] for one in hall.tickets()),
            "the printed number in the hall",
        )
        numbers = [ticket["number"] for ticket in hall.tickets()]
        assert len(numbers) == len(set(numbers)), "a number was given twice"
        assert hall.server.line("verify").startswith("完好")
        return took_s

    def _administer(self, page: Page, host: str, told: str) -> None:
        """The page of administration says in a sentence what was open, and who is missing."""
        page.goto(f"{known_as(self._hall.server.url, host)}/admin")
        page.locator("#name").fill("root")
        page.locator("#password").fill(PASSWORD)
        page.keyboard.press("Enter")
        cut = page.get_by_role("region", name="断电或故障后已恢复")
        expect(cut).to_contain_text(told, timeout=FIRST_CALL_S * 1000)
        expect(cut).to_contain_text(f"还没有连上的设备1台：叫号屏 {LOST}。")

    def _seen(self) -> Any:
        """Every ticket and window, as far as a cut of the power leaves it alone."""
        tickets = [{name: ticket.get(name) for name in STANDING} for ticket in self._hall.tickets()]
        windows = self._ask("GET", "/windows", self._hall.boss)
        return json.loads(json.dumps([tickets, windows], sort_keys=True))

    def _window(self, id_: str) -> dict[str, Any]:
        windows: list[dict[str, Any]] = self._ask("GET", "/windows", self._hall.boss)
        return next(window for window in windows if window["id"] == id_)

    def _number(self, id_: str) -> str:
        return next(str(ticket["number"]) for ticket in self._hall.tickets() if ticket["id"] == id_)

    def _called_at(self, window: str, *, after: str) -> str | None:
        """The number of the ticket at a window, once it is another one."""
        there = self._window(window)["ticket"]
        return self._number(there) if there not in (None, after) else None

    def _at(self, window: str, verb: str, **fields: Any) -> Any:
        return self._ask("POST", f"/windows/{window}/{verb}", self._clerks[window], fields)

    def _ask(self, method: str, path: str, token: str, body: Any = None) -> Any:
        answer = self._hall.server.ask(method, path, token, body)
        assert answer.status < 300, answer.text
        return answer.json


def _told(tickets: list[dict[str, Any]], windows: list[dict[str, Any]]) -> str:
    """What was open, in words."""
    states = [ticket["state"] for ticket in tickets]
    waiting, called, serving = (states.count(state) for state in ("waiting", "called", "serving"))
    attended = sum(window["state"] != "closed" for window in windows)
    return f"当时等候{waiting}张、已叫号{called}张、办理中{serving}张，开着{attended}个窗口"
