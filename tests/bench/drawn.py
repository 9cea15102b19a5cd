"""Days drawn from what a hall's file says of its arrivals and times: more of them, longer ones, than stand in files."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import log, sqrt
from random import Random

import msgspec

from queue_server.simulation import file as files
from queue_server.simulation.virtual import Visit
from queue_server.wire.ids import ServiceId

LONG, STRETCH = 0.12, 2.4
"""So many services of a mixture take so many times as long."""


class Service(msgspec.Struct, frozen=True):
    """What a file says of a service: its share of all that come, and the mean and coefficient of variation of its time."""

    id: int
    share: float
    mean: float
    cv: float


class Truth(msgspec.Struct, frozen=True):
    """What a file says of a hall that a forecast has to learn. `bins30` are the weights of its half hours."""

    services: tuple[Service, ...]
    bins30: tuple[float, ...]
    class_share: tuple[float, ...]
    no_show: float
    day_cv: float


def days(
    content: bytes, per_day: float, count: int, seed: int, *, mixture: bool = False
) -> list[files.Drawn]:
    """So many days of about so many tickets each; with `mixture` some services take much longer than others of their kind."""
    truth = msgspec.json.decode(content, type=Truth)
    chance = Random(seed)
    found = []
    for n in range(count):
        date = files.FIRST + timedelta(days=n)
        level = per_day * max(chance.gauss(1.0, truth.day_cv), 0.3)
        visits = tuple(enumerate(_day(truth, files.opening(date), level, chance, mixture)))
        found.append(files.Drawn(f"{seed + n}", date, visits))
    return found


def _day(truth: Truth, begin: datetime, level: float, chance: Random, mixture: bool) -> Iterator[Visit]:
    shares = [service.share for service in truth.services]
    for n, weight in enumerate(truth.bins30):
        rate, at = level * weight / sum(truth.bins30) / 30, 30.0 * n
        while (at := at + chance.expovariate(rate)) < 30.0 * (n + 1):
            (service,) = chance.choices(truth.services, shares)
            square = log(1 + service.cv**2)
            work = chance.lognormvariate(log(service.mean) - square / 2, sqrt(square))
            yield Visit(
                at=begin + timedelta(minutes=at),
                service=ServiceId(str(service.id)),
                class_=chance.choices(files.CLASSES, truth.class_share)[0][0],
                missed=chance.random() < truth.no_show,
                work_min=work * (STRETCH if mixture and chance.random() < LONG else 1.0),
            )
