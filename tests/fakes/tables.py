"""Empty tables in a new SQLite file, in a moment: what all migrations made once is made again, statement by statement.

A test that starts a hall starts with a new file, and to bring that through every version that the tables ever had takes longer than
most tests. What migrations do is asked of themselves: `tests/integration/store/test_migration.py` and `test_upgrade.py`.
"""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Connection

from queue_server.store import account, table
from queue_server.store.connection import engine, reader
from queue_server.store.migrate import migrate, version


@cache
def _made() -> tuple[str, ...]:
    """The statements that make what a database of this program's version is before anything is in it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        with engine(path).begin() as connection:
            migrate(connection)
        with closing(reader(path)) as made:
            return tuple(made.iterdump())[1:-1]  # between BEGIN and COMMIT


def lay(connection: Connection) -> None:
    """As `migrate`."""
    if connection.dialect.name != "sqlite" or version(connection) is not None:
        migrate(connection)
        return
    for statement in _made():
        connection.exec_driver_sql(statement)


@pytest.fixture(scope="session", autouse=True)
def _tables_in_a_moment() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for opens in (account, table):
            patch.setattr(opens, "migrate", lay)
        yield
