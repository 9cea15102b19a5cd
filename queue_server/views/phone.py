"""The holder's own page: their ticket by its token, and what they have to know to come to their call. Nothing of anybody else."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from queue_server.engine import day as days
from queue_server.engine import handover, holder, hours, record
from queue_server.engine.order import Order
from queue_server.engine.state import State
from queue_server.engine.ticket import Step, Ticket
from queue_server.views.need import ways
from queue_server.wire import claim
from queue_server.wire.holder import FoundRecord, GuideRecord, GuideStep
from queue_server.wire.ids import TicketId
from queue_server.wire.ticket import OPEN_STATES


def held(state: State, token: str) -> TicketId | None:
    """The ticket of a holder's token, as long as it is of today or still open; None: there is none."""
    return state.holders.get(holder.digest(token))


def phone(state: State, token: str) -> Mapping[str, Any]:
    """A holder's ticket and guide; nothing where the token is nobody's any more."""
    id_ = held(state, token)
    if id_ is None:
        return {}
    ticket = record.of_holder(record.ticket(state, id_))
    return {"ticket": ticket, "guide": guide(state, state.tickets[id_]), **ways(state, id_)}


def coded(state: State, code: str) -> TicketId | None:
    """The ticket of the code on a paper: an open one before one that is over, the latest first; None: there is none."""
    parts = claim.parted(code)
    if parts is None:
        return None
    number, digits = parts
    fits = [
        held
        for held in state.tickets.values()
        if held.number.replace(handover.APART, "") == number and claim.check(held.id) == digits
    ]
    return max(fits, key=lambda held: (held.state in OPEN_STATES, held.issued_at)).id if fits else None


def found(state: State, id_: TicketId) -> FoundRecord:
    """A ticket that somebody at a kiosk holds the paper of, as its holder sees it."""
    return FoundRecord(
        record.of_holder(record.ticket(state, id_)), guide(state, state.tickets[id_]), **ways(state, id_)
    )


def guide(state: State, ticket: Ticket) -> GuideRecord:
    """What a holder is told beside the ticket."""
    rules = state.hall.rules
    return GuideRecord(
        hall=state.hall.name,
        day=ticket.day,
        today=state.day,
        steps=tuple(_step(state, step) for step in ticket.steps),
        minutes=rules.reentry_min,
        behind=rules.reentry_behind,
        reentries=rules.reentries,
        until=_until(state, ticket),
        defers=_defers(state, ticket),
        renew=_renews(state, ticket),
    )


def _step(state: State, step: Step) -> GuideStep:
    service = state.hall.any_service[step.service]
    zone = state.hall.any_zone[service.zone]
    window = state.hall.any_window[step.window] if step.window is not None else None
    return GuideStep(
        service=service.name,
        bring=service.bring,
        zone=zone.name,
        letter=zone.letter,
        colour=zone.colour,
        windows=state.hall.zone_spans.get(zone.id, ""),
        window=window.name if window is not None else None,
        at=state.hall.any_zone[window.zone].letter if window is not None else None,
    )


def _until(state: State, ticket: Ticket) -> datetime | None:
    """How long a missed call can be made good; what was missed too often cannot, nor where nobody is served any more."""
    step, rules = ticket.step, state.hall.rules
    if ticket.state != "no_show" or step.misses > rules.reentries or state.away.bars(step.service):
        return None
    return (step.ended_at or ticket.issued_at) + timedelta(minutes=rules.reentry_min)


def _renews(state: State, ticket: Ticket) -> bool:
    """Whether who was left waiting on a day before may have a number of today."""
    service, today = ticket.step.service, state.day
    return (
        ticket.day < today
        and service in state.hall.service
        and days.offered(state.hall, ticket, today)
        and hours.of_service(state.hall, service, today).tickets != ()
    )


def _defers(state: State, ticket: Ticket) -> int:
    """How often others may still be let go first; not while nobody stands behind."""
    if ticket.state != "waiting":
        return 0
    order = Order(state, ticket.step.service)
    if order.behind(1, order.of(ticket)) is None:
        return 0
    return max(0, state.hall.rules.defers - sum(step.defers for step in ticket.steps))
