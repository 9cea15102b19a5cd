"""What a manager is advised: which closed window to open now, and which zone will not be done at closing. And what came of it.

Nothing is guessed. The day is played on from the hall as it is, and again with the window open, by the same chance: everybody's
service takes as long in both, so that what differs is what the window does. It is said only where it is worth a manager's while.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from math import inf

import msgspec

from queue_server.engine import hours, roster
from queue_server.engine.advice import Advice
from queue_server.engine.state import State
from queue_server.forecast.course import courses
from queue_server.forecast.habit import Habits
from queue_server.forecast.scene import Opening, part_of, scene
from queue_server.forecast.spread import quantile
from queue_server.forecast.wait import LONGEST_MIN, PATHS
from queue_server.wire.advice import AdviceRecord, CounselRecord, LateRecord, LessonRecord
from queue_server.wire.day import SHANGHAI, local
from queue_server.wire.ids import ServiceId, TicketId, WindowId, ZoneId

LONG_MIN = 20.0
"""Nothing is advised where nine in ten of those who wait in a zone are called sooner than that."""
ALARM_MIN = 30.0
"""Nor, where nobody on duty is free, where they are called sooner than that; then somebody has to be sent who is not on duty."""
WORTH_MIN = 5.0
"""Nor where one more window takes off less than so many minutes."""
FEWEST = 5
"""Nor where fewer wait: of them there is no nine in ten."""
MOST = 3
"""Advised at once, best first."""
TRIES = 3
"""Windows that are tried for a zone: those that could take most of who waits there."""
READY_MIN = 3.0
"""How long it takes until somebody sits at a window and calls."""
AHEAD_MIN = 120.0
"""So long before closing it is said that a zone will not be done."""
LIKELY = 0.5
"""It is said if that is so in more than this share of courses."""

Waits = list[tuple[ServiceId, list[float]]]
"""Of each who waits: for what, and how long in each course."""


class Open(msgspec.Struct, frozen=True):
    """Open a window for a zone; fields as in `wire.advice.AdviceRecord`."""

    zone: ZoneId
    window: WindowId
    clerk: str | None
    leaves: WindowId | None
    waiting: int
    p90_min: float | None
    then_min: float

    @property
    def gain_min(self) -> float:
        """Minutes that those who wait are spared, all together, about."""
        before = LONGEST_MIN if self.p90_min is None else self.p90_min
        return (before - self.then_min) * self.waiting


class Late(msgspec.Struct, frozen=True):
    """A zone whose windows close at `closes_at`: so many who wait now will not have been served by then, the last about `late_min`
    minutes after; None where nobody serves them.
    """

    zone: ZoneId
    closes_at: datetime
    tickets: int
    late_min: float | None


class Proof(msgspec.Struct, frozen=True):
    """What came of an advice, as in `wire.advice.ProveAdvice`."""

    advice: str
    came_of: int
    came_min: float | None


class Counsel(msgspec.Struct, frozen=True):
    """What is advised at a business time, best first, which zones will be late, and what is known by now of earlier advice."""

    at: datetime
    opens: tuple[Open, ...] = ()
    late: tuple[Late, ...] = ()
    proofs: tuple[Proof, ...] = ()
    lessons: tuple[LessonRecord, ...] = ()
    """As far as the last day has been thought through by now."""


def shown(counsel: Counsel | None, state: State) -> CounselRecord:
    """It as managers see it; without what has become of no use since, as its window is open."""
    if counsel is None:
        return CounselRecord()
    opens = [
        AdviceRecord(
            at=counsel.at,
            zone=one.zone,
            window=one.window,
            clerk=one.clerk,
            clerk_name=None if one.clerk is None else state.names.get(one.clerk, one.clerk),
            leaves=one.leaves,
            waiting=one.waiting,
            p90_min=one.p90_min,
            then_min=one.then_min,
        )
        for one in counsel.opens
        if one.window in state.windows and state.windows[one.window].state == "closed"
    ]
    late = [
        LateRecord(zone=one.zone, closes_at=one.closes_at, tickets=one.tickets, late_min=one.late_min)
        for one in counsel.late
    ]
    return CounselRecord(at=counsel.at, opens=tuple(opens), late=tuple(late), lessons=counsel.lessons)


def counsel(
    state: State,
    habits: Habits,
    now: datetime,
    paths: int = PATHS,
    go_on: Callable[[], bool] = lambda: True,
) -> Counsel:
    """All of it. `go_on` is asked before each play of a zone; once it is False what was found until then is all."""
    plays = _Plays(state, habits, now, paths)
    opens: list[Open] = []
    late: list[Late] = []
    for zone in sorted(state.hall.zone, key=lambda zone: -len(waiting_in(state, zone))):
        closes_at, many = _closing(state, zone, now), len(waiting_in(state, zone)) >= FEWEST
        if not waiting_in(state, zone) or not (many or closes_at is not None) or not go_on():
            continue
        waits = plays.of(zone)
        if closes_at is not None and (found := plays.late(zone, waits, closes_at)) is not None:
            late.append(found)
        if many and p90(waits) > LONG_MIN:
            tries = choices(state, now, zone, anybody=p90(waits) > ALARM_MIN)[:TRIES]
            opens += [tried for one in tries if go_on() and (tried := plays.tried(zone, one)) is not None]
    proofs = [proof for one in state.advices if (proof := proved(state, one)) is not None]
    return Counsel(now, tuple(best(opens)), tuple(late), tuple(proofs))


def best(some: list[Open]) -> Iterator[Open]:
    """Those that spare most, each zone, window and clerk but once."""
    taken: set[tuple[str, str | None]] = set()
    count = 0
    for one in sorted(some, key=lambda each: -each.gain_min):
        uses = {("zone", one.zone), ("window", one.window)} | ({("clerk", one.clerk)} if one.clerk else set())
        if count < MOST and not taken & uses:
            taken |= uses
            count += 1
            yield one


class Choice(msgspec.Struct, frozen=True):
    """A window that may be opened, for which services, and who may sit there."""

    opening: Opening
    clerk: str | None


def choices(state: State, now: datetime, zone: ZoneId, *, anybody: bool = False) -> list[Choice]:
    """The closed windows that somebody who is free could open for those who wait in a zone: the most useful ones first.

    With `anybody` also where nobody is known to be free, if that is so of all of them.
    """
    wanted = Counter(state.tickets[id_].step.service for id_ in waiting_in(state, zone))
    found: list[tuple[int, int, Choice]] = []
    free = dict(_free(state, now, wanted, anybody=anybody))
    posts = roster.posts(state.hall, now)
    for window in state.hall.windows:
        if state.windows[window.id].state != "closed":
            continue
        post = posts.get(window.id)
        own = post.clerk if post is not None else None
        for rank, clerk in enumerate(sorted(free, key=lambda each: each != own), start=own not in free):
            services = _able(state, clerk, window.services)
            useful = sum(wanted[service] for service in services)
            if useful:
                opening = Opening(window.id, services, READY_MIN, free[clerk])
                found.append((-useful, rank, Choice(opening, clerk or None)))
                break
    ordered = [choice for _, _, choice in sorted(found, key=lambda one: one[:2])]
    return [choice for choice in ordered if choice.clerk is not None] or ordered


def _free(
    state: State, now: datetime, wanted: Counter[ServiceId], *, anybody: bool
) -> Iterator[tuple[str, WindowId | None]]:
    """Who could sit somewhere else now, and the window that they leave: on duty and nowhere, then idle where nobody is missed.

    In a hall without a roster for today nobody knows who is there: then, as with `anybody`, it may be "", who can do everything.
    """
    seated = {window.clerk for window in state.windows.values() if window.clerk is not None}
    posts = roster.posts(state.hall, now)
    for post in posts.values():
        if post.clerk not in seated and not post.on_break:
            yield post.clerk, None
    idle = [id_ for id_ in state.hall.window if _idle(state, id_)]
    served = Counter(service for id_ in idle for service in state.served_at(id_))
    for id_ in idle:
        services = state.served_at(id_)
        spare = all(served[service] > 1 and not wanted[service] for service in services)
        clerk = state.windows[id_].clerk
        if spare and clerk is not None:
            served.subtract(services)
            yield clerk, id_
    if anybody or not roster.of_day(state.hall, local(now).date()):
        yield "", None


def _idle(state: State, id_: WindowId) -> bool:
    window = state.windows[id_]
    waits = any(state.lines[service] for service in state.served_at(id_))
    return window.state == "open" and window.ticket is None and not waits


def _able(state: State, clerk: str, offered: tuple[ServiceId, ...]) -> tuple[ServiceId, ...]:
    member = state.hall.member.get(clerk)
    if member is None or member.skills is None:
        return offered
    return tuple(service for service in offered if service in member.skills)


def waiting_in(state: State, zone: ZoneId) -> list[TicketId]:
    """Who waits in a zone, service by service."""
    return [key[2] for service in state.hall.zone_services[zone] for key in state.lines[service.id]]


class _Plays:
    """The day played on from a state, as it is and with one more window."""

    def __init__(self, state: State, habits: Habits, now: datetime, paths: int) -> None:
        self._state, self._habits, self._now, self._paths = state, habits, now, paths
        self._before: dict[tuple[ZoneId, frozenset[ServiceId]], Waits] = {}

    def of(self, zone: ZoneId, also: tuple[ServiceId, ...] = (), opening: Opening | None = None) -> Waits:
        """How long everybody still waits who waits in a zone, in each course.

        Who waits for the services `also` is played with them, be it or not that a window opens: so it is the same chance in both.
        """
        state, now = self._state, self._now
        own = {service.id for service in state.hall.zone_services[zone]}
        part = frozenset[ServiceId]().union(*[part_of(state, now, service) for service in (*own, *also)])
        if opening is None and (zone, part) in self._before:
            return self._before[zone, part]
        played = scene(state, self._habits, now, part, asked=False, opening=opening)
        each = zip(played.tickets, courses(played, self._paths, str(state.seq)), strict=True)
        waits = [(ticket[1], mine) for ticket, mine in each if ticket[1] in own]
        if opening is None:
            self._before[zone, part] = waits
        return waits

    def tried(self, zone: ZoneId, choice: Choice) -> Open | None:
        """What a window would do; None where that is not worth it."""
        opening = choice.opening
        before = p90(self.of(zone, opening.services))
        then = p90(self.of(zone, opening.services, opening))
        if before <= LONG_MIN or then > LONGEST_MIN or min(before, LONGEST_MIN) - then < WORTH_MIN:
            return None
        return Open(
            zone=zone,
            window=opening.window,
            clerk=choice.clerk,
            leaves=opening.leaves,
            waiting=len(waiting_in(self._state, zone)),
            p90_min=None if before > LONGEST_MIN else round(before, 1),
            then_min=round(then, 1),
        )

    def late(self, zone: ZoneId, waits: Waits, closes_at: datetime) -> Late | None:
        """What of a zone will not be done in time, if that is likely. A service takes as long there as half of its kind do."""
        left_min = (closes_at - self._now).total_seconds() / 60
        habits = self._habits
        ends = [
            [wait + habits.services.get(service, habits.other).at(0.5) for wait in mine]
            for service, mine in waits
        ]
        over = sorted(
            (max(course) - left_min, sum(end > left_min for end in course))
            for course in zip(*ends, strict=True)
        )
        if sum(late > 0 for late, _ in over) <= LIKELY * len(over):
            return None
        late, tickets = over[len(over) // 2]
        return Late(zone, closes_at, tickets, None if late == inf else round(late, 1))


def p90(waits: Waits) -> float:
    """Within how many minutes nine in ten are called, whoever it is in whatever course; inf: fewer than that are."""
    return _p90([wait for _, mine in waits for wait in mine])


def _p90(some: list[float]) -> float:
    ordered = sorted(some)
    place = min(int(0.9 * (len(ordered) + 1)), len(ordered) - 1)
    return inf if ordered[place] == inf else quantile(ordered, 0.9)


def _closing(state: State, zone: ZoneId, now: datetime) -> datetime | None:
    """When the windows of a zone close for the day, if that is soon."""
    today = local(now).date()
    spans = hours.of_zone(state.hall, zone, today).service
    if not spans:
        return None
    closes = datetime.combine(today, spans[-1].end, SHANGHAI)
    return closes if timedelta(0) < closes - now <= timedelta(minutes=AHEAD_MIN) else None


def proved(state: State, advice: Advice) -> Proof | None:
    """What came of an advice, once all who waited then are called or gone: of who was called at last, and when.

    Who let others go first, or missed the call, is left out; None while somebody waits, or if it is known already.
    """
    if advice.came_of is not None or advice.zone not in state.hall.zone:
        return None
    own = {service.id for service in state.hall.zone_services[advice.zone]}
    waits: list[float] = []
    for ticket in state.tickets.values():
        for n, step in enumerate(ticket.steps):
            if step.service not in own or step.since_at is None or step.since_at > advice.at:
                continue
            called_at = step.reached_at or step.called_at
            if called_at is None and n == ticket.at and ticket.state == "waiting":
                return None
            if called_at is None or called_at <= advice.at or step.defers or step.misses:
                continue
            waits.append((called_at - advice.at).total_seconds() / 60)
    return Proof(advice.id, len(waits), round(_p90(waits), 1) if waits else None)
