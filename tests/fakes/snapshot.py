"""Databases as the programs of every schema left them (`tools/snapshot.py`), for tests that open them."""

import gzip
import sqlite3
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "data" / "schema"
SNAPSHOTS = tuple(sorted(path.stem for path in FOLDER.glob("[0-9]*.sql")))
"""The schemas that there is a snapshot of, oldest first."""
NOON = "2026-11-26T09:30:00+08:00"
"""When the hall of every snapshot goes on, as JIAOHAO_CLOCK has it."""

Tables = dict[str, list[dict[str, Any]]]
"""Rows by table, each by column."""


def lay(schema: str, data: Path) -> Path:
    """Put the snapshot of a schema into a data folder as its hall left it; where its database is."""
    data.mkdir(parents=True, exist_ok=True)
    place = data / "hall.sqlite3"
    connection = sqlite3.connect(place)
    connection.executescript((FOLDER / f"{schema}.sql").read_text(encoding="utf-8"))
    connection.close()
    (data / "hall.toml").write_bytes((FOLDER / "hall.toml").read_bytes())
    for told in FOLDER.glob(f"{schema}.segment-*.jsonl"):
        folder = data / "segments"
        folder.mkdir(exist_ok=True)
        (folder / f"{told.name.removeprefix(f'{schema}.')}.gz").write_bytes(gzip.compress(told.read_bytes()))
    return place


def told(schema: str) -> Tables:
    """Every row of the snapshot of a schema."""
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    try:
        connection.executescript((FOLDER / f"{schema}.sql").read_text(encoding="utf-8"))
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: [dict(row) for row in connection.execute(f'SELECT * FROM "{name}"')]
            for name in names
            if name != "alembic_version"
        }
    finally:
        connection.close()
