"""What watches over the server: alive, ready, and its numbers; and what it says of its own API."""

from collections.abc import Mapping
from typing import Any

import msgspec
from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from queue_server.api import answer
from queue_server.api.query import EVERYBODY
from queue_server.api.route import BASE, Do, Route
from queue_server.engine.actor import Actor
from queue_server.flow.flow import Flow


class Alive(msgspec.Struct, frozen=True):
    """The program answers."""

    alive: bool


class Ready(msgspec.Struct, frozen=True):
    """Whether the store takes changes, and the seq of the last durable event. Not ready is answered with 503."""

    ready: bool
    seq: int


ROUTES: tuple[Route, ...] = (
    Route(
        "openapi",
        "GET",
        f"{BASE}/openapi.json",
        "This document.",
        EVERYBODY,
        None,
        dict[str, Any],
        open=True,
    ),
    Route("health", "GET", "/health", "Whether the program is alive.", EVERYBODY, None, Alive, open=True),
    Route("ready", "GET", "/ready", "Whether it takes changes.", EVERYBODY, None, Ready, open=True),
    Route(
        "metrics",
        "GET",
        "/metrics",
        "Its numbers, for Prometheus.",
        EVERYBODY,
        None,
        bytes,
        media="text/plain",
        open=True,
    ),
)


class HealthRoutes:
    """Handlers of ROUTES. `described` is the API document, encoded."""

    def __init__(self, flow: Flow, registry: CollectorRegistry, described: bytes) -> None:
        self._flow, self._registry, self._described = flow, registry, described
        self.do: Mapping[str, Do] = {
            "openapi": self._openapi,
            "health": self._health,
            "ready": self._ready,
            "metrics": self._metrics,
        }

    async def _openapi(self, _request: web.Request, _actor: Actor) -> web.StreamResponse:
        return answer.body(self._described)

    async def _health(self, _request: web.Request, _actor: Actor) -> Alive:
        return Alive(alive=True)

    async def _ready(self, _request: web.Request, _actor: Actor) -> web.StreamResponse:
        ready = not self._flow.degraded
        return answer.value(Ready(ready, self._flow.seq), 200 if ready else 503)

    async def _metrics(self, _request: web.Request, _actor: Actor) -> web.StreamResponse:
        return web.Response(
            body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )
