"""Who sends a request: a bearer token, or the cookie of a page."""

import hmac

from aiohttp import web

from queue_server.api.asked import Asked
from queue_server.auth.gate import Gate
from queue_server.auth.secret import csrf
from queue_server.engine.actor import Actor
from queue_server.wire.error import Refusal

COOKIE = "session"
CSRF = "X-CSRF-Token"
"""The header with which a page shows that it is ours."""
_BEARER = "bearer "


def token(request: Asked | web.BaseRequest) -> str | None:
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
    if borne is not None and "Authorization" not in request.headers:
        check_site(request)
    return borne


def check_site(request: Asked | web.BaseRequest) -> None:
    """Refuse what a page of another site sends. Browsers say of every change and every websocket where it comes from.

    Another port is another site. A proxy before the server has to pass `Host` on as it came.
    """
    origin = request.headers.get("Origin")
    if origin is not None and origin.partition("://")[2].lower() != request.host.lower():
        raise Refusal("auth.foreign_origin")


async def actor(request: Asked, gate: Gate, *, changing: bool = False) -> Actor:
    """Who sends a request. Refuses a token that is not known, and unless `changing` one good for choosing a password only."""
    borne = token(request)
    return gate.known(borne) or await gate.who(borne, changing=changing)


def check_page(request: Asked, kind: str | None = "application/json") -> None:
    """Refuse a change that bears only a cookie and is not from our own pages; a program that sends its token means what it sends.

    Three things say so, any of them enough where the browser does as it should: the site that it names, a `kind` of body that no
    form can send (None: there is no body), and the token that `/me` told the page.
    """
    if "Authorization" in request.headers or "Cookie" not in request.headers:
        return
    check_site(request)
    if kind is not None and request.content_type != kind:
        raise Refusal("request.invalid", fault=f"Content-Type: {kind}", path="$")
    session = request.cookies.get(COOKIE)
    shown = request.headers.get(CSRF, "")
    if session and not hmac.compare_digest(csrf(session).encode(), shown.encode("utf-8", "surrogateescape")):
        raise Refusal("auth.csrf")
