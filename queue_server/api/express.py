"""The express way: a command that comes whole and in the plainest HTTP is read and answered without the web server.

Most of what a command cost was HTTP: a parser, a stream, a router and an answer made for anything there is. Programs that bear a
token send nothing but a few headers and a short body, again and again over one connection. What is not exactly of that shape goes
to the web server, and so does all that comes over its connection from then on. Handlers and checks are the same on both ways.
"""

import asyncio
import re
import time
from asyncio import Task
from collections.abc import Callable, Iterable
from email.utils import formatdate
from functools import lru_cache
from typing import Any

from aiohttp import web
from multidict import CIMultiDict

from queue_server.api.answer import complete
from queue_server.api.asked import Brief
from queue_server.api.edge import Answered, Handler

MOST_HEAD = 8190
"""Bytes before the body; the web server's own limit."""
KNOWN = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "idempotency-key",
        "user-agent",
    }
)
"""Headers that change nothing of how a request is read; any other one may, and is the web server's."""
_PLAIN = re.compile(
    rb"(POST|PUT) (/[A-Za-z0-9/_-]+) HTTP/1\.1\r\n((?:[A-Za-z-]+: [!-~](?:[ -~]*[!-~])?\r\n)+)\r\n"
)
_ANY, _END = "{}", "$"
"""What stands for a field, and behind the last part, of an address: neither stands in one."""


class Express:
    """The commands that may be asked this way."""

    def __init__(
        self, routes: Iterable[web.RouteDef], answered: Answered, *, most: int, secure: bool = False
    ) -> None:
        """`most` is how many bytes a body may have; `secure`: everybody comes by TLS."""
        self._answered, self._most, self._secure = answered, most, secure
        self._ways: dict[str, Any] = {}
        """By method, then part by part of the address; at its end (address, fields, handler)."""
        self._under_way: set[Task[None]] = set()
        for route in routes:
            at = self._ways.setdefault(route.method, {})
            fields = []
            for place, part in enumerate(route.path.split("/")):
                named = part.startswith("{")
                if named:
                    fields.append((place, part.strip("{}")))
                at = at.setdefault(_ANY if named else part, {})
            at[_END] = (route.path, tuple(fields), route.handler)

    def read(self, data: bytes, remote: str | None) -> tuple[Brief, Handler] | None:
        """The request in these bytes, and who answers it; None for what is not exactly one command in the plainest shape."""
        found = _PLAIN.match(data)
        if found is None or found.end() > MOST_HEAD:
            return None
        path = found[2].decode()
        way = self._way(found[1].decode(), path)
        if way is None:
            return None
        headers: CIMultiDict[str] = CIMultiDict()
        for line in found[3].decode().split("\r\n")[:-1]:
            name, _, value = line.partition(": ")
            if name.lower() not in KNOWN or name in headers:
                return None
            headers[name] = value
        body = data[found.end() :]
        if (
            "Authorization" not in headers
            or headers.get("Content-Length", "0") != str(len(body))
            or len(body) > self._most
            or headers.get("Connection", "keep-alive").lower() != "keep-alive"
        ):
            return None
        route, fields, handler = way
        parts = path.split("/") if fields else ()
        places = {name: parts[place] for place, name in fields}
        brief = Brief(found[1].decode(), path, route, places, headers, body, remote, self._secure, self._most)
        return brief, handler

    def _way(self, method: str, path: str) -> tuple[str, tuple[tuple[int, str], ...], Handler] | None:
        at = self._ways.get(method)
        for part in path.split("/"):
            if at is None:
                return None
            at = at.get(part) or (at.get(_ANY) if part else None)
        return at.get(_END) if at is not None else None

    def answer(self, brief: Brief, handler: Handler, send: Callable[[bytes], None]) -> None:
        """Have a request answered; `send` is called with the answer."""
        task = asyncio.create_task(self._answer(brief, handler, send))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _answer(self, brief: Brief, handler: Handler, send: Callable[[bytes], None]) -> None:
        response = await self._answered(brief, handler)
        assert isinstance(response, web.Response), "commands are answered with what is encoded already"
        send(written(response, int(time.time())))

    async def end(self, within_s: float) -> None:
        """Wait for what is under way."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=within_s)


def written(response: web.Response, now_s: int) -> bytes:
    """An answer as it is sent at a time."""
    complete(response)
    body = response.body
    assert body is None or isinstance(body, bytes)
    head = _head(response.status, response.reason, tuple(response.headers.items()))
    if body is None:
        return b"%bDate: %b\r\n\r\n" % (head, _date(now_s))
    return b"%bContent-Length: %d\r\nDate: %b\r\n\r\n%b" % (head, len(body), _date(now_s), body)


@lru_cache(maxsize=64)
def _head(status: int, reason: str, headers: tuple[tuple[str, str], ...]) -> bytes:
    """The status line and headers: nearly all answers have the same few."""
    lines = [f"{name}: {value}\r\n" for name, value in headers]
    return f"HTTP/1.1 {status} {reason}\r\n{''.join(lines)}".encode()


@lru_cache(maxsize=2)
def _date(now_s: int) -> bytes:
    return formatdate(now_s, usegmt=True).encode()
