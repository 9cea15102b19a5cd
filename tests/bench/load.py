"""The load generator: a process that reads jobs as lines of JSON and answers each with a line of JSON.

It sends real requests over kept connections, one under way on each, and is written so that it is never the slower side: whole
requests are rendered before the clock runs, only the key is new each time, and answers are looked at no more than needed.
"""

import asyncio
import gc
import sys
import time
from asyncio import Future, Transport
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any, cast

import msgspec
import uvloop

from tests.bench.screen import Screens


class Ask(msgspec.Struct, frozen=True):
    """A request to be sent: a POST of a JSON body to a path."""

    path: str
    body: str = "{}"


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What to do.

    `post`: every client sends its own requests (`asks[client % len]`, in turn), each as soon as the last is answered, for
    `seconds` after `warm_s`, or until `count` are answered in all. `screens`: open `count` websockets, in place of the ones
    open. `back`: have those that are open come back once they have lost the server. `calls`: one request after another, each
    until every screen has what it caused, and none before `every_ms` since the one before it began.
    """

    do: str
    port: int
    token: str = ""
    clients: int = 1
    asks: tuple[tuple[Ask, ...], ...] = ()
    seconds: float = 0.0
    warm_s: float = 0.0
    count: int = 0
    run: str = ""
    hello: str = ""
    every_ms: float = 0.0


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What came of `post`: answers in the measured time, by status; milliseconds; processor seconds of this process."""

    answers: int
    elapsed_s: float
    statuses: dict[str, int]
    p50_ms: float
    p99_ms: float
    busy: float

    @property
    def per_s(self) -> float:
        """Answers per second."""
        return self.answers / self.elapsed_s


def render(port: int, token: str, ask: Ask) -> tuple[bytes, bytes]:
    """A request without its key: what stands before it and after it."""
    body = ask.body.encode()
    head = (
        f"POST {ask.path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nIdempotency-Key: "
    )
    return head.encode(), b"\r\n\r\n" + body


def share(sorted_values: Sequence[float], part: float) -> float:
    """The value below which `part` of them lie."""
    if not sorted_values:
        return 0.0
    return sorted_values[min(int(part * len(sorted_values)), len(sorted_values) - 1)]


class Client(asyncio.Protocol):
    """One connection that asks again and again."""

    def __init__(self, number: int, job: Job, run: "Run") -> None:
        self._run = run
        self._requests = [render(job.port, job.token, ask) for ask in job.asks[number % len(job.asks)]]
        self._key = f"{job.run}-{number}-".encode()
        self._count = 0
        self._at = 0
        self._body = b""
        self.transport: Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("Transport", transport)

    def ask(self) -> None:
        """Send the next request."""
        head, tail = self._requests[self._count % len(self._requests)]
        self._count += 1
        self._at = time.perf_counter_ns()
        self.transport.write(head + self._key + b"%d" % self._count + tail)

    def data_received(self, data: bytes) -> None:
        if self._body:
            data = self._body + data
        end = data.find(b"\r\n\r\n")
        if end < 0:
            self._body = data
            return
        if data[9:12] != b"204":
            place = data.find(b"Content-Length: ")
            if len(data) < end + 4 + int(data[place + 16 : data.find(b"\r", place + 16)]):
                self._body = data
                return
        self._body = b""
        if self._run.answered(data[9:12], time.perf_counter_ns() - self._at):
            self.ask()

    def connection_lost(self, exc: Exception | None) -> None:
        self._run.lost(exc)


class Run:
    """All clients of one `post`."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._statuses: Counter[bytes] = Counter()
        self._took: list[int] = []
        self._measuring = job.warm_s == 0
        self._left = job.count
        self._under_way = 0
        self._ending = False
        self._done: Future[None] = asyncio.get_running_loop().create_future()

    def answered(self, status: bytes, took_ns: int) -> bool:
        """An answer came; whether its client shall go on."""
        if self._measuring:
            self._took.append(took_ns)
            self._statuses[status] += 1
        if self._job.count:
            self._left -= 1
            more = self._left >= self._under_way
        else:
            more = not self._ending
        if more:
            return True
        self._under_way -= 1
        if self._under_way == 0 and not self._done.done():
            self._done.set_result(None)
        return False

    def lost(self, fault: Exception | None) -> None:
        """A connection was closed."""
        if not self._done.done():
            self._done.set_exception(fault or ConnectionError("the server closed a connection"))

    async def go(self) -> Load:
        """Do it."""
        job, loop = self._job, asyncio.get_running_loop()
        clients = []
        for number in range(job.clients):
            _, client = await loop.create_connection(
                partial(Client, number, job, self), "127.0.0.1", job.port
            )
            clients.append(client)
        self._under_way = min(job.clients, job.count or job.clients)
        for client in clients[: self._under_way]:
            client.ask()
        if job.count:
            begun, busy = time.perf_counter(), time.process_time()
            await self._done
        else:
            await asyncio.sleep(job.warm_s)
            self._measuring = True
            begun, busy = time.perf_counter(), time.process_time()
            await asyncio.wait((self._done,), timeout=job.seconds)
        elapsed_s, busy = time.perf_counter() - begun, time.process_time() - busy
        self._measuring, self._ending = False, True
        await self._done  # what was asked is answered before the next job begins
        for client in clients:
            client.transport.close()
        self._took.sort()
        return Load(
            answers=len(self._took),
            elapsed_s=elapsed_s,
            statuses={status.decode(): count for status, count in self._statuses.items()},
            p50_ms=share(self._took, 0.50) / 1e6,
            p99_ms=share(self._took, 0.99) / 1e6,
            busy=busy / elapsed_s,
        )


async def work() -> None:
    """Do jobs until standard input ends."""
    loop = asyncio.get_running_loop()
    inbox = asyncio.StreamReader(limit=1 << 26)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(inbox), sys.stdin)
    screens = Screens()
    while line := await inbox.readline():
        job = msgspec.json.decode(line, type=Job)
        gc.collect()
        gc.disable()  # a pause of this side would be told as one of the server
        done: Any
        try:
            if job.do == "post":
                done = await Run(job).go()
            elif job.do == "screens":
                done = await screens.open(job.port, job.count, job.hello)
            elif job.do == "back":
                done = await screens.back(job.port, job.hello)
            else:
                ask = job.asks[0]
                requests = [
                    head + f"{job.run}-{n}".encode() + tail
                    for n in range(job.count)
                    for head, tail in [render(job.port, job.token, ask[n % len(ask)])]
                ]
                done = await screens.calls(job.port, requests, job.every_ms / 1000)
        finally:
            gc.enable()
        sys.stdout.buffer.write(msgspec.json.encode(done) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    uvloop.run(work())
