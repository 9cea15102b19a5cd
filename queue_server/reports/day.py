"""A day's closing report: its totals by zone, its calls out of turn, and the hash of the log's last event of that day."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import msgspec

from queue_server.engine.case import BAD, Case
from queue_server.engine.version import hall_of
from queue_server.reports.audit import passed
from queue_server.store import anchor, book, daily
from queue_server.store.anchor import Anchor
from queue_server.store.book import Gone, Sealed
from queue_server.store.database import Database
from queue_server.store.table import TableStore
from queue_server.views import skip
from queue_server.views.daily import BOUNDS_MIN, LEVELS, Cell, total
from queue_server.wire.audit import WhyCount
from queue_server.wire.day import day_end, day_start
from queue_server.wire.ticket import Text

MOST_CASES = 5000
UNNAMED = Text("（未命名）", "(no name)")


class Line(msgspec.Struct, frozen=True):
    """A zone's day, or the hall's: its letter and name, and the sum of its cells."""

    letter: str
    name: Text
    sum: Cell

    @property
    def wait_min(self) -> float | None:
        """The mean wait in minutes of who was called; None if nobody was."""
        return self.sum.wait_s / self.sum.waited / 60 if self.sum.waited else None

    @property
    def service_min(self) -> float | None:
        """The mean service time in minutes; None if nobody was served."""
        return self.sum.service_s / self.sum.timed / 60 if self.sum.timed else None

    @property
    def soon(self) -> float | None:
        """The share of waits of at most 15 minutes; None if nobody was called."""
        within = sum(self.sum.waits[: BOUNDS_MIN.index(15) + 1])
        return within / self.sum.waited if self.sum.waited else None

    @property
    def content(self) -> float | None:
        """The share of ratings of the upper three levels, 基本满意 and better; None without ratings."""
        rated = sum(self.sum.rated)
        return sum(self.sum.rated[LEVELS - 3 :]) / rated if rated else None


class Verdicts(msgspec.Struct, frozen=True):
    """What became of a day's bad ratings so far: how many were judged what, and how many are not judged yet."""

    valid: int = 0
    mistaken: int = 0
    malicious: int = 0
    open: int = 0

    @property
    def all(self) -> int:
        """How many there are."""
        return self.valid + self.mistaken + self.malicious + self.open


def verdicts(cases: Iterable[Case]) -> Verdicts:
    """Of the cases that have a bad rating; only those judged valid count against anybody (`engine.case.counts`)."""
    found: Counter[str | None] = Counter(
        case.verdict for case in cases if case.level is not None and case.level <= BAD
    )
    return Verdicts(found["valid"], found["mistaken"], found["malicious"], found[None])


class DayReport(msgspec.Struct, frozen=True):
    """A day. `anchor` is the last event before the day's end, of a day that is not over the newest one; None before any event.

    Of its `calls` those in `whys` passed somebody over; both are None where the log of the day is in a file that was not read.
    """

    hall: Text
    day: date
    over: bool
    made_at: datetime
    zones: tuple[Line, ...]
    whole: Line
    anchor: Anchor | None
    calls: int | None
    whys: tuple[WhyCount, ...] | None
    bad: Verdicts = Verdicts()


def report(database: Database, day: date, now: datetime, segments: Path | None = None) -> DayReport:
    """The report of a day as its tickets stand now; `segments` is the folder of sealed months. Raises Unavailable."""
    store = TableStore(database)
    try:
        newest = next(iter(store.versions(1)), None)
        bad = verdicts(store.cases(day_start(day), day_end(day), MOST_CASES))
    finally:
        store.close()
    hall = None if newest is None else hall_of(newest.document)
    by_zone: dict[str, list[Cell]] = {} if hall is None else {zone.id: [] for zone in hall.zones}
    found = daily.now(database, day)
    for cell in found:
        by_zone.setdefault(cell.zone, []).append(cell)
    names: dict[str, tuple[str, Text]] = (
        {} if hall is None else {zone.id: (zone.letter, zone.name) for zone in hall.zones}
    )
    lines = [
        Line(*names.get(id_, ("", Text(id_, id_) if id_ else UNNAMED)), total(parts))
        for id_, parts in by_zone.items()
    ]
    calls, whys = _out_of_turn(database, day, segments)
    return DayReport(
        hall=UNNAMED if hall is None else hall.name,
        day=day,
        over=now >= day_end(day),
        made_at=now,
        zones=tuple(lines),
        whole=Line("", Text("全厅", "Hall"), total(found)),
        anchor=anchor.before(database, day_end(day)),
        calls=calls,
        whys=whys,
        bad=bad,
    )


def _out_of_turn(
    database: Database, day: date, segments: Path | None
) -> tuple[int | None, tuple[WhyCount, ...] | None]:
    """How many calls there were, and how many of them out of turn, as the auditor's page counts them."""
    try:
        with book.opened(database, day, day, segments) as log:
            calls, found = passed(database, day, log)
            return calls, skip.counts(found)
    except (Sealed, Gone):
        return None, None
