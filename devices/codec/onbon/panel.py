"""The controller's side: what a simulated bar understands and answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from devices.codec.onbon.bar import HOST
from devices.codec.onbon.order import Area, AskStatus, Brightness, Order, Other, Ping, SetClock, Show, Unit
from devices.codec.onbon.phy import Packet, Unpacker, pack
from devices.codec.signal import Garbage

BROADCAST = (0xFFFF, 0xFFFE)
"""To everybody: without and with an answer."""
AREA_HEAD = 27
"""Bytes of an area before its text."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An order as the controller got it; `answer` goes back, empty where none is wanted."""

    order: Order | Other
    answer: bytes


class PanelCodec:
    """The controller's side: what a simulated bar understands."""

    def __init__(self, address: int = 1, unit: Unit = "pixel") -> None:
        self._address, self._unit = address, unit
        self._unpacker = Unpacker()

    def feed(self, data: bytes, now: float = 0.0) -> list[Heard | Garbage]:  # noqa: ARG002
        """Orders to this controller, with their answers."""
        out: list[Heard | Garbage] = []
        for found in self._unpacker.feed(data):
            if isinstance(found, Garbage):
                out.append(found)
            elif found.to == self._address or found.to in BROADCAST:
                out.append(self._heard(found))
        return out

    def nack(self) -> bytes:
        """A refusal, for a bar that is told to refuse."""
        return pack(HOST, self._address, b"\xa0\x01" + bytes(3))

    def _heard(self, found: Packet) -> Heard:
        order, data = read_order(found.data, self._unit), found.data
        wanted = found.to != BROADCAST[0] and data[2:3] == b"\x01"
        kind = b"\xa0\x01" if isinstance(order, Other) else b"\xa0\x00"
        return Heard(order, pack(found.sender, self._address, kind + bytes(3)) if wanted else b"")


def read_order(data: bytes, unit: Unit = "pixel") -> Order | Other:
    """The order in a frame's data; Other for a command or a layout that is not spoken here."""
    if len(data) < 5:
        return Other(0, 0)
    payload, other = data[5:], Other(data[0], data[1])
    match (data[0], data[1]):
        case (0xA2, 0x00):
            return Ping()
        case (0xA1, 0x02):
            return AskStatus()
        case (0xA3, 0x02) if len(payload) == 2:
            return Brightness(payload[1])
        case (0xA2, 0x03) if len(payload) == 8:
            try:
                yy, century, month, day, hour, minute, second, _ = (int(f"{b:02x}") for b in payload)
                year = century * 100 + yy
                return SetClock(datetime(year, month, day, hour, minute, second))  # noqa: DTZ001 - local, as the card
            except ValueError:
                return other
        case (0xA3, 0x06):
            return _read_show(payload, unit, reply=data[2] == 1) or other
        case _:
            return other


def _read_show(payload: bytes, unit: Unit, *, reply: bool) -> Show | None:
    if not payload:
        return None
    gone = payload[0]
    at = 1 if gone == 0xFF else 1 + gone
    delete: tuple[int, ...] | Literal["all"] = "all" if gone == 0xFF else tuple(payload[1:at])
    if at >= len(payload):
        return None
    count, areas = payload[at], []
    at += 1
    for _ in range(count):
        size = int.from_bytes(payload[at : at + 2], "little")
        body = payload[at + 2 : at + 2 + size]
        if size < AREA_HEAD or len(body) < size or int.from_bytes(body[23:27], "little") != size - AREA_HEAD:
            return None
        areas.append(_read_area(body, unit))
        at += 2 + size
    return Show(tuple(areas), delete, reply) if at == len(payload) else None


def _read_area(body: bytes, unit: Unit) -> Area:
    return Area(
        text=body[AREA_HEAD:].decode("gb18030", "replace"),
        id=body[9],
        x=_dots(body[1:3], unit),
        y=int.from_bytes(body[3:5], "little"),
        width=_dots(body[5:7], unit),
        height=int.from_bytes(body[7:9], "little"),
        mode=body[19],
        speed=body[21],
        stay=body[22],
        timeout_s=int.from_bytes(body[12:14], "little"),
        spacing=body[10],
        run_mode=body[11],
        one_line=body[17] == 1,
        newline=body[18],
        exit=body[20],
    )


def _dots(raw: bytes, unit: Unit) -> int:
    value = int.from_bytes(raw, "little") & 0x7FFF
    return value * 8 if unit == "byte" else value
