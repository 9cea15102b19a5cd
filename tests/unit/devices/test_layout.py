"""What a ticket shows."""

from dataclasses import replace

import pytest

from devices.driver.layout import Row, Slip, Stop, columns, layout, wrap
from tests.fakes.slip import ENGLISH, FULL, FULL_ENGLISH, PLAIN

FULLS = (32, 42, 48)
"""Columns of paper of 58 mm, of 80 mm at 180 dpi and of 80 mm."""
ALL = {"plain": PLAIN, "english": ENGLISH, "full": FULL, "full english": FULL_ENGLISH}


def shown(slip: Slip, full: int = 48) -> str:
    return "".join(part.text for part in layout(slip, full) if isinstance(part, Row))


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


@pytest.mark.parametrize("full", FULLS)
def test_a_class_that_is_asked_for_is_said_to_be_ordinary_until_staff_confirm_it(full: int) -> None:
    asked = replace(PLAIN, class_label=None, unconfirmed=True)
    text = "".join(part.text for part in layout(asked, full) if isinstance(part, Row))
    assert "已申请优先，请工作人员确认；确认前按普通号排队" in text
    english = replace(ENGLISH, class_label=None, unconfirmed=True)
    text = " ".join(part.text for part in layout(english, full) if isinstance(part, Row))
    assert "Priority asked for: please have our staff confirm it." in text
    assert "确认" not in shown(PLAIN)


@pytest.mark.parametrize("full", FULLS)
def test_a_ticket_that_no_card_was_registered_for_says_so(full: int) -> None:
    text = "".join(
        part.text for part in layout(replace(PLAIN, unregistered=True), full) if isinstance(part, Row)
    )
    assert "没有登记身份证，请在窗口出示" in text
    english = layout(replace(ENGLISH, unregistered=True), full)
    assert "No identity card was registered" in " ".join(
        part.text for part in english if isinstance(part, Row)
    )
    assert "身份证，请" not in shown(PLAIN)


def test_what_is_not_known_is_not_printed() -> None:
    bare = replace(PLAIN, ahead=None, wait=None, bring=None, missed=None, class_label=None, area=None)
    text = shown(bare)
    for words in ("前面", "预计", "请带", "过号", "优先", "None"):
        assert words not in text
    assert "请到C区等候" in text


@pytest.mark.parametrize("full", FULLS)
def test_no_step_of_a_visit_is_torn_in_two(full: int) -> None:
    steps = (Stop("不动产登记", "D"), Stop("统一收费", "D"), Stop("取件发证", "B"))
    rows = [part.text for part in layout(replace(PLAIN, steps=steps), full) if isinstance(part, Row)]
    visit = [row for row in rows if row[0] in "①②③"]
    assert "".join(visit) == "①不动产登记(D区)→②统一收费(D区)→③取件发证(B区)"
    assert [row.endswith("→") for row in visit] == [True] * (len(visit) - 1) + [False]


@pytest.mark.parametrize("full", FULLS)
def test_what_to_bring_stands_under_the_step_that_needs_it_and_once(full: int) -> None:
    steps = (Stop("不动产登记", "D", "身份证、合同"), Stop("统一收费", "D"), Stop("取件发证", "B", "受理单"))
    rows = layout(replace(PLAIN, steps=steps, bring="身份证、合同、受理单"), full)
    visit = [row.text for row in rows if isinstance(row, Row) and row.align == "left"]
    assert visit[:5] == [
        "①不动产登记(D区)",
        "  请带：身份证、合同",
        "②统一收费(D区)",
        "③取件发证(B区)",
        "  请带：受理单",
    ]
    assert not any("请带" in row for row in visit[5:])


def test_the_time_is_the_halls_own() -> None:
    assert "09:15" in shown(PLAIN)
    assert "01:15" not in shown(PLAIN)


@pytest.mark.parametrize("slip", ALL.values(), ids=ALL)
@pytest.mark.parametrize("full", FULLS)
def test_every_row_fits_the_paper(slip: Slip, full: int) -> None:
    for part in layout(slip, full):
        if isinstance(part, Row):
            assert columns(part.text) * part.width <= full


@pytest.mark.parametrize("full", FULLS)
@pytest.mark.parametrize("number", ["A001", "A1000"])
def test_the_number_is_as_large_as_the_paper_allows(number: str, full: int) -> None:
    (row,) = [
        p for p in layout(replace(PLAIN, number=number), full) if isinstance(p, Row) and p.text == number
    ]
    bigger = (row.width + 1) * columns(number)
    assert row.width == row.height
    assert row.width == 8 or bigger > full


def test_words_stay_whole_and_no_line_starts_with_a_closing_mark() -> None:
    assert wrap("Please wait in Zone C", 11) == ["Please wait", "in Zone C"]
    for limit in range(8, 40):
        lines = wrap("请带：身份证、户口簿，(原件)。过号请在30分钟内恢复，限1次", limit)
        assert all(line[0] not in "，、。：)" for line in lines)
        assert all(columns(line) <= limit for line in lines)


def test_a_word_longer_than_the_line_is_cut() -> None:
    assert wrap("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]


def test_what_staff_have_to_confirm_is_not_torn_on_narrow_paper() -> None:
    asked = replace(PLAIN, class_label=None, unconfirmed=True)
    rows = [part.text for part in layout(asked, 32) if isinstance(part, Row)]
    assert "已申请优先，请工作人员确认；" in rows
