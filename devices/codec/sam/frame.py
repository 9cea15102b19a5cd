"""SAM frames: `AA AA AA 96 69 | length | content | xor`. Both directions, told apart by what the content means.

The length (two bytes, big endian) counts content and check; the check is the xor of length and content. What a card
said is never printed: contents have no repr.
"""

from dataclasses import dataclass, field
from enum import Enum

from devices.codec.checksum import xor8
from devices.codec.cut import NEVER, UNKNOWN, Cutter
from devices.codec.signal import Garbage

START = bytes.fromhex("aaaaaa9669")
HEAD = len(START) + 2
LEAST, MOST = 3, 2400
"""What a length may say: an order without data, and a card with two fingerprints."""
INTERBYTE_S = 0.2


class Ask(Enum):
    """Orders: command and parameter."""

    RESET = b"\x10\xff"
    STATUS = b"\x11\xff"
    MODULE = b"\x12\xff"
    FIND = b"\x20\x01"
    SELECT = b"\x20\x02"
    READ = b"\x30\x01"


DONE, FOUND = bytes.fromhex("000090"), bytes.fromhex("00009f")
NO_CARD, NOT_SELECTED, NOT_READ = bytes.fromhex("000080"), bytes.fromhex("000081"), bytes.fromhex("000041")
UNKNOWN_ORDER = bytes.fromhex("000021")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: three status bytes, and what came with them."""

    status: bytes
    data: bytes = field(default=b"", repr=False)


def framed(content: bytes) -> bytes:
    """The frame of a content."""
    body = (len(content) + 1).to_bytes(2, "big") + content
    return START + body + xor8(body)


class SamFramer(Cutter[bytes]):
    """Cuts a stream into contents and noise."""

    def __init__(self) -> None:
        super().__init__(INTERBYTE_S)

    def _size(self) -> int:
        buffer = self._buffer
        head = min(len(buffer), len(START))
        if buffer[:head] != START[:head]:
            return NEVER
        if len(buffer) < HEAD:
            return UNKNOWN
        counted = int.from_bytes(buffer[len(START) : HEAD], "big")
        return HEAD + counted if LEAST <= counted <= MOST else NEVER

    def _good(self, size: int) -> bool:
        return self._buffer[size - 1] == xor8(bytes(self._buffer[len(START) : size - 1]))[0]

    def _taken(self, raw: bytes) -> bytes:
        return raw[HEAD:-1]


class SamCodec:
    """The host: orders out, replies in."""

    def __init__(self) -> None:
        self._framer = SamFramer()

    def feed(self, data: bytes, now: float = 0.0) -> list[Reply | Garbage]:
        """What the reader said. A frame too short to be a reply is noise."""
        return [_reply(found) for found in self._framer.feed(data, now)]

    def idle(self, now: float) -> list[Reply | Garbage]:
        """What giving up a torn frame brings to light."""
        return [_reply(found) for found in self._framer.idle(now)]

    @staticmethod
    def encode(ask: Ask) -> bytes:
        """The frame of an order."""
        return framed(ask.value)


def _reply(found: bytes | Garbage) -> Reply | Garbage:
    if isinstance(found, Garbage):
        return found
    return Garbage(found) if len(found) < 3 else Reply(found[:3], found[3:])
