"""What came of what was told: each ticket has kept the range that it was given, and knows when it was called."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from statistics import fmean
from typing import NamedTuple

from queue_server.engine.ticket import Ticket
from queue_server.forecast.wait import STEP_MIN
from queue_server.wire.ids import ServiceId
from queue_server.wire.score import DayScores, Hour, Score, Slot

HOUR = timedelta(hours=1)
SLOT = timedelta(minutes=5)


class Proof(NamedTuple):
    """A wait that was told, and the one that it became, in minutes."""

    service: ServiceId
    day: date
    called_at: datetime
    low: float
    high: float
    wait: float

    @property
    def error(self) -> float:
        """How far the wait was from its middle course. That was rounded down to the lower end, by half a step on average."""
        return abs(self.wait - (self.low + STEP_MIN / 2))


def proofs(tickets: Iterable[Ticket]) -> Iterator[Proof]:
    """Of each ticket that was told a wait, once it is called; not where its holder let others go first, or missed the call."""
    for ticket in tickets:
        step = ticket.steps[0]
        called_at = step.reached_at or step.called_at
        if ticket.wait is None or called_at is None or step.since_at is None or step.defers or step.misses:
            continue
        wait = (called_at - step.since_at).total_seconds() / 60
        yield Proof(step.service, ticket.day, called_at, ticket.wait.low_min, ticket.wait.high_min, wait)


def score(some: list[Proof]) -> Score | None:
    """Of some; None of none."""
    if not some:
        return None
    in_time = sum(one.wait <= one.high for one in some) / len(some)
    return Score(len(some), round(in_time, 3), round(fmean(one.error for one in some), 1))


def hour(tickets: Iterable[Ticket], now: datetime) -> Hour | None:
    """Of who was called in the hour before now; None: nobody was."""
    some = [one for one in proofs(tickets) if now - HOUR < one.called_at <= now]
    whole = score(some)
    if whole is None:
        return None
    slots: defaultdict[datetime, list[Proof]] = defaultdict(list)
    for one in some:
        slots[_slot(one.called_at)].append(one)
    return Hour(whole, tuple(_mean(at, slots[at]) for at in sorted(slots)))


def last_day(tickets: Iterable[Ticket]) -> DayScores | None:
    """Of the last day on which any of these was told a wait; None: there is none."""
    some = list(proofs(tickets))
    day = max((one.day for one in some), default=None)
    by: defaultdict[ServiceId, list[Proof]] = defaultdict(list)
    for one in some:
        if one.day == day:
            by[one.service].append(one)
    whole = score([one for service in by.values() for one in service])
    if day is None or whole is None:
        return None
    scores = {service: found for service, each in by.items() if (found := score(each)) is not None}
    return DayScores(day, whole, scores)


def _slot(at: datetime) -> datetime:
    minutes = at.minute % (SLOT.total_seconds() / 60)
    return at.replace(second=0, microsecond=0) - timedelta(minutes=minutes)


def _mean(at: datetime, some: list[Proof]) -> Slot:
    low, high, wait = (
        round(fmean(each), 1) for each in zip(*((p.low, p.high, p.wait) for p in some), strict=True)
    )
    return Slot(at, len(some), low, high, wait)
