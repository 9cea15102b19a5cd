"""`python -m tests.soak TARGET`: long work that proves what short tests only try. Each target ends within ten minutes."""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright

from queue_server.simulation.chance import drawn
from tests.bench.rig import quiet_errors
from tests.e2e.hall import Hall
from tests.e2e.house import Server
from tests.fakes.driver import STANDS
from tests.fakes.postgres import Cluster
from tests.power.cut import power_cuts
from tests.soak import address as pages
from tests.soak import displays as many
from tests.soak import kiosk as visitors
from tests.soak.board import JITTER_S, LEAST_S, LISTED_S, rush
from tests.soak.cable import BACK_S, pull
from tests.soak.codecs import EARS, fuzz
from tests.soak.day import DAY, Day, judge, opening, play
from tests.soak.failover import WITHIN_S, Failover
from tests.soak.feed import SLEEPERS, memory_mb, soak
from tests.soak.frames import storm
from tests.soak.kill import Siege
from tests.soak.offspring import Offspring
from tests.soak.openapi import barrage
from tests.soak.power import FIRST_CALL_S, Blackout, orders
from tests.soak.unplug import WITHIN_S as WITHIN_BACK_S
from tests.soak.unplug import pulled, served

TICKETS, STAFFED, DAYS = 3000, 68, 3
SLOPE_MB = 12.0
"""By how much a server may grow from one midnight to the next, when it has seen a whole day before."""
KILLS = 200
PULLS = 100
CUTS, A_LIFE = 5_000, 250
FAILOVERS = 50
BLACKOUTS = 5
FEED_S = 120.0
FRAMES = 50_000
REQUESTS, PIECES = 20_000, 5
FUZZ = 10_000_000
LIMIT_S = 570.0


async def day(folder: Path, seed: int) -> None:
    """Three drawn days of 3,000 tickets, one after another; memory at each midnight."""
    hall, cast = play(folder, STAFFED)
    server = Server(folder, opening(DAY)).start()
    assert server.program is not None
    pid = server.program.process.pid
    print(f"at rest: {memory_mb(pid):.1f} MB")
    days: list[Day] = []
    nights: list[float] = []
    try:
        for number in range(DAYS):
            begun = time.monotonic()
            days.append(Day(server, hall, cast, DAY + timedelta(days=number), TICKETS, seed + number))
            await days[-1].live()
            took_s = time.monotonic() - begun
            nights.append(memory_mb(pid))
            print(
                f"day {number + 1}: {TICKETS} tickets, {days[-1].commands} commands in {took_s:.0f} s; "
                f"{nights[-1]:.1f} MB at midnight",
                flush=True,
            )
        events = await days[-1].told()
    finally:
        assert server.stop() == 0
    ended = judge(days, events, folder)
    verdict = server.line("verify").strip()
    slope = max(after - before for before, after in pairwise(nights))
    print(f"{len(events)} events; {dict(ended)}; {verdict}; at most {slope:+.1f} MB from night to night")
    assert slope <= SLOPE_MB, f"the server grows by {slope:.1f} MB a day"


async def kill(folder: Path, seed: int) -> None:
    """Two hundred kill -9 of a server under 64 clients with keys and retries."""
    outcome = await Siege(folder, seed).live(KILLS)
    print(
        f"{outcome.kills} kills, {outcome.answered} answers: none lost, none doubled; "
        f"{outcome.repeated} repeated, of which {outcome.settled} tickets were there already; "
        f"{outcome.given_up} given up: there once or not at all; one clerk could have done it all"
    )


async def feed(folder: Path, seed: int) -> None:
    """Two minutes of screens that come, go and fall asleep."""
    outcome = await soak(folder, FEED_S, seed)
    before, after = outcome.memory_mb
    print(
        f"{outcome.commands} tickets, {outcome.frames} frames without a gap, began {outcome.began}; "
        f"{SLEEPERS} sleepers let go; {before:.1f} -> {after:.1f} MB"
    )


async def displays(folder: Path, seed: int) -> None:
    """5,000 displays for eight minutes: each has every call, and the server does not grow."""
    outcome = await asyncio.to_thread(many.soak, folder)
    before, after = outcome.memory_mb
    print(
        f"{outcome.calls} calls, each at the last of {many.DISPLAYS:,} displays after {outcome.p50_ms:.0f} ms, "
        f"p99 {outcome.p99_ms:.0f} ms; {before:.1f} -> {after:.1f} MB, "
        f"{outcome.slope_mb:+.2f} MB a minute (goal: {many.SLOPE_MB:.0f})"
    )
    assert outcome.slope_mb <= many.SLOPE_MB, f"the server grows by {outcome.slope_mb:.2f} MB a minute"


async def board(folder: Path, seed: int) -> None:
    """A hundred calls in one minute on one board in Chromium: all in the list, in order, each seen in the main area."""
    outcome = await asyncio.to_thread(rush, folder)
    print(
        f"{outcome.calls} calls in {outcome.took_s:.0f} s, in order; in the list after {outcome.slowest_s:.2f} s at most "
        f"(goal: {LISTED_S:.0f}), in the main area for {outcome.shortest_s:.2f} s at least (goal: {LEAST_S:.0f}), "
        f"{outcome.most} at once"
    )
    assert outcome.slowest_s <= LISTED_S
    assert outcome.shortest_s >= LEAST_S - JITTER_S


async def openapi(folder: Path, seed: int) -> None:
    """20,000 requests drawn from the API document, as every role."""
    asked = 0
    for piece in range(PIECES):
        outcome = await barrage(Path(tempfile.mkdtemp(dir=folder)), REQUESTS // PIECES, seed * PIECES + piece)
        asked += outcome.requests
        done = sum(each[True] for each in outcome.groups.values())
        print(f"{asked} requests; of the last {outcome.requests} {done} were done", flush=True)
        assert not outcome.faults, "\n\n".join(outcome.faults.values())
        assert not outcome.never(), outcome.never()
        assert not outcome.shallow(), outcome.shallow()


async def frames(folder: Path, seed: int) -> None:
    """50,000 frames that nobody should send, while the hall goes on."""
    outcome = await storm(folder, FRAMES, seed)
    print(
        f"{outcome.frames.total()} frames, {dict(outcome.frames)}; {outcome.served} visitors meanwhile, the slowest in "
        f"{outcome.slowest_s:.2f} s; {outcome.grown_mb:+.1f} MB once it was warm"
    )
    assert not outcome.faults, "\n".join(outcome.faults[:20])


async def codecs(folder: Path, seed: int) -> None:
    """Ten million bytes that no device should send, into each codec."""
    with ProcessPoolExecutor(2) as pool:
        loop = asyncio.get_running_loop()
        works = {name: loop.run_in_executor(pool, fuzz, name, FUZZ, seed) for name in EARS}
        for name, work in works.items():
            outcome = await work
            print(
                f"{name}: {outcome.bytes} bytes, {outcome.signals} signals, {outcome.took_s:.0f} s, "
                f"{outcome.grown_kb:+.1f} KB after the first tenth",
                flush=True,
            )


async def escpos(folder: Path, seed: int) -> None:
    """Ten million wrong bytes into what reads a printer's bytes, and a hundred times its cable is pulled."""
    for name in ("escpos", "escpos status"):
        outcome = await asyncio.to_thread(fuzz, name, FUZZ, seed)
        print(f"{name}: {outcome.bytes} bytes, {outcome.grown_kb:+.1f} KB after the first tenth", flush=True)
    pulled = await pull(folder, PULLS, seed)
    print(
        f"{pulled.pulled} times pulled, {dict(pulled.ended)}; ready again after {median(pulled.back_s):.2f} s, "
        f"at most {max(pulled.back_s):.2f} s"
    )
    assert not pulled.faults, "\n".join(pulled.faults)
    assert max(pulled.back_s) <= BACK_S


async def unplug(folder: Path, seed: int) -> None:
    """Every driver's cable pulled a hundred times, all at once; each line is there again within 2 s of its device."""
    names = [*STANDS]
    jobs = [pulled(name, folder, PULLS) for name in names] + [served(name, PULLS) for name in names]
    for name, took_s in zip(
        [*names, *(f"{name}, on TCP" for name in names)], await asyncio.gather(*jobs), strict=True
    ):
        print(f"{name}: {len(took_s)} times, back after {median(took_s):.2f} s, at most {max(took_s):.2f} s")
        assert max(took_s) <= WITHIN_BACK_S, name


async def crash(folder: Path, seed: int) -> None:
    """5,000 cuts of the power at any step of the disk, others by another --seed; what is found is what clients were told."""
    for piece in range(CUTS // 1000):
        place = Path(tempfile.mkdtemp(dir=folder))
        faults = await asyncio.to_thread(power_cuts, place, seed * 10 + piece, 1000, A_LIFE)
        print(f"{1000 * (piece + 1)} cuts of the power: {len(faults)} faults", flush=True)
        assert faults == [], "\n".join(faults)


async def failover(folder: Path, seed: int) -> None:
    """Fifty times one of two servers is killed, stopped or cut off under 64 clients, and the other one takes over."""
    cluster = Cluster()
    try:
        siege = Failover(folder, seed, cluster)
        outcome = await siege.live(FAILOVERS)
    finally:
        cluster.stop()
    took = sorted(took_s for _, took_s in siege.took_s)
    print(
        f"{outcome.kills} failovers, {outcome.answered} answers: none lost, none doubled; {outcome.repeated} repeated, "
        f"{outcome.given_up} given up; the other server accepted after {median(took):.1f} s, at most {took[-1]:.1f} s"
    )
    assert took[-1] <= WITHIN_S


async def address(folder: Path, seed: int) -> None:
    """The pages' address goes from server to server by keepalived as docs/operations.md sets it up; needs root."""
    lacks = pages.missing()
    assert not lacks, (
        f"to be run as root with {', '.join(pages.NEEDS)} installed; missing: {', '.join(lacks)}"
    )

    def run() -> None:
        for fault, took_s in pages.faults(folder):
            print(f"{fault}: the address answered again after {took_s:.1f} s", flush=True)
            assert took_s <= pages.WITHIN_S, fault

    await asyncio.to_thread(run)


async def power(folder: Path, seed: int) -> None:
    """The power of a whole hall fails five times; everything comes back in five orders, each time one with a clock a day off."""

    def live() -> None:
        hall = Hall(folder)
        try:
            with sync_playwright() as playwright:
                blackout = Blackout(hall, playwright)
                blackout.open()
                for order, clock in orders(drawn(seed, "power"), BLACKOUTS):
                    took_s = blackout.strike(order, clock)
                    print(
                        f"{', '.join(order)}; {clock[0]} {clock[1].days:+} day: first call after {took_s:.1f} s",
                        flush=True,
                    )
                    assert took_s < FIRST_CALL_S
        finally:
            hall.cut()

    await asyncio.to_thread(live)


async def kiosk(folder: Path, seed: int) -> None:
    """Visitors at a real kiosk window for eight minutes, in all zones, languages and ways: it does not grow over 250 MB."""
    outcome = await asyncio.to_thread(visitors.soak, folder)
    print(
        f"{outcome.tickets} tickets; {outcome.warm_mb:.1f} MB after {visitors.WARM}, {outcome.end_mb:.1f} at the end, "
        f"{outcome.ticket_kb:+.1f} KB a ticket (goal: {visitors.A_TICKET_KB:.0f}); {outcome.thousand_mb:.1f} MB after "
        f"{visitors.TICKETS:,} (goal: {visitors.MOST_MB:.0f})"
    )
    visitors.judge(outcome)


TARGETS: dict[str, Callable[[Path, int], Coroutine[Any, Any, None]]] = {
    "day": day,
    "kill": kill,
    "failover": failover,
    "address": address,
    "crash": crash,
    "feed": feed,
    "displays": displays,
    "board": board,
    "openapi": openapi,
    "frames": frames,
    "codecs": codecs,
    "escpos": escpos,
    "unplug": unplug,
    "power": power,
    "kiosk": kiosk,
}


def main() -> None:
    """Run one target."""
    words = "\n".join(f"  {name:8} {(work.__doc__ or '').splitlines()[0]}" for name, work in TARGETS.items())
    made = argparse.ArgumentParser(
        prog="python -m tests.soak",
        description=f"{__doc__}\n\ntargets:\n{words}\n\nexample:\n  make soak TARGET=kill",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("target", choices=TARGETS, help="what to do")
    made.add_argument("--seed", type=int, default=1, help="what chance is drawn from (default: 1)")
    asked = made.parse_args()
    os.environ["JIAOHAO_LIMITS"] = "off"  # one link here does the work of a whole hall
    begun = time.monotonic()

    async def limited(folder: Path, programs: Offspring) -> None:
        programs.listen()
        try:
            async with asyncio.timeout(LIMIT_S):
                await TARGETS[asked.target](folder, asked.seed)
        except BaseException as why:
            programs.end(why)  # work in a thread ends when what it works with is gone
            raise

    with tempfile.TemporaryDirectory(prefix="soak-", ignore_cleanup_errors=True) as name, quiet_errors():
        folder = Path(name) / "hall"  # some of its files are written beside it
        folder.mkdir()
        with Offspring(Path(name)) as programs:
            asyncio.run(limited(folder, programs))
    print(f"{asked.target}: held, in {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
