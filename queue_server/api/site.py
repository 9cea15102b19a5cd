"""The files of the pages, answered from memory with their tags. Which files there are is the business of `pages`."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from aiohttp import web
from multidict import CIMultiDict

from queue_server.api.answer import EVERYWHERE, POLICY
from queue_server.api.route import BASE

_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?")


class Asset(Protocol):
    """A file as it is sent: its bytes, its type, a strong entity tag with its quotes, and the headers of its own."""

    @property
    def content(self) -> bytes:
        """The bytes."""

    @property
    def content_type(self) -> str:
        """With its charset."""

    @property
    def etag(self) -> str:
        """With its quotes."""

    @property
    def headers(self) -> Mapping[str, str]:
        """How caches may keep it, and whom its address may be told."""


def site_routes(files: Mapping[str, Asset], home: str) -> list[web.RouteDef]:
    """A route for every file by its address; `/` leads to `home`."""

    async def go_home(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers=CIMultiDict({**EVERYWHERE, "Location": home}))

    return [
        web.get("/", go_home),
        *(web.get(address, _sender(asset)) for address, asset in sorted(files.items())),
    ]


def nowhere(page: Asset) -> Callable[[web.Request], web.StreamResponse | None]:
    """What somebody with a browser is shown where there is no page; None for programs and for the API, which are told in JSON."""

    def told(request: web.Request) -> web.StreamResponse | None:
        if "text/html" not in request.headers.get("Accept", "") or request.path.startswith(BASE):
            return None
        headers = CIMultiDict(
            {
                **EVERYWHERE,
                "Cache-Control": "no-store",
                "Content-Security-Policy": policy(request.host),
                "Content-Type": page.content_type,
            }
        )
        return web.Response(status=404, body=page.content, headers=headers)

    return told


def _sender(asset: Asset) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    headers = {**EVERYWHERE, **asset.headers}
    page = asset.content_type.startswith("text/html")

    async def send(request: web.Request) -> web.StreamResponse:
        told = CIMultiDict(headers)
        if page:
            told["Content-Security-Policy"] = policy(request.host)
        known = request.headers.get("If-None-Match", "")
        if asset.etag in (tag.strip().removeprefix("W/") for tag in known.split(",")):
            return web.Response(status=304, headers=told)
        told["Content-Type"] = asset.content_type
        return web.Response(body=asset.content, headers=told)

    return send


def policy(host: str) -> str:
    """The content policy of a page asked for at `host`.

    Old browsers (a TV's Chrome 66) do not count a page's own websocket as 'self', so it is named; a host that is no name is not.
    """
    if _HOST.fullmatch(host) is None:
        return POLICY
    return f"{POLICY}; connect-src 'self' ws://{host} wss://{host}"
