"""What auditors are shown of the log: calls out of turn, the life of a ticket, the log itself, and what proves it."""

from datetime import date, datetime
from typing import Literal

import msgspec

from queue_server.wire.ids import TicketId, WindowId, ZoneId
from queue_server.wire.ticket import ClassState, Text, TicketState

Why = Literal[
    "unexplained",
    "chosen",
    "walk_in",
    "moved",
    "class",
    "appointment",
    "promise",
    "quick",
    "need",
    "transfer",
    "held",
    "reentry",
    "deferred",
    "handover",
    "evacuation",
]
"""Why a ticket was called before older ones.

`unexplained`: the log does not say; there must be none. `chosen` by the clerk, `walk_in` served without having waited, `moved` by a
manager, each with that person's own words. All others follow from the rules: a confirmed `class` or an `appointment`, a shorter
`promise`, a `quick` matter, a `need` that few windows meet, a `transfer`, a `held` ticket resumed, a `reentry` after a missed call
or of the day before, a holder who `deferred`, a kiosk's `handover`, an `evacuation`.
"""


class Skip(msgspec.Struct, frozen=True, kw_only=True):
    """A call that passed `skipped` older tickets over. `said` are somebody's own words. `undone`: it was taken back, and counts as
    not made.
    """

    seq: int
    at: datetime
    ticket: TicketId
    number: str
    day: date
    """The day on which the ticket was taken."""
    zone: ZoneId | None
    """The window's."""
    window: WindowId
    clerk: str
    clerk_name: str | None
    why: Why
    class_: Text | None = msgspec.field(default=None, name="class")
    """The class that counted then, where the call was for it."""
    said: str | None = None
    skipped: int
    undone: bool = False


class WhyCount(msgspec.Struct, frozen=True):
    """So many calls for one reason, and how many were passed over by them."""

    why: Why
    count: int
    skipped: int


class WindowCount(msgspec.Struct, frozen=True):
    """So many calls out of turn at a window, of all its calls that day."""

    window: WindowId
    name: Text
    count: int
    skipped: int


class SkipsRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A day's calls out of turn: those that nobody explains first, then newest first. `calls` are all that were not taken back.

    `unread` says why there is nothing to be told of the day, and what to do.
    """

    day: date
    calls: int = 0
    unexplained: int = 0
    whys: tuple[WhyCount, ...] = ()
    windows: tuple[WindowCount, ...] = ()
    skips: tuple[Skip, ...] = ()
    unread: Text | None = None


class LogAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the log of a day: who (`clerk:zhang`, or the name alone), by which command, at which window, of which zone; below a
    seq, so many at most.
    """

    day: date
    actor: str | None = None
    command: str | None = None
    window: str | None = None
    zone: str | None = None
    before: int | None = None
    limit: int = 100


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An event of the log with what it says. `body` is its text as it was hashed; hashes are lower-case hex.

    `said` is None for a body that cannot be read: then somebody changed it, or a newer program wrote it.
    """

    seq: int
    at: datetime
    actor: str
    actor_name: str | None
    command: str
    said: Text | None
    ticket: TicketId | None = None
    number: str | None = None
    window: WindowId | None = None
    version: int
    body: str
    prev_hash: str
    hash: str


class LogRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a day's log, newest first. `before` asks for the next one; `count` are all that were looked for, of the first page.

    `commands` are those of the day. `unread` as in SkipsRecord.
    """

    day: date
    entries: tuple[Entry, ...] = ()
    before: int | None = None
    count: int | None = None
    commands: tuple[str, ...] = ()
    unread: Text | None = None


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket with all that the log has of it, in order. Who holds it is not told."""

    ticket: TicketId
    number: str
    day: date
    services: tuple[Text, ...]
    class_: Text = msgspec.field(name="class")
    class_state: ClassState
    state: TicketState
    issued_at: datetime
    ended_at: datetime | None
    entries: tuple[Entry, ...]


class LifeRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The tickets that have a number on a day: mostly one, none if there is no such ticket. `unread` as in SkipsRecord."""

    day: date
    tickets: tuple[Life, ...] = ()
    unread: Text | None = None


class SealedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed month of the log: its events, and the hash of its last. `gone_at`: its file was deleted in its time.

    `here` is False for a file that is missing on this machine though it is not gone.
    """

    month: str
    first: int
    last: int
    hash: str
    file: str
    here: bool
    gone_at: datetime | None = None


class CheckRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What the last check of the whole log found, and when it ended. `fault`: from `broken` on it is not to be trusted, and why.

    `count` events are proven, `seq` and `hash` are the last of them's; `failed` says why it could not be checked.
    """

    at: datetime
    by: str
    count: int = 0
    seq: int = 0
    hash: str = ""
    broken: int | None = None
    fault: Text | None = None
    failed: Text | None = None


class ProofRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What proves the log: its newest event, sealed months newest first, the last check, how far one is (events, of how many)."""

    seq: int
    at: datetime | None
    hash: str
    sealed: tuple[SealedRecord, ...] = ()
    checked: CheckRecord | None = None
    checking: tuple[int, int] | None = None
