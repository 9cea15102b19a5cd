"""A part of the hall goes to another place, is served there, and comes home.

Who was at a window goes first, then everybody in the order in which they waited, with their own clocks; so the other place calls in
the order in which this hall would have called. In between a ticket is `moved` here: nobody calls it.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from queue_server.engine import event as e
from queue_server.engine import leasing, number, restore
from queue_server.engine import part as parts
from queue_server.engine.away import Departure
from queue_server.engine.decision import Context, Decision
from queue_server.engine.life import move
from queue_server.engine.part import AT_A_WINDOW
from queue_server.engine.state import State
from queue_server.engine.ticket import Ticket
from queue_server.wire import command as c
from queue_server.wire.error import Refusal
from queue_server.wire.ids import ServiceId, TicketId, WindowId
from queue_server.wire.ticket import OPEN_STATES

SAID = "evacuation"
"""Why a ticket that was at a window stands before the others."""
WAY = timedelta(hours=1)
"""How old results may be when they come home."""


# What is decided


def evacuate(state: State, command: c.Evacuate, context: Context) -> Decision:
    """Have some services served elsewhere. Known already: nothing happens."""
    if state.away.departure(command.evacuation) is not None:
        return Decision((), parts.recorded(command.evacuation))
    for service in command.services:
        if service not in state.hall.service:
            raise Refusal("service.unknown", service=service)
    services = command.services or tuple(id_ for id_ in state.hall.service if not state.away.bars(id_))
    if any(state.away.bars(service) for service in services):
        raise Refusal("hall.evacuated")
    if not services:
        raise Refusal("evacuation.nothing")
    happened = e.Evacuated(
        evacuation=command.evacuation,
        services=services,
        tickets=_leaving(each for each in state.tickets.values() if each.step.service in services),
        blocks=_blocks(state, frozenset(services)),
        reason=command.reason,
        place=state.away.free_place(state.day),
    )
    return Decision((happened,), parts.recorded(command.evacuation))


def _leaving(tickets: Iterable[Ticket]) -> tuple[TicketId, ...]:
    """The open ones of some tickets: at a window first, then in line, then those that missed a call."""
    going = [ticket for ticket in tickets if ticket.state in OPEN_STATES]
    at_window = sorted((each for each in going if each.state in AT_A_WINDOW), key=lambda each: each.step.call)
    waiting = sorted(
        (each for each in going if each.state == "waiting"), key=lambda each: (*each.step.place, each.id)
    )
    missed = sorted((each for each in going if each.state == "no_show"), key=lambda each: each.step.ended)
    return tuple(each.id for each in (*at_window, *waiting, *missed))


def _blocks(state: State, services: frozenset[ServiceId]) -> dict[str, int]:
    """The series that the other place gives its numbers in. A prefix of which nothing stays goes as it is."""
    blocks: dict[str, int] = {}
    for prefix in sorted({state.hall.service[service].prefix for service in services}):
        whole = {id_ for id_, service in state.hall.service.items() if service.prefix == prefix} <= services
        block = state.away.block(prefix) if whole else state.away.free_block(prefix, state.day)
        if block is None:
            raise Refusal("number.exhausted", prefix=prefix)
        if block:
            blocks[prefix] = block
    return blocks


def reopen(state: State, command: c.Reopen, context: Context) -> Decision:
    """Serve a part here again, once its results are here; or one that was handed back. It is so already: nothing happens."""
    arrival = state.away.arrival
    if arrival is not None and arrival.id == command.evacuation:
        again = e.HandedBack(evacuation=arrival.id, again=True, reason=command.reason)
        return Decision((again,) if arrival.closed_at is not None else (), parts.recorded(arrival.id))
    departure = parts.departure_of(state, command.evacuation)
    if departure.state == "back":
        return Decision((), parts.recorded(departure.id))
    if departure.state != "away":
        raise Refusal("hall.evacuated" if departure.state == "shown" else "evacuation.decided")
    if not departure.results:
        raise Refusal("evacuation.no_results")
    return _reopened(state, departure, command.reason, context.now, void=False)


def _reopened(state: State, departure: Departure, reason: str, now: datetime, *, void: bool) -> Decision:
    there = tuple(ticket.id for ticket in parts.there(state, departure.id))
    numbers = _counted_on(state, departure, now)
    happened = e.Reopened(evacuation=departure.id, tickets=there, reason=reason, void=void, numbers=numbers)
    return Decision((happened,), parts.recorded(departure.id))


def _counted_on(state: State, departure: Departure, now: datetime) -> dict[str, int]:
    """The last numbers that the other place may have given, of the prefixes that it counted on, by the rate of the busiest hour.

    It may go on while its results are on their way, and whoever says that a part never moved may be wrong. Numbers cost nothing.
    """
    shared = {prefix for prefix, block in departure.blocks.items() if block != state.away.block(prefix)}
    known = state.hall.any_service
    counted = {known[id_].prefix for id_ in departure.services if id_ in known} - shared
    since = departure.at if departure.home_at is None else max(departure.at, departure.home_at - WAY)
    hours = Counter(
        (ticket.prefix, ticket.issued_at.replace(minute=0, second=0, microsecond=0))
        for ticket in state.tickets.values()
        if ticket.day == state.day
    )
    busiest = {prefix: count for (prefix, _), count in sorted(hours.items(), key=lambda hour: hour[1])}
    return restore.behind(state, restore.taken(state, counted, since, now, busiest))


def show(state: State, command: c.Show, context: Context) -> Decision:
    """Be shown an evacuation of this hall. It is known already: nothing happens."""
    if state.away.departure(command.evacuation) is not None:
        return Decision((), parts.recorded(command.evacuation))
    happened = e.EvacuationShown(
        evacuation=command.evacuation,
        written_at=command.written_at,
        services=command.services,
        tickets=command.tickets,
        blocks=command.blocks,
        place=command.place,
    )
    return Decision((happened,), parts.recorded(command.evacuation))


def decide(state: State, command: c.Decide, context: Context) -> Decision:
    """Whether a part is served elsewhere. What has results, or was decided, is refused."""
    departure = parts.departure_of(state, command.evacuation)
    accept = command.decision == "accept"
    if departure.state == ("away" if accept else "void"):
        return Decision((), parts.recorded(departure.id))
    if departure.state not in ("shown", "away") or departure.results:
        raise Refusal("evacuation.decided")
    if not accept:
        return _reopened(state, departure, command.reason, context.now, void=True)
    known = [state.tickets[id_] for id_ in departure.tickets if id_ in state.tickets]
    happened = e.EvacuationAccepted(
        evacuation=departure.id,
        services=departure.services,
        tickets=_leaving(known),
        blocks=departure.blocks,
        reason=command.reason,
        place=departure.place,
    )
    return Decision((happened,), parts.recorded(departure.id))


_ASIDE = (c.Tick, c.Show, c.Decide, c.Adopt, c.BringHome, c.Reopen, c.HandBack)


def guard(state: State, command: c.Command) -> None:
    """Refuse whatever would change a part that rests: nobody has decided whether it is served elsewhere, or it was handed back."""
    if isinstance(command, _ASIDE) or getattr(command, "issued_offline", None) is not None:
        return
    arrival = state.away.arrival
    if arrival is not None and arrival.closed_at is not None and isinstance(command, c.Close | c.Publish):
        return
    touched: set[ServiceId] = set()
    ticket = state.tickets.get(getattr(command, "ticket", None) or TicketId(""))
    if ticket is not None:
        touched.update(step.service for step in ticket.steps[ticket.at :])
    for name in ("window", "at"):
        window = state.hall.window.get(WindowId(getattr(command, name, None) or ""))
        if window is not None:
            touched.update(window.services)
    for name in ("service", "services", "then"):
        value: Any = getattr(command, name, None) or ()
        touched.update([ServiceId(value)] if isinstance(value, str) else value)
    if isinstance(command, c.Publish | c.Rollback | c.Evacuate | c.EndDay) or touched & state.away.resting:
        raise Refusal("hall.evacuated" if state.away.undecided else "hall.handed_back")


# What happens then


def evacuated(state: State, stamped: e.Stamped, event: e.Evacuated | e.EvacuationAccepted) -> None:
    """Let a part go."""
    tickets = [state.tickets[id_] for id_ in event.tickets]
    places = [ticket.step.place for ticket in tickets if ticket.state != "no_show"]
    at_window = [ticket for ticket in tickets if ticket.state in AT_A_WINDOW]
    first = min(places, default=(stamped.at, stamped.seq))
    for place, ticket in enumerate(at_window):
        _leave_window(state, ticket)
        ticket.step.stand, ticket.step.moved = (first[0], first[1] - len(at_window) + place), SAID
    for ticket in tickets:
        step = ticket.step
        step.waits_as = parts.waits_as(ticket.state)
        state.leave(ticket)
        step.hold = None
        if ticket.paper == "pending":
            ticket.papered("unknown")
            state.pending.pop(ticket.id, None)
        step.away = event.evacuation
        ticket.state = step.state = move(ticket.state, "evacuate")
    whole = leasing.gone(state, event.services, event.blocks)
    leasing.void(state, lambda lease: lease.prefix in whole)
    known = state.away.departure(event.evacuation)
    state.away = state.away.with_(
        Departure(
            id=event.evacuation,
            at=stamped.at if known is None else known.at,
            services=event.services,
            blocks=event.blocks,
            reason=event.reason,
            place=event.place,
        )
    )


def _leave_window(state: State, ticket: Ticket) -> None:
    """Who was at a window is there no more; that they were called stays on the board, as over."""
    step = ticket.step
    window = state.windows.get(step.window) if step.window is not None else None
    if window is not None and window.ticket == ticket.id:
        window.ticket = None
    step.started_at = None


def shown(state: State, stamped: e.Stamped, event: e.EvacuationShown) -> None:
    """Somebody has to decide."""
    state.away = state.away.with_(
        Departure(
            id=event.evacuation,
            at=event.written_at,
            services=event.services,
            blocks=event.blocks,
            state="shown",
            tickets=event.tickets,
            place=event.place,
        )
    )


def reopened(state: State, stamped: e.Stamped, event: e.Reopened) -> None:
    """A part is served here again."""
    going = frozenset(event.tickets)
    for ticket in state.tickets.values():
        if ticket.id not in going:
            continue
        step = ticket.step
        step.away = None
        ticket.state = step.state = parts.waits_as(step.waits_as)
        if ticket.state == "waiting":
            state.lines[step.service].add(ticket)
        else:
            step.ended = stamped.seq
            state.missed.append(ticket.id)
    state.numbers |= event.numbers
    state.skipped |= event.numbers
    departure = parts.departure_of(state, event.evacuation)
    # What kiosks there have is not known here: kiosks here have nothing more of it today.
    whole = leasing.gone(state, departure.services, departure.blocks)
    leasing.void(state, lambda lease: lease.prefix in whole)
    leasing.leave_out(state, stamped, dict.fromkeys(sorted(whole), number.LEASED.stop - 1))
    over = "void" if event.void else "back"
    state.away = state.away.with_(
        msgspec.structs.replace(departure, state=over, tickets=(), over_on=state.day)
    )
