"""How much strangers may ask: counted by network address, refused with `request.too_many` beyond. And who asks through a proxy."""

import time
from collections.abc import Callable
from math import ceil
from typing import Any

from aiohttp import web
from prometheus_client import Counter

from queue_server.api import bearer
from queue_server.api.asked import Asked
from queue_server.api.edge import Check
from queue_server.auth.gate import Gate
from queue_server.auth.limit import Limits
from queue_server.auth.pace import Paces, neighbourhood
from queue_server.wire.error import Refusal


def throttle(limits: Limits, gate: Gate, refused: Counter, sign_ins: frozenset[str]) -> Check:
    """Counts requests. `sign_ins` are the paths where passwords are sent.

    Who is known at once is not counted: a person or a device that asked a moment ago. A token that is not known yet may be made
    up, so it counts; and whoever holds a ticket is a stranger, since anybody may take one.
    """
    asking = Paces(limits.requests_per_s, limits.requests_burst)
    signing = Paces(limits.sign_ins_per_s, limits.sign_ins_burst)

    def count(paces: Paces, kind: str, address: str) -> None:
        wait_s = paces.take(neighbourhood(address), time.monotonic())
        if wait_s:
            refused.labels(kind).inc()
            raise Refusal("request.too_many", wait_s=ceil(wait_s))

    def counted(request: Asked) -> None:
        if limits.enabled:
            if not _known(request, gate):
                count(asking, "requests", request.remote or "")
            if request.path in sign_ins and request.method == "POST":
                count(signing, "sign_ins", request.remote or "")

    return counted


def proxied(proxy: Callable[[str], bool]) -> Callable[[web.Request], web.Request]:
    """Takes the word of a proxy on who asks (`X-Forwarded-For`) and whether by TLS (`X-Forwarded-Proto`).

    Only of a proxy: anybody else could claim to be somebody else with each request.
    """

    def told(request: web.Request) -> web.Request:
        if not proxy(request.remote or ""):
            return request
        passed = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",")
        # each proxy adds whom it heard at the end: the last one that is no proxy of ours is who asks
        asks = next(
            (each.strip() for each in reversed(passed) if each.strip() and not proxy(each.strip())), None
        )
        scheme = request.headers.get("X-Forwarded-Proto", "").rpartition(",")[2].strip().lower()
        heard: dict[str, Any] = {} if asks is None else {"remote": asks}
        if scheme in ("http", "https"):
            heard["scheme"] = scheme
        return request.clone(**heard) if heard else request

    return told


def _known(request: Asked, gate: Gate) -> bool:
    try:
        actor = gate.known(bearer.token(request))
    except Refusal:
        return False
    return actor is not None and actor.role not in ("public", "holder")
