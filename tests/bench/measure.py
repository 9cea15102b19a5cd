"""One round of each measurement. What is compared is measured in turn within a round, so that both see the same machine."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from queue_server.reports import sheet, table
from queue_server.reports.appraisal import Weights, appraisal
from queue_server.reports.day import report
from queue_server.store import daily
from queue_server.store.sqlite import Sqlite
from queue_server.wire.day import local_day
from tests.bench.load import Ask, Job, Load, share
from tests.bench.paper import prints
from tests.bench.path import rates
from tests.bench.rig import WAITING, YEAR, Generator, Plain, Real, Yard, apart, cpu_s, memory_mb
from tests.bench.store import Taking, choices_ms, round_trips_ms
from tests.fakes.postgres import Cluster
from tests.fakes.year import working_days

Figures = dict[str, float]
"""What a round has found, by name."""

CLIENTS = (1, 16, 64)
SECONDS = 1.5
"""How long each load lasts."""
WARM_S = 0.25
CALLS = 2500
"""Calls of one measurement; so many wait beyond `WAITING` when it begins."""
COSTED = 5000
"""Tickets whose processor time is measured."""
SLICES, A_SLICE = 5, 1000
"""So many times in turn, and so many commands each time, where two servers are compared that may differ by little."""
HALL, MANY = 100, 1000
"""Screens of a hall, and more than any has."""
SCREENS = {HALL: 300, MANY: 150}
"""Calls shown on so many screens; as many again while the processor's time for them is measured."""
BEAT_MS = 20.0
"""From one call to the next where both sides are given the same beat: what a thousand sockets need does not stay in a core's own
cache, and the longer ago it was used the less of it is there. One after the other, the raw broadcast comes round twice as often.
"""
SLOW_MS = 5
"""By how much each commit takes longer where a slower disk is measured."""
BOARD = '{"hello":{"topics":["board:hall"]}}'


def say(line: str) -> None:
    """Progress."""
    print(line, file=sys.stderr, flush=True)


def _kept(figures: Figures, name: str, load: Load, status: str) -> None:
    assert load.statuses.keys() == {status}, f"{name}: {load.statuses}"
    figures |= {
        f"{name} /s": load.per_s,
        f"{name} p50": load.p50_ms,
        f"{name} p99": load.p99_ms,
        f"{name} generator": load.busy,
    }
    say(f"  {name:12} {load.per_s:8.0f}/s  p50 {load.p50_ms:7.2f}  p99 {load.p99_ms:7.2f} ms")


def disk(yard: Yard, turn: int) -> Figures:
    """What the store can do alone."""
    folder = yard.lay()
    taking = Taking(folder / "raw.sqlite3", yard.hall)
    one = taking.commits_ms(600, 1)
    many = taking.commits_ms(150, 64)
    taking.close()
    trips = round_trips_ms(folder / "trip.sqlite3", yard.hall, 600)
    figures = {
        "raw 1 p50": share(one, 0.5),
        "raw 1 /s": len(one) / sum(one) * 1000,
        "raw 64 p50": share(many, 0.5),
        "raw 64 /s": len(many) * 64 / sum(many) * 1000,
        "trip p50": share(trips, 0.5),
        "trip p99": share(trips, 0.99),
        "choice p99": choices_ms(yard.hall, folder / "choice.sqlite3", WAITING, 2000),
    }
    say(
        f"  raw commits  {figures['raw 1 /s']:.0f}/s singly, {figures['raw 64 /s']:.0f}/s at 64; "
        f"through the thread {figures['trip p50']:.2f} ms"
    )
    return figures


def issue(yard: Yard, generator: Generator, plain: Plain, turn: int) -> Figures:
    """Tickets over HTTP beside a POST that does nothing."""
    figures: Figures = {}
    noop = ((Ask("/noop", '{"service":"A1","language":"zh"}'),),)
    real, slow = Real(yard), Real(yard, str(SLOW_MS))
    try:
        for clients in CLIENTS:
            load = generator.post(
                Job(do="post", port=plain.port, clients=clients, asks=noop, seconds=SECONDS, warm_s=WARM_S)
            )
            _kept(figures, f"noop {clients}", load, "201")
            _kept(figures, f"issue {clients}", _issue(generator, real, clients, f"{turn}"), "201")
        for name, pid, job in (
            ("noop cpu us", plain.pid, Job(do="post", port=plain.port, clients=64, asks=noop, count=COSTED)),
            ("issue cpu us", real.pid, _takes(real, 64, f"cost-{turn}", count=COSTED)),
        ):
            begun = cpu_s(pid)
            generator.post(job)
            figures[name] = (cpu_s(pid) - begun) / COSTED * 1e6
        _kept(figures, "slow 16", _issue(generator, slow, 16, f"{turn}"), "201")
    finally:
        for server in (real, slow):
            server.stop()
    return figures | tax(yard, generator, turn)


def tax(yard: Yard, generator: Generator, turn: int) -> Figures:
    """What syncing costs: tickets in turn from two new servers that are asked the same, one of which never syncs."""
    rates: dict[str, list[float]] = {"synced": [], "off": []}
    synced, off = Real(yard), Real(yard, "off")
    try:
        for part in range(-1, SLICES):  # the first warms them
            for name, server in (("synced", synced), ("off", off))[:: 1 if part % 2 else -1]:
                load = generator.post(_takes(server, 64, f"tax-{turn}-{part}", count=A_SLICE))
                if part >= 0:
                    rates[name].append(load.per_s)
    finally:
        for server in (synced, off):
            server.stop()
    figures = {f"{name} 64 /s": median(found) for name, found in rates.items()}
    say("  tax          " + "  ".join(f"{name} {value:.0f}" for name, value in figures.items()))
    return figures


def _issue(generator: Generator, server: Real, clients: int, run: str) -> Load:
    return generator.post(_takes(server, clients, run, seconds=SECONDS, warm_s=WARM_S))


def _takes(
    server: Real, clients: int, run: str, *, seconds: float = 0.0, warm_s: float = 0.0, count: int = 0
) -> Job:
    return Job(
        do="post",
        port=server.port,
        token=server.kiosk,
        clients=clients,
        asks=server.takes(clients),
        seconds=seconds,
        warm_s=warm_s,
        count=count,
        run=f"issue-{run}-{clients}",
    )


def postgres(yard: Yard, generator: Generator, cluster: Cluster, turn: int) -> Figures:
    """Tickets over HTTP with a year of history, kept in PostgreSQL on this machine, beside the same in a file."""
    figures: Figures = {}
    file, served = Real(yard, history=True), Real(yard, cluster=cluster, history=True)
    try:
        for clients in (1, 64):
            for name, real in (("file", file), ("pg", served)):
                load = _issue(generator, real, clients, f"{name}-{turn}")
                _kept(figures, f"{name} {clients}", load, "201")
    finally:
        for server in (file, served):
            server.stop()
            server.clear()
    return figures


def call(yard: Yard, generator: Generator, plain: Plain, turn: int) -> Figures:
    """Calls with many waiting and every window open."""
    figures: Figures = {}
    noop = ((Ask("/noop", '{"service":"A1"}'),),)
    real = Real(yard)
    try:
        real.open_windows()
        real.fill(generator, WAITING, "first")
        for clients in CLIENTS:
            real.fill(generator, CALLS, f"fill-{clients}")
            beside = generator.post(
                Job(do="post", port=plain.port, clients=clients, asks=noop, count=CALLS, run="noop")
            )
            _kept(figures, f"noop call {clients}", beside, "201")
            load = generator.post(
                Job(
                    do="post",
                    port=real.port,
                    token=real.agent,
                    clients=clients,
                    asks=real.calls(clients),
                    count=CALLS,
                    run=f"call-{clients}",
                )
            )
            _kept(figures, f"call {clients}", load, "200")
    finally:
        real.stop()
    issued, called = rates(yard.lay(), yard.hall, CLIENTS[-1], WAITING, CALLS)
    say(f"  write path   {issued:8.0f}/s tickets  {called:8.0f}/s calls, without HTTP")
    return figures | {"path issue /s": issued, "path call /s": called}


def display(yard: Yard, generator: Generator, plain: Plain, turn: int) -> Figures:
    """From a call to the last of many screens, beside a broadcast of the same bytes."""
    figures: Figures = {}
    real = Real(yard)
    try:
        real.open_windows()
        real.fill(generator, WAITING, "first")
        (windows,) = real.calls(1)

        def ours(count: int, run: str, every_ms: float = 0.0) -> Job:
            return Job(
                do="calls",
                port=real.port,
                token=real.agent,
                asks=(windows,),
                count=count,
                run=f"{turn}-{run}",
                every_ms=every_ms,
            )

        def raw(count: int, _: str, every_ms: float = 0.0) -> Job:
            return Job(do="calls", port=plain.port, asks=((Ask("/shout"),),), count=count, every_ms=every_ms)

        for screens, count in SCREENS.items():
            frame = ""
            for name, port, pid, hello, job in (
                ("show", real.port, real.pid, BOARD, ours),
                ("shout", plain.port, plain.pid, "", raw),
            ):
                if name == "shout":
                    generator.post(Job(do="post", port=plain.port, asks=((Ask("/frame", frame),),), count=1))
                generator.screens(port, screens, hello)
                generator.calls(job(10, f"{screens}-warm"))
                done = generator.calls(job(count, f"{screens}-many"))
                label = f"{name} {screens}"
                beats = {f"{label} cpu us": 0.0} | (
                    {f"{label} beat cpu us": BEAT_MS} if screens == MANY else {}
                )
                with apart(pid, generator.pid):
                    many = {
                        kind: _cost_s(generator, pid, job(count, f"{screens}-many-{beat_ms:.0f}", beat_ms))
                        for kind, beat_ms in beats.items()
                    }
                    generator.screens(port, 1, hello)
                    for kind, beat_ms in beats.items():
                        one_s = _cost_s(generator, pid, job(count, f"{screens}-one-{beat_ms:.0f}", beat_ms))
                        figures[kind] = (many[kind] - one_s) / (count * (screens - 1)) * 1e6
                generator.screens(port, 0)
                frame = done.frame
                late = sorted(
                    max(shown - answered, 0.0)
                    for shown, answered in zip(done.shown_ms, done.answered_ms, strict=True)
                )
                shown = sorted(done.shown_ms)
                figures |= {
                    f"{label} p50": share(shown, 0.5),
                    f"{label} p99": share(shown, 0.99),
                    f"{label} answered p50": share(sorted(done.answered_ms), 0.5),
                    f"{label} after answer p50": share(late, 0.5),
                    f"{label} after answer p99": share(late, 0.99),
                    f"{label} bytes": float(len(frame.encode())),
                }
                say(
                    f"  {label:12} p50 {share(shown, 0.5):6.2f}  p99 {share(shown, 0.99):6.2f} ms  "
                    f"{' and '.join(f'{figures[kind]:.2f}' for kind in beats)} us a delivery of {len(frame.encode())} bytes"
                )
    finally:
        real.stop()
    return figures


def stop(yard: Yard, generator: Generator) -> Figures:
    """With a year of history: from SIGTERM to the end with many screens, from a kill until every screen of a hall is live again."""
    real = Real(yard, history=True)
    generator.screens(real.port, MANY, BOARD)
    begun_s = time.monotonic()
    real.stop()
    figures = {"stop s": time.monotonic() - begun_s}
    real.start()
    generator.screens(real.port, HALL, BOARD)
    begun_s = time.monotonic()
    with generator.back(real.port, BOARD):
        real.kill()
        real.start()
    figures |= {"restart s": time.monotonic() - begun_s, "restart ready s": real.start_s}
    generator.screens(real.port, 0)
    real.stop()
    real.clear()
    say("  stop         " + "  ".join(f"{name} {value:.2f}" for name, value in figures.items()))
    return figures


def year(yard: Yard, generator: Generator, turn: int) -> Figures:
    """What a year of history costs: starts, memory, tickets, calls, reports; beside the same without it."""
    starts: dict[str, list[float]] = {"new": [], "year": []}
    costs: dict[str, list[float]] = {"new": [], "year": []}
    figures: Figures = {}
    for name in ("new", "year", "new", "year"):
        server = Real(yard, history=name == "year")
        costs[name].append(cpu_s(server.pid))
        starts[name].append(server.start_s)
        figures[f"{name} memory"] = memory_mb(server.pid)
        server.stop()
        server.clear()
    figures |= {f"{name} start": min(found) for name, found in starts.items()}
    figures |= {f"{name} start cpu": min(found) for name, found in costs.items()}
    figures |= decay(yard, generator, turn)
    full = Real(yard, history=True)
    try:
        full.fill(generator, WAITING, "full")
        before = memory_mb(full.pid)
        generator.screens(full.port, MANY, BOARD)
        figures["full memory"] = memory_mb(full.pid)
        figures["screen memory"] = (figures["full memory"] - before) * 1024 / MANY
        generator.screens(full.port, 0)
    finally:
        full.stop()
        full.clear()
    database = Sqlite(yard.history / "hall.sqlite3")
    days = working_days(YEAR, local_day(datetime.now(UTC)))
    begun_s = time.monotonic()
    sheet.page(report(database, days[len(days) // 2], datetime.now(UTC)))
    figures["report s"] = time.monotonic() - begun_s
    daily.count(database, days[-1])
    begun_s = time.monotonic()
    found = appraisal(database, days[0], days[-1], datetime.now(UTC), Weights())
    table.as_xlsx(table.tables(found))
    figures["appraisal s"] = time.monotonic() - begun_s
    assert found.counted == len(days)
    told = "  ".join(f"{name} {value:.2f}" for name, value in figures.items() if "/s" not in name)
    say(f"  year         {told}")
    return figures


def decay(yard: Yard, generator: Generator, turn: int) -> Figures:
    """Tickets and calls in turn from a new store and from one with a year in it: rates, and processor time of all threads."""
    new, old = Real(yard), Real(yard, history=True)
    rates: dict[str, list[float]] = {}
    costs: dict[str, list[float]] = {}
    try:
        for server in (new, old):
            server.open_windows()
            server.fill(generator, WAITING, "first")
        for part in range(SLICES):
            # by turns first: whoever comes second finds the machine as the first has left it
            for name, server in (("new", new), ("year", old))[:: 1 if part % 2 else -1]:
                take = _takes(server, 64, f"decay-{turn}-{part}", count=A_SLICE)
                for did, job in (("issue", take), ("call", _calling(server, f"decay-{turn}-{part}"))):
                    begun = cpu_s(server.pid)
                    load = generator.post(job)
                    costs.setdefault(f"{did} {name}", []).append((cpu_s(server.pid) - begun) / A_SLICE * 1e6)
                    rates.setdefault(f"{did} {name}", []).append(load.per_s)
    finally:
        new.stop()
        old.stop()
        old.clear()
    return {f"{name} /s": median(found) for name, found in rates.items()} | {
        f"{name} cpu us": median(found) for name, found in costs.items()
    }


def _calling(server: Real, run: str) -> Job:
    return Job(
        do="post",
        port=server.port,
        token=server.agent,
        clients=64,
        asks=server.calls(64),
        count=A_SLICE,
        run=f"call-{run}",
    )


def paper(yard: Yard) -> Figures:
    """A ticket until it is cut, beside what its line alone takes for it."""
    printed = prints(yard.lay())
    figures = {
        "paper s": median(printed.took_s),
        "paper line s": printed.line_s,
        "paper bytes": float(printed.size),
    }
    say(
        f"  paper        {printed.size} bytes  {figures['paper s']:.3f} s, the line's own {printed.line_s:.3f} s"
    )
    return figures


def _cost_s(generator: Generator, pid: int, job: Job) -> float:
    """The processor seconds that calls cost a server."""
    begun = cpu_s(pid)
    generator.calls(job)
    return cpu_s(pid) - begun


TARGETS: dict[str, str] = {
    "disk": "the store without a server",
    "issue": "tickets over HTTP",
    "postgres": "with a year of history: tickets over HTTP, kept in PostgreSQL",
    "call": "calls over HTTP",
    "display": "from a call to the screens",
    "paper": "a ticket over a line of 9,600 baud",
    "stop": "with many screens and a year of history: the end, and a restart",
    "year": "with a year of history: starts, memory, tickets, calls, reports",
}
"""What can be measured by itself."""


MOST_S = 480.0
"""No round begins that would, by the time of those before it, end later than this."""


def rounds(folder: Path, targets: tuple[str, ...], count: int) -> list[Figures]:
    """Measure so many rounds, or fewer on a machine where they take too long; what each has found."""
    yard = Yard(folder)
    generator, plain = Generator(), Plain()
    cluster = Cluster() if "postgres" in targets else None
    found: list[Figures] = []
    try:
        if {"postgres", "stop", "year"}.intersection(targets):
            yard.history  # noqa: B018 - made before anything is measured
        if cluster is not None:
            yard.moved(cluster)
        begun_s = time.monotonic()
        for turn in range(1, count + 1):
            if (time.monotonic() - begun_s) * turn > MOST_S * max(turn - 1, 1):
                say(f"no time for round {turn}")
                break
            say(f"round {turn} of {count}")
            figures: Figures = {}
            if "disk" in targets:
                figures |= disk(yard, turn)
            if "issue" in targets:
                figures |= issue(yard, generator, plain, turn)
            if cluster is not None:
                figures |= postgres(yard, generator, cluster, turn)
            if "call" in targets:
                figures |= call(yard, generator, plain, turn)
            if "display" in targets:
                figures |= display(yard, generator, plain, turn)
            if "paper" in targets:
                figures |= paper(yard)
            if "stop" in targets:
                figures |= stop(yard, generator)
            if "year" in targets:
                figures |= year(yard, generator, turn)
            found.append(figures)
    finally:
        generator.stop()
        plain.stop()
        if cluster is not None:
            cluster.stop()
    return found
