"""Where a hall's tables are, and what differs from one kind of database to another. All else in this room is the same.

A driver is used as the standard library's `sqlite3` is: `connection.execute(sql, parameters)` gives a cursor, and transactions are
opened and ended by hand.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, ClassVar, Protocol

from sqlalchemy import Engine

from queue_server.flow.port import Unavailable
from queue_server.store.statement import Connection, Statements


class Driver(Connection, Protocol):
    """A connection of one's own."""

    def close(self) -> None:
        """End it; what was not committed is undone."""


class Database(ABC):
    """One place for a hall's tables. `str()` names it to people and never tells a password."""

    sql: ClassVar[Statements]
    """The hot path's SQL for it."""
    fault: ClassVar[type[Exception]]
    """What its driver raises."""
    READ: ClassVar[str]
    """Opens a transaction that sees one moment and writes nothing."""
    WRITE: ClassVar[str]
    """Opens a transaction that writes."""
    SHARED: ClassVar[bool] = False
    """Whether several servers may use it, each with a folder of its own."""

    @abstractmethod
    def exists(self) -> bool:
        """Whether a hall was ever kept here. Raises Unavailable if that cannot be found out now."""

    @abstractmethod
    def writer(self) -> Driver:
        """A connection on which a COMMIT is on disk when it returns, and which sees nothing that is not.

        Raises the driver's fault, and StoreFault for a place whose commits are not durable.
        """

    @abstractmethod
    def reader(self) -> Driver:
        """A connection that only reads; it never holds up a commit."""

    def settled(self) -> Driver:
        """As `reader`, while nothing can be written: it sees nothing that is not on disk.

        Raises the driver's fault, OSError, and Unavailable where nobody can know.
        """
        raise Unavailable(f"{self} is read by whoever may write to it")

    @abstractmethod
    def engine(self, *, reads: bool = False) -> Engine:
        """An SQLAlchemy engine on the same tables, for migrations and for accounts. It keeps no connection.

        Each of its transactions begins as one that writes, with the database's claim; one that only `reads` holds up nobody.
        """

    def claim(self, connection: Any) -> Callable[[], None]:  # noqa: ARG002 - a file has one server, by its lock
        """Begins every transaction that writes, after `WRITE`; what is returned is called before it is committed, and may raise."""
        return lambda: None

    @abstractmethod
    def roll_back(self, connection: Any) -> None:
        """Undo what an open transaction wrote. What this connection cannot undo any more, the database does by itself."""

    @abstractmethod
    def snapshot(self, file: Path) -> None:
        """Write all tables as they are at one moment into `file`, an empty one, as SQLite's. It holds up no commit.

        Raises the driver's fault, sqlite3.Error, OSError, and Unavailable for tables that it cannot copy.
        """

    def scrub(self, connection: Any) -> bool:  # noqa: ARG002 - where the server alone can read its files, it is left to it
        """Leave nothing of what was deleted in a file. False: it could not be done just now, ask again. It waits for nobody."""
        return True

    def cut(self) -> None:  # noqa: B027 - nothing to cut where nothing lies between
        """Wake whoever waits for an answer of this database: all its connections are of no use any more. From any thread."""

    def together(self, connection: Any) -> AbstractContextManager[object]:  # noqa: ARG002 - one by one by default
        """Statements inside may be sent without waiting for each one's answer; results are there when it ends."""
        return nullcontext()

    @contextmanager
    def transaction(self, connection: Any, kind: str) -> Iterator[Any]:
        """A transaction (`READ` or `WRITE`) around the block: committed at its end, rolled back on any exception."""
        connection.execute(kind)
        try:
            if kind == self.WRITE:
                self.claim(connection)()
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            self.roll_back(connection)
            raise


def shown(parts: Sequence[tuple[str, object]]) -> str:
    """`name value` pairs of a place, for people."""
    return " ".join(f"{name} {value}" for name, value in parts if value)
