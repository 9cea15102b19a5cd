"""Onbon frames under any line."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from devices.codec.onbon.bar import BarCodec
from devices.codec.onbon.order import Area, Show
from devices.codec.onbon.panel import Heard, PanelCodec
from devices.codec.onbon.phy import Packet, Unpacker, pack
from devices.codec.signal import Garbage

bodies = st.one_of(
    st.binary(min_size=1, max_size=60), st.sampled_from([b"\xa5\xa5", b"\x5a", b"\xa6\x02\x5b\x01"])
)
noise = st.one_of(st.binary(max_size=20), st.just(b"\xa5"), st.just(b"\x5a\x5a"))
streams = st.lists(st.one_of(bodies.map(lambda b: pack(1, 0x8000, b)), noise), max_size=5).map(b"".join)
texts = st.text(st.sampled_from("请号到窗口正在办理ABCK0123456789 ：。ァヴ、"), max_size=40)


@given(streams, st.lists(st.integers(0, 600), max_size=30))
def test_any_chunks_give_the_same_packets(data: bytes, cuts: list[int]) -> None:
    whole, cut = Unpacker(), Unpacker()
    places = sorted({0, len(data), *(c % (len(data) + 1) for c in cuts)})
    parts = [data[a:b] for a, b in pairwise(places)]
    assert [s for part in parts for s in cut.feed(part)] == whole.feed(data)


@given(noise, bodies, noise)
def test_a_frame_between_noise_is_read(before: bytes, body: bytes, after: bytes) -> None:
    assert Packet(1, 0x8000, body) in Unpacker().feed(before + pack(1, 0x8000, body) + after)


@given(bodies, st.integers(1, 80))
def test_a_frame_after_a_torn_one_is_read(body: bytes, left: int) -> None:
    torn = pack(1, 0x8000, body)[:left]
    assert Unpacker().feed(torn + pack(1, 0x8000, b"ok"))[-1] == Packet(1, 0x8000, b"ok")


@given(bodies, st.integers(0, 2000), st.integers(1, 255))
def test_a_changed_byte_is_never_a_packet(body: bytes, place: int, flip: int) -> None:
    wire = bytearray(pack(1, 0x8000, body))
    at = 8 + place % (len(wire) - 9)
    wire[at] ^= flip
    found = [s for s in Unpacker().feed(bytes(wire)) if isinstance(s, Packet)]
    # Several wire spellings may mean the same body; anything but that body must have failed the check.
    assert all(packet.data == body for packet in found)


@given(texts)
def test_any_text_comes_back(text: str) -> None:
    (heard,) = PanelCodec().feed(BarCodec().encode(Show((Area(text),))))
    assert isinstance(heard, Heard)
    assert heard.order == Show((Area(text),))


@given(st.binary(max_size=3000))
def test_junk_never_raises(data: bytes) -> None:
    unpacker = Unpacker()
    seen = sum(len(g.raw) for g in unpacker.feed(data) if isinstance(g, Garbage))
    assert seen <= len(data)
    assert len(unpacker._noise) <= 64
    PanelCodec().feed(data)
    BarCodec().feed(data)
