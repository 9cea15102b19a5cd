"""Appointments: booked under a code, checked in once, and over with their day.

Who comes in time waits in the class `appointment` from when they come. Who comes later is an ordinary ticket, as is who comes
earlier and does not want to wait until it is time.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from queue_server.engine import event as e
from queue_server.engine import holder, issuing, record
from queue_server.engine.appointment import Appointment, Arrival
from queue_server.engine.decision import Context, Decision, within_a_year
from queue_server.engine.hall import Rules
from queue_server.engine.identity import Identity, card, hashed
from queue_server.engine.plan import ORDINARY
from queue_server.engine.state import State
from queue_server.wire import claim
from queue_server.wire import command as c
from queue_server.wire.appointment import AppointmentRecord
from queue_server.wire.card import mask
from queue_server.wire.day import local, local_day
from queue_server.wire.error import Refusal
from queue_server.wire.ids import TicketId, ZoneId

CLASS = "appointment"
"""The class of who comes in time, where the hall has it."""
MOST = 5000
"""Appointments that stand at once."""


def book(state: State, command: c.Book, context: Context) -> Decision:
    """One more. Refuses a code that another has, or that could be a ticket's."""
    code, slot = command.appointment.upper(), command.slot.astimezone(UTC)
    if command.service not in state.hall.service:
        raise Refusal("service.unknown", service=command.service)
    standing = state.appointments.get(code)
    if standing is not None:
        if (standing.service, standing.slot) != (command.service, slot):
            raise Refusal("appointment.exists", appointment=code)
        return Decision((), lambda after: shown(after, standing))
    within_a_year(slot, context.now, context.now, "slot")
    if claim.parted(code) is not None:
        raise Refusal("appointment.bad_code", appointment=code)
    if len(state.appointments) >= MOST:
        raise Refusal("appointment.many", most=MOST)
    id_ = TicketId(context.draw())
    person = _person(state, command, context, id_)
    booked = e.Booked(
        appointment=id_,
        code=code,
        service=command.service,
        slot=slot,
        holder=person.ref if person is not None else None,
    )
    return Decision((booked,), lambda after: shown(after, after.appointments[code]), person)


def _person(state: State, command: c.Book, context: Context, id_: TicketId) -> Identity | None:
    """What is kept of its holder, as of a ticket's: nothing for services that ask for no card."""
    services, who = issuing.visit(state, command.service), command.holder
    if who is None or {state.hall.service[service].real_name for service in services} == {"no"}:
        return None
    number = None if who.number is None else card(who.number, local_day(context.now)).number
    hash_ = None if number is None else hashed(context.secret, number)
    mask_ = mask(who.name or "")
    if (hash_, mask_) == (None, None):
        return None
    return Identity(ref=context.draw(), ticket=id_, day=local_day(command.slot), hash=hash_, mask=mask_)


def cancel(state: State, command: c.CancelAppointment, context: Context) -> Decision:
    """None any more. Refuses one whose holder has come: the ticket is given up instead."""
    one = _standing(state, command.appointment)
    if one.come:
        raise _used(state, one)
    over = e.Unbooked(appointment=one.id, service=one.service, why="cancelled", reason=command.reason)
    return Decision((over,), lambda after: replace(shown(after, one), state="cancelled"))


def check_in(state: State, command: c.CheckIn, context: Context) -> Decision:
    """The ticket of an appointment, whose daily limit does not count: it was promised before."""
    one = _standing(state, command.appointment)
    if one.come:
        raise _used(state, one)
    if local_day(one.slot) != local_day(context.now):
        raise Refusal("appointment.other_day", slot=f"{local(one.slot):%Y-%m-%d %H:%M}")
    arrival = arrived(state.hall.rules, one, context.now)
    if arrival == "early" and not command.ordinary:
        opens = one.slot - timedelta(minutes=state.hall.rules.appointment_early_min)
        raise Refusal("appointment.early", opens=f"{local(opens):%H:%M}", slot=f"{local(one.slot):%H:%M}")
    if one.service not in state.hall.service:
        raise Refusal("service.unknown", service=one.service)
    services = issuing.visit(state, one.service)
    issuing.check(state, services, context.now, limited=False)
    known = state.identities.get(one.id)
    holder.check_hash(state, services, known.hash if known is not None else None)
    in_time = arrival == "in_time" and CLASS in state.hall.class_
    prefix = state.hall.service[one.service].prefix
    taken = e.Taken(
        ticket=one.id,
        day=state.day,
        prefix=prefix,
        n=state.next_number(prefix),
        services=services,
        class_=CLASS if in_time else ORDINARY,
        class_state="confirmed" if in_time else "none",
        language=command.language,
        paper="pending" if context.actor.role == "kiosk" else "none",
        token=holder.digest(holder.token_of(one.id, context.secret)),
        wait=context.wait(one.service, CLASS if in_time else ORDINARY),
        slot=one.slot,
        holder=known.ref if known is not None else None,
    )
    come = e.CheckedIn(appointment=one.id, service=one.service, arrival=arrival)
    return Decision((taken, come), lambda after: record.told(after, one.id, context.actor))


def arrived(rules: Rules, one: Appointment, now: datetime) -> Arrival:
    """Whether its holder comes in time."""
    if now < one.slot - timedelta(minutes=rules.appointment_early_min):
        return "early"
    return "late" if now > one.slot + timedelta(minutes=rules.appointment_late_min) else "in_time"


def _standing(state: State, code: str) -> Appointment:
    one = state.appointments.get(code.upper())
    if one is None:
        raise Refusal("appointment.unknown")
    return one


def _used(state: State, one: Appointment) -> Refusal:
    ticket = state.tickets.get(one.id)
    return Refusal("appointment.used", number=ticket.number if ticket is not None else "")


def missing(state: State) -> Iterator[e.Event]:
    """The end of the day's appointments whose holders did not come."""
    for one in state.appointments.values():
        if not one.come and local_day(one.slot) <= state.day:
            yield e.Unbooked(appointment=one.id, service=one.service, why="missed")


# What the events make of the state


def booked(state: State, _stamped: e.Stamped, event: e.Booked) -> None:
    """One more stands."""
    state.appointments[event.code] = Appointment(
        id=event.appointment, code=event.code, service=event.service, slot=event.slot
    )


def unbooked(state: State, _stamped: e.Stamped, event: e.Unbooked) -> None:
    """It stands no more, and whose it was is nobody's business; the row goes with its day."""
    state.identities.pop(event.appointment, None)
    for code in [code for code, one in state.appointments.items() if one.id == event.appointment]:
        del state.appointments[code]


def checked_in(state: State, _stamped: e.Stamped, event: e.CheckedIn) -> None:
    """Its holder has the ticket, and is known by their card as its holder."""
    for code, one in state.appointments.items():
        if one.id == event.appointment:
            state.appointments[code] = replace(one, come=True)
    state.recognise(event.appointment)


def drop(state: State) -> None:
    """Those of days that are over, come or not, are nobody's any more."""
    state.appointments = {
        code: one for code, one in state.appointments.items() if local_day(one.slot) >= state.day
    }


# What is told of them


def shown(state: State, one: Appointment) -> AppointmentRecord:
    """An appointment as staff see it."""
    ticket = state.tickets.get(one.id) if one.come else None
    known = state.hall.any_service.get(one.service)
    return AppointmentRecord(
        code=one.code,
        service=one.service,
        zone=known.zone if known is not None else None,
        slot=one.slot,
        state="come" if one.come else "booked",
        ticket=ticket.id if ticket is not None else None,
        number=ticket.number if ticket is not None else None,
    )


def expected(state: State, zone: ZoneId) -> tuple[datetime, ...]:
    """The times of today's appointments of a zone whose holders have not come."""
    if not state.appointments:
        return ()
    services = {service.id for service in state.hall.zone_services[zone]}
    return tuple(
        sorted(
            one.slot
            for one in state.appointments.values()
            if not one.come and one.service in services and local_day(one.slot) == state.day
        )
    )
