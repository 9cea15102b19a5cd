"""Accounts over HTTP, for administrators: listed, added, changed, reset, signed out, imported. One table for all."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from aiohttp import web

from queue_server.api import answer, bearer
from queue_server.auth.account import AccountRecord, Accounts, Imported
from queue_server.auth.door import MALFORMED, invalid
from queue_server.auth.gate import Gate
from queue_server.flow.flow import Flow
from queue_server.flow.port import Unavailable
from queue_server.store.account import People
from queue_server.wire.command import PEOPLE, Name, Role
from queue_server.wire.error import Refusal
from queue_server.wire.ticket import Text

ADMIN = frozenset[Role](("admin",))
JSON, CSV = "application/json", "text/csv"


class NewAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An account to be made. Without a password it gets one for one sign-in."""

    name: Name
    role: Role
    shown: Name | None = None
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] | None = None


class NewAccountMade(msgspec.Struct, frozen=True, omit_defaults=True):
    """An account just made, and the password for its first sign-in: told once and kept nowhere."""

    account: AccountRecord
    one_time_password: str | None = None


class AccountChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be different; what is left out stays."""

    role: Role | None = None
    shown: Name | None = None
    active: bool | None = None


class OneTimePassword(msgspec.Struct, frozen=True):
    """A password for one sign-in: told once and kept nowhere."""

    one_time_password: str


class SignedOut(msgspec.Struct, frozen=True):
    """How many sessions were ended."""

    sessions: int


@dataclass(frozen=True)
class Route:
    """One address: what is sent there (None: nothing; bytes: a CSV file) and what is answered with `status`."""

    name: str
    method: str
    path: str
    summary: str
    asks: Any
    answer: Any
    status: int = 200


ROUTES: tuple[Route, ...] = (
    Route("accounts.list", "GET", "/accounts", "Every account, by name.", None, list[AccountRecord]),
    Route("accounts.add", "POST", "/accounts", "Add an account.", NewAccount, NewAccountMade, 201),
    Route(
        "accounts.import",
        "POST",
        "/accounts/import",
        "Add and change staff from a CSV file (name, role, shown). With any fault nothing is changed.",
        bytes,
        Imported,
    ),
    Route(
        "accounts.change",
        "PATCH",
        "/accounts/{name}",
        "Change an account. Another role, or not active any more, ends its sessions.",
        AccountChange,
        AccountRecord,
    ),
    Route(
        "accounts.reset",
        "POST",
        "/accounts/{name}/reset",
        "Give an account a one-time password; its sessions end.",
        None,
        OneTimePassword,
    ),
    Route(
        "accounts.sign_out",
        "POST",
        "/accounts/{name}/sign-out",
        "End an account's sessions.",
        None,
        SignedOut,
    ),
)
"""Every address of accounts."""

_Do = Callable[[web.Request], Awaitable[Any]]
_new = msgspec.json.Decoder(NewAccount).decode
_change = msgspec.json.Decoder(AccountChange).decode


class AccountRoutes:
    """Handlers of ROUTES. Sessions that a change ends are over at once, with their open links."""

    def __init__(self, gate: Gate, flow: Flow, people: People) -> None:
        self._gate = gate
        self._flow = flow
        self._accounts = Accounts(people)

    def routes(self, base: str) -> list[web.RouteDef]:
        """The routes below `base`."""
        handlers: dict[str, _Do] = {
            "accounts.list": self._list,
            "accounts.add": self._add,
            "accounts.import": self._import,
            "accounts.change": self._changed,
            "accounts.reset": self._reset,
            "accounts.sign_out": self._sign_out,
        }
        return [
            web.route(route.method, base + route.path, self._handler(route, handlers[route.name]))
            for route in ROUTES
        ]

    def _handler(self, route: Route, do: _Do) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            actor = await bearer.actor(request, self._gate)
            if actor.role not in ADMIN:
                raise Refusal("auth.missing" if actor.role == "public" else "auth.forbidden")
            if route.method != "GET":
                bearer.check_page(request, CSV if route.asks is bytes else JSON)
            try:
                return answer.value(await do(request), route.status)
            except msgspec.ValidationError as error:
                raise invalid(error) from error
            except MALFORMED as error:
                raise Refusal("request.malformed") from error
            except Unavailable as fault:
                raise Refusal("store.unavailable") from fault

        return handle

    async def _list(self, _request: web.Request) -> list[AccountRecord]:
        return await asyncio.to_thread(self._accounts.records)

    async def _add(self, request: web.Request) -> NewAccountMade:
        asked = _new(await request.read())
        role = _person(asked.role)
        record, once = await asyncio.to_thread(
            self._accounts.add, asked.name, role, asked.shown or asked.name, asked.password
        )
        self._flow.names[record.name] = record.shown
        return NewAccountMade(record, once)

    async def _changed(self, request: web.Request) -> AccountRecord:
        asked = _change(await request.read() or b"{}")
        role = None if asked.role is None else _person(asked.role)

        def change() -> tuple[AccountRecord, list[str]]:
            return self._accounts.change(
                request.match_info["name"], role=role, shown=asked.shown, active=asked.active
            )

        record, ended = await asyncio.to_thread(change)
        self._flow.names[record.name] = record.shown
        self._gate.end(ended)
        return record

    async def _reset(self, request: web.Request) -> OneTimePassword:
        word, ended = await asyncio.to_thread(self._accounts.reset, request.match_info["name"])
        self._gate.end(ended)
        return OneTimePassword(word)

    async def _sign_out(self, request: web.Request) -> SignedOut:
        ended = await asyncio.to_thread(self._accounts.sign_out, request.match_info["name"])
        self._gate.end(ended)
        return SignedOut(len(ended))

    async def _import(self, request: web.Request) -> Imported:
        done, ended = await asyncio.to_thread(self._accounts.load, await request.read())
        for record in await asyncio.to_thread(self._accounts.records):
            self._flow.names[record.name] = record.shown
        self._gate.end(ended)
        return done


def _person(role: Role) -> Role:
    if role not in PEOPLE:
        fault = Text(f"$.role 没有“{role}”这个岗位", f"$.role: “{role}” is no role of people")
        raise Refusal("request.invalid", fault=fault, path="$.role")
    return role
