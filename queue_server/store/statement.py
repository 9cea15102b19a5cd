"""The hot path's SQL, compiled once from the tables for each kind of database. Parameters are positional."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    Dialect,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    text,
)

from queue_server.store import schema
from queue_server.store.row import Row


class Cursor(Protocol):
    """What a statement gave."""

    @property
    def rowcount(self) -> int:
        """How many rows were written."""

    def fetchone(self) -> Any:
        """The next row, None at the end."""

    def fetchall(self) -> list[Any]:
        """All rows that are left."""

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """What runs statements: a connection of `sqlite3` or of `psycopg`."""

    def execute(self, query: Any, params: Any = ..., /) -> Any:
        """Run one statement; a `Cursor`."""


Put = Callable[[Connection, Sequence[Row]], Sequence[Cursor]]
"""Writes rows, their values in the order of the table's columns. Where rows are sent together, counts are known at their end."""


class Statements(ABC):
    """SQL for one dialect. Those that write rows are `Put`s, the others text."""

    def __init__(self, dialect: Dialect, insert: Callable[[Table], Any]) -> None:
        """`insert` is the dialect's own, which knows conflicts."""
        self._dialect, self._insert = dialect, insert
        self.event = self.append(schema.event)
        self.answer = self.append(schema.answer)
        self.note = self.append(schema.note)
        self.identity = self.append(schema.identity)
        self.version = self.append(schema.version)
        self.ticket = self.upsert(schema.ticket, keep=frozenset({"seq"}), same=frozenset({"id"}))
        """A number that another ticket has already writes nothing: count the rows."""
        self.window = self.upsert(schema.window)
        self.stop = self.upsert(schema.stop)
        self.device = self.upsert(schema.device)
        self.case = self.upsert(schema.register)
        self.mark = self.upsert(schema.mark)
        self.unstop = self.remove(schema.stop)
        self.forget_device = self.remove(schema.device)
        self.gone = self.remove(schema.window)
        ticket, answer, event, version = schema.ticket.c, schema.answer.c, schema.event.c, schema.version.c
        self.open_tickets = self.sql(select(schema.ticket).where(text(schema.OPEN)))
        self.ended_of_day = self.sql(
            select(schema.ticket).where(ticket.day == bindparam("day"), text(f"NOT ({schema.OPEN})"))
        )
        self.numbered = self.sql(
            select(schema.ticket)
            .where(
                or_(ticket.day == bindparam("day"), ticket.carried == bindparam("carried")),
                ticket.number == bindparam("number"),
            )
            .order_by(ticket.seq)
        )
        self.tickets_of_day = self.sql(select(schema.ticket).where(ticket.day == bindparam("day")))
        self.tickets_carried = self.sql(select(schema.ticket).where(ticket.carried == bindparam("day")))
        self.every_ticket = self.sql(select(schema.ticket).order_by(ticket.seq))
        cases = schema.register.c
        self.cases_at_hand = self.sql(
            select(schema.register)
            .where(or_(cases.closed_at.is_(None), cases.closed_at >= bindparam("since")))
            .order_by(cases.opened_at, cases.id)
        )
        self.cases_between = self.some(
            select(schema.register)
            .where(cases.opened_at >= bindparam("since"), cases.opened_at < bindparam("until"))
            .order_by(cases.opened_at, cases.id)
        )
        self.one_case = self.sql(select(schema.register).where(cases.id == bindparam("id")))
        self.words = self.sql(select(schema.note.c.words).where(schema.note.c.ref == bindparam("ref")))
        self.windows = self.sql(select(schema.window))
        self.stops = self.sql(select(schema.stop))
        self.devices = self.sql(select(schema.device))
        held = schema.identity.c
        self.identities = self.sql(
            select(schema.identity).where(held.day >= bindparam("day")).order_by(held.seq)
        )
        self.named = self.sql(select(held.day, func.count()).group_by(held.day))
        self.unname = self.sql(delete(schema.identity).where(held.day < bindparam("day")))
        hour = text("substr(at, 1, 13)")
        self.worded = self.sql(select(hour, func.count()).select_from(schema.note).group_by(hour))
        self.said = self.sql(select(schema.note.c.ref).where(schema.note.c.at < bindparam("until")))
        self.unsay = self.remove(schema.note)
        self.marks = self.sql(select(schema.mark))
        self.versions = self.some(select(schema.version).order_by(version.n.desc()))
        self.one_version = self.sql(select(schema.version).where(version.n == bindparam("n")))
        self.events = self.some(
            select(schema.event).where(event.seq > bindparam("after")).order_by(event.seq)
        )
        self.last_seq = self.sql(text("SELECT max(seq) FROM event"))
        self.published = self.sql(
            text(
                "SELECT seq, body FROM event WHERE command IN ('config.publish', 'config.rollback')"
                " ORDER BY seq"
            )
        )
        self.kept = self.some(
            select(answer.scope, answer.body, answer.status, answer.answer, answer.at)
            .where(answer.scope == bindparam("scope"))
            .order_by(answer.seq.desc())
        )
        self.scopes = self.sql(select(answer.scope))
        # Answers stand in the order of their times: one is the newest, and what is forgotten is read no further than it goes.
        self.newest = self.some(select(answer.at).order_by(answer.seq.desc()))
        self.forget = self.sql(
            text(
                "DELETE FROM answer WHERE seq < coalesce("
                "(SELECT seq FROM answer WHERE at >= :since ORDER BY seq LIMIT 1),"
                " (SELECT max(seq) + 1 FROM answer))"
            )
        )

    def append(self, table: Table) -> Put:
        """INSERT of every column; a row that is there already is an error."""
        return self._rows(table, self._into(table))

    def upsert(
        self, table: Table, keep: frozenset[str] = frozenset(), same: frozenset[str] = frozenset()
    ) -> Put:
        """INSERT of every column; a row that is there already gets the new values, except in the columns to `keep`.

        Where the columns in `same` differ from the row that is there, nothing is written. No row may come twice in one `Put`.
        """
        key = [column.name for column in table.primary_key.columns]
        into = self._into(table)
        fixed = {*key, *keep, *same}
        fresh = {
            column.name: into.excluded[column.name] for column in table.columns if column.name not in fixed
        }
        where = and_(*(table.columns[name] == into.excluded[name] for name in sorted(same))) if same else None
        return self._rows(table, into.on_conflict_do_update(index_elements=key, set_=fresh, where=where))

    def remove(self, table: Table) -> str:
        """DELETE of the row with a primary key of one column."""
        (key,) = table.primary_key.columns
        return self.sql(delete(table).where(key == bindparam(key.name)))

    def sql(self, statement: ClauseElement | Select[Any]) -> str:
        """The text of a statement; its parameters come in the order in which they were named."""
        return str(statement.compile(dialect=self._dialect))

    def bound(self, statement: Select[Any]) -> tuple[str, list[Any]]:
        """A query that is made where it is asked, with its values: text and parameters."""
        compiled: Any = statement.compile(dialect=self._dialect, compile_kwargs={"render_postcompile": True})
        return str(compiled), [compiled.params[name] for name in compiled.positiontup]

    def some(self, statement: Select[Any]) -> str:
        """The text of a query whose last parameter is how many rows are wanted at most."""
        return f"{self.sql(statement)} LIMIT {self.sql(bindparam('limit'))}"

    def _into(self, table: Table) -> Any:
        return self._insert(table).values({column.name: bindparam(column.name) for column in table.columns})

    def _rows(self, table: Table, insert: ClauseElement) -> Put:
        compiled: Any = insert.compile(dialect=self._dialect)
        names = compiled.positiontup
        assert names == table.columns.keys(), "values come in the order of the columns, as in the rows"
        return self._put(table, self.sql(insert))

    @abstractmethod
    def part(self, column: ColumnElement[str], name: str) -> ColumnElement[Any]:
        """A field of the JSON text in a column; NULL where there is none. A text that is no JSON may be an error."""

    @abstractmethod
    def readable(self, connection: Connection, after: int, last: int) -> ColumnElement[bool]:
        """Whether an event's body is JSON, of those with after < seq <= last: nobody but who changed it makes one that is none."""

    @abstractmethod
    def _put(self, table: Table, insert: str) -> Put:
        """How rows are written with an INSERT of one row, `... VALUES (...) ...`."""
