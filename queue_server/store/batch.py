"""What one transaction writes."""

from collections.abc import Sequence
from datetime import datetime

from queue_server.engine import event as log
from queue_server.engine.beside import Beside, Note
from queue_server.engine.identity import Identity
from queue_server.engine.version import Version
from queue_server.flow.port import Unavailable, Unit
from queue_server.store import words
from queue_server.store.chain import link
from queue_server.store.kept import forget
from queue_server.store.row import Row, identity_row, stamp, version_row
from queue_server.store.statement import Connection, Cursor, Statements
from queue_server.wire.ids import WindowId


class OutOfStep(Unavailable):
    """Events that do not follow the last one in the log: nothing of them was written."""


class TwiceGiven(Unavailable):
    """A number that another ticket of its day has: nothing was written."""


TWICE = "a number was given to two tickets"


class Batch:
    """The rows of one transaction, gathered before it begins so that it is short."""

    def __init__(self, seq: int, hash_: bytes) -> None:
        """What follows the event `seq` with that hash."""
        self.seq, self.hash = seq, hash_
        self._at: tuple[datetime | None, str] = (None, "")
        self._events: list[Row] = []
        self._tickets: dict[tuple[str, str, int], Row] = {}
        self._windows: dict[WindowId, Row] = {}
        self._stops: dict[str, Row | None] = {}
        self._devices: dict[str, Row | None] = {}
        self._cases: dict[str, Row] = {}
        self._gone: set[WindowId] = set()
        self._versions: list[Row] = []
        self._marks: dict[str, str] = {}
        self._answers: list[Row] = []
        self._day_begun = False
        self._notes: list[Row] = []
        self._identities: list[Row] = []
        self._forgotten: list[log.IdentitiesForgotten | log.WordsForgotten] = []
        self._put: Sequence[Cursor] = ()
        """What writing the tickets gave."""

    def add(self, unit: Unit) -> None:
        """One command's events and rows. Raises OutOfStep if its events do not follow."""
        for stamped in unit.stamped:
            seq = stamped.seq
            if seq != self.seq + 1:
                raise OutOfStep(f"event {seq} does not follow {self.seq}")
            at, body = self._stamp(stamped.at), log.encode(stamped.event)
            hash_ = link(self.hash, seq, at, stamped.actor, stamped.command, log.VERSION, body)
            self._events.append(
                (seq, at, stamped.actor, stamped.command, log.VERSION, body.decode(), self.hash, hash_)
            )
            self.seq, self.hash = seq, hash_
            if isinstance(stamped.event, log.DayBegun):
                self._day_begun = True
            elif isinstance(stamped.event, log.IdentitiesForgotten | log.WordsForgotten):
                self._forgotten.append(stamped.event)
            if stamped.beside is not None:
                self._beside(stamped.beside, seq, at)
        for rows in unit.rows:
            for row in rows.tickets:
                self._ticket(row)
            for row in rows.windows:
                self._windows[row[0]] = row
            if rows.gone or self._gone:
                self._gone.update(rows.gone)
                self._gone.difference_update(row[0] for row in rows.windows)
            if rows.stops:
                self._stops.update(rows.stops)
            self._cases.update((row[0], row) for row in rows.cases)
            if rows.devices:
                self._devices.update(rows.devices)
            if rows.marks:
                self._marks.update(rows.marks)
        kept = unit.kept
        if kept is not None:
            at = self._stamp(kept.at)
            self._answers.append((self.seq, kept.scope, kept.body, kept.status, kept.answer, at))

    @property
    def forgets(self) -> bool:
        """Whether it deletes what was kept of people."""
        return bool(self._forgotten)

    def _beside(self, kept: Beside, seq: int, at: str) -> None:
        """What is kept beside an event, in the table of its kind."""
        match kept:
            case Version():
                self._versions.append(version_row(kept))
            case Note():
                self._notes.append((kept.ref, kept.words, at))
            case Identity():
                self._identities.append(identity_row(kept, seq))

    def _stamp(self, at: datetime) -> str:
        """As `stamp`; the parts of a unit share one time."""
        if at is not self._at[0]:
            self._at = (at, stamp(at))
        return self._at[1]

    def _ticket(self, row: Row) -> None:
        """A ticket's newest row, with the seq of its first."""
        key = row[:3]
        before = self._tickets.get(key)
        if before is None:
            self._tickets[key] = row
        elif before[3] == row[3]:
            self._tickets[key] = (*row[:-1], before[-1])
        else:
            raise TwiceGiven(TWICE)

    def write(self, connection: Connection, sql: Statements) -> None:
        """Write all of it inside the open transaction; `check` must follow before it is committed."""
        sql.event(connection, self._events)
        self._put = sql.ticket(connection, list(self._tickets.values()))
        for put, rows in (
            (sql.window, list(self._windows.values())),
            (sql.answer, self._answers),
            (sql.note, self._notes),
            (sql.identity, self._identities),
            (sql.version, self._versions),
            (sql.case, list(self._cases.values())),
            (sql.stop, [row for row in self._stops.values() if row is not None]),
            (sql.device, [row for row in self._devices.values() if row is not None]),
        ):
            if rows:
                put(connection, rows)
        for statement, keys in (
            (sql.unstop, [scope for scope, row in self._stops.items() if row is None]),
            (sql.forget_device, [id_ for id_, row in self._devices.items() if row is None]),
            (sql.gone, list(self._gone)),
        ):
            for key in keys:
                connection.execute(statement, (key,))
        if self._day_begun:
            forget(connection, sql)
        for event in self._forgotten:
            if isinstance(event, log.WordsForgotten):
                words.unsay(connection, sql, event)
            else:
                connection.execute(sql.unname, (event.before.isoformat(),))
        self._marks["head"] = f"{self.seq} {self.hash.hex()}"
        sql.mark(connection, list(self._marks.items()))

    def check(self) -> None:
        """That every row was written. Raises TwiceGiven if the number of one is another ticket's already."""
        if sum(cursor.rowcount for cursor in self._put) != len(self._tickets):
            raise TwiceGiven(TWICE)
