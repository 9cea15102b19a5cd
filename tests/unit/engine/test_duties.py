"""A roster from a CSV file: what it becomes, and every fault with its line."""

import pytest

from queue_server.engine.design import FaultyHall, design
from queue_server.engine.duties import merged
from tests.fakes.document import Document, with_staff

HEAD = "窗口,账号,日期或星期,时间,休息\n"


def faults(content: bytes, *, add: bool = False) -> list[str]:
    with pytest.raises(FaultyHall) as refused:
        merged(with_staff(), content, add=add)
    return [fault.line() for fault in refused.value.faults]


def roster(content: str, *, add: bool = False, encoding: str = "utf-8") -> list[Document]:
    made = merged(with_staff(), content.encode(encoding), add=add)
    design(made)
    rows: list[Document] = made["roster"]
    return rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_rows_of_the_file_stand_in_place_of_the_roster(encoding: str) -> None:
    content = f"{HEAD}2,zhang,1-5,08:30-12:00 13:30-17:00,10:00-10:15\n\n3,wang,2026/10/9,09:00-11:00\n"
    assert roster(content, encoding=encoding) == [
        {
            "window": "2",
            "clerk": "zhang",
            "days": "1-5",
            "hours": ["08:30-12:00", "13:30-17:00"],
            "breaks": ["10:00-10:15"],
        },
        {"window": "3", "clerk": "wang", "days": "2026-10-09", "hours": ["09:00-11:00"]},
    ]


def test_rows_may_be_added_to_the_roster_that_runs() -> None:
    before = with_staff()["roster"]
    assert roster("2,zhao,1-5,08:30-12:00,\n", add=True)[:-1] == before


def test_every_fault_is_told_with_its_line() -> None:
    content = (
        f"{HEAD}2,zhang,1-5,08:30-12:00\n99,nobody,someday,8:30-12:00,\n2,li,3\n2,wang,2-3,11:00-13:00,\n"
    )
    assert faults(content.encode()) == [
        "第4行 line 4: 应有五列：窗口、账号、日期或星期、时间、休息（可空）。",
        "第3行 line 3 window: 没有名为“99”的窗口。",
        "第3行 line 3 clerk: 没有名为“nobody”的人员。",
        "第3行 line 3 days: 应写成“1-5”（周几）、“2026-10-01”或“2026-10-01/2026-10-07”。",
        "第3行 line 3 hours[0]: 应写成“08:30-12:00”，先早后晚。",
        "第5行 line 5 hours: 与第2行时间重叠：同一窗口。",
    ]


def test_a_row_that_clashes_with_what_stays_is_at_fault_itself() -> None:
    assert faults(b"3,zhang,1-5,08:30-12:00,\n", add=True) == [
        "第1行 line 1 hours: 与roster[0]时间重叠：同一人员。"
    ]


def test_what_is_no_sheet_is_refused() -> None:
    assert faults(b"\xff\xfe\x00") == ["第1行 line 1: 文件不是UTF-8或GB 18030编码。"]


@pytest.mark.parametrize("content", [b"", b" \n", HEAD.encode()])
@pytest.mark.parametrize("add", [False, True])
def test_a_file_without_a_duty_takes_no_roster_away(content: bytes, add: bool) -> None:
    assert faults(content, add=add) == ["文件里没有一条排班。"]


def test_a_list_of_staff_is_told_as_one_and_not_line_by_line() -> None:
    with pytest.raises(FaultyHall) as told:
        merged(with_staff(), "账号,岗位,姓名\nli,clerk,李\nwu,clerk,吴\n".encode(), add=False)
    (fault,) = told.value.faults
    assert fault.line("zh").startswith("这是人员名单，不是排班")
    assert fault.line("en").endswith("jiaohao-server user import.")
