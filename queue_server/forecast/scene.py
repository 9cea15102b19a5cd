"""A hall as a forecast sees it: who waits where, who is served since when, which windows come back when, who may still come.

Times are minutes from now, those before it negative. It knows what a hall knows at that moment, and its habits; nothing of what
happens later is in it. Windows and services that have to do with each other make a part of the hall, which is seen by itself.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import accumulate
from math import inf

import msgspec

from queue_server.engine import able, roster
from queue_server.engine import rule as rules
from queue_server.engine.line import Line
from queue_server.engine.rule import Rule
from queue_server.engine.state import State, Window
from queue_server.engine.ticket import Ticket
from queue_server.forecast.habit import BREATH_MIN, HALF_HOURS, Habits
from queue_server.forecast.spread import Spread
from queue_server.wire.day import local
from queue_server.wire.ids import ServiceId, TicketId, WindowId
from queue_server.wire.need import NEEDS

PAUSE_MIN = 15.0
"""How long a pause lasts of which nothing is known."""
LEVEL_PRIOR = 70.0
"""How many tickets count as much as knowing nothing of the day: days differ by some 12 % (1 / 0.12 squared)."""
NEW = "new"
"""In place of a ticket's id: whoever might take one now."""


class Queue(msgspec.Struct, frozen=True):
    """Those of one service and one promise who wait by their own clock, or were put somewhere: (place, order), first come first.

    `only` are the windows that may call them; None: all that serve it.
    """

    service: int
    kind: str
    promise: float
    put: bool
    waiting: tuple[tuple[float, int], ...]
    only: frozenset[WindowId] | None = None


class Job(msgspec.Struct, frozen=True):
    """What a window does now: for how long, whether that is still a call that nobody may have come to, of how many items."""

    service: int
    elapsed: float
    doubt: bool
    items: int


class Desk(msgspec.Struct, frozen=True):
    """A window with a clerk, or that will have one. `off` are the times at which it calls nobody, `idle` since when it waits.

    `away` is for how long it has called nobody though somebody waits for it, where that is no break of the roster; else None.
    """

    window: WindowId
    services: tuple[int, ...]
    rule: Rule
    job: Job | None
    off: tuple[tuple[float, float], ...]
    idle: float
    work: tuple[Spread, ...]
    """Of each of its services."""
    away: float | None = None


class Opening(msgspec.Struct, frozen=True):
    """A closed window that would open in some minutes for some services; whoever sits at `leaves` would leave it."""

    window: WindowId
    services: tuple[ServiceId, ...]
    ready_min: float = 0.0
    leaves: WindowId | None = None


class Stream(msgspec.Struct, frozen=True):
    """Who may still come before others, until `end`: how many a minute in all, and into which queues, by running sums of rates."""

    end: float
    rate: float
    queues: tuple[int, ...]
    sums: tuple[float, ...]


class Scene(msgspec.Struct, frozen=True):
    """A part of a hall now. `tickets` are those who wait and, at `NEW`, those who might come now: (id, service, class, items).

    The order in a queue is an index into them. `ways` are further ones at `NEW`, one for each way of a ticket whose holder needs
    something of a window: which ticket, and whether only windows that have it call. `needs` are the desks that have it, of each
    ticket that may be called by others too but is kept for these; `kept` until when those are whose turn has come already. `takes`
    is what `able` expects of each service; empty where nobody is kept.
    """

    desks: tuple[Desk, ...]
    queues: tuple[Queue, ...]
    tickets: tuple[tuple[str, ServiceId, str, int], ...]
    comers: tuple[Stream, ...]
    services: tuple[ServiceId, ...]
    guard: float | None
    missed: float
    missing: Spread
    breath: float
    habits: Habits
    ways: dict[int, tuple[TicketId, bool]] = {}
    needs: dict[int, tuple[int, ...]] = {}
    kept: dict[int, float] = {}
    takes: tuple[float, ...] = ()


def part_of(state: State, now: datetime, service: ServiceId) -> frozenset[ServiceId]:
    """The services whose tickets wait for the same windows as those of one, directly or by way of others."""
    able = [set(state.served_at(window)) for window in _attended(state, now)]
    found, grown = {service}, True
    while grown:
        more = [services for services in able if found & services and not services <= found]
        found.update(*more)
        grown = bool(more)
    return frozenset(found)


def scene(
    state: State,
    habits: Habits,
    now: datetime,
    services: Collection[ServiceId],
    asked: bool,
    opening: Opening | None = None,
) -> Scene:
    """The part of a hall that such services are; `asked`: also what whoever came now would have to wait. As it is, or with one
    more window.
    """
    chosen = tuple(service for service in state.hall.services if service.id in services)
    names = tuple(service.id for service in chosen)
    index = {name: n for n, name in enumerate(names)}
    desks = tuple(_desks(state, habits, now, index, opening))
    waiting = _Waiting(state, now, index, desks, asked=asked)
    queues = waiting.queues()
    keeps = bool(waiting.needs or waiting.kept)
    return Scene(
        desks=desks,
        queues=queues,
        tickets=tuple(waiting.tickets),
        comers=tuple(_comers(state, habits, now, names, queues)),
        services=names,
        guard=float(state.hall.rules.guard_min) or None,
        missed=habits.missed,
        missing=habits.missing,
        breath=habits.breath,
        habits=habits,
        ways=waiting.ways,
        needs=waiting.needs,
        kept=waiting.kept,
        takes=tuple(able.takes(state, name).total_seconds() / 60 for name in names) if keeps else (),
    )


Kind = tuple[ServiceId, bool, str, frozenset[WindowId] | None]
"""Whom a queue is of: service, whether they were put somewhere, class, and which windows alone may call."""


class _Waiting:
    """Everybody's place; whoever might come stands last of their kind, and the two ways of a ticket right before it."""

    def __init__(
        self,
        state: State,
        now: datetime,
        index: dict[ServiceId, int],
        desks: tuple[Desk, ...],
        *,
        asked: bool,
    ) -> None:
        self._state, self._now, self._index, self._desks = state, now, index, desks
        self._stood: dict[Kind, list[tuple[float, int]]] = {}
        self.tickets: list[tuple[str, ServiceId, str, int]] = []
        self.ways: dict[int, tuple[TicketId, bool]] = {}
        self.needs: dict[int, tuple[int, ...]] = {}
        self.kept: dict[int, float] = {}
        self._kinds = list(dict.fromkeys(("ordinary", *state.hall.class_)))
        for clock, _, id_ in sorted(key for name in index for key in state.lines[name]):
            place, ticket = (clock - now).total_seconds() / 60, state.tickets[id_]
            if any(need in NEEDS for need in ticket.needs):
                self._needy(place, ticket, ways=asked)
            else:
                self._stand(ticket.id, place, ticket)
        for name in index if asked else ():
            for kind in self._kinds:
                self._stood.setdefault((name, False, kind, None), []).append((0.0, len(self.tickets)))
                self.tickets.append((NEW, name, kind, 1))

    def _stand(self, row: str, place: float, ticket: Ticket, only: frozenset[WindowId] | None = None) -> None:
        """Let a ticket stand at its place in the queue of its kind, under its own name or that of nobody."""
        service, kind, put = ticket.step.service, ticket.counts_as, ticket.step.stand is not None
        self._stood.setdefault((service, put, kind, only), []).append((place, len(self.tickets)))
        self.tickets.append((row, service, kind, ticket.items_of(ticket.at)))

    def _needy(self, place: float, ticket: Ticket, *, ways: bool) -> None:
        """Somebody who needs something of a window; with both ways if these are asked for."""
        there = [n for n, desk in enumerate(self._desks) if self._index[ticket.step.service] in desk.services]
        windows = self._state.windows
        fit = [n for n in there if not able.unmet(self._state, windows[self._desks[n].window], ticket.needs)]
        only = frozenset([self._desks[n].window for n in fit])
        until = ticket.step.kept_until
        if ways:
            for binding in (False, True):
                self.ways[len(self.tickets)] = ticket.id, binding
                if binding and until is not None:
                    self.kept[len(self.tickets)] = (until - self._now).total_seconds() / 60
                self._stand(NEW, place, ticket, only if binding else None)
        if until is not None:
            self.kept[len(self.tickets)] = (until - self._now).total_seconds() / 60
        if not ticket.binding and 0 < len(fit) < len(there):
            self.needs[len(self.tickets)] = tuple(fit)
        self._stand(ticket.id, place, ticket, only if ticket.binding else None)

    def queues(self) -> tuple[Queue, ...]:
        """The queues, those of each service together; whoever may come finds one of each class."""
        hall, index, stood = self._state.hall, self._index, self._stood
        every: dict[Kind, list[tuple[float, int]]] = {
            (name, False, kind, None): [] for name in index for kind in self._kinds
        }
        return tuple(
            Queue(
                index[name],
                kind,
                rules.measure(hall, rules.of_service(hall, name), name, kind).total_seconds() / 60,
                put,
                tuple(stood.get((name, put, kind, only), ())),
                only,
            )
            for name, put, kind, only in sorted(every | stood, key=lambda key: (index[key[0]], key[1]))
        )


def _attended(state: State, now: datetime) -> Iterator[WindowId]:
    """Windows that have a clerk, or will have one today by the roster."""
    later = _later(state, now)
    for window in state.hall.window:
        if state.windows[window].state != "closed" or window in later:
            yield window


def _later(state: State, now: datetime) -> dict[WindowId, float]:
    """In how many minutes the next duty begins at each window today."""
    there = local(now)
    minute = _minute(now)
    found: dict[WindowId, float] = {}
    for duty in roster.of_day(state.hall, there.date()):
        for span in duty.hours:
            start = span.start.hour * 60 + span.start.minute - minute
            if start > 0:
                found[duty.window] = min(start, found.get(duty.window, start))
    return found


def _minute(now: datetime) -> float:
    there = local(now)
    return there.hour * 60 + there.minute + (there.second + there.microsecond / 1e6) / 60


def _desks(
    state: State, habits: Habits, now: datetime, index: dict[ServiceId, int], opening: Opening | None
) -> Iterator[Desk]:
    later = _later(state, now)
    breaks: dict[WindowId, list[tuple[float, float]]] = {}
    minute = _minute(now)
    for duty in roster.of_day(state.hall, local(now).date()):
        for span in duty.breaks:
            times = [clock.hour * 60 + clock.minute - minute for clock in (span.start, span.end)]
            breaks.setdefault(duty.window, []).append((times[0], times[1]))
    for id_ in state.hall.window:
        window = state.windows[id_]
        # one that nobody serves yet offers what its clerk will
        opens = opening is not None and opening.window == id_
        served = opening.services if opening is not None and opens else state.served_at(id_)
        services = tuple(index[name] for name in served if name in index)
        if not services or (window.state == "closed" and id_ not in later and not opens):
            continue
        if opening is not None and opening.leaves == id_:
            continue
        taken = breaks.get(id_) or list(_usual(state, habits, id_, minute))
        off = sorted(span for span in taken if span[1] > 0)
        if opening is not None and opens:
            off.insert(0, (0.0, opening.ready_min))
        elif window.state == "closed":
            off.insert(0, (0.0, later[id_]))
        elif window.state == "paused":
            off.insert(0, (0.0, _back(window.until, window.since_at, now, off)))
        names = list(index)
        yield Desk(
            window=id_,
            services=services,
            rule=rules.of_window(state.hall, id_),
            job=_job(state, window.ticket, now, index),
            off=tuple(off),
            idle=0.0 if window.since_at is None else (window.since_at - now).total_seconds() / 60,
            work=tuple(habits.work(names[n], id_) for n in services),
            away=None if any(start <= 0 < end for start, end in off) else _away(state, habits, id_, now),
        )


def _usual(state: State, habits: Habits, id_: WindowId, minute: float) -> Iterator[tuple[float, float]]:
    """The breaks that a window has on most days. One has not come today if somebody was called well after it should have begun."""
    current = state.windows[id_].ticket
    called = None if current is None else state.tickets[current].step.called_at
    last = -inf if called is None else _minute(called)
    for start, end in habits.usual.get(id_, ()):
        if not start + BREATH_MIN < last < end:
            yield start - minute, end - minute


def _away(state: State, habits: Habits, id_: WindowId, now: datetime) -> float | None:
    """For how long a window is left alone, if it is: it says that it is open, and lets somebody wait."""
    window = state.windows[id_]
    if window.state != "open" or window.ticket is not None or window.since_at is None:
        return None
    services = state.served_at(id_)
    lines = [state.lines[service] for service in services]
    others = able.barred(state, window, services) | _kept_for_others(state, window, lines, now)
    firsts = [line.head(others) for line in lines]
    heads = [state.tickets[head[2]].step.since_at for head in firsts if head]
    waits = [max(since, window.since_at) for since in heads if since is not None]
    if not waits or (now - min(waits)).total_seconds() / 60 <= habits.prompt:
        return None
    return (now - window.since_at).total_seconds() / 60


def _kept_for_others(state: State, window: Window, lines: Iterable[Line], now: datetime) -> set[TicketId]:
    """Who waits in some lines and a window rightly lets wait, since they are kept for others."""
    kept = (id_ for line in lines if line.kept for id_, until in line.kept.items() if until >= now)
    return {id_ for id_ in kept if able.unmet(state, window, state.tickets[id_].needs)}


def _back(
    until: datetime | None, since: datetime | None, now: datetime, off: list[tuple[float, float]]
) -> float:
    """In how many minutes a paused window goes on: as it was said, or with the end of its break, or some time."""
    if until is not None and until > now:
        return (until - now).total_seconds() / 60
    now_off = [end for start, end in off if start <= 0 < end]
    if now_off:
        return now_off[0]
    paused = 0.0 if since is None else (now - since).total_seconds() / 60
    return max(PAUSE_MIN - paused, PAUSE_MIN / 3)


def _job(state: State, id_: TicketId | None, now: datetime, index: dict[ServiceId, int]) -> Job | None:
    """What keeps a window busy; a service of another part of the hall takes as long as the first of this one."""
    if id_ is None:
        return None
    ticket = state.tickets[id_]
    step = ticket.step
    elapsed = 0.0 if step.called_at is None else (now - step.called_at).total_seconds() / 60
    return Job(index.get(step.service, 0), elapsed, ticket.state == "called", ticket.items_of(ticket.at))


def _comers(
    state: State, habits: Habits, now: datetime, names: tuple[ServiceId, ...], queues: tuple[Queue, ...]
) -> Iterator[Stream]:
    """Those who may come and go before somebody who waits: whoever is promised no less than all of them never does."""
    longest = max((queue.promise for queue in queues if queue.waiting), default=0.0)
    minute = _minute(now)
    level = (sum(state.issued.values()) + LEVEL_PRIOR) / (habits.came_by(minute) + LEVEL_PRIOR)
    shares = [
        (n, names[queue.service], habits.classes.get(queue.kind, 0.0) * level)
        for n, queue in enumerate(queues)
        if not queue.put and queue.only is None and queue.promise < longest
    ]
    none = (0.0,) * HALF_HOURS
    for n in range(int(minute // 30), HALF_HOURS):
        rates = [(place, habits.coming.get(name, none)[n] * share / 30) for place, name, share in shares]
        sums = tuple(accumulate(rate for _, rate in rates))
        yield Stream((n + 1) * 30 - minute, sums[-1] if sums else 0.0, tuple(p for p, _ in rates), sums)
