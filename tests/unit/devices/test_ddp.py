"""Packets of DDP: the protocol's bytes, and pictures cut into them."""

from hypothesis import given
from hypothesis import strategies as st

from devices.codec.ddp.packet import MOST, Packet, pack, pieces, unpack


def test_a_packet_is_the_protocols_own_bytes() -> None:
    datagram = pack(Packet(offset=0x1234, data=b"\xff\xb0\x00", push=True, sequence=7))
    assert datagram.hex(" ") == "41 07 0b 01 00 00 12 34 00 03 ff b0 00"


@given(st.binary(max_size=5 * MOST), st.integers(1, 15))
def test_a_picture_is_put_together_again_and_shown_once_with_its_last_packet(
    picture: bytes, first: int
) -> None:
    found = bytearray(len(picture))
    cut = [unpack(pack(piece)) for piece in pieces(picture, first)]
    for piece in cut:
        assert piece is not None
        found[piece.offset : piece.offset + len(piece.data)] = piece.data
    assert found == picture
    assert [piece.push for piece in cut if piece] == [False] * (len(cut) - 1) + [True]
    assert all(1 <= piece.sequence <= 15 for piece in cut if piece)


@given(st.binary(max_size=40))
def test_anything_else_is_no_packet_and_no_fault(datagram: bytes) -> None:
    piece = unpack(datagram)
    assert piece is None or pack(piece)[10:] == datagram[10:]


def test_pixels_of_another_kind_another_version_or_cut_short_are_not_ours() -> None:
    good = pack(Packet(0, b"\x01\x02\x03", push=True))
    assert unpack(good) is not None
    for at, byte in ((0, 0x81), (0, 0x51), (0, 0x43), (2, 0x1A), (3, 0xFB)):
        assert unpack(good[:at] + bytes((byte,)) + good[at + 1 :]) is None
    assert unpack(good[:-1]) is None
    assert unpack(good + b"\x00") is None
