"""Accounts over HTTP, for administrators: listed, added, changed, reset, signed out, imported. One table for all."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from aiohttp import web
from msgspec import UNSET, UnsetType

from queue_server.api.route import BASE, Do, Route, asked
from queue_server.auth.account import NOTE, AccountRecord, Imported, of_hall
from queue_server.auth.gate import Gate
from queue_server.auth.ledger import Ledger
from queue_server.engine import config
from queue_server.engine.actor import Actor
from queue_server.engine.staff import tells
from queue_server.flow.flow import Flow
from queue_server.wire.command import Person, Publish, Role
from queue_server.wire.error import Refusal
from queue_server.wire.field import Name

ADMIN = frozenset[Role](("admin",))


class NewAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An account to be made. Without a password it gets one for one sign-in."""

    name: Name
    role: Person
    shown: Name | None = None
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] | None = None


class NewAccountMade(msgspec.Struct, frozen=True, omit_defaults=True):
    """An account just made, and the password for its first sign-in: told once and kept nowhere."""

    account: AccountRecord
    one_time_password: str | None = None


class AccountChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be different; what is left out stays. A PIN can be taken away only: null."""

    role: Person | None = None
    shown: Name | None = None
    active: bool | None = None
    pin: UnsetType | None = UNSET


class OneTimePassword(msgspec.Struct, frozen=True):
    """A password for one sign-in: told once and kept nowhere."""

    one_time_password: str


class SignedOut(msgspec.Struct, frozen=True):
    """How many sessions were ended."""

    sessions: int


def _route(name: str, address: str, summary: str, asks: Any, answer: Any, status: int = 200) -> Route:
    method, _, path = address.partition(" ")
    return Route(name, method, BASE + path, summary, ADMIN, asks, answer, status)


ROUTES: tuple[Route, ...] = (
    _route("accounts.list", "GET /accounts", "Every account, by name.", None, list[AccountRecord]),
    _route("accounts.add", "POST /accounts", "Add an account.", NewAccount, NewAccountMade, 201),
    _route(
        "accounts.import",
        "POST /accounts/import",
        "Add and change staff from a CSV file (name, role, shown, and of the hall's staff department, skills, abilities). "
        "With any fault nothing is changed.",
        bytes,
        Imported,
    ),
    _route(
        "accounts.change",
        "PATCH /accounts/{name}",
        "Change an account. Another role, or not active any more, ends its sessions and takes its PIN.",
        AccountChange,
        AccountRecord,
    ),
    _route(
        "accounts.reset",
        "POST /accounts/{name}/reset",
        "Give an account a one-time password; its sessions end, its PIN is gone.",
        None,
        OneTimePassword,
    ),
    _route(
        "accounts.sign_out", "POST /accounts/{name}/sign-out", "End an account's sessions.", None, SignedOut
    ),
)
"""Every address of accounts."""


class AccountRoutes:
    """Handlers of ROUTES. Sessions that a change ends are over at once, with their open links."""

    def __init__(self, gate: Gate, flow: Flow, ledger: Ledger) -> None:
        self._gate = gate
        self._flow = flow
        self._ledger = ledger
        self.do: Mapping[str, Do] = {
            "accounts.list": self._list,
            "accounts.add": self._add,
            "accounts.import": self._import,
            "accounts.change": self._change,
            "accounts.reset": self._reset,
            "accounts.sign_out": self._sign_out,
        }

    async def _list(self, _request: web.Request, actor: Actor) -> list[AccountRecord]:
        return await asyncio.to_thread(self._gate.accounts(actor).records)

    async def _add(self, request: web.Request, actor: Actor) -> NewAccountMade:
        new = await asked(request, NewAccount)
        record, once = await asyncio.to_thread(
            self._gate.accounts(actor).add, new.name, new.role, new.shown or new.name, new.password
        )
        self._flow.names[record.name] = record.shown
        await self._ledger.settle()
        return NewAccountMade(record, once)

    async def _change(self, request: web.Request, actor: Actor) -> AccountRecord:
        wanted = await asked(request, AccountChange)

        def change() -> tuple[AccountRecord, list[str]]:
            return self._gate.accounts(actor).change(
                request.match_info["name"],
                role=wanted.role,
                shown=wanted.shown,
                active=wanted.active,
                forget_pin=wanted.pin is None,
            )

        record, ended = await asyncio.to_thread(change)
        self._flow.names[record.name] = record.shown
        self._gate.end(ended)
        await self._ledger.settle()
        return record

    async def _reset(self, request: web.Request, actor: Actor) -> OneTimePassword:
        word, ended = await asyncio.to_thread(self._gate.accounts(actor).reset, request.match_info["name"])
        self._gate.end(ended)
        await self._ledger.settle()
        return OneTimePassword(word)

    async def _sign_out(self, request: web.Request, actor: Actor) -> SignedOut:
        ended = await asyncio.to_thread(self._gate.accounts(actor).sign_out, request.match_info["name"])
        self._gate.end(ended)
        await self._ledger.settle()
        return SignedOut(len(ended))

    async def _import(self, request: web.Request, actor: Actor) -> Imported:
        content = await request.read()
        faults = await asyncio.to_thread(self._gate.accounts(actor).faults, content)
        version = None
        if not faults and tells(content):
            running = config.running(self._flow.durable)
            if running is None:
                raise Refusal("config.unknown_version", version=0)
            document, faults = await asyncio.to_thread(of_hall, running.content, content)
            if not faults and document != running.content:
                made = Publish(document=document, note=NOTE, base=running.n)
                version = msgspec.json.decode((await self._flow.ask(actor, made, None)).body or b"{}")[
                    "version"
                ]
        if faults:
            return Imported(faults=faults)
        done, ended = await asyncio.to_thread(self._gate.accounts(actor).load, content)
        for record in await asyncio.to_thread(self._gate.accounts(actor).records):
            self._flow.names[record.name] = record.shown
        self._gate.end(ended)
        await self._ledger.settle()
        return msgspec.structs.replace(done, version=version)
