"""The HTTP side of the server: one handler for all commands, one for all queries, sessions, health, and the pages.

Written for speed where it counts: a command costs one lookup of its token, one decode, and what the write path takes.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import msgspec
from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from queue_server.api import answer, bearer
from queue_server.api.account import AccountRoutes
from queue_server.api.config import ConfigRoutes
from queue_server.api.document import BASE, document
from queue_server.api.query import QUERIES, Query
from queue_server.api.session import SessionRoutes
from queue_server.api.site import Asset, site_routes
from queue_server.auth.door import MALFORMED, check_role, invalid, read
from queue_server.auth.gate import Gate
from queue_server.auth.intake import Intake
from queue_server.store.account import People
from queue_server.wire.command import REGISTRY, Entry
from queue_server.wire.error import Refusal
from queue_server.wire.ticket import Text

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Jump(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Set the business clock of a demo or a test forward."""

    to: datetime


def http_routes(
    intake: Intake,
    gate: Gate,
    people: People,
    registry: CollectorRegistry,
    files: Mapping[str, Asset],
    *,
    version: str,
    jumped: Callable[[], None],
) -> list[web.RouteDef]:
    """Every address of the server but the feed. `jumped` is called after the business clock was set."""
    sessions = SessionRoutes(gate, intake.flow)
    health = _Health(intake, registry)
    described = msgspec.json.encode(document(version))

    async def describe(_request: web.Request) -> web.StreamResponse:
        return answer.body(described)

    return [
        *(
            web.route(entry.method, BASE + entry.path, _command(entry, intake, gate))
            for entry in REGISTRY.values()
            if entry.method is not None and entry.path is not None
        ),
        *(web.get(BASE + query.path, _query(query, intake, gate)) for query in QUERIES),
        web.get(f"{BASE}/openapi.json", describe),
        web.post(f"{BASE}/login", sessions.login),
        web.post(f"{BASE}/logout", sessions.logout),
        web.get(f"{BASE}/me", sessions.me),
        web.post(f"{BASE}/me/password", sessions.password),
        *AccountRoutes(gate, intake.flow, people).routes(BASE),
        web.post(f"{BASE}/config/check", ConfigRoutes(gate, intake.flow).check),
        web.post(f"{BASE}/clock/jump", _jump(intake, gate, jumped)),
        web.get("/health", health.health),
        web.get("/ready", health.ready),
        web.get("/metrics", health.metrics),
        *site_routes(files, "/login"),
    ]


def _command(entry: Entry, intake: Intake, gate: Gate) -> Handler:
    async def command(request: web.Request) -> web.StreamResponse:
        actor = await bearer.actor(request, gate)
        check_role(entry, actor)
        bearer.check_page(request)
        made = read(entry, await request.read(), request.match_info)
        done = await intake.ask(entry, actor, made, request.headers.get("Idempotency-Key"))
        return answer.body(done.body, done.status)

    return command


def _query(query: Query, intake: Intake, gate: Gate) -> Handler:
    async def ask(request: web.Request) -> web.StreamResponse:
        actor = await bearer.actor(request, gate)
        if actor.role not in query.roles:
            raise Refusal("auth.missing" if actor.role == "public" else "auth.forbidden")
        for name in request.query:
            if name not in query.parameters:
                fault = Text(f"没有“{name}”这个参数", f"there is no parameter “{name}”")
                raise Refusal("request.invalid", fault=fault, path=name)
        return answer.value(await query.read(intake.flow, actor, {**request.query, **request.match_info}))

    return ask


def _jump(intake: Intake, gate: Gate, jumped: Callable[[], None]) -> Handler:
    async def jump(request: web.Request) -> web.StreamResponse:
        actor = await bearer.actor(request, gate)
        if actor.role != "admin":
            raise Refusal("auth.missing" if actor.role == "public" else "auth.forbidden")
        bearer.check_page(request)
        clock = intake.flow.clock
        if not clock.settable:
            raise Refusal("clock.not_settable")
        try:
            asked = msgspec.json.decode(await request.read(), type=Jump)
        except msgspec.ValidationError as error:
            raise invalid(error) from error
        except MALFORMED as error:
            raise Refusal("request.malformed") from error
        if asked.to.tzinfo is None or asked.to < clock.now():
            fault = Text("to 应为带时区的将来时间", "to: expected a later time with its offset")
            raise Refusal("request.invalid", fault=fault, path="$.to")
        clock.set(asked.to)
        await intake.flow.settle()
        jumped()
        return answer.value({"now": clock.now()})

    return jump


class _Health:
    """What watches over the server: alive, ready, and its numbers."""

    def __init__(self, intake: Intake, registry: CollectorRegistry) -> None:
        self._flow = intake.flow
        self._registry = registry

    async def health(self, _request: web.Request) -> web.StreamResponse:
        return answer.value({"alive": True})

    async def ready(self, _request: web.Request) -> web.StreamResponse:
        ready = not self._flow.degraded
        return answer.value({"ready": ready, "seq": self._flow.seq}, 200 if ready else 503)

    async def metrics(self, _request: web.Request) -> web.StreamResponse:
        return web.Response(
            body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )
