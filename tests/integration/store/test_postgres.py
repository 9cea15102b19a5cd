"""The PostgreSQL store: what every store promises, and what only a database server can."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from queue_server.flow.port import Store, Unavailable
from queue_server.store.account import People
from queue_server.store.error import StoreNotDurable, StoreTooNew, StoreUnreadable
from queue_server.store.postgres import Postgres
from queue_server.store.schema import VERSION
from queue_server.store.table import TableStore
from queue_server.store.verify import verify
from tests.fakes.hall import FILING
from tests.fakes.postgres import PASSWORD, Cluster
from tests.integration.store.stage import Stage
from tests.integration.store.suite import StoreSuite, a_busy_morning


class TestPostgresStore(StoreSuite):
    @pytest.fixture(autouse=True)
    def stores(self, cluster: Cluster) -> Iterator[None]:
        """Every store that was made is closed."""
        self.cluster = cluster
        self.made: dict[Path, str] = {}
        self.open: list[Store] = []
        yield
        for store in self.open:
            store.close()

    def make(self, place: Path) -> Store:
        url = self.made.get(place)
        if url is None:
            url = self.made[place] = self.cluster.url(self.cluster.database())
        self.open.append(TableStore(Postgres(url)))
        return self.open[-1]

    def words(self, store: Store, reference: str) -> str | None:
        assert isinstance(store, TableStore)
        with store.database.engine().connect() as connection:
            found = connection.exec_driver_sql("SELECT words FROM note WHERE ref = %s", (reference,)).first()
        return None if found is None else str(found[0])


@pytest.fixture
def database(cluster: Cluster) -> Postgres:
    return Postgres(cluster.url(cluster.database()))


@pytest.fixture
def stage(database: Postgres) -> Iterator[Stage]:
    made = Stage(TableStore(database))
    yield made
    made.store.close()


@pytest.mark.parametrize("setting", ["synchronous_commit", "fsync", "full_page_writes"])
def test_a_database_that_may_lose_what_it_confirmed_is_refused_with_a_sentence(
    database: Postgres, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setattr("queue_server.store.postgres.DURABLE", {setting: "on"})
    with pytest.raises(StoreNotDurable, match=f"{setting} = off") as fault:
        TableStore(database).open()
    assert f"{setting}为off" in fault.value.text.zh


def test_synchronous_commit_off_is_found_where_it_was_set(cluster: Cluster) -> None:
    name = cluster.database()
    with psycopg.connect(cluster.url(name), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off".encode())
    with pytest.raises(StoreNotDurable, match="synchronous_commit"):
        TableStore(Postgres(cluster.url(name))).open()
    with pytest.raises(StoreNotDurable, match="synchronous_commit"):
        People(Postgres(cluster.url(name))).open()


def test_a_database_that_cannot_hold_chinese_is_refused(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    with pytest.raises(StoreUnreadable, match="UTF8"):
        TableStore(Postgres(cluster.url("latin"))).open()


def test_a_newer_database_is_refused_with_a_sentence(database: Postgres) -> None:
    with database.connect() as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(StoreTooNew, match=f"newer than the {VERSION} of this program"):
        TableStore(database).open()


def test_a_database_that_is_not_there_is_unavailable(cluster: Cluster) -> None:
    with pytest.raises(Unavailable, match="nowhere"):
        TableStore(Postgres(cluster.url("nowhere"))).open()
    with pytest.raises(Unavailable, match="nowhere"):
        People(Postgres(cluster.url("nowhere"))).open()


def test_the_password_is_told_to_nobody(cluster: Cluster) -> None:
    name = cluster.database()
    database = Postgres(cluster.address(name))
    store = TableStore(database)
    store.open()
    store.close()
    assert str(database) == f"postgresql://127.0.0.1:{cluster.port}/{name}"
    wrong = Postgres(cluster.address("nowhere"))
    with pytest.raises(Unavailable) as fault:
        TableStore(wrong).open()
    for told in (str(database), repr(database), str(fault.value), repr(fault.value)):
        assert PASSWORD not in told
    with pytest.raises(ValueError, match="not a URL") as bad:
        Postgres(f"postgresql://jiaohao:{PASSWORD}@[::1/hall")
    assert PASSWORD not in str(bad.value)


def test_the_log_of_a_day_is_whole_also_while_it_is_written(stage: Stage, database: Postgres) -> None:
    assert verify(database).whole
    a_busy_morning(stage)
    verdict = verify(database)
    assert verdict.whole
    assert (verdict.count, verdict.seq) == (stage.state.seq, stage.state.seq)


def test_a_connection_that_ended_is_made_anew(stage: Stage, database: Postgres) -> None:
    stage.take(FILING)
    assert len(stage.store.events(0, 10)) == 1
    with database.connect() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with pytest.raises(Unavailable):
        stage.store.events(0, 10)
    assert len(stage.store.events(0, 10)) == 1
    before = stage.state.seq
    with pytest.raises(Unavailable):
        stage.take(FILING)
    stage.state = stage.store.load(stage.state.plan, stage.now)
    assert stage.state.seq == before
    assert stage.take(FILING).number == "A002"
