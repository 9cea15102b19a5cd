"""The real engine beside queueing theory, and beside a simulator that shares nothing with it."""

from collections.abc import Sequence
from itertools import pairwise
from math import inf
from typing import Any

import ciw
import pytest

from queue_server.engine.hall import POLICIES, PolicyName
from queue_server.simulation.file import opening
from queue_server.simulation.virtual import Visit
from tests.bench import theory

RATES, SERVERS, PROMISES, SLOPES = (0.3, 0.6, 1.5), 3, (1, 2, 6), (6.0, 3.0, 1.0)
LOADS = tuple(rate / SERVERS for rate in RATES)
FAIR = theory.mean_wait(SERVERS, sum(RATES))


@pytest.mark.parametrize(
    "servers, load, share",
    [(2, 1.6, 0.711111), (5, 4, 0.554113), (10, 9, 0.668732), (39, 35, 0.406150), (68, 60, 0.228033)],
)
def test_erlangs_c_is_what_his_tables_say(servers: int, load: float, share: float) -> None:
    assert theory.delayed(servers, load) == pytest.approx(share, abs=1e-6)


def test_one_window_is_the_formula_for_one_window() -> None:
    assert theory.mean_wait(1, 0.8) == pytest.approx(4.0)
    assert theory.fair_wait([0.8]) == pytest.approx(4.0)


def test_slopes_lead_from_first_come_first_served_to_strict_and_waits_are_only_moved_between_classes() -> (
    None
):
    """Kleinrock's recursion at both ends, and his conservation law between them."""
    equal, steep = (theory.ratio_waits(FAIR, LOADS, slopes) for slopes in ((1.0, 1.0, 1.0), (1e12, 1e6, 1.0)))
    assert equal == pytest.approx([FAIR] * 3)
    assert steep == pytest.approx(theory.strict_waits(SERVERS, RATES), rel=1e-4)
    between = theory.ratio_waits(FAIR, LOADS, SLOPES)
    assert between == pytest.approx([0.43967, 0.65226, 1.37700], abs=1e-5)
    for waits in (equal, steep, between):
        moved = sum(load * wait for load, wait in zip(LOADS, waits, strict=True))
        assert moved == pytest.approx(sum(LOADS) * FAIR, rel=1e-4)


@pytest.mark.parametrize("policy", ["fcfs", "strict", "promise"])
def test_every_ticket_is_called_when_ciw_calls_it(policy: PolicyName) -> None:
    visits = theory.drawn(RATES, 300, 11)
    rows = theory.played(policy, SERVERS, PROMISES, visits)
    ours = sorted(theory.waits(rows))
    told = sorted(_ciw(policy, visits))
    assert [kind for kind, _ in ours] == [kind for kind, _ in told]
    assert [wait for _, wait in ours] == pytest.approx([wait for _, wait in told], abs=1e-4)
    assert len({round(wait, 3) for _, wait in ours}) > 100, "many wait, and differently"


def test_no_rule_makes_waits_shorter_than_another_on_the_whole() -> None:
    """The conservation law. Where all take equally long it holds to the last digit; the bench asks it of other times."""
    visits = theory.drawn(RATES, 150, 3, lambda _: 1.0)
    waits = {
        policy: sorted(theory.waits(theory.played(policy, SERVERS, PROMISES, visits))) for policy in POLICIES
    }
    fair = sum(wait for _, wait in waits["fcfs"])
    for policy, some in waits.items():
        assert sum(wait for _, wait in some) == pytest.approx(fair, rel=1e-5)
        assert (some == waits["fcfs"]) == (policy == "fcfs"), "but others wait"


def _ciw(policy: PolicyName, visits: Sequence[Visit]) -> list[tuple[int, float]]:
    """The same citizens in Ciw: the class and the wait of each, in units of a mean service."""
    kinds = [f"c{n}" for n in range(len(PROMISES))]
    begin = opening(theory.DAY)
    gaps, works = {}, {}
    for n, kind in enumerate(kinds):
        mine = [visit for visit in visits if visit.class_ == str(n)]
        at = [0.0, *(theory.units(visit.at, begin) for visit in mine)]
        gaps[kind] = [ciw.dists.Sequential([b - a for a, b in pairwise(at)] + [inf])]
        works[kind] = [ciw.dists.Sequential([visit.work_min / theory.UNIT_MIN for visit in mine])]
    more: dict[str, Any] = {}
    if policy == "strict":
        more["priority_classes"] = {kind: n for n, kind in enumerate(kinds)}
    if policy == "promise":
        more["service_disciplines"] = [_largest_share]
    network = ciw.create_network(
        arrival_distributions=gaps, service_distributions=works, number_of_servers=[SERVERS], **more
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(theory.units(visits[-1].at, begin) + 1000.0)
    return [
        (kinds.index(record.customer_class), record.waiting_time) for record in simulation.get_all_records()
    ]


def _largest_share(individuals: list[Any], now: float) -> Any:
    """Whoever has used the largest share of what their class is promised; of equals the first in line."""
    return max(
        individuals,
        key=lambda one: (now - one.arrival_date) / PROMISES[int(one.customer_class.removeprefix("c"))],
    )
