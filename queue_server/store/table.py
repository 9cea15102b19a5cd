"""A hall in the tables of a database."""

import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from typing import TypeVar

import msgspec
from sqlalchemy import or_, select

from queue_server.engine.case import Case
from queue_server.engine.hall import Hall
from queue_server.engine.state import State
from queue_server.engine.ticket import Ticket
from queue_server.engine.touch import Touched
from queue_server.engine.version import Version
from queue_server.flow.port import Kept, Stored, Unavailable, Unit
from queue_server.store import schema
from queue_server.store.batch import Batch
from queue_server.store.database import Database, Driver
from queue_server.store.error import StoreFault
from queue_server.store.hall import head, load, marks, settle
from queue_server.store.kept import forget
from queue_server.store.migrate import migrate
from queue_server.store.row import Rows, case_of, pack, stamp, ticket_of, time, version_of

_T = TypeVar("_T")


class Foreseen(msgspec.Struct):
    """States of a hall that another server may be changing, and every mark as it was with them, the log's head among these.

    Whatever changes the hall changes a mark: where they are the same, so is the hall.
    """

    marks: dict[str, str]
    states: list[State]


class TableStore:
    """`flow.port.Store` in a database. A write goes through one connection; reads from other threads have their own.

    What the port names promises what the port says. Those methods that write or load are never called at the same time; which
    thread calls them does not matter. `open`, `load`, `states` and `look` also raise StoreFault, where no waiting helps.
    """

    epoch: str

    def __init__(
        self,
        database: Database,
        *,
        draw: Callable[[], str] = lambda: secrets.token_urlsafe(12),
        foreseen: Foreseen | None = None,
    ) -> None:
        """A store in `database`. `draw` makes the epoch of a new one; what was `foreseen` need not be loaded if it is still so."""
        self.database = database
        self._foreseen = foreseen
        self._sql = database.sql
        self._draw = draw
        self._writer: Driver | None = None
        self._head: tuple[int, bytes] | None = None
        """The log's last seq and hash; None: not known, to be read again."""
        self._stale = False
        """Whether files may still hold what was deleted."""
        self._reader: Driver | None = None
        self._reading = threading.Lock()

    def open(self) -> None:
        """Open or create the tables, bring them to this program's version and read the epoch. May be repeated after a failure."""
        self._abandon()
        with self._unless("open"):
            with self.database.engine().begin() as connection:
                migrate(connection)
            with self._write() as writer:
                if "epoch" not in marks(writer, self._sql):
                    self._sql.mark(writer, [("epoch", self._draw())])
            self.epoch = marks(self._writing(), self._sql)["epoch"]

    def load(self, hall: Hall, now: datetime) -> State:
        """The state the tables hold. Raises StoreForeign if they still use services or windows that `hall` has not."""
        return self.states(hall, now, 1)[0]

    def states(self, hall: Hall, now: datetime, count: int) -> list[State]:
        """As `load`, so many equal states that share nothing that changes."""
        with self._unless("read"):
            with self._write() as writer:
                settle(writer, self._sql, hall, now)
            with self.database.transaction(self._writing(), self.database.READ) as writer:
                self._head = head(writer, self._sql)
                foreseen, self._foreseen = self._foreseen, None  # what is changed from now on is true once
                if foreseen is not None and foreseen.marks == marks(writer, self._sql):
                    return foreseen.states
                made = load(writer, self._sql, hall)
            return [made() for _ in range(count)]

    def foresee(self, hall: Hall, count: int) -> Foreseen:
        """What `states` would give if nothing more happened, of a hall that another server has. Changes nothing."""

        def both(reader: Driver) -> tuple[dict[str, str], Callable[[], State]]:
            with self.database.transaction(reader, self.database.READ):
                return marks(reader, self._sql), load(reader, self._sql, hall)

        with self._unless("read"):
            kept, made = self._read(both)
            return Foreseen(kept, [made() for _ in range(count)])

    def look(self, hall: Hall, count: int) -> tuple[list[State], list[bytes]]:
        """States as `states` has them and the scopes of all kept answers, of a database that is there and takes no changes."""
        with self._unless("read"):
            reader = self.database.settled()
            try:
                with self.database.transaction(reader, self.database.READ):
                    self.epoch = marks(reader, self._sql)["epoch"]
                    made = load(reader, self._sql, hall)
                    scopes = [scope for (scope,) in reader.execute(self._sql.scopes)]
            finally:
                reader.close()
            return [made() for _ in range(count)], scopes

    def rows(self, state: State, touched: Touched) -> Rows:
        """The touched rows as they are now; ask after each event, since a midnight lets tickets go."""
        return pack(state, touched)

    def commit(self, units: Sequence[Unit]) -> None:
        """Write units in order, in one transaction, durable on return. `Unit.rows` is a sequence of what `rows` made."""
        with self._unless("write"):
            if self._head is None:
                self._head = head(self._writing(), self._sql)
            batch = Batch(*self._head)
            for unit in units:
                batch.add(unit)
            with self._write(batch.check) as writer:
                batch.write(writer, self._sql)
            self._head = (batch.seq, batch.hash)
        self._scrub(deleted=batch.forgets)

    def scopes(self) -> list[bytes]:
        """The scopes of answers that are kept; those kept long enough are deleted."""
        with self._unless("read"):
            with self._write() as writer:
                forget(writer, self._sql)
            return [scope for (scope,) in self._writing().execute(self._sql.scopes)]

    def kept(self, scope: bytes) -> Kept | None:
        """The answer kept for a scope."""
        found = self._read(lambda connection: connection.execute(self._sql.kept, (scope, 1)).fetchone())
        if found is None:
            return None
        scope_, body, status, answer, at = found
        return Kept(scope_, body, status, answer, time(at))

    def events(self, after: int, limit: int) -> list[Stored]:
        """Events of the log with seq > after, in order."""
        found = self._read(lambda connection: connection.execute(self._sql.events, (after, limit)).fetchall())
        return [
            Stored(
                seq, time(at), actor, command, version, msgspec.Raw(body.encode()), prev.hex(), hash_.hex()
            )
            for seq, at, actor, command, version, body, prev, hash_ in found
        ]

    def cases(self, since: datetime, until: datetime, limit: int) -> list[Case]:
        """The cases opened from one time on until before another, oldest first."""
        span = (stamp(since), stamp(until), limit)
        found = self._read(lambda connection: connection.execute(self._sql.cases_between, span).fetchall())
        return [case_of(row) for row in found]

    def case(self, id_: str) -> Case | None:
        """One case, however old."""
        found = self._read(lambda connection: connection.execute(self._sql.one_case, (id_,)).fetchone())
        return None if found is None else case_of(found)

    def numbered(self, day: date, number: str) -> list[Ticket]:
        """The tickets of a day with a number, or carried over to it."""
        asked = (day.isoformat(), day.isoformat(), number)
        found = self._read(lambda connection: connection.execute(self._sql.numbered, asked).fetchall())
        return [ticket_of(row) for row in found]

    def ticket(self, day: date, id_: str) -> Ticket | None:
        """One ticket that was taken on a day, or carried over to it."""
        row, on = schema.ticket.c, day.isoformat()
        one = select(schema.ticket).where(or_(row.day == on, row.carried == on), row.id == id_)
        found = self._read(lambda connection: connection.execute(*self._sql.bound(one)).fetchone())
        return None if found is None else ticket_of(found)

    def words(self, refs: Sequence[str]) -> dict[str, str]:
        """The words of notes by their references; of one that is gone there are none."""

        def each(connection: Driver) -> dict[str, str]:
            found = {ref: connection.execute(self._sql.words, (ref,)).fetchone() for ref in refs}
            return {ref: row[0] for ref, row in found.items() if row is not None}

        return self._read(each)

    def versions(self, limit: int) -> list[Version]:
        """The newest versions of the hall, newest first."""
        found = self._read(lambda connection: connection.execute(self._sql.versions, (limit,)).fetchall())
        return [version_of(row) for row in found]

    def version(self, n: int) -> Version | None:
        """One version of the hall."""
        found = self._read(lambda connection: connection.execute(self._sql.one_version, (n,)).fetchone())
        return None if found is None else version_of(found)

    def close(self) -> None:
        """Close it; nothing is lost that was committed."""
        self._abandon()
        with self._reading:
            self._let_reader_go()

    def _scrub(self, *, deleted: bool) -> None:
        """See to it that what was deleted is gone from the files too. Somebody may be reading there: then after the next commit."""
        self._stale = self._stale or deleted
        if self._stale and self._writer is not None:
            with suppress(self.database.fault):
                self._stale = not self.database.scrub(self._writer)

    def _writing(self) -> Driver:
        """The one connection that writes."""
        if self._writer is None:
            self._writer = self.database.writer()
        return self._writer

    @contextmanager
    def _write(self, check: Callable[[], None] = lambda: None) -> Iterator[Driver]:
        """A transaction that writes around the block. It is committed at the end if `check` does not raise."""
        writer = self._writing()
        with self.database.together(writer):
            writer.execute(self.database.WRITE)
            claim = self.database.claim(writer)
            yield writer
        claim()
        check()
        writer.execute("COMMIT")

    @contextmanager
    def _unless(self, deed: str) -> Iterator[None]:
        """Whatever goes wrong inside, the next one begins with a new connection; it is Unavailable, unless no waiting helps."""
        try:
            yield
        except (StoreFault, Unavailable):
            self._abandon()
            raise
        except Exception as error:
            self._abandon()
            raise Unavailable(f"cannot {deed} {self.database}: {error}") from error

    def _abandon(self) -> None:
        """Undo what is open and forget what was known: the next one to ask reads the truth from a new connection."""
        self._head = None
        writer, self._writer = self._writer, None
        if writer is not None:
            self.database.roll_back(writer)
            with suppress(self.database.fault):
                writer.close()

    def _read(self, query: Callable[[Driver], _T]) -> _T:
        with self._reading:
            try:
                if self._reader is None:
                    self._reader = self.database.reader()
                return query(self._reader)
            except self.database.fault as error:
                self._let_reader_go()
                raise Unavailable(f"cannot read {self.database}: {error}") from error

    def _let_reader_go(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            with suppress(self.database.fault):
                reader.close()
