"""What queueing theory says of waits, and the real engine on drawn citizens for whom theory has an answer.

Sources: Erlang's C by the recursion of Erlang B; the head-of-line priority queue (Cobham 1954) with one mean of service for all;
the accumulating priority queue by Kleinrock's recursion (1964; Stanford, Taylor, Ziedins 2014), for several servers as Sharif,
Stanford, Taylor and Ziedins (2014) have it. Times are multiples of the mean service time unless a rate says otherwise.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random

from queue_server.engine.hall import Class, Hall, PolicyName, Rules, Service, Window, Zone
from queue_server.simulation.file import opening
from queue_server.simulation.virtual import Post, Row, Visit, run
from queue_server.wire.ids import ServiceId, WindowId, ZoneId
from queue_server.wire.ticket import Text

UNIT_MIN = 0.05
"""A mean service time on the engine's clock: short, so that many tickets fall into one day."""
DAY = date(2026, 1, 5)
ONLY = ServiceId("only")
NAME = Text("模拟", "simulated")


def delayed(servers: int, load: float) -> float:
    """Erlang's C: the share of citizens who find `servers` windows busy that have `load` erlangs of work."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked / (1 - load / servers * (1 - blocked))


def mean_wait(servers: int, rate: float) -> float:
    """The mean wait where `rate` come per mean service time (M/M/c), under any rule that does not look at service times."""
    return delayed(servers, rate) / (servers - rate)


def strict_waits(servers: int, rates: Sequence[float]) -> list[float]:
    """The mean wait of each class, the first goes before all others (M/M/c, non-preemptive)."""
    base = delayed(servers, sum(rates)) / servers
    sums = [sum(rates[:n]) / servers for n in range(len(rates) + 1)]
    return [base / ((1 - before) * (1 - upto)) for before, upto in pairwise(sums)]


def ratio_waits(fair: float, loads: Sequence[float], slopes: Sequence[float]) -> list[float]:
    """The mean wait of each class that gains priority by its slope while it waits, steepest first.

    `fair` is the mean wait under first come, first served; `loads` are the classes' shares of the time of all windows.
    """
    found = [0.0] * len(loads)
    for p in reversed(range(len(loads))):
        slower = sum(loads[i] * found[i] * (1 - slopes[i] / slopes[p]) for i in range(p + 1, len(loads)))
        steeper = sum(loads[i] * (1 - slopes[p] / slopes[i]) for i in range(p))
        found[p] = (fair - slower) / (1 - steeper)
    return found


def fair_wait(loads: Sequence[float], square: float = 2.0) -> float:
    """The mean wait at one window, first come, first served (M/G/1); `square` is the second moment of a service of mean 1."""
    return sum(loads) * square / 2 / (1 - sum(loads))


def hall(policy: PolicyName, servers: int, promises: Sequence[int]) -> Hall:
    """One service at so many windows, and a class for each promise."""
    zone = ZoneId("z")
    return Hall(
        name=NAME,
        rules=Rules(policy=policy, guard_min=0, reentries=0, open_per_person=0),
        classes=tuple(
            Class(id=str(n), name=NAME, promise_min=minutes, counts="at_once")
            for n, minutes in enumerate(promises)
        ),
        zones=(Zone(id=zone, letter="A", name=NAME, short=NAME, colour="#000000"),),
        services=(Service(id=ONLY, zone=zone, prefix="A", name=NAME),),
        windows=tuple(
            Window(id=WindowId(f"w{n}"), name=NAME, zone=zone, services=(ONLY,)) for n in range(servers)
        ),
    )


def exponential(chance: Random) -> float:
    """A time of mean 1 that has no memory."""
    return chance.expovariate(1.0)


def drawn(
    rates: Sequence[float], count: int, seed: int, work: Callable[[Random], float] = exponential
) -> list[Visit]:
    """So many citizens, their classes as their rates are; the means of gaps and services are made exact, or chance in them would
    move the waits by more than any fault that is looked for.
    """
    chance = Random(seed)
    gaps = _exact([exponential(chance) for _ in range(count)], 1 / sum(rates))
    works = _exact([work(chance) for _ in range(count)], 1.0)
    kinds = chance.choices(range(len(rates)), rates, k=count)
    at, found = opening(DAY), []
    for gap, took, kind in zip(gaps, works, kinds, strict=True):
        at += timedelta(minutes=gap * UNIT_MIN)
        found.append(Visit(at, ONLY, str(kind), missed=False, work_min=took * UNIT_MIN))
    return found


def _exact(values: list[float], mean: float) -> list[float]:
    factor = mean * len(values) / sum(values)
    return [value * factor for value in values]


def played(policy: PolicyName, servers: int, promises: Sequence[int], visits: Sequence[Visit]) -> list[Row]:
    """What the real engine does with them."""
    posts = [Post(WindowId(f"w{n}"), 1.0) for n in range(servers)]
    return run(hall(policy, servers, promises), DAY, posts, visits, missed_min=1.0)[0]


def waits(rows: Sequence[Row], skip: int = 0) -> Iterator[tuple[int, float]]:
    """The class and the wait of each after the first `skip`."""
    for row in rows[skip:]:
        yield int(row.visit.class_), units(row.called_at or row.visit.at, row.visit.at)


def units(later: datetime, before: datetime) -> float:
    """The time between two instants."""
    return (later - before).total_seconds() / 60 / UNIT_MIN
