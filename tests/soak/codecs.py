"""Every codec under millions of bytes that no device should send: no exception, and nothing is kept of them.

Half of a stream is chance; the other half are the wire's own frames, whole, torn, doubled or with a byte changed, so
that a codec gets deep into its frames before they turn out wrong.
"""

import gc
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from types import FunctionType, ModuleType

from tests.fakes.wire import OTHERS, WIRES, Ear

PIECE = 4096
KEPT_KB = 64
"""By how much a codec may grow after the first tenth: what it keeps of a torn frame."""
FRAMES = {name: wire.frames for name, wire in WIRES.items()}
FRAMES["escpos"] = (
    b"\x1b@\x1d!\x33\xc7\xeb\n\x1dV\x42\x00",
    b"\x1d\x76\x30\x00\x02\x00\x02\x00\xff\xff\xff\xff",
    b"\x1d(k\x03\x001C\x06",
    b"\x1cq\x01\x01\x00\x02\x00" + bytes(16) + b"\x1cp\x01\x00",
)
FRAMES["escpos status"] = (b"\x12\x12\x12\x12", b"\x16\x32\x12\x72", b"\x18\x00\x0f\x00")
FRAMES["onbon"] = FRAMES["onbon panel"] = (
    bytes.fromhex("a5a5a5a5a5a5a5a501000080000000000000fe020500a3000101000b2d5a"),
)
EARS: dict[str, Callable[[], Ear]] = {name: wire.ear for name, wire in WIRES.items()} | OTHERS


@dataclass
class Outcome:
    """What became of one codec's bytes."""

    bytes: int = 0
    signals: int = 0
    took_s: float = 0.0
    grown_kb: float = 0.0


def junk(frames: tuple[bytes, ...], chance: Random) -> Iterator[bytes]:
    """Pieces of a stream, without end."""
    while True:
        piece = bytearray()
        while len(piece) < PIECE:
            frame = bytearray(chance.choice(frames))
            match chance.randrange(6):
                case 0 | 1:
                    frame = bytearray(chance.randbytes(chance.randrange(1, 200)))
                case 2:
                    del frame[chance.randrange(len(frame)) :]
                case 3:
                    frame[chance.randrange(len(frame))] = chance.randrange(256)
                case 4:
                    frame[chance.randrange(len(frame))] ^= 1 << chance.randrange(8)
                case _:
                    pass
            piece += frame
        yield bytes(piece)


def fuzz(name: str, wanted: int, seed: int) -> Outcome:
    """So many bytes into one codec. Raises what it raises; its memory is measured after a tenth and at the end."""
    chance, ear, outcome = Random(seed), EARS[name](), Outcome()
    begun, now, before = time.monotonic(), 0.0, 0
    for piece in junk(FRAMES[name], chance):
        if chance.random() < 0.05:
            now += chance.choice((0.001, 1.0))
            outcome.signals += len(ear.idle(now))
        outcome.signals += len(ear.feed(piece, now))
        outcome.bytes += len(piece)
        if not before and outcome.bytes * 10 >= wanted:
            before = held(ear)
        if outcome.bytes >= wanted:
            break
    outcome.grown_kb = (held(ear) - before) / 1024
    outcome.took_s = time.monotonic() - begun
    assert outcome.grown_kb <= KEPT_KB, f"{name} grows: {outcome.grown_kb:.0f} KB"
    return outcome


def held(ear: object) -> int:
    """Bytes of everything that a codec has hold of."""
    seen: set[int] = set()
    ahead, size = [ear], 0
    while ahead:
        each = ahead.pop()
        if id(each) not in seen and not isinstance(each, type | ModuleType | FunctionType):
            seen.add(id(each))
            size += sys.getsizeof(each)
            ahead += gc.get_referents(each)
    return size
