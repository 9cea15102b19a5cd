"""What a decision is made of: what it may use, and what comes of it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from queue_server.engine import event as e
from queue_server.engine.actor import Actor
from queue_server.engine.beside import Beside
from queue_server.engine.policy import Policy
from queue_server.engine.state import State
from queue_server.wire.error import Refusal
from queue_server.wire.ids import ServiceId
from queue_server.wire.ticket import Text, Wait

YEAR = timedelta(days=366)
"""Nobody means a time that is further ahead."""

Reply = Callable[[State], Any]
"""What to answer, read from the state after the events; None for nothing."""


def unknown(_service: ServiceId, _kind: str) -> Wait | None:
    """Nothing is known of waits."""
    return None


class Context(msgspec.Struct, frozen=True):
    """What a decision may use beside state and command.

    `now` is business time; `draw` makes a fresh random token of at least 128 bits; `policy` chooses who is next;
    `secret` is the hall's key, by which a person is known again; `epoch` that of the store. `wait` tells at once what is known of
    the wait of somebody who takes a ticket of a service and class now.
    """

    now: datetime
    actor: Actor
    draw: Callable[[], str]
    policy: Policy
    secret: bytes
    epoch: str = ""
    wait: Callable[[ServiceId, str], Wait | None] = unknown


class Decision(msgspec.Struct, frozen=True):
    """What has happened if the command is accepted. `beside` is kept beside the log, with the last of the events."""

    events: tuple[e.Event, ...]
    reply: Reply
    beside: Beside | None = None

    @property
    def facts(self) -> Iterator[tuple[e.Event, Beside | None]]:
        """Each event with what is kept beside it."""
        last = len(self.events)
        return ((event, self.beside if n == last else None) for n, event in enumerate(self.events, 1))


def within_a_year(until: datetime | None, after: datetime, now: datetime, field: str = "until") -> None:
    """Refuse a time that is not later than `after`, or more than a year ahead: nobody means it, and its sums may overflow."""
    if until is not None and not (after < until <= now + YEAR):
        fault = Text(f"$.{field} 应为一年以内的将来时间", f"$.{field}: expected a later time, within a year")
        raise Refusal("request.invalid", fault=fault, path=f"$.{field}")
