"""Every codec that hears a device, in one shape, with frames that it knows: for what all of them promise."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from devices.codec.escpos.decoder import Decoder
from devices.codec.escpos.status import StatusCodec
from devices.codec.evdev import DOWN, KEYS, KeyCodec
from devices.codec.frame import FrameCodec
from devices.codec.modbus.rtu import RtuCodec, UnitCodec, Write
from devices.codec.onbon.bar import BarCodec
from devices.codec.onbon.panel import PanelCodec
from devices.codec.pad import PadCodec
from devices.codec.profile import pad
from devices.codec.profile.shape import named
from devices.codec.sam.card import Card, write
from devices.codec.sam.frame import DONE, FOUND, SamCodec, SamFramer, framed
from tests.fakes import card

SOMEBODY = Card(
    kind="resident",
    name="测试㐀",
    number=card.number("19800101"),
    sex="female",
    born=date(1980, 1, 1),
    since=date(2020, 2, 29),
    until=None,
    address="某省某市某路1号",
    issuer="某市公安局",
    nation="01",
)
"""Nobody: there is no region 99."""


class Ear(Protocol):
    """A codec's hearing."""

    def feed(self, data: bytes, now: float = 0.0) -> Sequence[object]:
        """See devices/codec/signal.py."""

    def idle(self, now: float) -> Sequence[object]:
        """See devices/codec/signal.py."""


class Deaf:
    """A codec whose frames need no clock."""

    def __init__(self, feed: Callable[[bytes], Sequence[object]]) -> None:
        self._feed = feed

    def feed(self, data: bytes, now: float = 0.0) -> Sequence[object]:
        return self._feed(data)

    def idle(self, now: float) -> Sequence[object]:
        return ()


@dataclass(frozen=True)
class Wire:
    """A codec, frames that are one signal each, and whether they carry a check value."""

    ear: Callable[[], Ear]
    frames: tuple[bytes, ...]
    checked: bool = True


def _frames(profile: str, *contents: tuple[int, str, str]) -> tuple[bytes, ...]:
    codec = FrameCodec(named(profile))
    return tuple(
        codec.build(address, bytes.fromhex(command), bytes.fromhex(data))
        for address, command, data in contents
    )


WIRES: dict[str, Wire] = {
    "ff68": Wire(
        lambda: FrameCodec(named("ff68")),
        _frames("ff68", (5, "01", "0c"), (5, "01", "060f"), (5, "11", "02")),
    ),
    "ff68-five": Wire(
        lambda: FrameCodec(named("ff68-five")), _frames("ff68-five", (5, "11", "01"), (9, "11", "05"))
    ),
    "ub485": Wire(
        lambda: FrameCodec(named("ub485")),
        _frames("ub485", (40, "", "31"), (40, "", "30"), (7, "", "34")),
        checked=False,
    ),
    "modbus": Wire(
        RtuCodec,
        (bytes.fromhex("01060000007bc9e9"), bytes.fromhex("051000000002404c"), bytes.fromhex("019002cdc1")),
    ),
    "modbus display": Wire(
        UnitCodec, (RtuCodec().encode(Write(1, 0, (123,))), RtuCodec().encode(Write(5, 0, (0x4130, 0x3132))))
    ),
    "sam": Wire(
        SamCodec,
        (
            framed(FOUND + bytes(4)),
            framed(DONE + bytes(8)),
            framed(DONE + bytes.fromhex("01000400") + write(SOMEBODY) + bytes(1024)),
        ),
    ),
    "sam reader": Wire(
        SamFramer, (bytes.fromhex("aaaaaa96690003200122"), bytes.fromhex("aaaaaa96690003300132"))
    ),
    "pad": Wire(
        lambda: PadCodec(pad.named("numpad")),
        (KeyCodec.encode(KEYS["KPENTER"], DOWN), KeyCodec.encode(KEYS["A"], DOWN)),
        checked=False,
    ),
}
"""Those that cut frames by the one mechanism, devices/codec/cut.py."""

OTHERS: dict[str, Callable[[], Ear]] = {
    "escpos": Decoder,
    "escpos status": StatusCodec,
    "onbon": lambda: Deaf(BarCodec().feed),
    "onbon panel": lambda: Deaf(PanelCodec().feed),
}
"""Those that have a mechanism of their own, and property tests of their own."""
