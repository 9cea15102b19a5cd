"""Days on paper and in the table of days, from a store with some weeks of history."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from queue_server.app.hall import SHIPPED, load
from queue_server.engine import event as e
from queue_server.engine.apply import apply
from queue_server.engine.event import Stamped, decode
from queue_server.engine.state import State
from queue_server.reports import sheet
from queue_server.reports.day import report
from queue_server.store import daily
from queue_server.store.anchor import Anchor, before, holds
from queue_server.store.sqlite import Sqlite, SqliteStore
from queue_server.store.verify import verify
from queue_server.views.daily import Cell, cells, total
from queue_server.wire.day import day_end, day_start
from tests.fakes import year
from tests.integration.app.test_main import do

HALL = load(SHIPPED).hall
LAST = date(2026, 11, 26)
DAYS = year.working_days(10, LAST)
TICKETS = 150


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with ten working days in it."""
    folder = tmp_path_factory.mktemp("history")
    year.fill(folder / "hall.sqlite3", HALL, year.draw(HALL, TICKETS), DAYS)
    assert do("import", SHIPPED, "--data", folder).returncode == 0
    return folder


@pytest.fixture
def database(history: Path, tmp_path: Path) -> Sqlite:
    """A copy of it."""
    (tmp_path / "hall.sqlite3").write_bytes((history / "hall.sqlite3").read_bytes())
    return Sqlite(tmp_path / "hall.sqlite3")


def test_days_are_counted_once_they_are_over_and_again_while_they_may_change(database: Sqlite) -> None:
    assert daily.count(database, LAST) == DAYS[:-1]
    found = daily.counted(database, DAYS[0], LAST)
    assert list(found) == DAYS[:-1]
    assert found == {day: daily.now(database, day) for day in DAYS[:-1]}
    assert total(found[DAYS[0]]).issued >= TICKETS
    again = daily.count(database, LAST)
    assert again == [day for day in DAYS[:-1] if day >= DAYS[-2] - timedelta(days=7)]
    assert daily.counted(database, DAYS[0], LAST) == found


def test_a_counted_day_is_what_its_events_say(database: Sqlite) -> None:
    daily.count(database, LAST)
    zones = {service.id: service.zone for service in HALL.services}
    store, day = SqliteStore(database.path), DAYS[3]
    state, seq = State(HALL, day), 0
    state.turned_at = day_start(day)
    events = [each for each in store.events(0, 100_000) if day_start(day) <= each.at < day_end(day)]
    for seq, stored in enumerate(events, 1):
        apply(state, Stamped(seq, stored.at, stored.actor, stored.command, decode(bytes(stored.body))))
    store.close()
    assert seq > TICKETS
    promised = HALL.promised
    made = cells(state.tickets.values(), zones.get, lambda service, kind: promised[service].get(kind))
    found = daily.counted(database, day, day)[day]
    assert made == [told for cell in found if (told := of_tickets(cell)).issued or told.waited]
    called = [decode(bytes(stored.body)) for stored in events]
    assert total(found).calls == sum(isinstance(event, e.Called) for event in called)
    opened = {cell.window: cell for cell in found if not cell.service}
    assert set(opened) == {event.window for event in called if isinstance(event, e.Opened)}
    assert all(cell.open_s > 0 and not cell.paused_s for cell in opened.values())


def of_tickets(cell: Cell) -> Cell:
    """What of it tickets say."""
    return replace(cell, calls=0, turns={}, open_s=0, paused_s=0)


def test_a_report_says_what_became_of_a_day_and_locks_its_log(database: Sqlite) -> None:
    found = report(database, DAYS[4], day_start(LAST))
    assert [line.letter for line in found.zones] == [zone.letter for zone in HALL.zones]
    assert found.whole.sum == total(daily.now(database, DAYS[4]))
    assert found.over
    assert found.anchor is not None
    store = SqliteStore(database.path)
    (last, following) = store.events(found.anchor.seq - 1, 2)
    store.close()
    assert last.hash == found.anchor.hash
    assert last.at < day_end(DAYS[4]) <= following.at
    text, page = sheet.text(found), sheet.page(found)
    for told in (HALL.name.zh, HALL.zones[0].name.zh, str(DAYS[4]), str(found.anchor)):
        assert told in text
        assert told in page


def test_a_day_without_anything_is_a_report_of_nothing(database: Sqlite) -> None:
    found = report(database, DAYS[0] - timedelta(days=1), day_start(LAST))
    assert (found.whole.sum.issued, found.whole.wait_min, found.anchor) == (0, None, None)
    assert "日志 log  –" in sheet.text(found)
    assert not report(database, LAST, day_start(LAST)).over


def test_the_last_event_before_a_time_is_found_wherever_it_is(database: Sqlite) -> None:
    store = SqliteStore(database.path)
    events = store.events(0, 100_000)
    store.close()
    for place in (0, 1, 2, 500, 501, len(events) - 2, len(events) - 1):
        at = events[place].at
        expected = [each for each in events if each.at < at]
        found = before(database, at)
        assert found == (Anchor(expected[-1].seq, expected[-1].hash) if expected else None)


def test_a_signed_sheet_finds_a_log_that_was_replaced_whole(database: Sqlite, tmp_path: Path) -> None:
    signed = report(database, DAYS[4], day_start(LAST)).anchor
    assert signed is not None
    done = do("verify", "--data", tmp_path, "--anchor", str(signed))
    assert (done.returncode, f"as the report says: {signed.seq}" in done.stdout) == (0, True)
    assert do("verify", "--data", tmp_path, "--anchor", f"{signed.seq}:{signed.hash[:20]}").returncode == 0
    cut_off = do("verify", "--data", tmp_path, "--anchor", f"{signed.seq + 9000}:{signed.hash[:20]}")
    assert (cut_off.returncode, "日志只到第" in cut_off.stderr) == (1, True)
    # another log, every hash of which is right: as it would be if somebody had written all of it anew
    forged = tmp_path / "forged"
    forged.mkdir()
    year.fill(forged / "hall.sqlite3", HALL, year.draw(HALL, TICKETS + 1), DAYS)
    assert verify(Sqlite(forged / "hall.sqlite3")).whole
    told = do("verify", "--data", forged, "--anchor", str(signed))
    assert (told.returncode, "日志被换过" in told.stderr) == (1, True)
    assert not holds(database, Anchor(10**9, signed.hash))


@pytest.mark.parametrize(
    "text", ["", "5", "5:", "5:abc", "x:0123456789abcdef", "5:0123456789abcdeg", "5:" + "0" * 65]
)
def test_what_is_no_anchor_is_told(tmp_path: Path, text: str) -> None:
    assert Anchor.parse(text) is None
    assert "应写成“序号:哈希”" in do("verify", "--data", tmp_path, "--anchor", text).stderr


def test_the_command_line_prints_a_day(tmp_path: Path, history: Path) -> None:
    done = do("report", "day", "--data", history, "--date", DAYS[2])
    assert done.returncode == 0, done.stderr
    assert f"{DAYS[2]} · 打印" in done.stdout
    assert do("report", "day", "--data", history, "--html").stdout.startswith("<!doctype html>")
    assert "还没有数据库" in do("report", "day", "--data", tmp_path / "none").stderr
