"""A day's closing report: its totals by zone, and the hash of the log's last event of that day."""

from datetime import date, datetime

import msgspec

from queue_server.engine.version import hall_of
from queue_server.store import anchor, daily
from queue_server.store.anchor import Anchor
from queue_server.store.database import Database
from queue_server.store.table import TableStore
from queue_server.views.daily import BOUNDS_MIN, LEVELS, Cell, total
from queue_server.wire.day import day_end
from queue_server.wire.ticket import Text

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


class DayReport(msgspec.Struct, frozen=True):
    """A day. `anchor` is the last event before the day's end, of a day that is not over the newest one; None before any event."""

    hall: Text
    day: date
    over: bool
    made_at: datetime
    zones: tuple[Line, ...]
    whole: Line
    anchor: Anchor | None


def report(database: Database, day: date, now: datetime) -> DayReport:
    """The report of a day as its tickets stand now. Raises Unavailable."""
    store = TableStore(database)
    try:
        newest = next(iter(store.versions(1)), None)
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
    return DayReport(
        hall=UNNAMED if hall is None else hall.name,
        day=day,
        over=now >= day_end(day),
        made_at=now,
        zones=tuple(lines),
        whole=Line("", Text("全厅", "Hall"), total(found)),
        anchor=anchor.before(database, day_end(day)),
    )
