"""Card readers against published frames (docs/protocol/sam.md); every card here is nobody's."""

import contextlib
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codec.sam import card as text
from devices.codec.sam.card import Card, Unreadable
from devices.codec.sam.frame import DONE, FOUND, NO_CARD, NOT_READ, NOT_SELECTED, Ask, Reply, SamCodec, framed
from devices.codec.signal import Garbage
from tests.fakes import card
from tests.fakes.wire import SOMEBODY


@pytest.mark.parametrize(
    "ask,frame",
    [
        (Ask.RESET, "aa aa aa 96 69 00 03 10 ff ec"),
        (Ask.STATUS, "aa aa aa 96 69 00 03 11 ff ed"),
        (Ask.MODULE, "aa aa aa 96 69 00 03 12 ff ee"),
        (Ask.FIND, "aa aa aa 96 69 00 03 20 01 22"),
        (Ask.SELECT, "aa aa aa 96 69 00 03 20 02 21"),
        (Ask.READ, "aa aa aa 96 69 00 03 30 01 32"),
    ],
)
def test_an_order_is_the_published_frame(ask: Ask, frame: str) -> None:
    assert SamCodec.encode(ask) == bytes.fromhex(frame)


@pytest.mark.parametrize(
    "frame,reply",
    [
        ("aa aa aa 96 69 00 08 00 00 9f 00 00 00 00 97", Reply(FOUND, bytes(4))),
        ("aa aa aa 96 69 00 04 00 00 80 84", Reply(NO_CARD)),
        ("aa aa aa 96 69 00 0c 00 00 90 00 00 00 00 00 00 00 00 9c", Reply(DONE, bytes(8))),
        ("aa aa aa 96 69 00 04 00 00 81 85", Reply(NOT_SELECTED)),
        ("aa aa aa 96 69 00 04 00 00 41 45", Reply(NOT_READ)),
    ],
)
def test_a_published_reply_is_read(frame: str, reply: Reply) -> None:
    assert SamCodec().feed(bytes.fromhex(frame)) == [reply]


def answer(block: bytes) -> bytes:
    """What a reader says when it has read a card: 1,295 bytes."""
    return framed(DONE + bytes.fromhex("01000400") + block + bytes(1024))


def test_a_card_comes_through_the_frame_whole_and_its_text_begins_at_byte_14() -> None:
    frame = answer(text.write(SOMEBODY))
    assert len(frame) == 1295
    assert frame[14:18].decode("utf-16-le") == "测试"
    (reply,) = SamCodec().feed(frame)
    assert isinstance(reply, Reply)
    assert text.read(text.block(reply.data)) == SOMEBODY


@pytest.mark.parametrize(
    "somebody",
    [
        SOMEBODY,
        replace(SOMEBODY, kind="permit", until=date(2030, 1, 1)),
        replace(SOMEBODY, kind="foreign", number="UTO990000000019", nation="UTO", address="", issuer="9900"),
        replace(SOMEBODY, name="欧阳𠮷𠮷", sex="male"),
    ],
)
def test_each_kind_of_card_is_read_as_it_was_written(somebody: Card) -> None:
    assert text.read(text.write(somebody)) == somebody


def test_a_foreigner_without_a_chinese_name_has_the_one_in_letters() -> None:
    block = bytearray(text.write(replace(SOMEBODY, kind="foreign", name="", address="", issuer="9900")))
    block[0:22] = "NOBODY, ANN".encode("utf-16-le")
    assert text.read(bytes(block)).name == "NOBODY, ANN"


@pytest.mark.parametrize(
    "at,said,part",
    [(122, "990000198001010011"[:18], "number"), (36, "19800230", "born"), (188, "2020022 ", "since"), (204, "长 ", "until"),
     (248, "Q", "flag"), (0, " " * 15, "name"), (36, "１９８００１０１", "born")],
)  # fmt: skip
def test_a_text_that_can_not_be_names_the_part_and_never_what_it_said(at: int, said: str, part: str) -> None:
    block = bytearray(text.write(SOMEBODY))
    block[at : at + 2 * len(said)] = said.encode("utf-16-le")
    with pytest.raises(Unreadable) as caught:
        text.read(bytes(block))
    assert str(caught.value) == part


@pytest.mark.parametrize(
    "data", [b"", bytes(3), bytes.fromhex("00ff0400") + bytes(2000), bytes.fromhex("01000400") + bytes(200)]
)
def test_lengths_that_can_not_be_are_no_card(data: bytes) -> None:
    with pytest.raises(Unreadable, match="lengths"):
        text.block(data)


@given(st.binary(min_size=256, max_size=256))
def test_any_bytes_are_a_card_or_unreadable(block: bytes) -> None:
    with contextlib.suppress(Unreadable):
        text.read(block)


@pytest.mark.parametrize("number", [card.number(n=n) for n in range(1, 30)])
def test_the_check_character_of_a_number_is_that_of_the_server(number: str) -> None:
    assert text.checks(number)
    assert not text.checks(number[:-1] + ("0" if number[-1] != "0" else "1"))


def test_nothing_of_a_card_is_in_what_a_program_might_print() -> None:
    frame = answer(text.write(SOMEBODY))
    (reply,) = SamCodec().feed(frame)
    ear = SamCodec()
    torn = [*ear.feed(frame[:400], 0.0), *ear.idle(1.0)]
    assert {type(signal) for signal in torn} == {Garbage}
    for printed in (repr(SOMEBODY), repr(reply), repr(torn)):
        assert SOMEBODY.number not in printed
        assert SOMEBODY.name not in printed
        assert text.write(SOMEBODY)[:8] not in printed.encode("utf-16-le")
