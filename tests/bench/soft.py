"""`python -m tests.bench.soft COMMIT ...`: the server with another disk, to see what durability costs.

COMMIT is `off` (synchronous=OFF: nothing is synced) or a number of milliseconds by which each commit takes longer. What follows are
the words of `jiaohao-server`.
"""

import sqlite3
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from queue_server.app.main import main
from queue_server.flow.port import Unit
from queue_server.store import sqlite
from queue_server.store.connection import connect
from queue_server.store.table import TableStore


def unsynced() -> None:
    """Sync nothing from now on."""

    def careless(path: Path) -> sqlite3.Connection:
        connection = connect(path)
        connection.execute("PRAGMA synchronous=OFF")
        return connection

    vars(sqlite)["connect"] = careless


def slow(by_s: float) -> None:
    """Let every commit take longer, as on a disk whose sync does."""
    commit = TableStore.commit

    def late(self: TableStore, units: Sequence[Unit]) -> None:
        commit(self, units)
        time.sleep(by_s)

    TableStore.commit = late  # type: ignore[method-assign]


if __name__ == "__main__":
    kind = sys.argv.pop(1)
    if kind == "off":
        unsynced()
    else:
        slow(float(kind) / 1000)
    main()
