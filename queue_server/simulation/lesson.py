"""Which window should learn which service: a past day played again with one skill more, where most waited and fewest. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from queue_server.forecast.habit import Habits
from queue_server.simulation.replay import Change, Gap, Pair, Past, effect, for_service, pairs, waited
from queue_server.wire.advice import LessonRecord
from queue_server.wire.ids import ServiceId, WindowId

SERVICES, WINDOWS = 3, 2
"""So many services are looked at, those for which people waited longest all together; and so many windows for each."""
PLAYS = 4
"""How often a day is played with each."""
LEAST_MIN = 0.5
"""A lesson that takes less off the mean wait for the service is not worth it."""
MOST = 3
"""Lessons told, best first."""


class Lesson(msgspec.Struct, frozen=True):
    """What a window at which a service is done too does to the mean wait for that, and to that of everybody in the hall."""

    window: WindowId
    service: ServiceId
    own: Gap
    whole: Gap

    @property
    def worth(self) -> bool:
        """Whether waits are certainly shorter for the service, by enough, and for all together not longer."""
        own, whole = self.own, self.whole
        if own.half is None or whole.half is None:
            return False
        return own.difference + own.half < 0 and -own.difference >= LEAST_MIN and whole.difference < 0


def candidates(day: Past) -> list[tuple[WindowId, ServiceId]]:
    """What may be worth learning, from a day: the idlest windows that do not do it, those of the service's own zone first."""
    waits: Counter[ServiceId] = Counter()
    for wait in waited(day):
        waits[wait.service] += round(60 * wait.minutes)
    served = Counter(
        step.window for ticket in day.tickets for step in ticket.steps if step.window is not None
    )
    found = []
    for service, _ in waits.most_common(SERVICES):
        zone = day.hall.service[service].zone
        others = [window for window in day.work if service not in day.hall.window[window].services]
        ranked = sorted((day.hall.window[window].zone != zone, served[window], window) for window in others)
        found += [(window, service) for _, _, window in ranked[:WINDOWS]]
    return found


def lessons(day: Past, habits: Habits) -> Iterator[Lesson | None]:
    """Each candidate in turn, None between: after each play of a day somebody else may have the processor."""
    for window, service in candidates(day):
        played: list[Pair] = []
        for pair in pairs(day, habits, Change(skills=((window, service),)), PLAYS):
            played.append(pair)
            yield None
        own, whole = effect(played, for_service(service)), effect(played)
        if own is not None and whole is not None:
            yield Lesson(window, service, own.mean, whole.mean)


def told(day: Past, found: Sequence[Lesson]) -> tuple[LessonRecord, ...]:
    """Those that are worth it, by what they spare everybody, each service but once."""
    some = sorted((one for one in found if one.worth), key=lambda one: one.whole.difference)
    first = {one.service: one for one in reversed(some)}
    return tuple(
        LessonRecord(
            day=day.day,
            window=one.window,
            service=one.service,
            mean_min=round(one.own.before, 1),
            then_min=round(one.own.after, 1),
            sure_min=round(one.own.half or 0.0, 1),
        )
        for one in some
        if first[one.service] is one
    )[:MOST]
