"""What is told of a wait: a range from where half of the courses end to where nine in ten do, never a single number."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import accumulate
from math import ceil, inf

import msgspec

from queue_server.engine.state import State
from queue_server.forecast.course import courses
from queue_server.forecast.habit import Habits
from queue_server.forecast.scene import NEW, part_of, scene
from queue_server.forecast.spread import quantile
from queue_server.wire.ids import ServiceId, TicketId
from queue_server.wire.ticket import Wait

PATHS = 100
"""Courses that are played for an answer."""
STEP_MIN = 5
"""What is told is rounded to so many minutes: the lower end down, the upper end up."""
LONGEST_MIN = 480
"""Whoever would have to wait longer is told nothing: they are not served today."""


class Outlook(msgspec.Struct, frozen=True, array_like=True):
    """Minutes that one in ten, half, and nine in ten of the courses let somebody wait at most; inf: they are not called."""

    p10: float
    p50: float
    p90: float

    @property
    def told(self) -> Wait | None:
        """The range that people are told; None where an honest one cannot be told."""
        if self.p90 > LONGEST_MIN:
            return None
        low = int(self.p50 // STEP_MIN) * STEP_MIN
        high = max(ceil(self.p90 / STEP_MIN) * STEP_MIN, low + STEP_MIN)
        return Wait(low, high)


WEIGHTS = (30, 40, 30)
"""Per cent that P10, P50 and P90 stand for where a distribution is known by them alone (Swanson's rule: A. Hurst, G. C. Brown,
R. I. Swanson: Swanson's 30-40-30 rule. AAPG Bulletin 84, 2000).
"""


def mixed(outlooks: Iterable[tuple[Outlook, int]]) -> Outlook:
    """Of whoever has one of some outlooks, each the likelier the more it weighs. There is at least one."""
    points = sorted(
        (minutes, weight * part)
        for one, weight in outlooks
        for minutes, part in zip((one.p10, one.p50, one.p90), WEIGHTS, strict=True)
    )
    sums = list(accumulate(weight for _, weight in points))

    def minutes(percent: int) -> float:
        return points[bisect_left(sums, percent * sums[-1] / 100)][0]

    return Outlook(minutes(10), minutes(50), minutes(90))


class Ways(msgspec.Struct, frozen=True, array_like=True):
    """What is told to who waits and needs something of a window: of the first free one, and of one that has it; None: not known."""

    first: Wait | None
    able: Wait | None


class Outlooks(msgspec.Struct, frozen=True):
    """Of a part of a hall: everybody who waits there, and whoever might take a ticket now, by service and class."""

    waiting: dict[TicketId, Outlook]
    new: dict[tuple[ServiceId, str], Outlook]
    ways: dict[TicketId, Ways] = {}


NOTHING = Outlooks({}, {})


def outlook(state: State, habits: Habits, now: datetime, ticket: TicketId, paths: int = PATHS) -> Outlook:
    """Of one who waits."""
    service = state.tickets[ticket].step.service
    part = scene(state, habits, now, part_of(state, now, service), asked=False)
    waits = courses(part, paths, str(state.seq), only=ticket)
    mine = next(n for n, each in enumerate(part.tickets) if each[0] == ticket)
    return _outlook(waits[mine])


def outlooks(
    state: State, habits: Habits, now: datetime, services: Collection[ServiceId], paths: int = PATHS
) -> Outlooks:
    """Of everybody in one part of a hall, from the same courses."""
    part = scene(state, habits, now, services, asked=True)
    waiting: dict[TicketId, Outlook] = {}
    new: dict[tuple[ServiceId, str], Outlook] = {}
    waits = courses(part, paths, str(state.seq))
    for n, ((id_, service, kind, _), mine) in enumerate(zip(part.tickets, waits, strict=True)):
        if n in part.ways:
            continue
        if id_ == NEW:
            new[service, kind] = _outlook(mine)
        else:
            waiting[TicketId(id_)] = _outlook(mine)
    ways: dict[TicketId, Ways] = {}
    for n, (ticket, binding) in part.ways.items():
        if not binding:  # the other way of the same ticket is right behind it
            first, able = waits[n : n + 2]
            ways[ticket] = Ways(_outlook(first).told, _outlook(able).told)
    return Outlooks(waiting, new, ways)


def parts(state: State, now: datetime) -> Iterator[frozenset[ServiceId]]:
    """The parts of a hall that have nothing to do with each other, in its order."""
    left = dict.fromkeys(state.hall.service)
    while left:
        part = part_of(state, now, next(iter(left)))
        yield part
        for service in part:
            left.pop(service, None)


def _outlook(waits: list[float]) -> Outlook:
    ordered = sorted(waits)
    return Outlook(*(_quantile(ordered, share) for share in (0.1, 0.5, 0.9)))


def _quantile(ordered: list[float], share: float) -> float:
    """As `quantile`; what is not called in some courses has no middle with what is."""
    place = min(int(share * (len(ordered) + 1)), len(ordered) - 1)
    return inf if ordered[place] == inf else quantile(ordered, share)
