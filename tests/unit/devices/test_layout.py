"""What a ticket shows and how many bytes it takes."""

from dataclasses import replace
from typing import Literal

import pytest

from devices.driver.layout import COLUMNS, Row, Slip, Stop, columns, layout, wrap
from devices.driver.paper import CHINESE, Paper, ticket
from tests.fakes.slip import ENGLISH, FULL, FULL_ENGLISH, PLAIN, read

ALL = {"plain": PLAIN, "english": ENGLISH, "full": FULL, "full english": FULL_ENGLISH}
Mm = Literal[58, 80]


def shown(slip: Slip, mm: int = 80) -> str:
    return "".join(part.text for part in layout(slip, mm) if isinstance(part, Row))


def test_a_chinese_ticket_says_all_that_a_citizen_needs() -> None:
    text = shown(PLAIN)
    for words in (
        "晋城市政务大厅",
        "[C] 社会保障服务区",
        "社保缴费",
        "C103",
        "优先",
        "取号时前面约4人，以现场叫号为准",
        "预计等候10-15分钟",
        "请到C区(18-26号窗口)等候",
        "2026-11-23 09:15",
        "请带：身份证",
        "过号请在30分钟内到取号机或找导办员恢复，排在3人之后，限1次",
    ):
        assert words in text


@pytest.mark.parametrize("mm", [58, 80])
def test_a_class_that_is_asked_for_is_said_to_be_ordinary_until_staff_confirm_it(mm: Mm) -> None:
    asked = replace(PLAIN, class_label=None, unconfirmed=True)
    text = "".join(part.text for part in layout(asked, mm) if isinstance(part, Row))
    assert "已申请优先，请工作人员确认；确认前按普通号排队" in text
    english = replace(ENGLISH, class_label=None, unconfirmed=True)
    text = " ".join(part.text for part in layout(english, mm) if isinstance(part, Row))
    assert "Priority asked for: please have our staff confirm it." in text
    assert "确认" not in shown(PLAIN)


def test_what_is_not_known_is_not_printed() -> None:
    bare = replace(PLAIN, ahead=None, wait=None, bring=None, missed=None, class_label=None, area=None)
    text = shown(bare)
    for words in ("前面", "预计", "请带", "过号", "优先", "None"):
        assert words not in text
    assert "请到C区等候" in text


@pytest.mark.parametrize("mm", [58, 80])
def test_no_step_of_a_visit_is_torn_in_two(mm: Mm) -> None:
    steps = (Stop("不动产登记", "D"), Stop("统一收费", "D"), Stop("取件发证", "B"))
    rows = [part.text for part in layout(replace(PLAIN, steps=steps), mm) if isinstance(part, Row)]
    visit = [row for row in rows if row[0] in "①②③"]
    assert "".join(visit) == "①不动产登记(D区)→②统一收费(D区)→③取件发证(B区)"
    assert [row.endswith("→") for row in visit] == [True] * (len(visit) - 1) + [False]


def test_the_time_is_the_halls_own() -> None:
    assert "09:15" in shown(PLAIN)
    assert "01:15" not in shown(PLAIN)


@pytest.mark.parametrize("slip", ALL.values(), ids=ALL)
@pytest.mark.parametrize("mm", [58, 80])
def test_every_row_fits_the_paper(slip: Slip, mm: Mm) -> None:
    for part in layout(slip, mm):
        if isinstance(part, Row):
            assert columns(part.text) * part.width <= COLUMNS[mm]


@pytest.mark.parametrize("mm", [58, 80])
@pytest.mark.parametrize("number", ["A001", "A1000"])
def test_the_number_is_as_large_as_the_paper_allows(number: str, mm: Mm) -> None:
    (row,) = [p for p in layout(replace(PLAIN, number=number), mm) if isinstance(p, Row) and p.text == number]
    bigger = (row.width + 1) * columns(number)
    assert row.width == row.height
    assert row.width == 8 or bigger > COLUMNS[mm]


@pytest.mark.parametrize("mm", [58, 80])
def test_a_chinese_one_step_ticket_is_at_most_400_bytes(mm: Mm) -> None:
    assert len(ticket(PLAIN, Paper(mm))) <= 400


@pytest.mark.parametrize("slip", ALL.values(), ids=ALL)
@pytest.mark.parametrize("mm", [58, 80])
def test_no_ticket_is_more_than_560_bytes(slip: Slip, mm: Mm) -> None:
    assert len(ticket(slip, Paper(mm))) <= 560


@pytest.mark.parametrize("slip", [PLAIN, ENGLISH], ids=["zh", "en"])
@pytest.mark.parametrize("mm", [58, 80])
def test_a_printer_reads_back_exactly_what_was_laid_out(slip: Slip, mm: Mm) -> None:
    rows = [part.text for part in layout(slip, mm) if isinstance(part, Row)]
    assert read(ticket(slip, Paper(mm)), mm).split("\n") == rows


def test_a_long_ticket_keeps_number_way_and_rule() -> None:
    text = read(ticket(FULL_ENGLISH, Paper(58)), 58).replace("\n", " ")
    assert FULL_ENGLISH.number in text
    assert "Zone C" in text
    assert "Within 30 min" in text


def test_the_qr_is_drawn_by_the_printer() -> None:
    data = ticket(replace(PLAIN, qr="https://h.example.cn/t/1"), Paper())
    assert "[QR https://h.example.cn/t/1]" in read(data)
    assert b"\x1dv0" not in data


def test_chinese_is_switched_on_after_every_reset() -> None:
    assert ticket(PLAIN, Paper()).startswith(b"\x1b@" + CHINESE)


def test_punctuation_alone_on_a_line_is_not_question_marks() -> None:
    assert "，。——" in read(ticket(replace(PLAIN, note="，。——"), Paper()))


@pytest.mark.parametrize("name", ["㐀丙", "𠮷田路服务点"])
def test_a_character_outside_the_printers_font_is_sent_as_a_picture_of_its_line(name: str) -> None:
    data = ticket(replace(PLAIN, service=name), Paper(charset="gbk"))
    assert b"\x1dv0" in data
    assert "[picture]" in read(data)
    assert "C103" in read(data)


def test_a_printer_with_the_whole_font_gets_rare_characters_as_text() -> None:
    assert "𠮷田" in read(ticket(replace(PLAIN, service="𠮷田"), Paper(charset="gb18030")))


def test_words_stay_whole_and_no_line_starts_with_a_closing_mark() -> None:
    assert wrap("Please wait in Zone C", 11) == ["Please wait", "in Zone C"]
    for limit in range(8, 40):
        lines = wrap("请带：身份证、户口簿，(原件)。过号请在30分钟内恢复，限1次", limit)
        assert all(line[0] not in "，、。：)" for line in lines)
        assert all(columns(line) <= limit for line in lines)


def test_a_word_longer_than_the_line_is_cut() -> None:
    assert wrap("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]
