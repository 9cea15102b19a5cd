"""Who should be called next, told from the log and the hall's document alone, by comparing everybody with everybody."""

from collections.abc import Collection
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from queue_server.engine import event as e
from queue_server.engine.hall import Hall
from queue_server.wire.ids import ServiceId, TicketId, WindowId

if TYPE_CHECKING:
    from tests.property.recount import Recount, Stood


def minutes(hall: Hall, service: ServiceId, kind: str) -> int:
    """What a class is promised for a service."""
    promises = {each.id: each.promise_min for each in hall.classes}
    own = next(each.promise_min for each in hall.services if each.id == service)
    if kind != "ordinary" and kind in promises:
        return promises[kind]
    return own or promises.get("ordinary", 15)


def usual(hall: Hall, service: ServiceId) -> int:
    """How long a service usually takes, in minutes."""
    said = {each.id: each.usual_min for each in hall.services if each.usual_min is not None}
    return said[service] if service in said else round(sum(said.values()) / len(said))


def policy(hall: Hall, window: WindowId) -> str:
    """The rule by which a window calls."""
    zone = next(each.zone for each in hall.windows if each.id == window)
    return next(each.policy for each in hall.zones if each.id == zone) or hall.rules.policy


def next_one(
    recount: "Recount",
    hall: Hall,
    window: WindowId,
    services: Collection[ServiceId],
    now: datetime,
    but: TicketId | None,
    *,
    quick: bool = True,
) -> TicketId:
    """Whom a window should call, who waits there; `but` has just been served there, and waits for something else since.

    As it would be without `quick` matters first, if they do not count.
    """

    def rank(id_: TicketId) -> tuple[int, Any]:
        stood = recount.stood[id_]
        since, promise = stood.stand[0], minutes(hall, stood.service, recount.counts_as(id_))
        if hall.rules.guard_min and now - since > timedelta(minutes=hall.rules.guard_min):
            return 0, since
        share = promise * (usual(hall, stood.service) if quick and hall.rules.quick_first else 1)
        used = Fraction((now - since) // timedelta(microseconds=1), share)
        by: dict[str, Any] = {
            "fcfs": since,
            "promise": -used,
            "strict": (promise, since),
            "head_start": since + timedelta(minutes=promise),
        }
        return 1, by[policy(hall, window)]

    def place(id_: TicketId) -> tuple[Any, ...]:
        return recount.stood[id_].stand, id_

    heads = []
    for service in services:
        line = [id_ for id_ in recount.waiting - {but} if recount.stood[id_].service == service]
        if not line:
            continue
        first = min(line, key=place)
        if recount.stood[first].put:
            heads.append((min(map(rank, line)), place(first), first))
        else:
            own = [(rank(id_), place(id_), id_) for id_ in line if not recount.stood[id_].put]
            heads.append(min(own))
    return min(heads)[2]


def lasting(recount: "Recount", hall: Hall, service: ServiceId, line: Collection[TicketId]) -> list[TicketId]:
    """In which order a line is called if nobody comes; under `promise` by when the promises are used up.

    It is played: one after the other is called, who was put somewhere as soon as nobody stands before them.
    """
    zone = next(each.zone for each in hall.services if each.id == service)
    by = next(each.policy for each in hall.zones if each.id == zone) or hall.rules.policy

    def rank(id_: TicketId) -> tuple[Any, ...]:
        stood = recount.stood[id_]
        promise = minutes(hall, service, recount.counts_as(id_))
        due = stood.stand[0] + timedelta(minutes=0 if by == "fcfs" else promise)
        return promise if by == "strict" else 0, stood.stand[0] if by == "strict" else due, stood.stand, id_

    left, order = set(line), []
    while left:
        first = min(left, key=lambda id_: (recount.stood[id_].stand, id_))
        if not recount.stood[first].put:
            first = min((id_ for id_ in left if not recount.stood[id_].put), key=rank)
        left.remove(first)
        order.append(first)
    return order


def why(recount: "Recount", hall: Hall, called: e.Called, stood: "Stood", plain: TicketId) -> str | None:
    """Why a call by the rule passes somebody over; None for one that was put where it stood, which has its own reason.

    `plain` would have been called without quick matters first.
    """
    if stood.put:
        return None
    if called.ticket != plain:
        return "quick"
    kind = recount.counts_as(called.ticket)
    counts = kind != "ordinary" and kind in [each.id for each in hall.classes]
    return "class" if counts else "promise"
