"""What every request goes through first, whichever way it comes; and whatever happens then, a coded error in the asked language."""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiohttp import web

from queue_server.api.answer import language, refused
from queue_server.api.asked import Asked, Brief
from queue_server.api.route import BASE
from queue_server.wire.error import Refusal

SAFE = "max-age=31536000"
"""A year in which a browser asks this host by TLS only; it forgets an address that is no name, as HSTS says."""

Handler = Callable[[Any], Awaitable[web.StreamResponse]]
"""Answers a request of a kind it knows."""
Answered = Callable[[Asked, Handler], Awaitable[web.StreamResponse]]
"""Has a handler answer a request, after the checks, and answers whatever happens."""
Check = Callable[[Asked], None]
"""Looks at a request before anything is done with it, and may raise a Refusal."""
Lost = Callable[[web.Request], web.StreamResponse | None]
"""What is shown where there is nothing; None: the refusal is."""

log = structlog.get_logger(__name__)


def edge(*checks: Check, lost: Lost = lambda _: None) -> Answered:
    """Checks a request, has a handler answer it, turns refusals and failures into answers; `lost` is for people at no page.

    Browsers that came by TLS are told to come by nothing else.
    """

    async def answered(request: Asked, handler: Handler) -> web.StreamResponse:
        answer = await _answered(request, handler, checks, lost)
        if request.secure and not answer.prepared:
            answer.headers["Strict-Transport-Security"] = SAFE
        return answer

    return answered


def watched(sure: Callable[[], None]) -> Check:
    """Lets nothing of the hall be answered unless `sure` says that what is known here is what the hall is; it raises a Refusal."""

    def check(request: Asked) -> None:
        if request.path.startswith(BASE):
            sure()

    return check


async def _answered(
    request: Asked, handler: Handler, checks: tuple[Check, ...], lost: Lost
) -> web.StreamResponse:
    try:
        for check in checks:
            check(request)
        return await handler(request)
    except Refusal as refusal:
        return refused(refusal, language(request))
    except web.HTTPNotFound:
        shown = lost(request) if isinstance(request, web.Request) else None
        if shown is not None:
            return shown
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


def _route(request: Asked) -> str:
    """The address as it is registered: without ids and tokens, which do not belong into a log."""
    if isinstance(request, Brief):
        return request.route
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "?"
