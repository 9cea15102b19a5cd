"""What flow asks of a store."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import msgspec

from queue_server.engine.case import Case
from queue_server.engine.event import Stamped
from queue_server.engine.hall import Hall
from queue_server.engine.state import State
from queue_server.engine.ticket import Ticket
from queue_server.engine.touch import Touched
from queue_server.engine.version import Version
from queue_server.wire.audit import LifeRecord, LogAsked, LogRecord, ProofRecord, SkipsRecord

KEEP = timedelta(days=7)
"""How long an answer is kept for retries of its key, by the times of those that came after it: a clock may be wrong."""


class Unavailable(Exception):
    """The store could not do it, or nobody knows whether it did. Whatever was asked may or may not be on disk."""


class Replaced(Unavailable):
    """Another server has taken the hall over: this one changes nothing more."""


class Kept(msgspec.Struct, frozen=True):
    """An answer kept for retries of the same key.

    `scope` is a digest of actor, command and key; `body` one of what was asked. `answer` is the encoded answer, None for 204.
    """

    scope: bytes
    body: bytes
    status: int
    answer: bytes | None
    at: datetime


class Unit(msgspec.Struct, frozen=True):
    """What one command writes: all of it in one transaction, or none.

    `rows` is what `Store.rows` made after each of its events. What is kept beside an event goes into its own table.
    """

    stamped: tuple[Stamped, ...]
    rows: tuple[Any, ...]
    kept: Kept | None = None


class Stored(msgspec.Struct, frozen=True):
    """An event as it stands in the log, for the audit. Hashes are lower-case hex."""

    seq: int
    at: datetime
    actor: str
    command: str
    version: int
    body: msgspec.Raw
    prev_hash: str
    hash: str


class Store(Protocol):
    """A durable home for one hall. All of it may block, and what neither reads from any thread nor is `rows` is called from one."""

    epoch: str
    """Changes when the store is replaced, so that an old seq is never trusted."""

    def open(self) -> None:
        """Open or create the tables and read the epoch. Raises Unavailable."""

    def load(self, hall: Hall, now: datetime) -> State:
        """The state the tables hold; for a new store an empty hall on the local day of `now`. Raises Unavailable."""

    def states(self, hall: Hall, now: datetime, count: int) -> list[State]:
        """As `load`, read once: so many equal states that share nothing that changes."""

    def look(self, hall: Hall, count: int) -> tuple[list[State], Iterable[bytes]]:
        """What a store that cannot be opened holds all the same, durably: states as of `states`, and the scopes of kept answers.

        Raises Unavailable if that cannot be known.
        """

    def rows(self, state: State, touched: Touched) -> Any:
        """A snapshot of the touched rows as they are now, to be committed later. Does no I/O; called in the event loop."""

    def commit(self, units: Sequence[Unit]) -> None:
        """Write units in order, in one transaction, durable on return. Raises Unavailable: then nobody knows.

        When a day begins, answers older than the newest by more than KEEP are forgotten with it.
        """

    def scopes(self) -> Iterable[bytes]:
        """The scopes of answers that are kept, after those older than the newest by more than KEEP are forgotten for good.

        Raises Unavailable.
        """

    def kept(self, scope: bytes) -> Kept | None:
        """The answer kept for a scope. May be called from any thread. Raises Unavailable."""

    def events(self, after: int, limit: int) -> list[Stored]:
        """Events of the log with seq > after, in order. May be called from any thread. Raises Unavailable."""

    def cases(self, since: datetime, until: datetime, limit: int) -> list[Case]:
        """The cases opened from one time on until before another, oldest first. From any thread. Raises Unavailable."""

    def case(self, id_: str) -> Case | None:
        """One case, however old. May be called from any thread. Raises Unavailable."""

    def numbered(self, day: date, number: str) -> list[Ticket]:
        """The tickets of a day with a number, or carried over to it. May be called from any thread. Raises Unavailable."""

    def ticket(self, day: date, id_: str) -> Ticket | None:
        """One ticket that was taken on a day, or carried over to it. May be called from any thread. Raises Unavailable."""

    def words(self, refs: Sequence[str]) -> Mapping[str, str]:
        """The words of notes by their references; of one that is gone none. May be called from any thread. Raises Unavailable."""

    def versions(self, limit: int) -> list[Version]:
        """The newest versions of the hall, newest first. May be called from any thread. Raises Unavailable."""

    def version(self, n: int) -> Version | None:
        """One version of the hall, however old. May be called from any thread. Raises Unavailable."""

    def close(self) -> None:
        """Close it; nothing is lost that was committed."""


class Audit(Protocol):
    """The log as auditors read it, beside the write path: nothing here holds up a command. All of it may raise Unavailable."""

    async def skips(self, day: date) -> SkipsRecord:
        """The calls out of turn of a day."""

    async def log(self, asked: LogAsked) -> LogRecord:
        """A page of a day's log."""

    async def life(self, day: date, number: str | None, ticket: str | None) -> LifeRecord:
        """The tickets of a day with a number, or the one with an id."""

    async def proof(self) -> ProofRecord:
        """What proves the log."""

    async def check(self, by: str) -> ProofRecord:
        """Begin to check the whole log, unless that is under way."""

    async def csv(self, asked: LogAsked | None, day: date) -> bytes:
        """A file for a spreadsheet: what is looked for in a day's log, or its calls out of turn."""
