"""The real engine beside queueing theory, a million tickets a case, and its choice of the next ticket. Needs no files."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from itertools import islice
from math import log
from multiprocessing import get_context
from os import sched_getaffinity
from random import Random
from statistics import fmean
from time import perf_counter

import msgspec

from queue_server.engine.actor import Actor
from queue_server.engine.apply import apply
from queue_server.engine.decide import decide
from queue_server.engine.decision import Context
from queue_server.engine.event import Stamped
from queue_server.engine.hall import POLICIES, Hall, PolicyName, Service, Window
from queue_server.engine.policy import AsPlanned
from queue_server.engine.state import State
from queue_server.forecast.course import courses
from queue_server.forecast.habit import HALF_HOURS, Habits
from queue_server.forecast.scene import part_of, scene
from queue_server.forecast.spread import SIZE, Spread
from queue_server.simulation.file import opening
from queue_server.simulation.virtual import Post, run
from queue_server.wire import command as c
from queue_server.wire.ids import ServiceId, TicketId, WindowId
from tests.bench import theory
from tests.bench.report import Row

RATES, SERVERS, PROMISES, SLOPES = (0.3, 0.6, 1.5), 3, (1, 2, 6), (6.0, 3.0, 1.0)
A_DAY, DAYS, SKIP = 20_000, 50, 1_000
"""Tickets of a day, days of a case, and the first of each day that do not count."""
MARKOV_SERVERS, MARKOV_RATE, MARKOV_DAYS, EVERY = 5, 4.5, 2, 4
"""The check of forecasts where their error is known: windows, tickets per mean service, and which tickets are told."""
WAITING, WINDOWS, SERVICES, TIMES = 500, 68, 24, 100

Sums = dict[int, tuple[int, float]]
"""By class: how many, and the sum of their waits."""


class Told(msgspec.Struct, frozen=True):
    """What was known of a wait, in mean services: the mean of its courses, by the length of its line, and the last wait."""

    mean: float
    by_line: float
    last: float


def rows() -> list[Row]:
    """Every figure with its goal."""
    cases = [(policy, seed) for policy in POLICIES for seed in range(DAYS)]
    found: dict[PolicyName, Sums] = {policy: {} for policy in POLICIES}
    cores = len(sched_getaffinity(0))
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        markov = [pool.submit(_markov, seed) for seed in range(MARKOV_DAYS)]
        for (policy, _), sums in zip(cases, pool.map(_sums, cases), strict=True):
            for kind, (count, total) in sums.items():
                before = found[policy].get(kind, (0, 0.0))
                found[policy][kind] = (before[0] + count, before[1] + total)
        told = [each for day in markov for each in day.result()]
    return [*_means(found), *_conserved(found), *_exponential(told), _choice()]


def _sums(case: tuple[PolicyName, int]) -> Sums:
    policy, seed = case
    found: Sums = {}
    played = theory.played(policy, SERVERS, PROMISES, theory.drawn(RATES, A_DAY, seed))
    for kind, waited in theory.waits(played, SKIP):
        count, total = found.get(kind, (0, 0.0))
        found[kind] = (count + 1, total + waited)
    return found


def _mean(sums: Sums) -> float:
    return sum(total for _, total in sums.values()) / sum(count for count, _ in sums.values())


def _means(found: dict[PolicyName, Sums]) -> Iterator[Row]:
    fair = theory.mean_wait(SERVERS, sum(RATES))
    yield _near("R1 M/M/3 under fcfs: mean wait beside Erlang", _mean(found["fcfs"]), fair)
    loads = [rate / SERVERS for rate in RATES]
    strict, ratio = theory.strict_waits(SERVERS, RATES), theory.ratio_waits(fair, loads, SLOPES)
    for kind in range(len(RATES)):
        count, total = found["strict"][kind]
        yield _near(f"R1 strict, class {kind}, {count:,}, beside Cobham", total / count, strict[kind])
    for kind in range(len(RATES)):
        count, total = found["promise"][kind]
        yield _near(
            f"R1 promise 1:2:6, class {kind}, {count:,}, beside Kleinrock", total / count, ratio[kind]
        )


def _conserved(found: dict[PolicyName, Sums]) -> Iterator[Row]:
    fair = _mean(found["fcfs"])
    for policy in POLICIES:
        if policy != "fcfs":
            yield _near(
                f"R2 {policy}: mean wait of all beside fcfs on the same tickets", _mean(found[policy]), fair
            )


def _near(what: str, value: float, expected: float, within: float = 0.02) -> Row:
    ratio = value / expected
    goal = f"within {within:.0%}"
    return Row(what, f"{value:.4f}", f"{expected:.4f}", f"{ratio:.4f}", goal, abs(ratio - 1) <= within)


def _markov(seed: int) -> list[tuple[float, Told]]:
    """Waits of an M/M/5 line of 0.9 load, with what was known of each."""
    table = tuple(-theory.UNIT_MIN * log(1 - (n + 0.5) / SIZE) for n in range(SIZE))
    habits = Habits(
        services={theory.ONLY: Spread(table)},
        other=Spread(table),
        pace={},
        items=1.0,
        missed=0.0,
        missing=Spread((1.0,)),
        breath=0.0,
        coming={theory.ONLY: (0.0,) * HALF_HOURS},
        classes={"ordinary": 1.0},
        count=A_DAY,
    )
    asked = 0

    def tell(state: State, now: datetime, ticket: TicketId) -> Told | None:
        nonlocal asked
        asked += 1
        if asked % EVERY:
            return None
        part = scene(state, habits, now, part_of(state, now, theory.ONLY), asked=False)
        mine = next(n for n, each in enumerate(part.tickets) if each[0] == ticket)
        waits = courses(part, 100, str(state.seq), only=ticket)[mine]
        ahead = len(list(state.lines[theory.ONLY]))
        step = next(islice(reversed(state.tickets.values()), ahead, None)).step
        assert step.called_at is not None
        assert step.since_at is not None
        return Told(
            fmean(waits) / theory.UNIT_MIN,
            ahead / MARKOV_SERVERS,
            theory.units(step.called_at, step.since_at),
        )

    hall = theory.hall("fcfs", MARKOV_SERVERS, (1,))
    posts = [Post(WindowId(f"w{n}"), 1.0) for n in range(MARKOV_SERVERS)]
    visits = theory.drawn((MARKOV_RATE,), A_DAY, 1000 + seed)
    played, _ = run(hall, theory.DAY, posts, visits, missed_min=1.0, tell=tell)
    return [
        (theory.units(row.called_at, row.visit.at), row.outlook)
        for row in played[SKIP:]
        if row.outlook is not None and row.called_at is not None
    ]


def _exponential(told: Sequence[tuple[float, Told]]) -> Iterator[Row]:
    mean = fmean(waited for waited, _ in told)

    def square(values: Sequence[float]) -> float:
        return fmean((value - waited) ** 2 for value, (waited, _) in zip(values, told, strict=True)) / mean**2

    ours, line, last = (
        square([getattr(each, name) for _, each in told]) for name in ("mean", "by_line", "last")
    )
    what = f"P8 M/M/5 of load 0.9, {len(told):,} told: mean square error by mean wait squared"
    yield Row(what, f"{ours:.4f}", f"known times {line:.4f}", f"{ours / line:.3f}", "<= 0.115", ours <= 0.115)
    yield Row(
        "P8 the same of LES, beside known times",
        f"{last:.4f}",
        f"{line:.4f}",
        f"{last / line:.2f}",
        ">= 1.8",
        last >= 1.8 * line,
    )


def _choice() -> Row:
    """How long it takes a window to find whom it calls."""
    hall = _large()
    state = State(hall, theory.DAY)
    now, chance = opening(theory.DAY), Random(1)
    names = iter(range(10**9))

    def do(command: c.Command, who: Actor) -> None:
        context = Context(now, who, lambda: f"drawn-{next(names):06d}", AsPlanned(), b"")
        for event, beside in decide(state, command, context).facts:
            apply(state, Stamped(state.seq + 1, now, who.id, "x", event, beside), undoable=False)

    for window in hall.windows:
        do(c.Open(window=window.id, clerk=f"clerk-{window.id}", reason="x"), Actor("manager", "x"))
    for _ in range(WAITING):
        now += timedelta(seconds=chance.uniform(1, 5))
        service = chance.choice(hall.services).id
        do(c.Take(service=service, class_=chance.choice("0123"), then=(), paper=False), Actor("kiosk", "x"))
    policy, found = AsPlanned(), []
    for _ in range(TIMES):
        for window in hall.windows:
            begun = perf_counter()
            choice = policy.choose(state, window.id, now)
            found.append((perf_counter() - begun) * 1000)
            assert choice.ticket is not None
    slow = sorted(found)[int(0.99 * len(found))]
    what = f"R10 choosing among {WAITING} who wait, {WINDOWS} windows, P99"
    return Row(what, f"{slow:.4f} ms", "", "", "<= 0.2 ms", slow <= 0.2)


def _large() -> Hall:
    small = theory.hall("promise", 0, (5, 10, 10, 15))
    zone = small.zones[0].id
    names = [ServiceId(f"s{n}") for n in range(SERVICES)]
    return msgspec.structs.replace(
        small,
        services=tuple(Service(id=name, zone=zone, prefix="A", name=theory.NAME) for name in names),
        windows=tuple(
            Window(
                id=WindowId(f"w{n}"),
                name=theory.NAME,
                zone=zone,
                services=tuple(names[(n + more) % SERVICES] for more in range(1 + n % 3)),
            )
            for n in range(WINDOWS)
        ),
    )
