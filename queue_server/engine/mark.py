"""What a value in a configuration document may be, said where the value is declared: `Annotated[str, Ref("zones", …)]`.

A mark is data: the reader has it check what stands in a document, and whoever draws a form for a document reads the same marks. So
nothing is said twice, and a form never offers what is then refused.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from typing import Protocol

import msgspec

from queue_server.engine.calendar import Days, MonthDay, Span
from queue_server.wire.ticket import Text

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_NUMBERS = re.compile(r"([1-9][0-9]{0,2})(?:-([1-9][0-9]{0,2}))?")
_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")
_WEEKDAYS = re.compile(r"[1-7](?:-[1-7])?(?:,[1-7](?:-[1-7])?)*")
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


class Notes(Protocol):
    """Where faults are noted, and what is known of the document's rows: what a mark asks of a reader."""

    def fault(self, path: str, zh: str, en: str) -> None:
        """Note a fault at a place."""

    def good(self, path: str) -> bool:
        """Whether nothing is wrong at a place."""

    def claim(self, table: str, name: str, place: str) -> str | None:
        """Take a name for a row of a table; the row that has it already, if one has."""

    def refer(self, path: str, to: "Ref", name: str) -> None:
        """Remember that a row of another table is named at a place, to be looked for when all is read."""


class Mark(Protocol):
    """One rule for one value."""

    def check(self, notes: Notes, path: str, value: object) -> None:
        """Note what is wrong with a value of the right type at a place."""


class Key(msgspec.Struct, frozen=True):
    """The name of its row, which no other row of the table has."""

    def check(self, notes: Notes, path: str, value: object) -> None:
        """A short name, taken once. A wrong one is its row's too: what names that row has no fault of its own."""
        name = str(value)
        table, row = _row(path)
        if not _SLUG.fullmatch(name):
            notes.fault(
                path,
                "应为1至32个英文字母、数字、-或_。",
                "It must be 1 to 32 letters, digits, - or _, beginning with a letter or digit.",
            )
            notes.claim(table, name, row)
            return
        before = notes.claim(table, name, row)
        if before is not None:
            notes.fault(path, f"“{name}”已用于{before}。", f"“{name}” is taken by {before}.")


class Numbers(msgspec.Struct, frozen=True):
    """The window numbers of its row, "7" or "1-3", each in one row only."""

    def check(self, notes: Notes, path: str, value: object) -> None:
        """One number or several in a row, each taken once."""
        numbers = list(numbers_of(str(value)))
        if not numbers:
            notes.fault(path, "应写成“3”或“4-7”，最大999。", "It must be like “3” or “4-7”, 999 at most.")
        table, row = _row(path)
        for number in numbers:
            before = notes.claim(table, number, row)
            if before is not None:
                notes.fault(
                    path, f"{number}号窗口已在{before}中。", f"Window {number} is in {before} already."
                )


class Ref(msgspec.Struct, frozen=True):
    """The name of a row of another table; `zh` and `en` say what such a row is."""

    table: str
    zh: str
    en: str

    def check(self, notes: Notes, path: str, value: object) -> None:
        """Some row; it is looked for when the whole document has been read."""
        if str(value):
            notes.refer(path, self, str(value))
        else:
            notes.fault(path, "不能为空。", "It must not be empty.")


class Within(msgspec.Struct, frozen=True):
    """A number from `low` to `high`."""

    low: int
    high: int

    def check(self, notes: Notes, path: str, value: object) -> None:
        """Not outside."""
        assert isinstance(value, int)
        if not self.low <= value <= self.high:
            notes.fault(
                path, f"应在{self.low}至{self.high}之间。", f"It must be from {self.low} to {self.high}."
            )


class Brief(msgspec.Struct, frozen=True):
    """Words that have their place somewhere: at most so many characters, `zh` in Chinese and `en` in English."""

    zh: int
    en: int

    def check(self, notes: Notes, path: str, value: object) -> None:
        """Not longer."""
        assert isinstance(value, Text)
        for language, words, most in (("zh", value.zh, self.zh), ("en", value.en, self.en)):
            if len(words) > most:
                notes.fault(f"{path}.{language}", f"最多{most}个字符。", f"It has at most {most} characters.")


class OneOf(msgspec.Struct, frozen=True):
    """One of some words."""

    words: tuple[str, ...]

    def check(self, notes: Notes, path: str, value: object) -> None:
        """None but these."""
        if value not in self.words:
            words = "、".join(self.words)
            notes.fault(path, f"应为以下之一：{words}。", f"It must be one of: {', '.join(self.words)}.")


class Like(msgspec.Struct, frozen=True):
    """Text of a shape: a regular expression, and what to say to people."""

    pattern: str
    zh: str
    en: str

    def check(self, notes: Notes, path: str, value: object) -> None:
        """Of that shape as a whole."""
        if not re.fullmatch(self.pattern, str(value)):
            notes.fault(path, self.zh, self.en)


class Written(msgspec.Struct, frozen=True):
    """Text that `read` understands, such as a day; `zh` and `en` say what to write."""

    read: Callable[[str], object | None]
    zh: str
    en: str

    def check(self, notes: Notes, path: str, value: object) -> None:
        """Understood."""
        if self.read(str(value)) is None:
            notes.fault(path, self.zh, self.en)


class Spans(msgspec.Struct, frozen=True):
    """Parts of a day, "08:30-12:00", one after another."""

    def check(self, notes: Notes, path: str, value: object) -> None:
        """Each in the right form, and none before the end of the one before it."""
        assert isinstance(value, tuple)
        before: Span | None = None
        for place, written in enumerate(value):
            if not notes.good(f"{path}[{place}]"):
                continue
            span = span_of(written)
            if span is None or span.start >= span.end:
                notes.fault(
                    f"{path}[{place}]",
                    "应写成“08:30-12:00”，先早后晚。",
                    "It must be like “08:30-12:00”, earlier first.",
                )
            elif before is not None and span.start < before.end:
                notes.fault(f"{path}[{place}]", "与前一段时间重叠或颠倒。", "It overlaps the span before it.")
            else:
                before = span


class Once(msgspec.Struct, frozen=True):
    """A list in which nothing stands twice."""

    def check(self, notes: Notes, path: str, value: object) -> None:
        """No entry again."""
        assert isinstance(value, tuple)
        for place, entry in enumerate(value):
            if entry and entry in value[:place]:
                notes.fault(f"{path}[{place}]", f"“{entry}”写了两次。", f"“{entry}” stands here twice.")


def _row(path: str) -> tuple[str, str]:
    """The table and the row of the value at a path: `zones`, `zones[3]` of `zones[3].id`."""
    row = path.rpartition(".")[0]
    return row.rpartition("[")[0], row


def span_of(written: str) -> Span | None:
    """The span that "08:30-12:00" means; None for anything else."""
    match = _SPAN.fullmatch(written)
    if match is None:
        return None
    hour, minute, end_hour, end_minute = (int(part) for part in match.groups())
    return Span(time(hour, minute), time(end_hour, end_minute))


def spans_of(written: tuple[str, ...]) -> tuple[Span, ...]:
    """The spans that some texts mean; what means none is left out."""
    return tuple(span for span in map(span_of, written) if span is not None)


def numbers_of(written: str) -> Iterator[str]:
    """The window numbers that "7" or "1-3" means; none for anything else."""
    match = _NUMBERS.fullmatch(written)
    if match is not None:
        first = int(match[1])
        yield from (str(number) for number in range(first, int(match[2] or first) + 1))


def weekdays_of(written: str) -> frozenset[int] | None:
    """The weekdays that "1-5" or "1-5,7" means, Monday being 1 (ISO 8601); None for anything else."""
    if _WEEKDAYS.fullmatch(written) is None:
        return None
    found: set[int] = set()
    for part in written.split(","):
        first, _, last = part.partition("-")
        days = range(int(first), int(last or first) + 1)
        if not days:
            return None
        found.update(days)
    return frozenset(found)


def month_day_of(written: str) -> MonthDay | None:
    """The day of every year that "05-01" means; None for anything else. 29 February is a day of every year."""
    match = _MONTH_DAY.fullmatch(written)
    if match is None:
        return None
    month, day = int(match[1]), int(match[2])
    try:
        date(2024, month, day)  # a leap year
    except ValueError:
        return None
    return (month, day)


def day_of(written: str) -> date | None:
    """The day that "2026-10-01" means; None for anything else."""
    try:
        return date.fromisoformat(written) if len(written) == 10 else None
    except ValueError:
        return None


def days_of(written: str) -> Days | None:
    """The days that "1-5", "2026-10-01" or "2026-10-01/2026-10-07" means; None for anything else, also a year or more."""
    weekdays = weekdays_of(written)
    if weekdays is not None:
        return Days(weekdays=weekdays)
    first, _, last = written.partition("/")
    start = day_of(first)
    end = day_of(last) if last else start
    if start is None or end is None or not start <= end < start + timedelta(days=366):
        return None
    return Days(first=start, last=end)
