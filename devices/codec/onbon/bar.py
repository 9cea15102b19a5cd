"""The host's side of the controllers on a line: orders out, answers in."""

from dataclasses import dataclass
from datetime import datetime

from devices.codec.onbon.order import Area, AskStatus, Brightness, Order, Other, Ping, SetClock, Show, Unit
from devices.codec.onbon.phy import Packet, Unpacker, pack
from devices.codec.signal import Garbage

HOST = 0x8000
"""Our address on the line; controllers take 8000 to DFFF for a computer."""


@dataclass(frozen=True, slots=True)
class Ack:
    """The controller at this address did it."""

    address: int


@dataclass(frozen=True, slots=True)
class Nack:
    """The controller at this address refused it."""

    address: int


Answer = Ack | Nack | Other | Garbage


def _span(dots: int, unit: Unit) -> bytes:
    value = dots // 8 if unit == "byte" else dots | (0x8000 if unit == "pixel_msb" else 0)
    return value.to_bytes(2, "little")


def _area(area: Area, unit: Unit) -> bytes:
    text = area.text.encode("gb2312", "replace")
    place = _span(area.x, unit) + area.y.to_bytes(2, "little")
    place += _span(area.width, unit) + area.height.to_bytes(2, "little")
    body = (
        b"\x00" + place + bytes((area.id, area.spacing, area.run_mode)) + area.timeout_s.to_bytes(2, "little")
    )
    body += bytes(3) + bytes(
        (1 if area.one_line else 2, area.newline, area.mode, area.exit, area.speed, area.stay)
    )
    body += len(text).to_bytes(4, "little") + text
    return len(body).to_bytes(2, "little") + body


def _command(group: int, command: int, payload: bytes = b"", *, reply: bool = True) -> bytes:
    size = len(payload) if reply else 0  # recorded frames without reply carry no length here
    return bytes((group, command, 1 if reply else 2)) + size.to_bytes(2, "little") + payload


def _bcd(value: int) -> int:
    return value // 10 << 4 | value % 10


def _clock(at: datetime) -> bytes:
    fields = (at.year % 100, at.year // 100, at.month, at.day, at.hour, at.minute, at.second, at.isoweekday())
    return bytes(_bcd(v) for v in fields)


class BarCodec:
    """The host's side of all controllers of one line."""

    def __init__(self, unit: Unit = "pixel") -> None:
        self._unit = unit
        self._unpacker = Unpacker()

    def encode(self, address: int, order: Order) -> bytes:
        """The frame of an order to one controller."""
        return pack(address, HOST, self._data(order))

    def _data(self, order: Order) -> bytes:
        match order:
            case Ping():
                return _command(0xA2, 0x00)
            case AskStatus():
                return _command(0xA1, 0x02)
            case SetClock(at):
                return _command(0xA2, 0x03, _clock(at))
            case Brightness(level):
                return _command(0xA3, 0x02, bytes((1, level)))
            case Show(areas, delete, reply):
                gone = b"\xff" if delete == "all" else bytes((len(delete), *delete))
                shown = bytes((len(areas),)) + b"".join(_area(a, self._unit) for a in areas)
                return _command(0xA3, 0x06, gone + shown, reply=reply)

    def feed(self, data: bytes, now: float = 0.0) -> list[Answer]:  # noqa: ARG002 - frames have their own marks
        """What the controllers answered. A frame to somebody else, such as our own come back, is Other."""
        return [self._answer(found) for found in self._unpacker.feed(data)]

    def idle(self, now: float) -> list[Answer]:  # noqa: ARG002
        """Nothing: the next A5 ends a torn frame."""
        return []

    def _answer(self, found: Packet | Garbage) -> Answer:
        if isinstance(found, Garbage):
            return found
        match found.data[:2]:
            case b"\xa0\x00" if found.to == HOST:
                return Ack(found.sender)
            case b"\xa0\x01" if found.to == HOST:
                return Nack(found.sender)
            case other:
                return Other(other[0] if other else 0, other[1] if len(other) > 1 else 0)
