"""The one middleware: what every request goes through first, and whatever happens inside, a coded error in the asked language.

One, since each costs a request as much as finding out who sends it.
"""

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from aiohttp.typedefs import Middleware

from queue_server.api.answer import language, refused
from queue_server.api.guard import guard_of
from queue_server.api.route import BASE
from queue_server.wire.error import Refusal

SAFE = "max-age=31536000"
"""A year in which a browser asks this host by TLS only; it forgets an address that is no name, as HSTS says."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Check = Callable[[web.Request], None]
"""Looks at a request before anything is done with it, and may raise a Refusal."""

log = structlog.get_logger(__name__)


def edge(*checks: Check, told: Callable[[web.Request], web.Request] | None = None) -> Middleware:
    """Tell a connection's guard of a request, check it, turn refusals and failures into answers.

    `told` gives a request as a proxy before the server tells of it. Browsers that came by TLS are told to come by nothing else.
    """

    @web.middleware
    async def middle(request: web.Request, handler: Handler) -> web.StreamResponse:
        guard = guard_of(request)
        if guard is not None:
            guard.began(request)
        try:
            if told is not None:
                request = told(request)
            answer = await _answered(request, handler, checks)
            if request.secure and not answer.prepared:
                answer.headers["Strict-Transport-Security"] = SAFE
            return answer
        finally:
            if guard is not None:
                guard.ended()

    return middle


def watched(sure: Callable[[], None]) -> Check:
    """Lets nothing of the hall be answered unless `sure` says that what is known here is what the hall is; it raises a Refusal."""

    def check(request: web.Request) -> None:
        if request.path.startswith(BASE):
            sure()

    return check


async def _answered(request: web.Request, handler: Handler, checks: tuple[Check, ...]) -> web.StreamResponse:
    try:
        for check in checks:
            check(request)
        return await handler(request)
    except Refusal as refusal:
        return refused(refusal, language(request))
    except web.HTTPNotFound:
        return refused(Refusal("request.unknown_route"), language(request))
    except web.HTTPMethodNotAllowed as error:
        answer = refused(Refusal("request.method"), language(request))
        answer.headers["Allow"] = ", ".join(sorted(error.allowed_methods))
        return answer
    except web.HTTPRequestEntityTooLarge:
        return refused(Refusal("request.too_large", limit_bytes=request.client_max_size), language(request))
    except ConnectionError:
        return web.Response(status=400)  # its sender is gone; nobody will read this
    except web.HTTPException:
        raise
    except Exception:
        log.exception("request.failed", method=request.method, route=_route(request))
        return refused(Refusal("server.failed"), language(request))


def _route(request: web.Request) -> str:
    """The address as it is registered: without ids and tokens, which do not belong into a log."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "?"
