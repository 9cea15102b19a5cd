"""Tables for a spreadsheet: CSV as Excel opens it by itself, in which no text is ever a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from queue_server.wire.audit import Entry, Skip
from queue_server.wire.day import local

BOM = b"\xef\xbb\xbf"
"""Without it Excel takes UTF-8 for the system's own code page, and Chinese is not to be read."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a text begins that a spreadsheet may take for a formula (OWASP, CSV injection): it gets an apostrophe before it."""
SKIPS = (
    "时间 time",
    "号票 ticket",
    "取号日 day",
    "服务区 zone",
    "窗口 window",
    "账号 account",
    "姓名 name",
    "原因 reason",
    "类别 class",
    "原话 words",
    "越过人数 passed",
    "已撤销 undone",
    "序号 seq",
)
ENTRIES = (
    "序号 seq",
    "时间 time",
    "操作人 actor",
    "姓名 name",
    "命令 command",
    "号票 ticket",
    "窗口 window",
    "说明",
    "What",
    "原文 body",
    "哈希 hash",
)


def safe(cell: object) -> str:
    """A cell as it is written: a text that might be taken for a formula is one no more; a number of ours stays a number."""
    if isinstance(cell, int):
        return str(cell)
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def sheet(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A whole file."""
    made = io.StringIO(newline="")
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return BOM + made.getvalue().encode()


def of_skips(skips: Iterable[Skip], whys: dict[str, str]) -> bytes:
    """Calls out of turn; `whys` are the words for reasons."""
    return sheet(
        SKIPS,
        (
            (
                f"{local(one.at):%Y-%m-%d %H:%M:%S}",
                one.number,
                one.day.isoformat(),
                one.zone,
                one.window,
                one.clerk,
                one.clerk_name,
                whys.get(one.why, one.why),
                None if one.class_ is None else one.class_.zh,
                one.said,
                one.skipped,
                "是 yes" if one.undone else None,
                one.seq,
            )
            for one in skips
        ),
    )


def of_entries(entries: Iterable[Entry]) -> bytes:
    """A part of the log, each event with its text as it was hashed."""
    return sheet(
        ENTRIES,
        (
            (
                one.seq,
                f"{local(one.at):%Y-%m-%d %H:%M:%S.%f}"[:-3],
                one.actor,
                one.actor_name,
                one.command,
                one.number,
                one.window,
                None if one.said is None else one.said.zh,
                None if one.said is None else one.said.en,
                one.body,
                one.hash,
            )
            for one in entries
        ),
    )
