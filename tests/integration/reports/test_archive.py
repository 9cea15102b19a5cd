"""Months of the log that are long over go into files; the chain goes on through them, and from them when they are gone."""

import gzip
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from queue_server.app.archive import months_before
from queue_server.app.hall import SHIPPED, load
from queue_server.store import daily
from queue_server.store.anchor import Anchor, before
from queue_server.store.copy import copy_whole
from queue_server.store.glance import glance, log
from queue_server.store.postgres import Postgres
from queue_server.store.segment import BadSegment, Segment, fetch, forget, holds, rows, seal, sealed
from queue_server.store.sqlite import Sqlite, SqliteStore
from queue_server.store.verify import Break, verify
from queue_server.wire.day import day_start
from tests.fakes import year
from tests.fakes.postgres import Cluster
from tests.integration.app.test_main import do

HALL = load(SHIPPED).hall
LAST = date(2026, 11, 26)
DAYS = [date(2026, 1, 5), date(2026, 1, 30), date(2026, 3, 2), date(2026, 3, 3), date(2026, 11, 25), LAST]
"""Days of January, March and November."""
MAY = date(2026, 5, 1)
NOW = datetime(2026, 11, 26, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("months")
    year.fill(folder / "hall.sqlite3", HALL, year.draw(HALL, 80), DAYS)
    return folder


@pytest.fixture
def database(history: Path, tmp_path: Path) -> Sqlite:
    (tmp_path / "hall.sqlite3").write_bytes((history / "hall.sqlite3").read_bytes())
    return Sqlite(tmp_path / "hall.sqlite3")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "segments"


def count(database: Sqlite) -> int:
    connection = database.reader()
    found = connection.execute("SELECT count(*) FROM event").fetchone()[0]
    connection.close()
    return int(found)


def test_months_that_are_over_leave_the_table_and_the_chain_is_whole(database: Sqlite, folder: Path) -> None:
    was, events = verify(database), count(database)
    each = events // len(DAYS)
    done = seal(database, folder, MAY)
    assert [(one.name, one.first, one.last) for one in done] == [
        ("segment-2026-01.jsonl.gz", 1, 2 * each),
        ("segment-2026-03.jsonl.gz", 2 * each + 1, 4 * each),
    ]
    assert count(database) == events - 4 * each
    assert verify(database, folder) == was
    assert verify(database) == was, "without the files the table's word is taken"
    assert seal(database, folder, MAY) == []


def test_a_hall_knows_itself_by_its_first_event_when_that_is_in_a_file_too(
    database: Sqlite, folder: Path
) -> None:
    before_it = glance(database, HALL)
    seal(database, folder, MAY)
    assert log(database) == glance(database, HALL).log == before_it.log != ""


def test_a_sealed_month_holds_every_row_as_it_was(database: Sqlite, folder: Path) -> None:
    store = SqliteStore(database.path)
    events = {one.seq: one for one in store.events(0, 100_000)}
    store.close()
    for one in seal(database, folder, MAY):
        for seq, at, actor, command, _, body, prev, made in rows(folder, one):
            kept = events[seq]
            assert (kept.at.isoformat(timespec="microseconds"), kept.actor, kept.command) == (
                at,
                actor,
                command,
            )
            assert (bytes(kept.body).decode(), kept.prev_hash, kept.hash) == (body, prev.hex(), made.hex())


def test_what_was_done_to_a_file_is_found_and_where(database: Sqlite, folder: Path) -> None:
    first, second = seal(database, folder, MAY)
    place = folder / second.name
    lines = gzip.decompress(place.read_bytes()).splitlines(keepends=True)
    row = second.first + 10
    for harm, fault in (
        ([*lines[:10], lines[10].replace(b'"clerk', b'"klerk', 1), *lines[11:]], Break(row, "changed")),
        ([*lines[:10], *lines[11:]], Break(row, "changed")),
        ([*lines[:10], lines[10], *lines[10:]], Break(row + 1, "changed")),
        (lines[:-1], Break(second.last, "changed")),
        (lines[:10], Break(row, "changed")),
    ):
        assert harm != lines
        place.write_bytes(gzip.compress(b"".join(harm)))
        verdict = verify(database, folder)
        assert verdict.broken == fault
        assert (verdict.file, verdict.count) == (second.name, first.last), (
            "of a month all is proven or nothing"
        )
    place.write_bytes(b"no gzip")
    assert verify(database, folder).broken == Break(second.first, "changed")
    place.unlink()
    assert verify(database, folder).broken == Break(second.first, "removed")
    (folder / first.name).unlink()
    assert verify(database, folder).broken == Break(first.first, "removed")


def test_files_go_after_their_years_and_the_chain_goes_on_from_their_last_hash(
    database: Sqlite, folder: Path
) -> None:
    was = verify(database)
    first, second = seal(database, folder, MAY)
    assert [one.month for one in forget(database, folder, date(2026, 2, 1), NOW)] == ["2026-01"]
    assert forget(database, folder, date(2026, 2, 1), NOW) == []
    assert [path.name for path in folder.iterdir()] == [second.name]
    assert verify(database, folder) == was
    connection = database.reader()
    kept = sealed(connection, database)
    connection.close()
    assert (kept[0].hash, kept[0].gone_at is not None, kept[1].gone_at) == (first.hash, True, None)


def test_a_month_that_is_not_whole_is_not_sealed(database: Sqlite, folder: Path) -> None:
    connection = database.writer()
    connection.execute("UPDATE event SET actor = 'somebody else' WHERE seq = 20")
    connection.close()
    events = count(database)
    with pytest.raises(BadSegment):
        seal(database, folder, MAY)
    assert count(database) == events
    assert verify(database, folder).broken == Break(20, "changed")


def test_a_seal_that_was_broken_off_is_done_again(database: Sqlite, folder: Path) -> None:
    was, before_it = verify(database), database.path.read_bytes()
    (one, _) = seal(database, folder, MAY)
    left = count(database)
    # the power went while rows were leaving the table
    connection = database.writer()
    database.sql.event(connection, list(rows(folder, one))[-3:])
    connection.close()
    assert verify(database, folder) == was
    assert seal(database, folder, MAY) == []
    assert count(database) == left
    # and before: the files were there, and the table knew nothing of them
    database.path.write_bytes(before_it)
    assert len(seal(database, folder, MAY)) == 2
    assert (count(database), verify(database, folder)) == (left, was)


def test_a_signed_sheet_is_proven_in_a_sealed_month_too(database: Sqlite, folder: Path) -> None:
    signed = before(database, day_start(date(2026, 3, 3)))
    assert signed is not None
    seal(database, folder, MAY)
    assert holds(database, folder, signed)
    assert holds(database, folder, Anchor(signed.seq, signed.hash[:16]))
    assert not holds(database, folder, Anchor(signed.seq - 1, signed.hash))


def test_days_of_sealed_months_keep_their_numbers(database: Sqlite, folder: Path) -> None:
    daily.count(database, LAST)
    found = daily.counted(database, DAYS[0], LAST)
    seal(database, folder, MAY)
    daily.count(database, LAST)
    assert daily.counted(database, DAYS[0], LAST) == found


def test_the_command_line_seals_backs_up_and_restores(database: Sqlite, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "server.toml").write_text("[archive]\nmonths = 6\nyears = 1\n", encoding="utf-8")
    done = do("archive", "--data", tmp_path, "--today", "2026-11-26")
    assert done.returncode == 0, done.stderr
    assert "sealed: segment-2026-03.jsonl.gz" in done.stdout
    (tmp_path / "stick").mkdir()
    assert do("backup", "--data", tmp_path, "--to", tmp_path / "stick").returncode == 0
    assert do("restore", tmp_path / "stick", "--data", tmp_path / "other").returncode == 0
    assert do("verify", "--data", tmp_path / "other").returncode == 0
    later = do("archive", "--data", tmp_path, "--today", "2027-02-01")
    assert "deleted in its time: segment-2026-01.jsonl.gz" in later.stdout
    assert do("verify", "--data", tmp_path).returncode == 0


def test_months_are_counted_back_over_the_turn_of_years() -> None:
    assert months_before(date(2026, 11, 26), 13) == date(2025, 10, 1)
    assert months_before(date(2026, 1, 1), 1) == date(2025, 12, 1)
    assert months_before(date(2026, 1, 31), 60) == date(2021, 1, 1)


def test_a_log_in_postgresql_is_sealed_into_the_same_files(
    database: Sqlite, folder: Path, cluster: Cluster
) -> None:
    other = Postgres(cluster.url(cluster.database()))
    copy_whole(database.engine(), other.engine())
    was = verify(other)
    assert was == verify(database)
    seal(database, folder, MAY)
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert len(seal(other, folder, MAY)) == 2
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files
    assert verify(other, folder) == was
    daily.count(other, LAST)
    daily.count(database, LAST)
    assert daily.counted(other, DAYS[0], LAST) == daily.counted(database, DAYS[0], LAST)


def test_a_month_in_postgresql_is_there_for_the_other_server_and_when_a_machine_is_lost(
    database: Sqlite, folder: Path, tmp_path: Path, cluster: Cluster
) -> None:
    other, second = Postgres(cluster.url(cluster.database())), tmp_path / "second"
    copy_whole(database.engine(), other.engine())
    was = verify(other)
    seal(other, folder, MAY)
    assert verify(other, second).broken == Break(1, "removed")
    assert fetch(other, second) == ["segment-2026-01.jsonl.gz", "segment-2026-03.jsonl.gz"]
    assert verify(other, second) == was
    assert fetch(other, second) == []
    assert forget(other, second, date(2026, 2, 1), NOW) == sealed_in(other)[:1]
    assert fetch(other, tmp_path / "third") == ["segment-2026-03.jsonl.gz"]
    assert verify(other, tmp_path / "third").whole


def test_months_that_came_as_files_are_handed_to_the_database_of_several_servers(
    database: Sqlite, folder: Path, tmp_path: Path, cluster: Cluster
) -> None:
    seal(database, folder, MAY)
    other = Postgres(cluster.url(cluster.database()))
    copy_whole(database.engine(), other.engine())
    assert fetch(other, tmp_path / "second") == []
    assert seal(other, folder, MAY) == []
    assert len(fetch(other, tmp_path / "second")) == 2
    assert verify(other, tmp_path / "second") == verify(database, folder)


def test_a_file_that_is_not_what_was_sealed_is_not_handed_over(
    database: Sqlite, folder: Path, tmp_path: Path, cluster: Cluster
) -> None:
    (first, _) = seal(database, folder, MAY)
    (folder / first.name).write_bytes(gzip.compress(b"[]"))
    other = Postgres(cluster.url(cluster.database()))
    copy_whole(database.engine(), other.engine())
    with pytest.raises(BadSegment):
        seal(other, folder, MAY)
    assert fetch(other, tmp_path / "second") == []


def sealed_in(database: Postgres) -> list[Segment]:
    """The sealed months of a database, as they were sealed."""
    connection = database.reader()
    try:
        return [msgspec.structs.replace(each, gone_at=None) for each in sealed(connection, database)]
    finally:
        connection.close()
