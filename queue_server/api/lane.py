"""One connection's part of the express way."""

import asyncio
from typing import Protocol

from queue_server.api.express import Express

KEEP_S = 75.0
"""How long a connection may rest between two requests, whichever way they go."""


class Keeper(Protocol):
    """The guard of a connection, which keeps its time."""

    def began_whole(self) -> None:
        """A request is there, body and all."""

    def ended(self, keep_s: float | None = None) -> None:
        """It is answered; so long the connection may rest now."""

    def data_received(self, data: bytes) -> None:
        """Bytes that this lane does not take are the web server's."""


class Lane:
    """Takes a connection's requests one after another, until one comes that is not for it: the web server has all from there on."""

    __slots__ = ("_asking", "_express", "_held", "_keeper", "_over", "_remote", "_transport")

    def __init__(self, express: Express, keeper: Keeper, transport: asyncio.Transport) -> None:
        self._express, self._keeper, self._transport = express, keeper, transport
        place = transport.get_extra_info("peername")
        self._remote = str(place[0]) if place else None
        self._asking = False
        self._over = False
        self._held = b""
        """What came before the answer to what came before it."""

    def takes(self, data: bytes, *, unread: bool) -> bool:
        """Whether these bytes are this lane's; `unread`: the other side does not read its answers."""
        if self._over:
            return False
        if self._asking:
            self._held += data
            self._transport.pause_reading()  # nobody has to send so much at once
            return True
        asked = None if unread else self._express.read(data, self._remote)
        if asked is None:
            self._over = True
            return False
        self._asking = True
        self._keeper.began_whole()
        self._express.answer(*asked, self._send)
        return True

    def _send(self, answer: bytes) -> None:
        self._asking = False
        if self._transport.is_closing():
            return
        self._keeper.ended(KEEP_S)
        self._transport.write(answer)
        if self._held:
            held, self._held, self._over = self._held, b"", True
            self._transport.resume_reading()
            self._keeper.data_received(held)
