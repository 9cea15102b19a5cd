"""Answers of the HTTP queries, read from a durable state."""

from collections.abc import Iterable
from datetime import date

from queue_server.engine import appointing, pairing, record
from queue_server.engine.actor import Actor
from queue_server.engine.state import State
from queue_server.views import hall as halls
from queue_server.wire.appointment import AppointmentRecord
from queue_server.wire.day import local_day
from queue_server.wire.device import DeviceRecord
from queue_server.wire.error import Refusal
from queue_server.wire.floor import LoadRecord
from queue_server.wire.ids import ServiceId, TicketId, ZoneId
from queue_server.wire.ticket import Ticket
from queue_server.wire.view import ServiceRecord, ZoneRecord
from queue_server.wire.window import WindowRecord


def ticket(state: State, id_: TicketId, actor: Actor) -> Ticket:
    """One ticket of today or still open, for who asks; refuses one that is not known."""
    if id_ not in state.tickets:
        raise Refusal("ticket.unknown")
    return record.told(state, id_, actor)


def tickets(
    state: State,
    *,
    states: Iterable[str] = (),
    zone: ZoneId | None = None,
    number: str | None = None,
    limit: int = 500,
) -> list[Ticket]:
    """Tickets of today and open ones, oldest first; of some states, of a zone, with a number."""
    wanted = frozenset(states)
    found: list[Ticket] = []
    for held in state.tickets.values():
        if wanted and held.state not in wanted:
            continue
        if zone is not None and state.zone_of(held.step.service) != zone:
            continue
        if number is not None and held.number != number:
            continue
        found.append(record.shown(state, held))
        if len(found) == limit:
            break
    return found


def appointments(
    state: State,
    *,
    day: date | None = None,
    service: ServiceId | None = None,
    code: str | None = None,
    limit: int = 500,
) -> list[AppointmentRecord]:
    """Appointments that stand and those of today whose holders have come, by their time: of a day, for a service, whose code begins
    with `code`. Whose they are is not among it.
    """
    start = "" if code is None else code.upper()
    found = [
        one
        for one in state.appointments.values()
        if (service is None or one.service == service)
        and one.code.startswith(start)
        and (day is None or local_day(one.slot) == day)
    ]
    found.sort(key=lambda one: (one.slot, one.code))
    return [appointing.shown(state, one) for one in found[:limit]]


def zones(state: State) -> list[ZoneRecord]:
    """All zones, in the hall's order."""
    return [halls.zone(state, id_) for id_ in state.hall.zone]


def services(state: State) -> list[ServiceRecord]:
    """All services, in the hall's order."""
    return [halls.service(state, id_) for id_ in state.hall.service]


def windows(state: State) -> list[WindowRecord]:
    """All windows, in the hall's order."""
    return [record.window(state, id_) for id_ in state.hall.window]


def load(state: State) -> list[LoadRecord]:
    """All zones for the floor manager, in the hall's order."""
    return [halls.load(state, id_) for id_ in state.hall.zone]


def devices(state: State) -> list[DeviceRecord]:
    """Paired devices: those that wait for a place first, the revoked last."""
    order = ("waiting", "placed", "revoked")
    found = sorted(
        state.devices.values(),
        key=lambda held: (order.index(held.state), held.kind, held.name, held.paired_at),
    )
    return [pairing.record(state, held) for held in found]
