"""What a technician reads of this machine: in the hall's time and both languages."""

import logging
from datetime import UTC, datetime
from pathlib import Path

from kiosk.link.machine import WIDEST, Lines, Machine


def test_the_log_has_the_times_of_the_halls_clocks_wherever_the_machine_thinks_it_is() -> None:
    lines = Lines()
    record = logging.LogRecord("kiosk", logging.WARNING, "", 0, "nobody answers", None, None)
    record.created = datetime(2026, 11, 23, 23, 30, tzinfo=UTC).timestamp()
    lines.emit(record)
    assert list(lines.kept) == ["11-24 07:30:00 WARNING nobody answers"]


def test_an_entry_of_the_log_that_is_cut_short_says_so() -> None:
    lines = Lines()
    for said in ("x" * 2 * WIDEST, "kiosk failed\nTraceback (most recent call last)", "nobody answers"):
        lines.emit(logging.LogRecord("kiosk", logging.WARNING, "", 0, said, None, None))
    last, several, long = (line[len("11-24 07:30:00 ") :] for line in lines.kept)
    assert (last, several) == ("WARNING nobody answers", "WARNING kiosk failed…")
    assert long == f"WARNING {'x' * (WIDEST - len('11-24 07:30:00 WARNING '))}…"


def test_what_is_seen_of_the_machine_is_told_in_both_languages(tmp_path: Path) -> None:
    facts = Machine(("http://127.0.0.1:9",), tmp_path, Lines()).inspect().facts
    assert [fact.zh.partition("：")[0] for fact in facts] == [
        "服务器地址",
        "本机地址",
        "数据目录",
        "程序版本",
    ]
    assert [fact.en.partition(":")[0] for fact in facts] == [
        "Server's address",
        "This kiosk's address",
        "Data folder",
        "Version",
    ]
    assert "剩余" in facts[2].zh
    assert "free" in facts[2].en
