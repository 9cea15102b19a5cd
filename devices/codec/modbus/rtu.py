"""Writing of registers (Modbus Application Protocol 1.1b3, functions 06 and 16, over serial line: RTU).

Both directions: `RtuCodec` is the host, `UnitCodec` a display. A frame's size follows from its function, so silence
is not needed to cut frames; a check value that is wrong is never a signal. Address 0 is the broadcast: nobody answers.
"""

from abc import abstractmethod
from dataclasses import dataclass

from devices.codec.checksum import crc16modbus
from devices.codec.cut import NEVER, UNKNOWN, Cutter, FrameT
from devices.codec.signal import Garbage

ONE, MANY, REFUSAL = 0x06, 0x10, 0x80
INTERBYTE_S = 0.05
MOST = 123
"""Registers in one frame."""


@dataclass(frozen=True, slots=True)
class Write:
    """An order: these values, 0 to 65535, from this register on."""

    address: int
    register: int
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """An answer: it is done. `count` registers from `register` on."""

    address: int
    register: int
    count: int


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer: it can not be done. 1 no such function, 2 no such register, 3 no such value, 4 the device failed."""

    address: int
    code: int


Answer = Written | Refused


def _framed(body: bytes) -> bytes:
    return body + crc16modbus(body)


def _words(values: tuple[int, ...]) -> bytes:
    return b"".join(value.to_bytes(2, "big") for value in values)


class _Rtu(Cutter[FrameT]):
    """What both directions share: a size that the function tells, and the check value."""

    def __init__(self) -> None:
        super().__init__(INTERBYTE_S)

    def _size(self) -> int:
        return UNKNOWN if len(self._buffer) < 2 else self._length(self._buffer[1])

    @abstractmethod
    def _length(self, function: int) -> int:
        """The size of a frame with this function, NEVER or UNKNOWN."""

    def _good(self, size: int) -> bool:
        return crc16modbus(bytes(self._buffer[: size - 2])) == bytes(self._buffer[size - 2 : size])


class RtuCodec(_Rtu[Answer]):
    """The host: orders out, answers in."""

    def encode(self, order: Write) -> bytes:
        """The frame of an order: function 06 for one value, 16 for several (123 at most)."""
        if len(order.values) == 1:
            body = bytes((order.address, ONE)) + _words((order.register, order.values[0]))
        else:
            head = _words((order.register, len(order.values)))
            body = (
                bytes((order.address, MANY)) + head + bytes((2 * len(order.values),)) + _words(order.values)
            )
        return _framed(body)

    def _length(self, function: int) -> int:
        return 8 if function in (ONE, MANY) else 5 if function in (ONE | REFUSAL, MANY | REFUSAL) else NEVER

    def _taken(self, raw: bytes) -> Answer:
        if raw[1] & REFUSAL:
            return Refused(raw[0], raw[2])
        count = 1 if raw[1] == ONE else int.from_bytes(raw[4:6], "big")
        return Written(raw[0], int.from_bytes(raw[2:4], "big"), count)


class UnitCodec(_Rtu[Write]):
    """A display: orders in, answers out."""

    def encode(self, answer: Answer, function: int, value: int = 0) -> bytes:
        """The frame of an answer to `function`; function 06 gives the `value` back."""
        if isinstance(answer, Refused):
            return _framed(bytes((answer.address, function | REFUSAL, answer.code)))
        second = value if function == ONE else answer.count
        return _framed(bytes((answer.address, function)) + _words((answer.register, second)))

    def _length(self, function: int) -> int:
        if function == ONE:
            return 8
        if function != MANY:
            return NEVER
        if len(self._buffer) < 7:
            return UNKNOWN
        count, size = int.from_bytes(self._buffer[4:6], "big"), self._buffer[6]
        return 9 + size if 1 <= count <= MOST and size == 2 * count else NEVER

    def _taken(self, raw: bytes) -> Write:
        data = raw[7:-2] if raw[1] == MANY else raw[4:6]
        values = tuple(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
        return Write(raw[0], int.from_bytes(raw[2:4], "big"), values)


Signal = Answer | Garbage
