"""Check values of serial frames. Each takes the covered bytes and gives the wire's bytes."""

from collections.abc import Callable


def _crc16(data: bytes, value: int) -> int:
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    return value


def none(data: bytes) -> bytes:  # noqa: ARG001 - one shape for all kinds
    """No check at all."""
    return b""


def sum8(data: bytes) -> bytes:
    """The low byte of the sum."""
    return bytes((sum(data) & 0xFF,))


def sum8neg(data: bytes) -> bytes:
    """Two's complement of the low byte of the sum (LRC of Modbus ASCII)."""
    return bytes((-sum(data) & 0xFF,))


def xor8(data: bytes) -> bytes:
    """All bytes xored."""
    value = 0
    for byte in data:
        value ^= byte
    return bytes((value,))


def sum16le(data: bytes) -> bytes:
    """16-bit sum, low byte first."""
    return (sum(data) & 0xFFFF).to_bytes(2, "little")


def crc16arc(data: bytes) -> bytes:
    """CRC-16/ARC: polynomial 0x8005 reflected, start 0, low byte first."""
    return _crc16(data, 0).to_bytes(2, "little")


def crc16modbus(data: bytes) -> bytes:
    """CRC-16/MODBUS: as ARC with start 0xFFFF."""
    return _crc16(data, 0xFFFF).to_bytes(2, "little")


KINDS: dict[str, Callable[[bytes], bytes]] = {
    f.__name__: f for f in (none, sum8, sum8neg, xor8, sum16le, crc16arc, crc16modbus)
}
