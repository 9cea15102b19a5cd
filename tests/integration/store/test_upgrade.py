"""Halls of every schema there was are opened by the program of today.

What they are opened from are snapshots, `tests/data/schema/NNNN.sql`: each was left by the program that had this schema, with
rows in every table. A new schema gets its own with `.venv/bin/python tools/snapshot.py`; a snapshot is never made again or edited.

There is none of 0003: it came into the same program together with 0004, and no hall was ever left on it.
"""

from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from msgspec.structs import replace

from queue_server.engine.actor import Actor
from queue_server.engine.state import State
from queue_server.store.connection import engine
from queue_server.store.migrate import SCRIPTS, migrate, version
from queue_server.store.postgres import Postgres
from queue_server.store.schema import VERSION
from queue_server.store.segment import fetch, seal
from queue_server.store.sqlite import Sqlite, SqliteStore
from queue_server.store.table import TableStore
from queue_server.store.verify import verify
from queue_server.wire.command import CallNext, Open, Take
from queue_server.wire.error import Refusal
from tests.fakes.hall import FILING, FOUR, ONE, SEAL
from tests.fakes.play import KIOSK, ZHANG
from tests.fakes.postgres import Cluster
from tests.fakes.snapshot import NOON, SNAPSHOTS, Tables, lay, told
from tests.integration.store.stage import Stage

ZHAO = Actor("clerk", "zhao")
IN_POSTGRESQL = tuple(schema for schema in SNAPSHOTS if schema >= "0006")
"""The schemas of programs that could keep a hall in PostgreSQL."""


def found(connection: sa.Connection, like: Tables) -> Tables:
    """What a database has now of the tables and columns of a snapshot, in the snapshot's order."""
    rows: Tables = {}
    for name, before in like.items():
        columns: list[sa.ColumnClause[Any]] = [sa.column(column) for column in before[0]]
        query = sa.select(*columns).select_from(sa.table(name, *columns))
        rows[name] = sorted((_plain(row) for row in connection.execute(query).mappings()), key=repr)
    return rows


def _plain(row: Any) -> dict[str, Any]:
    return {key: bytes(value) if isinstance(value, memoryview) else value for key, value in row.items()}


def ordered(tables: Tables) -> Tables:
    """Rows in an order that both databases can be brought into."""
    return {name: sorted(rows, key=repr) for name, rows in tables.items()}


def in_postgresql(url: str, schema: str, rows: Tables) -> Postgres:
    """A database with the tables that the migrations up to a schema make, and the rows of its snapshot."""
    database = Postgres(url)
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("version_locations", str(SCRIPTS / "version"))
    config.set_main_option("path_separator", "newline")
    with database.engine().begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, schema)
        for name, some in rows.items():
            table = sa.table(name, *(sa.column(column) for column in some[0]))
            connection.execute(sa.insert(table), some)
    return database


def the_hall_goes_on(store: TableStore, rows: Tables) -> None:
    """Tickets, windows and stops are what they were; a ticket is taken, and those who waited longest are called first."""
    with closing(store):
        stage = Stage(store, now=datetime.fromisoformat(NOON))
        state: State = stage.state
        was = {
            row["id"]: (row["number"], row["state"], row["paper"])
            for row in rows["ticket"]
            if not row["ended_at"]
        }
        assert {
            row.id: (row.number, row.state, row.paper)
            for row in state.tickets.values()
            if row.ended_at is None
        } == was
        for row in rows["window"]:
            window = state.windows[row["id"]]
            assert (window.state, window.clerk, window.ticket, window.served) == (
                row["state"],
                row["clerk"],
                row["ticket"],
                row["served"],
            )
        with pytest.raises(Refusal, match="issuing"):
            stage.do(Take(service=SEAL), KIOSK)

        taken = stage.do(Take(service=FILING), KIOSK)
        assert taken.number not in {row["number"] for row in rows["ticket"] if row["day"] == "2026-11-26"}
        seat = next(row.get("seat") for row in rows["window"] if row["id"] == ONE)
        assert stage.do(CallNext(window=ONE), replace(ZHANG, seat=seat)).number == first(rows, "A")
        stage.do(Open(window=FOUR), ZHAO)
        assert stage.do(CallNext(window=FOUR), ZHAO).number == first(rows, "B")
    assert verify(store.database).whole


def first(rows: Tables, prefix: str) -> str:
    """The number of the ticket of a prefix that has waited longest."""
    waiting = [row for row in rows["ticket"] if (row["prefix"], row["state"]) == (prefix, "waiting")]
    return str(min(waiting, key=lambda row: row["issued_at"])["number"])


def test_there_is_a_snapshot_of_the_newest_schema() -> None:
    assert SNAPSHOTS[-1] == VERSION, "a new schema: run tools/snapshot.py and keep what it writes"
    assert SNAPSHOTS[0] == "0001"


@pytest.mark.parametrize("schema", SNAPSHOTS)
def test_a_snapshot_has_rows_in_every_table_and_tickets_in_every_state(schema: str) -> None:
    rows = told(schema)
    assert all(rows.values())
    assert {row["state"] for row in rows["ticket"]} >= {
        "waiting",
        "called",
        "serving",
        "served",
        "no_show",
        "cancelled",
        "expired",
    }
    assert {row["state"] for row in rows["window"]} == {"open", "paused", "closed"}


@pytest.mark.parametrize("schema", SNAPSHOTS)
def test_no_migration_loses_a_value(schema: str, tmp_path: Path) -> None:
    place = lay(schema, tmp_path)
    rows = told(schema)
    before = verify(Sqlite(place), tmp_path / "segments")
    with engine(place).begin() as connection:
        assert version(connection) == schema
        migrate(connection)
        assert version(connection) == VERSION
        assert found(connection, rows) == ordered(rows)
    assert before.whole
    assert verify(Sqlite(place), tmp_path / "segments") == before


@pytest.mark.parametrize("schema", SNAPSHOTS)
def test_a_hall_of_every_schema_goes_on(schema: str, tmp_path: Path) -> None:
    the_hall_goes_on(SqliteStore(lay(schema, tmp_path)), told(schema))


@pytest.mark.parametrize("schema", IN_POSTGRESQL)
def test_a_hall_of_every_schema_goes_on_in_postgresql_and_loses_no_value(
    schema: str, cluster: Cluster
) -> None:
    rows = told(schema)
    database = in_postgresql(cluster.url(cluster.bare()), schema, rows)
    with database.engine().begin() as connection:
        migrate(connection)
        assert version(connection) == VERSION
        assert found(connection, rows) == ordered(rows)
    the_hall_goes_on(TableStore(database), rows)


def test_a_month_that_an_older_program_sealed_is_there_for_the_other_server_too(
    cluster: Cluster, tmp_path: Path
) -> None:
    """That program knew of no place for it in the database: its file is handed over when the hall is first archived."""
    place = lay("0008", tmp_path / "one")
    database = in_postgresql(cluster.url(cluster.bare()), "0008", told("0008"))
    with database.engine().begin() as connection:
        migrate(connection)
    other = tmp_path / "other"
    assert verify(database, other).broken is not None
    assert seal(database, place.parent / "segments", date(2026, 9, 1)) == []
    (name,) = fetch(database, other)
    assert (other / name).read_bytes() == (place.parent / "segments" / name).read_bytes()
    assert verify(database, other).whole
