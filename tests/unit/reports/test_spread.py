"""Files for a spreadsheet: Excel reads their Chinese, and runs nothing that somebody wrote."""

import csv
import io

import pytest

from queue_server.reports.spread import BOM, safe, sheet


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", "  =", " @"])
def test_a_text_that_begins_as_a_formula_is_none_any_more(begins: str) -> None:
    assert safe(f"{begins}HYPERLINK(1)") == f"'{begins}HYPERLINK(1)"


def test_other_texts_and_numbers_stay_as_they_are() -> None:
    assert [safe(each) for each in ("A012", "老人 = 优先", -3, None, "", '{"type":"called"}')] == [
        "A012",
        "老人 = 优先",
        "-3",
        "",
        "",
        '{"type":"called"}',
    ]


def test_a_file_begins_with_the_mark_of_utf_8_and_keeps_commas_quotes_and_lines_in_their_cell() -> None:
    made = sheet(("号票 ticket", "原话"), [("A012", '他说："=1+1",\n再说'), ("A013", "=cmd|' /C calc'!A0")])
    assert made.startswith(BOM)
    rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))
    assert rows == [
        ["号票 ticket", "原话"],
        ["A012", '他说："=1+1",\n再说'],
        ["A013", "'=cmd|' /C calc'!A0"],
    ]
