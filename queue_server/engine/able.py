"""Which windows have what a ticket's holder needs, and whether it is worth keeping the ticket for one of them.

It is kept when its turn comes at another window, and an able one is expected to call it within `LONGEST`; for no longer than that
from then on, and not once no able one is there any more. What is expected is told from the state alone: a window that is idle calls
now, and one that is busy is expected to go on for what its service takes on the average of today, however long it has gone on. With
times as scattered as in a hall (lognormal, coefficient of variation 0.8) whoever has been served for 0, 1/2, 1 or 2 times the
average stays for another 1.0, 0.7, 0.8 or 0.9 of it; to take off what has gone by would be to promise that the longest are over.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from queue_server.engine.hall import Hall
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


def unmet(state: State, window: Window, needs: Iterable[str]) -> tuple[str, ...]:
    """What somebody needs and neither the window nor whoever sits there has."""
    return lacks(state.hall, window.id, window.clerk, needs)


def lacks(hall: Hall, window: WindowId, clerk: str | None, needs: Iterable[str]) -> tuple[str, ...]:
    """The same of a window while somebody sits there, or nobody."""
    member = hall.member.get(clerk) if clerk is not None else None
    there = {*hall.window[window].abilities, *(member.abilities if member is not None else ())}
    return tuple(need for need in needs if need in NEEDS and not NEEDS[need] & there)


def attended(state: State, service: ServiceId) -> Iterator[Window]:
    """The windows with somebody at them that serve something."""
    for id_ in state.hall.offered_at[service]:
        window = state.windows[id_]
        if window.state != "closed" and service in state.served_at(id_):
            yield window


def windows(state: State, ticket: Ticket) -> Iterator[Window]:
    """Those of what a ticket waits for that lack nothing of what its holder needs."""
    for window in attended(state, ticket.step.service):
        if not unmet(state, window, ticket.needs):
            yield window


def barred(state: State, window: Window, services: Iterable[ServiceId]) -> set[TicketId]:
    """Who waits for some services and may not be called by a window, because it lacks what they are bound to."""
    found = (id_ for service in services if (bound := state.lines[service].bound) for id_ in bound)
    return {id_ for id_ in found if unmet(state, window, state.tickets[id_].needs)}


def kept(lines: Iterable[Line]) -> list[TicketId]:
    """Who is kept in some lines, in the order in which their turns came."""
    found = [(until, id_) for line in lines if line.kept for id_, until in line.kept.items()]
    return [id_ for _, id_ in sorted(found)]


def keep(state: State, ticket: Ticket, now: datetime, before: Iterable[TicketId]) -> Keeping | None:
    """Whether a ticket whose turn has come at a window that lacks something is kept, and for which one; None: it is not.

    `before` are those kept already; whichever of them an able window serves is called there first.
    """
    until = ticket.step.kept_until or now + LONGEST
    free = {
        window.id: at
        for window in windows(state, ticket)
        if (at := _free(state, window, ticket, now)) is not None
    }
    others = (state.tickets[id_] for id_ in before)
    theirs = (
        ([one.id for one in windows(state, other)], takes(state, other.step.service)) for other in others
    )
    able = worth(free, theirs, now, until, LONGEST)
    return None if able is None else Keeping(ticket.id, able, until)


def worth(
    free: dict[Any, Any], before: Iterable[tuple[Iterable[Any], Any]], now: Any, until: Any, longest: Any
) -> Any | None:
    """The able window for which somebody is kept; None: it is not worth it.

    `free` is when each able window is expected to call next. Each of those kept `before` takes so long at whichever of theirs is
    free first. Times are of one kind that can be reckoned with: here instants, in a forecast minutes.
    """
    if now > until:
        return None
    for theirs, took in before:
        some = [window for window in theirs if window in free]
        if some:
            free[min(some, key=free.__getitem__)] += took
    able = min(free, key=free.__getitem__, default=None)
    return able if able is not None and free[able] <= now + longest else None


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
