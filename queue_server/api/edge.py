"""The one middleware: whatever happens inside, the answer is a coded error in the asked language."""

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from aiohttp.typedefs import Middleware

from queue_server.api.answer import language, refused
from queue_server.api.route import BASE
from queue_server.wire.error import Refusal

SAFE = "max-age=31536000"
"""A year in which a browser asks this host by TLS only; it forgets an address that is no name, as HSTS says."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = structlog.get_logger(__name__)


@web.middleware
async def edge(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn refusals and failures into answers; tell browsers that came by TLS to come by nothing else."""
    answer = await _answered(request, handler)
    if request.secure and not answer.prepared:
        answer.headers["Strict-Transport-Security"] = SAFE
    return answer


def watched(sure: Callable[[], None]) -> Middleware:
    """Answers nothing of the hall unless `sure` says that what is known here is what the hall is; it raises a Refusal."""

    @web.middleware
    async def watch(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(BASE):
            sure()
        return await handler(request)

    return watch


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
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
