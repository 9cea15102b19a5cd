"""Frames of a profile: one codec for every caller, evaluator and small display that TOML describes.

Recovery is by re-reading: a candidate that fails (length, fixed byte, end, check) loses its first byte to the
noise and the rest is read again, so a good frame behind or inside a broken one is still found.
"""

from dataclasses import dataclass

from devices.codec import checksum
from devices.codec.profile.shape import Command, Event, Profile
from devices.codec.signal import Garbage, KeySignal, Pressed, Rated, Unmapped

NOISE_CAP = 64
"""Bytes of noise that are collected into one Garbage at most."""


@dataclass(frozen=True, slots=True)
class Order:
    """A profile's command for one address; `text` fills its digits ("A012" shows its last digits)."""

    address: int
    command: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Framed:
    """One valid frame, taken apart."""

    address: int
    command: bytes
    data: bytes
    raw: bytes


class Framer:
    """Cuts a stream into valid frames of one profile and noise."""

    def __init__(self, profile: Profile) -> None:
        self._shape = profile.frame
        self._start = bytes.fromhex(profile.frame.start)
        self._end = bytes.fromhex(profile.frame.end)
        self._fixed = [(int(at), bytes.fromhex(v)) for at, v in profile.frame.fixed_at.items()]
        self._check = checksum.KINDS[profile.frame.check]
        self._check_size = len(self._check(b""))
        self._timeout_s = profile.frame.interbyte_timeout_ms / 1000
        self._buffer = bytearray()
        self._noise = bytearray()
        self._heard_at = 0.0

    def feed(self, data: bytes, now: float = 0.0) -> list[Framed | Garbage]:
        """Frames and noise completed by `data`."""
        out = self.idle(now)
        self._heard_at = now
        for byte in data:
            self._buffer.append(byte)
            self._scan(out)
        return out

    def idle(self, now: float) -> list[Framed | Garbage]:
        """Gives up a frame whose next byte is overdue; whole frames inside it are still found."""
        out: list[Framed | Garbage] = []
        if now - self._heard_at < self._timeout_s:
            return out
        while self._buffer:
            self._skip(out)
            self._scan(out)
        self._flush(out)
        return out

    def _skip(self, out: list[Framed | Garbage]) -> None:
        self._noise.append(self._buffer.pop(0))
        if len(self._noise) >= NOISE_CAP:
            self._flush(out)

    def _flush(self, out: list[Framed | Garbage]) -> None:
        if self._noise:
            out.append(Garbage(bytes(self._noise)))
            self._noise.clear()

    def _scan(self, out: list[Framed | Garbage]) -> None:
        while self._buffer:
            size = self._size()
            if size == 0 or (0 < size <= len(self._buffer) and not self._good(size)):
                self._skip(out)
            elif size < 0 or size > len(self._buffer):
                return
            else:
                self._flush(out)
                out.append(self._take(size))

    def _size(self) -> int:
        """Whole size of the candidate at the buffer's head; 0 not a frame; -1 not known yet."""
        buffer, shape = self._buffer, self._shape
        head = min(len(buffer), len(self._start))
        if buffer[:head] != self._start[:head]:
            return 0
        for at, value in self._fixed:
            part = bytes(buffer[at : at + len(value)])
            if part != value[: len(part)]:
                return 0
        if shape.length is None:
            return shape.fixed_size
        rule = shape.length
        if len(buffer) < rule.offset + rule.size:
            return -1
        counted = int.from_bytes(buffer[rule.offset : rule.offset + rule.size], rule.endian)
        size = rule.counts_from + counted + self._check_size + len(self._end)
        if size > shape.max_size or rule.counts_from + counted < shape.data_at:
            return 0
        for at in rule.repeat_at:
            if len(buffer) > at and buffer[at] != buffer[rule.offset]:
                return 0
        return size

    def _good(self, size: int) -> bool:
        body, check_at = self._buffer, size - len(self._end) - self._check_size
        checked = bytes(body[check_at : check_at + self._check_size])
        covered = bytes(body[self._shape.check_from : check_at])
        return bytes(body[size - len(self._end) : size]) == self._end and self._check(covered) == checked

    def _take(self, size: int) -> Framed:
        shape, raw = self._shape, bytes(self._buffer[:size])
        del self._buffer[:size]
        command = b"" if shape.command_at is None else raw[shape.command_at : shape.command_at + 1]
        data = raw[shape.data_at : size - len(self._end) - self._check_size]
        return Framed(raw[shape.address_at], command, data, raw)


class FrameCodec:
    """Both directions of one profile, seen from the host."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._framer = Framer(profile)

    def feed(self, data: bytes, now: float = 0.0) -> list[KeySignal]:
        """What the devices on the line said."""
        return [self._meaning(found) for found in self._framer.feed(data, now)]

    def idle(self, now: float) -> list[KeySignal]:
        """What giving up a torn frame brings to light."""
        return [self._meaning(found) for found in self._framer.idle(now)]

    def encode(self, order: Order) -> bytes:
        """The frame of an order; no bytes for a command that the profile lacks: its device can not."""
        command = self.profile.commands.get(order.command)
        if command is None:
            return b""
        return self.build(order.address, bytes.fromhex(command.command), _digits(command, order.text))

    def build(self, address: int, command: bytes, data: bytes) -> bytes:
        """A frame with its length and check value."""
        shape = self.profile.frame
        body = bytearray(shape.data_at)
        start = bytes.fromhex(shape.start)
        body[: len(start)] = start
        for place, value in shape.fixed_at.items():
            body[int(place) : int(place) + len(value) // 2] = bytes.fromhex(value)
        body[shape.address_at] = address
        if shape.command_at is not None:
            body[shape.command_at : shape.command_at + 1] = command
        body += data
        if shape.length is not None:
            rule = shape.length
            counted = (len(body) - rule.counts_from).to_bytes(rule.size, rule.endian)
            for at in (rule.offset, *rule.repeat_at):
                body[at : at + rule.size] = counted
        check = checksum.KINDS[shape.check](bytes(body[shape.check_from :]))
        return bytes(body) + check + bytes.fromhex(shape.end)

    def _meaning(self, found: Framed | Garbage) -> KeySignal:
        if isinstance(found, Garbage):
            return found
        for event in self.profile.events:
            if _matches(event, found):
                ack = self._ack(event, found)
                if event.levels is None:
                    return Pressed(found.address, event.emit, ack)
                level = event.levels.get(found.data[:1].hex()) if len(found.data) == 1 else None
                return (
                    Unmapped(found.address, found.raw, ack)
                    if level is None
                    else Rated(found.address, level, ack)
                )
        return Unmapped(found.address, found.raw)

    def _ack(self, event: Event, found: Framed) -> bytes:
        if event.ack == "echo":
            return found.raw
        return b"" if event.ack == "none" else self.build(found.address, bytes.fromhex(event.ack), found.data)


def _matches(event: Event, found: Framed) -> bool:
    return event.command in (None, found.command.hex()) and event.data in (None, found.data.hex())


def _digits(command: Command, text: str) -> bytes:
    digits = [int(c) for c in text if c in "0123456789"][-command.digits :] if command.digits else []
    blank = b"\x00" if command.pad == "zero" else bytes.fromhex(command.blank)
    shown = blank * (command.digits - len(digits)) + bytes(digits)
    return bytes.fromhex(command.data) + shown + bytes.fromhex(command.after)
