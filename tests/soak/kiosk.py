"""Visitor after visitor at a real kiosk window, by real taps: through all zones, both languages and the ways in which the screen
can be, with a real server and a simulated printer. What the kiosk's process takes is read after each ticket.

A screen takes no touch in the first quarter of a second, so that a thousand tickets take more than a piece's ten minutes: as many
are taken as there is time for, and the growth of a thousand is told from theirs.
"""

import queue
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import linear_regression
from subprocess import Popen
from typing import NamedTuple

from queue_server.wire.face import tokens
from tests.bench.kiosk import Roll, finger, plugged
from tests.bench.rig import memory_mb
from tests.e2e.hall import TAKE, Hall, home
from tests.e2e.house import until

SECONDS, WARM = 500.0, 60
"""So long visitors come, and after so many of them everything has been seen once."""
TICKETS, MOST_MB = 1000, 250.0
"""What the kiosk may take after so many tickets."""
A_TICKET_KB = 20.0
"""By how much it may grow with each: its journal of the day, and texts of new figures, take a few."""
PATIENCE_S, PRESS_S, PRESSES = 30.0, 0.3, 80
"""A finger that was not heard tries again, and so often."""
ZONES = {letter: (286 + 512 * (n % 2), 453 + 264 * (n // 2)) for n, letter in enumerate("ABCDEFGHJK")}
EASY, LOW, STRONG, LANGUAGE, MINE, SEARCH = (
    (200, 1727),
    (540, 1727),
    (880, 1727),
    (900, 1848),
    (180, 1848),
    (870, 226),
)
SERVICE, BACK, DONE = (300, 577), (180, 1848), (843, 1722)
HEAD, TAKES, PRINTED, LARGE = (10, 200), (400, 1620), (80, 1500), (60, 474)
"""Where colours tell the band of a zone, 取号, the bar of a printed ticket and the elders' first service."""
TITLE = (0, 160, 700, 330)
"""The question of the home screen."""
Place = tuple[int, int]


class Outcome(NamedTuple):
    """Tickets; MB after WARM of them, at the end, and what a thousand would take; KB more with each ticket."""

    tickets: int
    warm_mb: float
    end_mb: float
    thousand_mb: float
    ticket_kb: float


class Visitors:
    """Whoever comes to the kiosk of a hall."""

    def __init__(self, hall: Hall, printer: Roll, hand: "Popen[str]") -> None:
        self._glass, self._printer, self._hand = hall.glass, printer, hand
        self._colour = tokens().colour

    def come(self, number: int) -> None:
        """One of them: every second for a ticket as most take it, the others each in another way."""
        ways = (self._english, self._easy, self._looks, self._strong)
        letter = "ABCDEFGHJK"[number % len(ZONES)]
        if number % 2 == 0:
            self._take(letter)
        else:
            ways[number // 2 % len(ways)](letter)

    def _press(self, place: Place, seen: Callable[[], bool], what: str) -> None:
        assert self._hand.stdin is not None
        pause = threading.Event()
        for _ in range(PRESSES):
            self._hand.stdin.write(f"mousemove {place[0]} {place[1]} click 1\n")
            self._hand.stdin.flush()
            ends = time.monotonic() + PRESS_S
            while time.monotonic() < ends:
                if seen():
                    return
                pause.wait(0.03)
        raise AssertionError(f"it was pressed and pressed, and {what} is not there")

    def _is(self, place: Place, colour: str) -> bool:
        return self._glass.colour(place) == colour

    def _home(self) -> bool:
        return home(self._glass.look())

    def _came(self) -> bool:
        """Whether a paper has begun to come out."""
        try:
            self._printer.begun.get_nowait()
        except queue.Empty:
            return False
        return True

    def _take(self, letter: str) -> None:
        colour = tokens().zone_colour(letter)
        self._press(ZONES[letter], lambda: self._is(HEAD, colour), f"zone {letter}")
        self._confirm(SERVICE)

    def _confirm(self, service: Place) -> None:
        """Choose it, confirm what it asks for where it does, and go with the paper."""
        paper: list[bool] = []

        def led() -> bool:
            if self._came():
                paper.append(True)
            return bool(paper) or self._is(TAKES, self._colour.action)

        self._press(service, led, "what a service leads to")
        if not paper:
            self._press(TAKE, self._came, "a paper")
        until(lambda: self._is(PRINTED, self._colour.good), "the screen of a printed ticket", PATIENCE_S)
        self._press(DONE, self._home, "the home screen")

    def _english(self, letter: str) -> None:
        before = self._glass.look().crop(TITLE).tobytes()
        self._press(LANGUAGE, lambda: self._glass.look().crop(TITLE).tobytes() != before, "English")
        self._take(letter)

    def _easy(self, letter: str) -> None:
        self._press(EASY, lambda: not self._home(), "the elders' version")
        until(lambda: not self._is(LARGE, self._colour.paper), "its services", PATIENCE_S)
        self._press(EASY, self._home, "the home screen")
        self._take(letter)

    def _looks(self, letter: str) -> None:
        for place, what in ((SEARCH, "the search"), (MINE, "one's own ticket")):
            self._press(place, lambda: not self._home(), what)
            self._press(BACK, self._home, "the home screen")
        self._take(letter)

    def _strong(self, letter: str) -> None:
        for place in (STRONG, LOW):
            self._press(place, lambda: not self._home(), "another way")
            self._press(place, self._home, "the home screen")
        self._take(letter)


def soak(
    folder: Path,
    seconds: float = SECONDS,
    warm: int = WARM,
    most: int = TICKETS,
    kiosk: list[str] | None = None,
) -> Outcome:
    """Let visitors come for so long, or so many; `kiosk` is another program than its own. AssertionError for what does not come."""
    hall, printer = Hall(folder), Roll()
    with plugged(printer, folder / "port-printer"):
        try:
            hall.begin("server")
            if kiosk is not None:
                hall.kiosk = kiosk
            hall.begin("kiosk")
            until(lambda: home(hall.glass.look()), "the home screen", PATIENCE_S)
            pid = hall.programs["kiosk"].process.pid
            held: list[float] = []
            ends = time.monotonic() + seconds
            with finger(hall.glass) as hand:
                visitors = Visitors(hall, printer, hand)
                while time.monotonic() < ends and len(held) < most:
                    visitors.come(len(held))
                    held.append(memory_mb(pid))
                    if len(held) % 50 == 0:
                        print(f"{len(held)} tickets: {held[-1]:.1f} MB", file=sys.stderr, flush=True)
        finally:
            hall.cut()
    assert len(held) > 2 * warm, f"{len(held)} tickets are too few to tell from"
    each_mb = linear_regression(range(warm, len(held)), held[warm:]).slope
    rest = max(0, TICKETS - len(held)) * max(0.0, each_mb)
    return Outcome(len(held), held[warm], held[-1], held[-1] + rest, each_mb * 1024)


def judge(outcome: Outcome) -> None:
    """AssertionError for a kiosk that grows, or takes too much."""
    assert outcome.ticket_kb <= A_TICKET_KB, f"the kiosk grows by {outcome.ticket_kb:.1f} KB a ticket"
    assert outcome.thousand_mb <= MOST_MB, f"after {TICKETS:,} tickets it takes {outcome.thousand_mb:.0f} MB"
