"""Answers over HTTP: encoded bodies, refusals in the asked language, and the headers that all of them carry."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec
from aiohttp import web
from multidict import CIMultiDict

from queue_server.api.asked import Asked
from queue_server.api.status import STATUS
from queue_server.wire.error import Refusal

JSON = "application/json"
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
"""What a page may load: only this server's own files, and no inline script or style."""
EVERYWHERE: Mapping[str, str] = {
    "Server": "jiaohao",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
"""Headers of every answer."""


def complete(response: web.StreamResponse) -> None:
    """Give an answer that is about to be sent the headers that it lacks; no cache keeps one that does not say how long."""
    headers = response.headers
    if "Cache-Control" not in headers:
        headers.update(EVERYWHERE)
        headers["Cache-Control"] = "no-store"


async def completed(_request: web.Request, response: web.StreamResponse) -> None:
    """The same as the web server asks for it."""
    complete(response)


_DATA = CIMultiDict({**EVERYWHERE, "Content-Type": JSON, "Cache-Control": "no-store"})
_encode = msgspec.json.Encoder().encode


def body(content: bytes | None, status: int = 200) -> web.Response:
    """An answer whose body is encoded already; None is 204's nothing."""
    if content is None:
        return web.Response(status=204, headers=CIMultiDict(EVERYWHERE))
    return web.Response(body=content, status=status, headers=_DATA.copy())


def value(content: Any, status: int = 200) -> web.Response:
    """An answer to be encoded."""
    return body(_encode(content), status)


def refused(refusal: Refusal, language: str) -> web.Response:
    """A refusal as `{"code", "message", "detail"}` with the status of its code."""
    status = STATUS[refusal.code]
    answer = value(refusal.body(language), status)
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    elif status in (429, 503):
        answer.headers["Retry-After"] = str(refusal.detail.get("wait_s", 1))
    return answer


@lru_cache(maxsize=256)
def chosen(accept: str) -> str:
    """The language of ours that an Accept-Language header prefers: "en" if it ranks English above Chinese, else "zh"."""
    ranks = {"zh": 0.0, "en": 0.0}
    for part in accept.lower().split(","):
        name, _, parameters = part.strip().partition(";")
        quality = 1.0
        if parameters.strip().startswith("q="):
            try:
                quality = float(parameters.strip()[2:])
            except ValueError:
                quality = 0.0
        name = name.split("-")[0]
        if name in ranks:
            ranks[name] = max(ranks[name], quality)
    return "en" if ranks["en"] > ranks["zh"] else "zh"


def language(request: Asked | web.BaseRequest) -> str:
    """The language in which this request wants its sentences."""
    return chosen(request.headers.get("Accept-Language", ""))
