"""Checking a configuration document that is not published yet: its faults, what to think of, and what it would change."""

from typing import Any

import msgspec
from aiohttp import web

from queue_server.api import answer, bearer
from queue_server.auth.door import MALFORMED, invalid
from queue_server.auth.gate import Gate
from queue_server.engine import config
from queue_server.engine.config import Change
from queue_server.engine.design import FaultyHall, design
from queue_server.engine.document import Fault
from queue_server.engine.state import State
from queue_server.flow.flow import Flow
from queue_server.wire.command import Role
from queue_server.wire.error import Refusal

CHECKERS: frozenset[Role] = frozenset(("manager", "admin", "auditor"))
"""Who may have a document checked, and see the ones that were published."""


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


class ConfigRoutes:
    """The one address of a check."""

    def __init__(self, gate: Gate, flow: Flow) -> None:
        self._gate, self._flow = gate, flow

    async def check(self, request: web.Request) -> web.StreamResponse:
        """Check a document; nothing is changed."""
        actor = await bearer.actor(request, self._gate)
        if actor.role not in CHECKERS:
            raise Refusal("auth.missing" if actor.role == "public" else "auth.forbidden")
        bearer.check_page(request)
        try:
            draft = msgspec.json.decode(await request.read(), type=Draft)
        except msgspec.ValidationError as error:
            raise invalid(error) from error
        except MALFORMED as error:
            raise Refusal("request.malformed") from error
        return answer.value(checked(self._flow.durable, draft.document))
