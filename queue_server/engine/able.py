"""Which windows have what a ticket's holder needs, and whether it is worth keeping the ticket for one of them.

It is kept when its turn comes at another window, and an able one is expected to call it within `LONGEST`; for no longer than that
from then on, and not once no able one is there any more. What is expected is told from the state alone: a window that is idle calls
now, and one that is busy is expected to go on for what its service takes on the average of today, however long it has gone on. With
times as scattered as in a hall (lognormal, coefficient of variation 0.8) whoever has been served for 0, 1/2, 1 or 2 times the
average stays for another 1.0, 0.7, 0.8 or 0.9 of it; to take off what has gone by would be to promise that the longest are over.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from queue_server.engine.line import Line
from queue_server.engine.state import State, Window
from queue_server.engine.ticket import Ticket
from queue_server.wire.ids import ServiceId, TicketId, WindowId
from queue_server.wire.need import NEEDS

LONGEST = timedelta(minutes=10)
"""So much longer than for the first free window a ticket waits at most for an able one."""
PROMPT = timedelta(minutes=2)
"""A window that calls nobody for so long, though somebody waits, has nobody at it who would."""
USUAL_S, USUAL_COUNTS = 8 * 60, 5
"""What a service takes before the day has taught anything, and as how many services of the day that counts (`routing.md`: 8.0)."""


class Keeping(NamedTuple):
    """A ticket is kept for an able window, the one that is expected first, until then at the latest."""

    ticket: TicketId
    able: WindowId
    until: datetime


def unmet(state: State, window: Window, ticket: Ticket) -> tuple[str, ...]:
    """What a ticket's holder needs and neither the window nor whoever sits there has."""
    clerk = state.hall.member.get(window.clerk) if window.clerk is not None else None
    there = {*state.hall.window[window.id].abilities, *(clerk.abilities if clerk is not None else ())}
    return tuple(need for need in ticket.needs if need in NEEDS and not NEEDS[need] & there)


def windows(state: State, ticket: Ticket) -> Iterator[Window]:
    """Those with somebody at them that serve what a ticket waits for, and lack nothing of what its holder needs."""
    service = ticket.step.service
    for id_ in state.hall.offered_at[service]:
        window = state.windows[id_]
        if window.state != "closed" and service in state.served_at(id_) and not unmet(state, window, ticket):
            yield window


def barred(state: State, window: Window, services: Iterable[ServiceId]) -> set[TicketId]:
    """Who waits for some services and may not be called by a window, because it lacks what they are bound to."""
    found = (id_ for service in services if (bound := state.lines[service].bound) for id_ in bound)
    return {id_ for id_ in found if unmet(state, window, state.tickets[id_])}


def kept(lines: Iterable[Line]) -> list[TicketId]:
    """Who is kept in some lines, in the order in which their turns came."""
    found = [(until, id_) for line in lines if line.kept for id_, until in line.kept.items()]
    return [id_ for _, id_ in sorted(found)]


def keep(state: State, ticket: Ticket, now: datetime, before: Iterable[TicketId]) -> Keeping | None:
    """Whether a ticket whose turn has come at a window that lacks something is kept, and for which one; None: it is not.

    `before` are those kept already; whichever of them an able window serves is called there first.
    """
    until = ticket.step.kept_until or now + LONGEST
    if now > until:
        return None
    free = {
        window.id: at
        for window in windows(state, ticket)
        if (at := _free(state, window, ticket, now)) is not None
    }
    for other in (state.tickets[id_] for id_ in before):
        theirs = [window.id for window in windows(state, other) if window.id in free]
        if theirs:
            free[min(theirs, key=free.__getitem__)] += takes(state, other.step.service)
    if not free:
        return None
    able = min(free, key=free.__getitem__)
    return Keeping(ticket.id, able, until) if free[able] <= now + LONGEST else None


def _free(state: State, window: Window, ticket: Ticket, now: datetime) -> datetime | None:
    """When a window is expected to call next; None: nobody knows."""
    if window.state != "open":
        return None
    if window.ticket is not None:
        return now + takes(state, state.tickets[window.ticket].step.service)
    since = max(window.since_at or now, ticket.step.since_at or now)
    return now if now - since <= PROMPT else None


def takes(state: State, service: ServiceId) -> timedelta:
    """How long a window is busy with a service, on the average of today."""
    pace = state.paces[service]
    return timedelta(seconds=(pace.total_s + USUAL_S * USUAL_COUNTS) / (pace.count + USUAL_COUNTS))
