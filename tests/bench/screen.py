"""Many screens in one process: websocket clients that note when a frame came, and nothing else."""

import asyncio
import base64
import random
import secrets
import time
from asyncio import FIRST_COMPLETED, Future, Transport
from contextlib import suppress
from itertools import count as counting
from struct import unpack_from
from typing import cast

import msgspec

from queue_server.client.delay import reconnect_delay

EVENTS = b'{"events"'
"""How the text of a frame begins that tells of a commit; beats and the live part begin otherwise."""


class Calls(msgspec.Struct, frozen=True, kw_only=True):
    """What came of `calls`, in milliseconds for each: from asking to the answer, from asking to the last screen."""

    answered_ms: tuple[float, ...]
    shown_ms: tuple[float, ...]
    frame: str
    """The text of the last frame."""


def masked(text: bytes) -> bytes:
    """A client's text message: RFC 6455 wants a mask, and a mask of zeros leaves the bytes as they are."""
    length = len(text)
    head = bytes((0x81, 0x80 | length)) if length < 126 else b"\x81\xfe" + length.to_bytes(2, "big")
    return head + bytes(4) + text


class Screen(asyncio.Protocol):
    """One websocket. `frames` counts the frames of commits, `last` is the text of the last one."""

    def __init__(self, screens: "Screens", port: int, hello: bytes) -> None:
        self._screens, self._port, self._hello = screens, port, hello
        self._rest = b""
        self._open = False
        self.frames = 0
        self.last = b""
        loop = asyncio.get_running_loop()
        self.ready: Future[None] = loop.create_future()
        """It has its snapshot."""
        self.gone: Future[None] = loop.create_future()
        self.transport: Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("Transport", transport)
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        self.transport.write(
            f"GET /feed HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        if self._rest:
            data = self._rest + data
        if not self._open:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                self._rest = data
                return
            assert data.startswith(b"HTTP/1.1 101"), data[:80]
            self._open, data = True, data[end + 4 :]
            if self._hello:
                self.transport.write(masked(self._hello))
            else:
                self.ready.set_result(None)
        at, size = 0, len(data)
        while size - at >= 2:
            length, begin = data[at + 1], at + 2
            if length == 126:
                if size - at < 4:
                    break
                length, begin = unpack_from(">H", data, at + 2)[0], at + 4
            elif length == 127:
                if size - at < 10:
                    break
                length, begin = unpack_from(">Q", data, at + 2)[0], at + 10
            if size < begin + length:
                break
            if data.startswith(EVENTS, begin):
                self.frames += 1
                self._screens.got(data, begin, length)
            elif not self.ready.done():
                assert data.startswith(b'{"snapshot"', begin), data[begin : begin + 200]
                self.ready.set_result(None)
            at = begin + length
        self._rest = data[at:]

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone.set_result(None)
        self._screens.lost(exc)


class Caller(asyncio.Protocol):
    """The connection on which the calls are asked for."""

    def __init__(self) -> None:
        self.transport: Transport
        self.answered: Future[int]
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("Transport", transport)

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        end = data.find(b"\r\n\r\n")
        place = data.find(b"Content-Length: ")
        if end < 0 or len(data) < end + 4 + int(data[place + 16 : data.find(b"\r", place + 16)]):
            self._rest = data
            return
        self._rest = b""
        assert data[9:12] == b"200", data[:400]
        self.answered.set_result(time.perf_counter_ns())


class Screens:
    """All screens that are open."""

    def __init__(self) -> None:
        self._screens: list[Screen] = []
        self._left = 0
        self._all: Future[int] | None = None
        self._last = b""
        self._closing = False

    async def open(self, port: int, count: int, hello: str) -> int:
        """Open `count` screens in place of the ones open, each with a hello (or none), until each has its snapshot."""
        self._closing = True
        for screen in self._screens:
            screen.transport.close()
        await asyncio.sleep(0)
        self._screens = []
        self._closing = False
        for _ in range(count):
            self._screens.append(await self._connect(port, hello))
        if self._screens:
            await asyncio.wait_for(asyncio.gather(*(screen.ready for screen in self._screens)), 30)
        return count

    async def back(self, port: int, hello: str) -> int:
        """Have every screen come back as a client does when it has lost the server, until each has its snapshot again."""
        self._screens = list(
            await asyncio.gather(*(self._again(screen, port, hello) for screen in self._screens))
        )
        return len(self._screens)

    async def _again(self, lost: Screen, port: int, hello: str) -> Screen:
        await lost.gone
        for attempt in counting():
            await asyncio.sleep(reconnect_delay(attempt, random.random()))
            with suppress(OSError):
                screen = await self._connect(port, hello)
                await asyncio.wait((screen.ready, screen.gone), return_when=FIRST_COMPLETED)
                if screen.ready.done():
                    return screen
        raise AssertionError("nobody gives up")

    async def _connect(self, port: int, hello: str) -> Screen:
        _, screen = await asyncio.get_running_loop().create_connection(
            lambda: Screen(self, port, hello.encode()), "127.0.0.1", port
        )
        return screen

    def got(self, data: bytes, begin: int, length: int) -> None:
        """A screen has a frame of a commit."""
        self._left -= 1
        if self._left == 0 and self._all is not None:
            self._last = data[begin : begin + length]
            self._all.set_result(time.perf_counter_ns())

    def lost(self, fault: Exception | None) -> None:
        """A screen's connection was closed."""
        if not self._closing and self._all is not None and not self._all.done():
            self._all.set_exception(fault or ConnectionError("the server closed a screen"))

    async def calls(self, port: int, requests: list[bytes], every_s: float) -> Calls:
        """One request after another, each until it is answered and every screen has its frame, and `every_s` is over."""
        loop = asyncio.get_running_loop()
        _, caller = await loop.create_connection(Caller, "127.0.0.1", port)
        answered: list[float] = []
        shown: list[float] = []
        begun_s = loop.time()
        for number, request in enumerate(requests):
            await asyncio.sleep(begun_s + number * every_s - loop.time())
            caller.answered, self._all = loop.create_future(), loop.create_future()
            self._left = len(self._screens)
            asked = time.perf_counter_ns()
            caller.transport.write(request)
            answered.append((await caller.answered - asked) / 1e6)
            if self._screens:
                shown.append((await asyncio.wait_for(self._all, 10) - asked) / 1e6)
        self._all = None
        caller.transport.close()
        return Calls(answered_ms=tuple(answered), shown_ms=tuple(shown), frame=self._last.decode())
