"""What a printer's bytes mean, and what its status says."""

import pytest

from devices.codec.escpos.decoder import Decoder
from devices.codec.escpos.op import Cut, Feed, Qr, Query, Raster, Reset, Style, Text
from devices.codec.escpos.status import ASK, Health, Status, StatusReader
from devices.codec.signal import Garbage

GOLDEN = bytes.fromhex(
    "1b401c261d21111b45011b6101d5fecef1b7fecef1b4f3ccfc0a1d21331b610141303132330a1b21001b21001b21001b7b001d62"
    "001b45001b2d001b4d001b61001d4200d2b5cef13ab2bbb6afb2fab5c7bcc72020c7b0c3e6b5c8baf2203720c8cb0a1d286b0400"
    "314132001d286b03003143061d286b03003145301d286b1f0031503068747470733a2f2f712e6578616d706c652e636e2f742f41"
    "303132331d286b03003151301b64061d5600"
)


def test_the_golden_ticket_of_174_bytes_is_read_right() -> None:
    assert len(GOLDEN) == 174
    assert Decoder(chinese=False).feed(GOLDEN) == [
        Reset(),
        Text("政务服务大厅", Style(2, 2, bold=True, align=1)),
        Feed(),
        Text("A0123", Style(4, 4, bold=True, align=1)),
        Feed(),
        Text("业务:不动产登记  前面等候 7 人", Style()),
        Feed(),
        Qr(b"https://q.example.cn/t/A0123", 6, "L", 0),
        Feed(lines=6),
        Cut(partial=False),
    ]


def test_chinese_without_the_chinese_switch_is_not_chinese() -> None:
    (text, _) = Decoder(chinese=False).feed("大厅\n".encode("gb18030"))
    assert isinstance(text, Text)
    assert "大" not in text.text


def test_four_byte_characters_are_read() -> None:
    (text, _) = Decoder().feed("张𠮷㐀\n".encode("gb18030"))
    assert isinstance(text, Text)
    assert text.text == "张𠮷㐀"


def test_a_status_question_overtakes_the_line_in_print() -> None:
    assert Decoder().feed(b"A0\x10\x04\x0112\n") == [Query(1), Text("A012", Style()), Feed()]


def test_a_picture_is_read_with_its_binary_bytes() -> None:
    picture = b"\x1dv0\x00\x01\x00\x02\x00\x1b\x0a"
    assert Decoder().feed(picture + b"\n") == [Raster(8, 2, b"\x1b\x0a", 0), Feed()]


@pytest.mark.parametrize("raw", [b"\x1b\xff", b"\x1d\x01", b"\x10\x05", b"\x01", b"\x10\x04\x09"])
def test_an_unknown_command_is_garbage_and_the_text_goes_on(raw: bytes) -> None:
    assert Decoder().feed(raw + b"A\n") == [Garbage(raw), Text("A", Style()), Feed()]


def test_a_picture_too_large_for_any_paper_is_garbage() -> None:
    head = b"\x1dv0\x00\xff\xff\xff\xff"
    assert Decoder().feed(head) == [Garbage(head)]


def test_switching_off_ends_a_torn_command() -> None:
    decoder = Decoder()
    assert decoder.feed(b"\x1d(k\xff\xff") == []
    decoder.power_cycle()
    assert decoder.feed(b"A\n") == [Text("A", Style()), Feed()]


@pytest.mark.parametrize(
    "answers,health",
    [
        ("12 12 12 12", Health.READY),
        ("12 12 12 1e", Health.NEAR_END),
        ("1a 32 12 7e", Health.NO_PAPER),
        ("1a 16 12 12", Health.COVER),
        ("1a 12 12 12", Health.OFFLINE),
        ("1a 52 1a 12", Health.OFFLINE),
        ("12 12", Health.UNKNOWN),
        ("", Health.UNKNOWN),
    ],
)
def test_answers_say_how_the_printer_is(answers: str, health: Health) -> None:
    reader = StatusReader()
    reader.feed(bytes.fromhex(answers))
    assert reader.partial().health is health


def test_a_silent_printer_is_unknown_and_still_gets_tickets() -> None:
    assert Status().health is Health.UNKNOWN
    assert Status().health.prints
    assert not Health.NO_PAPER.prints


def test_bytes_that_are_no_status_are_counted_only() -> None:
    reader = StatusReader()
    reader.begin()
    status = reader.feed(b"\x00\xff\x11\x12\x12\x80\x12\x12")
    assert status is not None
    assert (status.health, reader.junk) == (Health.READY, 4)


def test_all_four_questions_go_out_together() -> None:
    assert bytes.fromhex("100401 100402 100403 100404") == ASK
