"""Questions that change nothing and print nothing, and by which a device on a port says what it is. Pure.

Only questions that are answered by a frame with a check value, or by fixed bits in each of four bytes, and only to
devices that may be asked: a caller that speaks by itself has none, and a Modbus display could only be written to.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from devices.codec.escpos.status import ASK, FIXED, FIXED_MASK, QUERIES
from devices.codec.frame import FrameCodec
from devices.codec.onbon.bar import Ack, BarCodec, Nack
from devices.codec.onbon.order import Ping
from devices.codec.profile.shape import Profile, Wire
from devices.codec.sam.frame import Ask, Reply, SamCodec
from devices.codec.signal import Garbage

PRINTER_BAUDS = (9600, 19200, 38400, 115200)
BAR_BAUDS = (57600, 9600, 115200)
BAR_ADDRESSES = (1, 2, 3, 4)
READER_BAUDS = (115200, 9600)
POLLED = range(1, 64)
"""Addresses of a polled bus that are asked; most have their devices among the first."""
PATIENCE_S = 0.3
"""Devices answer within some milliseconds; a serial server far away within some hundred."""


@dataclass(frozen=True, slots=True)
class Question:
    """What would be there, at which line settings, the bytes that ask, and whether bytes are an answer."""

    what: str
    wire: Wire
    ask: bytes
    answered: Callable[[bytes], bool]
    address: int | None = None
    patience_s: float = PATIENCE_S


def questions(profiles: tuple[Profile, ...]) -> Iterator[Question]:
    """All of them, those to a printer first: it is the one that would print what it does not know."""
    for baud in PRINTER_BAUDS:
        yield Question("printer", Wire(baud=baud), ASK, _printer)
    for baud in BAR_BAUDS:
        for address in BAR_ADDRESSES:
            yield Question("bar", Wire(baud=baud), BarCodec().encode(address, Ping()), _bar, address)
    for baud in READER_BAUDS:
        yield Question("reader", Wire(baud=baud), SamCodec.encode(Ask.STATUS), _reader)
    for profile in profiles:
        if profile.bus.mode == "poll":
            codec = FrameCodec(profile)
            for address in POLLED:
                answered, patience_s = _pad(profile, address), profile.manner.reply_s
                yield Question(profile.name, profile.wire, codec.poll(address), answered, address, patience_s)


def _printer(heard: bytes) -> bool:
    return len(heard) == len(QUERIES) and all(byte & FIXED_MASK == FIXED for byte in heard)


def _bar(heard: bytes) -> bool:
    return any(isinstance(answer, Ack | Nack) for answer in BarCodec().feed(heard))


def _reader(heard: bytes) -> bool:
    return any(isinstance(answer, Reply) for answer in SamCodec().feed(heard))


def _pad(profile: Profile, address: int) -> Callable[[bytes], bool]:
    def answered(heard: bytes) -> bool:
        signals = FrameCodec(profile).feed(heard)
        return any(not isinstance(signal, Garbage) and signal.address == address for signal in signals)

    return answered
