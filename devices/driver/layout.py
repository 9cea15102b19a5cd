"""What a paper ticket shows, as rows. Pure: the same slip gives the same rows on every printer.

The order is the citizen's: whose hall, which matter, my number, how long, where to, what to bring. Widths are
columns of 12 dots: an ASCII character takes one, a Chinese one two; 58 mm paper has 32, 80 mm paper mostly 48.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Literal

from queue_server.wire.day import local as hall_time
from queue_server.wire.face import say
from queue_server.wire.ticket import Language

MARKS = "①②③④⑤⑥⑦⑧⑨⑩"
NEVER_FIRST = frozenset("，。、；：！？)）》」』,.;:!?")
UNDER = "  "
"""What stands under something begins so far in."""
LARGEST = 8
"""The largest multiple of a character that ESC/POS knows."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One step of a visit with several: the service, the letter of its zone, and what to bring to it."""

    service: str
    letter: str
    bring: str | None = None


@dataclass(frozen=True, slots=True)
class Missed:
    """The hall's rule for a missed call, printed as a promise."""

    minutes: int
    behind: int
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """All that a ticket can say. Names come in the slip's own language; what is None is not printed.

    `bring` is all that there is to bring; where `steps` say it each for itself, it is not printed as well.
    `issued_at` is aware; `wait` is (low, high) minutes; `area` reads like "18-26号窗口"; `class_label` is
    优先 or nothing, never a reason, and one that is asked for is `unconfirmed` until it counts; `unregistered` is a
    ticket whose holder has still to show who they are; `qr` is an https address or None; `code` is by what the ticket is
    found again at a kiosk; `again` is a paper that is not the first.
    """

    hall: str
    letter: str
    zone: str
    service: str
    number: str
    issued_at: datetime
    class_label: str | None = None
    unconfirmed: bool = False
    unregistered: bool = False
    ahead: int | None = None
    wait: tuple[int, int] | None = None
    area: str | None = None
    bring: str | None = None
    missed: Missed | None = None
    note: str | None = None
    steps: tuple[Stop, ...] = ()
    qr: str | None = None
    code: str | None = None
    again: bool = False
    language: Language = "zh"


@dataclass(frozen=True, slots=True)
class Row:
    """One printed line that fits the paper."""

    text: str
    width: int = 1
    height: int = 1
    bold: bool = False
    align: Literal["left", "center"] = "center"


@dataclass(frozen=True, slots=True)
class Gap:
    """Blank paper, in dots of 1/8 mm."""

    dots: int


@dataclass(frozen=True, slots=True)
class Code:
    """A QR symbol."""

    content: str


Part = Row | Gap | Code


def columns(text: str) -> int:
    """How many columns a text takes at single size."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def wrap(text: str, limit: int) -> list[str]:
    """The text in lines of at most `limit` columns: words stay whole, no line starts with a closing mark."""
    lines, line, room = [], "", limit
    for word in _words(text):
        size = columns(word)
        if size > room and line:
            lines.append(line.rstrip())
            line, room = "", limit
        while size > limit:
            cut = limit if word.isascii() else limit // 2
            lines.append(word[:cut])
            word = word[cut:]  # noqa: PLW2901 - what is left of a word longer than a line
            size = columns(word)
        line += word if line or word != " " else ""
        room = limit - columns(line)
    return [*lines, line.rstrip()] if line.strip() else lines


def _words(text: str) -> list[str]:
    """ASCII words, and every other character alone; a closing mark clings to the character before it."""
    words: list[str] = []
    for char in text:
        joined = words and char != " " and words[-1] != " " and char.isascii() and words[-1][-1].isascii()
        if words and (joined or (char in NEVER_FIRST and words[-1] != " ")):
            words[-1] += char
        else:
            words.append(char)
    return words


def layout(slip: Slip, full: int = 48) -> list[Part]:
    """The rows of a ticket on paper of `full` columns."""
    return [*_head(slip, full), *_number(slip, full), *_way(slip, full), *_foot(slip, full)]


def _small(text: str, full: int, *, bold: bool = False) -> list[Part]:
    return [Row(line, bold=bold) for line in _even(text, full, 3)]


def _large(text: str, full: int, *, bold: bool = False, most: int = 2) -> list[Part]:
    """Twice the size; a text that would need more than `most` rows is set small and bold. Never stretched."""
    lines = _even(text, full // 2, most)
    if len(lines) > most:
        return _small(text, full, bold=True)
    return [Row(line, 2, 2, bold) for line in lines]


def _even(text: str, limit: int, most: int) -> list[str]:
    """Wrapped at a bracket or a mark if that takes no more rows, else in rows of about the same length."""
    lines = wrap(text, limit)
    if len(lines) == 1 or len(lines) > most:
        return lines
    for place in (text.find("("), text.find("，") + 1, text.find("；") + 1, text.find(";") + 1):
        parted = [*wrap(text[:place], limit), *wrap(text[place:].lstrip(), limit)] if place > 0 else []
        if len(parted) == len(lines):
            return parted
    least = -(-columns(text) // len(lines))
    tries = (wrap(text, narrow) for narrow in range(least, limit))
    return next((better for better in tries if len(better) == len(lines)), lines)


def _head(slip: Slip, full: int) -> list[Part]:
    zone = say("ticket", "zone", slip.language, letter=slip.letter, zone=slip.zone)
    return [*_large(slip.hall, full), Gap(20), *_small(zone, full, bold=True), *_large(slip.service, full)]


def _number(slip: Slip, full: int) -> list[Part]:
    size = max(1, min(LARGEST, full // columns(slip.number)))
    mark = _large(slip.class_label, full, bold=True) if slip.class_label else []
    if slip.unconfirmed:
        mark = [*mark, Gap(12), *_small(say("ticket", "unconfirmed", slip.language), full, bold=True)]
    if slip.unregistered:
        mark = [*mark, Gap(12), *_small(say("ticket", "unregistered", slip.language), full, bold=True)]
    return [Row(slip.number, size, size, bold=True), *mark]


def _way(slip: Slip, full: int) -> list[Part]:
    parts: list[Part] = [Gap(16)]
    if slip.ahead is not None:
        key = "ahead" if slip.ahead else "nobody_ahead"
        parts += _small(say("ticket", key, slip.language, count=slip.ahead), full)
    if slip.wait is not None and slip.wait[1] > 0:
        low, high = slip.wait
        parts += _large(say("ticket", "wait", slip.language, low=low, high=high), full)
    go = "go_area" if slip.area else "go"
    text = say("ticket", go, slip.language, letter=slip.letter, area=slip.area)
    return [*parts, Gap(10), *_large(text, full, bold=True, most=3)]


def _foot(slip: Slip, full: int) -> list[Part]:
    parts: list[Part] = [Row("—" * (full // 16), width=8)]
    parts += [Row(line, align="left") for line in _small_print(slip, full)]
    if slip.qr:
        parts += [Gap(24), Code(slip.qr), Gap(24), *_small(say("ticket", "scan", slip.language), full)]
    if slip.code:
        parts += _small(say("ticket", "code", slip.language, code=slip.code), full)
    local = f"{hall_time(slip.issued_at):%Y-%m-%d %H:%M}"
    return [*parts, Row(say("ticket", "again", slip.language, at=local) if slip.again else local)]


def _small_print(slip: Slip, full: int) -> Iterator[str]:
    if any(stop.bring for stop in slip.steps):
        yield from _errands(slip, full)
    else:
        if len(slip.steps) > 1:
            yield from _steps(slip, full)
        if slip.bring:
            yield from wrap(say("ticket", "bring", slip.language, bring=slip.bring), full)
    if slip.missed:
        rule = slip.missed
        promise = {"minutes": rule.minutes, "behind": rule.behind, "times": rule.times}
        yield from wrap(say("ticket", "missed", slip.language, **promise), full)
    if slip.note:
        yield from wrap(slip.note, full)


def _errands(slip: Slip, full: int) -> Iterator[str]:
    """The steps one below another, each with what to bring to it."""
    for mark, stop in zip(MARKS, slip.steps, strict=False):
        yield from wrap(_step(mark, stop, slip.language), full)
        if stop.bring:
            words = say("ticket", "bring", slip.language, bring=stop.bring)
            yield from (UNDER + row for row in wrap(words, full - len(UNDER)))


def _steps(slip: Slip, full: int) -> Iterator[str]:
    """The steps one after another; a row ends with an arrow, and no step is torn in two."""
    marks = zip(MARKS, slip.steps, strict=False)
    steps = [_step(mark, stop, slip.language) for mark, stop in marks]
    row = ""
    for arrow, step in zip_longest(("→",) * (len(steps) - 1), steps, fillvalue=""):
        if row and columns(row + step + arrow) > full:
            yield from wrap(row, full)
            row = ""
        row += step + arrow
    yield from wrap(row, full)


def _step(mark: str, stop: Stop, language: Language) -> str:
    key = "step" if stop.service else "step_zone"
    return say("ticket", key, language, mark=mark, service=stop.service, letter=stop.letter)
