"""What a kiosk offers and issues while its server does not answer: by the last that was known, as far as its numbers go.

Whatever may have changed since is not told: no one is said to wait, or not to wait. Stops and limits stay as they were when they
were last heard; the hours go on by the clock.
"""

from dataclasses import replace
from datetime import date, datetime

import msgspec

from kiosk.model import visit
from kiosk.model.coming import of_day, opens
from kiosk.model.intent import Keep
from kiosk.model.journal import Entry, issued
from kiosk.model.screen import Order, Taking
from kiosk.model.state import Outcome, State
from queue_server.wire.day import local, local_day
from queue_server.wire.ids import ServiceId, TicketId
from queue_server.wire.portion import Portion
from queue_server.wire.ticket import Step, Ticket, track_url
from queue_server.wire.view import HallRecord, ServiceRecord, ZoneRecord


def offered(state: State) -> State:
    """The state with the hall as it is offered now: as the server shows it, or as a kiosk alone can serve it."""
    told = state.told
    if told is None:
        return state
    if not state.alone:
        return replace(state, hall=told.hall, zones=told.zones, services=told.services)
    at = state.clock
    services = tuple(_service(state, of_day(one, told.hall, at), at) for one in told.services)
    issuing = {one.zone for one in services if one.issuing}
    zones = tuple(_zone(of_day(one, told.hall, at), issuing=one.id in issuing, at=at) for one in told.zones)
    hall = told.hall and _hall(told.hall, issuing=bool(issuing), at=at)
    return replace(state, hall=hall, zones=zones, services=services)


def shut(record: HallRecord | ZoneRecord | ServiceRecord, at: datetime | None) -> bool:
    """Whether something issues nothing whatever the kiosk has: by somebody's word, a limit, or the hours as they are by now."""
    if not record.issuing and record.why != "closed":
        return True
    if record.hours is None:
        return not record.issuing
    clock = f"{local(at):%H:%M}" if at else ""
    return not any(start <= clock < end for start, _, end in _spans(record.hours))


def _spans(hours: str) -> list[tuple[str, str, str]]:
    return [span.partition("-") for span in hours.split()]


def _service(state: State, told: ServiceRecord, at: datetime | None) -> ServiceRecord:
    closed = shut(told, at)
    issues = not closed and at is not None and bool(state.journal.good(told.zone, local_day(at), state.epoch))
    return msgspec.structs.replace(
        told, waiting=0, wait=None, issuing=issues, **_why(told, at, closed=closed)
    )


def _zone(told: ZoneRecord, *, issuing: bool, at: datetime | None) -> ZoneRecord:
    closed = not issuing and shut(told, at)
    return msgspec.structs.replace(
        told, waiting=0, wait=None, issuing=issuing, **_why(told, at, closed=closed)
    )


def _hall(told: HallRecord, *, issuing: bool, at: datetime | None) -> HallRecord:
    now = of_day(told, told, at)
    closed = not issuing and shut(now, at)
    now = msgspec.structs.replace(now, issuing=issuing, **_why(now, at, closed=closed))
    if at is None or now.why != "closed" or now.opens is not None:
        return now
    return msgspec.structs.replace(now, opens=opens(told, at))


def _why(
    told: HallRecord | ZoneRecord | ServiceRecord, at: datetime | None, *, closed: bool
) -> dict[str, object]:
    """What is said of the hours is said only while it is so, and when they begin again only if that is still to come."""
    if not closed:
        return {"why": None, "stopped": None, "stopped_en": None, "opens": None}
    opens_at = told.opens if told.opens and at and told.opens > at else None
    if told.issuing or told.why == "closed":
        return {"why": "closed", "stopped": told.hours, "stopped_en": None, "opens": opens_at}
    return {"opens": opens_at}


def issue(state: State, order: Order, entry: Entry) -> Outcome | None:
    """Issue an order from a block, under the id that it was asked for with; None where there is no number.

    Nothing is shown or printed until it is kept.
    """
    service = state.service(order.service)
    if service is None or state.clock is None:
        return None
    at = max(state.clock, state.issued_at or state.clock)
    block = next(iter(state.journal.good(service.zone, local_day(at), state.epoch)), None)
    if block is None:
        return None
    ticket = _ticket(state, entry, service, block.number, at)
    entry = replace(issued(entry, ticket, None), day=local_day(at), contact_at=state.contact_at, alone=True)
    journal = state.journal.draw(block).put(entry)
    screen = Taking(replace(order, retry_at=None, ticket=ticket, holder=None))
    return replace(state, journal=journal, screen=screen, issued_at=at), [Keep(entry)]


def _ticket(state: State, entry: Entry, service: ServiceRecord, number: str, at: datetime) -> Ticket:
    """The ticket as it is printed: nothing is known of who waits, so nothing is said of it."""
    take = entry.take
    zone_of = {one.id: one.zone for one in state.services}
    planned = service.then if take.then is None else take.then
    found = visit.portions(state, (service.id, *planned), take.items) or (Portion(service.id, take.items),)
    first = tuple(
        Step(
            one.service, zone_of[one.service], "planned" if n else "waiting", items=one.items, round=one.round
        )
        for n, one in enumerate(found)
    )
    then = tuple(Step(one, zone_of[one], "planned") for one in map(ServiceId, planned) if one in zone_of)
    public_url = state.hall.public_url if state.hall else None
    counts = next((kind for kind in state.classes if kind.id == take.class_ and kind.at_once), None)
    return Ticket(
        id=TicketId(take.id),
        number=number,
        zone=service.zone,
        service=service.id,
        steps=(*first, *then),
        items=take.items,
        class_=take.class_ or "ordinary",
        class_state="confirmed" if counts else "requested" if take.class_ else "none",
        public=counts.public if counts else None,
        needs=take.needs,
        language=take.language,
        state="waiting",
        paper="pending",
        issued_at=at,
        track_url=track_url(public_url, take.token) if public_url else None,
    )


def again(state: State, entry: Entry) -> Ticket | None:
    """A ticket as it can be printed from the journal alone; None where its service has left the hall."""
    service = state.service(entry.take.service)
    if service is None or entry.number is None or entry.issued_at is None:
        return None
    return _ticket(state, entry, service, entry.number, entry.issued_at)


def today(state: State) -> date | None:
    """The hall's day, None while nobody has told it."""
    if state.clock is not None:
        return local_day(state.clock)
    return state.told.hall.day if state.told and state.told.hall else None
