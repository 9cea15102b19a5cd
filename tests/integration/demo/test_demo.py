"""The demo as a newcomer meets it: a process, its printed text, a board, and a clerk's hand of one's own."""

import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from queue_server.app import people as accounts
from queue_server.app.cast import MARK
from queue_server.app.setting import Settings
from queue_server.client.link import Link
from queue_server.store.sqlite import Sqlite

START_S = 60.0
pytestmark = [pytest.mark.alone, pytest.mark.timeout(150)]  # eight programs start here, two tests do it twice


class Demo:
    """A running demo: where it serves, and what it has printed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.text = ""
        self.address = ""

    @property
    def password(self) -> str:
        found = re.search(r"Password: (\S+)", self.text)
        assert found is not None
        return found[1]

    async def wait_ready(self) -> None:
        await self._until("ready ")
        self.address = self.text.split()[1]

    async def wait_text(self) -> None:
        await self._until("Ctrl-C")

    async def _until(self, words: str) -> None:
        assert self.process.stdout is not None
        async with asyncio.timeout(START_S):
            while words not in self.text:
                line = await self.process.stdout.readline()
                assert line, f"the demo ended: {self.text}"
                self.text += line.decode()

    async def end(self) -> float:
        """SIGTERM; how many seconds the end took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        await self.process.wait()
        return time.monotonic() - began


@asynccontextmanager
async def demo(data: Path, *more: str) -> AsyncIterator[Demo]:
    environment = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "queue_server.app.main", "demo", "--data", str(data), "--listen", "127.0.0.1:0", *more,
        stdout=asyncio.subprocess.PIPE, env=environment,
    )  # fmt: skip
    running = Demo(process)
    try:
        yield running
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await process.wait()


def children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    return [int(child) for child in text.split()]


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def until(what: Callable[[], Any], link: Link, patience_s: float = 10.0) -> None:
    """Wait for a condition on what a link shows."""
    changed = asyncio.Event()
    link.on_change(lambda *_: changed.set())
    async with asyncio.timeout(patience_s):
        while not what():
            changed.clear()
            await changed.wait()


def newest_call(link: Link) -> int:
    calls = [record["call"] for key, record in link.topics["board:hall"].items() if key.startswith("call/")]
    return max(calls, default=0)


@pytest.mark.parametrize("speed", ["1", "60"])
async def test_a_newcomer_sees_a_call_within_ten_seconds_and_nothing_outlives_the_demo(
    tmp_path: Path, speed: str
) -> None:
    async with demo(tmp_path, "--speed", speed) as running:
        await running.wait_ready()
        async with Link([running.address], ["board:hall"]) as board:
            async with asyncio.timeout(30):
                await board.reach("live")
                before = newest_call(board)
                await until(lambda: newest_call(board) > before, board)
        await running.wait_text()
        assert "没有显示器" in running.text
        assert "1-3号窗口留给您" in running.text
        offspring = children(running.process.pid)
        assert len(offspring) >= 8, "printer, callers, four bars, agent, crowd"
        assert await running.end() < 2.0
        assert running.process.returncode == 0
        assert not [pid for pid in offspring if alive(pid)]


class Person:
    """Somebody signed in over HTTP."""

    def __init__(self, session: aiohttp.ClientSession, address: str, token: str) -> None:
        self._session, self._base = session, f"{address}/api/v1"
        self._headers = {"Authorization": f"Bearer {token}"}

    @classmethod
    async def sign_in(cls, session: aiohttp.ClientSession, running: Demo, name: str) -> "Person":
        wanted = {"name": name, "password": running.password}
        async with session.post(f"{running.address}/api/v1/login", json=wanted) as answer:
            assert answer.status == 200, await answer.text()
            return cls(session, running.address, (await answer.json())["token"])

    async def do(self, path: str, **body: Any) -> tuple[int, Any]:
        async with self._session.post(f"{self._base}{path}", json=body, headers=self._headers) as answer:
            return answer.status, await answer.json() if answer.status != 204 else None


async def test_people_work_beside_the_drawn_clerks_and_the_demo_goes_on(tmp_path: Path) -> None:
    async with demo(tmp_path, "--speed", "60") as running, aiohttp.ClientSession() as session:
        await running.wait_ready()
        await running.wait_text()
        clerk = await Person.sign_in(session, running, "clerk1")
        manager = await Person.sign_in(session, running, "manager")

        # a window left free
        assert (await clerk.do("/windows/1/open"))[0] == 200
        steward = await Person.sign_in(session, running, "steward")
        status = 204
        called: Any = None
        while status == 204:  # drawn clerks of the zone may be quicker
            assert (await steward.do("/tickets", service="project-filing"))[0] == 201
            status, called = await clerk.do("/windows/1/call-next")
        assert status == 200
        assert called["number"].startswith("A")
        assert (await clerk.do("/windows/1/start"))[0] == 200
        assert (await clerk.do("/windows/1/finish"))[1]["steps"][0]["state"] == "served"
        assert (await clerk.do("/windows/1/close"))[0] == 200

        # a window that a drawn clerk attends: paused and closed by the manager, taken over by a person
        token = manager._headers["Authorization"].removeprefix("Bearer ")
        async with Link([running.address], ["floor"], token) as floor:
            await floor.reach("live")
            records = {
                key: record for key, record in floor.topics["floor"].items() if key.startswith("window/")
            }
            taken = next(record["id"] for record in records.values() if record["state"] == "open")

            def window() -> dict[str, Any]:
                return floor.topics["floor"][f"window/{taken}"]

            assert re.fullmatch("[\u4e00-\u9fff]{2,3}", window()["clerk_name"]), "people read a clerk's name"
            assert (await clerk.do(f"/windows/{taken}/open"))[1]["code"] == "window.attended"
            assert (await manager.do(f"/windows/{taken}/pause", reason="换人"))[0] == 200
            await until(lambda: window()["state"] == "paused" and not window().get("ticket"), floor, 40)
            assert (await manager.do(f"/windows/{taken}/close", reason="换人"))[0] == 200
            await until(lambda: window()["state"] == "closed", floor)
            served = floor.topics["floor"]["hall"]["served"]
            await until(lambda: floor.topics["floor"]["hall"]["served"] > served + 5, floor, 30)
            assert window()["state"] == "closed", "the drawn clerk leaves it alone"
            assert (await clerk.do(f"/windows/{taken}/open"))[0] == 200
            await until(lambda: window().get("clerk") == "clerk1", floor)
            served = floor.topics["floor"]["hall"]["served"]
            await until(lambda: floor.topics["floor"]["hall"]["served"] > served + 5, floor, 30)
            assert window()["clerk"] == "clerk1"
            assert not window().get("ticket"), "nobody calls there for the person"


async def test_a_second_start_goes_on_with_the_same_hall(tmp_path: Path) -> None:
    async def clock_and_seq(running: Demo) -> tuple[datetime, int]:
        async with Link([running.address], ["hall"]) as link:
            await link.reach("live")
            return link.now(), link.topics["hall"]["hall"]["issued"]

    async with demo(tmp_path, "--speed", "60") as running:
        await running.wait_ready()
        await running.wait_text()
        password = running.password
        first = await clock_and_seq(running)
        await running.end()
    with closing(Sqlite(tmp_path / "hall.sqlite3").reader()) as connection:
        (left,) = connection.execute("SELECT count(*) FROM ticket").fetchone()
        (last,) = connection.execute("SELECT max(at) FROM event").fetchone()
    async with demo(tmp_path) as running:
        await running.wait_ready()
        await running.wait_text()
        second = await clock_and_seq(running)
        assert second[0] > datetime.fromisoformat(last)
        assert second[1] >= first[1] > 0
        # those who came in the last half hour do not come a second time: only a few seconds have passed
        assert second[1] - left < 20
        assert running.password == password


async def test_a_real_halls_folder_is_not_touched(tmp_path: Path) -> None:
    accounts.opened(Settings(tmp_path))
    before = (tmp_path / "hall.sqlite3").read_bytes()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "queue_server.app.main", "demo", "--data", str(tmp_path),
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await process.communicate()
    assert process.returncode == 1
    assert "正式大厅" in said.decode()
    assert (tmp_path / "hall.sqlite3").read_bytes() == before
    assert not (tmp_path / MARK).exists()
