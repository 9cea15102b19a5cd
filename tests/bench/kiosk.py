"""A kiosk on a virtual screen, a server beside it and a simulated printer: how long people wait at the glass, and what it costs."""

import asyncio
import os
import queue
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from devices.simulator.mount import PtyMount
from devices.simulator.printer import VirtualPrinter
from tests.bench.load import share
from tests.bench.report import Row
from tests.bench.rig import cpu_s, memory_mb
from tests.e2e.hall import FIRST_SERVICE, TAKE, ZONE_A, Glass, Hall, home
from tests.e2e.house import until

TAKES = 20
IDLE_S = 20.0
"""So long nobody touches it while its idle load is measured."""
BEGINS = b"\x1b@"
"""ESC @, with which every ticket begins; asking for the printer's state is no part of it."""
LAST_ZONE = (570, 1600)
"""A place on the home screen that a finger on the first zone does not change."""
FELT_MS, FIRST_MS, START_S, IDLE_PERCENT, MOST_MB = 50.0, 150.0, 2.5, 3.0, 250.0
PATIENCE_S, GLANCE_S = 60.0, 0.0005
"""How long is waited for anything, and between two looks at a pixel."""


class Roll(VirtualPrinter):
    """A printer that notes when a ticket's first byte comes."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: queue.SimpleQueue[float] = queue.SimpleQueue()

    def feed(self, data: bytes) -> None:
        """See Core.feed."""
        if BEGINS in data:
            self.begun.put(time.perf_counter())
        super().feed(data)


class Waits(NamedTuple):
    """Milliseconds, sorted, from a finger on a zone to the picture of it pressed, and from the tap on 取号 to the first byte of the
    ticket; and what the kiosk's process takes.
    """

    felt_ms: list[float]
    first_ms: list[float]
    start_s: float
    idle_percent: float
    memory_mb: float


@contextmanager
def plugged(printer: Roll, link: Path) -> Iterator[None]:
    """The printer on a port, in a thread of its own."""
    ready, over = threading.Event(), threading.Event()

    async def hold() -> None:
        mount = PtyMount(printer, link)
        mount.plug()
        ready.set()
        await asyncio.to_thread(over.wait)
        mount.unplug()

    thread = threading.Thread(target=asyncio.run, args=(hold(),))
    thread.start()
    try:
        assert ready.wait(PATIENCE_S)
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def finger(glass: Glass) -> Iterator["subprocess.Popen[str]"]:
    """xdotool that stays, so that its own start is no part of a tap."""
    environment = {**os.environ, "DISPLAY": glass.display}
    with subprocess.Popen(["xdotool", "-"], stdin=subprocess.PIPE, text=True, env=environment) as finger:
        yield finger
        assert finger.stdin is not None
        finger.stdin.close()


def measure(folder: Path) -> Waits:
    """Take some tickets."""
    hall, printer = Hall(folder), Roll()
    felt_ms: list[float] = []
    first_ms: list[float] = []
    with plugged(printer, folder / "port-printer"):
        try:
            hall.begin("server")
            begun_s = time.monotonic()
            hall.begin("kiosk")
            until(lambda: home(hall.glass.look()), "the home screen", PATIENCE_S)
            start_s = time.monotonic() - begun_s
            pid = hall.programs["kiosk"].process.pid
            with finger(hall.glass) as hand:
                for _ in range(TAKES):
                    first = hall.glass.rested(home, "the home screen")
                    felt_ms.append(_press(hand, ZONE_A, hall.glass))
                    last = first.getpixel(LAST_ZONE)
                    services = hall.glass.rested(
                        lambda now, last=last: now.getpixel(LAST_ZONE) != last,  # type: ignore[misc]
                        "the zone's services",
                    )
                    hall.glass.tap(FIRST_SERVICE)
                    hall.glass.changed(services)
                    first_ms.append(_tap(hand, TAKE, printer))
            until(lambda: home(hall.glass.look()), "the home screen", PATIENCE_S)
            before, since_s = cpu_s(pid), time.monotonic()
            threading.Event().wait(IDLE_S)
            idle = (cpu_s(pid) - before) / (time.monotonic() - since_s) * 100
            return Waits(sorted(felt_ms), sorted(first_ms), start_s, idle, memory_mb(pid))
        finally:
            hall.cut()


def _press(finger: "subprocess.Popen[str]", place: tuple[int, int], glass: Glass) -> float:
    """Put a finger down until the glass shows it, and lift it."""
    assert finger.stdin is not None
    pause, before = threading.Event(), glass.colour(place)
    begun = time.perf_counter()
    finger.stdin.write(f"mousemove {place[0]} {place[1]} mousedown 1\n")
    finger.stdin.flush()
    while glass.colour(place) == before:
        pause.wait(GLANCE_S)
        assert time.perf_counter() - begun < PATIENCE_S
    felt_ms = (time.perf_counter() - begun) * 1000
    finger.stdin.write("mouseup 1\n")
    finger.stdin.flush()
    return felt_ms


def _tap(finger: "subprocess.Popen[str]", place: tuple[int, int], printer: Roll) -> float:
    assert finger.stdin is not None
    begun = time.perf_counter()
    finger.stdin.write(f"mousemove {place[0]} {place[1]} click 1\n")
    finger.stdin.flush()
    return (printer.begun.get(timeout=PATIENCE_S) - begun) * 1000


def rows() -> list[Row]:
    """Every figure with its goal."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        found = measure(Path(folder))
    p50, p95 = share(found.first_ms, 0.5), share(found.first_ms, 0.95)
    felt = share(found.felt_ms, 0.5)
    return [
        _at_most(
            f"finger on a zone to the picture of it pressed, p95 of {TAKES}",
            share(found.felt_ms, 0.95),
            FELT_MS,
            f"ms (p50 {felt:.0f})",
        ),
        _at_most(
            f"tap on 取号 to the ticket's first byte, p95 of {TAKES}", p95, FIRST_MS, f"ms (p50 {p50:.0f})"
        ),
        _at_most("kiosk started, until its home screen is seen", found.start_s, START_S, "s"),
        _at_most("kiosk that nobody touches, of one core", found.idle_percent, IDLE_PERCENT, "%"),
        _at_most(f"kiosk's memory after {TAKES} tickets", found.memory_mb, MOST_MB, "MB"),
    ]


def _at_most(what: str, found: float, most: float, unit: str) -> Row:
    return Row(what, f"{found:.1f} {unit}", "", "", f"<= {most:g}", found <= most)
