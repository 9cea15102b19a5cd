"""Cuts a stream into frames and noise, for every wire whose frames can be measured from their own head.

Recovery is by re-reading: a candidate that fails (start, length, end, check) loses its first byte to the noise and
the rest is read again, so a good frame behind or inside a broken one is still found.
"""

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from devices.codec.signal import Garbage

NOISE_CAP = 64
"""Bytes of noise that are collected into one Garbage at most."""
UNKNOWN, NEVER = -1, 0
"""What the size of a candidate may be beside a size: not known yet, and not a frame."""

FrameT = TypeVar("FrameT")


class Cutter(ABC, Generic[FrameT]):
    """Cuts; what a frame is, a subclass says. `_buffer` begins with the candidate that is looked at."""

    def __init__(self, interbyte_timeout_s: float) -> None:
        self._buffer = bytearray()
        self._noise = bytearray()
        self._timeout_s = interbyte_timeout_s
        self._heard_at = 0.0

    @abstractmethod
    def _size(self) -> int:
        """Whole size of the candidate at the buffer's head, NEVER or UNKNOWN. Bounded, or the buffer is not."""

    @abstractmethod
    def _good(self, size: int) -> bool:
        """Whether the candidate, which is there as a whole, is a frame."""

    @abstractmethod
    def _taken(self, raw: bytes) -> FrameT:
        """A good frame, taken apart."""

    def feed(self, data: bytes, now: float = 0.0) -> list[FrameT | Garbage]:
        """Frames and noise completed by `data`."""
        out = self.idle(now)
        self._heard_at = now
        self._buffer += data
        self._scan(out)
        return out

    def idle(self, now: float) -> list[FrameT | Garbage]:
        """Gives up a frame whose next byte is overdue; whole frames inside it are still found."""
        out: list[FrameT | Garbage] = []
        if now - self._heard_at < self._timeout_s:
            return out
        while self._buffer:
            self._skip(out)
            self._scan(out)
        self._flush(out)
        return out

    def _skip(self, out: list[FrameT | Garbage]) -> None:
        self._noise.append(self._buffer.pop(0))
        if len(self._noise) >= NOISE_CAP:
            self._flush(out)

    def _flush(self, out: list[FrameT | Garbage]) -> None:
        if self._noise:
            out.append(Garbage(bytes(self._noise)))
            self._noise.clear()

    def _scan(self, out: list[FrameT | Garbage]) -> None:
        while self._buffer:
            size = self._size()
            if size == NEVER or (0 < size <= len(self._buffer) and not self._good(size)):
                self._skip(out)
            elif size < 0 or size > len(self._buffer):
                return
            else:
                self._flush(out)
                raw = bytes(self._buffer[:size])
                del self._buffer[:size]
                out.append(self._taken(raw))
