"""Where a broken log is broken: rows as a table gives them, without a database."""

from typing import Any

import pytest

from queue_server.store.chain import ORIGIN, link
from queue_server.store.verify import Break, walk

Row = tuple[Any, ...]
AT = "2026-11-23T01:00:00.000000+00:00"


def log(length: int, prev: bytes = ORIGIN, first: int = 1) -> list[Row]:
    rows: list[Row] = []
    for seq in range(first, first + length):
        body = f'{{"type":"recalled","ticket":"t{seq}","window":"1"}}'
        hash_ = link(prev, seq, AT, "clerk:zhang", "windows.recall", 1, body.encode())
        rows.append((seq, AT, "clerk:zhang", "windows.recall", 1, body, prev, hash_))
        prev = hash_
    return rows


def head(rows: list[Row]) -> str:
    return f"{rows[-1][0]} {rows[-1][7].hex()}"


def test_an_empty_log_is_whole() -> None:
    verdict = walk(iter(()), None)
    assert verdict.whole
    assert (verdict.count, verdict.hash) == (0, "0" * 64)


def test_a_whole_log_is_whole_and_its_last_hash_is_told() -> None:
    rows = log(5)
    verdict = walk(iter(rows), head(rows))
    assert verdict.whole
    assert (verdict.count, verdict.seq, verdict.hash) == (5, 5, rows[-1][7].hex())


@pytest.mark.parametrize("lost", [1, 3, 5])
def test_a_removed_row_is_missed_at_its_place(lost: int) -> None:
    rows = log(5)
    verdict = walk(iter([row for row in rows if row[0] != lost]), head(rows))
    assert verdict.broken == Break(lost, "removed")
    assert verdict.count == lost - 1


def test_a_row_rewritten_with_its_hash_is_betrayed_by_the_next_one() -> None:
    rows = log(5)
    body, prev = rows[2][5], rows[1][7]
    hash_ = link(prev, 3, AT, "clerk:li", "windows.recall", 1, body.encode())
    forged: Row = (3, AT, "clerk:li", "windows.recall", 1, body, prev, hash_)
    assert walk(iter([*rows[:2], forged, *rows[3:]]), head(rows)).broken == Break(4, "unlinked")
    assert walk(iter([*rows[:2], forged]), head(rows[:3])).broken == Break(3, "changed")


def test_rows_added_at_the_end_were_never_written() -> None:
    rows = log(5)
    assert walk(iter(rows), head(rows[:3])).broken == Break(4, "inserted")
    assert walk(iter(rows), None).broken == Break(1, "inserted")
    copied = (6, *rows[-1][1:])  # its hash is another row's
    assert walk(iter([*rows, copied]), head(rows)).broken == Break(6, "inserted")


@pytest.mark.parametrize("seq", [0, -7])
def test_a_row_before_the_first_was_never_written(seq: int) -> None:
    rows = log(3)
    assert walk(iter([*log(1, first=seq), *rows]), head(rows)).broken == Break(seq, "inserted")


@pytest.mark.parametrize("mark", ["", "five", "5 ", "5 ab", "five " + "0" * 64])
def test_a_spoilt_mark_is_a_break_at_the_last_row(mark: str) -> None:
    rows = log(5)
    assert walk(iter(rows), mark).broken == Break(5, "changed")
