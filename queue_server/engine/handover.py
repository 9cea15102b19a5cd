"""Tickets that a kiosk issued while the server did not answer, or that a server lost with its disk: handed over later.

Paper exists, so none is refused for what the hall says now: the hour, a stop, a limit, a lease that is void. What would have stood
against it is noted for the manager. Only one whose day is over is nobody's any more.

A kiosk makes a ticket's id before it asks, so a take that was done and not answered is known again: that ticket gets the printed
number, and keeps clock and place.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from queue_server.engine import event as e
from queue_server.engine import holder, issuing, leasing, number, rank, record
from queue_server.engine.decision import Context, Decision
from queue_server.engine.state import State
from queue_server.engine.ticket import Ticket
from queue_server.wire import command as c
from queue_server.wire.day import local_day
from queue_server.wire.error import Refusal
from queue_server.wire.field import IssuedOffline
from queue_server.wire.ids import ServiceId, TicketId
from queue_server.wire.ticket import PaperState, Text

SAID = "handover"
"""Why a ticket that was handed over may stand before others that are known longer."""
APART = "*"
"""Stands behind the letters of a number that is another ticket's too: two people may hold it on paper."""
TWICE = "number.twice"
"""What stands against such a ticket."""
FAR = 500
"""So many numbers ahead of the last known one this hall has given none, whatever it has forgotten."""
NOTED = frozenset(
    {
        "issuing.closed",
        "issuing.stopped",
        "service.full",
        "service.unserved",
        "items.too_many",
        "steps.too_many",
        "class.unknown",
        "class.staff_only",
        "class.unlisted",
        "class.reason_required",
        "holder.bad_number",
        "holder.required",
        "person.has_open",
        "person.too_many",
        "lease.void",
        TWICE,
    }
)
"""All that can have stood against a ticket. The floor has words for each."""
_PAPER: dict[bool | None, PaperState] = {True: "printed", False: "failed", None: "unknown"}
_T = TypeVar("_T")


class Objections(list[str]):
    """Codes of what would have stood against a ticket."""

    def noted(self, check: Callable[[], _T], otherwise: _T) -> _T:
        """What a check gives; if it refuses, that is noted."""
        try:
            return check()
        except Refusal as refusal:
            self.append(refusal.code)
            return otherwise


def said(ticket: Ticket) -> str | None:
    """Why a call of a ticket may surprise whoever waits: that it was handed over."""
    return SAID if ticket.step.against is not None else None


def take(state: State, command: c.Take, context: Context) -> Decision:
    """Have a ticket as it was issued. Refuses whoever is no kiosk, an id that is another ticket's, and a day that is over.

    It was issued between the last time when the kiosk is known to have heard of the server, and now.
    """
    printed, hall = command.issued_offline, state.hall
    assert printed is not None
    if context.actor.role != "kiosk":
        raise Refusal("auth.forbidden")
    if command.id is None or command.token is None or command.slip is not None:
        fault = Text(
            "$.issued_offline 补交的号票须有id和token，不能是手写号",
            "$.issued_offline: a ticket that is handed over has its id and token, and is no slip",
        )
        raise Refusal("request.invalid", fault=fault, path="$.issued_offline")
    id_, token = TicketId(command.id), holder.digest(command.token)
    known = state.tickets.get(id_)
    if known is not None and known.token == token:
        return _known(state, known, printed, context)
    if known is not None or token in state.holders:
        raise Refusal("ticket.exists")
    since = _since(state, printed, context)
    if local_day(since) < state.day:
        raise Refusal("handover.day_over", number=printed.number)
    against = Objections()
    prefix, n = _number(state, printed.number, context, against)
    wanted = _services(state, command, prefix, against)
    visit = against.noted(lambda: issuing.portioned(state, wanted, command.items), issuing.Wanted(wanted))
    if len(wanted) > hall.rules.max_steps:
        against.append("steps.too_many")
    wanted = visit.services
    against.noted(lambda: issuing.check(state, wanted, since), None)
    card = against.noted(lambda: holder.shown(command, context), None)
    asked = against.noted(lambda: rank.asked(hall, command, context, card), rank.Asked())
    against.noted(lambda: holder.check(state, wanted, context, card), None)
    person = holder.kept(state, command, wanted, context, ticket=id_, shown=card, person=asked.person)
    taken = e.Taken(
        ticket=id_,
        day=state.day,
        prefix=prefix,
        n=n,
        handed_over=True,
        against=tuple(against),
        since=since,
        services=visit.steps,
        items=command.items,
        portions=visit.portions,
        class_=asked.class_,
        class_state=asked.state,
        class_reason=asked.reason,
        entry=asked.entry,
        holder=person.ref if person is not None else None,
        needs=command.needs,
        language=command.language,
        paper=_PAPER[printed.printed],
        token=token,
    )
    return Decision((taken,), lambda after: record.ticket(after, id_), person)


def _since(state: State, printed: IssuedOffline, context: Context) -> datetime:
    """When a ticket was issued: not before its kiosk last heard of the server or, today, had its number; and not after now."""
    at = max(printed.at, printed.heard_at or printed.at)
    lease = leasing.holding(state, *_split(printed.number))
    if lease is not None and local_day(at) >= state.day:
        at = max(at, lease.at)
    return min(at, context.now).astimezone(UTC)


def _split(printed: str) -> tuple[str, int]:
    letters = printed.rstrip("0123456789")
    return letters, int(printed[len(letters) :])


def _number(state: State, printed: str, context: Context, against: Objections) -> tuple[str, int]:
    """Under which number a ticket goes. The printed one, unless it is another ticket's, or may become one's."""
    prefix, n = _split(printed)
    ours = n in number.LEASED or _given_here(state, prefix, n)
    if n in number.LEASED:
        lease = leasing.holding(state, prefix, n)
        if lease is None or lease.void or lease.kiosk != leasing.holder(context.actor):
            against.append("lease.void")
    taken = {each.number for each in state.tickets.values() if each.day == state.day}
    taken |= {number.text(each.prefix, each.n) for each in state.tickets.values() if each.day == state.day}
    if not ours or printed in taken:
        against.append(TWICE)
        prefix += APART
    while number.text(prefix, n) in taken:
        prefix += APART
    return prefix, n


def _given_here(state: State, prefix: str, n: int) -> bool:
    """Whether a number is one that this hall may have given: of its series, and not far ahead of the last one it knows of."""
    block = state.away.block(prefix)
    most = number.after(state.last_number(prefix), FAR, block) or number.end(block)
    return number.series(n) == block and n <= most


def _services(state: State, command: c.Take, prefix: str, against: Objections) -> tuple[ServiceId, ...]:
    """What a ticket is for: of what was asked for all that some window offers; or what its prefix has, if that is nothing."""
    hall = state.hall
    wanted: tuple[ServiceId, ...] = (command.service, *(command.then or ()))
    if command.then is None and command.service in hall.service:
        wanted = issuing.visit(state, command.service)
    served = tuple(service for service in wanted if hall.offered_at.get(service))
    if len(served) < len(wanted):
        against.append("service.unserved")
    if served:
        return served
    others = [service for service in hall.services if hall.offered_at[service.id]]
    if not others:
        raise Refusal("service.unserved", service=command.service)
    return (min(others, key=lambda service: service.prefix != prefix).id,)


def _known(state: State, ticket: Ticket, printed: IssuedOffline, context: Context) -> Decision:
    """The printed number for a ticket that is known under another one; nothing if it has that, or its day is over."""

    def answer(after: State) -> Any:
        return record.ticket(after, ticket.id)

    if ticket.number.replace(APART, "") == printed.number or ticket.day != state.day:
        return Decision((), answer)
    against = Objections()
    prefix, n = _number(state, printed.number, context, against)
    window = ticket.step.window
    renumbered = e.Renumbered(
        ticket=ticket.id,
        number=number.text(prefix, n),
        was=ticket.number,
        paper=_PAPER[printed.printed],
        against=tuple(against),
        taken_back=_unmet(state, ticket),
        window=window if window in state.windows else None,
    )
    return Decision((renumbered,), answer)


def _unmet(state: State, ticket: Ticket) -> bool:
    """Whether a ticket ended because nobody knew its number: called or not, its holder was never there."""
    step = ticket.step
    if not all(state.hall.offered_at.get(each.service) for each in ticket.steps[ticket.at :]):
        return False
    if step.reached_at is not None:  # held meanwhile: somebody was there
        return False
    if ticket.state == "served":
        return (step.outcome, step.rating) == (None, None) and step.started_at == step.called_at
    return ticket.state in ("no_show", "cancelled")


def renumbered(state: State, stamped: e.Stamped, event: e.Renumbered) -> None:
    """A ticket has the number on its paper; it waits again where it stood, if nobody could know that it was called."""
    ticket = state.tickets[event.ticket]
    ticket.number, ticket.paper = event.number, event.paper
    ticket.steps[0].against = event.against
    state.object_to(ticket)
    state.pending.pop(ticket.id, None)
    if not event.taken_back:
        return
    step = ticket.step
    prompt = state.windows[event.window] if event.window is not None else None
    if prompt is not None and prompt.prompt == f"{ticket.id}/{ticket.at}":
        prompt.prompt = None
    if ticket.id in state.missed:
        state.missed.remove(ticket.id)
    for each in ticket.steps:
        state.count(ticket, each, -1)
    for each in ticket.steps[ticket.at + 1 :]:
        each.state = "planned"
    step.window = step.clerk = step.started_at = step.ended_at = step.missed_at = None
    step.ended = step.misses = 0
    ticket.ended_at = ticket.reason = None
    ticket.state = step.state = "waiting"
    for each in ticket.steps:
        state.count(ticket, each)
    state.lines[step.service].add(ticket)
