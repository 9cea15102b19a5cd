"""What stands between the network and the web server: it counts connections, speaks TLS, and cuts whoever is too slow.

aiohttp waits without end for a body and for a reader, for headers as long as it keeps a connection alive, and takes as many
connections as come. So the door counts before a byte is read, and every connection has a guard, which hands everything on and
looks at the time.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable, Coroutine
from typing import Any, cast

import structlog
from aiohttp import web
from aiohttp.typedefs import Middleware
from prometheus_client import Counter

from queue_server.api.edge import Answered, Handler
from queue_server.api.express import Express
from queue_server.api.frames import Frames
from queue_server.api.lane import Lane
from queue_server.auth.limit import Limits
from queue_server.auth.pace import Crowd, neighbourhood

BACKLOG = 1024
"""Large: after a cut of the power every display of a hall comes back in the same second."""
GOODBYE_S = 2.0
"""How long a client may take to say goodbye by TLS."""
PAUSE_S = 0.5
"""Before accepting again when the system could not."""

log = structlog.get_logger(__name__)


class Door:
    """Where connections come in.

    `inner` makes the web server's own protocol. `proxy` tells whose connections many come through. `tls` None is plain HTTP.
    """

    def __init__(
        self,
        inner: Callable[[], web.RequestHandler],
        limits: Limits,
        refused: Counter,
        *,
        tls: ssl.SSLContext | None = None,
        proxy: Callable[[str], bool] = lambda _: False,
        express: Express | None = None,
    ) -> None:
        self.inner, self.limits, self.refused, self.express = inner, limits, refused, express
        self._tls, self._proxy = tls, proxy
        self._crowd = Crowd(limits.connections, limits.connections_per_address)
        self._listeners: list[socket.socket] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, host: str, port: int) -> int:
        """Let connections in at every address of a host; the port, which the system chooses for 0. Raises OSError."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        try:
            for family, place in dict.fromkeys((family, place) for family, _, _, _, place in found):
                listener = socket.create_server(place, family=family, backlog=BACKLOG)
                listener.setblocking(False)
                self._listeners.append(listener)
        except OSError:
            self.close()
            raise
        for listener in self._listeners:
            self._do(self._accept(listener))
        return int(self._listeners[0].getsockname()[1])

    def close(self) -> None:
        """Let nobody in any more; give up on those who have not finished their handshake."""
        for task in tuple(self._tasks):
            task.cancel()
        for listener in self._listeners:
            listener.close()

    def leave(self, name: str | None) -> None:
        """Somebody is gone."""
        if self.limits.enabled:
            self._crowd.leave(name)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                raw, place = await loop.sock_accept(listener)
            except OSError as error:  # most likely there is no descriptor left
                log.warning("accept.failed", fault=error.strerror)
                await asyncio.sleep(PAUSE_S)
                continue
            address = str(place[0])
            name = None if self._proxy(address) else neighbourhood(address)
            if self.limits.enabled and not self._crowd.enter(name):
                self.refused.labels("connections").inc()
                raw.close()
            else:
                self._do(self._let_in(raw, Guard(self, name)))
            await asyncio.sleep(0)  # whoever connects without end does not keep the others from their turn

    async def _let_in(self, raw: socket.socket, guard: "Guard") -> None:
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: guard,
                raw,
                ssl=self._tls,
                ssl_handshake_timeout=self.limits.head_s if self._tls is not None else None,
                ssl_shutdown_timeout=GOODBYE_S if self._tls is not None else None,
            )
        except (
            OSError
        ):  # no TLS, one that we do not speak, a certificate that is not trusted, too slow, or gone
            guard.leave()
            raw.close()
        except asyncio.CancelledError:
            guard.leave()
            raw.close()
            raise


class Guard(asyncio.Protocol):
    """One connection. It has to send headers within `head_s`, a body within `body_s`, the rest of a websocket's message within
    `message_s`, and to read within `answer_s`.
    """

    __slots__ = (
        "_door",
        "_early",
        "_frames",
        "_idle",
        "_inner",
        "_inside",
        "_lane",
        "_loop",
        "_name",
        "_request",
        "_transport",
        "_unread",
        "_until_s",
        "_wait",
    )

    def __init__(self, door: Door, name: str | None) -> None:
        """`name` is what it was counted by."""
        self._door, self._name = door, name
        self._loop = asyncio.get_running_loop()
        self._inner = door.inner()
        self._transport: asyncio.Transport | None = None
        self._lane: Lane | None = None
        self._inside = True
        self._idle = False
        """Whether nothing of a next request has come."""
        self._frames: Frames | None = None
        """Counts what comes by a websocket."""
        self._early = False
        """Whether what came last goes on after the headers in it."""
        self._request: web.BaseRequest | None = None
        self._until_s: float | None = None
        """When it is too late, by the event loop's clock."""
        self._wait: asyncio.TimerHandle | None = None
        """Rings then, or before: a timer goes on while nobody is expected, since a request takes less than setting one does."""
        self._unread: asyncio.TimerHandle | None = None

    # what the network says

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """They are there, and speak TLS if they have to."""
        self._transport = cast("asyncio.Transport", transport)
        if self._door.express is not None:
            self._lane = Lane(self._door.express, self, self._transport)
        self._expect(self._door.limits.head_s)
        self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Bytes; the first ones of a next request start its time."""
        if self._lane is not None:
            if self._lane.takes(data, unread=self._unread is not None):
                return
            self._lane = None
        if self._frames is not None:
            self._follow(self._frames, data)
        else:
            self._early = not data.endswith(b"\r\n\r\n")
        if self._idle:
            self._idle = False
            self._expect(self._door.limits.head_s)
        self._inner.data_received(data)

    def eof_received(self) -> None:
        """They will send nothing more."""
        self._inner.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """They are gone."""
        self.leave()
        self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        """They read slower than we write."""
        self._unread = self._loop.call_later(self._door.limits.answer_s, self._cut)
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """They have read."""
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
        self._inner.resume_writing()

    def leave(self) -> None:
        """They are gone, or never came to speak; counted once."""
        self._relax()
        for timer in (self._wait, self._unread):
            if timer is not None:
                timer.cancel()
        if self._inside:
            self._inside = False
            self._door.leave(self._name)

    # what the web server says

    def began(self, request: web.BaseRequest) -> None:
        """A request's headers are there."""
        self._idle = False
        if request.content.is_eof():
            self._relax()
        else:
            self._request = request
            self._expect(self._door.limits.body_s)

    def goes_on(self) -> None:
        """A part of a body came that is long and is not kept waiting for: the next one has its own time."""
        self._expect(self._door.limits.body_s)

    def began_whole(self) -> None:
        """A request is there with its body, and goes past the web server, which would else close what seems to rest."""
        self._inner.keep_alive(True)  # ends its timer; it sets another one behind its own first answer
        self._idle = False
        self._relax()

    def speaks(self) -> None:
        """A websocket begins with what comes next; whoever has spoken before the answer to the handshake is cut."""
        self._frames = Frames()
        if self._early:
            self._cut()

    def ended(self, keep_s: float | None = None) -> None:
        """It is answered. After `keep_s` without another one the connection is closed; None: the web server sees to that."""
        self._relax()
        self._idle, self._frames = True, None
        if keep_s is not None:
            self._expect(keep_s)

    # inside

    def _follow(self, frames: Frames, data: bytes) -> None:
        """A message's time runs from its first octet to its last; nobody is hurried between two."""
        before = frames.begun
        whole = frames.take(data)
        if not frames.begun:
            self._relax()
        elif whole or not before:
            self._expect(self._door.limits.message_s)

    def _expect(self, within_s: float) -> None:
        self._until_s = until_s = self._loop.time() + within_s
        if self._wait is not None and self._wait.when() > until_s:
            self._wait.cancel()
            self._wait = None
        if self._wait is None:
            self._wait = self._loop.call_at(until_s, self._late)

    def _relax(self) -> None:
        self._request = self._until_s = None

    def _late(self) -> None:
        """The time may be up; a request whose body came in the meantime takes as long as it takes."""
        self._wait, until_s = None, self._until_s
        if until_s is None or (self._request is not None and self._request.content.is_eof()):
            return
        if self._loop.time() < until_s:
            self._wait = self._loop.call_at(until_s, self._late)
        elif self._frames is not None and self._transport is not None and not self._transport.is_reading():
            self._expect(self._door.limits.message_s)  # we do not read: whoever says much is heard later
        elif self._idle and self._transport is not None:
            self._transport.close()
        else:
            self._cut()

    def _cut(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._door.refused.labels("slow").inc()
            self._transport.abort()


def guard_of(request: web.BaseRequest) -> Guard | None:
    """The guard of the connection that a request came by, which wants to be told when it begins and ends; None once it is gone."""
    guard = request.transport.get_protocol() if request.transport is not None else None
    return guard if isinstance(guard, Guard) else None


def spoken(handler: Handler) -> Handler:
    """A handler that makes a websocket of a request."""

    async def speak(request: web.Request) -> web.StreamResponse:
        guard = guard_of(request)
        if guard is not None:
            guard.speaks()
        return await handler(request)

    return speak


def middleware(answered: Answered, told: Callable[[web.Request], web.Request] | None = None) -> Middleware:
    """The web server's own way through the edge: a connection's guard is told when a request begins and when it ends.

    The only one, since each costs a request as much as finding out who sends it.

    `told` gives a request as a proxy before the server tells of it.
    """

    @web.middleware
    async def middle(request: web.Request, handler: Handler) -> web.StreamResponse:
        guard = guard_of(request)
        if guard is not None:
            guard.began(request)
        try:
            return await answered(request if told is None else told(request), handler)
        finally:
            if guard is not None:
                guard.ended()

    return middle
