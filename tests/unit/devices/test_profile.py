"""Profiles are data: another device is another file."""

import pytest

from devices.codec.frame import FrameCodec, Order
from devices.codec.profile.file import BadProfile, names
from devices.codec.profile.shape import named, read
from devices.codec.signal import Alive, Pressed, Rated, Unmapped

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
        ("data_at = 2", "data_at = 1", "before data_at"),
        ("fixed_size = 4", "fixed_size = 2", "no room"),
        ('data = "31"', 'data = "0C"', "small letters"),
        ('data = "31"', 'last = "0C"', "small letters"),
        ('data = "31"', 'data = "31"\nlast = "31"', "either data or last"),
        ("levels = { 35 = 5 }", "levels = { 3x = 5 }", "levels"),
        ("[frame]", '[bus]\nmode = "poll"\n[frame]', "bus.poll"),
        ("[frame]", "[frame", "line"),
    ],
)
def test_a_faulty_profile_says_where(old: str, new: str, says: str) -> None:
    with pytest.raises(BadProfile, match=says):
        read(FOUR_BYTES.replace(old, new))


@pytest.mark.parametrize(
    "old,new,zh,en",
    [
        (
            "address_at = 1",
            'address_at = "one"',
            "frame.address_at: 应为不带引号的整数，写的是带引号的文字",
            "frame.address_at: expected `int`, got `str`",
        ),
        (
            "address_at = 1",
            "adress_at = 1",
            "frame.adress_at不是设置的名称，是不是frame.address_at？；没有写frame.address_at",
            "frame.adress_at is not known; did you mean frame.address_at?; frame.address_at is missing",
        ),
        (
            "fixed_size = 4",
            "length = { offset = 1 }",
            "没有写frame.length.counts_from",
            "frame.length.counts_from is missing",
        ),
        (
            "35 = 5",
            '35 = "five"',
            "events 2: levels.35: 应为不带引号的整数，写的是带引号的文字",
            "events 2: levels.35: expected `int`, got `str`",
        ),
        (
            'data = "33"',
            "data = 33",
            "commands.led.data: 应为带引号的文字，写的是不带引号的整数",
            "commands.led.data: expected `str`, got `int`",
        ),
        (
            "[commands.led]",
            "[commands.led]\ncolour = 1",
            "commands.led.colour不是设置的名称，是不是commands.led.",
            "commands.led.colour is not known; did you mean commands.led.",
        ),
        (
            "[frame]",
            '[wire]\nparity = "X"\n[frame]',
            "wire.parity: 只能写N、E、O",
            "wire.parity: invalid enum value 'X'; write one of N, E, O",
        ),
        (
            "[frame]",
            "[frame",
            "不是有效的TOML，请检查第5行第7字的引号、括号和等号",
            "is not valid TOML: Expected ']' at the end of a table declaration (at line 5, column 7)",
        ),
        (
            "fixed_size = 4",
            "fixed_size = 4\nfixed_size = 5",
            "不是有效的TOML，第9行第15字的名称前面已经写过，请只留一处",
            "is not valid TOML: Cannot overwrite a value (at line 9, column 15); keep one of the two",
        ),
    ],
)
def test_a_faulty_profile_says_in_both_languages_where_and_what_is_expected(
    old: str, new: str, zh: str, en: str
) -> None:
    with pytest.raises(BadProfile) as told:
        read(FOUR_BYTES.replace(old, new))
    assert told.value.text.zh.startswith(zh)
    assert told.value.text.en.startswith(en)


def test_an_unknown_profile_names_the_known_ones() -> None:
    with pytest.raises(BadProfile, match="ff68"):
        named("ff69")


@pytest.mark.parametrize("key,level", [("01", 5), ("02", 4), ("03", 3), ("04", 2), ("05", 1)])
def test_the_five_keys_are_the_five_official_levels_and_are_answered(key: str, level: int) -> None:
    codec = FrameCodec(named("ff68-five"))
    heard = codec.feed(codec.build(5, b"\x11", bytes.fromhex(key)))
    assert heard == [Rated(5, level, codec.build(5, b"\x01", bytes.fromhex(key)))]


@pytest.mark.parametrize("key", ["00", "06", "ff"])
def test_a_sixth_key_is_no_level(key: str) -> None:
    codec = FrameCodec(named("ff68-five"))
    assert isinstance(codec.feed(codec.build(5, b"\x11", bytes.fromhex(key)))[0], Unmapped)


def test_a_line_of_text_is_cut_at_a_whole_character_that_the_device_has() -> None:
    codec = FrameCodec(named("ff68-five"))
    whole = codec.encode(Order(5, "show_text", "请A012号评价"))
    assert whole == codec.build(5, b"\x04", "请A012号评价".encode("gb2312"))
    assert codec.encode(Order(5, "show_text", "𠮷" + "请" * 13)) == codec.build(
        5, b"\x04", ("请" * 12).encode("gb2312")
    )


@pytest.mark.parametrize(
    "order,frame",
    [
        (Order(40, "show_ticket", "A012"), "01 28 21 30 31 32 07"),
        (Order(40, "show_waiting", "7"), "01 28 20 20 20 37 07"),
        (Order(40, "beep"), "01 28 37 07"),
    ],
)
def test_a_polled_pad_is_asked_and_told_in_frames_of_its_own(order: Order, frame: str) -> None:
    codec = FrameCodec(named("ub485"))
    assert codec.encode(order) == bytes.fromhex(frame)
    assert codec.poll(40) == bytes.fromhex("04 28 07")


def test_a_polled_pad_says_that_it_is_there_or_which_key_was_pressed() -> None:
    codec = FrameCodec(named("ub485"))
    assert codec.feed(bytes.fromhex("01 28 30 07 01 28 31 07 01 28 39 07")) == [
        Alive(40),
        Pressed(40, "call_next"),
        Unmapped(40, bytes.fromhex("01 28 39 07")),
    ]


def test_every_shipped_profile_is_whole() -> None:
    assert [named(name).name for name in names("frame")] == ["ff68", "ff68-five", "ub485"]
