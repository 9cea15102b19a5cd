"""What is kept beside the log, in tables of its own: words and names that can be deleted, documents too long for an event.

An event names what was kept with it and its hash covers the name alone, so a row can go while the log stays whole.
"""

import msgspec

from queue_server.engine.identity import Identity
from queue_server.engine.version import Version


class Note(msgspec.Struct, frozen=True):
    """Somebody's own words: one row, known to its event by a random reference."""

    ref: str
    words: str


Beside = Version | Note | Identity
"""What an event can bring with it."""
