"""What a printer's bytes mean, and what its status says."""

import pytest

from devices.codec.escpos import status as escpos
from devices.codec.escpos.decoder import Decoder
from devices.codec.escpos.op import (
    Automatic,
    Clear,
    Cut,
    Feed,
    Keep,
    Kept,
    Qr,
    Query,
    Raster,
    Recall,
    Reset,
    Style,
    Text,
)
from devices.codec.escpos.status import (
    ASK,
    CLEAR,
    CLEARED,
    Answer,
    Health,
    Status,
    StatusCodec,
    StatusSignal,
    answered,
)
from devices.codec.signal import Garbage
from tests.fakes.slip import GOLDEN


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


@pytest.mark.parametrize(
    "raw", [b"\x1b\xff", b"\x1d\x01", b"\x10\x05", b"\x01", b"\x10\x04\x09", b"\x10\x14\x09"]
)
def test_an_unknown_command_is_garbage_and_the_text_goes_on(raw: bytes) -> None:
    assert Decoder().feed(raw + b"A\n") == [Garbage(raw), Text("A", Style()), Feed()]


def test_a_picture_too_large_for_any_paper_is_garbage() -> None:
    head = b"\x1dv0\x00\xff\xff\xff\xff"
    assert Decoder().feed(head) == [Garbage(head)]


def test_switching_off_ends_a_torn_command() -> None:
    decoder = Decoder()
    assert decoder.feed(b"\x1d(k\xff\x0f") == []
    decoder.power_cycle()
    assert decoder.feed(b"A\n") == [Text("A", Style()), Feed()]


@pytest.mark.parametrize("mode,across,down", [(0, 1, 1), (1, 2, 1), (2, 1, 2), (3, 2, 2), (51, 2, 2)])
def test_a_picture_may_be_doubled(mode: int, across: int, down: int) -> None:
    data = b"\x1dv0" + bytes((mode, 1, 0, 1, 0, 0xFF))
    assert Decoder().feed(data) == [Raster(8, 1, b"\xff", 0, across, down)]


def test_pictures_for_the_memory_are_read_and_named() -> None:
    one, two = b"\x01\x00\x01\x00" + bytes(8), b"\x02\x00\x01\x00" + b"\x1c" * 16
    data = b"\x1cq\x02" + one + two + b"\x1ba\x01\x1cp\x02\x00"
    kept = Keep((Kept(8, 8, bytes(8)), Kept(16, 8, b"\x1c" * 16)))
    assert Decoder().feed(data) == [kept, Recall(2, 1)]


@pytest.mark.parametrize("head", ["1c7100", "1c710100000100", "1c7101ffffffff", "1c710104000004"])
def test_a_picture_that_no_memory_holds_is_garbage(head: str) -> None:
    assert Decoder().feed(bytes.fromhex(head) + b"A\n")[:1] == [Garbage(bytes.fromhex(head))]


def test_automatic_status_is_asked_for() -> None:
    assert Decoder().feed(b"\x1da\x0e\x1da\x00") == [Automatic(0x0E), Automatic(0)]


def test_what_is_received_may_be_taken_back() -> None:
    assert Decoder().feed(b"A" + CLEAR + b"B\n") == [Clear(), Text("B", Style()), Feed()]
    wrong = CLEAR[:-1] + b"\x09"
    assert Decoder().feed(wrong) == [Garbage(wrong)]
    pulse = b"\x10\x14\x01\x00\x05"
    assert Decoder().feed(pulse + b"A\n") == [Text("A", Style()), Feed()]
    assert StatusCodec().feed(CLEARED) == [Garbage(bytes((byte,))) for byte in CLEARED]


def said(data: str) -> list[StatusSignal]:
    return StatusCodec().feed(bytes.fromhex(data))


def answers(data: str) -> list[Answer]:
    return [signal for signal in said(data) if isinstance(signal, Answer)]


@pytest.mark.parametrize(
    "data,health",
    [
        ("12 12 12 12", Health.READY),
        ("12 12 12 1e", Health.NEAR_END),
        ("1a 32 12 7e", Health.NO_PAPER),
        ("1a 16 12 12", Health.COVER),
        ("1a 12 12 12", Health.OFFLINE),
        ("1a 52 1a 12", Health.CUTTER),
        ("1a 52 32 12", Health.OFFLINE),
        ("1a 36 1a 7e", Health.NO_PAPER),
    ],
)
def test_four_answers_say_how_the_printer_is(data: str, health: Health) -> None:
    status = answered(answers(data))
    assert status is not None
    assert status.health is health


@pytest.mark.parametrize(
    "data,health",
    [
        ("10 00 00 00", Health.READY),
        ("10 00 03 0f", Health.NEAR_END),
        ("18 00 0f 00", Health.NO_PAPER),
        ("38 00 00 00", Health.COVER),
        ("18 08 00 00", Health.CUTTER),
        ("18 20 00 00", Health.OFFLINE),
        ("18 00 00 00", Health.OFFLINE),
    ],
)
def test_a_printer_that_tells_of_itself_is_understood(data: str, health: Health) -> None:
    (status,) = said(data)
    assert isinstance(status, Status)
    assert status.health is health


@pytest.mark.parametrize("data", ["", "12", "12 12 12", "12 12 12 12 12"])
def test_fewer_or_more_answers_than_questions_are_no_statement(data: str) -> None:
    assert escpos.answered(answers(data)) is None


def test_a_silent_printer_still_gets_tickets_and_one_without_paper_does_not() -> None:
    assert Health.UNKNOWN.prints
    assert not any(
        h.prints for h in (Health.NO_PAPER, Health.COVER, Health.CUTTER, Health.OFFLINE, Health.GONE)
    )


def test_answers_and_statements_in_one_stream_are_told_apart() -> None:
    assert said("12 14 00 03 00 12") == [Answer(0x12), Status(near_end=True), Answer(0x12)]


def test_bytes_that_are_no_status_are_garbage_and_flow_control_is_nothing() -> None:
    assert said("00 ff 11 12 13 80") == [
        Garbage(b"\x00"),
        Garbage(b"\xff"),
        Answer(0x12),
        Garbage(b"\x80"),
    ]
    assert said("10 11 00 13 00 00") == [Status()]


def test_a_statement_torn_in_the_middle_is_never_taken_for_one() -> None:
    assert said("10 00 12") == [Garbage(b"\x10\x00"), Answer(0x12)]
    codec = StatusCodec()
    assert codec.feed(b"\x10\x00") == []
    assert codec.idle() == [Garbage(b"\x10\x00")]
    assert codec.feed(b"\x00\x00") == [Garbage(b"\x00"), Garbage(b"\x00")]


def test_all_four_questions_go_out_together() -> None:
    assert bytes.fromhex("100401 100402 100403 100404") == ASK
