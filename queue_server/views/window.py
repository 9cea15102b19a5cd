"""A window's records: who is there, who waits for it, what may be rated."""

import heapq
from itertools import chain, islice
from typing import Any

import msgspec

from queue_server.engine import able
from queue_server.engine import record as records
from queue_server.engine import rule as rules
from queue_server.engine.order import Order
from queue_server.engine.state import State
from queue_server.engine.ticket import Ticket
from queue_server.views.hall import oldest, unprinted
from queue_server.wire.ids import TicketId, WindowId
from queue_server.wire.view import NoticesRecord
from queue_server.wire.window import (
    HeldRecord,
    HeldTicket,
    PromptRecord,
    QueuedTicket,
    WaitingRecord,
    WindowRecord,
)

LISTED = 20
"""Tickets in a waiting list; its count is of all."""


def waiting(state: State, id_: WindowId) -> WaitingRecord:
    """Who waits for what a window serves now, in the order in which they are to be called: first whose turn has been."""
    services, rule = state.served_at(id_), rules.of_window(state.hall, id_)
    kept = able.kept(state.lines[service] for service in services)
    merged = heapq.merge(*(Order(state, service, rule) for service in services))
    others = (ticket for _, ticket in merged if ticket not in kept)
    return WaitingRecord(
        count=sum(len(state.lines[service]) for service in services),
        oldest_at=oldest(state, services),
        tickets=tuple(queued(state, ticket) for ticket in islice(chain(kept, others), LISTED)),
    )


def queued(state: State, id_: TicketId) -> QueuedTicket:
    """One waiting ticket in a list."""
    ticket = state.tickets[id_]
    step, kind = ticket.step, state.hall.class_.get(ticket.class_)
    assert step.since_at is not None
    return QueuedTicket(
        id=id_,
        number=ticket.number,
        service=step.service,
        service_name=state.hall.service[step.service].name,
        class_=ticket.class_,
        class_state=ticket.class_state,
        class_name=kind.name if kind is not None else None,
        items=ticket.items_of(ticket.at),
        round=step.round,
        since=step.since_at,
        needs=ticket.needs,
        unprinted=unprinted(ticket),
        kept_until=step.kept_until,
    )


def held(state: State, id_: WindowId) -> HeldRecord | None:
    """Who is held for what a window serves now, if anybody is; also those whose papers stay at another window."""
    services = state.served_at(id_)
    found = (state.tickets[ticket] for ticket in state.held)
    theirs = sorted(
        (each for each in found if each.step.service in services), key=lambda each: each.step.place
    )
    tickets = [_held(state, each) for each in theirs[:LISTED]]
    return HeldRecord(tuple(tickets)) if tickets else None


def _held(state: State, ticket: Ticket) -> HeldTicket:
    step = ticket.step
    assert step.hold is not None
    return HeldTicket(
        id=ticket.id,
        number=ticket.number,
        service=step.service,
        service_name=state.hall.service[step.service].name,
        hold=step.hold,
        window=step.window,
    )


def prompt(state: State, id_: WindowId) -> PromptRecord | None:
    """The step that the window's keypad or tablet may rate, if there is one."""
    step_id = state.windows[id_].prompt
    if step_id is None:
        return None
    ticket_id, _, index = step_id.partition("/")
    ticket = state.tickets.get(TicketId(ticket_id))
    if ticket is None:
        return None
    step = ticket.steps[int(index)]
    assert step.ended_at is not None
    return PromptRecord(
        step=step_id,
        number=ticket.number,
        clerk=step.clerk,
        finished_at=step.ended_at,
        language=ticket.language,
    )


def bare(record: Any, *, named: bool = False) -> Any:
    """A record of a window as its devices need it: numbers, how many wait and what may be rated; nobody's name, class or reason.

    `named`: the hall tells citizens the name that its clerks are shown by; a sign-in name alone is none.
    """
    match record:
        case WindowRecord():
            known = named and record.state == "open" and record.clerk_name != record.clerk
            shown = record.clerk_name if known else None
            return msgspec.structs.replace(records.unnamed(record), clerk_name=shown)
        case WaitingRecord():
            return msgspec.structs.replace(record, tickets=())
        case HeldRecord(tickets):
            return HeldRecord(tuple(map(_bare, tickets)))
        case PromptRecord():
            return msgspec.structs.replace(record, clerk=None)
        case NoticesRecord():  # what everybody is told
            return record
        case _:
            return records.of_holder(record)


def _bare(held: HeldTicket) -> HeldTicket:
    return msgspec.structs.replace(held, hold=msgspec.structs.replace(held.hold, reason=""))
