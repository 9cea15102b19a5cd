"""What the server is measured against: aiohttp that does nothing but HTTP and websockets. `python -m tests.bench.plain`.

`POST /noop` decodes a JSON body and encodes a ticket; `POST /shout` sends the frame set by `POST /frame` to every websocket on
`/feed`, built once and written to the transports. It runs on the same loop and JSON as the server does.
"""

import asyncio
from asyncio import Transport
from typing import Any, cast

import msgspec
import uvloop
from aiohttp import WSMsgType, web

from queue_server.feed.frame import text_frame
from queue_server.wire.command import Take

_decode = msgspec.json.Decoder(Take).decode
_encode = msgspec.json.Encoder().encode

TICKET: dict[str, Any] = {
    "id": "kiosk1-AbCdEfGhIjKlMnOpQr",
    "number": "C1234",
    "zone": "C",
    "service": "C1",
    "steps": [{"service": "C1", "zone": "C", "state": "waiting", "window": None, "rating": None}],
    "items": 1,
    "class": "ordinary",
    "class_state": "none",
    "needs": [],
    "language": "zh",
    "state": "waiting",
    "paper": "pending",
    "window": None,
    "ahead": 1234,
    "wait": None,
    "issued_at": "2026-11-23T01:15:00.123456Z",
    "called_at": None,
    "recalls": 0,
    "reason": None,
    "track_url": None,
    "token": "AbCdEfGhIjKlMnOpQrStUv",
}
"""As long as the answer to `tickets.take`."""


class Plain:
    """Its handlers."""

    def __init__(self) -> None:
        self._links: dict[Transport, None] = {}
        self._frame = text_frame(b"{}")

    async def noop(self, request: web.Request) -> web.StreamResponse:
        """Decode and encode, nothing else."""
        _decode(await request.read())
        return web.Response(body=_encode(TICKET), status=201, content_type="application/json")

    async def frame(self, request: web.Request) -> web.StreamResponse:
        """What to shout from now on."""
        self._frame = text_frame(await request.read())
        return web.Response(body=b"{}")

    async def shout(self, request: web.Request) -> web.StreamResponse:
        """To everybody."""
        await request.read()
        for link in self._links:
            link.write(self._frame)
        return web.Response(body=b"{}", content_type="application/json")

    async def feed(self, request: web.Request) -> web.StreamResponse:
        """One websocket."""
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        link = cast("Transport", request.transport)
        self._links[link] = None
        try:
            while (await socket.receive()).type is WSMsgType.TEXT:
                pass
        finally:
            del self._links[link]
        return socket


async def main() -> None:
    """Serve on a free port until standard input ends."""
    plain = Plain()
    application = web.Application()
    application.add_routes(
        [
            web.post("/noop", plain.noop),
            web.post("/frame", plain.frame),
            web.post("/shout", plain.shout),
            web.get("/feed", plain.feed),
        ]
    )
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    print(f"ready http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
