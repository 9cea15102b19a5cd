"""What a board shows is true or says that it may not be: over a pulled cable, a wrong clock, a sleep, and with a second screen."""

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.pages.conftest import START, Hall
from tests.e2e.pages.test_board import call, device, shown_code
from tests.e2e.pages.test_voice import until
from tests.fakes.line import Line

pytestmark = pytest.mark.browser
Screen = Callable[[int, int], Page]

SEEN = """() => {
  const seen = window.seen = [];
  const look = () => document.querySelectorAll(".hero .number").forEach((node) => {
    if (!seen.includes(node.textContent)) seen.push(node.textContent);
  });
  new MutationObserver(look).observe(document.querySelector("#board"), { childList: true, subtree: true });
  look();
}"""
"""Every number that had the main area from now on."""
GREY = """() => new MutationObserver(() => { window.grey = window.grey || document.body.matches(".stale"); })
  .observe(document.body, { attributes: true })"""
"""Whether it was ever grey from now on."""
AS_NEW = "an old call was shown as new"
BANNER = "显示可能不是最新，请留意语音或咨询工作人员"
AT = datetime.fromisoformat(START)


class Cable:
    """Between a browser and the server. While it is pulled nothing passes, and nobody is told."""

    def __init__(self, line: Line, loop: asyncio.AbstractEventLoop, host: str | None) -> None:
        """`line` is laid in `loop`; its end here is known by the name `host`."""
        self.url = f"http://{host}:{line.port}"
        self._line, self._loop = line, loop

    def pull(self) -> None:
        """Nothing passes from now on."""
        self._loop.call_soon_threadsafe(self._line.cut)

    def plug(self) -> None:
        """It is in again; what was connected before is not any more."""
        self._loop.call_soon_threadsafe(self._line.mend)


@contextmanager
def cabled(url: str) -> Iterator[Cable]:
    """A cable to the server at `url`, by the same name."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    line = asyncio.run_coroutine_threadsafe(Line(urlsplit(url).port or 80).lay(), loop).result()
    try:
        yield Cable(line, loop, urlsplit(url).hostname)
    finally:
        asyncio.run_coroutine_threadsafe(line.take_up(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def later(hall: Hall, board: Page, minutes: float, seconds: float) -> None:
    """So much later for the hall, which is then so many minutes after START, and for the page."""
    hall.jump((AT + timedelta(minutes=minutes)).isoformat())
    board.clock.fast_forward(int(seconds * 1000))


def test_a_board_behind_a_pulled_cable_says_so_and_afterwards_shows_no_old_call_as_new(
    hall: Hall, screen: Screen
) -> None:
    board = screen(1920, 1080)
    board.clock.install(time=START)
    with cabled(hall.home) as cable:
        board.goto(f"{cable.url}/board/hall")
        expect(board.locator(".quiet-note")).to_be_visible()
        board.evaluate(SEEN)
        rows = board.locator(".row .number")
        cable.pull()
        numbers = [call(hall)]
        board.wait_for_timeout(1000)
        cable.plug()  # a short one: the call is there a little later, and whether it still is new depends on how much
        expect(rows).to_have_text(numbers)
        missed = []
        for minute, away_s in ((10, 60), (30, 600)):
            cable.pull()
            missed.append(call(hall))
            later(hall, board, minute, away_s)
            expect(board.get_by_text(BANNER)).to_be_visible()
            expect(board.locator("body")).to_have_class(re.compile(r"\bstale\b"))
            expect(board.locator(".hero")).to_have_count(0)
            cable.plug()
            expect(board.get_by_text(BANNER)).to_be_hidden()
            numbers.append(missed[-1])
            expect(rows).to_have_text(numbers[::-1])
        fresh = call(hall)
        expect(board.locator(".hero .number")).to_have_text([fresh])
        assert set(board.evaluate("seen")) <= {numbers[0], fresh}, AS_NEW
        expect(rows).to_have_text([fresh, *numbers[::-1]])


@pytest.mark.parametrize("wrong_min", [-5, 5], ids=["five minutes slow", "five minutes fast"])
def test_a_screen_with_a_wrong_clock_shows_the_hall_s_time_and_only_new_calls_as_new(
    hall: Hall, screen: Screen, wrong_min: int
) -> None:
    old = call(hall)
    hall.jump((AT + timedelta(minutes=10)).isoformat())
    board = screen(1920, 1080)
    board.clock.install(time=AT + timedelta(minutes=10 + wrong_min))
    board.goto(f"{hall.url}/board/hall")
    expect(board.locator(".row .number")).to_have_text([old])
    board.evaluate(SEEN)
    expect(board.locator(".clock")).to_have_text(re.compile("^09:4[01]$"))
    new = call(hall)
    expect(board.locator(".hero .number")).to_have_text([new])
    assert board.evaluate("seen") == [new]


def test_a_screen_that_slept_is_grey_until_it_has_heard_what_happened(hall: Hall, screen: Screen) -> None:
    board = screen(1920, 1080)
    board.clock.install(time=START)
    board.goto(f"{hall.url}/board/hall")
    expect(board.locator(".quiet-note")).to_be_visible()
    board.evaluate(GREY)
    hall.jump((AT + timedelta(minutes=10)).isoformat())
    board.clock.set_system_time(
        AT + timedelta(minutes=10)
    )  # the wall's clock went on, the page's ticks did not
    until(board, lambda: bool(board.evaluate("window.grey")))
    expect(board.get_by_text(BANNER)).to_be_hidden()
    number = call(hall)
    expect(board.locator(".hero .number")).to_have_text([number])


def test_two_screens_with_one_token_both_show_every_call_and_the_floor_counts_both(
    hall: Hall, screen: Screen, sign_in: Callable[..., None]
) -> None:
    first, second, floor = (screen(1920, 1080) for _ in range(3))
    first.goto(f"{hall.url}/board")
    code = shown_code(first)
    hall.ask("zhao", "POST", f"/devices/{device(hall, code)}/place", display="hall", name="东墙")
    token = first.evaluate("localStorage.getItem('jiaohao.device')")
    second.add_init_script(f"localStorage.setItem('jiaohao.device', '{token}')")
    second.goto(f"{hall.url}/board")
    floor.goto(f"{hall.url}/login?next=/floor")
    sign_in(floor, "zhou")
    expect(floor.locator(".screens .screen").first).to_contain_text("2块在线")
    for board, window, who in ((first, "1", "zhang"), (second, "2", "li")):
        number = call(hall, window, who)
        expect(board.locator(".hero .number", has_text=number)).to_be_visible()
    assert len(hall.ask("zhao", "GET", "/devices")) == 1
