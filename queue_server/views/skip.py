"""Calls out of turn, as the log tells of them: each one, its reason, and how many. Closing report and audit count by this.

Source: design, section 4: every call out of order carries its reason, so that unexplained ones are zero.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from queue_server.engine import appointing, day, destination, evacuation, handover, hold, policy, turn
from queue_server.engine.event import Called, Classified, Stamped, Undone
from queue_server.engine.plan import ORDINARY
from queue_server.engine.ticket import Ticket
from queue_server.wire.audit import Why, WhyCount
from queue_server.wire.ids import TicketId

BY_RULE: Mapping[str, Why] = {
    policy.CLASS: "class",
    policy.PROMISE: "promise",
    policy.QUICK: "quick",
    policy.NEED: "need",
    destination.TRANSFERRED: "transfer",
    hold.RESUMED: "held",
    day.AGAIN: "reentry",
    turn.DEFERRED: "deferred",
    handover.SAID: "handover",
    evacuation.SAID: "evacuation",
}
"""The engine's own reasons. What else a call says are somebody's words."""
ORDER: tuple[Why, ...] = Why.__args__  # type: ignore[attr-defined] # a Literal has them
"""Reasons as they are listed: those of people before those of the rules."""


class Passed(msgspec.Struct, frozen=True):
    """A call that passed somebody over: the event, and of what kind its reason is. `class_` is the class that counted then."""

    stamped: Stamped
    called: Called
    why: Why
    class_: str | None = None
    undone: bool = False

    @property
    def said(self) -> str | None:
        """Somebody's own words."""
        return self.called.reason if self.why in ("chosen", "walk_in", "moved") else None


def passed(stamped: Iterable[Stamped], tickets: Mapping[TicketId, Ticket]) -> list[Passed]:
    """The calls out of turn among some events in order, each once. `tickets` are those that were called, as they are now."""
    events = list(stamped)
    undone = [
        (each.event.first, each.seq, each.event.window) for each in events if isinstance(each.event, Undone)
    ]
    found = []
    for each in events:
        called = each.event
        if not isinstance(called, Called) or not called.skipped:
            continue
        why = reason(each.command, called)
        kind = _class(each.seq, called.ticket, events, tickets) if why == "class" else None
        if kind == appointing.CLASS:
            why = "appointment"
        taken_back = any(first <= each.seq < seq and window == called.window for first, seq, window in undone)
        found.append(Passed(each, called, why, kind, taken_back))
    return found


def reason(command: str, called: Called) -> Why:
    """Of what kind the reason of a call out of turn is."""
    if not (called.reason or "").strip():
        return "unexplained"
    assert called.reason is not None
    if called.walked_in:
        return "walk_in"
    if command == "windows.call":
        return "chosen"
    return BY_RULE.get(called.reason, "moved")


def counts(found: Iterable[Passed]) -> tuple[WhyCount, ...]:
    """How many there were for each reason, in ORDER; those that nobody explains are told even if there are none.

    A call that was taken back counts as not made, here as in the figures of days (`attended`).
    """
    calls: Counter[Why] = Counter()
    skipped: Counter[Why] = Counter()
    for each in found:
        if not each.undone:
            calls[each.why] += 1
            skipped[each.why] += each.called.skipped
    return tuple(
        WhyCount(why, calls[why], skipped[why]) for why in ORDER if calls[why] or why == "unexplained"
    )


def _class(seq: int, id_: TicketId, events: Iterable[Stamped], tickets: Mapping[TicketId, Ticket]) -> str:
    """The class that a ticket had at an event: what the first change after it says that it was, or the one that it has now."""
    for each in events:
        if each.seq > seq and isinstance(each.event, Classified) and each.event.ticket == id_:
            return each.event.was
    ticket = tickets.get(id_)
    return ORDINARY if ticket is None else ticket.class_
