"""The HTTP side of the server: one handler for all commands, one for all queries, sessions, health, and the pages.

Written for speed where it counts: a command costs one lookup of its token, one decode, and what the write path takes.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from aiohttp import web
from prometheus_client import CollectorRegistry

from queue_server.api import answer, bearer
from queue_server.api.account import AccountRoutes
from queue_server.api.appointment import AppointmentRoutes
from queue_server.api.asked import Asked
from queue_server.api.audit import AuditRoutes
from queue_server.api.backup import BackupRoutes, Keeper
from queue_server.api.clock import ClockRoutes
from queue_server.api.config import ConfigRoutes
from queue_server.api.confirm import ConfirmRoutes
from queue_server.api.document import ROUTES, document
from queue_server.api.find import FindRoutes
from queue_server.api.health import HealthRoutes
from queue_server.api.media import MediaRoutes
from queue_server.api.query import QUERIES, Query
from queue_server.api.register import RegisterRoutes
from queue_server.api.report import ReportRoutes
from queue_server.api.route import BASE, routes
from queue_server.api.session import SessionRoutes
from queue_server.api.site import Asset, site_routes
from queue_server.auth.door import check_role, read
from queue_server.auth.gate import Gate
from queue_server.auth.intake import Intake
from queue_server.auth.ledger import Ledger
from queue_server.wire.command import REGISTRY, Entry
from queue_server.wire.error import Refusal
from queue_server.wire.ticket import Text

SIGN_INS = frozenset({f"{BASE}/login", f"{BASE}/me/password", f"{BASE}/me/pin"})
"""Where passwords are sent."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def command_routes(intake: Intake, gate: Gate) -> list[web.RouteDef]:
    """The address of every command."""
    return [
        web.route(entry.method, BASE + entry.path, _command(entry, intake, gate))
        for entry in REGISTRY.values()
        if entry.method is not None and entry.path is not None
    ]


def http_routes(
    intake: Intake,
    gate: Gate,
    ledger: Ledger,
    keeper: Keeper,
    registry: CollectorRegistry,
    files: Mapping[str, Asset],
    samples: Mapping[str, dict[str, Any]],
    shown: MediaRoutes,
    reports: ReportRoutes,
    *,
    version: str,
    jumped: Callable[[], None],
) -> list[web.RouteDef]:
    """Every address of the server but those of commands and the feed.

    `samples` are halls to begin with, `shown` what boards show between calls; `jumped` is called after the business clock was set.
    """
    flow = intake.flow
    do = {
        **SessionRoutes(gate, flow, ledger).do,
        **AccountRoutes(gate, flow, ledger).do,
        **AppointmentRoutes(flow).do,
        **RegisterRoutes(flow).do,
        **ConfirmRoutes(gate, intake).do,
        **FindRoutes(flow).do,
        **ConfigRoutes(flow, samples).do,
        **BackupRoutes(keeper).do,
        **ClockRoutes(flow, jumped).do,
        **shown.do,
        **reports.do,
        **AuditRoutes(flow).do,
        **HealthRoutes(flow, registry, msgspec.json.encode(document(version))).do,
    }
    return [
        *(web.get(BASE + query.path, _query(query, intake, gate)) for query in QUERIES),
        *routes({route.name: route for route in ROUTES}, do, gate),
        *site_routes(files, "/login"),
        shown.files,
    ]


def _command(entry: Entry, intake: Intake, gate: Gate) -> Callable[[Asked], Awaitable[web.StreamResponse]]:
    async def command(request: Asked) -> web.StreamResponse:
        actor = await bearer.actor(request, gate)
        check_role(entry.roles, actor)
        bearer.check_page(request)
        made = read(entry, await request.read(), request.match_info)
        done = await intake.ask(entry, actor, made, request.headers.get("Idempotency-Key"))
        return answer.body(done.body, done.status)

    return command


def _query(query: Query, intake: Intake, gate: Gate) -> Handler:
    async def ask(request: web.Request) -> web.StreamResponse:
        actor = await bearer.actor(request, gate)
        check_role(query.roles, actor)
        for name in request.query:
            if name not in query.parameters:
                fault = Text(f"没有“{name}”这个参数", f"there is no parameter “{name}”")
                raise Refusal("request.invalid", fault=fault, path=name)
        return answer.value(await query.read(intake.flow, actor, {**request.query, **request.match_info}))

    return ask
