"""`python -m tests.bench`: what the server does, beside what the same machine does without it, in the same minutes."""

import argparse
import os
import platform
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

from tests.bench.boards import rows as boards
from tests.bench.kiosk import rows as kiosk
from tests.bench.measure import TARGETS, rounds
from tests.bench.plot import draw
from tests.bench.queues import rows as queues
from tests.bench.report import lost, markdown, table, text
from tests.bench.rig import quiet_errors
from tests.bench.waits import FOLDER, folder
from tests.bench.waits import rows as waits
from tests.bench.warsaw import readable
from tests.bench.warsaw import rows as warsaw

PAGE = Path(__file__).parents[2] / "docs" / "bench.md"
BOARDS, KIOSK, QUEUES, WAITS, WARSAW = "boards", "kiosk", "queues", "waits", "warsaw"
"""Parts that are measured once; the last two need files that are no part of the project."""
PICTURES = PAGE.parent / "images"
BEGIN, END = "<!-- figures: written by make bench ARGS=--write -->", "<!-- end of figures -->"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    known = TARGETS | {
        KIOSK: "a kiosk on a virtual screen: from a tap to the printer, start, idle load",
        BOARDS: "from a call to a board in Chromium, beside the screens of a hall; and a board's first picture",
        QUEUES: "the engine beside queueing theory, a million tickets a case",
        WAITS: "rules of calling and told waits on drawn days of a folder",
        WARSAW: "waits told by what offices publish: warsaw_queues.rda of the folder, read by rdata (pip install rdata)",
    }
    targets = "\n".join(f"  {name:8} {what}" for name, what in known.items())
    made = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description=f"{__doc__}\n\ntargets:\n{targets}\n\nexamples:\n"
        "  make bench\n  make bench ARGS='issue --rounds 3'\n  make bench ARGS='waits --days DIR'\n  make bench ARGS=--write",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("target", nargs="*", choices=[*known, []], help="what to measure (default: everything)")
    made.add_argument(
        "--rounds", type=int, default=5, help="how often; medians are reported (default: 5, odd is best)"
    )
    made.add_argument(
        "--days", type=Path, help=f"folder of the files for {WAITS} and {WARSAW} (default: {FOLDER})"
    )
    made.add_argument("--write", action="store_true", help="put the table into docs/bench.md")
    made.add_argument(
        "--plots", action="store_true", help=f"draw the pictures of docs/forecast.md from {WAITS}"
    )
    return made


def facts() -> list[str]:
    """What is worth knowing of this machine and of what ran on it."""
    names = re.findall(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    memory_kb = int(re.findall(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())[0])
    libraries = ", ".join(f"{name} {version(name)}" for name in ("aiohttp", "uvloop", "msgspec"))
    cores = f"{len(os.sched_getaffinity(0))} cores ({names[0] if names else platform.machine()})"
    return [
        f"{cores}, {memory_kb / 1024**2:.0f} GiB, {platform.system()}",
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {libraries}",
    ]


def commit() -> str:
    """The commit that was measured, and whether more than it was."""

    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], capture_output=True, text=True, check=False, cwd=PAGE.parent)
        return done.stdout.strip()

    head = git("rev-parse", "--short", "HEAD") or "unknown"
    return f"{head} with changes" if git("status", "--porcelain", "--", "../queue_server") else head


def write(body: str) -> None:
    """Put the figures into the page, in place of the ones before."""
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    assert after, f"{PAGE} has no place for figures"
    PAGE.write_text(f"{before}{BEGIN}\n\n{body}\n\n{END}{after}", "utf-8")


def main() -> None:
    """Measure and tell; exit code 1 and a list of them if goals are not held."""
    asked = parser().parse_args()
    named = asked.target or [*TARGETS, BOARDS, KIOSK, QUEUES, WAITS, WARSAW]
    targets = tuple(name for name in named if name in TARGETS)
    if asked.write and targets != tuple(TARGETS):
        sys.exit("--write needs the whole table: leave the targets out")
    load = os.getloadavg()[0]
    if load > 1:
        print(f"something else runs here (load {load:.1f}): figures are rough", file=sys.stderr)
    begun_s, measured = time.monotonic(), commit()
    rows, count = [], 0
    if targets:
        with tempfile.TemporaryDirectory(prefix="bench-") as room, quiet_errors():
            found = rounds(Path(room), targets, asked.rounds)
        rows, count = table(found), len(found)
    if KIOSK in named:
        rows += kiosk()
    if BOARDS in named:
        with tempfile.TemporaryDirectory(prefix="bench-") as room, quiet_errors():
            rows += boards(Path(room))
    if QUEUES in named:
        rows += queues()
    days = folder(asked.days)
    for name in (WAITS, WARSAW):
        if name == WAITS and name in named and days is not None:
            rows += waits(days, partial(draw, folder=PICTURES)) if asked.plots else waits(days)
        elif name == WARSAW and name in named and days is not None and readable(days):
            rows += warsaw(days)
        elif name in named:
            told = f"{name}: not measured, for want of its files or what reads them; name their folder: --days or {FOLDER}"
            print(told, file=sys.stderr)
    print(text(rows))
    took_s = time.monotonic() - begun_s
    about = [
        f"Measured {datetime.now(UTC):%Y-%m-%d}, commit {measured}.",
        f"Medians of {count} rounds, all in {took_s:.0f} s; load before it {load:.1f}.",
        *(f"{line}." for line in facts()),
    ]
    print("\n" + "\n".join(about))
    if asked.write:
        write("\n".join(about) + "\n\n" + markdown(rows))
        print(f"written to {PAGE.relative_to(PAGE.parents[1])}", file=sys.stderr)
    if missed := lost(rows):
        sys.exit("\n".join(("NOT held:", *missed)))


if __name__ == "__main__":
    main()
