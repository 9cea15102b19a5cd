"""What a decision is made of: what it may use, and what comes of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from queue_server.engine import event as e
from queue_server.engine.actor import Actor
from queue_server.engine.policy import Policy
from queue_server.engine.state import State
from queue_server.engine.version import Version

Reply = Callable[[State], Any]
"""What to answer, read from the state after the events; None for nothing."""


class Context(msgspec.Struct, frozen=True):
    """What a decision may use beside state and command.

    `now` is business time; `draw` makes a fresh random token of at least 128 bits; `policy` chooses who is next.
    """

    now: datetime
    actor: Actor
    draw: Callable[[], str]
    policy: Policy


class Decision(msgspec.Struct, frozen=True):
    """What has happened if the command is accepted. `note` holds words to be kept apart from the log: (reference, words)."""

    events: tuple[e.Event, ...]
    reply: Reply
    note: tuple[str, str] | None = None
    document: Version | None = None
    """What is published by it, to be stored beside the log."""
