"""The files of the pages, answered from memory with their tags. Which files there are is the business of `pages`."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from aiohttp import web
from multidict import CIMultiDict

from queue_server.api.answer import EVERYWHERE, POLICY


class Asset(Protocol):
    """A file as it is sent: its bytes, its type, a strong entity tag with its quotes, and how caches may keep it."""

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
    def cache_control(self) -> str:
        """The header."""


def site_routes(files: Mapping[str, Asset], home: str) -> list[web.RouteDef]:
    """A route for every file by its address; `/` leads to `home`."""

    async def go_home(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers=CIMultiDict({**EVERYWHERE, "Location": home}))

    return [
        web.get("/", go_home),
        *(web.get(address, _sender(asset)) for address, asset in sorted(files.items())),
    ]


def _sender(asset: Asset) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    headers = {**EVERYWHERE, "ETag": asset.etag, "Cache-Control": asset.cache_control}
    if asset.content_type.startswith("text/html"):
        headers["Content-Security-Policy"] = POLICY
    full = {**headers, "Content-Type": asset.content_type}

    async def send(request: web.Request) -> web.StreamResponse:
        known = request.headers.get("If-None-Match", "")
        if asset.etag in (tag.strip().removeprefix("W/") for tag in known.split(",")):
            return web.Response(status=304, headers=CIMultiDict(headers))
        return web.Response(body=asset.content, headers=CIMultiDict(full))

    return send
