"""The FF68 profile against its published vectors (docs/protocol/ff68.md)."""

import pytest

from devices.codec.frame import FrameCodec, Order
from devices.codec.profile.shape import named
from devices.codec.signal import Garbage, KeySignal, Pressed, Rated, Unmapped


def codec() -> FrameCodec:
    return FrameCodec(named("ff68"))


def hear(frames: str) -> list[KeySignal]:
    return codec().feed(bytes.fromhex(frames))


@pytest.mark.parametrize(
    "frame,verb",
    [
        ("ff 68 03 03 68 05 01 0c 12 16", "call_next"),
        ("ff 68 03 03 68 05 01 0d 13 16", "recall"),
        ("ff 68 03 03 68 05 01 0b 11 16", "finish"),
        ("ff 68 04 04 68 05 01 06 0f 1b 16", "no_show"),
        ("ff 68 04 04 68 05 01 00 0f 15 16", "hold"),
        ("ff 68 04 04 68 05 01 03 0f 18 16", "resume_held"),
        ("ff 68 03 03 68 05 01 12 18 16", "pause"),
        ("ff 68 03 03 68 05 01 13 19 16", "transfer"),
    ],
)
def test_a_caller_key_is_its_verb_and_is_echoed(frame: str, verb: str) -> None:
    assert hear(frame) == [Pressed(5, verb, bytes.fromhex(frame))]


@pytest.mark.parametrize("typed,number", [("", ""), ("07", "7"), ("7", "7"), ("012", "12"), ("000", "")])
def test_digits_before_the_key_for_transfers_are_a_number(typed: str, number: str) -> None:
    frame = codec().build(5, b"\x01", bytes(int(digit) for digit in typed) + b"\x13")
    assert codec().feed(frame) == [Pressed(5, "transfer", frame, number)]


def test_what_is_no_digit_before_the_key_for_transfers_is_not_guessed() -> None:
    frame = codec().build(5, b"\x01", b"\x0a\x13")
    assert codec().feed(frame) == [Unmapped(5, frame)]


@pytest.mark.parametrize(
    "order,frame",
    [
        (Order(5, "show_ticket", "123"), "ff 68 08 08 68 05 02 0a 0a 0a 01 02 03 2b 16"),
        (Order(5, "show_ticket", "A0123"), "ff 68 08 08 68 05 02 0a 0a 0a 01 02 03 2b 16"),
        (Order(5, "show_waiting", "17"), "ff 68 08 08 68 05 02 00 01 07 0a 0a 0a 2d 16"),
        (Order(5, "beep"), "ff 68 02 02 68 05 03 08 16"),
        (Order(5, "prompt"), "ff 68 03 03 68 05 01 0b 11 16"),
        (Order(5, "stars", "5"), "ff 68 03 03 68 05 02 05 0c 16"),
    ],
)
def test_an_order_is_the_published_frame(order: Order, frame: str) -> None:
    assert codec().encode(order) == bytes.fromhex(frame)


def test_an_order_that_the_device_does_not_know_is_no_bytes() -> None:
    assert codec().encode(Order(5, "sing")) == b""


@pytest.mark.parametrize("key,level", [("00", 1), ("02", 4), ("03", 5)])
def test_a_mapped_rating_key_is_a_level(key: str, level: int) -> None:
    ck = f"{(5 + 0x11 + int(key, 16)) & 0xFF:02x}"
    (signal,) = hear(f"ff 68 03 03 68 05 11 {key} {ck} 16")
    assert isinstance(signal, Rated)
    assert (signal.address, signal.level) == (5, level)


def test_an_unmapped_rating_key_is_never_guessed_but_is_answered() -> None:
    frame = "ff 68 03 03 68 05 11 01 17 16"
    assert hear(frame) == [Unmapped(5, bytes.fromhex(frame), bytes.fromhex("ff 68 03 03 68 05 01 01 07 16"))]


def test_two_keys_in_one_rating_frame_are_no_rating() -> None:
    (signal,) = hear("ff 68 04 04 68 05 11 02 03 1b 16")
    assert isinstance(signal, Unmapped)


@pytest.mark.parametrize("place", range(10))
def test_a_frame_with_any_byte_changed_is_only_noise(place: int) -> None:
    frame = bytearray.fromhex("ff 68 03 03 68 05 01 0c 12 16")
    frame[place] ^= 0x20
    c = codec()
    heard = [*c.feed(bytes(frame), 0.0), *c.idle(1.0)]
    assert [type(s) for s in heard] == [Garbage]


def test_a_torn_frame_is_given_up_and_the_next_one_is_heard() -> None:
    c = codec()
    good = bytes.fromhex("ff 68 03 03 68 05 01 0c 12 16")
    assert c.feed(good[:6], 0.0) == []
    assert c.feed(good, 1.0) == [Garbage(good[:6]), Pressed(5, "call_next", good)]


def test_a_good_frame_swallowed_by_a_false_length_is_found_again() -> None:
    c = codec()
    good = bytes.fromhex("ff 68 03 03 68 05 01 0c 12 16")
    assert c.feed(bytes.fromhex("ff 68 30 30 68") + good, 0.0) == []
    assert Pressed(5, "call_next", good) in c.idle(0.06)


def test_a_frame_in_time_is_not_given_up() -> None:
    c = codec()
    good = bytes.fromhex("ff 68 03 03 68 05 01 0c 12 16")
    assert c.feed(good[:6], 10.0) == []
    assert c.idle(10.04) == []
    assert c.feed(good[6:], 10.04) == [Pressed(5, "call_next", good)]


def test_endless_noise_is_handed_out_in_pieces() -> None:
    heard = codec().feed(b"\x00" * 1000)
    assert sum(len(g.raw) for g in heard if isinstance(g, Garbage)) >= 1000 - 64
