"""The day by somebody's word: its end before midnight, its going on, and the place that whoever it left waiting is offered.

Whom midnight or the end of a day leaves waiting is offered a place on the next day on which their service works, before that day's
own tickets, and in the order of the day before. Who missed a call is offered none: it was their turn.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import msgspec

from queue_server.engine import event as e
from queue_server.engine import hours, issuing, record
from queue_server.engine.decision import Context, Decision
from queue_server.engine.hall import Hall
from queue_server.engine.life import MOVES
from queue_server.engine.state import State
from queue_server.engine.ticket import Ticket
from queue_server.wire import command as c
from queue_server.wire.day import day_end, day_start, local_day
from queue_server.wire.error import Refusal
from queue_server.wire.ids import ServiceId, TicketId

HALL = "hall"
"""The scope of a stop of the whole hall."""
AGAIN = "reentry"
"""Why a ticket of the day before stands before those of the day."""


def expiring(state: State, reason: str | None = None, reason_en: str | None = None) -> Iterator[e.Event]:
    """The end of every ticket that nobody serves; who waits is offered a place."""
    resting = state.away.resting  # there nothing ends by itself: somebody may be served elsewhere
    for ticket in state.tickets.values():
        if (ticket.state, "expire") in MOVES and ticket.step.service not in resting:
            waiting = ticket.state == "waiting"
            yield e.Expired(ticket=ticket.id, offered=waiting, reason=reason, reason_en=reason_en)


def end(state: State, command: c.EndDay, context: Context) -> Decision:
    """Issue no more today and let everybody go who waits; whoever is at a window is served to the end."""
    events = list(expiring(state, command.reason, command.reason_en))
    if HALL not in state.stops:
        until = day_end(local_day(context.now))
        events.append(e.Stopped(scope=HALL, reason=command.reason, until=until, reason_en=command.reason_en))
    return Decision(tuple(events), lambda after: record.stop(after, HALL))


def reopen(state: State, command: c.OpenDay, context: Context) -> Decision:
    """Issue again on a day that was ended."""
    if HALL not in state.stops:
        raise Refusal("issuing.not_stopped")
    return Decision((e.Unstopped(scope=HALL, reason=command.reason),), lambda after: record.stop(after, HALL))


def reenter(state: State, ticket: Ticket, context: Context) -> Decision:
    """Another ticket for who was left waiting: a number of this day, the same holder's token, a place before the day's own.

    Refuses a ticket that is offered nothing, and a service that issues none now; its daily limit does not count.
    """
    if not offered(state.hall, ticket, state.day):
        raise Refusal("ticket.not_offered")
    left = [n for n, step in enumerate(ticket.steps) if n >= ticket.at and step.service in state.hall.service]
    if ticket.at not in left:
        raise Refusal("service.unknown", service=ticket.step.service)
    services = tuple(ticket.steps[n].service for n in left)
    counted = max((place for place, n in enumerate(left, 1) if ticket.steps[n].items is not None), default=0)
    portions = tuple(ticket.items_of(n) for n in left[:counted])
    issuing.check(state, services, context.now, limited=False)
    new = TicketId(context.draw())
    prefix = state.hall.service[services[0]].prefix
    known = state.identities.get(ticket.id)
    person = None
    if known is not None:
        person = msgspec.structs.replace(known, ref=context.draw(), ticket=new, day=state.day)
    taken = e.Taken(
        ticket=new,
        day=state.day,
        prefix=prefix,
        n=state.next_number(prefix),
        services=services,
        items=sum(portions) or ticket.items,
        portions=portions,
        class_=ticket.class_,
        class_state=ticket.class_state,
        needs=ticket.needs,
        language=ticket.language,
        paper="pending" if context.actor.role == "kiosk" else "none",
        token=ticket.token,
        holder=person.ref if person is not None else None,
        of=ticket.id,
        stand=ticket.step.place,
    )
    return Decision((taken,), lambda after: record.told(after, new, context.actor), person)


def offered(hall: Hall, ticket: Ticket, day: date) -> bool:
    """Whether a ticket that expired is still good for another one on a day, or on a later one."""
    if ticket.state != "expired" or not ticket.step.offered:
        return False
    assert ticket.ended_at is not None
    return day <= following(hall, ticket.step.service, _of(ticket.ended_at))


def following(hall: Hall, service: ServiceId, day: date) -> date:
    """The first day after another on which a service works; that other one if there is none."""
    days = (day + timedelta(days=n) for n in range(1, hours.AHEAD))
    if service not in hall.service:
        return day
    return next((each for each in days if hours.of_service(hall, service, each).tickets != ()), day)


def _of(at: datetime) -> date:
    """The day that a time belongs to; midnight is the end of the day before."""
    day = local_day(at)
    return day - timedelta(days=1) if at == day_start(day) else day
