"""Who is next: policies behind one pure interface."""

from datetime import datetime
from typing import Protocol

import msgspec

from queue_server.engine.state import State
from queue_server.wire.ids import TicketId, WindowId
from queue_server.wire.ticket import Text


class Choice(msgspec.Struct, frozen=True):
    """The ticket to call. `reason` is never None if older tickets of the window's services are passed over."""

    ticket: TicketId
    reason: str | None = None


class Policy(Protocol):
    """A rule that chooses among those who wait for a window's services."""

    sentence: Text
    """The rule in one sentence, for a citizen."""

    def choose(self, state: State, window: WindowId, now: datetime) -> Choice | None:
        """The next ticket for a window, or None if nobody waits for its services."""


class FirstCome:
    """First come, first served over all the services of a window."""

    sentence = Text(
        "先到先办：按取号先后顺序叫号。",
        "First come, first served: called in the order in which tickets were taken.",
    )

    def choose(self, state: State, window: WindowId, now: datetime) -> Choice | None:
        """The oldest head of the window's lines."""
        heads = (state.lines[service].head() for service in state.served_at(window))
        first = min((head for head in heads if head is not None), default=None)
        return Choice(first[2]) if first is not None else None


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
