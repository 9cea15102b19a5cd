"""Who is next: policies behind one pure interface."""

from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec

from queue_server.engine import rule as rules
from queue_server.engine.line import Key
from queue_server.engine.plan import ORDINARY
from queue_server.engine.state import State
from queue_server.wire.ids import ServiceId, TicketId, WindowId

CLASS = "class"
"""Why a ticket goes before an older one: its class is confirmed."""
PROMISE = "promise"
"""Why an ordinary ticket goes before an older one: a shorter wait was promised for its service."""


class Choice(msgspec.Struct, frozen=True):
    """The ticket to call. `reason` is never None if older tickets of the window's services are passed over."""

    ticket: TicketId
    reason: str | None = None


class Policy(Protocol):
    """A rule that chooses among those who wait for a window's services."""

    def choose(self, state: State, window: WindowId, now: datetime) -> Choice | None:
        """The next ticket for a window, or None if nobody waits for its services."""


class AsPlanned:
    """The rule that the hall's configuration names for the window's zone, and the guard: nobody waits longer than that."""

    def choose(self, state: State, window: WindowId, now: datetime) -> Choice | None:
        """The first of the heads of the window's lines: of each class those who wait by their own clock, and who was put first."""
        urgency = rules.of_window(state.hall, window).urgency
        minutes = state.hall.rules.guard_min
        guard = now - timedelta(minutes=minutes) if minutes else None
        best: tuple[tuple[int, Any], Key] | None = None
        for service in state.served_at(window):
            found = _first(state, service, lambda at, promise: rank(urgency, now, guard, at, promise))
            if found is not None and (best is None or found < best):
                best = found
        return None if best is None else Choice(best[1][2], _why(state, window, best[1][2]))


def rank(urgency: Any, now: Any, guard: Any, at: Any, promise: Any) -> Any:
    """Whoever stands there since before `guard` (None: there is none) outranks all others, and among them whoever came first.

    Times and promise are of one kind that can be reckoned with: here instants, in a forecast minutes.
    """
    return (0, at) if guard is not None and at < guard else (1, urgency(now, at, promise))


def _first(state: State, service: ServiceId, ranked: Any) -> tuple[tuple[int, Any], Key] | None:
    """The first of a service and how urgent the service is.

    Whoever was put at the head goes first, as urgently as anybody behind: they are not to wait for the others' sake.
    """
    hall, line = state.hall, state.lines[service]
    head = line.head()
    if head is None:
        return None
    best = min(
        (
            (ranked(keys[0][0], rules.promised(hall, service, kind)), keys[0])
            for kind, keys in line.classes.items()
        ),
        default=None,
    )
    if not line.put or line.put[0] != head:
        return best
    put = (ranked(keys[0][0], rules.promised(hall, service, kind)) for kind, keys in line.put_of.items())
    urgent = min(put)
    return (urgent if best is None else min(urgent, best[0])), head


def _why(state: State, window: WindowId, id_: TicketId) -> str | None:
    """Why a ticket is called before older ones, if it is."""
    ticket = state.tickets[id_]
    if not skipped(state, window, id_):
        return None
    if ticket.step.stand is not None:
        return ticket.step.moved
    kind = ticket.counts_as
    return CLASS if kind != ORDINARY and kind in state.hall.class_ else PROMISE


def skipped(state: State, window: WindowId, ticket: TicketId) -> int:
    """How many tickets that a window serves now are older than a waiting ticket: those a call of it passes over.

    One that was put before others, or is held, passes over whoever stands before its own clock.
    """
    found = state.tickets[ticket]
    step = found.step
    assert step.since_at is not None
    services = state.served_at(window)
    itself = (
        step.stand is not None
        and step.stand < (step.since_at, step.order)
        and found.state == "waiting"
        and step.service in services
    )
    return sum(state.lines[service].before(step.since_at, step.order) for service in services) - itself
