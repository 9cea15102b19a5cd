"""The journal on disk: what was kept is there after a kill, and whatever is wrong with the file is one sentence or put aside."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.link.book import NAME, Book, Unopened
from kiosk.link.seat import belongs, seat
from kiosk.model.intent import Take
from kiosk.model.journal import Entry, restored
from tests.power.disk import Disk
from tests.unit.kiosk.hall import AT, HALL, block, shown

TOKEN = "token-of-the-holder"


def entry(n: int = 1, **change: object) -> Entry:
    """A ticket of the journal."""
    take = Take(f"key-{n}", f"id-{n}-id-id-id-id-id", TOKEN, "c-pay", "zh")
    fields: dict[str, object] = {"take": take, "day": HALL.day, "number": f"C{700 + n}", "paper": "printed"}
    return Entry(**(fields | change))  # type: ignore[arg-type]


@pytest.fixture
async def book(tmp_path: Path) -> AsyncIterator[Book]:
    """An open journal."""
    book = Book(tmp_path / "kiosk")
    yield book
    book.close()


def killed(folder: Path, copy: Path) -> Book:
    """The journal as it is found by a kiosk that starts after another one was killed with it."""
    shutil.copytree(folder, copy)
    return Book(copy, seat=seat(folder))


async def test_what_was_kept_is_there_after_a_kill_in_the_order_of_issue(book: Book, tmp_path: Path) -> None:
    for n in (3, 1, 2):
        assert await book.keep(entry(n, issued_at=AT, alone=True))
    assert await book.keep(entry(3, issued_at=AT, alone=True, told=True))
    assert await book.keep_blocks([block(), block("D")])
    assert await book.remember(shown(), AT)
    again = killed(tmp_path / "kiosk", tmp_path / "copy")
    assert [one.number for one in again.recalled.entries] == ["C703", "C701", "C702"]
    assert again.recalled.entries[0] == entry(3, issued_at=AT, alone=True, told=True)
    assert again.recalled.blocks == (block(), block("D"))
    assert again.recalled.hall == shown()
    again.close()


async def test_a_copied_journal_issues_no_number_that_its_original_may_issue_too(tmp_path: Path) -> None:
    """The folder copied on one machine, and the whole card put into another, while the original works on without the server."""
    home, copied = tmp_path / "kiosk", tmp_path / "copied"
    here = frozenset({"net 52:54:00:12:34:56 /data", "net 52:54:00:12:34:57 /data"})
    first = Book(home, seat=here)
    assert await first.keep_blocks([block()])
    assert await first.keep(entry(1, issued_at=AT, alone=True))
    first.close()
    shutil.copytree(home, copied)
    found = []
    for folder, where in (
        (home, here),
        (copied, frozenset({"net 52:54:00:99:99:99 /data"})),
        (copied, seat(copied)),
        (home, frozenset({"net 52:54:00:12:34:57 /data"})),
    ):
        book = Book(folder, seat=where)
        journal = restored(book.recalled.entries, book.recalled.blocks)
        found.append([one.number for one in journal.good("C", HALL.day, None)])
        assert list(journal.entries) == ["id-1-id-id-id-id-id"], "whoever holds its ticket is to be called"
        book.close()
    assert found == [["C702"], [], [], ["C702"]], "its own, the copies', and its own after a card was changed"


def test_a_machine_is_known_by_what_no_copied_card_takes_along(tmp_path: Path) -> None:
    def machine(name: str, **files: str) -> Path:
        root = tmp_path / name
        for path, text in {"etc/machine-id": "0123456789abcdef", **files}.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(f"{text}\n", encoding="ascii")
        return root

    wired = "sys/class/net/eth0/"
    first = machine(
        "first",
        **{
            f"{wired}address": "52:54:00:12:34:56",
            f"{wired}device/uevent": "",
            f"{wired}addr_assign_type": "0",
        },
    )
    second = machine("second", **{f"{wired}address": "52:54:00:99:99:99", f"{wired}device/uevent": ""})
    radio = {"sys/class/net/wlan0/address": "02:00:00:77:77:77", "sys/class/net/wlan0/device/uevent": ""}
    radio |= {
        "sys/class/net/wlan0/phy80211/index": "0",
        "sys/class/ieee80211/phy0/macaddress": "b8:27:eb:00:00:01",
    }
    third = machine("third", **radio, **{"proc/device-tree/serial-number": "10000000abcdef01\0"})
    bare = machine("bare", **{"sys/class/net/lo/address": "00:00:00:00:00:00"})
    drawn = {
        f"{wired}address": "5a:11:22:33:44:55",
        f"{wired}device/uevent": "",
        f"{wired}addr_assign_type": "1",
    }
    cheap = machine("cheap", **drawn)
    given = f"system 0123456789abcdef {tmp_path}"
    assert seat(tmp_path, first) == {f"net 52:54:00:12:34:56 {tmp_path}", given}
    assert not belongs(seat(tmp_path, first), seat(tmp_path, second))
    assert not belongs(seat(tmp_path, first), seat(tmp_path / "first", first)), "a folder beside it"
    assert seat(tmp_path, third) == {
        f"net b8:27:eb:00:00:01 {tmp_path}",
        f"board 10000000abcdef01 {tmp_path}",
        given,
    }, "a drawn address is nobody's"
    assert seat(tmp_path, bare) == seat(tmp_path, cheap) == {given}, (
        "a board that draws its address at each start"
    )
    assert belongs(seat(tmp_path, first), seat(tmp_path, bare)), "its only network device was pulled out"
    assert belongs(seat(tmp_path, bare), seat(tmp_path, first)), "and is there again"
    assert not belongs(seat(tmp_path, first), seat(tmp_path / "first", bare))


async def test_a_kiosk_whose_only_network_device_is_broken_still_has_its_numbers(tmp_path: Path) -> None:
    """It cannot reach its server then. A copied card in another machine, whose device is another one, has none."""
    given, old, new = "system 0123 /data", "net 52:54:00:12:34:56 /data", "net 52:54:00:99:99:99 /data"
    first = Book(tmp_path, seat=frozenset({given, old}))
    assert await first.keep_blocks([block()])
    first.close()
    found = []
    for marks in ({given}, {given, old}, {given, new}):
        book = Book(tmp_path, seat=frozenset(marks))
        found.append(len(book.recalled.blocks))
        book.close()
    assert found == [1, 1, 0], "no device, its own again, and another machine's"


def written(folder: Path, *planted: str) -> Sequence[str]:
    """What the disk saw of three tickets that were kept, up to the last: writes, syncs and the words after each."""
    disk = Disk(folder, NAME, traced=True)
    command = [sys.executable, "-m", "tests.integration.kiosk.pen", str(folder), *planted]
    subprocess.run(command, env=os.environ | disk.environment, check=True, timeout=60)
    steps = [step.kind for step in disk.steps() if step.kind == "note" or step.file == "log"]
    return steps[: len(steps) - steps[::-1].index("note")]


def assert_synced(steps: Sequence[str]) -> None:
    """Between what was last written and the word that it is kept stands the disk's own."""
    assert steps.count("note") == 3
    for at, step in enumerate(steps):
        before = [one for one in steps[:at] if one != "note"]
        assert step != "note" or before[-1] == "sync", steps
    assert "write" in steps


def test_each_ticket_is_on_the_disk_when_it_counts_as_kept(tmp_path: Path) -> None:
    assert_synced(written(tmp_path))


def test_a_journal_that_does_not_wait_for_the_disk_would_be_found(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="write"):
        assert_synced(written(tmp_path, "NORMAL"))


async def test_the_halls_time_goes_on_by_this_machines_clock(tmp_path: Path) -> None:
    wall = [AT + timedelta(hours=3)]
    book = Book(tmp_path, lambda: wall[0])
    assert book.now() is None
    await book.remember(shown(), AT)
    book.close()
    wall[0] += timedelta(minutes=40)
    again = Book(tmp_path, lambda: wall[0])
    assert again.now() == AT + timedelta(minutes=40)
    wall[0] -= timedelta(days=1)
    assert again.now() == AT
    again.close()


async def test_only_today_and_what_is_unfinished_is_recalled(book: Book, tmp_path: Path) -> None:
    before = date(2026, 11, 20)
    await book.keep(entry(1, day=before, epoch="e", told=True))
    await book.keep(entry(2, day=before, epoch="e"))
    await book.keep(entry(3, day=before, issued_at=AT, alone=True, told=True))
    await book.keep(entry(4, day=date(2026, 9, 1), epoch="e"))
    await book.keep(entry(5, epoch="e", told=True))
    again = killed(tmp_path / "kiosk", tmp_path / "copy")
    assert [one.number for one in again.recalled.entries] == ["C702", "C703", "C705"]
    again.close()


async def test_a_clock_that_was_a_day_ahead_makes_no_number_forgotten(book: Book, tmp_path: Path) -> None:
    await book.keep_blocks([block()])
    await book.keep(entry(1, epoch="e", told=True, alone=True))
    await book.keep(entry(2, day=date(2026, 11, 24), epoch="e", told=True))
    again = killed(tmp_path / "kiosk", tmp_path / "copy")
    assert [one.number for one in again.recalled.entries] == ["C701", "C702"]
    again.close()


async def test_nobody_else_reads_it_or_works_with_it(book: Book, tmp_path: Path) -> None:
    await book.keep(entry())
    for file in (tmp_path / "kiosk").iterdir():
        assert file.stat().st_mode & 0o077 == 0, file.name
    with pytest.raises(Unopened, match="another kiosk works with"):
        Book(tmp_path / "kiosk")


async def test_a_damaged_file_is_put_aside_and_a_new_journal_begins(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / NAME).write_bytes(b"not a database at all" * 400)
    book = Book(tmp_path)
    assert "is damaged" in caplog.text
    assert book.recalled.entries == ()
    assert await book.keep(entry())
    book.close()
    assert (tmp_path / f"{NAME}.damaged").read_bytes().startswith(b"not a database")


async def test_an_entry_that_cannot_be_read_makes_the_whole_journal_untrusted(tmp_path: Path) -> None:
    book = Book(tmp_path)
    await book.keep(entry())
    book.close()
    with sqlite3.connect(tmp_path / NAME) as database:
        database.execute("UPDATE ticket SET body = '{}'")
    database.close()
    again = Book(tmp_path)
    assert again.recalled.entries == ()
    again.close()


async def test_a_journal_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    Book(tmp_path).close()
    with sqlite3.connect(tmp_path / NAME) as database:
        database.execute("PRAGMA user_version = 2")
    database.close()
    with pytest.raises(Unopened, match="of a newer version"):
        Book(tmp_path)


async def test_a_disk_that_is_full_is_told_and_loses_nothing_that_was_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    book = Book(tmp_path, most_pages=12)
    kept = 0
    while await book.keep(entry(kept, fault="x" * 900)):
        kept += 1
    assert kept > 2
    assert "cannot be written" in caplog.text
    assert not await book.keep(entry(kept, fault="x" * 900))
    book.close()
    again = Book(tmp_path)
    assert [one.take.id for one in again.recalled.entries] == [entry(n).take.id for n in range(kept)]
    assert await again.keep(replace(entry(0), told=True))
    again.close()
