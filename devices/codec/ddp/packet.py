"""Packets of DDP, version 1: a picture's bytes in pieces, each with its place; the last one says "now".

Source: 3waylabs, "Distributed Display Protocol (DDP)", http://www.3waylabs.com/ddp/; docs/protocol/ddp.md. Numbers have
their high byte first:

    flags (01 version, S.. reply, query, push) · sequence 1 to 15 · kind of pixel · destination · offset (4) · length (2) · data

A picture is complete only when a packet with `push` comes: lamps that wait for it never show half of one.
"""

from dataclasses import dataclass
from struct import Struct

PORT = 4048
"""The protocol's own, over UDP."""
MOST = 1440
"""Bytes of one packet, as the protocol asks: 480 pixels, and a whole Ethernet frame."""
VERSION, TIMED, PUSH = 0x40, 0x10, 0x01
RGB8 = 0x0B
"""Kind of pixel: type 001 (RGB), size 011 (8 bits)."""
DISPLAY = 1
"""Destination: the default output."""
SEQUENCES = 15
_head = Struct(">BBBBLH")


@dataclass(frozen=True, slots=True)
class Packet:
    """One piece of a picture, at `offset` bytes. With `push` what was sent is to be shown."""

    offset: int
    data: bytes
    push: bool
    sequence: int = 0


def pack(packet: Packet) -> bytes:
    """The datagram."""
    flags = VERSION | (PUSH if packet.push else 0)
    return _head.pack(flags, packet.sequence, RGB8, DISPLAY, packet.offset, len(packet.data)) + packet.data


def unpack(datagram: bytes) -> Packet | None:
    """The piece in a datagram; None for what is not one of pixels to the default output."""
    if len(datagram) < _head.size:
        return None
    flags, sequence, kind, destination, offset, length = _head.unpack_from(datagram)
    data = datagram[_head.size :]
    ours = flags & ~PUSH == VERSION and kind == RGB8 and destination == DISPLAY
    if not ours or length != len(data) or length > MOST:
        return None
    return Packet(offset, data, bool(flags & PUSH), sequence & 0x0F)


def pieces(picture: bytes, sequence: int) -> list[Packet]:
    """A whole picture; `sequence` is that of the first packet, 1 to 15, and goes on from there."""
    starts = range(0, max(1, len(picture)), MOST)
    return [
        Packet(
            start,
            picture[start : start + MOST],
            push=start + MOST >= len(picture),
            sequence=(sequence - 1 + n) % SEQUENCES + 1,
        )
        for n, start in enumerate(starts)
    ]
