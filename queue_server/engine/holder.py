"""Who holds a ticket: what is asked for, what is kept of it, how many tickets a person may have, and who may be told."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b, sha256

from queue_server.engine import event as e
from queue_server.engine.actor import Actor
from queue_server.engine.decision import Context
from queue_server.engine.identity import Card, Identity, card, hashed
from queue_server.engine.state import State
from queue_server.engine.ticket import Ticket
from queue_server.wire import command as c
from queue_server.wire.card import mask
from queue_server.wire.day import local_day
from queue_server.wire.error import Refusal
from queue_server.wire.floor import IdentityRecord
from queue_server.wire.ids import ServiceId, TicketId

STILL_OPEN = frozenset({"waiting", "called", "serving", "held"})
"""States in which a ticket is one of a person's open ones. Who missed a call may take another, or wait again."""


def digest(token: str) -> str:
    """What the log keeps of a holder's token: its SHA-256, from which the token cannot be had back."""
    return sha256(token.encode()).hexdigest()


@lru_cache(maxsize=1024)
def token_of(ticket: TicketId, key: bytes) -> str:
    """The token of a ticket whose issuer made none, 132 bits by the hall's key: whoever keeps an answer need not keep it too.

    Remembered for a while: it is needed when the ticket is issued, and again when that is durable and is answered.
    """
    drawn = blake2b(ticket.encode(), digest_size=18, key=key, person=b"token").digest()
    return urlsafe_b64encode(drawn)[:22].decode()


def shown(command: c.Take, context: Context) -> Card | None:
    """The card that a command shows, if it shows one. Refuses a number that is none."""
    holder = command.holder
    if holder is None or holder.number is None:
        return None
    return card(holder.number, local_day(context.now))


def check(state: State, services: Sequence[ServiceId], context: Context, card: Card | None) -> None:
    """Refuse who has to show a card for some services and does not, or has enough tickets for them."""
    check_hash(state, services, None if card is None else hashed(context.secret, card.number))


def check_hash(state: State, services: Sequence[ServiceId], hash_: str | None) -> None:
    """The same for somebody whose card's hash is known, or who has none."""
    asks = {state.hall.service[service].real_name for service in services}
    if "required" in asks and hash_ is None:
        raise Refusal("holder.required")
    if asks != {"no"} and hash_ is not None:
        _check_limits(state, services, hash_)


def kept(
    state: State,
    command: c.Take,
    services: Sequence[ServiceId],
    context: Context,
    *,
    ticket: TicketId,
    shown: Card | None,
    person: str | None,
) -> Identity | None:
    """What is kept of a new ticket's holder, if anything.

    For services that ask for no identity nothing of a card is kept: it was looked at for the age alone.
    """
    if command.holder is None and person is None:
        return None
    asks = {state.hall.service[service].real_name for service in services}
    hash_ = mask_ = None
    if asks != {"no"}:
        if shown is not None:
            hash_ = hashed(context.secret, shown.number)
        if command.holder is not None:
            mask_ = mask(command.holder.name or "")
    if (hash_, mask_, person) == (None, None, None):
        return None
    return Identity(
        ref=context.draw(), ticket=ticket, day=local_day(context.now), hash=hash_, mask=mask_, person=person
    )


def check_open(state: State, ticket: Ticket) -> None:
    """Refuse who wants a ticket open again and has as many others for its services as a person may have open at once."""
    known = state.identities.get(ticket.id)
    if known is None or known.hash is None:
        return
    theirs = [one for one in _theirs(state, known.hash) if one.id != ticket.id]
    for step in ticket.steps[ticket.at :]:
        _check_open(state, theirs, step.service)


def _theirs(state: State, hash_: str) -> list[Ticket]:
    return [state.tickets[id_] for id_ in state.persons.get(hash_, ())]


def _check_open(state: State, theirs: Sequence[Ticket], service: ServiceId) -> None:
    at_once = state.hall.rules.open_per_person
    still = [one for one in theirs if one.state in STILL_OPEN and _for(one, service, one.at)]
    if 0 < at_once <= len(still):
        raise Refusal("person.has_open", number=still[0].number, limit=at_once)


def _check_limits(state: State, services: Sequence[ServiceId], hash_: str) -> None:
    """Refuse one ticket more than a person may have: open ones of a service, and those of the day that were not given up."""
    theirs = _theirs(state, hash_)
    for service in services:
        _check_open(state, theirs, service)
        a_day = state.hall.service[service].per_person
        taken = [
            one for one in theirs if one.day == state.day and one.state != "cancelled" and _for(one, service)
        ]
        if a_day is not None and len(taken) >= a_day:
            raise Refusal("person.too_many", limit=a_day)


def _for(ticket: Ticket, service: ServiceId, start: int = 0) -> bool:
    return any(step.service == service for step in ticket.steps[start:])


def own(ticket: TicketId, actor: Actor) -> None:
    """A holder sees and changes no ticket but their own, and is not told whether another exists."""
    if actor.role == "holder" and actor.ticket != ticket:
        raise Refusal("ticket.unknown")


def identify(state: State, ticket: Ticket, command: c.Identify, context: Context) -> e.IdentityRead:
    """Somebody is told who holds a ticket: a clerk only of the one that is at their own window."""
    actor = context.actor
    if actor.role == "clerk":
        window = state.windows.get(ticket.step.window) if ticket.step.window is not None else None
        if window is None or (window.ticket, window.clerk) != (ticket.id, actor.name):
            raise Refusal("auth.not_your_window")
    if ticket.id not in state.identities:
        raise Refusal("holder.unknown")
    return e.IdentityRead(ticket=ticket.id, reason=command.reason)


def record(state: State, id_: TicketId) -> IdentityRecord:
    """What is kept of a ticket's holder, for whoever may read it."""
    known = state.identities[id_]
    return IdentityRecord(ticket=id_, number=state.tickets[id_].number, mask=known.mask, person=known.person)
