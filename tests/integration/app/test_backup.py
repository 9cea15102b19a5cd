"""Backups of a running hall: on demand, in time, and told when they cannot be made."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from queue_server.app.backup import Backups
from queue_server.app.server import BackupDocument
from queue_server.app.setting import Settings
from queue_server.store.backup import check, listed
from queue_server.wire.error import Refusal
from tests.fakes.house import House, house
from tests.integration.app.test_main import do, running

OFTEN_S = 2


async def until(look: Callable[[], Awaitable[Any]]) -> Any:
    """What a look finds, once it finds something."""
    async with asyncio.timeout(30):
        while not (found := await look()):  # noqa: ASYNC110 - other programs set no event
            await asyncio.sleep(0.1)
    return found


async def floor(there: House) -> Any:
    """What the floor is told of backups now."""
    async with there.socket() as socket:
        await socket.send_json({"hello": {"token": there.tokens["manager"], "topics": ["floor"]}})
        return (await socket.receive_json())["live"]["floor"]["backup"]


async def metrics(there: House) -> dict[str, float]:
    async with there.client.get(f"{there.address}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return {line.split()[0]: float(line.split()[1]) for line in lines if line.startswith("jiaohao_backup")}


async def test_the_command_line_backs_a_running_hall_up(tmp_path: Path) -> None:
    hall, stick = tmp_path / "hall", tmp_path / "stick"
    with running(hall):
        done = await asyncio.to_thread(do, "backup", "--data", hall, "--to", stick)
        assert done.returncode == 1
        assert "U盘或硬盘没有插好" in done.stderr
        stick.mkdir()
        done = await asyncio.to_thread(do, "backup", "--data", hall, "--to", stick)
        assert done.returncode == 0, done.stderr
        (made,) = listed(stick)
        assert f"written: {made.path}" in done.stdout
        assert check(made.path).hash in done.stdout
        assert "在同一块硬盘上" in done.stderr
    done = do("backup", "--data", hall)
    assert "server.toml写[backup]" in done.stderr


async def test_a_missing_stick_stops_nothing_is_told_and_is_tried_again(tmp_path: Path) -> None:
    hall, stick = tmp_path / "hall", tmp_path / "stick"
    hall.mkdir()
    async with house(hall, backup=BackupDocument(to=str(stick), every_s=OFTEN_S, keep=2)) as there:
        told = await until(lambda: floor(there))
        assert "U盘或硬盘没有插好" in told["zh"]
        assert (await metrics(there))["jiaohao_backup_failed"] == 1
        assert (await there.client.get(f"{there.address}/ready")).status == 200
        await there.take()

        status, error = await there.ask("POST", "/backups", "admin")
        assert (status, error["code"]) == (503, "backup.failed")
        assert "U盘或硬盘没有插好" in error["message"]

        stick.mkdir()

        async def made() -> bool:
            _, record = await there.ask("GET", "/backups", "manager")
            return record["fault"] is None and bool(listed(stick))

        await until(made)
        numbers = await metrics(there)
        assert numbers["jiaohao_backup_failed"] == 0
        assert numbers["jiaohao_backup_age_seconds"] < 60

        async def calm() -> bool:
            return await floor(there) is None

        await until(calm)


async def test_a_stick_that_is_gone_while_its_folder_stays_is_told_and_nothing_is_written_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, stick = tmp_path / "hall", tmp_path / "stick"
    hall.mkdir()
    stick.mkdir()
    here = set[bool]()
    monkeypatch.setattr(
        "queue_server.app.backup.same_disk", lambda *_: bool(here)
    )  # no disk is plugged in here
    plan = BackupDocument(to=str(stick), every_s=3600, keep=2)
    async with house(hall):
        backups = Backups(Settings(hall, "127.0.0.1", 0, backup=plan), CollectorRegistry())
        assert len((await backups.make()).files) == 1
        known = listed(stick)
        here.add(True)
        with pytest.raises(Refusal) as refused:
            await backups.make()
        assert refused.value.code == "backup.failed"
        told = backups.alarm()
        assert told is not None
        assert "没有插好" in told.zh
        after_a_start = Backups(backups._settings, CollectorRegistry())
        with pytest.raises(Refusal):
            await after_a_start.make()
        assert after_a_start.alarm() == told
        assert listed(stick) == known
        here.clear()
        await backups.make()
        assert backups.alarm() is None


async def test_that_there_is_no_young_backup_is_told_also_where_there_never_was_one(tmp_path: Path) -> None:
    plan = BackupDocument(to=str(tmp_path / "stick"), every_s=60, keep=2)
    (tmp_path / "stick").mkdir()
    ahead = datetime.now(UTC) + timedelta(days=400)
    (tmp_path / "stick" / f"hall-{ahead:%Y%m%dT%H%M%SZ}.sqlite3").touch()
    backups = Backups(Settings(tmp_path, "127.0.0.1", 0, backup=plan), CollectorRegistry())
    await backups._look(plan)
    assert not backups.late(plan), "it has just begun"
    backups._since -= timedelta(hours=1)
    assert backups.late(plan), "a file of a clock that was wrong is no young one"


async def test_backups_follow_one_another_in_time_and_those_that_need_not_be_kept_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queue_server.app.backup.REST", 0.0)
    hall, stick = tmp_path / "hall", tmp_path / "stick"
    hall.mkdir()
    stick.mkdir()
    (hall / "server.toml").write_text(f'[backup]\nto = "{stick}"\nkeep = 2\n', encoding="utf-8")
    now = datetime.now(UTC)
    yesterday, long_ago = (
        stick / f"hall-{now - timedelta(days=days):%Y%m%dT%H%M%SZ}.sqlite3" for days in (1, 40)
    )
    for old in (yesterday, long_ago):
        old.touch()
    async with house(hall, backup=BackupDocument(to=str(stick), every_s=1, keep=2)) as there:

        async def newest() -> Path | None:
            found = listed(stick)[0].path
            return None if found == yesterday else found

        await until(newest)
        ticket = await there.take()

        async def holds_it() -> bool:
            return ticket["id"].encode() in listed(stick)[0].path.read_bytes()

        await until(holds_it)

        async def gone() -> bool:
            return not long_ago.exists()

        await until(gone)
    assert len(listed(stick)) >= 3
    assert yesterday.exists(), "of each day one stays"


async def test_an_administrator_has_one_made_at_once(tmp_path: Path) -> None:
    hall, stick = tmp_path / "hall", tmp_path / "stick"
    hall.mkdir()
    stick.mkdir()
    async with house(hall, backup=BackupDocument(to=str(stick), every_s=3600)) as there:
        ticket = await there.take()
        status, record = await there.ask("POST", "/backups", "admin")
        assert status == 201
        assert (record["to"], record["fault"], record["same_disk"]) == (str(stick), None, True)
        newest = listed(stick)[0]
        assert record["files"][0] == {
            "name": newest.path.name,
            "at": newest.at.isoformat().replace("+00:00", "Z"),
            "size": newest.size,
        }
        assert ticket["id"].encode() in newest.path.read_bytes()
        assert (await there.ask("POST", "/backups", "manager"))[0] == 403


async def test_without_a_folder_it_says_what_to_do(tmp_path: Path) -> None:
    async with house(tmp_path) as there:
        assert (await there.ask("GET", "/backups", "admin"))[1]["to"] is None
        status, error = await there.ask("POST", "/backups", "admin")
        assert (status, error["code"]) == (409, "backup.nowhere")
        assert await metrics(there) == {}


@pytest.mark.parametrize("text", ["to = 5", 'to = "/x"\nevery_s = 1', 'to = "/x"\nkeep = 1', "keep = 3"])
def test_a_faulty_setting_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "server.toml").write_text(f"[backup]\n{text}\n", encoding="utf-8")
    done = do("backup", "--data", tmp_path)
    assert done.returncode == 1
    assert "backup" in done.stderr
