"""What a forecast tells of a whole hall at one moment, as one process hands it to another, and which records it stands beside."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import msgspec

from queue_server.engine import issuing
from queue_server.engine.plan import ORDINARY
from queue_server.engine.state import State
from queue_server.forecast.habit import Habits
from queue_server.forecast.wait import PATHS, Outlook, Ways, mixed, outlooks, parts
from queue_server.views import desk, phone
from queue_server.views.topic import split
from queue_server.wire.forecast import ExpectedRecord, ForecastRecord
from queue_server.wire.ids import ServiceId, TicketId, WindowId, ZoneId
from queue_server.wire.score import DayScores, Hour
from queue_server.wire.ticket import Wait


class Told(msgspec.Struct, frozen=True):
    """Waits as they were expected at a business time, from the state of a seq, by so many courses.

    Only what may be told is in it: of who waits, and by service and class of who might take a ticket. What is not is not known.
    """

    at: datetime
    seq: int
    paths: int
    waiting: dict[TicketId, Outlook]
    new: dict[ServiceId, dict[str, Outlook]]
    hour: Hour | None = None
    """What came of the waits told, of who was called in the hour before."""
    last_day: DayScores | None = None
    """What came of them on the last day before."""
    taken: dict[ServiceId, int] = {}
    """How many tickets of each service were taken on the day so far."""
    ways: dict[TicketId, Ways] = {}
    """Of who waits and needs something of a window."""

    def of(self, ticket: TicketId) -> Wait | None:
        """How much longer somebody waits."""
        found = self.waiting.get(ticket)
        return None if found is None else found.told

    def of_ways(self, ticket: TicketId) -> dict[str, Wait | None]:
        """The same by the first free window and by one that has what its holder needs, as the records of these ways are called."""
        found = self.ways.get(ticket)
        return {} if found is None else {"first": found.first, "able": found.able}

    def of_new(self, service: ServiceId, kind: str = ORDINARY) -> Wait | None:
        """How long somebody would wait who took a ticket."""
        found = self.new.get(service, {}).get(kind)
        return None if found is None else found.told

    def of_any(self, services: Iterable[ServiceId]) -> Wait | None:
        """The same for whoever comes next for one of some services, which is the likelier the more often it was asked for today."""
        some = [
            (self.new[service][ORDINARY], self.taken.get(service, 0) + 1)
            for service in services
            if ORDINARY in self.new.get(service, {})
        ]
        return mixed(some).told if some else None


def tell(state: State, habits: Habits, now: datetime, paths: int = PATHS) -> Told:
    """What is told of a whole hall."""
    waiting: dict[TicketId, Outlook] = {}
    new: dict[ServiceId, dict[str, Outlook]] = {}
    ways: dict[TicketId, Ways] = {}
    for part in parts(state, now):
        found = outlooks(state, habits, now, part, paths)
        waiting.update((id_, one) for id_, one in found.waiting.items() if one.told is not None)
        ways.update(found.ways)
        for (service, kind), one in found.new.items():
            if one.told is not None:
                new.setdefault(service, {})[kind] = one
    taken = Counter(ticket.steps[0].service for ticket in state.tickets.values())
    return Told(now, state.seq, paths, waiting, new, taken=dict(taken), ways=ways)


def expected(told: Told, state: State, age_s: float, *, whole: bool) -> ForecastRecord:
    """All of it as it is asked for; `whole`: also those who wait, as far as they still do."""
    age_s = round(age_s, 1)
    new = [
        _expected(service, kind, outlook, age_s)
        for service, by in told.new.items()
        for kind, outlook in by.items()
    ]
    waiting = []
    for id_, outlook in told.waiting.items() if whole else ():
        if _waits(state, id_):
            ticket = state.tickets[id_]
            waiting.append(_expected(ticket.step.service, ticket.counts_as, outlook, age_s, id_))
    return ForecastRecord(
        at=told.at,
        age_s=age_s,
        paths=told.paths,
        new=tuple(new),
        waiting=tuple(waiting),
        hour=told.hour if whole else None,
        last_day=told.last_day if whole else None,
    )


def _expected(
    service: ServiceId, kind: str, outlook: Outlook, age_s: float, ticket: TicketId | None = None
) -> ExpectedRecord:
    wait = outlook.told
    assert wait is not None, "what may not be told is not in it"
    return ExpectedRecord(
        service=service,
        class_=kind,
        ticket=ticket,
        p10_min=round(outlook.p10, 1),
        p50_min=round(outlook.p50, 1),
        p90_min=round(outlook.p90, 1),
        wait=Wait(wait.low_min, wait.high_min, age_s),
    )


def beside(told: Told, state: State, topic: str) -> dict[str, Wait]:
    """The waits that stand beside a topic's records, by the records' keys.

    Beside a service is what an ordinary ticket for it would wait now; beside a zone that of whoever comes next for one of its
    services that issue; beside a window's queue the same of its services; beside a ticket that waits how much longer it does.
    """
    kind, of = split(topic)
    hall = state.hall
    found: dict[str, Wait | None] = {}
    if kind in ("hall", "floor"):
        found = {f"zone/{id_}": _zone(told, state, id_) for id_ in hall.zone}
    if kind == "hall":
        found |= {f"service/{id_}": told.of_new(id_) for id_ in hall.service}
    elif kind == "zone" and of in hall.zone:
        found = {f"zone/{of}": _zone(told, state, ZoneId(of))}
        found |= {f"service/{one.id}": told.of_new(one.id) for one in hall.zone_services[ZoneId(of)]}
    elif kind == "board" and of in hall.display:
        found = {f"zone/{id_}": _zone(told, state, id_) for id_ in hall.display[of].zones}
    elif kind == "window" and of in hall.window:
        found = {"waiting": told.of_any(state.served_at(WindowId(of)))}
    elif kind == "desk":
        found = {f"request/{one.id}": told.of(one.id) for one in desk.requests(state)}
    elif kind == "ticket":
        id_ = phone.held(state, of) or TicketId(of)
        found = {"ticket": told.of(id_), **told.of_ways(id_)} if _waits(state, id_) else {}
    return {key: wait for key, wait in found.items() if wait is not None}


def _waits(state: State, id_: TicketId) -> bool:
    """Whether somebody still does: what is told is a little older than the state."""
    ticket = state.tickets.get(id_)
    return ticket is not None and ticket.state == "waiting"


def _zone(told: Told, state: State, id_: ZoneId) -> Wait | None:
    services = [service.id for service in state.hall.zone_services[id_]]
    return told.of_any(service for service in services if issuing.of_service(state, service).why is None)
