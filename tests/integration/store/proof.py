"""Proofs of durability, as functions of a store, so that a planted fault can be shown to fail them."""

import subprocess
import sys
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from queue_server.store.sqlite import SqliteStore
from tests.fakes.hall import hall
from tests.fakes.play import picture
from tests.integration.store.stage import Stage
from tests.integration.store.suite import a_busy_morning

ROOT = Path(__file__).parents[3]


def without_a_disk(path: Path, synchronous: str | None = None) -> str:
    """What a commit says when no sync succeeds: see `dry.py`."""
    outcome = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.integration.store.dry",
            str(path),
            *([synchronous] if synchronous else []),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return outcome.stdout.strip()


class _Watched(Stage):
    """Notes at each commit's return how long the write-ahead log is, and what the hall looks like."""

    def __init__(self, store: SqliteStore) -> None:
        super().__init__(store)
        self.log_file = store.path.with_name(store.path.name + "-wal")
        self.seen: list[tuple[int, dict[str, Any]]] = [(0, picture(self.state))]

    def save(self) -> list[Any]:
        units = super().save()
        self.seen.append((self.log_file.stat().st_size, picture(self.state)))
        return units


def power_cuts(make: Callable[[Path], SqliteStore], folder: Path, chance: Random) -> Iterable[bool]:
    """Cut the power after each commit's return, again and again: whether each time all that had returned was there.

    What a disk keeps of a file that was synced up to a length is that length; what came later it may keep, lose or tear. So the
    write-ahead log is cut there, and anywhere up to the next commit's length, with and without rubbish in the place of the rest.
    """
    path = folder / "hall.db"
    store = make(path)
    stage = _Watched(store)
    database = path.read_bytes()
    a_busy_morning(stage)
    log = stage.log_file.read_bytes()
    assert path.read_bytes() == database, "a checkpoint would have moved what is cut here"
    stage.seen.append((len(log) + 1, stage.seen[-1][1]))
    for (length, expected), (later, _) in pairwise(stage.seen):
        for cut in {length, chance.randrange(length, max(later, length + 1))}:
            for rubbish in (b"", chance.randbytes(5_000)):
                yield _after(folder / "copy", database, log[:cut] + rubbish) == expected
    store.close()


def _after(folder: Path, database: bytes, log: bytes) -> dict[str, Any]:
    """The hall that a start finds in these two files."""
    folder.mkdir(exist_ok=True)
    for left in folder.iterdir():
        left.unlink()
    path = folder / "hall.db"
    path.write_bytes(database)
    path.with_name("hall.db-wal").write_bytes(log)
    store = SqliteStore(path)
    try:
        store.open()
        stage = Stage(store)
        return picture(stage.store.load(hall(), stage.now))
    finally:
        store.close()
