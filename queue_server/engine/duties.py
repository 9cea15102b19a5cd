"""A roster from a CSV file, put into a hall's document: 窗口,账号,日期或星期,时间,休息, that is the columns of COLUMNS."""

import re
from collections.abc import Mapping
from typing import Any

from queue_server.engine import staff
from queue_server.engine.design import FaultyHall, design
from queue_server.engine.document import Fault
from queue_server.engine.sheet import NotASheet, rows
from queue_server.wire.ticket import Text

COLUMNS = ("window", "clerk", "days", "hours", "breaks")
_HEADS = ("window", "窗口", "窗口号")
"""What the first cell of a first line is that holds no duty but the names of the columns."""
_SPLIT = re.compile(r"[\s,，;；、]+")
_SLASHED = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")
_PLACE = re.compile(r"roster\[(\d+)\](?:\.(\w+))?(.*)")


def merged(document: Mapping[str, Any], content: bytes, *, add: bool) -> dict[str, Any]:
    """The document with the roster of a CSV file in place of its own, or behind it.

    Raises FaultyHall with every fault, those of the file with their lines.
    """
    kept = list(document.get("roster", ())) if add else []
    read, lines, faults = _read(content)
    made = dict(document) | {"roster": [*kept, *read]}
    places = {len(kept) + place: line for place, line in enumerate(lines)}
    try:
        design(made)
    except FaultyHall as error:
        faults += [_placed(fault, places) for fault in error.faults]
    if faults:
        raise FaultyHall(faults)
    return made


def _read(content: bytes) -> tuple[list[dict[str, Any]], list[int], list[Fault]]:
    duties: list[dict[str, Any]] = []
    lines: list[int] = []
    faults: list[Fault] = []
    try:
        for line, cells in rows(content):
            if line == 1 and cells[0] in _HEADS:
                continue
            if line == 1 and cells[0].lower() in staff.HEADS:
                zh = "这是人员名单，不是排班：请在“人员”页导入，或用jiaohao-server user import。"
                en = "This is a list of staff and no roster: import it on the page of people, or with jiaohao-server user import."
                return [], [], [Fault("", Text(zh, en))]
            if len(cells) not in (len(COLUMNS) - 1, len(COLUMNS)):
                columns = "应有五列：窗口、账号、日期或星期、时间、休息（可空）。"
                english = "There must be five columns: window, clerk, days, hours, breaks (may be empty)."
                faults.append(_fault(line, columns, english))
                continue
            duties.append(_duty(cells))
            lines.append(line)
    except NotASheet as error:
        faults.append(_fault(error.line, error.fault.zh, error.fault.en))
    if not duties and not faults:  # or an empty file would take away the roster that runs
        faults.append(Fault("", Text("文件里没有一条排班。", "There is no duty in the file.")))
    return duties, lines, faults


def _duty(cells: list[str]) -> dict[str, Any]:
    window, clerk, days, hours, *breaks = cells
    duty: dict[str, Any] = {
        "window": window,
        "clerk": clerk,
        # a spreadsheet turns 2026-10-09 into 2026/10/9
        "days": _SLASHED.sub(lambda day: f"{day[1]}-{int(day[2]):02d}-{int(day[3]):02d}", days),
        "hours": _spans(hours),
    }
    if breaks and breaks[0]:
        duty["breaks"] = _spans(breaks[0])
    return duty


def _spans(cell: str) -> list[str]:
    return [part for part in _SPLIT.split(cell) if part]


def _fault(line: int, zh: str, en: str) -> Fault:
    return Fault(f"第{line}行 line {line}", Text(zh, en))


def _placed(fault: Fault, lines: Mapping[int, int]) -> Fault:
    """A fault of a document as one of the file, where it is in a row that came from there."""
    match = _PLACE.fullmatch(fault.path)
    line = lines.get(int(match[1])) if match is not None else None
    if match is None or line is None:
        return fault

    def told(sentence: str, words: str) -> str:
        return re.sub(
            r"roster\[(\d+)\]",
            lambda other: words.format(lines[int(other[1])]) if int(other[1]) in lines else other[0],
            sentence,
        )

    what = f" {match[2]}" if match[2] else ""
    return Fault(
        f"第{line}行 line {line}{what}{match[3]}",
        Text(told(fault.text.zh, "第{}行"), told(fault.text.en, "line {}")),
    )
