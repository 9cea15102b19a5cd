"""Days together: their figures are those of their closing reports and of their tickets, in every form in which they are given."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from openpyxl import load_workbook

from queue_server.app.hall import SHIPPED, load
from queue_server.reports import table
from queue_server.reports.appraisal import Weights, appraisal
from queue_server.reports.day import report as closing
from queue_server.reports.figure import FEW
from queue_server.reports.period import PeriodReport, Row, report
from queue_server.store import daily, past
from queue_server.store.sqlite import Sqlite
from queue_server.wire.day import day_start, local_day
from tests.fakes import year
from tests.fakes.house import house
from tests.integration.app.test_main import do

HALL = load(SHIPPED).hall
LAST = date(2026, 11, 26)
DAYS = year.working_days(10, LAST)
TICKETS = 150
NOW = day_start(LAST) + timedelta(hours=20)
COUNTS = ("taken", "served", "missed", "cancelled", "expired", "waited", "kept", "timed", "calls", "content")


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with ten working days in it, of which all but today are counted."""
    folder = tmp_path_factory.mktemp("history")
    year.fill(folder / "hall.sqlite3", HALL, year.draw(HALL, TICKETS), DAYS)
    assert do("import", SHIPPED, "--data", folder).returncode == 0
    daily.count(Sqlite(folder / "hall.sqlite3"), LAST)
    return folder


@pytest.fixture
def database(history: Path) -> Sqlite:
    return Sqlite(history / "hall.sqlite3")


@pytest.mark.parametrize("day", [DAYS[0], DAYS[-2], LAST], ids=["counted", "counted again", "today"])
def test_a_day_has_the_figures_of_its_closing_report(database: Sqlite, day: date) -> None:
    found, sheet = report(database, day, day, NOW), closing(database, day, NOW)
    lines = {line.letter: line for line in (*sheet.zones, sheet.whole)}
    whole = Row("", "", sheet.whole.name, found.whole)
    assert {row.letter for row in (*found.zones, whole)} == set(lines)
    for row in (*found.zones, whole):
        line, told = lines[row.letter], row.figures
        assert row.name == line.name
        assert (told.taken, told.served, told.missed) == (line.sum.issued, line.sum.served, line.sum.missed)
        assert (told.cancelled, told.expired) == (line.sum.cancelled, line.sum.expired)
        assert told.wait_mean_min == pytest.approx(line.wait_min)
        assert told.service_mean_min == pytest.approx(line.service_min)
        assert told.rated == line.sum.rated
        if sum(told.rated) >= FEW:
            assert told.content_share == pytest.approx(line.content)


def test_a_period_is_the_sum_of_its_days_and_of_each_of_its_parts(database: Sqlite) -> None:
    whole = report(database, DAYS[0], LAST, NOW)
    days = [report(database, day, day, NOW) for day in DAYS]
    assert whole.counted == len(DAYS)
    for name in COUNTS:
        expected = sum(getattr(day.whole, name) for day in days)
        assert getattr(whole.whole, name) == expected, name
        for parts in (whole.zones, whole.departments, whole.services, whole.windows, whole.hours, whole.days):
            assert sum(getattr(row.figures, name) for row in parts) == expected, name
        assert sum(getattr(row.figures, name) for row in whole.clerks) == expected, name


def test_a_median_of_many_days_is_that_of_all_their_tickets(database: Sqlite) -> None:
    waits = sorted(
        round((step.called_at - step.since_at).total_seconds())
        for day in DAYS
        for ticket in past.tickets(database, day)
        for step in ticket.steps
        if step.called_at is not None and step.since_at is not None
    )
    found = report(database, DAYS[0], LAST, NOW).whole
    assert found.waited == len(waits)
    assert found.wait_median_min == waits[(len(waits) + 1) // 2 - 1] / 60
    assert found.wait_longest_min == waits[-1] / 60


def test_days_that_an_older_program_counted_are_counted_from_their_tickets(
    database: Sqlite, tmp_path: Path
) -> None:
    (tmp_path / "hall.sqlite3").write_bytes(database.path.read_bytes())
    older = Sqlite(tmp_path / "hall.sqlite3")
    connection = older.writer()
    connection.execute("UPDATE mark SET key = 'counted' WHERE key = ?", (daily.COUNTED,))
    connection.execute(
        'UPDATE daily SET cell = \'{"zone":"A","service":"","window":"","clerk":"","hour":9}\''
    )
    connection.close()
    assert report(older, DAYS[0], LAST, NOW) == report(database, DAYS[0], LAST, NOW)
    daily.count(older, LAST)
    assert daily.counted(older, DAYS[0], LAST) == daily.counted(database, DAYS[0], LAST)


def test_an_appraisal_has_the_counts_of_the_report_beside_its_scores(database: Sqlite) -> None:
    found = appraisal(database, DAYS[0], LAST, NOW, Weights())
    figures = {row.id: row.figures for row in report(database, DAYS[0], LAST, NOW).windows}
    assert found.windows
    for row in found.windows:
        told = figures[row.id]
        assert (row.figures.served, row.figures.rated, row.figures.kept) == (
            told.served,
            told.rated,
            told.kept,
        )
        assert (row.scores.whole is None) == (told.served < FEW)
    assert max(row.scores.work or 0 for row in found.windows) == 100
    assert all(row.scores.pause is None for row in found.departments)
    assert "不足5人次" in found.formula[-1].zh


async def test_a_bad_rating_counts_from_the_verdict_that_it_is_valid_until_somebody_objects(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as home:
        await home.ask("POST", "/windows/1/open", "clerk", {})
        for level in (5, 5, 4, 3, 5, 1, 2, 1):
            ticket = await home.take()
            await home.ask("POST", "/windows/1/call-next", "clerk")
            await home.ask("POST", "/windows/1/finish", "clerk", {})
            rated = {"step": f"{ticket['id']}/0", "level": level, "channel": "paper"}
            assert (await home.ask("POST", "/ratings", "supervisor", rated))[0] == 201
        _, found = await home.ask("GET", "/cases", "supervisor")
        one, two, _ = [case["id"] for case in found]

        async def do(case: str, *deeds: tuple[str, dict[str, str]]) -> None:
            for verb, body in deeds:
                status, answer = await home.ask("POST", f"/cases/{case}/{verb}", "supervisor", body)
                assert status == 200, answer

        reached = ("contact", {"whom": "visitor", "outcome": "reached"})
        valid = ("close", {"verdict": "valid", "text": "等候时间过长"})
        now = home.flow.clock.now()
        assert bad_ratings(tmp_path, now) == (3, 0, 100)
        await do(one, reached, ("close", {"verdict": "mistaken", "text": "按错了"}))
        assert bad_ratings(tmp_path, now) == (3, 0, 100)
        await do(two, reached, ("rectify", {"text": "加开窗口"}), ("answer", {"text": "已致歉"}), valid)
        assert bad_ratings(tmp_path, now) == (3, 1, 83.3)
        await do(two, ("appeal", {"whom": "clerk", "text": "当时系统故障"}))
        assert bad_ratings(tmp_path, now) == (3, 0, 100)


def bad_ratings(folder: Path, now: datetime) -> tuple[int, int, float | None]:
    """Of the one window today: bad ratings, those that count, and the points for satisfaction. The files say the same."""
    today = local_day(now)
    found = appraisal(Sqlite(folder / "hall.sqlite3"), today, today, now, Weights())
    (window,), (clerk,), (department,) = found.windows, found.clerks, found.departments
    assert window.upheld == clerk.upheld == department.upheld
    assert window.figures.content_share == 0.625, "as the report says: of all who rated"
    (sheet,) = [each for each in table.tables(found) if each.name == table.word("of_windows")]
    row = dict(zip(sheet.head, sheet.rows[0], strict=True))
    assert (row["差评"], row["计入的差评"]) == (window.disliked, window.upheld)
    assert "差评  计入的差评" in table.as_text(found)
    return window.disliked, window.upheld, window.scores.content


def texts(content: bytes) -> Iterator[str]:
    """Every cell of a workbook that is text, as it reads back; a formula is none."""
    for sheet in load_workbook(io.BytesIO(content)):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.value
                if isinstance(cell.value, str):
                    yield cell.value


def test_a_workbook_and_a_csv_say_what_the_report_says(database: Sqlite) -> None:
    found = report(database, DAYS[0], LAST, NOW)
    made = table.tables(found)
    book = load_workbook(io.BytesIO(table.as_xlsx(made)))
    assert book.sheetnames == [
        "全厅",
        "服务区",
        "部门",
        "业务",
        "窗口",
        "人员",
        "时段",
        "日期",
        "顺序外叫号",
        "口径",
    ]
    head = [cell.value for cell in next(book["服务区"].iter_rows())]
    first = [cell.value for cell in next(book["服务区"].iter_rows(min_row=2))]
    assert head[:5] == ["编号", "字母", "名称", "取号", "办结"]
    assert first[2:5] == [HALL.zones[0].name.zh, found.zones[0].figures.taken, found.zones[0].figures.served]
    content = table.as_csv(made)
    assert content.startswith("\N{BYTE ORDER MARK}".encode())
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[1][:6] == ["全厅", "", "", "全厅", str(found.whole.taken), str(found.whole.served)]


@pytest.mark.parametrize("word", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "\x01=1"])
def test_no_name_is_read_as_a_formula(word: str) -> None:
    made = [table.Table("业务", ("编号", "名称"), ((word, 1),))]
    plain = word.replace("\x01", "")
    assert f"'{plain}" in list(texts(table.as_xlsx(made)))
    (_, row, _) = csv.reader(io.StringIO(table.as_csv(made).decode("utf-8-sig")))
    assert row == ["业务", f"'{plain}", "1"]


def test_the_command_line_writes_files_and_says_what_is_wrong(history: Path, tmp_path: Path) -> None:
    days = ("--from", DAYS[0], "--to", DAYS[-1], "--data", history)
    done = do("report", "period", *days, "--out", tmp_path / "period.xlsx")
    assert (done.returncode, done.stderr) == (0, "")
    assert zipfile.is_zipfile(tmp_path / "period.xlsx")
    told = do("report", "appraisal", "--year", 2026, "--data", history)
    assert "综合得分=（效率×35+质量×35+工作量×30）÷100" in told.stdout
    (tmp_path / "server.toml").write_text("[appraisal]\nwork = 0\n", encoding="utf-8")
    assert "应以.xlsx或.csv结尾" in do("report", "period", *days, "--out", "period.pdf").stderr
    assert (
        "结束日期早于开始日期"
        in do("report", "period", "--from", LAST, "--to", DAYS[0], "--data", history).stderr
    )


async def test_a_server_gives_figures_and_files_to_those_who_may_read_them(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await home.take()
        today = home.flow.durable.day
        status, told = await home.ask("GET", f"/reports/period?from={today}", "supervisor")
        assert status == 200
        assert msgspec.convert(told, PeriodReport).whole.taken == 1
        status, told = await home.ask("GET", f"/reports/appraisal?year={today.year}", "auditor")
        assert (status, told["from"]) == (200, f"{today.year}-01-01")
        path = f"{home.address}/api/v1/reports/period/xlsx?from={today}"
        async with home.client.get(path, headers=home.auth("manager")) as answer:
            assert zipfile.is_zipfile(io.BytesIO(await answer.read()))
            assert f"period-{today}-{today}.xlsx" in answer.headers["Content-Disposition"]
        assert (await home.ask("GET", f"/reports/period?from={today}", "clerk"))[0] == 403
        for wrong in (
            "",
            "?from=today",
            "?from=2026-11-26&to=2026-11-25",
            "?from=20261126",
            "?of=all",
            "?from=2099-01-01",
        ):
            status, told = await home.ask("GET", f"/reports/period{wrong}", "manager")
            assert (status, told["code"]) == (422, "request.invalid"), wrong
        for wrong in ("period/pdf?from=2026-11-26", "appraisal?year=26", "appraisal?year=2026&month=1"):
            status, told = await home.ask("GET", f"/reports/{wrong}", "manager")
            assert (status, told["code"]) == (422, "request.invalid"), wrong
