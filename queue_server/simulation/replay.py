"""A day that a hall has had, played again as it was and with something changed: a rule, a window, a skill or an ability more. Pure.

Who came, when, for what and with which needs, and when each window was at work, is as the log has it; a service that ended at one
go takes as long as it did, and in further plays as long as some other of its kind. Both plays of a pair have the same citizens with
the same times, so that their difference is what the change does.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from math import sqrt
from random import Random
from statistics import fmean, stdev
from typing import NamedTuple

import msgspec

from queue_server.engine import able as ables
from queue_server.engine.event import Called, Closed, Event, Opened, Paused, Resumed, TakenOver
from queue_server.engine.hall import Ability, Hall, PolicyName, Rules, Window
from queue_server.engine.ticket import Step, Ticket
from queue_server.forecast.habit import LEAST_MIN, Habits
from queue_server.forecast.spread import quantile
from queue_server.simulation.virtual import Post, Row, Visit, run
from queue_server.wire.day import day_end
from queue_server.wire.ids import ServiceId, WindowId
from queue_server.wire.ticket import Text

SOON_MIN = 15.0
STUDENT = (
    *(12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)
"""Student's t at 0.975 for 1, 2, ... degrees of freedom; beyond, 1.96 is near enough."""

Spans = tuple[tuple[datetime, datetime], ...]


class Past(msgspec.Struct, frozen=True):
    """A day as the log has it: when windows were at work, which of their services their clerks could do, and which abilities were
    there, the windows' own and those of whoever sat at them, among it.
    """

    day: date
    hall: Hall
    tickets: tuple[Ticket, ...]
    work: Mapping[WindowId, Spans]
    able: Mapping[WindowId, tuple[ServiceId, ...]]
    abilities: Mapping[WindowId, tuple[Ability, ...]]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be tried. A window in `opened` works from the first opening to the last closing; one that the hall does not have
    does what `skills` gives it. `quick` matters first: a service that does not say how long it takes, as it took on these days.
    """

    policy: PolicyName | None = None
    quick: bool = False
    opened: tuple[WindowId, ...] = ()
    skills: tuple[tuple[WindowId, ServiceId], ...] = ()
    abilities: tuple[tuple[WindowId, Ability], ...] = ()


class Wait(NamedTuple):
    """Somebody was called: for what, of which class, after how many minutes, with which needs, and which of them were not met."""

    service: ServiceId
    class_: str
    minutes: float
    needs: tuple[str, ...] = ()
    unmet: tuple[str, ...] = ()


class Pair(NamedTuple):
    """A day played once as it was, and once changed."""

    day: date
    before: tuple[Wait, ...]
    after: tuple[Wait, ...]


class Gap(NamedTuple):
    """A figure before and after, in minutes or shares, and the half width of the interval at 95 % around the difference.

    `half` is None where there is only one value.
    """

    before: float
    after: float
    half: float | None

    @property
    def difference(self) -> float:
        """By how much it grows."""
        return self.after - self.before


class Effect(NamedTuple):
    """What a change does to some waits: how many on a day, their mean, 95th percentile, and the share of those up to 15 minutes."""

    a_day: float
    mean: Gap
    tail: Gap
    soon: Gap


def past(day: date, hall: Hall, tickets: Iterable[Ticket], events: Iterable[tuple[datetime, Event]]) -> Past:
    """A day from its tickets and from its part of the log."""
    work: dict[WindowId, list[tuple[datetime, datetime]]] = {}
    clerks: dict[WindowId, set[str]] = {}
    since: dict[WindowId, datetime] = {}
    end = None
    for at, event in events:
        match event:
            case (
                Opened(window=window)
                | Resumed(window=window)
                | TakenOver(window=window)
                | Called(window=window)
            ):
                since.setdefault(window, at)
                end = at
            case Paused(window=window) | Closed(window=window) if window in since:
                work.setdefault(window, []).append((since.pop(window), at))
                end = at
            case _:
                pass
        if isinstance(event, Opened | TakenOver | Called):
            clerks.setdefault(event.window, set()).add(event.clerk)
    for window, begin in since.items():
        work.setdefault(window, []).append((begin, max(end or begin, begin)))
    spans = {window: tuple(some) for window, some in work.items() if window in hall.window}
    able = {window: _able(hall, window, clerks.get(window, set())) for window in spans}
    abilities = {window: _abilities(hall, window, clerks.get(window, set())) for window in spans}
    return Past(day, hall, tuple(tickets), spans, able, abilities)


def _able(hall: Hall, window: WindowId, clerks: set[str]) -> tuple[ServiceId, ...]:
    """What a window offers, as far as one of those who sat there could do it."""
    offered = hall.window[window].services
    skills = [member.skills for clerk in clerks if (member := hall.member.get(clerk)) is not None]
    if not skills or None in skills or len(skills) < len(clerks):
        return offered
    known = {service for some in skills for service in some or ()}
    return tuple(service for service in offered if service in known)


def _abilities(hall: Hall, window: WindowId, clerks: set[str]) -> tuple[Ability, ...]:
    """What a window has, and what any of those who sat there has."""
    theirs = [member.abilities for clerk in sorted(clerks) if (member := hall.member.get(clerk)) is not None]
    return tuple(dict.fromkeys((*hall.window[window].abilities, *(one for some in theirs for one in some))))


def faults(days: Sequence[Past], change: Change) -> Iterator[Text]:
    """What in a change the hall does not have, or cannot have."""
    hall, given = days[-1].hall, {window for window, _ in change.skills}
    for window in dict.fromkeys((*change.opened, *given, *(window for window, _ in change.abilities))):
        if window not in hall.window and not (window in given and window in change.opened):
            yield Text(
                f"没有窗口{window}（有：{'、'.join(hall.window)}）；要试新窗口，请同时写--open和--skill。",
                f"There is no window {window} (there are: {', '.join(hall.window)}); a new one needs both --open and --skill.",
            )
        elif window not in change.opened and not any(window in day.work for day in days):
            yield Text(
                f"窗口{window}在这些天没有开过；要让它开，请同时写--open {window}。",
                f"Window {window} was not at work on these days; to have it open, add --open {window}.",
            )
    if change.quick and "promise" not in ({change.policy} if change.policy else hall.policy_in.values()):
        yield Text(
            "只有按承诺叫号时，办得快的才能先叫；请加--policy promise。",
            "Quick matters go first only where windows call by promise: add --policy promise.",
        )
    for _, service in change.skills:
        if service not in hall.service:
            yield Text(
                f"没有业务{service}（有：{'、'.join(hall.service)}）。",
                f"There is no service {service} (there are: {', '.join(hall.service)}).",
            )


def waited(day: Past) -> tuple[Wait, ...]:
    """Who waited how long on the day itself."""
    return tuple(
        Wait(
            step.service,
            ticket.counts_as,
            (step.called_at - step.since_at).total_seconds() / 60,
            ticket.needs,
            ables.lacks(day.hall, step.window, step.clerk, ticket.needs)
            if step.window is not None and step.window in day.hall.window
            else (),
        )
        for ticket, index in _steps(day)
        for step in (ticket.steps[index],)
        if step.called_at is not None and step.since_at is not None
    )


def pairs(day: Past, habits: Habits, change: Change, plays: int, seed: int = 1) -> Iterator[Pair]:
    """A day played so many times. Whoever nobody could serve on that day is left out of both."""
    change_of = _Stage(day, habits, change)
    as_it_was = _Stage(day, habits, Change())
    for n in range(plays):
        visits = _visits(day, habits, as_it_was.offered, Random(f"{seed}/{day.day}/{n}") if n else None)
        if not visits:
            return
        yield Pair(day.day, as_it_was.play(visits), change_of.play(visits))


class _Stage:
    """A hall for the play: whatever would turn somebody away, or send somebody on, is out of it."""

    def __init__(self, day: Past, habits: Habits, change: Change) -> None:
        self.day, self.missed_min = day, fmean(habits.missing.durations) + habits.breath
        skills: dict[WindowId, tuple[ServiceId, ...]] = dict(day.able)
        hall = day.hall
        for window in change.opened:
            known = hall.window.get(window)
            skills.setdefault(window, () if known is None else known.services)
        for window, service in change.skills:
            if window in skills:
                skills[window] = tuple(dict.fromkeys((*skills[window], service)))
        abilities = {
            window: day.abilities.get(window)
            or (hall.window[window].abilities if window in hall.window else ())
            for window in skills
        }
        for window, ability in change.abilities:
            if window in abilities:
                abilities[window] = tuple(dict.fromkeys((*abilities[window], ability)))
        taken = {id_: round(fmean(spread.durations)) or 1 for id_, spread in habits.services.items()}
        self.hall = _bare(hall, skills, abilities, change, taken)
        self.offered = frozenset(service for window in day.work for service in day.able[window])
        spans = [span for some in day.work.values() for span in some]
        whole = (min(start for start, _ in spans), max(end for _, end in spans)) if spans else None
        self.posts = []
        for window in skills:
            there = day.work.get(window, ())
            if window in change.opened and whole is not None:
                there = (whole,)
            if whole is not None and there:
                self.posts.append(Post(window, habits.pace.get(window, 1.0), _gaps(whole, there)))

    def play(self, visits: Sequence[Visit]) -> tuple[Wait, ...]:
        rows, _ = run(self.hall, self.day.day, self.posts, visits, missed_min=self.missed_min)
        return tuple(_wait(self.hall, row) for row in rows if row.called_at is not None)


def _bare(
    hall: Hall,
    skills: Mapping[WindowId, tuple[ServiceId, ...]],
    abilities: Mapping[WindowId, tuple[Ability, ...]],
    change: Change,
    taken: Mapping[ServiceId, int],
) -> Hall:
    replace = msgspec.structs.replace
    windows = [
        replace(hall.window[id_], services=services, abilities=abilities[id_])
        if id_ in hall.window
        else Window(
            id=id_,
            name=Text(id_, id_),
            zone=hall.service[services[0]].zone,
            services=services,
            abilities=abilities[id_],
        )
        for id_, services in skills.items()
    ]
    return Hall(
        name=hall.name,
        rules=Rules(
            policy=change.policy or hall.rules.policy,
            quick_first=change.quick or hall.rules.quick_first,
            guard_min=hall.rules.guard_min,
            reentries=0,
            open_per_person=0,
        ),
        classes=tuple(
            replace(kind, asked="kiosk", counts="at_once", age=None, listed=False) for kind in hall.classes
        ),
        zones=tuple(
            replace(zone, calendar=None, policy=None if change.policy else zone.policy) for zone in hall.zones
        ),
        services=tuple(
            replace(
                service,
                usual_min=service.usual_min or (taken.get(service.id) if change.quick else None),
                department=None,
                delegated_to=None,
                calendar=None,
                daily_limit=None,
                per_person=None,
                real_name="no",
                outcomes=(),
                then=(),
            )
            for service in hall.services
        ),
        windows=tuple(windows),
    )


def _gaps(whole: tuple[datetime, datetime], there: Spans) -> Spans:
    """When a window was not at work. After the last closing of all, every one serves whoever is left."""
    edges = [whole[0], *(edge for span in there for edge in span), whole[1]]
    return tuple((start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end)


def _steps(day: Past) -> Iterator[tuple[Ticket, int]]:
    """Everything that somebody waited for on a day, but what was given up before its call: tickets and the indices of steps."""
    end = day_end(day.day)
    for ticket in day.tickets:
        for index, step in enumerate(ticket.steps):
            called = step.called_at is not None
            if step.since_at is None or step.since_at >= end or step.service not in day.hall.service:
                continue
            if called or ticket.state in {"waiting", "expired"}:
                yield ticket, index


def _visits(
    day: Past, habits: Habits, offered: frozenset[ServiceId], chance: Random | None
) -> tuple[Visit, ...]:
    """Who came; every step of a ticket is a visit of its own. With `chance` services take as long as others of their kind did."""
    found = []
    for ticket, index in _steps(day):
        step = ticket.steps[index]
        if step.service not in offered or step.since_at is None:
            continue
        kind = ticket.counts_as if ticket.counts_as in day.hall.class_ else "ordinary"
        took = _took(step, habits) if chance is None else None
        if took is None:
            spread = habits.services.get(step.service, habits.other)
            took = spread.at((chance or Random(ticket.id)).random()) * habits.stretch(ticket.items_of(index))
        missed, work_min = step.state == "no_show", took + habits.breath
        found.append(Visit(step.since_at, step.service, kind, missed, work_min, ticket.needs, ticket.binding))
    return tuple(sorted(found, key=lambda visit: visit.at))


def _took(step: Step, habits: Habits) -> float | None:
    """How long a service would have taken at a window of usual speed; None where that is not known."""
    if step.state != "served" or step.worked_s or step.called_at is None or step.ended_at is None:
        return None
    minutes = (step.ended_at - step.called_at).total_seconds() / 60
    return max(minutes, LEAST_MIN) / habits.pace.get(step.window or WindowId(""), 1.0)


def _wait(hall: Hall, row: Row) -> Wait:
    called, visit = row.called_at or row.visit.at, row.visit
    unmet = () if row.window is None else ables.lacks(hall, row.window, None, visit.needs)
    return Wait(visit.service, visit.class_, (called - visit.at).total_seconds() / 60, visit.needs, unmet)


def of_class(kind: str) -> Callable[[Wait], bool]:
    """Whether somebody is of a class."""
    return lambda wait: wait.class_ == kind


def for_service(service: ServiceId) -> Callable[[Wait], bool]:
    """Whether somebody waits for a service."""
    return lambda wait: wait.service == service


def with_need(need: str) -> Callable[[Wait], bool]:
    """Whether somebody needs something."""
    return lambda wait: need in wait.needs


def met(plays: Sequence[Pair], need: str) -> Gap | None:
    """What a change does to the share of those with a need who are called to a window that has it; None if nobody has that need.

    The interval is that of `effect`.
    """
    before, after = (
        [[float(need not in wait.unmet) for wait in side if need in wait.needs] for side in sides]
        for sides in _sides(plays)
    )
    kept = [n for n, (b, a) in enumerate(zip(before, after, strict=True)) if b and a]
    if not kept:
        return None
    days = [plays[n].day for n in kept]
    return _gap(days, [fmean(before[n]) for n in kept], [fmean(after[n]) for n in kept])


def effect(plays: Sequence[Pair], of: Callable[[Wait], bool] = lambda _: True) -> Effect | None:
    """What a change does to some of the waits; None if there are none.

    The interval is over days where there are several, each by the mean of its plays, and over the plays of one day otherwise.
    """
    before, after = (
        [[wait.minutes for wait in side if of(wait)] for side in sides] for sides in _sides(plays)
    )
    kept = [n for n, (b, a) in enumerate(zip(before, after, strict=True)) if b and a]
    if not kept:
        return None
    days = [plays[n].day for n in kept]

    def gap(figure: Callable[[Sequence[float]], float]) -> Gap:
        return _gap(days, [figure(before[n]) for n in kept], [figure(after[n]) for n in kept])

    return Effect(fmean(len(before[n]) for n in kept), gap(fmean), gap(tail), gap(soon))


def _sides(plays: Sequence[Pair]) -> tuple[list[tuple[Wait, ...]], list[tuple[Wait, ...]]]:
    return [pair.before for pair in plays], [pair.after for pair in plays]


def tail(waits: Sequence[float]) -> float:
    """The 95th percentile."""
    return quantile(sorted(waits), 0.95)


def soon(waits: Sequence[float]) -> float:
    """The share of those up to 15 minutes."""
    return sum(wait <= SOON_MIN for wait in waits) / len(waits)


def _gap(days: Sequence[date], before: Sequence[float], after: Sequence[float]) -> Gap:
    by_day: dict[date, list[float]] = {}
    for day, first, second in zip(days, before, after, strict=True):
        by_day.setdefault(day, []).append(second - first)
    values = [fmean(some) for some in by_day.values()] if len(by_day) > 1 else next(iter(by_day.values()))
    half = None
    if len(values) > 1:
        student = STUDENT[len(values) - 2] if len(values) - 2 < len(STUDENT) else 1.96
        half = student * stdev(values) / sqrt(len(values))
    return Gap(fmean(before), fmean(after), half)
