"""A hall of a file with other windows: beside a simulator that shares nothing with ours, and what a replay foretells of skills."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from math import inf, sqrt
from statistics import fmean, stdev
from typing import Any

import ciw
import msgspec

from queue_server.engine.state import State
from queue_server.forecast.habit import Habits
from queue_server.simulation import file as files
from queue_server.simulation import replay, virtual
from queue_server.simulation.replay import Change, Pair, Past
from queue_server.wire.ids import ServiceId, WindowId
from tests.bench.drawn import days
from tests.bench.report import Row

PLAIN_DAYS, A_DAY, SEED = 40, 1100, 5000
GENERALISTS = 4
WITHIN = 0.10


def beside_ciw(content: bytes) -> Iterator[Row]:
    """Windows of one service each, and windows that all do everything: days without breaks, at one pace, played by both."""
    for name in ("dedicated", "pooled"):
        changed = _plain(content, pooled=name == "pooled")
        plan = files.plan(changed)
        hall = plan.hall("fcfs")
        ours, theirs = [], []
        for day in days(changed, A_DAY, PLAIN_DAYS, SEED):
            visits = [visit for _, visit in day.visits]
            rows, _ = virtual.run(hall, day.date, plan.posts(day.date), visits, missed_min=plan.no_show_min)
            ours.append(fmean(virtual.waits(rows)))
            theirs.append(fmean(_ciw(plan, day)))
        half = 2.02 * stdev(ours) / sqrt(len(ours))
        off = abs(fmean(ours) - fmean(theirs))
        yield Row(
            f"R3 39 {name} windows, {PLAIN_DAYS} days: mean wait beside Ciw on the same tickets",
            f"{fmean(ours):.4f} min",
            f"{fmean(theirs):.4f} min",
            f"+- {half:.3f}",
            f"within {max(half, 0.001):.3f} min",
            off <= max(half, 0.001),
        )


def _plain(content: bytes, *, pooled: bool) -> bytes:
    truth: dict[str, Any] = msgspec.json.decode(content)
    every = [service["id"] for service in truth["services"]]
    for window in truth["windows"]:
        window |= {"speed": 1.0, "lunch": None, "skills": every if pooled else window["skills"][:1]}
    return msgspec.json.encode(truth | {"day_cv": 0.0})


def _ciw(plan: files.Plan, day: files.Drawn) -> list[float]:
    """A day in Ciw: a node for each set of services that share their windows."""
    begin = files.opening(day.date)
    nodes: dict[tuple[int, ...], int] = {}
    for window in plan.staffed:
        nodes[window.skills] = nodes.get(window.skills, 0) + 1
    gaps, works = [], []
    for skills in nodes:
        mine = [visit for _, visit in day.visits if int(visit.service) in skills]
        at = [0.0, *((visit.at - begin).total_seconds() / 60 for visit in mine)]
        gaps.append(ciw.dists.Sequential([later - before for before, later in pairwise(at)] + [inf]))
        works.append(
            ciw.dists.Sequential([plan.no_show_min if v.missed else v.work_min for v in mine] or [1.0])
        )
    network = ciw.create_network(
        arrival_distributions=gaps,
        service_distributions=works,
        number_of_servers=list(nodes.values()),
        routing=[[0.0] * len(nodes) for _ in nodes],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(10_000.0)
    return [record.waiting_time for record in simulation.get_all_records()]


def generalists(
    content: bytes, lived: Sequence[tuple[files.Drawn, State]], habits: Habits, many: Sequence[files.Drawn]
) -> Iterator[Row]:
    """Four windows learn everything: what a replay of past days says of that, and what it does on others."""
    plan = files.plan(content)
    staffed = [window.id for window in plan.staffed]
    chosen = staffed[:: len(staffed) // GENERALISTS][:GENERALISTS]
    every = [ServiceId(str(service.id)) for service in plan.services]
    change = Change(skills=tuple((WindowId(str(window)), service) for window in chosen for service in every))
    foretold = replay.effect(
        [pair for day, state in lived for pair in replay.pairs(_past(plan, day, state), habits, change, 2)]
    )
    truth: dict[str, Any] = msgspec.json.decode(content)
    for window in truth["windows"]:
        if window["id"] in chosen:
            window["skills"] = [*window["skills"], *(int(s) for s in every if int(s) not in window["skills"])]
    other = files.plan(msgspec.json.encode(truth))
    true = replay.effect([Pair(day.date, _waits(plan, day), _waits(other, day)) for day in many])
    assert foretold is not None
    assert true is not None
    for name, told, found in (("mean", foretold.mean, true.mean), ("P95", foretold.tail, true.tail)):
        said, came = told.difference / told.before, found.difference / found.before
        yield Row(
            f"R9 {GENERALISTS} windows learn everything: {name} as foretold from {len(lived)} past days",
            f"{said:+.1%}",
            f"came {came:+.1%}",
            f"{said / came:.3f}",
            f"within {WITHIN:.0%}",
            abs(said / came - 1) <= WITHIN,
        )


def _past(plan: files.Plan, day: files.Drawn, state: State) -> Past:
    """A day as a hall's log would have it."""
    begin = files.opening(day.date)
    hall = plan.hall("promise")
    work = {}
    for post in plan.posts(day.date):
        edges = [
            begin,
            *(edge for span in post.off for edge in span),
            begin + timedelta(minutes=plan.day_min),
        ]
        work[post.window] = tuple(zip(edges[::2], edges[1::2], strict=True))
    able = {window.id: window.services for window in hall.windows}
    return Past(day.date, hall, tuple(state.tickets.values()), work, able, dict.fromkeys(work, ()))


def _waits(plan: files.Plan, day: files.Drawn) -> tuple[replay.Wait, ...]:
    visits = [visit for _, visit in day.visits]
    hall, posts = plan.hall("promise"), plan.posts(day.date)
    rows, _ = virtual.run(hall, day.date, posts, visits, missed_min=plan.no_show_min)
    return tuple(
        replay.Wait(row.visit.service, row.visit.class_, waited)
        for row, waited in zip(rows, virtual.waits(rows), strict=True)
    )
