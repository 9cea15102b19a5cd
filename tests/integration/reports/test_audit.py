"""What auditors are told of the log is the log: to the ticket as the closing report says, from the table and from sealed months."""

import asyncio
import csv
import gzip
import io
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from queue_server.app.hall import SHIPPED, load
from queue_server.engine.hall import Rules
from queue_server.reports import audit, sheet
from queue_server.reports.audit import Archive
from queue_server.reports.day import report
from queue_server.store import daily
from queue_server.store.book import Sealed
from queue_server.store.copy import copy_whole
from queue_server.store.postgres import Postgres
from queue_server.store.segment import forget, seal
from queue_server.store.sqlite import Sqlite
from queue_server.views.daily import total
from queue_server.wire.audit import LogAsked
from queue_server.wire.day import day_start, local_day
from queue_server.wire.ids import WindowId
from tests.fakes import year
from tests.fakes.hall import MORNING, hall
from tests.fakes.house import House, house
from tests.fakes.postgres import Cluster
from tests.integration.app.test_main import do
from tests.integration.reports.test_archive import DAYS, MAY, NOW

TODAY = local_day(MORNING)


async def a_morning_out_of_turn(home: House) -> None:
    """Calls in turn and out of it, for the reasons of rules and of people; one of them is taken back."""
    for window, clerk in (("1", "clerk"), ("2", "li")):
        opened = {"clerk": clerk, "reason": "开厅"}
        assert (await home.ask("POST", f"/windows/{window}/open", "manager", opened))[0] == 200
    tickets = [await home.take() for _ in range(6)]
    elder = {"class": "priority", "class_reason": "证件已看"}
    await home.take(who="steward", **elder)
    assert (await home.ask("POST", "/windows/1/call-next", "clerk"))[1]["number"] == "A007"

    async def call(ticket: dict[str, Any], reason: str) -> None:
        body = {"ticket": ticket["id"], "reason": reason}
        assert (await home.ask("POST", "/windows/1/call", "clerk", body))[0] == 200

    await call(tickets[3], "材料已备齐")
    await home.ask("POST", "/windows/1/undo", "clerk", {})
    await call(tickets[4], '=HYPERLINK("http://x")')
    await home.ask("POST", "/windows/1/walk-in", "clerk", {"service": "filing", "reason": "只问一句"})
    move = {"service": "filing", "place": "first", "reason": "赶火车"}
    await home.ask("POST", f"/tickets/{tickets[5]['id']}/move", "manager", move)
    for _ in range(4):
        await home.ask("POST", "/windows/1/call-next", "clerk")


def by_hand(events: list[dict[str, Any]]) -> tuple[int, list[int]]:
    """How many calls a log has that were not taken back, and the seqs of those that passed somebody over: by nothing of ours."""
    calls = [each for each in events if each["body"]["type"] == "called"]
    for each in events:
        if each["body"]["type"] == "undone":
            calls = [one for one in calls if not each["body"]["first"] <= one["seq"] < each["seq"]]
    return len(calls), [each["seq"] for each in calls if each["body"].get("skipped", 0) > 0]


async def test_page_closing_report_and_log_agree_to_the_ticket(tmp_path: Path) -> None:
    async with house(tmp_path, plan=hall(Rules(policy="strict"))) as home:
        await a_morning_out_of_turn(home)
        _, told = await home.ask("GET", "/audit/skips", "auditor")
        _, events = await home.ask("GET", "/events?limit=1000", "auditor")
        path = f"{home.address}/api/v1/audit/{TODAY}/skips.csv"
        async with home.client.get(path, headers=home.auth("supervisor")) as answer:
            file = await answer.read()
        path = f"{home.address}/api/v1/reports/day/{TODAY}"
        async with home.client.get(path, headers=home.auth("supervisor")) as answer:
            printed = await answer.text()
        made = report(Sqlite(tmp_path / "hall.sqlite3"), TODAY, MORNING)
    calls, seqs = by_hand(events)
    assert sorted(one["seq"] for one in told["skips"] if not one["undone"]) == seqs
    assert (told["calls"], told["unexplained"], len(seqs)) == (calls, 0, 4)
    assert made.whys is not None
    assert [(one.why, one.count, one.skipped) for one in made.whys] == [
        tuple(one.values()) for one in told["whys"]
    ]
    assert (made.calls, sum(one.count for one in made.whys)) == (calls, len(seqs))
    assert Counter(one["why"] for one in told["skips"]) == {"class": 1, "chosen": 2, "walk_in": 1, "moved": 1}
    assert [(one["window"], one["count"]) for one in told["windows"]] == [("1", 4)]
    figures = total(daily.now(Sqlite(tmp_path / "hall.sqlite3"), TODAY))
    assert (figures.calls, sum(figures.turns.values())) == (calls, len(seqs)), "as the figures of days say"
    assert [one["number"] for one in told["skips"] if one["undone"]] == ["A004"]
    assert sheet.turns(made) in printed
    assert f"4 / {calls}" in printed
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))
    assert [row[-1] for row in rows[1:]] == [str(one["seq"]) for one in told["skips"]]
    assert [row[9] for row in rows[1:] if "HYPERLINK" in row[9]] == ['\'=HYPERLINK("http://x")']


def test_windows_of_one_count_stand_in_the_hall_s_order() -> None:
    counted = {WindowId(window): count for window, count in {"35": 1, "gone": 1, "8": 1, "2": 3}.items()}
    assert [window for window, _ in audit.ranked(counted, load(SHIPPED).hall)] == ["2", "8", "35", "gone"]


async def test_a_call_that_nobody_explains_stands_first_and_is_counted_by_page_and_report(
    tmp_path: Path,
) -> None:
    async with house(tmp_path, plan=hall(Rules(policy="strict"))) as home:
        await a_morning_out_of_turn(home)
        _, events = await home.ask("GET", "/events?limit=1000", "auditor")
    (seq,) = [
        each["seq"]
        for each in events
        if each["body"]["type"] == "called" and each["body"].get("reason") == "class"
    ]
    database = Sqlite(tmp_path / "hall.sqlite3")
    connection = database.writer()
    gone = ',"reason":"class"'
    connection.execute("UPDATE event SET body = replace(body, ?, '') WHERE seq = ?", (gone, seq))
    connection.close()
    found = audit.skips(Archive(database, None, {}), TODAY)
    assert (found.unexplained, found.skips[0].seq, found.skips[0].why) == (1, seq, "unexplained")
    made = report(database, TODAY, MORNING)
    assert "没有理由 No reason 1" in sheet.turns(made)


async def test_the_life_of_a_ticket_is_told_from_first_to_last_and_without_its_holder(home: House) -> None:
    body = {"service": "seal", "holder": {"number": "11010519491231002X", "name": "陈大文"}}
    home.flow.names["clerk"] = "张敏"
    _, ticket = await home.ask("POST", "/tickets", "kiosk", body)
    await home.ask("POST", "/windows/2/open", "clerk", {})
    await home.ask("POST", "/windows/2/call-next", "clerk")
    await home.ask("POST", "/windows/2/finish", "clerk", {})
    status, found = await home.ask("GET", "/audit/ticket?number=b001", "supervisor")
    assert status == 200
    (life,) = found["tickets"]
    assert (life["number"], life["state"]) == ("B001", "served")
    assert [one["said"]["zh"] for one in life["entries"]] == [
        "取号B001：印章备案",
        "2号窗口（张敏）叫B001",
        "2号窗口（张敏）办完B001",
    ]
    assert "陈大文" not in json.dumps(found, ensure_ascii=False)
    assert "11010519491231002X" not in json.dumps(found)
    _, same = await home.ask("GET", f"/audit/ticket?ticket={ticket['id']}", "auditor")
    assert same == found
    assert (await home.ask("GET", "/audit/ticket?number=Z999", "auditor"))[1]["tickets"] == []
    assert (await home.ask("GET", "/audit/ticket", "auditor"))[0] == 422


async def test_the_log_is_paged_by_seq_and_narrowed_by_who_command_window_and_zone(home: House) -> None:
    await a_morning_out_of_turn(home)
    await home.take("licence")
    _, events = await home.ask("GET", "/events?limit=1000", "auditor")

    async def every(question: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        more = ""
        while True:
            _, page = await home.ask("GET", f"/audit/log?limit=7{question}{more}", "auditor")
            found += page["entries"]
            if page["before"] is None:
                return found
            assert len(page["entries"]) == 7
            more = f"&before={page['before']}"

    whole = await every("")
    assert [one["seq"] for one in whole] == [one["seq"] for one in reversed(events)]
    assert [json.loads(one["body"]) for one in whole] == [one["body"] for one in reversed(events)]
    assert [one["hash"] for one in whole] == [one["hash"] for one in reversed(events)]
    narrowed: tuple[tuple[str, Callable[[dict[str, Any]], bool]], ...] = (
        ("&actor=clerk", lambda one: one["actor"] == "clerk:clerk"),
        ("&actor=manager:manager", lambda one: one["actor"] == "manager:manager"),
        ("&command=windows.call", lambda one: one["command"] == "windows.call"),
        ("&window=2", lambda one: one["window"] == "2"),
        ("&zone=B", lambda one: one["number"] == "B001"),
        (
            "&zone=A&command=tickets.take",
            lambda one: (one["number"] or "").startswith("A0") and one["command"] == "tickets.take",
        ),
    )
    for question, fits in narrowed:
        wanted = [one["seq"] for one in whole if fits(one)]
        assert wanted, question
        assert [one["seq"] for one in await every(question)] == wanted, question
    assert await every("&actor=50%25") == []
    assert (await home.ask("GET", "/audit/log?colour=red", "auditor"))[0] == 422
    assert (await home.ask("GET", "/audit/log?day=26-11-23", "auditor"))[0] == 422


async def test_a_body_that_is_no_json_is_of_no_zone_and_the_zone_is_told_all_the_same(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        tickets = await four_tickets(home)
        connection = Sqlite(tmp_path / "hall.sqlite3").writer()
        broken = change_bodies(connection.execute)
        connection.close()
        status, zone = await home.ask("GET", "/audit/log?zone=A", "auditor")
        assert status == 200, zone
        numbers = [tickets[at]["number"] for at in (3, 3, 0)]
        assert (zone["count"], [one["number"] for one in zone["entries"]]) == (3, numbers)
        _, whole = await home.ask("GET", "/audit/log", "auditor")
        assert [one["seq"] for one in whole["entries"] if one["said"] is None] == broken


async def four_tickets(home: House) -> list[dict[str, Any]]:
    """Tickets of one zone. The last is cancelled: that names neither window nor service."""
    tickets = [await home.take() for _ in range(4)]
    cancelled = await home.ask("POST", f"/tickets/{tickets[3]['id']}/cancel", "clerk", {"reason": "走了"})
    assert cancelled[0] == 200
    return tickets


def change_bodies(do: Callable[[str], Any]) -> list[int]:
    """Change the log as somebody at its table does; the seqs of what is no JSON any more, newest first.

    The third ticket's is cut short, where it still names its zone's service; the second's is no JSON from its start.
    """
    found = do("SELECT seq FROM event WHERE command = 'tickets.take' ORDER BY seq").fetchall()
    (_,), (second,), (third,), _ = found
    do(f"UPDATE event SET body = 'nothing' WHERE seq = {second}")
    do(f"UPDATE event SET body = substr(body, 1, length(body) - 1) WHERE seq = {third}")
    return [third, second]


async def settled(home: House) -> dict[str, Any]:
    """What proves the log, once no check is under way."""
    while True:
        _, proof = await home.ask("GET", "/audit/proof", "auditor")
        if proof["checking"] is None:
            assert isinstance(proof, dict)
            return proof
        await asyncio.sleep(0.05)  # it is another process that works


async def test_the_chain_is_checked_beside_the_server_and_what_was_found_is_kept(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        for _ in range(3):
            await home.take()
        assert (await home.ask("GET", "/audit/proof", "auditor"))[1]["checked"] is None
        assert (await home.ask("POST", "/audit/check", "auditor", {}))[0] == 200
        proof = await settled(home)
        checked = proof["checked"]
        assert (checked["count"], checked["hash"], checked["by"]) == (
            proof["seq"],
            proof["hash"],
            "auditor:auditor",
        )
        assert proof["checking"] is None
    connection = Sqlite(tmp_path / "hall.sqlite3").writer()
    connection.execute("UPDATE event SET actor = 'somebody' WHERE seq = 2")
    connection.close()
    async with house(tmp_path) as home:
        assert (await home.ask("GET", "/audit/proof", "auditor"))[1]["checked"] == checked
        await home.ask("POST", "/audit/check", "auditor", {})
        proof = await settled(home)
        assert (proof["checked"]["broken"], proof["checked"]["fault"]["en"]) == (2, "it was changed")


@pytest_asyncio.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path, plan=hall(Rules(policy="strict"))) as one:
        yield one


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("months")
    plan = load(SHIPPED).hall
    year.fill(folder / "hall.sqlite3", plan, year.draw(plan, 80), DAYS)
    assert do("import", SHIPPED, "--data", folder).returncode == 0
    return folder


def test_a_sealed_month_is_told_as_it_was_and_one_that_is_gone_says_what_to_type(
    months: Path,
) -> None:
    database, folder = Sqlite(months / "hall.sqlite3"), months / "segments"
    archive, day = Archive(database, folder, {}), DAYS[2]
    asked = LogAsked(day=day, limit=100_000)
    number = "C003"
    before = (audit.skips(archive, day), audit.log(archive, asked), audit.life(archive, day, number=number))
    assert before[1].entries
    assert before[2].tickets
    seal(database, folder, MAY)
    with pytest.raises(Sealed):
        audit.log(Archive(database, None, {}), asked)
    assert (
        audit.skips(archive, day),
        audit.log(archive, asked),
        audit.life(archive, day, number=number),
    ) == before
    done = do("audit", "log", "--day", day, "--limit", 100_000, "--data", months)
    assert json.loads(done.stdout)["count"] == before[1].count
    forget(database, folder, date(2026, 2, 1), NOW)
    unread = audit.log(archive, LogAsked(day=DAYS[0])).unread
    assert unread is not None
    assert "zcat segments/segment-2026-01.jsonl.gz" in unread.en
    assert report(database, DAYS[0], day_start(DAYS[-1]), folder).whys is None
    march = folder / "segment-2026-03.jsonl.gz"
    whole, lines = march.read_bytes(), gzip.decompress(march.read_bytes()).splitlines(keepends=True)
    march.write_bytes(
        gzip.compress(b"".join([lines[0], lines[1].replace(b"2026-03", b"2026-02", 1), *lines[2:]]))
    )
    first = json.loads(lines[0])[0]
    changed = do("verify", "--data", months)
    assert (
        f"从第{first}条起不可信：封存的segments/{march.name}被改动过，第{first + 1}条起对不上"
        in changed.stderr
    )
    assert f"此前{first - 1}条完好" in changed.stderr
    assert "备份目录的segments里有同名文件的" in changed.stderr
    march.unlink()
    assert f"segments/{march.name} is not there" in do("verify", "--data", months).stderr
    march.write_bytes(whole)
    assert do("verify", "--data", months).returncode == 0, "as it says"
    march.unlink()
    unread = audit.skips(archive, day).unread
    assert unread is not None
    assert "jiaohao-server verify" in unread.zh


def test_postgresql_is_asked_the_same_and_says_the_same(tmp_path: Path, cluster: Cluster) -> None:
    plan, day = load(SHIPPED).hall, DAYS[2]
    year.fill(tmp_path / "hall.sqlite3", plan, year.draw(plan, 80), DAYS)
    here, there = Sqlite(tmp_path / "hall.sqlite3"), Postgres(cluster.url(cluster.database()))
    copy_whole(here.engine(), there.engine())
    one, other = (Archive(database, None, {}, plan) for database in (here, there))
    assert audit.skips(one, day) == audit.skips(other, day)
    assert audit.life(one, day, number="C003") == audit.life(other, day, number="C003")
    for asked in (
        LogAsked(day=day),
        LogAsked(day=day, zone="C", limit=7),
        LogAsked(day=day, window="3", actor="clerk-3"),
        LogAsked(day=day, actor="50%_", command="windows.call_next"),
    ):
        assert audit.log(one, asked) == audit.log(other, asked)
    assert audit.log(other, LogAsked(day=day, zone="C")).count
    assert audit.log(other, LogAsked(day=day, window="3", actor="clerk-3")).count


async def test_postgresql_tells_a_zone_where_a_body_is_no_json_as_sqlite_does(
    tmp_path: Path, cluster: Cluster
) -> None:
    async with house(tmp_path) as home:
        await four_tickets(home)
    here, there = Sqlite(tmp_path / "hall.sqlite3"), Postgres(cluster.url(cluster.database()))
    copy_whole(here.engine(), there.engine())
    told = []
    for database in (here, there):
        connection = database.writer()
        broken = change_bodies(connection.execute)
        connection.close()
        archive = Archive(database, None, {}, hall())
        told.append([audit.log(archive, LogAsked(day=TODAY, zone="A", limit=limit)) for limit in (1, 100)])
        whole = audit.log(archive, LogAsked(day=TODAY))
        assert [one.seq for one in whole.entries if one.said is None] == broken
    assert told[0] == told[1]
    assert [one.count for one in told[0]] == [3, 3]
