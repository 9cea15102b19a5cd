"""A hundred calls in one minute on one board in a real browser: each in the list, in order, and in the main area for its time."""

from pathlib import Path
from time import monotonic

import msgspec
from playwright.sync_api import Page

from tests.bench.boards import opened, television
from tests.bench.rig import Generator, Real, Yard

CALLS, MINUTE_S = 100, 60.0
LISTED_S = 1.0
"""By when a call is in the list."""
LEAST_S = 2.0
"""For how long it has the main area, at so many."""
JITTER_S = 0.1
"""Between the moments at which the page decides and at which it is looked at."""
PATIENCE_S = 90.0

WATCH = """() => {
  const seen = window.seen = { listed: {}, order: [], since: {}, stood: {}, most: 0 };
  const look = () => {
    const now = performance.timeOrigin + performance.now();
    const rows = Array.from(document.querySelectorAll(".row .number"), (node) => node.textContent);
    for (const number of rows.reverse()) if (!seen.listed[number]) { seen.listed[number] = now; seen.order.push(number); }
    const heroes = Array.from(document.querySelectorAll(".hero .number"), (node) => node.textContent);
    for (const number of heroes) if (!seen.since[number]) seen.since[number] = now;
    for (const number in seen.since) {
      if (!heroes.includes(number) && !seen.stood[number]) seen.stood[number] = now - seen.since[number];
    }
    seen.most = Math.max(seen.most, heroes.length);
  };
  new MutationObserver(look).observe(document.querySelector("#board"), { childList: true, subtree: true });
}"""
"""When each number was first in the list, in which order they came there, and for how long each had the main area, in ms."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a board made of them, in seconds: the slowest into the list, the shortest in the main area; how many at once there."""

    calls: int
    took_s: float
    slowest_s: float
    shortest_s: float
    most: int


def rush(folder: Path) -> Outcome:
    """Call so many, one after another in even steps. AssertionError for one that is missing, or out of its order."""
    generator, real = Generator(), Real(Yard(folder))
    try:
        real.open_windows()
        real.fill(generator, 4 * CALLS, "board")
        with television() as browser:
            board = opened(browser, real)
            board.wait_for_selector("#board:not([hidden])")
            board.evaluate(WATCH)
            return _called(real, board)
    finally:
        generator.stop()
        real.stop()


def _called(real: Real, board: Page) -> Outcome:
    windows = [window.id for window in real.hall.windows]
    origin_ms: float = board.evaluate("performance.timeOrigin + performance.now()")
    begun = monotonic()
    asked_ms: dict[str, float] = {}
    for turn in range(CALLS):
        board.wait_for_timeout(max(0.0, begun + turn * MINUTE_S / CALLS - monotonic()) * 1000)
        at_ms = origin_ms + (monotonic() - begun) * 1000
        asked_ms[real.call_next(windows[turn % len(windows)])] = at_ms
    took_s = monotonic() - begun
    board.wait_for_function(
        "count => Object.keys(seen.stood).length === count", arg=CALLS, timeout=PATIENCE_S * 1000
    )
    seen = board.evaluate("seen")
    assert seen["order"] == list(asked_ms), "the list is not in the order of the calls"
    assert seen["stood"].keys() == asked_ms.keys(), "not every call had the main area"
    return Outcome(
        calls=CALLS,
        took_s=took_s,
        slowest_s=max(seen["listed"][number] - at_ms for number, at_ms in asked_ms.items()) / 1000,
        shortest_s=min(seen["stood"].values()) / 1000,
        most=seen["most"],
    )
