"""USB key pads: recorded kernel events and what they mean."""

import pytest

from devices.codec.evdev import DOWN, EVENT, KEYS, REPEAT, UP, KeyCodec, Struck
from devices.codec.pad import PadCodec
from devices.codec.profile.file import BadProfile
from devices.codec.profile.pad import named, read
from devices.codec.signal import Pressed, Rated, Unmapped

# An Enter key of a number pad as a 64-bit kernel writes it: scan code, key down, report; scan code, key up, report.
ENTER = bytes.fromhex(
    "6f2b6a6700000000 f3a4070000000000 0400 0400 58000700"
    "6f2b6a6700000000 f3a4070000000000 0100 6000 01000000"
    "6f2b6a6700000000 f3a4070000000000 0000 0000 00000000"
    "6f2b6a6700000000 5dcb080000000000 0400 0400 58000700"
    "6f2b6a6700000000 5dcb080000000000 0100 6000 00000000"
    "6f2b6a6700000000 5dcb080000000000 0000 0000 00000000"
)


@pytest.mark.skipif(EVENT.size != 24, reason="the record is of a 64-bit kernel")
def test_a_recorded_key_is_one_press() -> None:
    assert PadCodec(named("numpad")).feed(ENTER) == [Pressed(0, "call_next")]


def strike(key: str) -> bytes:
    return KeyCodec.encode(KEYS[key], DOWN) + KeyCodec.encode(KEYS[key], UP)


def test_a_key_that_is_held_is_one_press() -> None:
    held = KeyCodec.encode(96, DOWN) + 40 * KeyCodec.encode(96, REPEAT) + KeyCodec.encode(96, UP)
    assert KeyCodec().hear(held) == [Struck(96)]


@pytest.mark.parametrize(
    "key,verb",
    [
        ("KPENTER", "call_next"),
        ("KPPLUS", "recall"),
        ("KP0", "start"),
        ("KPASTERISK", "finish"),
        ("KPMINUS", "no_show"),
        ("KPSLASH", "hold"),
        ("KPDOT", "transfer"),
    ],
)
def test_the_number_pad_has_a_callers_verbs(key: str, verb: str) -> None:
    assert PadCodec(named("numpad")).feed(strike(key)) == [Pressed(0, verb)]


@pytest.mark.parametrize("key,level", [("1", 5), ("KP2", 4), ("3", 3), ("KP4", 2), ("5", 1)])
def test_five_keys_are_the_five_official_levels(key: str, level: int) -> None:
    assert PadCodec(named("five-keys")).feed(strike(key)) == [Rated(0, level)]


def test_a_key_that_means_nothing_is_told_and_never_guessed() -> None:
    assert PadCodec(named("five-keys")).feed(strike("6")) == [Unmapped(0, b"\x00\x07")]
    assert PadCodec(named("numpad")).feed(KeyCodec.encode(0x2FF, DOWN)) == [Unmapped(0, b"\x02\xff")]


@pytest.mark.parametrize(
    "table,says",
    [
        ('verbs = { ENTR = "recall" }', "ENTR is no key"),
        ("levels = { 1 = 6 }", "1 to 5"),
        ('verbs = { 1 = "recall" }\nlevels = { 1 = 5 }', "not both"),
        ("", "no key means anything"),
        ('verb = { 1 = "recall" }', "verb"),
    ],
)
def test_a_faulty_pad_file_says_where(table: str, says: str) -> None:
    with pytest.raises(BadProfile, match=says):
        read(f'name = "p"\ntitle = "p"\nsource = "p"\n{table}')
