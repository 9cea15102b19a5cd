"""What every codec promises of its hearing, on every wire of tests/fakes/wire.py."""

from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from devices.codec.signal import Garbage
from tests.fakes.wire import WIRES, Wire

CHECKED = {name: wire for name, wire in WIRES.items() if wire.checked}
every = pytest.mark.parametrize("name", WIRES)
every_checked = pytest.mark.parametrize("name", CHECKED)
cuts = st.lists(st.integers(0, 3000), max_size=20)
few = settings(max_examples=30)
"""On each of eight wires; `make soak TARGET=codecs` goes deep."""
LATER = 10.0


def hear(wire: Wire, data: bytes, at: list[int]) -> list[object]:
    """All that is heard of a stream that comes in pieces and then ends."""
    ear, out = wire.ear(), list[object]()
    places = sorted({0, len(data), *(place % (len(data) + 1) for place in at)})
    for start, end in pairwise(places):
        out += ear.feed(data[start:end], 0.0)
    return [*out, *ear.idle(LATER)]


def meanings(wire: Wire) -> list[object]:
    """What the wire's own frames say."""
    return [signal for frame in wire.frames for signal in wire.ear().feed(frame)]


def noise(wire: Wire) -> st.SearchStrategy[bytes]:
    """Junk, also such that begins as a frame does."""
    heads = [frame[:size] for frame in wire.frames for size in range(1, min(len(frame), 12))]
    return st.one_of(
        st.binary(max_size=20), st.sampled_from(heads), st.sampled_from(heads).map(lambda h: h + h)
    )


def stream(wire: Wire) -> st.SearchStrategy[bytes]:
    return st.lists(st.one_of(st.sampled_from(wire.frames), noise(wire)), max_size=5).map(b"".join)


@every
def test_each_frame_is_one_signal_however_often_it_comes(name: str) -> None:
    wire = WIRES[name]
    signals = meanings(wire)
    assert len(signals) == len(wire.frames)
    assert not any(isinstance(signal, Garbage) for signal in signals)
    assert hear(wire, b"".join(wire.frames) * 3, []) == signals * 3


@every
@few
@given(data=st.data(), at=cuts)
def test_any_pieces_of_a_stream_say_the_same(name: str, data: st.DataObject, at: list[int]) -> None:
    wire = WIRES[name]
    whole = data.draw(stream(wire))
    assert hear(wire, whole, at) == hear(wire, whole, [])


@every_checked
@few
@given(data=st.data())
def test_a_frame_is_heard_before_between_and_after_noise(name: str, data: st.DataObject) -> None:
    wire = WIRES[name]
    frame = data.draw(st.sampled_from(wire.frames))
    (meaning,) = wire.ear().feed(frame)
    before, between, after = (data.draw(noise(wire)) for _ in range(3))
    heard = hear(wire, before + frame + between + frame + after, [])
    assume(
        all(isinstance(signal, Garbage) or signal == meaning for signal in heard)
    )  # a check of one byte can be forged
    assert heard.count(meaning) >= 2


@every
@few
@given(data=st.data())
def test_a_frame_after_a_torn_one_is_heard_when_the_torn_one_is_overdue(
    name: str, data: st.DataObject
) -> None:
    wire = WIRES[name]
    torn = data.draw(st.sampled_from(wire.frames))
    frame = data.draw(st.sampled_from(wire.frames))
    (meaning,) = wire.ear().feed(frame)
    ear = wire.ear()
    ear.feed(torn[: data.draw(st.integers(1, len(torn) - 1))], 0.0)
    assert ear.feed(frame, LATER)[-1] == meaning


@every_checked
def test_a_frame_with_any_bit_changed_says_nothing(name: str) -> None:
    wire = WIRES[name]
    for frame in wire.frames:
        for bit in range(8 * min(len(frame), 64)):
            changed = bytearray(frame)
            changed[bit // 8] ^= 1 << bit % 8
            assert all(isinstance(signal, Garbage) for signal in hear(wire, bytes(changed), []))


@every
@few
@given(st.binary(max_size=3000))
def test_junk_is_never_an_exception_and_all_of_it_is_let_go(name: str, junk: bytes) -> None:
    ear = WIRES[name].ear()
    ear.feed(junk, 0.0)
    ear.idle(LATER)
    assert ear.idle(2 * LATER) == []
