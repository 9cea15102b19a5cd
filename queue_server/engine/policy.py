"""Who is next: policies behind one pure interface."""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

import msgspec

from queue_server.engine import able
from queue_server.engine import rule as rules
from queue_server.engine.able import Keeping
from queue_server.engine.line import Key, first, heads
from queue_server.engine.plan import ORDINARY
from queue_server.engine.state import State
from queue_server.wire.ids import ServiceId, TicketId, WindowId

CLASS = "class"
"""Why a ticket goes before an older one: its class is confirmed."""
PROMISE = "promise"
"""Why an ordinary ticket goes before an older one: a shorter wait was promised for its service."""
QUICK = "quick"
"""Why a ticket goes before an older one: what it is for takes less time, and such matters go first in this hall."""
NEED = "need"
"""Why a ticket goes before older ones: they are kept for windows that have what their holders need, or it was kept for this one."""


class Choice(msgspec.Struct, frozen=True):
    """The ticket to call; None: nobody waits who may be called here now.

    `reason` is never None if older tickets of the window's services are passed over. `kept` are those whose turn it was, and who
    are kept for other windows.
    """

    ticket: TicketId | None
    reason: str | None = None
    kept: tuple[Keeping, ...] = ()


class Policy(Protocol):
    """A rule that chooses among those who wait for a window's services."""

    def choose(self, state: State, window: WindowId, now: datetime) -> Choice:
        """The next ticket for a window, if somebody waits for its services."""


class AsPlanned:
    """The rule that the hall's configuration names for the window's zone, and the guard: nobody waits longer than that."""

    def choose(self, state: State, window: WindowId, now: datetime) -> Choice:
        """The first of the heads of the window's lines: of each class those who wait by their own clock, and who was put first.

        Whose turn has come and who needs what the window lacks is kept for an able one, while that is worth it (`able`); whoever
        was kept goes before all others, at an able window and, when it is over, at any.
        """
        services = state.served_at(window)
        kept = _Kept(state, window, now, services)
        due = next((id_ for id_ in able.kept(state.lines[s] for s in services) if not kept.holds(id_)), None)
        if due is not None:
            return kept.choice(due, NEED if skipped(state, window, due) else None)
        while (found := _best(state, window, now, services, kept.out)) is not None and kept.holds(found):
            pass
        return kept.choice(found, None if found is None else _why(state, window, now, found, kept.out))


class _Kept:
    """Those who are passed over at a window because they are kept for others, or bound to them."""

    def __init__(self, state: State, window: WindowId, now: datetime, services: Iterable[ServiceId]) -> None:
        self.state, self.window, self.now = state, state.windows[window], now
        self.keepings: list[Keeping] = []
        self.out = able.barred(state, self.window, services)

    def holds(self, id_: TicketId) -> bool:
        """Whether a ticket whose turn it is here is kept for another window; then it is passed over."""
        if id_ in self.out:
            return True
        ticket = self.state.tickets[id_]
        if not ticket.needs or not able.unmet(self.state, self.window, ticket.needs):
            return False
        keeping = able.keep(self.state, ticket, self.now, [one.ticket for one in self.keepings])
        if keeping is None:
            return False
        self.keepings.append(keeping)
        self.out.add(id_)
        return True

    def choice(self, id_: TicketId | None, reason: str | None) -> Choice:
        return Choice(id_, reason, tuple(self.keepings))


def _best(
    state: State,
    window: WindowId,
    now: datetime,
    services: Iterable[ServiceId],
    out: AbstractSet[TicketId],
    *,
    quick: bool = True,
) -> TicketId | None:
    """Whose turn it is, but for some; as it would be without `quick` matters first, if they do not count."""
    hall, rule = state.hall, rules.of_window(state.hall, window)
    measure = partial(rules.measure, hall, rule) if quick else partial(rules.promised, hall)
    minutes = state.hall.rules.guard_min
    guard = now - timedelta(minutes=minutes) if minutes else None
    best: tuple[tuple[int, Any], Key] | None = None
    for service in services:
        found = _first(state, service, partial(_ranked, rule, now, guard, measure, service), out)
        if found is not None and (best is None or found < best):
            best = found
    return None if best is None else best[1][2]


def rank(urgency: Any, now: Any, guard: Any, at: Any, promise: Any) -> Any:
    """Whoever stands there since before `guard` (None: there is none) outranks all others, and among them whoever came first.

    Times and promise are of one kind that can be reckoned with: here instants, in a forecast minutes.
    """
    return (0, at) if guard is not None and at < guard else (1, urgency(now, at, promise))


def _ranked(
    rule: rules.Rule,
    now: datetime,
    guard: datetime | None,
    measure: Callable[[ServiceId, str], timedelta],
    service: ServiceId,
    kind: str,
    at: datetime,
) -> Any:
    return rank(rule.urgency, now, guard, at, measure(service, kind))


def _first(
    state: State, service: ServiceId, ranked: Callable[[str, datetime], Any], out: AbstractSet[TicketId]
) -> tuple[tuple[int, Any], Key] | None:
    """The first of a service, but for some, and how urgent the service is.

    Whoever was put at the head goes first, as urgently as anybody behind: they are not to wait for the others' sake.
    """
    line = state.lines[service]
    head = line.head(out)
    if head is None:
        return None
    own = [(ranked(kind, key[0]), key) for kind, key in heads(line.classes, out)]
    best = min(own, default=None)
    if not line.put or first(line.put, out) != head:
        return best
    urgent = min(ranked(kind, key[0]) for kind, key in heads(line.put_of, out))
    return (urgent if best is None else min(urgent, best[0])), head


def _why(
    state: State, window: WindowId, now: datetime, id_: TicketId, kept: AbstractSet[TicketId]
) -> str | None:
    """Why a ticket is called before older ones, if it is."""
    ticket = state.tickets[id_]
    passed = skipped(state, window, id_)
    if not passed:
        return None
    if ticket.step.stand is not None:
        return ticket.step.moved
    assert ticket.step.since_at is not None
    own = (ticket.step.since_at, ticket.step.order)
    if passed <= sum(state.tickets[other].step.place < own for other in kept):
        return NEED
    services = state.served_at(window)
    if state.hall.usual and _best(state, window, now, services, kept, quick=False) != id_:
        return QUICK
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
