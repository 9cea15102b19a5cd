"""A drawn day of citizens: when each comes, for what, how long it takes, and what they think of it.

The shapes are those of service halls: a quarter of the day in the hour from half past nine, a quiet noon, service times lognormal
with a coefficient of variation of 0.8, six called citizens in a hundred gone.
"""

import math
from collections import Counter
from collections.abc import Collection
from datetime import date, datetime, timedelta
from random import Random

import msgspec

from queue_server.engine.hall import Hall
from queue_server.simulation.chance import drawn
from queue_server.wire.day import day_start
from queue_server.wire.ids import ServiceId, WindowId
from queue_server.wire.ticket import Language

OPENING = timedelta(hours=8, minutes=30)
"""When the first half hour of HALF_HOURS begins, by the hall's wall clock."""
HALF_HOURS = (4, 7, 12, 13, 10, 8, 5, 2, 2, 3, 5, 8, 8, 6, 4, 2, 1)
"""Of a hundred citizens, how many come in each half hour from 8:30 to 17:00."""
CLOSING = OPENING + timedelta(minutes=30 * len(HALF_HOURS))
"""When the drawn day ends; whoever waits is still served."""
NO_SHOW = 0.06
VARIATION = 0.8
"""Coefficient of variation of a service time."""
MEANS_S = (360.0, 720.0)
"""Between these lies the mean service time of a service."""
RATED = 0.55
LEVELS = {5: 780, 4: 170, 3: 35, 2: 10, 1: 5}
"""Of a thousand ratings, how many are of each level."""
SECOND_STEP = 0.06
"""Share of those who want one thing and then ask for another as well, beside the visits that the hall makes of several steps."""
SEVERAL = 0.12
"""Share of those who bring several items, where a service takes so many."""
ENGLISH = 0.03
CLASSES = {
    "ordinary": 860,
    "senior": 55,
    "maternity": 20,
    "military": 10,
    "disability": 10,
    "patient": 5,
    "appointment": 30,
    "green": 10,
}
"""Of a thousand tickets, how many are of each class, as far as the hall has it."""


class Citizen(msgspec.Struct, frozen=True, kw_only=True):
    """A drawn citizen. `work_s` is how long each of their services takes a clerk of usual speed, in business seconds.

    `shows` is False for one who is gone when called; `rating` is None for one who does not press a key.
    """

    at: datetime
    services: tuple[ServiceId, ...]
    items: int = 1
    class_: str = "ordinary"
    language: Language = "zh"
    work_s: tuple[float, ...]
    walk_s: float
    shows: bool = True
    rating: int | None = None


def mean_s(service: ServiceId, seed: int) -> float:
    """The mean service time of a service in seconds: the same for every day of one seed."""
    return round(drawn(seed, "mean", service).uniform(*MEANS_S), 1)


def lognormal_s(mean: float, chance: Random, variation: float = VARIATION) -> float:
    """A service time in seconds with this mean and coefficient of variation, at least 20."""
    spread = math.log1p(variation**2)
    return max(20.0, chance.lognormvariate(math.log(mean) - spread / 2, math.sqrt(spread)))


def tickets_a_day(
    hall: Hall, staffed: Collection[WindowId], seed: int, load: float
) -> dict[ServiceId, float]:
    """How many citizens a day want each service if the staffed windows are to be busy for `load` of it.

    A window gives an equal share of its day to each service it offers; a service without a staffed window gets nobody. Whoever
    goes on to other services is part of what those can do, and no more set out on a visit of several steps than can end it.
    """
    day_s = len(HALF_HOURS) * 1800.0
    wanted: dict[ServiceId, float] = {}
    for window in hall.windows:
        if window.id in staffed:
            for service in window.services:
                part = load * day_s / len(window.services) / mean_s(service, seed)
                wanted[service] = wanted.get(service, 0.0) + part
    able = dict(wanted)
    visits = {service: following(hall, service, able) for service in able if hall.service[service].then}
    sharing = Counter(after for then in visits.values() for after in then)
    for service, then in visits.items():
        wanted[service] = min(able[service], *(able[after] / sharing[after] for after in then))
        for after in then:
            wanted[after] -= wanted[service]
    return wanted


def following(hall: Hall, service: ServiceId, offered: Collection[ServiceId]) -> tuple[ServiceId, ...]:
    """The services that a ticket for a service goes on to, as far as they are offered."""
    return tuple(after for after in hall.service[service].then if after in offered)


def draw_day(
    hall: Hall, staffed: Collection[WindowId], day: date, *, seed: int, load: float = 0.6
) -> tuple[Citizen, ...]:
    """The citizens of a local day in the order in which they come: the same arguments, the same day."""
    chance = drawn(seed, "day", day.isoformat())
    wanted = tickets_a_day(hall, staffed, seed, load)
    if not wanted:
        return ()
    opening = day_start(day) + OPENING
    names, weights = list(wanted), list(wanted.values())
    people = [
        _citizen(hall, _arrival(opening, chance), names, weights, seed, chance)
        for _ in range(round(sum(weights)))
    ]
    return tuple(sorted(people, key=lambda citizen: citizen.at))


def stranger(at: datetime, services: tuple[ServiceId, ...], *, seed: int, chance: Random) -> Citizen:
    """Somebody with a ticket that was not drawn, such as a visitor at the kiosk: they always come when called."""
    return Citizen(
        at=at,
        services=services,
        work_s=tuple(lognormal_s(mean_s(service, seed), chance) for service in services),
        walk_s=chance.uniform(12, 40),
    )


def _arrival(opening: datetime, chance: Random) -> datetime:
    (place,) = chance.choices(range(len(HALF_HOURS)), HALF_HOURS)
    return opening + timedelta(seconds=round(1800 * (place + chance.random()), 3))


def _citizen(
    hall: Hall, at: datetime, names: list[ServiceId], weights: list[float], seed: int, chance: Random
) -> Citizen:
    services = tuple(chance.choices(names, weights))
    first = hall.service[services[0]]
    services += following(hall, services[0], names)
    if len(services) == 1 and chance.random() < SECOND_STEP:
        services = tuple(dict.fromkeys((*services, *chance.choices(names, weights))))
    kinds = {kind: share for kind, share in CLASSES.items() if kind in hall.class_}
    (kind,) = chance.choices(list(kinds), list(kinds.values()))
    several = first.max_items > 1 and chance.random() < SEVERAL
    return Citizen(
        at=at,
        services=services,
        items=chance.randint(2, first.max_items) if several else 1,
        class_=kind,
        language="en" if chance.random() < ENGLISH else "zh",
        work_s=tuple(round(lognormal_s(mean_s(service, seed), chance), 1) for service in services),
        walk_s=round(chance.uniform(12, 40), 1),
        shows=chance.random() >= NO_SHOW,
        rating=chance.choices(list(LEVELS), list(LEVELS.values()))[0] if chance.random() < RATED else None,
    )
