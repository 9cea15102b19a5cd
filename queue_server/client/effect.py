"""What a session asks its skin to do, and what it tells it. Pure values.

Send                text for the socket
Close               this connection is of no use any more
Turned              the link's state changed
Changed             records of a topic changed
LiveChanged         the live part of a topic changed
Answered            a command succeeded
Rejected            a command was refused
Expired             a command's time ran out
Faulted             the server refused the hello itself
Turning             whose turn it is to speak from a loudspeaker
"""

from dataclasses import dataclass
from typing import Any, Literal

from queue_server.wire.voice import TurnRecord

LinkState = Literal["connecting", "live", "stale", "down"]
"""`connecting`: no data yet on this connection. `live`: complete and fresh. `stale`: connected, silent for
10 s. `down`: no socket.
"""


@dataclass(frozen=True)
class Send:
    """Text to send now, in this order."""

    text: str


@dataclass(frozen=True)
class Close:
    """Give this connection up and make a new one."""

    reason: str


@dataclass(frozen=True)
class Turned:
    """The link's new state."""

    state: LinkState


@dataclass(frozen=True)
class Changed:
    """Keys of a topic whose records are new, different or gone. `whole`: a snapshot, so nothing in it need
    be news.
    """

    topic: str
    keys: frozenset[str]
    whole: bool


@dataclass(frozen=True)
class LiveChanged:
    """The live part of a topic is new."""

    topic: str


@dataclass(frozen=True)
class Answered:
    """The command `id` succeeded with `answer`, None where it returns nothing."""

    id: int
    answer: Any


@dataclass(frozen=True)
class Rejected:
    """The command `id` was refused."""

    id: int
    code: str
    message: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class Expired:
    """No answer for the command `id` in its time; `sent` is False when it never left."""

    id: int
    key: str
    sent: bool


@dataclass(frozen=True)
class Faulted:
    """The server refused what this link is: a bad token, a topic it may not see."""

    code: str
    message: str


@dataclass(frozen=True)
class Turning:
    """What the server says of our turn to speak from a loudspeaker."""

    record: TurnRecord


Effect = Send | Close | Turned | Changed | LiveChanged | Answered | Rejected | Expired | Faulted | Turning
