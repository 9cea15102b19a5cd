"""Frames of Onbon BX-5K/6K font-card controllers.

Sources: the vendor's "BX-5K/6K 通讯协议用户版本" v1.4 and recorded frames; docs/protocol/onbon.md.
On the wire (PHY0): A5 eight times (one is enough), escaped body, 5A.
Body: 14-byte header (PHY1), data, CRC-16/ARC over both.
A5 stands on the wire only at a frame's start, so a torn frame never costs the next one.
"""

from dataclasses import dataclass

from devices.codec import checksum
from devices.codec.signal import Garbage

START, END = 0xA5, 0x5A
ESCAPES = {0xA5: b"\xa6\x02", 0xA6: b"\xa6\x01", 0x5A: b"\x5b\x02", 0x5B: b"\x5b\x01"}
PLAIN = {(0xA6, 2): 0xA5, (0xA6, 1): 0xA6, (0x5B, 2): 0x5A, (0x5B, 1): 0x5B}
HEADER = 14
CAP = 4096
NOISE_CAP = 64


@dataclass(frozen=True, slots=True)
class Packet:
    """One valid frame: to, from, data."""

    to: int
    sender: int
    data: bytes


def pack(to: int, sender: int, data: bytes) -> bytes:
    """Wire bytes of a frame."""
    head = to.to_bytes(2, "little") + sender.to_bytes(2, "little") + bytes(6) + b"\xfe\x02"
    body = head + len(data).to_bytes(2, "little") + data
    body += checksum.crc16arc(body)
    return b"\xa5" * 8 + b"".join(ESCAPES.get(b, bytes((b,))) for b in body) + b"\x5a"


class Unpacker:
    """Cuts a stream into valid frames and noise."""

    def __init__(self) -> None:
        self._body: bytearray | None = None
        self._noise = bytearray()

    def feed(self, data: bytes) -> list[Packet | Garbage]:
        """Frames and noise completed by `data`."""
        out: list[Packet | Garbage] = []
        for byte in data:
            if byte == START:
                self._drop(out)
                self._body = bytearray()
            elif self._body is None:
                if byte != END or self._noise:  # a second 5A after a frame is allowed
                    self._noise.append(byte)
                if len(self._noise) >= NOISE_CAP:
                    self._drop(out)
            elif byte == END:
                self._close(out)
            else:
                self._body.append(byte)
                if len(self._body) > CAP:
                    self._drop(out)
        return out

    def _drop(self, out: list[Packet | Garbage]) -> None:
        raw = bytes(self._noise) + bytes(self._body or b"")
        if raw:
            out.append(Garbage(raw))
        self._noise.clear()
        self._body = None

    def _close(self, out: list[Packet | Garbage]) -> None:
        raw = bytes(self._body or b"")
        self._body = None
        body = plain(raw)
        good = body is not None and len(body) >= HEADER + 2 and checksum.crc16arc(body[:-2]) == body[-2:]
        if body is None or not good or int.from_bytes(body[12:14], "little") != len(body) - HEADER - 2:
            out.append(Garbage(raw))
            return
        to, sender = int.from_bytes(body[:2], "little"), int.from_bytes(body[2:4], "little")
        out.append(Packet(to, sender, body[HEADER:-2]))


def plain(raw: bytes) -> bytes | None:
    """The body without its escapes; None where an escape is followed by what can not follow it."""
    out, at = bytearray(), 0
    while at < len(raw):
        if raw[at] in (0xA6, 0x5B):
            byte = PLAIN.get((raw[at], raw[at + 1])) if at + 1 < len(raw) else None
            if byte is None:
                return None
            out.append(byte)
            at += 2
        else:
            out.append(raw[at])
            at += 1
    return bytes(out)
