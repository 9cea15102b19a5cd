"""Rules of calling and told waits on drawn days, beside what other systems tell: the figures that docs/forecast.md is about.

The days are files of a folder, as `jiaohao-server simulate` reads them: `hall_bench.json`, `days_train_1300.csv.gz`,
`days_predict_1300.csv.gz` and `days_route_1300.csv.gz`. They are no part of the project.

Beside ours stand n * S / c and (n + 1) * S / c, by the n people ahead for the same service, its learned mean S and the c windows
that could serve it now; and the wait of whoever was called last for it (LES), or that of whoever is first in its line until now
(HOL).
"""

import gzip
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from math import sqrt
from pathlib import Path
from statistics import fmean

import msgspec

from queue_server.engine.hall import Hall, PolicyName
from queue_server.engine.state import State
from queue_server.forecast.habit import Habits, came, learn, seen
from queue_server.forecast.wait import Outlook, outlook
from queue_server.simulation import file as files
from queue_server.simulation import virtual
from queue_server.wire.day import local, local_day
from queue_server.wire.ids import TicketId
from tests.bench.drawn import days
from tests.bench.layout import beside_ciw, generalists
from tests.bench.report import Row

FOLDER = "JIAOHAO_BENCH_DAYS"
"""The environment's name of the folder."""
RULES: tuple[PolicyName, ...] = ("promise", "fcfs", "strict")
MOST = {"green": 13.5, "elder": 22.5, "appt": 22.5}
"""Minutes at the 95th percentile, by class."""
ENOUGH = 100
"""Told tickets of a class from which its share says something."""
AUDITED, LEAST_COVERED = 200, 0.80
"""A service that was told so often, and of whose waits fewer than that end by P90, is told badly."""
DRAWN, LEARNED, SEED = 5, 10, 7000
"""Days that are drawn to be told, days that are drawn to be learned from, and the first seed."""


class Known(msgspec.Struct, frozen=True):
    """What was told of a wait at its issue, by each way to tell one, in minutes; and what ours cost."""

    ours: Outlook
    b0: float
    b1: float
    les: float
    hol: float
    cost_ms: float


class Told(msgspec.Struct, frozen=True):
    """Somebody who had to wait: for how long, and what they were told."""

    day: str
    service: str
    kind: str
    hour: float
    waited: float
    known: Known


def folder(named: Path | None) -> Path | None:
    """Where the days are, if there are any: as named, or by the environment."""
    found = named or (Path(os.environ[FOLDER]) if os.environ.get(FOLDER) else None)
    return found if found is not None and (found / "hall_bench.json").exists() else None


def rows(folder_: Path, draw: Callable[[Sequence[Told]], object] = len) -> list[Row]:
    """Every figure with its goal; `draw` is given what was told on the days of P1."""
    content = (folder_ / "hall_bench.json").read_bytes()
    plan = files.plan(content)
    past, asked, many = (
        _read(folder_ / f"days_{name}_1300.csv.gz", plan) for name in ("train", "predict", "route")
    )
    routed = {
        rule: [found for _, found, _ in played(plan, plan.hall(rule), many, f"R {rule}")] for rule in RULES
    }
    lived = [(day, state) for day, _, state in played(plan, plan.hall("promise"), past, "learning")]
    habits = _taught([state for _, state in lived])
    quick = [found for _, found, _ in played(plan, _quickly(plan, habits), many, "R quick")]
    told = tell(plan, habits, asked, "P1")
    draw(told)
    return [
        *beside_ciw(content),
        *_rules(routed, quick),
        *generalists(content, lived, habits, many),
        *_forecast(told),
        *_others(plan, content, habits, asked[:DRAWN]),
    ]


def _read(path: Path, plan: files.Plan) -> list[files.Drawn]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return files.days(lines, plan)


def played(
    plan: files.Plan, hall: Hall, days: Sequence[files.Drawn], label: str, tell_: virtual.Tell | None = None
) -> Iterator[tuple[files.Drawn, list[virtual.Row], State]]:
    """Days in a hall, one after the other; says which one is done."""
    for n, day in enumerate(days, 1):
        visits = [visit for _, visit in day.visits]
        found, state = virtual.run(
            hall, day.date, plan.posts(day.date), visits, missed_min=plan.no_show_min, tell=tell_
        )
        print(f"  {label}: day {n} of {len(days)}", file=sys.stderr, flush=True)
        yield day, found, state


def learned(plan: files.Plan, days: Sequence[files.Drawn]) -> Habits:
    """What days teach a hall that calls by promise."""
    return _taught([state for _, _, state in played(plan, plan.hall("promise"), days, "learning")])


def _taught(states: Sequence[State]) -> Habits:
    tickets = [ticket for state in states for ticket in state.tickets.values()]
    found = learn(list(seen(tickets)), list(came(tickets)))
    assert found is not None
    return found


def tell(
    plan: files.Plan, habits: Habits, days: Sequence[files.Drawn], label: str, hall: Hall | None = None
) -> list[Told]:
    """Whoever had to wait, with all that could be told them."""
    teller, found = _Teller(plan, habits), []
    for day, some, _ in played(plan, hall or plan.hall("promise"), days, label, teller):
        for row, waited in zip(some, virtual.waits(some), strict=True):
            if row.outlook is not None:
                found.append(
                    Told(day.name, row.visit.service, row.visit.class_, _hour(row), waited, row.outlook)
                )
    return found


def _hour(row: virtual.Row) -> float:
    """The local hour at which somebody came."""
    there = local(row.visit.at)
    return there.hour + there.minute / 60


class _Teller:
    """Tells by every way."""

    def __init__(self, plan: files.Plan, habits: Habits) -> None:
        self.plan, self.habits = plan, habits

    def __call__(self, state: State, now: datetime, ticket: TicketId) -> Known:
        begun = time.process_time()
        ours = outlook(state, self.habits, now, ticket)
        cost_ms = (time.process_time() - begun) * 1000
        service = state.tickets[ticket].step.service
        line = list(state.lines[service])
        ahead = len(line) - 1
        able = sum(
            service in state.served_at(post.window) and not any(start <= now < end for start, end in post.off)
            for post in self.plan.posts(local_day(now))
        )
        mean = fmean(self.habits.services.get(service, self.habits.other).durations)
        calls = [
            (step.called_at, step.called_at - step.since_at)
            for step in (each.step for each in state.tickets.values())
            if step.service == service and step.called_at is not None and step.since_at is not None
        ]
        return Known(
            ours=ours,
            b0=ahead * mean / max(able, 1),
            b1=(ahead + 1) * mean / max(able, 1),
            les=max(calls)[1].total_seconds() / 60 if calls else 0.0,
            hol=(now - line[0][0]).total_seconds() / 60,
            cost_ms=cost_ms,
        )


def share(values: Sequence[float], part: float) -> float:
    """The value below which such a part of all lies."""
    ordered = sorted(values)
    return ordered[min(int(part * len(ordered)), len(ordered) - 1)]


def _at_most(what: str, value: float, goal: float, beside: str = "", unit: str = "min") -> Row:
    told = f"{value:.2f} {unit}" if unit else f"{value:.3f}"
    return Row(what, told, beside, "", f"<= {goal:g} {unit}".strip(), value <= goal)


def _within(what: str, value: float, least: float, most: float, beside: str = "") -> Row:
    return Row(what, f"{value:.3f}", beside, "", f"{least:g} to {most:g}", least <= value <= most)


def _beside(what: str, value: float, beside: float, most: float) -> Row:
    ratio = value / beside
    return Row(what, f"{value:.2f} min", f"{beside:.2f} min", f"{ratio:.3f}", f"<= {most:g}", ratio <= most)


def _quickly(plan: files.Plan, habits: Habits) -> Hall:
    """The hall by promise with quick matters first, each service as long as it takes on the average of the learned days."""
    hall = plan.hall("promise")
    return msgspec.structs.replace(
        hall,
        rules=msgspec.structs.replace(hall.rules, quick_first=True),
        services=tuple(
            msgspec.structs.replace(
                service, usual_min=round(fmean(habits.services[service.id].durations)) or 1
            )
            for service in hall.services
        ),
    )


def _rules(
    routed: dict[PolicyName, list[list[virtual.Row]]], quick: Sequence[Sequence[virtual.Row]]
) -> Iterator[Row]:
    every = {rule: [row for day in days for row in day] for rule, days in routed.items()}
    waits = {rule: list(virtual.waits(some)) for rule, some in every.items()}
    classes = {rule: _by_class(some) for rule, some in every.items()}
    yield _beside("R4 promise beside fcfs: mean wait", fmean(waits["promise"]), fmean(waits["fcfs"]), 1.015)
    tails = {rule: share(of["ordinary"], 0.95) for rule, of in classes.items()}
    yield _beside("R5 promise beside fcfs: P95, ordinary", tails["promise"], tails["fcfs"], 1.12)
    yield _beside("R5 promise beside strict: P95, ordinary", tails["promise"], tails["strict"], 0.85)
    for kind, most in MOST.items():
        beside = f"fcfs {share(classes['fcfs'][kind], 0.95):.1f}"
        yield _at_most(f"R6 promise: P95, {kind}", share(classes["promise"][kind], 0.95), most, beside)
    passed = {
        rule: sum(virtual.skips(day) for day in days) / len(every[rule]) for rule, days in routed.items()
    }
    yield _at_most(
        "R7 promise: share of the skipped", passed["promise"], 0.065, f"strict {passed['strict']:.3f}", ""
    )
    unexplained = sum(_unexplained(day) for days in routed.values() for day in days)
    yield _at_most("R7 skips for no reason, all rules", unexplained, 0, "", "")
    quickly = list(virtual.waits([row for day in quick for row in day]))
    for name, found in (("promise", waits["promise"]), ("promise, quick matters first", quickly)):
        yield Row(
            f"R8 (stretch) {name}: mean, P95, most",
            f"{fmean(found):.2f}, {share(found, 0.95):.1f}, {max(found):.0f} min",
            "",
            "",
            "5.6, 27.5, 130",
            None,
        )


def _by_class(some: Sequence[virtual.Row]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for row, waited in zip(some, virtual.waits(some), strict=True):
        found.setdefault(row.visit.class_, []).append(waited)
    return found


def _unexplained(day: Sequence[virtual.Row]) -> int:
    """Who had somebody called before them who came later for the same service and was promised no less."""
    promise = dict(files.CLASSES)
    found = 0
    for least in set(promise.values()):
        of_service: dict[str, datetime] = {}
        for row in reversed(day):
            called, service = row.called_at, row.visit.service
            assert called is not None
            if promise[row.visit.class_] == least:
                found += service in of_service and of_service[service] < called
            if promise[row.visit.class_] >= least:
                of_service[service] = min(called, of_service.get(service, called))
    return found


def mae(told: Sequence[Told], value: Callable[[Known], float]) -> float:
    """The mean of how far off it was."""
    return fmean(abs(value(each.known) - each.waited) for each in told)


def pinball(told: Sequence[Told], value: Callable[[Known], float], part: float) -> float:
    """The mean loss of a quantile: what it is too low counts `part`, what it is too high the rest."""
    return fmean(
        max(part * (each.waited - value(each.known)), (part - 1) * (each.waited - value(each.known)))
        for each in told
    )


BASELINES: dict[str, Callable[[Known], float]] = {
    "n*S/c": lambda known: known.b0,
    "(n+1)*S/c": lambda known: known.b1,
    "LES": lambda known: known.les,
    "HOL": lambda known: known.hol,
}


def _forecast(told: Sequence[Told]) -> Iterator[Row]:
    ours = _ours(told)
    errors = {name: mae(told, value) for name, value in BASELINES.items()}
    yield _at_most(f"P1 mean error of P50, {len(told):,} who wait", ours, 3.4)
    yield _beside("P1 beside n*S/c", ours, errors["n*S/c"], 0.6)
    yield _beside("P1 beside (n+1)*S/c", ours, errors["(n+1)*S/c"], 0.72)
    snapshot = min(("LES", "HOL"), key=errors.__getitem__)
    yield _beside(f"P1 beside the better of LES and HOL ({snapshot})", ours, errors[snapshot], 0.6)
    off = [each.known.ours.p50 - each.waited for each in told]
    mean = fmean(each.waited for each in told)
    rrase = sqrt(fmean(each * each for each in off)) / mean
    yield _at_most("P2 root mean square error of P50 by mean wait", rrase, 0.57, "", "")
    near = fmean(abs(each) <= 5 for each in off)
    yield Row("P2 within 5 minutes", f"{near:.3f}", "", "", ">= 0.79", near >= 0.79)
    yield Row("P2 bias of P50", f"{fmean(off):+.2f} min", "", "", "", None)
    yield _within("P3 waits up to P90", _covered(told), 0.88, 0.92)
    for kind, _ in files.CLASSES:
        some = [each for each in told if each.kind == kind]
        if len(some) >= ENOUGH:
            yield _within(f"P3 the same: {kind}, {len(some):,}", _covered(some), 0.85, 0.95)
    inside = fmean(each.known.ours.p10 <= each.waited <= each.known.ours.p90 for each in told)
    yield _within("P3 waits from P10 to P90", inside, 0.77, 0.83)
    tail = pinball(told, lambda known: known.ours.p90, 0.9)
    yield _beside(
        "P4 pinball loss of P90 beside the best simple one plus a constant",
        tail,
        min(_best(told, value) for value in BASELINES.values()),
        0.65,
    )
    costs = [each.known.cost_ms for each in told]
    yield _at_most("P9 processor time of an answer, mean", fmean(costs), 15.0, "", "ms")
    yield _at_most(
        "P9 processor time of an answer, P95", share(costs, 0.95), 25.0, f"most {max(costs):.0f} ms", "ms"
    )
    yield _audit(told)
    for day in dict.fromkeys(each.day for each in told):
        yield _day(day, [each for each in told if each.day == day])


def _audit(told: Sequence[Told]) -> Row:
    """How many services a hall would be warned of."""
    by_service: dict[str, list[Told]] = {}
    for each in told:
        by_service.setdefault(each.service, []).append(each)
    shares = [_covered(some) for some in by_service.values() if len(some) >= AUDITED]
    low = sum(part < LEAST_COVERED for part in shares)
    what = f"P11 of {len(shares)} services told {AUDITED} times or more: fewer than {LEAST_COVERED:.0%} up to P90"
    return Row(what, str(low), f"least {min(shares, default=1.0):.3f}", "", "0", low == 0)


def _covered(told: Sequence[Told]) -> float:
    return fmean(each.waited <= each.known.ours.p90 for each in told)


def _best(told: Sequence[Told], value: Callable[[Known], float]) -> float:
    """The loss of a P90 that is a simple wait plus the constant that would have been best on these very days."""
    more = share([each.waited - value(each.known) for each in told], 0.9)
    return pinball(told, lambda known: value(known) + more, 0.9)


def _day(day: str, told: Sequence[Told]) -> Row:
    waited = fmean(each.waited for each in told)
    ours = _ours(told)
    return Row(
        f"day {day}: error of P50 beside the mean wait, {len(told)} who wait",
        f"{ours:.2f} min",
        f"{waited:.2f} min",
        f"{ours / waited:.3f}",
        "",
        None,
    )


def _others(plan: files.Plan, content: bytes, habits: Habits, asked: Sequence[files.Drawn]) -> Iterator[Row]:
    """Days of another kind than those that were learned from."""
    busy = tell(plan, habits, days(content, 1500, DRAWN, SEED), "P5")
    yield _at_most(
        "P5 1,500 a day, mean error", _ours(busy), 4.8, f"n*S/c {mae(busy, BASELINES['n*S/c']):.2f}"
    )
    yield _least("P5 waits up to P90", _covered(busy), 0.88)
    fewer = learned(plan, days(content, 1100, LEARNED, SEED + 100))
    more = tell(plan, fewer, days(content, 1300, DRAWN, SEED + 200), "P6 demand")
    yield from _worth("P6 1,300 a day, learned from 1,100", more)
    mixed = learned(plan, days(content, 1300, LEARNED, SEED + 300, mixture=True))
    long = tell(plan, mixed, days(content, 1300, DRAWN, SEED + 400, mixture=True), "P6 mixture")
    yield from _worth("P6 services of two kinds", long)
    hall = plan.hall("promise")
    roster = tuple(msgspec.structs.replace(duty, breaks=()) for duty in hall.roster)
    blind = tell(plan, habits, asked, "P7", msgspec.structs.replace(hall, roster=roster))
    yield _at_most(f"P7 breaks that are not in the roster, {DRAWN} days, mean error", _ours(blind), 4.1)
    yield _least("P7 waits up to P90", _covered(blind), 0.85)


def _worth(what: str, told: Sequence[Told]) -> Iterator[Row]:
    yield _beside(f"{what}: error beside n*S/c", _ours(told), mae(told, BASELINES["n*S/c"]), 0.65)
    yield _least(f"{what}: waits up to P90", _covered(told), 0.88)


def _ours(told: Sequence[Told]) -> float:
    return mae(told, lambda known: known.ours.p50)


def _least(what: str, value: float, least: float) -> Row:
    return Row(what, f"{value:.3f}", "", "", f">= {least:g}", value >= least)
