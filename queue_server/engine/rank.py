"""A ticket's class: who may ask for it, who confirms it, and when it counts.

A class that is asked for waits as ordinary until it is confirmed: by staff who state a reason, by the age on an identity card, or
by a code of the hall's list, which says itself why and for whom. Staff who take a ticket and state the reason confirm by doing so.
One that is refused goes on as ordinary, with its own clock.
"""

from datetime import date

import msgspec

from queue_server.engine import event as e
from queue_server.engine.decision import Context
from queue_server.engine.hall import PRIORITY, Class, FastTrack, Hall
from queue_server.engine.identity import Card, Identity
from queue_server.engine.life import move
from queue_server.engine.plan import ORDINARY
from queue_server.engine.state import State
from queue_server.engine.ticket import Ticket
from queue_server.wire import command as c
from queue_server.wire.card import age
from queue_server.wire.day import local_day
from queue_server.wire.error import Refusal
from queue_server.wire.ticket import ClassState, Text


def effective(hall: Hall, ticket: Ticket) -> str:
    """The class by which a ticket is called: the one it has once that is confirmed, else `ordinary`."""
    kind = ticket.counts_as
    return kind if kind in hall.class_ else ORDINARY


def offered(kind: Class) -> bool:
    """Whether anybody may ask for a class at a kiosk; for a listed one nobody may, also with a code, which staff look at."""
    return kind.id != ORDINARY and kind.asked == "kiosk" and not kind.listed


def public(hall: Hall, ticket: Ticket) -> Text | None:
    """What paper and screens may say of a ticket's class; None for one that does not count, or of which they say nothing."""
    kind = hall.class_.get(effective(hall, ticket))
    return None if kind is None else said(kind)


def said(kind: Class) -> Text | None:
    """What may be said in public of whoever has a class that counts; None: nothing."""
    return PRIORITY if kind.told else None


class Asked(msgspec.Struct, frozen=True):
    """The class with which a ticket is issued. `person` is for whom, a name that no event holds."""

    class_: str = ORDINARY
    state: ClassState = "none"
    reason: str | None = None
    entry: str | None = None
    person: str | None = None

    @property
    def counts_as(self) -> str:
        """The class by which the ticket will wait, as `Ticket.counts_as`."""
        return self.class_ if self.state == "confirmed" else ORDINARY


def asked(hall: Hall, command: c.Take, context: Context, card: Card | None) -> Asked:
    """The class that a new ticket has, or a refusal."""
    if command.class_ == ORDINARY:
        return Asked()
    kind = _kind(hall, command.class_)
    today, staff = local_day(context.now), context.actor.role != "kiosk"
    if not staff and not offered(kind):
        raise Refusal("class.staff_only")
    if command.entry is not None:
        entry = _entry(hall, kind, command.entry, today)
        return Asked(kind.id, "confirmed", entry.reason, entry.id, entry.name)
    if kind.listed and (command.class_reason is None or command.class_for is None):
        raise Refusal("class.reason_required")
    sure = (
        kind.counts == "at_once"
        or (staff and command.class_reason is not None)
        or (kind.age is not None and card is not None and age(card.born, today) >= kind.age)
    )
    return Asked(kind.id, "confirmed" if sure else "requested", command.class_reason, None, command.class_for)


def classify(
    state: State, ticket: Ticket, command: c.Classify, context: Context
) -> tuple[tuple[e.Event, ...], Identity | None]:
    """What confirming, refusing or replacing a class makes happen. No events: it is so already."""
    if command.decision == "instead":
        return _instead(state.hall, ticket, command), None
    move(ticket.state, "classify")
    if command.decision == "refuse":
        if ticket.class_ != command.class_ or ticket.class_state == "none":
            raise Refusal("class.not_asked")
        if ticket.class_state == "refused":
            return (), None
        return (_settled(ticket, command, "refused"),), None
    kind = _kind(state.hall, command.class_)
    if (ticket.class_, ticket.class_state) == (kind.id, "confirmed"):
        return (), None
    entry, whom = None, command.class_for
    if command.entry is not None:
        listed = _entry(state.hall, kind, command.entry, local_day(context.now))
        entry, whom = listed.id, listed.name
    if kind.listed and whom is None:
        raise Refusal("class.reason_required")
    if whom is None:
        return (_settled(ticket, command, "confirmed"),), None
    person = Identity(ref=context.draw(), ticket=ticket.id, day=ticket.day, person=whom)
    return (_settled(ticket, command, "confirmed", entry=entry, holder=person.ref),), person


def _instead(hall: Hall, ticket: Ticket, command: c.Classify) -> tuple[e.Event, ...]:
    """Another class in place of a ticket's own, wherever the ticket is: it may come back into line from anywhere."""
    if not ticket.pending:
        raise Refusal("ticket.closed")
    if ticket.class_state not in ("requested", "confirmed"):
        raise Refusal("class.not_asked")
    if command.class_ == ORDINARY:
        return (_settled(ticket, command, "none"),)
    kind = _kind(hall, command.class_)
    if kind.listed:
        raise Refusal("class.reason_required")
    if kind.id == ticket.class_:
        return ()
    sure = ticket.class_state == "confirmed" or kind.counts == "at_once"
    return (_settled(ticket, command, "confirmed" if sure else "requested"),)


def _kind(hall: Hall, id_: str) -> Class:
    kind = hall.class_.get(id_)
    if kind is None or id_ == ORDINARY:
        raise Refusal("class.unknown", **{"class": id_})
    return kind


def _entry(hall: Hall, kind: Class, code: str, today: date) -> FastTrack:
    """The entry of the hall's list under a code, still good today, for a class that goes by the list."""
    entry = hall.fast_entry.get(code) if kind.listed else None
    if entry is None or (entry.until is not None and today > entry.until):
        raise Refusal("class.unlisted")
    return entry


def _settled(
    ticket: Ticket,
    command: c.Classify,
    state: ClassState,
    *,
    entry: str | None = None,
    holder: str | None = None,
) -> e.Classified:
    return e.Classified(
        ticket=ticket.id,
        class_=command.class_,
        was=ticket.class_,
        state=state,
        reason=command.reason,
        entry=entry,
        holder=holder,
    )


def classified(state: State, stamped: e.Stamped, event: e.Classified) -> None:
    """A ticket counts as another class, or one that was asked for is settled."""
    ticket = state.tickets[event.ticket]
    line = state.lines[ticket.step.service] if ticket.state == "waiting" else None
    if line is not None:
        line.remove(ticket)
    ticket.class_, ticket.class_state = event.class_, event.state
    if line is not None:  # with the clock it has, among those of its class
        line.add(ticket)
