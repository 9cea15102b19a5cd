"""Who sends a request: a bearer token, or the cookie of a page."""

from aiohttp import web

from queue_server.auth.gate import Gate
from queue_server.engine.actor import Actor
from queue_server.wire.error import Refusal

COOKIE = "session"
_BEARER = "bearer "


def token(request: web.BaseRequest) -> str | None:
    """The token a request bears. A header counts before the cookie, since a program that sends one means it."""
    header = request.headers.get("Authorization")
    if header is not None:
        if header[: len(_BEARER)].lower() != _BEARER:
            raise Refusal("auth.invalid")
        return header[len(_BEARER) :].strip()
    if "Cookie" not in request.headers:
        return None
    return request.cookies.get(COOKIE) or None


def feed_token(request: web.BaseRequest) -> str | None:
    """The token a websocket's handshake bears. Refuses a page of another site that bears our cookie.

    A browser lets any page open a websocket and, to the same host on another port, sends the cookie along; only the origin tells.
    """
    borne = token(request)
    origin = request.headers.get("Origin")
    by_cookie = borne is not None and "Authorization" not in request.headers
    if by_cookie and origin is not None and origin.partition("://")[2].lower() != request.host.lower():
        raise Refusal("auth.forbidden")
    return borne


async def actor(request: web.BaseRequest, gate: Gate) -> Actor:
    """Who sends a request. Refuses a token that is not known."""
    borne = token(request)
    return gate.known(borne) or await gate.who(borne)


def check_origin(request: web.BaseRequest) -> None:
    """Refuse a change that bears only a cookie and is not JSON.

    A form of another site on the same host (another port) is sent with our cookie; it cannot be JSON without asking first.
    """
    if "Authorization" in request.headers or "Cookie" not in request.headers:
        return
    if request.content_type != "application/json":
        raise Refusal("request.invalid", fault="Content-Type: application/json", path="$")
