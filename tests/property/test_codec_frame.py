"""Profile frames with drawn contents, also such that look like frames themselves. What all codecs promise: test_wire.py."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from devices.codec.frame import FrameCodec, Framed, Framer
from devices.codec.profile.shape import named
from devices.codec.signal import Garbage, KeySignal

PROFILE = named("ff68")

frames = st.builds(
    lambda address, command, data: FrameCodec(PROFILE).build(address, bytes((command,)), data),
    st.integers(0, 255),
    st.sampled_from([1, 2, 3, 0x11, 0xFF, 0x68]),
    st.one_of(st.sampled_from([b"\x0c", b"\xff\x68\x03\x03\x68", b"\x16", b""]), st.binary(max_size=20)),
)
noise = st.one_of(
    st.binary(max_size=12), st.sampled_from([b"\xff", b"\xff\x68", b"\x16\x16", b"\xff\xff\x68\x03"])
)
streams = st.lists(st.one_of(frames, noise), max_size=6).map(b"".join)


def hear(data: bytes, cuts: list[int]) -> list[KeySignal]:
    codec, out = FrameCodec(PROFILE), list[KeySignal]()
    places = sorted({0, len(data), *(c % (len(data) + 1) for c in cuts)})
    for start, end in pairwise(places):
        out += codec.feed(data[start:end], 0.0)
    return out + codec.idle(1.0)


@given(streams, st.lists(st.integers(0, 500), max_size=30))
def test_any_chunks_give_the_same_signals(data: bytes, cuts: list[int]) -> None:
    assert hear(data, cuts) == hear(data, [])


def cut(data: bytes) -> list[Framed | Garbage]:
    framer = Framer(PROFILE)
    return framer.feed(data) + framer.idle(1.0)


@given(streams)
def test_every_byte_is_accounted_for_in_order(data: bytes) -> None:
    assert b"".join(found.raw for found in cut(data)) == data


@given(frames, st.integers(0, 255))
def test_a_wrong_check_value_never_emits(frame: bytes, check: int) -> None:
    if frame[-2] == check:
        return
    wrong = frame[:-2] + bytes((check,)) + frame[-1:]
    # A whole valid frame may lie inside the data of the broken one; the broken one itself is never a frame.
    assert all(isinstance(found, Garbage) or len(found.raw) < len(wrong) for found in cut(wrong))
