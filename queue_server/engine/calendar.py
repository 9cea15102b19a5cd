"""When a hall works: parts of a day, days, seasons with their hours, calendars of these, and holidays."""

from datetime import date, time

import msgspec

from queue_server.wire.ticket import Text

MonthDay = tuple[int, int]
"""A day of every year: month and day."""


class Span(msgspec.Struct, frozen=True):
    """A part of a local day, from `start` until before `end`."""

    start: time
    end: time

    def __str__(self) -> str:
        """As people write it, 08:30-17:00."""
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


class Days(msgspec.Struct, frozen=True, kw_only=True):
    """Some days: of certain weekdays (Monday is 1), or from `first` to `last`."""

    weekdays: frozenset[int] = frozenset()
    first: date | None = None
    last: date | None = None

    def meet(self, other: "Days") -> bool:
        """Whether both hold a common day. Days of the week and single days do not meet: what is written for a day goes first."""
        if self.first is None or other.first is None:
            return bool(self.weekdays & other.weekdays)
        assert self.last is not None
        assert other.last is not None
        return self.first <= other.last and other.first <= self.last


class Season(msgspec.Struct, frozen=True, kw_only=True):
    """Hours of some weekdays in a part of the year, which may lie across New Year; all the year where `first` is None."""

    first: MonthDay | None = None
    last: MonthDay | None = None
    weekdays: frozenset[int]
    tickets: tuple[Span, ...]
    service: tuple[Span, ...]

    def holds(self, day: date, weekday: int) -> bool:
        """Whether a day that counts as a weekday lies in it."""
        if weekday not in self.weekdays:
            return False
        if self.first is None or self.last is None:
            return True
        at = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= at <= self.last
        return at >= self.first or at <= self.last


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """When tickets are issued and when windows serve; the first season that holds a day counts, and without one it is closed."""

    id: str
    name: Text
    seasons: tuple[Season, ...]


class Holiday(msgspec.Struct, frozen=True, kw_only=True):
    """Days from `first` to `last` on which every calendar is closed."""

    name: Text
    first: date
    last: date
