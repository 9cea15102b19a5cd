"""A board in a real Chromium, beside the screens of a hall: from a call's answer to its picture, and the first picture of all."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep, time

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.load import share
from tests.bench.measure import BOARD, HALL, say
from tests.bench.report import Row
from tests.bench.rig import Generator, Real, Yard

CALLS, EVERY_S = 100, 0.3
OPENED = 9
"""How often a board is opened."""
PAINTED_MS, FIRST_MS = 100.0, 1500.0

STAMPS = """(() => {
  window.stamps = [];
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (text) {
    if (text.indexOf('{"shown"') === 0) window.stamps.push(performance.timeOrigin + performance.now());
    return send.call(this, text);
  };
})()"""
"""When the board said of each call that it was painted, on the clock of the machine."""
FIRST = """() => new Promise((done) => {
  const look = () => {
    if (document.querySelector("#board .row, #board .quiet-note")) {
      requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())));
    } else requestAnimationFrame(look);
  };
  look();
})"""
"""When a board was first painted, from the beginning of its opening."""


def rows(folder: Path) -> list[Row]:
    """Both figures."""
    generator, real = Generator(), Real(Yard(folder))
    try:
        real.open_windows()
        real.fill(generator, 4 * CALLS, "boards")
        generator.screens(real.port, HALL, BOARD)
        with television() as browser:
            painted_ms = sorted(_painted_ms(real, opened(browser, real)))
            first_ms = sorted(_first_ms(browser, real) for _ in range(OPENED))
    finally:
        generator.stop()
        real.stop()
    figures = (
        (f"call answered to painted by Chromium, {HALL} other screens, p50", share(painted_ms, 0.5), None),
        (
            f"call answered to painted by Chromium, {HALL} other screens, p99",
            share(painted_ms, 0.99),
            PAINTED_MS,
        ),
        ("a board opened to its first picture, p50", share(first_ms, 0.5), FIRST_MS),
    )
    for what, found, _ in figures:
        say(f"  {what}: {found:.0f} ms")
    return [
        Row(
            what,
            f"{found:.0f} ms",
            "",
            "",
            f"<= {most:g} ms" if most else "",
            found <= most if most else None,
        )
        for what, found, most in figures
    ]


@contextmanager
def television() -> Iterator[Browser]:
    """A browser as it runs behind a board."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or "/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"],
        )
        try:
            yield browser
        finally:
            browser.close()


def opened(browser: Browser, real: Real) -> Page:
    """The hall's board, opened in full HD with nothing kept from before."""
    page = browser.new_context(viewport={"width": 1920, "height": 1080}).new_page()
    page.add_init_script(STAMPS)
    page.goto(f"http://127.0.0.1:{real.port}/board/hall?mute", wait_until="commit")
    return page


def _first_ms(browser: Browser, real: Real) -> float:
    page = opened(browser, real)
    found: float = page.evaluate(FIRST)
    page.context.close()
    return found


def _painted_ms(real: Real, board: Page) -> Iterator[float]:
    board.wait_for_selector("#board:not([hidden])")
    windows = [window.id for window in real.hall.windows]
    for turn in range(CALLS):
        real.call_next(windows[turn % len(windows)])
        answered = time() * 1000
        board.wait_for_function("count => stamps.length > count", arg=turn)
        yield max(board.evaluate("count => stamps[count]", turn) - answered, 0.0)
        sleep(EVERY_S)
