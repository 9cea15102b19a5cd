"""A feed for the kiosk's tests: a hall that says hello, shows itself, and issues one ticket for each key."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import msgspec
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from queue_server.wire.frame import FromClient
from tests.unit.kiosk.hall import AT, HALL, SERVICES, ZONES, block, ticket, zone


class Stage:
    """What the kiosk's link talks to. `heard` are the commands but those for numbers, `mute` keeps every answer back, `lent` are
    the zones of which numbers were had. While it is `sick` its store takes no ticket.
    """

    def __init__(self, *, lends: bool = False) -> None:
        self.heard: list[tuple[str, str, dict[str, Any]]] = []
        self.issued: dict[str, Any] = {}
        self.mute = False
        self.sick = False
        self.lent: list[str] = []
        self._lends = lends
        self._server: Server | None = None
        self._news = asyncio.Event()

    @property
    def address(self) -> str:
        """Where it listens."""
        assert self._server is not None
        host, port = next(iter(self._server.sockets)).getsockname()[:2]
        return f"http://{host}:{port}"

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["Stage"]:
        """Listen until the end of the block."""
        async with serve(self._meet, "127.0.0.1", 0, compression=None) as self._server:
            yield self

    async def until(self, command: str, count: int = 1) -> list[tuple[str, str, dict[str, Any]]]:
        """The commands of a name, once there are so many."""
        while len(found := [one for one in self.heard if one[0] == command]) < count:
            self._news.clear()
            await self._news.wait()
        return found

    async def all_lent(self) -> None:
        """Return when there are numbers of every zone."""
        while len(self.lent) < len(ZONES):
            self._news.clear()
            await self._news.wait()

    async def _meet(self, socket: ServerConnection) -> None:
        beat = {"now": AT.isoformat(), "speed": 1.0, "degraded": False}
        with contextlib.suppress(ConnectionClosed):
            async for text in socket:
                message = msgspec.json.decode(text, type=FromClient)
                if message.hello is not None:
                    snapshot = {
                        "snapshot": {"hall": _records()},
                        "live": {},
                        "seq": 1,
                        "epoch": "e",
                        "beat": beat,
                    }
                    await socket.send(msgspec.json.encode(snapshot).decode())
                if message.command is not None:
                    if message.command != "leases.take":
                        self.heard.append((message.command, message.key or "", message.args))
                    if not self.mute:
                        answer = {"id": message.id} | self._answer(message)
                        await socket.send(msgspec.json.encode(answer).decode())
                    self._news.set()

    def _answer(self, message: FromClient) -> dict[str, Any]:
        """One ticket for each key, however often it is asked for."""
        if message.command == "leases.take":
            if self._lends:
                self.lent.append(message.args["zone"])
                return {"ok": block(message.args["zone"], epoch="e")}
            return {"error": {"code": "lease.exhausted"}}
        if message.command != "tickets.take":
            return {"ok": None}
        if self.sick:
            return {"error": {"code": "store.unavailable"}}
        printed = message.args.get("issued_offline", {})
        number = f"{message.args['service'][0].upper()}{len(self.issued) + 1:03}"
        made = ticket(
            printed.get("number", number),
            id=message.args["id"],
            service=message.args["service"],
            zone=message.args["service"][0].upper(),
            language=message.args["language"],
            issued_at=AT + timedelta(minutes=3),
        )
        return {"ok": self.issued.setdefault(message.key or "", made)}


def _records() -> dict[str, Any]:
    hall = {"hall": HALL}
    zones = {f"zone/{z[0]}": zone(z[0]) for z in ZONES}
    return hall | zones | {f"service/{service.id}": service for service in SERVICES}
