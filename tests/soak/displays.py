"""More displays than any hall has, in a process of their own, while calls go on: each gets all, and the server does not grow.

A call counts when every display has its frame; one that misses a frame, or is cut, ends the run.
"""

import resource
from itertools import count
from pathlib import Path
from statistics import linear_regression
from time import monotonic, sleep

import msgspec

from tests.bench.load import Job, share
from tests.bench.measure import BOARD
from tests.bench.rig import Generator, Real, Yard, memory_mb

DISPLAYS, SECONDS = 5_000, 480.0
WARM = 0.25
"""The share of the time after which memory is measured: by then everything has been done once."""
A_PIECE, PIECE_S = 10, 5.0
"""So many calls one after another, every so many seconds."""
SLOPE_MB = 1.0
"""By how much a server may grow in a minute."""
ROOM = 500
"""Open files that a server, or what opens the displays, needs beside one for each display."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """Calls that every display had, in which time they did, and memory in MB: at first, at the end, and more of it in a minute."""

    calls: int
    p50_ms: float
    p99_ms: float
    memory_mb: tuple[float, float]
    slope_mb: float


def soak(folder: Path, displays: int = DISPLAYS, seconds: float = SECONDS) -> Outcome:
    """Let so many displays watch for so long. AssertionError where this machine lets a process open too few files."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert most >= displays + ROOM, f"ulimit -Hn must be {displays + ROOM} or more; it is {most}"
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # for the programs that are started here
    generator, real = Generator(), Real(Yard(folder))
    took_ms: list[float] = []
    memory: list[tuple[float, float]] = []
    try:
        real.open_windows()
        real.fill(generator, round(2 * A_PIECE * (seconds / PIECE_S + 2)), "displays")
        generator.screens(real.port, displays, BOARD)
        (windows,) = real.calls(1)
        begun = monotonic()
        for piece in count():
            at = piece * A_PIECE % len(windows)
            job = Job(
                do="calls",
                port=real.port,
                token=real.agent,
                asks=(windows[at:] + windows[:at],),
                count=A_PIECE,
                run=f"{piece}",
            )
            took_ms += generator.calls(job).shown_ms
            passed = monotonic() - begun
            if passed >= seconds * WARM:
                memory.append((passed / 60, memory_mb(real.pid)))
            if passed >= seconds:
                break
            sleep(max(0.0, (piece + 1) * PIECE_S - passed))
        generator.screens(real.port, 0)
    finally:
        generator.stop()
        real.stop()
    took_ms.sort()
    return Outcome(
        calls=len(took_ms),
        p50_ms=share(took_ms, 0.5),
        p99_ms=share(took_ms, 0.99),
        memory_mb=(memory[0][1], memory[-1][1]),
        slope_mb=linear_regression(*zip(*memory, strict=True)).slope,
    )
