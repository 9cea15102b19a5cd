"""Where a websocket's messages begin and end, in whatever pieces they come."""

from hypothesis import given
from hypothesis import strategies as st

from queue_server.api.frames import Frames


def frame(opcode: int, size: int, *, masked: bool = True) -> bytes:
    """A frame of so many octets, and what is inside looks like headers."""
    if size < 126:
        head = bytes((opcode, (0x80 if masked else 0) | size))
    elif size < 1 << 16:
        head = bytes((opcode, (0x80 if masked else 0) | 126)) + size.to_bytes(2, "big")
    else:
        head = bytes((opcode, (0x80 if masked else 0) | 127)) + size.to_bytes(8, "big")
    return head + (b"mask" if masked else b"") + (b"\x81\x7f" * size)[:size]


SIZES = st.one_of(st.integers(0, 5), st.integers(120, 130), st.sampled_from((65535, 65536)))
CONTROL = st.builds(frame, st.sampled_from((0x88, 0x89, 0x8A)), st.integers(0, 5))
WHOLE = st.builds(frame, st.sampled_from((0x81, 0x82)), SIZES, masked=st.booleans())
PARTED = st.builds(
    lambda sizes, between: (
        frame(0x01, 3) + b"".join(frame(0x00, n) + between for n in sizes) + frame(0x80, 1)
    ),
    st.lists(SIZES, max_size=3),
    st.one_of(st.just(b""), CONTROL),
)


@given(st.lists(st.one_of(CONTROL, WHOLE, PARTED), min_size=1, max_size=4), st.data())
def test_a_message_has_begun_from_its_first_octet_until_before_its_last(
    messages: list[bytes], data: st.DataObject
) -> None:
    sent = b"".join(messages)
    ends = {sum(map(len, messages[: n + 1])) for n in range(len(messages))}
    cuts = data.draw(st.sets(st.integers(0, len(sent)), max_size=8))
    cuts |= {n for end in ends for n in (end - 1, end)}
    frames, at = Frames(), 0
    for cut in sorted(cuts):
        whole = frames.take(sent[at:cut])
        assert whole == any(at < end <= cut for end in ends)
        assert frames.begun == (cut > 0 and cut not in ends)
        at = cut


def test_a_ping_in_the_middle_makes_no_message_whole() -> None:
    frames = Frames()
    assert not frames.take(frame(0x01, 1))
    assert not frames.take(frame(0x89, 1))
    assert frames.begun
    assert frames.take(frame(0x80, 1))
    assert not frames.begun
