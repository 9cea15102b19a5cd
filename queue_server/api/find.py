"""Finding a ticket again at a kiosk: by the code that stands on its paper, or by the token in the QR symbol there."""

from collections.abc import Mapping

import msgspec
from aiohttp import web
from msgspec.structs import replace

from queue_server.api.route import BASE, Do, Route, asked
from queue_server.engine.actor import Actor
from queue_server.flow.flow import Flow
from queue_server.views import phone
from queue_server.wire.command import Role
from queue_server.wire.error import Refusal
from queue_server.wire.field import Token
from queue_server.wire.holder import FoundRecord


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The `code` on the paper, "C103417": number and check digits; or the `token`, which is whole where a QR symbol was scanned."""

    code: str | None = None
    token: Token | None = None


ROUTES: tuple[Route, ...] = (
    Route(
        "tickets.find",
        "POST",
        f"{BASE}/tickets/find",
        "Find a ticket of today, or one that is still open, for whoever holds its paper.",
        frozenset[Role](("kiosk",)),
        Wanted,
        FoundRecord,
    ),
)


class FindRoutes:
    """Handlers of ROUTES. What was typed or scanned stands in no address, and so in no log."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self.do: Mapping[str, Do] = {"tickets.find": self._find}

    async def _find(self, request: web.Request, _kiosk: Actor) -> FoundRecord:
        wanted = await asked(request, Wanted)
        state = self._flow.durable
        id_ = phone.held(state, wanted.token) if wanted.token else phone.coded(state, wanted.code or "")
        if id_ is None:
            raise Refusal("ticket.unknown")
        found = phone.found(state, id_)
        waits = self._flow.foresight.ways(id_)
        ways = {"first": found.first, "able": found.able}
        known = {
            way: replace(record, wait=waits.get(way)) for way, record in ways.items() if record is not None
        }
        return replace(found, **known)
