"""Addresses that are neither a command's nor a query's: each declared as one row, and all handled in one way."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from queue_server.api import answer, bearer
from queue_server.auth.door import MALFORMED, check_role, invalid
from queue_server.auth.gate import PUBLIC, Gate
from queue_server.engine.actor import Actor
from queue_server.flow.port import Unavailable
from queue_server.wire.command import Role
from queue_server.wire.error import Refusal

BASE = "/api/v1"
"""What stands before the address of every command, query and route of the API."""
JSON, CSV, BYTES = "application/json", "text/csv", "application/octet-stream"


@dataclass(frozen=True)
class Route:
    """One address: who may ask there, what is sent (None: nothing; bytes: a file of the kind `takes`) and what is answered with
    `status` (None: nothing; bytes: text of the kind `media`).

    One that is `open` to everybody looks at nobody's token, so that a token which is not good any more keeps nobody out.
    `parameters` are those of the query string with their words; there are no others. `changing` lets in who has to choose a
    password before anything else. One that is `keyed` honours an Idempotency-Key as commands do.
    """

    name: str
    method: str
    path: str
    summary: str
    roles: frozenset[Role]
    asks: Any
    answer: Any
    status: int = 200
    media: str = JSON
    takes: str = CSV
    open: bool = False
    changing: bool = False
    keyed: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)


Do = Callable[[web.Request, Actor], Awaitable[Any]]
"""What a route does for somebody who may: it returns the answer, or a whole response of its own. It may raise Refusal."""
_T = TypeVar("_T")


def routes(declared: Mapping[str, Route], do: Mapping[str, Do], gate: Gate) -> list[web.RouteDef]:
    """Every declared route by its name, with what it does."""
    assert set(declared) == set(do), "what is declared is what is done"
    return [
        web.route(route.method, route.path, _handler(route, do[name], gate))
        for name, route in declared.items()
    ]


def _handler(route: Route, do: Do, gate: Gate) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        actor = PUBLIC
        if not route.open:
            actor = await bearer.actor(request, gate, changing=route.changing)
            check_role(route.roles, actor)
            if route.method != "GET":
                bearer.check_page(request, route.takes if route.asks is bytes else JSON)
        try:
            made = await do(request, actor)
        except Unavailable as fault:
            raise Refusal("store.unavailable") from fault
        if isinstance(made, web.StreamResponse):
            return made
        return answer.body(None) if made is None else answer.value(made, route.status)

    return handle


async def asked(request: web.Request, kind: type[_T]) -> _T:
    """A request's body. Refuses one that is not JSON or of another shape."""
    try:
        return msgspec.json.decode(await request.read(), type=kind)
    except msgspec.ValidationError as error:
        raise invalid(error) from error
    except MALFORMED as error:
        raise Refusal("request.malformed") from error
