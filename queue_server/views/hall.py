"""Public records: the hall, its zones and services, and the zones' load."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from queue_server.engine import appointing, hours, issuing, rank
from queue_server.engine import rule as rules
from queue_server.engine.hall import NOTHING, Class
from queue_server.engine.hours import Hours
from queue_server.engine.issuing import Issue
from queue_server.engine.state import State
from queue_server.engine.ticket import Ticket
from queue_server.wire import portion
from queue_server.wire.floor import LoadRecord, ObjectedRecord
from queue_server.wire.ids import ServiceId, ZoneId
from queue_server.wire.ticket import OPEN_STATES
from queue_server.wire.view import ClassRecord, HallRecord, ServiceRecord, ZoneRecord

COMING = 10
"""So many days beyond today are told. The longest public holiday has nine."""


def stopped(issue: Issue, today: Hours) -> str | None:
    """What a record says is the reason why none is issued: of the hours themselves, these."""
    return today.tickets_text if issue.why == "closed" else issue.reason


def hall(state: State) -> HallRecord:
    """The hall today."""
    issue, today = issuing.of_hall(state), hours.of_hall(state.hall, state.day)
    tallies = state.tallies.values()
    return HallRecord(
        name=state.hall.name,
        day=state.day,
        issuing=issue.why is None,
        why=issue.why,
        stopped=stopped(issue, today),
        stopped_en=issue.reason_en,
        opens=issue.opens,
        hours=today.tickets_text,
        serving=today.service_text,
        coming=tuple(
            hours.of_hall(state.hall, state.day + timedelta(days=n)).tickets_text
            for n in range(1, COMING + 1)
        ),
        issued=sum(tally.issued for tally in tallies),
        served=sum(tally.served for tally in tallies),
        missed=sum(tally.missed for tally in tallies),
        waiting=sum(len(line) for line in state.lines.values()),
        welcome=state.hall.texts.kiosk_welcome,
        ticket_foot=state.hall.texts.ticket_foot,
        elsewhere=state.away.seen,
        abilities=state.hall.abilities,
        public_url=state.public_url,
        max_steps=state.hall.rules.max_steps,
        guard_min=state.hall.rules.guard_min,
    )


def zone(state: State, id_: ZoneId) -> ZoneRecord:
    """A zone for the public."""
    plan, issue, today = state.hall.zone[id_], *_zone(state, id_)
    return ZoneRecord(
        id=id_,
        letter=plan.letter,
        name=plan.name,
        short=plan.short,
        colour=plan.colour,
        examples=plan.examples,
        waiting=waiting(state, id_),
        issuing=issue.why is None,
        why=issue.why,
        stopped=stopped(issue, today),
        stopped_en=issue.reason_en,
        opens=issue.opens,
        hours=today.tickets_text,
        serving=today.service_text,
        windows=state.hall.zone_spans[id_],
        rule=rules.sentence(state.hall, id_),
        said=plan.said,
    )


def _zone(state: State, id_: ZoneId) -> tuple[Issue, Hours]:
    return issuing.of_zone(state, id_), hours.of_zone(state.hall, id_, state.day)


def waiting(state: State, id_: ZoneId) -> int:
    """How many wait for a zone's services."""
    return sum(len(state.lines[service.id]) for service in state.hall.zone_services[id_])


def service(state: State, id_: ServiceId) -> ServiceRecord:
    """A service for the public."""
    plan = state.hall.service[id_]
    issue, today = issuing.of_service(state, id_), hours.of_service(state.hall, id_, state.day)
    return ServiceRecord(
        id=id_,
        zone=plan.zone,
        name=plan.name,
        examples=plan.examples,
        bring=plan.bring,
        max_items=plan.max_items,
        over_items=plan.over_items,
        batch_service=plan.batch_service,
        most_items=portion.most(plan, state.hall.service, state.hall.rules.max_steps - len(plan.then)),
        enquiry=plan.enquiry,
        real_name=plan.real_name,
        outcomes=state.hall.outcomes_of[id_],
        then=plan.then,
        said=plan.said,
        waiting=len(state.lines[id_]),
        limit=plan.daily_limit,
        issued=state.issued[id_],
        issuing=issue.why is None,
        why=issue.why,
        stopped=stopped(issue, today),
        stopped_en=issue.reason_en,
        opens=issue.opens,
        hours=today.tickets_text,
        serving=today.service_text,
    )


def class_(kind: Class) -> ClassRecord:
    """A class for a kiosk."""
    return ClassRecord(
        id=kind.id,
        name=kind.name,
        public=rank.said(kind),
        at_once=kind.counts == "at_once",
        age=kind.age,
    )


def load(state: State, id_: ZoneId) -> LoadRecord:
    """A zone for the floor manager."""
    plan, tally = state.hall.zone[id_], state.tallies[id_]
    windows = [state.windows[window.id] for window in state.hall.zone_windows[id_]]
    issue, today = _zone(state, id_)
    one, two, three, four, five = tally.rated
    return LoadRecord(
        id=id_,
        letter=plan.letter,
        name=plan.name,
        short=plan.short,
        colour=plan.colour,
        place=None if plan.place == NOTHING else plan.place,
        waiting=waiting(state, id_),
        oldest_at=oldest(state, (service.id for service in state.hall.zone_services[id_])),
        windows=len(windows),
        open=sum(window.state == "open" for window in windows),
        busy=sum(window.ticket is not None for window in windows),
        paused=sum(window.state == "paused" for window in windows),
        issued=tally.issued,
        served=tally.served,
        missed=tally.missed,
        rated=(one, two, three, four, five),
        issuing=issue.why is None,
        why=issue.why,
        stopped=stopped(issue, today),
        stopped_en=issue.reason_en,
        opens=issue.opens,
        expected=appointing.expected(state, id_),
        amber_min=plan.amber_min or state.hall.rules.amber_min,
        red_min=plan.red_min or state.hall.rules.red_min,
    )


def oldest(state: State, services: Iterable[ServiceId]) -> datetime | None:
    """When the one who has waited longest for any of some services began to wait."""
    heads = (state.lines[service].head() for service in services)
    return min((head[0] for head in heads if head is not None), default=None)


def objected(state: State) -> Iterator[ObjectedRecord]:
    """Open tickets that a kiosk issued alone and that the hall would not have issued."""
    for id_ in state.objected:
        ticket = state.tickets[id_]
        if ticket.state in OPEN_STATES:
            service = state.hall.any_service[ticket.step.service]
            yield ObjectedRecord(
                id=id_,
                number=ticket.number,
                zone=service.zone,
                service=service.id,
                service_name=service.name,
                issued_at=ticket.issued_at,
                against=ticket.steps[0].against or (),
            )


def unprinted(ticket: Ticket) -> bool:
    """Whether the holder may have no paper in hand."""
    return ticket.paper in ("failed", "unknown")
