"""The schema that migrations make is the schema that the code speaks of."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from queue_server.store import schema
from queue_server.store.connection import engine, reader
from queue_server.store.migrate import SCRIPTS, migrate, version
from queue_server.store.postgres import Postgres
from tests.fakes.postgres import Cluster
from tests.fakes.tables import lay


def described(connection: sa.Connection) -> dict[str, Any]:
    """Every table as the database itself describes it."""
    inspector = sa.inspect(connection)
    return {
        name: (
            [(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(name)],
            inspector.get_pk_constraint(name)["constrained_columns"],
            sorted(
                (
                    index["name"],
                    index["column_names"],
                    str(index["dialect_options"].get(f"{connection.dialect.name}_where")),
                )
                for index in inspector.get_indexes(name)
            ),
        )
        for name in inspector.get_table_names()
        if name != "alembic_version"
    }


def test_migrations_make_the_tables_that_the_code_speaks_of(tmp_path: Path) -> None:
    with engine(tmp_path / "migrated.db").begin() as connection:
        migrate(connection)
        migrated = described(connection)
    with engine(tmp_path / "created.db").begin() as connection:
        schema.metadata.create_all(connection)
        created = described(connection)
    assert migrated == created
    assert set(migrated) == set(schema.metadata.tables)


def test_tables_that_tests_lay_in_a_moment_are_those_that_migrations_make(tmp_path: Path) -> None:
    made = []
    for name, make in (("migrated", migrate), ("laid", lay)):
        with engine(tmp_path / f"{name}.db").begin() as connection:
            make(connection)
        with closing(reader(tmp_path / f"{name}.db")) as found:
            made.append(list(found.iterdump()))
    assert made[0] == made[1]


def test_they_make_the_same_tables_in_postgresql(cluster: Cluster) -> None:
    made = Postgres(cluster.url(cluster.database())).engine()
    with made.connect() as connection:
        migrated = described(connection)
        schema.metadata.drop_all(connection)
        schema.metadata.create_all(connection)
        created = described(connection)
        connection.rollback()
    assert migrated == created
    # Servers make for themselves what says whose turn it is, and what keeps sealed files.
    assert set(migrated) - {"term", "segment_file"} == set(schema.metadata.tables)


def test_two_programs_may_make_the_tables_at_the_same_time(cluster: Cluster) -> None:
    place = cluster.url(cluster.bare())
    script = (
        "import sys; from queue_server.store.account import People; from queue_server.store.place import at; "
        "sys.stdin.readline(); People(at(sys.argv[1])).open()"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", script, place], stdin=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for each in both:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.close()
    assert [each.wait() for each in both] == [0, 0]


def test_the_newest_migration_is_the_version_that_the_code_speaks_of() -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("version_locations", str(SCRIPTS / "version"))
    config.set_main_option("path_separator", "newline")
    assert ScriptDirectory.from_config(config).get_heads() == [schema.VERSION]


def test_a_migration_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    made = engine(tmp_path / "hall.db")
    with made.connect() as connection:
        migrate(connection)
        connection.close()  # without a commit, as when the power goes
    with made.begin() as connection:
        assert sa.inspect(connection).get_table_names() == []
        assert version(connection) is None
        migrate(connection)
        migrate(connection)
        assert version(connection) == schema.VERSION
