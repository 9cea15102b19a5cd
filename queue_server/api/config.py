"""Documents beside the versions that run: checked before they are published, read from TOML and written as it, and samples."""

import asyncio
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import msgspec
from aiohttp import web

from queue_server.api.answer import EVERYWHERE
from queue_server.api.query import told
from queue_server.api.route import BASE, Do, Route, asked
from queue_server.engine import config, duties, toml
from queue_server.engine.actor import Actor
from queue_server.engine.config import Change
from queue_server.engine.design import Design, FaultyHall, design
from queue_server.engine.document import Fault
from queue_server.engine.state import State
from queue_server.flow.flow import Flow
from queue_server.wire.command import Role
from queue_server.wire.error import Refusal
from queue_server.wire.ticket import Text


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A document to be checked."""

    document: dict[str, Any]


class Remark(msgspec.Struct, frozen=True):
    """Something said of a place in a document."""

    path: str
    zh: str
    en: str


class Use(msgspec.Struct, frozen=True):
    """What the document would remove though tickets are still at it: ids of services and windows, of classes, and the tickets."""

    what: list[str]
    classes: list[str]
    tickets: list[str]
    numbers: list[str]


class Checked(msgspec.Struct, frozen=True):
    """What was found. It can be published now if there are no faults and nothing is in use."""

    faults: list[Remark]
    warnings: list[Remark]
    difference: list[Change]
    in_use: Use | None = None


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The text of a TOML file."""

    toml: str


class Sheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The text of a roster in CSV, for a document: in place of its roster, or with `add` behind it."""

    document: dict[str, Any]
    csv: str
    add: bool = False


class Read(msgspec.Struct, frozen=True):
    """The document that a file makes, None if it makes none and then why. What stands in a TOML text is a matter of a check."""

    document: dict[str, Any] | None
    faults: list[Remark]


class Sample(msgspec.Struct, frozen=True):
    """A hall to begin with, and how large it is."""

    id: str
    name: Text
    zones: int
    services: int
    windows: int
    document: dict[str, Any]


def sample(id_: str, document: dict[str, Any]) -> Sample:
    """A faultless document as a sample."""
    hall = design(document).hall
    return Sample(id_, hall.name, len(hall.zones), len(hall.services), len(hall.windows), document)


def checked(state: State, document: dict[str, Any], made: Design | FaultyHall, role: Role) -> Checked:
    """What a document, and what was `made` of it, would mean for the hall as it is, as a role may read it.

    Of the names in the fast track's list nobody is told by it: whoever is to read them reads a version.
    """
    runs = config.running(state)
    before = runs.content if runs is not None else {}
    changes = [
        config.unnamed(change)
        for change in config.difference(config.told(before, role), config.told(document, role))
    ]
    if isinstance(made, FaultyHall):
        return Checked([_remark(fault) for fault in made.faults], [], changes)
    use: Use | None = None
    try:
        config.check_use(state, made.hall)
    except Refusal as refusal:
        use = msgspec.convert(refusal.detail, Use)
    return Checked([], [_remark(warning) for warning in made.warnings], changes, use)


def _made(document: dict[str, Any], role: Role) -> Design | FaultyHall:
    """Who reads masks may check the rest of what they read, as they cannot publish it."""
    try:
        return config.proposed(document) if role == "admin" else design(document)
    except FaultyHall as error:
        return error


def _remark(fault: Fault) -> Remark:
    return Remark(fault.path, fault.text.zh, fault.text.en)


_CHECKERS = frozenset[Role](("manager", "admin", "auditor"))

ROUTES: tuple[Route, ...] = (
    Route(
        "config.check",
        "POST",
        f"{BASE}/config/check",
        "Check a configuration document and say what it would change; nothing is done.",
        _CHECKERS,
        Draft,
        Checked,
    ),
    Route(
        "config.read",
        "POST",
        f"{BASE}/config/read",
        "Read a TOML text into a document; nothing is done.",
        _CHECKERS,
        Written,
        Read,
    ),
    Route(
        "config.roster",
        "POST",
        f"{BASE}/config/roster",
        "Put a roster in CSV into a document; nothing is done.",
        _CHECKERS,
        Sheet,
        Read,
    ),
    Route(
        "config.export",
        "GET",
        f"{BASE}/config/{{version}}/export",
        "The configuration of a version as a TOML file.",
        _CHECKERS,
        None,
        bytes,
        media="application/toml",
    ),
    Route(
        "config.samples",
        "GET",
        f"{BASE}/samples",
        "Halls to begin with.",
        _CHECKERS,
        None,
        list[Sample],
    ),
)


class ConfigRoutes:
    """Handlers of ROUTES. `samples` are faultless documents by their names."""

    def __init__(self, flow: Flow, samples: Mapping[str, dict[str, Any]]) -> None:
        self._flow = flow
        self._documents = samples
        self.do: Mapping[str, Do] = {
            "config.check": self._check,
            "config.read": self._read,
            "config.roster": self._roster,
            "config.export": self._export,
            "config.samples": self._offer,
        }

    async def _check(self, request: web.Request, actor: Actor) -> Checked:
        document = (await asked(request, Draft)).document
        # in a thread: the hall goes on while a document is read that takes long
        made = await asyncio.to_thread(_made, document, actor.role)
        return checked(self._flow.durable, document, made, actor.role)

    async def _read(self, request: web.Request, _actor: Actor) -> Read:
        try:
            # in a thread: the hall goes on while a file is read that takes long
            return Read(await asyncio.to_thread(toml.read, (await asked(request, Written)).toml), [])
        except FaultyHall as error:
            return Read(None, [_remark(fault) for fault in error.faults])

    async def _roster(self, request: web.Request, _actor: Actor) -> Read:
        sheet = await asked(request, Sheet)
        try:
            return Read(duties.merged(sheet.document, sheet.csv.encode(), add=sheet.add), [])
        except FaultyHall as error:
            return Read(None, [_remark(fault) for fault in error.faults])

    async def _export(self, request: web.Request, actor: Actor) -> web.StreamResponse:
        written = request.match_info["version"]
        n = int(written) if written.isascii() and written.isdigit() and len(written) < 10 else 0
        found = await asyncio.to_thread(self._flow.store.version, n)
        if found is None:
            raise Refusal("config.unknown_version", version=n)
        document = await told(self._flow, actor, found)
        made = web.Response(
            text=toml.published(found, document),
            content_type="application/toml",
            charset="utf-8",
        )
        made.headers.update(EVERYWHERE)
        made.headers["Content-Disposition"] = f'attachment; filename="hall-{found.n}.toml"'
        made.headers["Cache-Control"] = "no-store"
        return made

    async def _offer(self, _request: web.Request, _actor: Actor) -> list[Sample]:
        return self._samples

    @cached_property
    def _samples(self) -> list[Sample]:
        """Made when somebody asks: a start need not wait for it."""
        return [sample(id_, document) for id_, document in self._documents.items()]
