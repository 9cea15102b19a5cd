"""The feed under frames that nobody should send: whoever sends them harms nobody else, and changes nothing.

Meanwhile a kiosk issues tickets, a clerk calls them and a board shows them, each within a bound. What is sent is wrong for certain,
made from the command registry: a command that comes later is sent wrong as the others are. So the log may grow by what kiosk and
clerk did, and by nothing else.
"""

import asyncio
import ctypes
import gc
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import msgspec
from structlog.testing import capture_logs

from queue_server.auth.limit import Limits
from queue_server.client.error import CommandRefused
from queue_server.client.link import Link
from queue_server.engine.actor import CLOCK
from queue_server.wire.command import REGISTRY, Entry
from tests.fakes import example
from tests.fakes.house import house
from tests.fakes.town import UNPLACED, Town

OFF = Limits(enabled=False)
SENDERS = 8
"""Links that send wrong frames at the same time."""
PATIENCE_S = 30.0
LATEST_S = 15.0
"""By when kiosk, clerk and board must be served."""
WARM = 1 / 6
"""After so much of it whatever is made once has been made."""
MOST_MB, FRAME_KB, SERVED_KB = 3.0, 0.1, 20.0
"""By how much more the process may hold from then on: by a large table that has to be doubled, for each frame, and for each visitor
served, whom the hall keeps and the feed too, as far back as it tells those who return.
"""
BLOCK_KB = 0.1
"""What one of Python's own small blocks takes, about."""

TEXT, BINARY, CLOSE, PING = 0x1, 0x2, 0x8, 0x9
_encode = msgspec.json.encode


@dataclass
class Outcome:
    """What was seen: frames by kind, how long others waited at most, what the process grew by, and what was wrong."""

    frames: Counter[str] = field(default_factory=Counter)
    served: int = 0
    slowest_s: float = 0.0
    grown_mb: float = 0.0
    faults: list[str] = field(default_factory=list)


async def storm(folder: Path, wanted: int, number: int) -> Outcome:
    """At least so many frames to a server of its own, drawn from `number`."""
    outcome = Outcome()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(
        lambda _, told: outcome.faults.append(f"{told.get('message')}: {told.get('exception')!r}")
    )
    with capture_logs() as logs:
        async with house(folder, limits=OFF) as home:
            town = await Town(home).fill()
            await town.ready()
            await Storm(town, outcome, Random(number)).blow(wanted)
    loop.set_exception_handler(None)
    outcome.faults += [str(line) for line in logs if line["log_level"] in ("error", "critical")]
    return outcome


class Storm:
    """Sends wrong frames, and sees how others fare."""

    def __init__(self, town: Town, outcome: Outcome, chance: Random) -> None:
        """In a town whose windows are open."""
        self._town, self._home, self._outcome, self._chance = town, town.home, outcome, chance
        host, _, port = self._home.address.removeprefix("http://").rpartition(":")
        self._host, self._port = host, int(port)
        self._ended = asyncio.Event()
        self._commands = [entry for entry in REGISTRY.values() if entry.path is not None]

    async def blow(self, wanted: int) -> None:
        """Send so many, while the hall goes on."""
        board = Link([self._home.address], ["board:hall"])
        clerk = Link([self._home.address], ["window:1"], self._town.tokens["clerk"])
        async with board, clerk, asyncio.TaskGroup() as tasks:
            await clerk.command("windows.call_next", {"window": "1"})
            expected = (
                self._home.flow.durable.seq
            )  # before anything wrong is sent, or what that does first is taken for expected
            work = tasks.create_task(self._work(board, clerk, expected))
            before, seen = None, (0, 0)
            senders = [tasks.create_task(self._send_on(wanted)) for _ in range(SENDERS)]
            while not all(sender.done() for sender in senders):
                await asyncio.sleep(0.05)
                if before is None and self._outcome.frames.total() > wanted * WARM:
                    before, seen = held_mb(), (self._outcome.frames.total(), self._outcome.served)
            self._ended.set()
            await work
        assert before is not None
        self._outcome.grown_mb = held_mb() - before
        frames, served = self._outcome.frames.total() - seen[0], self._outcome.served - seen[1]
        most_mb = MOST_MB + (frames * FRAME_KB + served * SERVED_KB) / 1000
        if self._outcome.grown_mb > most_mb:
            self._outcome.faults.append(
                f"the process grew by {self._outcome.grown_mb:.1f} MB, more than {most_mb:.1f}"
            )
        if self._outcome.slowest_s > LATEST_S:
            self._outcome.faults.append(f"somebody waited for {self._outcome.slowest_s:.1f} s")

    # the hall goes on

    async def _work(self, board: Link, clerk: Link, expected: int) -> None:
        """Tickets are taken, called and shown; the log, `expected` long before, holds exactly that."""
        flow, changed = self._home.flow, asyncio.Event()
        board.on_change(lambda *_: changed.set())
        called = ""
        while not self._ended.is_set():
            begun_s = time.monotonic()
            await self._home.take(who=str(self._town.tokens["kiosk"]), paper=False)
            try:
                answer = await clerk.command("windows.call_next", {"window": "1"})
            except CommandRefused as refused:
                self._outcome.faults.append(f"the clerk was refused: {refused}")
                return
            expected += 3  # taken, finished, called
            called = answer["number"]
            async with asyncio.timeout(PATIENCE_S):
                while not any(call.get("ticket") == called for call in board.topics["board:hall"].values()):
                    changed.clear()
                    await changed.wait()
            self._outcome.slowest_s = max(self._outcome.slowest_s, time.monotonic() - begun_s)
            self._outcome.served += 1
            if flow.durable.seq != expected:
                happened = await asyncio.to_thread(flow.store.events, expected - 3, 20)
                told = [(each.actor, each.command) for each in happened if each.actor != CLOCK.id]
                if len(told) != 3:  # what falls due by itself may come in between
                    self._outcome.faults.append(f"events that nobody asked for: {told}")
                expected = flow.durable.seq
            await asyncio.sleep(0.02)

    # frames that nobody should send

    async def _send_on(self, wanted: int) -> None:
        while self._outcome.frames.total() < wanted:
            async with asyncio.timeout(PATIENCE_S):
                await self._connect()

    async def _connect(self) -> None:
        """One link, from its handshake to an end of some kind."""
        reader, writer = await asyncio.open_connection(self._host, self._port, limit=1 << 20)
        drain: asyncio.Task[None] | None = None
        try:
            writer.write(
                f"GET /feed HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
            )
            await reader.readuntil(b"\r\n\r\n")  # nobody speaks before the handshake is answered
            drain = asyncio.create_task(_swallow(reader))
            column = self._chance.choice([*self._town.tokens])
            if self._chance.random() < 0.7:
                hello = {"hello": {"token": self._town.tokens[column] or "", "topics": ["hall"]}}
                writer.write(frame(TEXT, _encode(hello)))
            for _ in range(self._chance.randint(1, 30)):
                if drain.done() or writer.is_closing():
                    break
                kind = self._chance.choice(KINDS)
                self._outcome.frames[kind.__name__.strip("_")] += 1
                writer.write(kind(self, "public" if column == UNPLACED else column))
                await writer.drain()
                await asyncio.sleep(0)
            if self._chance.random() < 0.5:
                writer.write(frame(CLOSE, (1000).to_bytes(2, "big")))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the server has closed it, as it should
        finally:
            writer.transport.abort()
            if drain is not None:
                await drain

    def _garbage(self, _role: str) -> bytes:
        return frame(TEXT, "".join(chr(self._chance.randrange(32, 0x2FFF)) for _ in range(60)).encode())

    def _binary(self, _role: str) -> bytes:
        return frame(BINARY, self._chance.randbytes(100))

    def _not_utf8(self, _role: str) -> bytes:
        return frame(TEXT, b'{"hello": "\xff\xfe"}')

    def _broken(self, role: str) -> bytes:
        whole = _encode(self._command(role))
        return frame(TEXT, whole[: self._chance.randrange(1, len(whole))])

    def _deep(self, _role: str) -> bytes:
        opening = self._chance.choice((b"[", b'{"a":', b'{"args":', b'{"hello":{"topics":['))
        return frame(TEXT, opening * self._chance.randint(10, 20_000))

    def _huge_number(self, _role: str) -> bytes:
        text = b'{"%b":%b}' % (
            self._chance.choice((b"shown", b"id", b"command", b"hello")),
            self._chance.choice(
                (
                    b"9" * 400,
                    b"1e999",
                    b"-1e400",
                    b'{"call":1' + b"0" * 30 + b"}",
                    b'{"after_seq":-%b}' % (b"9" * 40),
                )
            ),
        )
        return frame(TEXT, text)

    def _huge_id(self, role: str) -> bytes:
        return frame(
            TEXT,
            _encode(self._command(role)).replace(b'"id":7', b'"id":' + b"7" * self._chance.randint(15, 60)),
        )

    def _wrong_shape(self, _role: str) -> bytes:
        odd: Any = self._chance.choice((None, True, 7, 1.5, "x", [], {}, [{}], {"topics": 7}, {"call": "x"}))
        name = self._chance.choice(("hello", "shown", "command", "args", "key", "other"))
        return frame(TEXT, _encode({name: odd, "id": odd}))

    def _wrong_command(self, role: str) -> bytes:
        return frame(TEXT, _encode(self._command(role)))

    def _oversized(self, _role: str) -> bytes:
        return frame(TEXT, b'{"command": "' + b"x" * (OFF.message_bytes + self._chance.randrange(1000)))

    def _fragments(self, role: str) -> bytes:
        whole = _encode(self._command(role))
        cut = self._chance.randrange(len(whole))
        first, rest = frame(TEXT, whole[:cut], final=False), frame(0x0, whole[cut:])
        return first + self._chance.choice((b"", frame(PING, b"?"))) + self._chance.choice((rest, b"", first))

    def _no_such_frame(self, _role: str) -> bytes:
        return self._chance.choice(
            (frame(0x3, b""), frame(0xB, b""), b"\xf1\x80\0\0\0\0", b"\x81\x02{}", frame(PING, b"x" * 200))
        )

    def _pings(self, _role: str) -> bytes:
        return frame(PING, b"?") * 50

    def _hellos(self, role: str) -> bytes:
        token = self._chance.choice((None, "", "x" * 43, self._town.tokens[role]))
        topics = self._chance.choices(
            ("hall", "floor", "admin", "window:1", "board:hall", "device", "nothing", ""),
            k=self._chance.randrange(9),
        )
        hello = {
            "token": token,
            "topics": topics,
            "after_seq": self._chance.choice((None, -1, 0, 2**62)),
            "epoch": "x",
        }
        return frame(TEXT, _encode({"hello": hello})) * self._chance.randint(1, 5)

    def _command(self, role: str) -> dict[str, Any]:
        """A command that is wrong for certain in one way."""
        entry = self._chance.choice(self._commands)
        args = example.fields(entry.type, {})
        made: dict[str, Any] = {"id": 7, "command": entry.name, "args": args}
        ways: list[Callable[[], Any]] = [
            lambda: args.update({"nobody_knows": 1}),
            lambda: made.update(command=f"{entry.name}!"),
            lambda: made.update(key="k" * 129),
            lambda: made.update(args=[args]),
            lambda: args.update({name: {"of": "another kind"} for name in [*_needed(entry), "x"]}),
            lambda: (
                args.pop(self._chance.choice(_needed(entry)), None) if _needed(entry) else args.update(x=1)
            ),
        ]
        if not entry.roles & {role, "public"}:
            ways.append(lambda: None)  # right, but of somebody who may not
        self._chance.choice(ways)()
        return made


KINDS: list[Callable[[Storm, str], bytes]] = [
    Storm._garbage,
    Storm._binary,
    Storm._not_utf8,
    Storm._broken,
    Storm._deep,
    Storm._huge_number,
    Storm._huge_id,
    Storm._wrong_shape,
    Storm._wrong_command,
    Storm._wrong_command,
    Storm._wrong_command,
    Storm._oversized,
    Storm._fragments,
    Storm._no_such_frame,
    Storm._pings,
    Storm._hellos,
]
"""Every kind of frame; wrong commands more often, for there are many of them."""


def _needed(entry: Entry) -> list[str]:
    return [each.encode_name for each in msgspec.structs.fields(entry.type) if each.required]


def frame(kind: int, content: bytes, *, final: bool = True) -> bytes:
    """A client's frame; a mask of zeros leaves the bytes as they are."""
    length = len(content)
    if length < 126:
        size = bytes((0x80 | length,))
    elif length < 1 << 16:
        size = b"\xfe" + length.to_bytes(2, "big")
    else:
        size = b"\xff" + length.to_bytes(8, "big")
    return bytes((kind | (0x80 if final else 0),)) + size + bytes(4) + content


async def _swallow(reader: asyncio.StreamReader) -> None:
    """Read what comes, and forget it, until the end."""
    try:
        while await reader.read(1 << 16):
            pass
    except ConnectionError:
        pass


class _Given(ctypes.Structure):
    """What `mallinfo2` tells (malloc.h); `uordblks` is in use, `hblkhd` in mappings of its own."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    ]


def held_mb() -> float:
    """The memory that this process holds: what malloc and Python's own allocator have given out.

    Resident memory is no measure of it: what is kept hides in what others left free.
    """
    gc.collect()
    malloc = ctypes.CDLL(None).mallinfo2
    malloc.restype = _Given
    given = malloc()
    return float((given.uordblks + given.hblkhd + sys.getallocatedblocks() * BLOCK_KB * 1e3) / 1e6)
