"""The feed under screens that come, go, fall asleep and come back while the hall works: nobody misses a change or holds it up.

Each watcher keeps what it was sent, cuts its own connection at random, says hello again with the last seq it has, and checks that
every frame follows the one before. At the end all of them must hold what a fresh snapshot holds. Sleepers read nothing at all: the
server must have let go of every one of them.
"""

import asyncio
import socket
from collections import Counter
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

import aiohttp
import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from queue_server.simulation.chance import drawn
from tests.bench.screen import masked
from tests.e2e.house import PATIENCE_S, Server
from tests.soak.day import play

WATCHERS = 60
SLEEPERS = 5
TOPICS = ("hall", "board:hall", "board:west", "floor")


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen: frames, connections by how they began (`snapshot` or `resume`), and memory in MB before and after."""

    commands: int
    frames: int
    began: dict[str, int]
    memory_mb: tuple[float, float]


class Watcher:
    """A client of one topic that keeps breaking off."""

    def __init__(self, url: str, topic: str, token: str, chance: Random) -> None:
        self._url, self._topic, self._token, self._chance = url, topic, token, chance
        self.records: dict[str, Any] = {}
        self.seq: int | None = None
        self._epoch: str | None = None
        self.frames = 0
        self.began: Counter[str] = Counter()
        self.ending = asyncio.Event()
        self.current = asyncio.Event()
        """Set while it is connected for good and has what was missing."""
        self.turned = asyncio.Event()

    async def watch(self) -> None:
        """Watch and break off, until `ending`; then watch without."""
        while True:
            leaving = not self.ending.is_set()
            try:
                async with connect(self._url, compression=None, proxy=None, max_size=None) as link:
                    await self._hold(link, self._chance.randint(1, 60) if leaving else None)
            except ConnectionClosed:
                continue

    async def _hold(self, link: ClientConnection, frames: int | None) -> None:
        hello = {"token": self._token, "topics": [self._topic], "after_seq": self.seq, "epoch": self._epoch}
        await link.send(msgspec.json.encode({"hello": hello}).decode())
        first = True
        async for text in link:
            message = msgspec.json.decode(text)
            assert "error" not in message, message
            if "snapshot" in message:
                self.records = message["snapshot"][self._topic]
                self.seq, self._epoch = message["seq"], message["epoch"]
                self.began["snapshot"] += 1
            elif "events" in message:
                self._turn(message)
                if first:
                    self.began["resume"] += 1
                if frames is not None and (frames := frames - 1) == 0:
                    link.transport.abort()
                    return
            if frames is None:
                self.current.set()
            first = False
            if frames is not None and self.ending.is_set():
                return

    def _turn(self, message: dict[str, Any]) -> None:
        assert message["prev"] == self.seq, f"a gap: {message['prev']} follows {self.seq}"
        self.seq = message["seq"]
        self.frames += 1
        self.turned.set()
        for change in message["events"]:
            assert change["topic"] == self._topic
            self.records.update(change.get("set", {}))
            for key in change.get("drop", ()):
                del self.records[key]


def memory_mb(pid: int) -> float:
    """The resident memory of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / 1e6


async def soak(data: Path, seconds: float, seed: int) -> Outcome:
    """Let it run for so many seconds, then prove what must hold."""
    hall, cast = play(data)
    server = await asyncio.to_thread(Server(data).start)
    assert server.program is not None
    pid = server.program.process.pid
    feed = server.url.replace("http", "ws", 1) + "/feed"
    watchers = [
        Watcher(feed, TOPICS[number % len(TOPICS)], cast.clock, drawn(seed, "watcher", str(number)))
        for number in range(WATCHERS)
    ]
    headers = {"Authorization": f"Bearer {cast.kiosk}"}
    services = [service.id for service in hall.services if hall.offered_at[service.id]]
    commands = 0
    async with aiohttp.ClientSession(server.url) as http, asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(watcher.watch()) for watcher in watchers]
        sleepers = [await _asleep(server.port, cast.clock) for _ in range(SLEEPERS)]
        before = 0.0
        begun = monotonic()
        while (passed := monotonic() - begun) < seconds:
            service = services[commands % len(services)]
            answer = await http.post("/api/v1/tickets", json={"service": service}, headers=headers)
            assert answer.status == 201
            ticket = await answer.json()
            if commands % 10:  # most leave again, so that the hall stays as large as it is
                answer = await http.post(f"/api/v1/tickets/{ticket['id']}/cancel", json={}, headers=headers)
                assert answer.status == 200
            commands += 1
            if before == 0.0 and passed > seconds / 3:
                before = memory_mb(pid)
        for watcher in watchers:
            watcher.ending.set()
        await _settled(http, headers, services, watchers)
        fresh = {topic: await _fresh(feed, topic, cast.clock) for topic in TOPICS}
        async with asyncio.timeout(PATIENCE_S):
            for number, watcher in enumerate(watchers):
                topic = TOPICS[number % len(TOPICS)]
                while watcher.records != fresh[topic]:
                    watcher.turned.clear()
                    await watcher.turned.wait()
        async with asyncio.timeout(2 * PATIENCE_S):
            while await _links(http) > WATCHERS:
                await _change(http, headers, services)
        after = memory_mb(pid)
        for task in running:
            task.cancel()
        for _, writer in sleepers:
            writer.transport.abort()
    stopping = monotonic()
    assert await asyncio.to_thread(server.stop) == 0
    assert monotonic() - stopping < 5
    return Outcome(
        commands=commands,
        frames=sum(watcher.frames for watcher in watchers),
        began=dict(sum((watcher.began for watcher in watchers), Counter[str]())),
        memory_mb=(before, after),
    )


async def _settled(
    http: aiohttp.ClientSession, headers: dict[str, str], services: list[Any], watchers: list[Watcher]
) -> None:
    """Change the hall until every watcher has come back for good."""
    async with asyncio.timeout(PATIENCE_S):
        while not all(watcher.current.is_set() for watcher in watchers):
            await _change(http, headers, services)


async def _links(http: aiohttp.ClientSession) -> int:
    """How many links the server has, by its own count."""
    metrics = await (await http.get("/metrics")).text()
    (line,) = [line for line in metrics.splitlines() if line.startswith("jiaohao_feed_links ")]
    return int(float(line.split()[-1]))


async def _change(http: aiohttp.ClientSession, headers: dict[str, str], services: list[Any]) -> None:
    """Something that every screen is told."""
    for service in services:
        await http.post("/api/v1/tickets", json={"service": service}, headers=headers)


async def _asleep(port: int, token: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A websocket that says hello and then reads nothing more."""
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # what the kernel holds for it is soon full
    narrow.connect(("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=narrow, limit=1)
    writer.write(
        f"GET /feed HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    hello = msgspec.json.encode({"hello": {"topics": TOPICS, "token": token}})
    writer.write(masked(hello))
    await writer.drain()
    return reader, writer


async def _fresh(feed: str, topic: str, token: str) -> dict[str, Any]:
    async with connect(feed, compression=None, proxy=None, max_size=None) as link:
        hello = {"token": token, "topics": [topic]}
        await link.send(msgspec.json.encode({"hello": hello}).decode())
        async for text in link:
            message = msgspec.json.decode(text)
            if "snapshot" in message:
                records: dict[str, Any] = message["snapshot"][topic]
                return records
    raise AssertionError("no snapshot")
