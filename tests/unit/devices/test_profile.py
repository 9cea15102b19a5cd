"""Profiles are data: another device is another file."""

import pytest

from devices.codec.frame import FrameCodec, Order
from devices.codec.profile.shape import BadProfile, named, read
from devices.codec.signal import Pressed, Rated

FOUR_BYTES = """
name = "four"
title = "four-byte caller without check value"
source = "01 addr key 07"
[frame]
start = "01"
end = "07"
fixed_size = 4
address_at = 1
data_at = 2
[[events]]
data = "31"
emit = "call_next"
[[events]]
emit = "rate"
levels = { 35 = 5 }
ack = "none"
[commands.led]
data = "33"
"""


def test_a_fixed_size_device_needs_only_a_file() -> None:
    codec = FrameCodec(read(FOUR_BYTES))
    assert codec.feed(b"\x01\x20\x31\x07\x01\x20\x35\x07") == [
        Pressed(0x20, "call_next", b"\x01\x20\x31\x07"),
        Rated(0x20, 5),
    ]
    assert codec.encode(Order(0x20, "led")) == b"\x01\x20\x33\x07"


@pytest.mark.parametrize(
    "old,new,says",
    [
        ("fixed_size = 4", "", "length or fixed_size"),
        ('end = "07"', 'end = "7"', "frame.end"),
        ('end = "07"', 'end = "07"\ncheck = "magic"', "magic"),
        ("35 = 5", "35 = 6", "1 to 5"),
        ('emit = "call_next"', 'emit = "rate"', "rate needs levels"),
        ("address_at = 1", 'address_at = "one"', "address_at"),
        ("address_at = 1", "adress_at = 1", "adress_at"),
        ("[frame]", "[frame", "line"),
    ],
)
def test_a_faulty_profile_says_where(old: str, new: str, says: str) -> None:
    with pytest.raises(BadProfile, match=says):
        read(FOUR_BYTES.replace(old, new))


def test_an_unknown_profile_names_the_known_ones() -> None:
    with pytest.raises(BadProfile, match="ff68"):
        named("ff69")
