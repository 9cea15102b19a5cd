"""A whole server for tests: real flow, real SQLite file, real sockets on a free port; and somebody of every role."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from queue_server.app.serve import Server, serve
from queue_server.app.server import BackupDocument
from queue_server.app.setting import Settings
from queue_server.auth.account import ONCE
from queue_server.auth.gate import IDLE
from queue_server.auth.limit import Limits
from queue_server.auth.secret import digest, hash_password, new_token
from queue_server.client.link import Link
from queue_server.engine.hall import Hall
from queue_server.flow.clock import Clock
from queue_server.flow.port import Store
from queue_server.store.account import Account, Token
from queue_server.wire.command import DEVICES, PEOPLE, Role
from tests.fakes.hall import MORNING, hall

PASSWORD = "correct horse"
HASH = hash_password(PASSWORD)


class House:
    """A running server, tokens of everybody in it, and a client to ask it with."""

    def __init__(self, server: Server, client: aiohttp.ClientSession, tokens: dict[str, str]) -> None:
        self.server = server
        self.client = client
        self.tokens = tokens
        self.flow = server.flow
        self.address = server.address

    def auth(self, who: str | None) -> dict[str, str]:
        """The header of somebody: a role, or a token itself."""
        return {} if who is None else {"Authorization": f"Bearer {self.tokens.get(who, who)}"}

    async def ask(
        self, method: str, path: str, who: str | None = None, body: Any = None, **headers: str
    ) -> tuple[int, Any]:
        """Status and decoded body of a request below /api/v1; `body` may be bytes."""
        data = body if isinstance(body, bytes | None) else msgspec.json.encode(body)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.client.request(
            method, f"{self.address}/api/v1{path}", data=data, headers=self.auth(who) | names
        ) as answer:
            text = await answer.read()
            return answer.status, msgspec.json.decode(text) if text else None

    async def take(self, service: str = "filing", who: str = "kiosk", **fields: Any) -> dict[str, Any]:
        """A fresh ticket."""
        status, ticket = await self.ask("POST", "/tickets", who, {"service": service, **fields})
        assert status == 201, ticket
        assert isinstance(ticket, dict)
        return ticket

    def link(self, *topics: str, who: str | None = None) -> Link:
        """A reconnecting link of somebody."""
        return Link([self.address], topics, None if who is None else self.tokens[who])

    def socket(self) -> Any:
        """A bare websocket to the feed."""
        return self.client.ws_connect(f"{self.address}/feed")


@asynccontextmanager
async def house(
    folder: Path,
    *,
    plan: Hall | None = None,
    clock: Clock | None = None,
    store: Store | None = None,
    port: int = 0,
    limits: Limits | None = None,
    idle: timedelta = IDLE,
    once: timedelta = ONCE,
    backup: BackupDocument | None = None,
    public_url: str | None = None,
) -> AsyncIterator[House]:
    """A running house in a folder; its clock starts at MORNING and can be set."""
    server = await serve(
        Settings(
            folder,
            "127.0.0.1",
            port,
            limits=limits or Limits(),
            idle=idle,
            once=once,
            backup=backup,
            public_url=public_url,
        ),
        plan or hall(),
        clock or Clock(MORNING),
        store=store,
    )
    try:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
            yield House(server, client, {role: token(server, role) for role in (*PEOPLE, *DEVICES)})
    finally:
        await server.stop()


def token(server: Server, role: Role, name: str | None = None, windows: frozenset[Any] | None = None) -> str:
    """A fresh token of somebody with a role, and for people an account named after it."""
    now = datetime.now(UTC)
    called = name or role
    if role in PEOPLE:
        server.people.add(
            Account(name=called, role=role, shown=f"某{role}", hash=HASH, created_at=now, changed_at=now)
        )
    made = new_token()
    server.people.put_token(
        Token(digest=digest(made), role=role, name=called, windows=windows, created_at=now)
    )
    return made
