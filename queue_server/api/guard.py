"""What stands between the network and the web server: it counts connections, speaks TLS, and cuts whoever is too slow.

aiohttp waits without end for a body and for a reader, for headers as long as it keeps a connection alive, and takes as many
connections as come. So every connection has a guard, which hands everything on and looks at the time.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import cast

from aiohttp import web
from prometheus_client import Counter

from queue_server.auth.limit import Limits
from queue_server.auth.pace import Crowd, neighbourhood

GOODBYE_S = 2.0
"""How long a client may take to say goodbye by TLS."""


class Door:
    """Makes a guard for each connection: the protocol factory of a listening socket.

    `inner` makes the web server's own protocol. `proxies` tells who is a proxy, through which many come. `tls` None is plain HTTP.
    """

    def __init__(
        self,
        inner: Callable[[], asyncio.Protocol],
        limits: Limits,
        refused: Counter,
        *,
        tls: ssl.SSLContext | None = None,
        proxy: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self.inner, self.limits, self.refused, self.tls, self.proxy = inner, limits, refused, tls, proxy
        self.crowd = Crowd(limits.connections, limits.connections_per_address)
        self.shaking: set[asyncio.Task[None]] = set()
        """Connections that do not speak TLS yet."""

    def __call__(self) -> "Guard":
        """A guard for the next connection."""
        return Guard(self)

    def close(self) -> None:
        """Give up on those who have not finished their handshake."""
        for task in tuple(self.shaking):
            task.cancel()


class Guard(asyncio.Protocol):
    """One connection. It has to send headers within `head_s` and a body within `body_s`, and to read within `answer_s`."""

    __slots__ = (
        "_door",
        "_early",
        "_gone",
        "_idle",
        "_inner",
        "_inside",
        "_loop",
        "_name",
        "_request",
        "_transport",
        "_unread",
        "_wait",
    )

    def __init__(self, door: Door) -> None:
        self._door = door
        self._loop = asyncio.get_running_loop()
        self._inner: asyncio.Protocol | None = None
        self._transport: asyncio.Transport | None = None
        self._name: str | None = None
        self._early: list[bytes] = []
        """What was sent by TLS before we were told that it is spoken."""
        self._inside = self._gone = False
        self._idle = False
        """Whether nothing of a next request has come."""
        self._request: web.BaseRequest | None = None
        self._wait: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    # what the network says

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let somebody in, or close the door at once."""
        door, raw = self._door, cast("asyncio.Transport", transport)
        self._transport = raw
        address = str((raw.get_extra_info("peername") or ("",))[0])
        self._name = None if door.proxy(address) else neighbourhood(address)
        if door.limits.enabled and not door.crowd.enter(self._name):
            door.refused.labels("connections").inc()
            raw.abort()
            return
        self._inside = True
        self._expect(door.limits.head_s)
        if door.tls is None:
            self._begin(raw)
        else:
            raw.pause_reading()  # the first byte is TLS's already
            task = self._loop.create_task(self._shake(raw, door.tls))
            door.shaking.add(task)
            task.add_done_callback(door.shaking.discard)

    async def _shake(self, raw: asyncio.Transport, tls: ssl.SSLContext) -> None:
        try:
            secured = await self._loop.start_tls(
                raw,
                self,
                tls,
                server_side=True,
                ssl_handshake_timeout=self._door.limits.head_s,
                ssl_shutdown_timeout=GOODBYE_S,
            )
        except OSError:  # no TLS, one that we do not speak, a certificate that is not trusted, or gone
            self._leave()
            return
        except asyncio.CancelledError:
            self._leave()
            raise
        if secured is None or self._gone:
            self._leave()
            return
        self._begin(secured)
        early, self._early = self._early, []
        for data in early:
            self.data_received(data)

    def _begin(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._inner = self._door.inner()
        self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Bytes; the first ones of a next request start its time."""
        if self._idle:
            self._idle = False
            self._expect(self._door.limits.head_s)
        if self._inner is not None:
            self._inner.data_received(data)
        else:
            self._early.append(data)

    def eof_received(self) -> bool | None:
        """They will send nothing more."""
        return self._inner.eof_received() if self._inner is not None else None

    def connection_lost(self, exc: Exception | None) -> None:
        """They are gone."""
        self._gone = True
        self._leave()
        if self._inner is not None:
            self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        """They read slower than we write."""
        self._unread = self._loop.call_later(self._door.limits.answer_s, self._cut)
        if self._inner is not None:
            self._inner.pause_writing()

    def resume_writing(self) -> None:
        """They have read."""
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
        if self._inner is not None:
            self._inner.resume_writing()

    # what the web server says

    def began(self, request: web.BaseRequest) -> None:
        """A request's headers are there."""
        self._idle = False
        if request.content.is_eof():
            self._relax()
        else:
            self._request = request
            self._expect(self._door.limits.body_s)

    def ended(self) -> None:
        """It is answered."""
        self._relax()
        self._idle = True

    # inside

    def _expect(self, within_s: float) -> None:
        if self._wait is not None:
            self._wait.cancel()
        self._wait = self._loop.call_later(within_s, self._late)

    def _relax(self) -> None:
        self._request = None
        if self._wait is not None:
            self._wait.cancel()
            self._wait = None

    def _late(self) -> None:
        """The time is up; a request whose body came in the meantime takes as long as it takes."""
        self._wait = None
        if self._request is None or not self._request.content.is_eof():
            self._cut()

    def _cut(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._door.refused.labels("slow").inc()
            self._transport.abort()

    def _leave(self) -> None:
        self._relax()
        if self._unread is not None:
            self._unread.cancel()
        if self._inside:
            self._inside = False
            if self._door.limits.enabled:
                self._door.crowd.leave(self._name)


@web.middleware
async def guarded(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Tell a connection's guard when a request begins and ends."""
    guard = request.transport.get_protocol() if request.transport is not None else None
    if not isinstance(guard, Guard):
        return await handler(request)
    guard.began(request)
    try:
        return await handler(request)
    finally:
        guard.ended()
