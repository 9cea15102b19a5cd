"""The real server on a disk that fills up, turns read-only, fails and heals: nobody is told a lie, and nobody has to help."""

import asyncio
import json
import os
import re
import socket
import subprocess
from collections.abc import Callable, Iterator
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from queue_server.client.link import Link
from tests.e2e.house import PATIENCE_S, Server, until
from tests.power.disk import FAULTS, UNSYNCED, Disk, Step
from tests.soak.day import play

DATABASE = "hall.sqlite3"
CLIENTS, TAKES = 8, 10
"""Who asks at once by each way, and how often."""
TICKET = re.compile(rb"traced-ticket-\d\d-\d\d\d")


class Hall:
    """A server on a watched disk, with everybody's tokens."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self.hall, self.cast = play(folder)
        self.disk = disk
        self.server = Server(folder, **disk.environment).start()
        self.window, (_, self.clerk) = next(iter(self.cast.clerks.items()))
        self.service = self.hall.window[self.window].services[0]

    def take(self, key: str) -> Any:
        return self.server.ask("POST", "/tickets", self.cast.kiosk, {"service": self.service}, key)

    def at_window(self, verb: str, key: str) -> Any:
        return self.server.ask("POST", f"/windows/{self.window}/{verb}", self.clerk, {}, key)

    def answered(self, key: str) -> Any:
        """What a client that never gives up is answered."""

        def again() -> Any:
            answer = self.take(key)
            return None if answer.status == 503 else answer

        return until(again, "the hall to take tickets again")


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    (tmp_path / "data").mkdir()
    made = Hall(tmp_path / "data", Disk(tmp_path, DATABASE, traced=True))
    yield made
    made.disk.heal()
    assert made.server.stop() == 0


def unsynced(steps: Iterator[Step]) -> tuple[int, int]:
    """How many changes were answered over HTTP, and how many of them while the log held what was not synced, or nothing new."""
    answers = early = 0
    dirty = fresh = False
    for step in steps:
        if step.file == "log" and step.kind == "write":
            dirty = True
        elif step.file == "log" and step.kind == "sync" and not step.error:
            dirty, fresh = False, True
        elif step.kind == "sent" and step.data.startswith(b"HTTP/1.1 20"):
            answers += 1
            early += dirty or not fresh
            fresh = False
    return answers, early


VISIT = (
    "call-next",
    "recall",
    "start",
    "finish",
    "call-next",
    "no-show",
    "call-next",
    "undo",
    "pause",
    "resume",
)
"""What is done at a window, each of which changes something."""


def whole(hall: Hall, more: str) -> tuple[int, ...]:
    """A morning asked over one connection, each request sent in one piece, with `more` headers: the statuses."""
    asked: list[tuple[str, str, dict[str, str]]] = [(f"windows/{hall.window}/open", hall.clerk, {})]
    asked += [("tickets", hall.cast.kiosk, {"service": hall.service})] * 10
    for verb in VISIT:
        asked.append(
            (f"windows/{hall.window}/{verb}", hall.clerk, {"reason": "break"} if verb == "pause" else {})
        )
    asked.append((f"windows/{hall.window}/close", hall.clerk, {}))
    statuses = []
    with socket.create_connection(("127.0.0.1", hall.server.port), timeout=PATIENCE_S) as line:
        for path, token, body in asked:
            text = json.dumps(body)
            head = f"POST /api/v1/{path} HTTP/1.1\r\nHost: hall\r\nAuthorization: Bearer {token}\r\n{more}"
            line.sendall(f"{head}Content-Length: {len(text)}\r\n\r\n{text}".encode())
            answer = HTTPResponse(line, method="POST")
            answer.begin()
            answer.read()
            answer.close()
            statuses.append(answer.status)
    return tuple(statuses)


def test_every_answer_follows_a_sync_of_its_own(hall: Hall) -> None:
    for way in (
        "",
        "Accept-Charset: utf-8\r\n",
    ):  # the express way, and the web server's by a header that it does not know
        statuses = whole(hall, way)
        assert len(statuses) == 12 + len(VISIT)
        assert set(statuses) <= {200, 201, 204}, statuses
    assert unsynced(hall.disk.steps()) == (2 * (12 + len(VISIT)), 0)


def told(steps: Iterator[Step]) -> tuple[set[bytes], set[bytes]]:
    """The tickets that somebody was told of, by HTTP or the feed, and those of them that the disk did not have by then."""
    written: set[bytes] = set()
    synced: set[bytes] = set()
    told: set[bytes] = set()
    early: set[bytes] = set()
    for step in steps:
        found = set(TICKET.findall(step.data))
        if step.file == "log" and step.kind == "write":
            written |= found
        elif step.file == "log" and step.kind == "sync" and not step.error:
            synced |= written
        elif step.kind == "sent":
            told |= found
            early |= found - synced
    return told, early


async def test_of_many_who_ask_at_once_by_http_and_the_feed_nobody_is_told_what_is_not_synced(
    hall: Hall,
) -> None:
    ids = [[f"traced-ticket-{client:02d}-{n:03d}" for n in range(TAKES)] for client in range(2 * CLIENTS)]
    floor = Link([hall.server.url], ["floor"], hall.cast.clock)
    links = [Link([hall.server.url], (), hall.cast.kiosk) for _ in range(CLIENTS)]

    async def by_http(http: aiohttp.ClientSession, ids: list[str]) -> None:
        for id_ in ids:
            body = {"service": hall.service, "id": id_}
            async with http.post("/api/v1/tickets", json=body) as answer:
                assert answer.status == 201, await answer.text()

    async def by_the_feed(link: Link, ids: list[str]) -> None:
        async with link:
            for id_ in ids:
                await link.command("tickets.take", {"service": hall.service, "id": id_})

    headers = {"Authorization": f"Bearer {hall.cast.kiosk}"}
    async with aiohttp.ClientSession(hall.server.url, headers=headers) as http, floor:
        await floor.reach("live")
        async with asyncio.TaskGroup() as clients:
            for n, link in enumerate(links):
                clients.create_task(by_http(http, ids[n]))
                clients.create_task(by_the_feed(link, ids[n + CLIENTS]))
    every = {id_.encode() for some in ids for id_ in some}
    assert told(hall.disk.steps()) == (every, set())


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_disk_that_fails_and_heals_needs_nobodys_hand(hall: Hall, fault: str) -> None:
    run = asyncio.to_thread
    assert (await run(hall.at_window, "open", "open")).status == 200
    tickets = [(await run(hall.take, f"before-{n}")).json for n in range(3)]
    called = (await run(hall.at_window, "call-next", "call")).json
    floor, board = (
        Link([hall.server.url], ["floor"], hall.cast.clock),
        Link([hall.server.url], ["board:hall"]),
    )
    async with floor, board, asyncio.timeout(2 * PATIENCE_S):
        await floor.reach("live")
        await board.reach("live")
        before = {topic: dict(records) for link in (floor, board) for topic, records in link.topics.items()}
        hall.disk.fail(FAULTS[fault])
        lost = await run(hall.take, "lost")
        assert (lost.status, lost.json["code"]) == (503, "store.unavailable")
        later = await run(hall.take, "later")
        assert (later.status, later.json["code"]) == (503, "store.unavailable")
        await _told(floor, degraded=True)
        await _told(board, degraded=True)
        now = {topic: dict(records) for link in (floor, board) for topic, records in link.topics.items()}
        assert now == before, "the last good state stays on every screen"
        shown = await run(hall.server.ask, "GET", f"/tickets/{tickets[0]['id']}", hall.cast.clock)
        assert (shown.status, shown.json["number"]) == (200, called["number"])
        assert await _status(hall, "/ready") == 503
        assert await _status(hall, "/health") == 200

        hall.disk.heal()
        await _told(floor, degraded=False)
        await _told(board, degraded=False)
        assert await _status(hall, "/ready") == 200
        first = await run(hall.answered, "lost")
        assert first.status == 201
        assert (await run(hall.answered, "lost")).json == first.json
        second = await run(hall.answered, "later")
        numbers = [ticket["number"] for ticket in (*tickets, first.json, second.json)]
        assert [int(number[1:]) for number in numbers] == [1, 2, 3, 4, 5], "each once, none left out"
        again = await run(hall.at_window, "call-next", "call")
        assert again.json["id"] == called["id"], "a key from before has its first answer"
        follower = await run(hall.at_window, "call-next", "next")
        assert follower.json["id"] == tickets[1]["id"]
        await _until(lambda: board.topics["board:hall"] != before["board:hall"])
        assert (floor.state, board.state) == ("live", "live")
    assert "whole" in await run(hall.server.line, "verify")


async def _told(link: Link, *, degraded: bool) -> None:
    """Wait until a screen knows."""
    await _until(lambda: link.degraded is degraded)


async def _until(fits: Callable[[], bool]) -> None:
    await asyncio.to_thread(until, fits, "a screen to be told")


async def _status(hall: Hall, path: str) -> int:
    async with aiohttp.ClientSession() as client, client.get(f"{hall.server.url}{path}") as answer:
        return answer.status


def test_a_commit_whose_sync_failed_is_there_once_whether_it_landed_or_not(hall: Hall) -> None:
    """The log holds it whole, only the sync failed: whoever asks again gets one ticket, and nobody a second one."""
    hall.disk.fail(UNSYNCED, times=1)
    assert hall.take("lost").status == 503
    assert hall.answered("lost").json["number"].endswith("001")
    assert hall.answered("next").json["number"].endswith("002")


def test_a_server_stops_in_order_while_its_disk_is_full(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    made = Hall(tmp_path / "data", Disk(tmp_path, DATABASE))
    assert made.take("before").status == 201
    made.disk.fail(FAULTS["full"])
    assert made.take("lost").status == 503
    assert made.server.stop() == 0
    made.disk.heal()
    made.server.start()
    assert made.take("lost").json["number"].endswith("002")
    assert made.server.stop() == 0


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 12 MB."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = (
        os.geteuid() == 0
        and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(place)], check=False, capture_output=True
        ).returncode
        == 0
    )
    if not mounted:
        pytest.skip("only an administrator may mount a small file system")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


@pytest.mark.timeout(180)
@pytest.mark.parametrize("end", [Server.kill, Server.stop], ids=["killed", "stopped"])
def test_a_server_starts_on_a_full_file_system_and_shows_the_hall_as_it_was(
    small: Path, tmp_path: Path, end: Callable[[Server], object]
) -> None:
    made = Hall(small, Disk(tmp_path, "nothing"))
    first = made.take("before").json
    end(made.server)
    filler = small / "filler"
    with pytest.raises(OSError, match="No space"):
        _fill(filler)
    made.server.begin().expect("ready", 2 * PATIENCE_S)
    taken: list[str] = []
    while (answer := made.take(f"key-{len(taken)}")).status == 201:  # by what little room it was left
        taken.append(answer.json["number"])
    assert (answer.status, answer.json["code"]) == (503, "store.unavailable")
    shown = made.server.ask("GET", f"/tickets/{first['id']}", made.cast.clock)
    assert (shown.status, shown.json["number"]) == (200, first["number"])
    assert made.take("before").json == first, "a key from before has its first answer"
    filler.unlink()
    numbers = [first["number"], *(made.answered(f"key-{n}").json["number"] for n in range(len(taken) + 1))]
    assert numbers[1:-1] == taken
    assert [int(number[1:]) for number in numbers] == list(range(1, len(taken) + 3))
    assert made.server.stop() == 0


def test_a_file_system_that_is_really_full_is_waited_for(small: Path, tmp_path: Path) -> None:
    made = Hall(small, Disk(tmp_path, "nothing"))
    assert made.take("before").status == 201
    filler = small / "filler"
    with pytest.raises(OSError, match="No space"):
        _fill(filler)
    answers = [made.take(f"key-{n}") for n in range(50)]
    taken = [answer.json["number"] for answer in answers if answer.status == 201]
    assert {answer.status for answer in answers} <= {201, 503}
    assert answers[-1].status == 503, "what was left of the log is used up"
    filler.unlink()
    numbers = [made.answered(f"key-{n}").json["number"] for n in range(50)]
    assert numbers[: len(taken)] == taken
    assert sorted(int(number[1:]) for number in numbers) == list(range(2, 52))
    assert made.server.stop() == 0
