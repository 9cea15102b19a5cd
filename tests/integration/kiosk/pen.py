"""A program that keeps three tickets in a journal on a watched disk, and puts a word into the trace after each.

`python -m tests.integration.kiosk.pen FOLDER [SYNCHRONOUS]`. SYNCHRONOUS plants another level than the journal's own.
"""

import asyncio
import sys
from pathlib import Path

from kiosk.link.book import Book
from kiosk.model.intent import Take
from kiosk.model.journal import Entry
from tests.power.disk import note
from tests.unit.kiosk.hall import HALL


async def main(folder: Path, *planted: str) -> None:
    """Keep them one after the other."""
    book = Book(folder)
    for level in planted:
        book._database.execute(f"PRAGMA synchronous = {level}")
    for n in range(3):
        take = Take(f"key-{n}", f"id-{n}-id-id-id-id-id", "token", "c-pay", "zh")
        assert await book.keep(Entry(take, HALL.day, number=f"C70{n}"))
        note(b"kept")
    book.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:]))
