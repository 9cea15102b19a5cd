"""A part of the hall that goes to another place: which tickets are there, what it takes along, and what is told of it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal

import msgspec

from queue_server.engine import leasing
from queue_server.engine.away import Departure
from queue_server.engine.decision import Reply
from queue_server.engine.sheaf import Sheaf
from queue_server.engine.state import State
from queue_server.engine.ticket import Ticket
from queue_server.wire.error import Refusal
from queue_server.wire.ids import ServiceId, TicketId
from queue_server.wire.relocation import EvacuationRecord
from queue_server.wire.ticket import OPEN_STATES, Text

AT_A_WINDOW = frozenset({"called", "serving", "held"})
"""States of who is at a window, or was and is to go on there."""


class Standing(msgspec.Struct, frozen=True):
    """How a window was when its part went: for information."""

    window: str
    state: str
    clerk: str | None = None


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """All that the other place needs: what an evacuation file holds. No name, no card, no password is in it.

    `log` is the hash of the log's first event, by which a hall knows itself also after a restore. `document` is the hall's
    configuration. `tickets` come in the order in which they are to be called, those that missed a call last. `numbers` are the last
    ones given on `day`, by prefix, `leased` the last ones that kiosks have. `place` is which of this
    hall's other places it is for; `sheaves` are slips that were printed for zones of which something goes: they are good there.
    """

    evacuation: str
    at: datetime
    epoch: str
    log: str = ""
    seq: int
    name: Text
    day: date
    services: tuple[ServiceId, ...]
    blocks: dict[str, int]
    numbers: dict[str, int]
    leased: dict[str, int] = {}
    place: int = 1
    sheaves: tuple[Sheaf, ...] = ()
    document: dict[str, Any]
    tickets: tuple[Ticket, ...]
    windows: tuple[Standing, ...]


def part(state: State, id_: str, epoch: str, log: str = "") -> Part:
    """The part of an evacuation, as long as it is away. Refuses another."""
    departure = departure_of(state, id_)
    if departure.state != "away":
        raise Refusal("evacuation.decided")
    hall = state.hall
    prefixes = {hall.service[service].prefix for service in departure.services if service in hall.service}
    zones = {hall.service[service].zone for service in departure.services if service in hall.service}
    version = state.versions[max(state.versions)]
    return Part(
        evacuation=id_,
        at=departure.at,
        epoch=epoch,
        log=log,
        seq=state.seq,
        name=hall.name,
        day=state.day,
        services=departure.services,
        blocks=departure.blocks,
        numbers={
            prefix: state.last_number(prefix) for prefix in sorted(prefixes) if prefix not in departure.blocks
        },
        leased={
            prefix: leasing.last(state, prefix)
            for prefix in sorted(prefixes)
            if prefix not in departure.blocks
        },
        place=departure.place,
        sheaves=tuple(sheaf for sheaf in state.sheaves if sheaf.zone in zones),
        document=version.content,
        tickets=tuple(sorted((_sent(state, each) for each in there(state, id_)), key=turn)),
        windows=tuple(Standing(each.id, each.state, each.clerk) for each in state.windows.values()),
    )


def there(state: State, id_: str) -> list[Ticket]:
    """The tickets of a part that are in the other place."""
    return [ticket for ticket in state.tickets.values() if ticket.step.away == id_]


def _sent(state: State, ticket: Ticket) -> Ticket:
    """A ticket as its file holds it: without what this hall no longer has, which the other one never had, and
    without remarks: their words are kept here alone.
    """
    before = [step for step in ticket.steps[: ticket.at] if step.service in state.hall.service]
    steps = [
        step if step.window in state.hall.window else msgspec.structs.replace(step, window=None)
        for step in (*before, *ticket.steps[ticket.at :])
    ]
    return msgspec.structs.replace(ticket, steps=steps, at=len(before)).remarked(())


def turn(ticket: Ticket) -> tuple[bool, datetime, int, TicketId]:
    """Who waits by their place, then who missed a call in the order in which they did."""
    step = ticket.step
    if step.waits_as == "no_show":
        return True, step.ended_at or ticket.issued_at, step.ended, ticket.id
    place = step.place if step.since_at is not None else (ticket.issued_at, 0)
    return False, *place, ticket.id


def waits_as(state: str) -> Literal["waiting", "no_show"]:
    """As what a ticket goes and comes: in line, or as one that missed its call."""
    return "no_show" if state == "no_show" else "waiting"


def departure_of(state: State, id_: str) -> Departure:
    """A part that went. Refuses one that is not known."""
    departure = state.away.departure(id_)
    if departure is None:
        raise Refusal("evacuation.unknown")
    return departure


def again(state: State, services: Iterable[ServiceId]) -> str | None:
    """The evacuation with which just these services are away; of none, the one with which all went that was still here."""
    chosen, every = frozenset(services), frozenset(state.hall.service)
    for each in reversed(state.away.departures):
        before = {
            service
            for other in state.away.departures
            if other.id != each.id and other.state in ("away", "shown") and other.at <= each.at
            for service in other.services
        }
        if each.state == "away" and set(each.services) == (chosen or every - before):
            return each.id
    return None


def recorded(id_: str) -> Reply:
    """The answer of whoever asked for something to be done with a part."""
    return lambda after: record(after, id_)


def record(state: State, id_: str) -> EvacuationRecord:
    """A part of this hall that went elsewhere, or the one that this store was made for."""
    arrival = state.away.arrival
    if arrival is not None and arrival.id == id_:
        open_ = sum(ticket.state in OPEN_STATES for ticket in state.tickets.values())
        return EvacuationRecord(
            evacuation=id_, state=arrival.state, at=arrival.at, services=arrival.services, tickets=open_
        )
    departure = departure_of(state, id_)
    tickets = len(departure.tickets) if departure.state == "shown" else len(there(state, id_))
    return EvacuationRecord(
        evacuation=id_,
        state=departure.state,
        at=departure.at,
        services=departure.services,
        tickets=tickets,
        reason=departure.reason,
    )
