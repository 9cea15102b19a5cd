"""What is learned of a hall from its days: how long services take, how quick windows are, who comes when, who is gone when called.

The logarithm of a service's time is the service's own mean, the window's, and so much for each doubling of items, and what is left
over: chance. Means of what was seen seldom are drawn to those of all. What chance does to a service is what it did there once
there is enough of that (bootstrap), and until then what it did in the whole hall.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from math import ceil, exp, log, log2
from statistics import fmean
from typing import Any, NamedTuple, TypeVar

import msgspec

from queue_server.engine.plan import ORDINARY
from queue_server.engine.ticket import Ticket
from queue_server.forecast.spread import Spread, table
from queue_server.wire.day import local, local_day
from queue_server.wire.ids import ServiceId, WindowId
from queue_server.wire.need import NEEDS

FEWEST = 30
"""Services that must have been seen before anything is told."""
ENOUGH = 50
"""Times of one service from which chance is taken from its own."""
SERVICE_PRIOR, WINDOW_PRIOR, CLASS_PRIOR = 10.0, 20.0, 20.0
"""For how many times of its own the mean of all counts."""
ITEMS, ITEMS_PRIOR = 0.6, 20.0
"""By how much the logarithm (base 2) of a time grows with a doubling of items while little is known."""
ROUNDS = 6
"""Services and windows are told apart by turns."""
LEAST_MIN, MOST_MIN = 0.05, 240.0
"""What took less or more than that was no service: a slip of the hand, or a window left alone."""
BREATH_MIN = 5.0
"""A longer pause between two calls was a break."""
PROMPT, LEAST_AWAY_MIN = 5.0, 1.0
"""After how many usual pauses, and how long at least, a window that lets somebody wait is known to be left. Where pauses end by
chance, fewer than one in a hundred is longer than five usual ones.
"""
AWAY_MIN = 15.0
"""How long a window is left alone while nothing is known of that."""
USUAL, USUAL_DAYS, USUAL_MIN, SLOT_MIN = 0.5, 3, 15, 5
"""A window has a usual break where it was away on this share of the days of which that is known, on so many days at least and for
so many minutes. The day is looked at in slots.
"""
MISSED_MIN = 1.0
HALF_HOURS = 48

Name = TypeVar("Name", ServiceId, WindowId)


class Seen(NamedTuple):
    """One call of a ticket and what came of it. `whole` is False where its time is not that of one service at one go."""

    service: ServiceId
    window: WindowId
    items: int
    came_at: datetime
    called_at: datetime
    ended_at: datetime
    missed: bool
    whole: bool

    @property
    def work_min(self) -> float:
        """From the call to the end, in minutes."""
        return (self.ended_at - self.called_at).total_seconds() / 60


class Came(NamedTuple):
    """Somebody took a ticket."""

    service: ServiceId
    class_: str
    at: datetime


class Habits(msgspec.Struct, frozen=True, kw_only=True):
    """What was learned. Times in minutes; `pace` multiplies them; `coming` is how many come on a day in each half hour of it."""

    services: dict[ServiceId, Spread]
    other: Spread
    """Of a service that was never seen."""
    pace: dict[WindowId, float]
    items: float
    missed: float
    """The share of the called who do not come."""
    missing: Spread
    """How long it takes until that is noted."""
    breath: float
    """Between the end of a service and the next call, while somebody waits."""
    away: Spread = Spread((AWAY_MIN,))
    """How long a window calls nobody, from the end of a service on, that lets somebody wait longer than it ever pauses."""
    usual: dict[WindowId, tuple[tuple[int, int], ...]] = {}
    """At which minutes of the local day a window calls nobody on most days; it counts where the roster tells no break."""
    coming: dict[ServiceId, tuple[float, ...]]
    classes: dict[str, float]
    """The share of each class among those who come."""
    count: int
    """Services seen in all."""

    @property
    def enough(self) -> bool:
        """Whether anything may be told at all."""
        return self.count >= FEWEST

    @property
    def prompt(self) -> float:
        """A window that lets somebody wait longer than so many minutes has been left by its clerk."""
        return min(max(LEAST_AWAY_MIN, PROMPT * self.breath), BREATH_MIN)

    def work(self, service: ServiceId, window: WindowId) -> Spread:
        """How long a service takes at a window, for one item."""
        return self.services.get(service, self.other).times(self.pace.get(window, 1.0))

    def stretch(self, items: int) -> float:
        """How many times as long so many items take as one."""
        return float(items**self.items)

    def came_by(self, minute: float) -> float:
        """How many come on a day until a minute of it."""
        whole, part = divmod(minute / 30, 1)
        n = int(whole)
        return sum(sum(by[:n]) + (by[n] * part if n < HALF_HOURS else 0.0) for by in self.coming.values())


def seen(tickets: Iterable[Ticket]) -> Iterator[Seen]:
    """The last call of each step of tickets that are over."""
    for ticket in tickets:
        for index, step in enumerate(ticket.steps):
            missed = step.state == "no_show"
            ended = step.missed_at or step.ended_at if missed else step.ended_at
            if step.state not in ("served", "no_show") or ended is None:
                continue
            if step.window is None or step.called_at is None or step.since_at is None:
                continue
            whole = not (step.worked_s or step.before)
            items = ticket.items_of(index)
            # who needs something may have been kept for another window: that one waited is then no pause of its clerk
            needy = any(need in NEEDS for need in ticket.needs)
            came_at = step.called_at if needy else step.since_at
            yield Seen(step.service, step.window, items, came_at, step.called_at, ended, missed, whole)


def came(tickets: Iterable[Ticket]) -> Iterator[Came]:
    """When each ticket was taken, and for what first."""
    for ticket in tickets:
        yield Came(ticket.steps[0].service, ticket.counts_as, ticket.issued_at)


def learn(calls: Sequence[Seen], comers: Sequence[Came]) -> Habits | None:
    """What days teach; None if nothing was served on them."""
    served = [
        call for call in calls if not call.missed and call.whole and LEAST_MIN <= call.work_min <= MOST_MIN
    ]
    if not served:
        return None
    services, other, pace, items = _times(served)
    days = _days(calls)
    breath, away = _breath(days)
    missing = [max(call.work_min, LEAST_MIN) for call in calls if call.missed] or [MISSED_MIN]
    return Habits(
        services=services,
        other=other,
        pace=pace,
        items=items,
        missed=len([call for call in calls if call.missed]) / len(calls),
        missing=Spread(table(missing)),
        breath=breath,
        away=away,
        usual=_usual(days),
        coming=_coming(comers),
        classes=_classes(comers),
        count=len(served),
    )


def _times(
    served: Sequence[Seen],
) -> tuple[dict[ServiceId, Spread], Spread, dict[WindowId, float], float]:
    logs = [log(call.work_min) for call in served]
    doublings = [log2(call.items) for call in served]
    mean, items = fmean(logs), ITEMS
    of_service: dict[ServiceId, float] = defaultdict(float)
    of_window: dict[WindowId, float] = defaultdict(float)
    plain = logs
    for _ in range(ROUNDS):
        rest = [each - items * log(2) * d for each, d in zip(logs, doublings, strict=True)]
        of_service = _means(
            [call.service for call in served],
            [r - mean - of_window[call.window] for r, call in zip(rest, served, strict=True)],
            SERVICE_PRIOR,
        )
        of_window = _means(
            [call.window for call in served],
            [r - mean - of_service[call.service] for r, call in zip(rest, served, strict=True)],
            WINDOW_PRIOR,
        )
        plain = [
            each - mean - of_service[call.service] - of_window[call.window]
            for each, call in zip(logs, served, strict=True)
        ]
        square = sum(d * d for d in doublings)
        slope = sum(p * d for p, d in zip(plain, doublings, strict=True)) / log(2)
        items = (slope + ITEMS * ITEMS_PRIOR) / (square + ITEMS_PRIOR)
    left: dict[ServiceId, list[float]] = defaultdict(list)
    for p, d, call in zip(plain, doublings, served, strict=True):
        left[call.service].append(p - items * log(2) * d)
    every = [each for some in left.values() for each in some]
    spreads = {
        service: _spread(mean + of_service[service], some if len(some) >= ENOUGH else every)
        for service, some in left.items()
    }
    paces = {window: exp(each) for window, each in of_window.items()}
    return spreads, _spread(mean, every), paces, items


def _means(names: Sequence[Name], values: Sequence[float], prior: float) -> dict[Name, float]:
    """The mean of each name's values, drawn to nothing as if there were `prior` more of them that are nothing."""
    sums: dict[Name, float] = defaultdict(float)
    counts = Counter(names)
    for name, value in zip(names, values, strict=True):
        sums[name] += value
    return defaultdict(float, {name: sums[name] / (n + prior) for name, n in counts.items()})


def _spread(mean: float, left: Sequence[float]) -> Spread:
    return Spread(tuple([exp(mean + each) for each in table(left)]))


def _pauses(row: Sequence[Seen]) -> Iterator[tuple[datetime, datetime, float]]:
    """Between the calls of a window on a day: from when until when, and for how long of that somebody waited."""
    for before, after in pairwise(row):
        if after.called_at >= before.ended_at:
            yield (
                before.ended_at,
                after.called_at,
                _min(after.called_at - max(before.ended_at, after.came_at)),
            )


def _days(calls: Sequence[Seen]) -> dict[tuple[WindowId, date], list[Seen]]:
    """Each window's calls of a day in order."""
    found: dict[tuple[WindowId, date], list[Seen]] = defaultdict(list)
    for call in sorted(calls, key=lambda call: call.called_at):
        found[call.window, local_day(call.called_at)].append(call)
    return found


def _breath(days: Mapping[Any, Sequence[Seen]]) -> tuple[float, Spread]:
    """The mean pause between two calls where the second one waited already, and how long those were that were breaks."""
    short, long = [], []
    for row in days.values():
        for start, end, waited in _pauses(row):
            pause = _min(end - start)
            if waited == pause <= BREATH_MIN:
                short.append(pause)
            if waited > BREATH_MIN:
                long.append(pause)
    return fmean(short) if short else 0.0, Spread(table(long or [AWAY_MIN]))


def _usual(
    days: Mapping[tuple[WindowId, date], Sequence[Seen]],
) -> dict[WindowId, tuple[tuple[int, int], ...]]:
    """The breaks that windows have on most days, whether or not a roster knows."""
    away: dict[WindowId, Counter[int]] = defaultdict(Counter)
    there: dict[WindowId, Counter[int]] = defaultdict(Counter)
    for (window, _), row in days.items():
        for start, end, waited in _pauses(row):
            if waited > BREATH_MIN:
                away[window].update(_slots(start, end))
        for call in row:
            there[window].update(_slots(call.called_at, call.ended_at))
    found = {}
    for window, counts in away.items():
        known = there[window]
        often = [
            n for n, count in counts.items() if count >= USUAL_DAYS and count >= USUAL * (count + known[n])
        ]
        spans = tuple(span for span in _joined(sorted(often)) if span[1] - span[0] >= USUAL_MIN)
        if spans:
            found[window] = spans
    return found


def _slots(start: datetime, end: datetime) -> range:
    """The slots of the local day whose middles lie between two instants of it."""
    first, last = (local(at).hour * 60 + local(at).minute + local(at).second / 60 for at in (start, end))
    return range(ceil(first / SLOT_MIN - 0.5), ceil(last / SLOT_MIN - 0.5))


def _joined(slots: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Slots that follow each other, as minutes of the day."""
    for _, some in groupby(enumerate(slots), key=lambda each: each[1] - each[0]):
        run = [slot for _, slot in some]
        yield run[0] * SLOT_MIN, (run[-1] + 1) * SLOT_MIN


def _min(some: timedelta) -> float:
    return some.total_seconds() / 60


def half_hour(at: datetime) -> int:
    """The half hour of the local day in which an instant lies."""
    there = local(at)
    return there.hour * 2 + there.minute // 30


def _coming(comers: Sequence[Came]) -> dict[ServiceId, tuple[float, ...]]:
    days = len({local_day(one.at) for one in comers}) or 1
    counts = Counter((one.service, half_hour(one.at)) for one in comers)
    return {
        service: tuple([counts[service, n] / days for n in range(HALF_HOURS)])
        for service in {one.service: None for one in comers}
    }


def _classes(comers: Sequence[Came]) -> dict[str, float]:
    counts = Counter(one.class_ for one in comers)
    whole = len(comers) + CLASS_PRIOR
    shares = {name: n / whole for name, n in counts.items() if name != ORDINARY}
    return {**shares, ORDINARY: 1.0 - sum(shares.values())}
