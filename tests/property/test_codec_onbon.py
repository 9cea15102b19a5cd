"""Onbon frames under any line."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from devices.codec.onbon.bar import Ack, Answer, BarCodec, Nack
from devices.codec.onbon.order import Area, Show
from devices.codec.onbon.panel import Heard, PanelCodec
from devices.codec.onbon.phy import ESCAPES, Packet, Unpacker, pack, plain
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


@given(bodies, st.integers(0, 400))
def test_a_frame_without_its_end_is_never_a_packet(body: bytes, left: int) -> None:
    wire = pack(1, 0x8000, body)
    assert Unpacker().feed(wire[: left % len(wire)]) == []


@given(bodies, st.binary(min_size=2, max_size=2))
def test_a_wrong_check_value_is_never_a_packet(body: bytes, check: bytes) -> None:
    framed = plain(pack(1, 0x8000, body)[8:-1])
    assert framed is not None
    wrong = b"".join(ESCAPES.get(byte, bytes((byte,))) for byte in framed[:-2] + check)
    packets = [s for s in Unpacker().feed(b"\xa5" + wrong + b"\x5a") if isinstance(s, Packet)]
    assert packets == ([Packet(1, 0x8000, body)] if check == framed[-2:] else [])


@given(
    st.lists(st.tuples(st.integers(1, 40), st.booleans(), noise), max_size=6),
    st.lists(st.integers(0, 600), max_size=30),
)
def test_answers_of_many_bars_are_each_ones_own_in_any_chunks(
    said: list[tuple[int, bool, bytes]], cuts: list[int]
) -> None:
    kinds = {True: b"\xa0\x00\0\0\0", False: b"\xa0\x01\0\0\0"}
    data = b"".join(junk + pack(0x8000, address, kinds[done]) for address, done, junk in said)
    places = sorted({0, len(data), *(c % (len(data) + 1) for c in cuts)})
    codec = BarCodec()
    heard: list[Answer] = [a for start, end in pairwise(places) for a in codec.feed(data[start:end])]
    wanted = [Ack(address) if done else Nack(address) for address, done, _ in said]
    assert [a for a in heard if not isinstance(a, Garbage)] == wanted


@given(texts)
def test_any_text_comes_back(text: str) -> None:
    (heard,) = PanelCodec().feed(BarCodec().encode(1, Show((Area(text),))))
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
