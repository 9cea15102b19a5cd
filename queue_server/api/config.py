"""Checking a configuration document that is not published yet: its faults, what to think of, and what it would change."""

from collections.abc import Mapping
from typing import Any

import msgspec
from aiohttp import web

from queue_server.api.route import BASE, Do, Route, asked
from queue_server.engine import config
from queue_server.engine.actor import Actor
from queue_server.engine.config import Change
from queue_server.engine.design import FaultyHall, design
from queue_server.engine.document import Fault
from queue_server.engine.state import State
from queue_server.flow.flow import Flow
from queue_server.wire.error import Refusal


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A document to be checked."""

    document: dict[str, Any]


class Remark(msgspec.Struct, frozen=True):
    """Something said of a place in a document."""

    path: str
    zh: str
    en: str


class Use(msgspec.Struct, frozen=True):
    """What the document would remove though tickets are still at it: ids of services and windows, and the tickets."""

    what: list[str]
    tickets: list[str]
    numbers: list[str]


class Checked(msgspec.Struct, frozen=True):
    """What was found. It can be published now if there are no faults and nothing is in use."""

    faults: list[Remark]
    warnings: list[Remark]
    difference: list[Change]
    in_use: Use | None = None


def checked(state: State, document: dict[str, Any]) -> Checked:
    """What a document would mean for the hall as it is."""
    runs = config.running(state)
    changes = config.difference(runs.content if runs is not None else {}, document)
    try:
        made = design(document)
    except FaultyHall as error:
        return Checked([_remark(fault) for fault in error.faults], [], changes)
    use: Use | None = None
    try:
        config.check_use(state, made.hall)
    except Refusal as refusal:
        use = Use(refusal.detail["what"], refusal.detail["tickets"], refusal.detail["numbers"])
    return Checked([], [_remark(warning) for warning in made.warnings], changes, use)


def _remark(fault: Fault) -> Remark:
    return Remark(fault.path, fault.text.zh, fault.text.en)


ROUTES: tuple[Route, ...] = (
    Route(
        "config.check",
        "POST",
        f"{BASE}/config/check",
        "Check a configuration document and say what it would change; nothing is done.",
        frozenset(("manager", "admin", "auditor")),
        Draft,
        Checked,
    ),
)


class ConfigRoutes:
    """Handlers of ROUTES."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self.do: Mapping[str, Do] = {"config.check": self._check}

    async def _check(self, request: web.Request, _actor: Actor) -> Checked:
        return checked(self._flow.durable, (await asked(request, Draft)).document)
