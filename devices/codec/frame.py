"""Frames of a profile: one codec for every caller, evaluator and small display that TOML describes."""

from dataclasses import dataclass

from devices.codec import checksum
from devices.codec.cut import NEVER, UNKNOWN, Cutter
from devices.codec.manner import Manner
from devices.codec.profile.shape import Command, Event, Profile, filled
from devices.codec.signal import Alive, Garbage, KeySignal, Pressed, Rated, Unmapped

IDLE = "idle"
"""What a profile calls a frame that only says that its device is there."""


@dataclass(frozen=True, slots=True)
class Order:
    """A profile's command for one address; `text` fills its display ("A012" shows its last digits)."""

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


class Framer(Cutter[Framed]):
    """Cuts a stream into valid frames of one profile and noise."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile.frame.interbyte_timeout_ms / 1000)
        self._shape = profile.frame
        self._start = bytes.fromhex(profile.frame.start)
        self._end = bytes.fromhex(profile.frame.end)
        self._fixed = [(int(at), bytes.fromhex(v)) for at, v in profile.frame.fixed_at.items()]
        self._check = checksum.KINDS[profile.frame.check]
        self._check_size = len(self._check(b""))

    def _size(self) -> int:
        buffer, shape = self._buffer, self._shape
        head = min(len(buffer), len(self._start))
        if buffer[:head] != self._start[:head]:
            return NEVER
        for at, value in self._fixed:
            part = bytes(buffer[at : at + len(value)])
            if part != value[: len(part)]:
                return NEVER
        if shape.length is None:
            return shape.fixed_size
        rule = shape.length
        if len(buffer) < rule.offset + rule.size:
            return UNKNOWN
        counted = int.from_bytes(buffer[rule.offset : rule.offset + rule.size], rule.endian)
        size = rule.counts_from + counted + self._check_size + len(self._end)
        if size > shape.max_size or rule.counts_from + counted < shape.data_at:
            return NEVER
        for at in rule.repeat_at:
            if len(buffer) > at and buffer[at] != buffer[rule.offset]:
                return NEVER
        return size

    def _good(self, size: int) -> bool:
        body, check_at = self._buffer, size - len(self._end) - self._check_size
        checked = bytes(body[check_at : check_at + self._check_size])
        covered = bytes(body[self._shape.check_from : check_at])
        return bytes(body[size - len(self._end) : size]) == self._end and self._check(covered) == checked

    def _taken(self, raw: bytes) -> Framed:
        shape = self._shape
        command = b"" if shape.command_at is None else raw[shape.command_at : shape.command_at + 1]
        data = raw[shape.data_at : len(raw) - len(self._end) - self._check_size]
        return Framed(raw[shape.address_at], command, data, raw)


class FrameCodec:
    """Both directions of one profile, seen from the host."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._framer = Framer(profile)

    @property
    def manner(self) -> Manner:
        """How the line wants to be spoken to."""
        return self.profile.manner

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
        shown = _shown(command, order.text)
        if command.raw:
            return filled(command.raw, order.address, shown)
        data = bytes.fromhex(command.data) + shown + bytes.fromhex(command.after)
        return self.build(order.address, bytes.fromhex(command.command), data)

    def poll(self, address: int) -> bytes:
        """The question to one address; no bytes on a bus whose devices speak by themselves."""
        return filled(self.profile.bus.poll, address)

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
                if event.emit == IDLE:
                    return Alive(found.address, ack)
                if event.levels is None:
                    return Pressed(found.address, event.emit, ack, _typed(event, found.data))
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
    if event.command not in (None, found.command.hex()) or event.data not in (None, found.data.hex()):
        return False
    return event.last is None or (
        found.data[-1:].hex() == event.last and all(digit < 10 for digit in found.data[:-1])
    )


def _typed(event: Event, data: bytes) -> str:
    """The number that stands before a key; a display that fills up with noughts types the same."""
    return "" if event.last is None else "".join(str(digit) for digit in data[:-1]).lstrip("0")


def _shown(command: Command, text: str) -> bytes:
    if command.text:
        shown = bytearray()
        for character in text:
            coded = character.encode(command.encoding, "ignore")
            if len(shown) + len(coded) > command.text:
                break
            shown += coded
        return bytes(shown)
    if not command.digits:
        return b""
    zero = 0x30 if command.digit == "ascii" else 0
    digits = bytes(zero + int(c) for c in text if c in "0123456789")[-command.digits :]
    blank = bytes((zero,)) if command.pad == "zero" else bytes.fromhex(command.blank)
    return blank * (command.digits - len(digits)) + digits
