"""The files of `jiaohao-server simulate`: a hall in JSON, drawn days in CSV, and what became of every ticket. Pure.

Times are minutes from opening. Of a hall's truth only what its windows do is read here, by how much each stretches work; how long
services take on average stands in such files too, and is left there: a forecast has to learn it.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from math import isfinite
from typing import Annotated, NamedTuple

import msgspec

from queue_server.engine.calendar import Days, Span
from queue_server.engine.hall import Class, Duty, Hall, PolicyName, Rules, Service, Window, Zone
from queue_server.simulation.virtual import Post, Row, Visit
from queue_server.wire.day import SHANGHAI
from queue_server.wire.ids import ServiceId, WindowId, ZoneId
from queue_server.wire.ticket import Text

CLASSES: tuple[tuple[str, int], ...] = (("green", 5), ("elder", 10), ("appt", 10), ("ordinary", 15))
"""The classes by their numbers in the files, with what they are promised in minutes."""
GUARD_MIN = 60
"""Under `promise`: whoever has waited longer goes before all others."""
OPENS = clock(9)
FIRST = date(2026, 1, 5)
"""The date of a file's first day; the others follow."""
PLACES = 6
"""Decimals of a minute in a file's rows."""
MOST_FAULTS = 20
"""So many are told at most: a file of another kind has one in every line."""
COLUMNS = ("day", "arrival_min", "service", "class", "no_show", "work_min")
HEAD = (
    *("day", "ticket", "service", "class", "arrival_min", "called_min", "window", "wait_min"),
    *("no_show", "p10", "p50", "p90"),
)

Minute = Annotated[float, msgspec.Meta(ge=0, le=840)]
"""Of a day that opens at nine."""
Share = Annotated[int, msgspec.Meta(ge=0)]


class Unreadable(Exception):
    """A file is not what it has to be; `faults` says where and what is expected there, each a sentence."""

    def __init__(self, faults: tuple[Text, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(fault.en for fault in faults))


class _Service(msgspec.Struct, frozen=True):
    id: int
    zone: Share


class _Window(msgspec.Struct, frozen=True):
    id: int
    zone: Share
    skills: tuple[int, ...]
    speed: Annotated[float, msgspec.Meta(gt=0)]
    staffed: bool = True
    lunch: tuple[Minute, Minute] | None = None


class Plan(msgspec.Struct, frozen=True):
    """A hall as it stands in a file."""

    zones: tuple[str, ...]
    services: tuple[_Service, ...]
    windows: tuple[_Window, ...]
    ticket_close: Minute
    day_min: Minute = 480.0
    no_show_min: Annotated[float, msgspec.Meta(gt=0)] = 1.0
    """How long a window waits for somebody who does not come."""

    @property
    def staffed(self) -> Iterator[_Window]:
        """The windows that work."""
        return (window for window in self.windows if window.staffed)

    def hall(self, policy: PolicyName) -> Hall:
        """The hall as the engine knows it: its staffed windows with their breaks, and what each class is promised."""
        letters = [chr(ord("A") + n % 26) for n in range(len(self.zones))]
        zones = [ZoneId(str(n)) for n in range(len(self.zones))]
        return Hall(
            name=_same("simulated"),
            rules=Rules(
                policy=policy,
                guard_min=GUARD_MIN if policy == "promise" else 0,
                reentries=0,
                open_per_person=0,
            ),
            classes=tuple(
                Class(id=name, name=_same(name), promise_min=minutes, counts="at_once")
                for name, minutes in CLASSES
            ),
            zones=tuple(
                Zone(id=id_, letter=letter, name=_same(name), short=_same(name), colour="#000000")
                for id_, letter, name in zip(zones, letters, self.zones, strict=True)
            ),
            services=tuple(
                Service(
                    id=ServiceId(str(each.id)),
                    zone=zones[each.zone],
                    prefix=letters[each.zone],
                    name=_same(str(each.id)),
                )
                for each in self.services
            ),
            windows=tuple(
                Window(
                    id=WindowId(str(each.id)),
                    name=_same(str(each.id)),
                    zone=zones[each.zone],
                    services=tuple(ServiceId(str(skill)) for skill in each.skills),
                )
                for each in self.staffed
            ),
            roster=tuple(self._duty(each) for each in self.staffed),
        )

    def _duty(self, window: _Window) -> Duty:
        return Duty(
            window=WindowId(str(window.id)),
            clerk=f"clerk-{window.id}",
            days=Days(weekdays=frozenset(range(1, 8))),
            hours=(Span(OPENS, _clock(self.day_min)),),
            breaks=() if window.lunch is None else (Span(*(_clock(minute) for minute in window.lunch)),),
        )

    def posts(self, day: date) -> tuple[Post, ...]:
        """Who works on a day, how quickly, and when not."""
        begin = opening(day)
        return tuple(
            Post(
                WindowId(str(each.id)),
                each.speed,
                ()
                if each.lunch is None
                else ((begin + _minutes(each.lunch[0]), begin + _minutes(each.lunch[1])),),
            )
            for each in self.staffed
        )


class Drawn(NamedTuple):
    """A day of a file: its name there, and who comes, each with their number among the day's rows, in the order of their times."""

    name: str
    date: date
    visits: tuple[tuple[int, Visit], ...]


def opening(day: date) -> datetime:
    """When a day opens."""
    return datetime.combine(day, OPENS, SHANGHAI).astimezone(UTC)


def plan(content: bytes) -> Plan:
    """A hall from JSON. Raises Unreadable."""
    try:
        found = msgspec.json.decode(content, type=Plan)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable((Text(f"读不懂：{error}", f"it cannot be read: {error}"),)) from error
    faults = tuple(_loose(found))
    if faults:
        raise Unreadable(faults)
    return found


def _loose(found: Plan) -> Iterator[Text]:
    """What in a hall refers to nothing, or stands there twice."""
    services = {service.id for service in found.services}
    for name, ids in (
        ("services", [each.id for each in found.services]),
        ("windows", [each.id for each in found.windows]),
    ):
        for id_ in dict.fromkeys(id_ for id_ in ids if ids.count(id_) > 1):
            yield Text(f"{name}中id {id_}重复", f"{name}: id {id_} is there twice")
    zones = {
        **{f"services[{n}]": service.zone for n, service in enumerate(found.services)},
        **{f"windows[{n}]": window.zone for n, window in enumerate(found.windows)},
    }
    for place, zone in zones.items():
        if zone >= len(found.zones):
            yield Text(f"{place}.zone：没有第{zone}个区", f"{place}.zone: there is no zone {zone}")
    for n, window in enumerate(found.windows):
        for skill in window.skills:
            if skill not in services:
                yield Text(
                    f"windows[{n}].skills：没有业务{skill}",
                    f"windows[{n}].skills: there is no service {skill}",
                )
        if window.lunch is not None and not window.lunch[0] < window.lunch[1]:
            yield Text(f"windows[{n}].lunch：应先始后终", f"windows[{n}].lunch: it must end after it begins")
    if not any(True for _ in found.staffed):
        yield Text("没有staffed的窗口", "no window is staffed")


def days(lines: Iterable[str], found: Plan) -> list[Drawn]:
    """The days of a CSV file, in its order. Raises Unreadable with rows, counted as lines from 1, and columns."""
    rows = csv.DictReader(lines)
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        told = ", ".join(missing)
        raise Unreadable((Text(f"第1行：缺少列{told}", f"row 1: without the columns {told}"),))
    able = {str(skill) for window in found.staffed for skill in window.skills}
    faults: list[Text] = []
    by_day: dict[str, list[tuple[int, Visit]]] = {}
    dates: dict[str, date] = {}
    for row in rows:
        cells = _Cells(row, rows.line_num, faults)
        name = cells.text("day")
        begin = opening(dates.setdefault(name, FIRST + timedelta(days=len(dates))))
        visit = Visit(
            at=begin + _minutes(cells.number("arrival_min", found.ticket_close)),
            service=ServiceId(
                cells.one_of("service", able, "有人值守的窗口能办的业务 a service of a staffed window")
            ),
            class_=CLASSES[int(cells.one_of("class", {"0", "1", "2", "3"}, "0-3"))][0],
            missed=cells.one_of("no_show", {"0", "1"}, "0, 1") == "1",
            work_min=cells.number("work_min", 1440.0),
        )
        of_day = by_day.setdefault(name, [])
        of_day.append((len(of_day), visit))
        if len(faults) >= MOST_FAULTS:
            break
    if faults:
        raise Unreadable(tuple(faults))
    if not by_day:
        raise Unreadable((Text("没有一行数据", "there is not one row"),))
    return [
        Drawn(name, dates[name], tuple(sorted(some, key=lambda each: each[1].at)))
        for name, some in by_day.items()
    ]


class _Cells:
    """One row; what cannot be used is noted, and something stands in for it so that the others are looked at too."""

    def __init__(self, row: Mapping[str, str | None], line: int, faults: list[Text]) -> None:
        self.row, self.line, self.faults = row, line, faults

    def text(self, column: str) -> str:
        found = (self.row[column] or "").strip()
        if not found:
            self._fault(column, found, "不能空 not empty")
        return found

    def number(self, column: str, most: float) -> float:
        found = (self.row[column] or "").strip()
        try:
            value = float(found)
        except ValueError:
            value = -1.0
        if not (isfinite(value) and 0 <= value <= most):
            self._fault(column, found, f"0-{most:g}")
            return 0.0
        return value

    def one_of(self, column: str, known: set[str], told: str) -> str:
        found = (self.row[column] or "").strip()
        if found not in known:
            self._fault(column, found, told)
            return next(iter(known))
        return found

    def _fault(self, column: str, found: str, told: str) -> None:
        self.faults.append(
            Text(
                f"第{self.line}行{column}列“{found}”，应为：{told}",
                f"row {self.line}, column {column}: “{found}”, expected: {told}",
            )
        )


def table(day: Drawn, rows: Iterable[Row]) -> Iterator[tuple[str, ...]]:
    """What became of the tickets of a day, as a file's rows in the order of its own. `rows` are in the order of the visits."""
    begin = opening(day.date)
    numbers = {name: str(n) for n, (name, _) in enumerate(CLASSES)}
    by_ticket = sorted(zip((n for n, _ in day.visits), rows, strict=True), key=lambda each: each[0])
    for n, row in by_ticket:
        visit, called = row.visit, row.called_at
        known = row.outlook
        yield (
            *(day.name, str(n), visit.service, numbers[visit.class_], _told(visit.at - begin)),
            "" if called is None else _told(called - begin),
            row.window or "",
            "" if called is None else _told(called - visit.at),
            str(int(visit.missed)),
            *(("", "", "") if known is None else tuple(map(_figure, (known.p10, known.p50, known.p90)))),
        )


def _told(some: timedelta) -> str:
    return _figure(some.total_seconds() / 60)


def _figure(minutes: float) -> str:
    """Without the noise of binary fractions: 79.022, not 79.02199999999999."""
    return repr(round(minutes, PLACES))


def _minutes(some: float) -> timedelta:
    return timedelta(minutes=some)


def _clock(minute: float) -> clock:
    return (datetime.combine(FIRST, OPENS) + _minutes(minute)).time()


def _same(text: str) -> Text:
    return Text(text, text)
