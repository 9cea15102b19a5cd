"""Recordings of unknown callers: what shape is believed in, and what is never claimed."""

from random import Random

import pytest

from devices.codec.draft import draft
from devices.codec.frame import FrameCodec
from devices.codec.learn import bursts, learn
from devices.codec.profile.shape import named, read
from devices.codec.signal import Pressed

KEYS = ("0c", "0d", "0b", "060f", "000f", "030f", "12", "13")


def ff68(*keys: str) -> list[bytes]:
    codec = FrameCodec(named("ff68"))
    return [codec.build(5, b"\x01", bytes.fromhex(key)) for key in keys]


def test_the_keys_of_an_ff68_caller_give_the_frames_of_its_profile() -> None:
    found = learn(ff68(*KEYS))
    assert found is not None
    assert (found.frame.start, found.frame.end, found.frame.check) == ("ff68", "16", "sum8")
    assert found.frame.length is not None
    assert (found.frame.length.offset, found.frame.length.repeat_at) == (2, (3,))
    assert found.share == 1.0


def test_the_proposal_is_a_profile_that_hears_each_of_the_keys() -> None:
    found = learn(ff68(*KEYS))
    assert found is not None
    codec = FrameCodec(read(draft(found, 9600)))
    heard = [codec.feed(frame) for frame in ff68(*KEYS)]
    assert heard == [[Pressed(5, f"unnamed-{n}")] for n in range(1, len(KEYS) + 1)]


def test_frames_of_one_length_are_of_a_fixed_size_and_their_address_is_not_taken_for_a_length() -> None:
    codec = FrameCodec(named("ff68"))
    rated = codec.build(5, b"\x11", b"\x02")  # an evaluator's key, which has another command
    found = learn([*ff68("0c", "0d"), rated] * 6)
    assert found is not None
    assert found.frame.length is None
    assert (found.frame.fixed_size, found.frame.address_at) == (10, 5)
    heard = [signal for frame in found.frames for signal in FrameCodec(read(draft(found, 9600))).feed(frame)]
    assert heard == [Pressed(5, f"unnamed-{n}") for n in (1, 2, 3)]


def test_four_byte_keys_of_two_pads_are_frames_without_a_check_value() -> None:
    found = learn([bytes((1, address, key, 7)) for address in (32, 33) for key in b"1234"])
    assert found is not None
    assert (found.frame.start, found.frame.end, found.frame.fixed_size) == ("01", "07", 4)
    assert found.frame.check == "none"


def test_one_key_pressed_ten_times_proves_nothing() -> None:
    assert learn(ff68(*["0c"] * 10)) is None


@pytest.mark.parametrize("seed", range(10))
def test_noise_is_no_device(seed: int) -> None:
    drawn = Random(seed)
    assert learn([drawn.randbytes(drawn.randrange(1, 20)) for _ in range(20)]) is None


def test_nothing_heard_is_nothing_learned() -> None:
    assert learn([]) is None


def test_bytes_that_come_closely_are_one_burst() -> None:
    heard = [(0.0, b"\xff"), (0.01, b"\x68"), (0.5, b"\x01"), (0.54, b"\x02"), (2.0, b"\x03")]
    assert bursts(heard) == [b"\xff\x68", b"\x01\x02", b"\x03"]
