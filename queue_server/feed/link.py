"""One websocket as the hub sends to it: never waited for, cut when it does not read."""

import socket
from asyncio import Semaphore, Transport

import msgspec

from queue_server.auth.gate import PUBLIC
from queue_server.engine.actor import Actor
from queue_server.feed.frame import POLICY, close_frame, text_frame
from queue_server.wire.error import Refusal

MOST_BUFFERED = 1024 * 1024
"""Bytes that may wait for a client that reads slowly. Several minutes of a busy hall; a client behind by more is cut with the next
beat or answer, and comes back.
"""
DEAD_AFTER_MS = 20_000
"""A peer whose machine has not acknowledged anything for this long is gone, though the network never said so."""
MOST_ASKED = 64
"""Commands of one link that may be under way; more are not read until one is answered."""
MOST_GARBAGE = 20
"""Messages that cannot be read before the link is closed."""
_encode = msgspec.json.Encoder().encode


class ServerLink:
    """One client: who it is, its language, and its socket."""

    __slots__ = (
        "actor",
        "asking",
        "came",
        "cut",
        "ended",
        "garbage",
        "instance",
        "language",
        "prints",
        "token",
        "told",
        "transport",
    )

    def __init__(self, transport: Transport, token: str | None, language: str, came: int = 0) -> None:
        """`token` is the one of its request, used when its hello brings none; `came` counts the links."""
        self.transport = transport
        """What the hub knows it by, so that what goes to many touches nothing else of each. `write` looks whether it reads."""
        self.token = token
        self.language = language
        self.came = came
        self.actor: Actor = PUBLIC
        self.instance: str | None = None
        """What the program calls its run, if it says that."""
        self.prints: bool | None = None
        """Whether a paper comes out of it, if it is a kiosk that says that."""
        self.told = False
        """Whether its hello was accepted."""
        self.garbage = 0
        self.cut = False
        self.ended = False
        """Whether it was we who ended it."""
        self.asking = Semaphore(MOST_ASKED)
        raw = transport.get_extra_info("socket")
        if (
            raw is not None
            and hasattr(socket, "TCP_USER_TIMEOUT")
            and raw.family in (socket.AF_INET, socket.AF_INET6)
        ):
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_AFTER_MS)

    def send(self, text: bytes) -> None:
        """Send one message to this client alone."""
        self.write(text_frame(text))

    def write(self, frame: bytes) -> None:
        """Write a built frame; cut the link instead if too much waits already."""
        if self.transport.is_closing():
            return
        if self.transport.get_write_buffer_size() > MOST_BUFFERED:
            self.cut = self.ended = True
            self.transport.abort()
            return
        self.transport.write(frame)

    def close(self, code: int) -> None:
        """Say goodbye and close without waiting for an answer."""
        if not self.transport.is_closing():
            self.ended = True
            self.transport.write(close_frame(code))
            self.transport.close()

    def refuse(self, refusal: Refusal, number: int | str | None = None) -> None:
        """Say why not, to what was asked under a number or to nothing that was."""
        error = refusal.body(self.language)
        self.send(_encode({"error": error} if number is None else {"id": number, "error": error}))

    def dismiss(self, refusal: Refusal, code: int = POLICY) -> None:
        """Say why not, and close."""
        self.refuse(refusal)
        self.close(code)
