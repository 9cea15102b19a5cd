"""Days together: the figures of a hall and of its parts, from the first day to the last."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import msgspec

from queue_server.engine import appointing, day, destination, hold, policy, turn
from queue_server.engine.hall import Hall, Service, Window, Zone
from queue_server.engine.version import hall_of
from queue_server.reports.figure import DEFINITIONS, Figures, Sum, said, total
from queue_server.store import daily
from queue_server.store.account import People
from queue_server.store.database import Database
from queue_server.store.table import TableStore
from queue_server.views.attended import UNEXPLAINED
from queue_server.wire import face
from queue_server.wire.day import day_end, local_day
from queue_server.wire.ticket import Text

LONGEST = timedelta(days=366 * 2)
"""More days than that are not one period."""
RULES = (
    policy.CLASS,
    policy.PROMISE,
    policy.QUICK,
    policy.NEED,
    turn.DEFERRED,
    hold.RESUMED,
    destination.TRANSFERRED,
    day.AGAIN,
    appointing.CLASS,
)
"""Reasons by which the hall's rules call somebody before others."""
OWN = "own_words"
"""Reasons that somebody wrote in their own words: those may tell of a person, so that they stand in the audit alone."""
NOWHERE = said("not_called")
UNNAMED = Text("（未命名）", "(no name)")
Key = tuple[str, str, str, str]
"""Zone, service, window, clerk."""


class Row(msgspec.Struct, frozen=True):
    """A part of the hall, or of the time, and its figures. `letter` is a zone's, and of what belongs to one that zone's."""

    id: str
    letter: str
    name: Text
    figures: Figures


class PeriodReport(msgspec.Struct, frozen=True, kw_only=True, rename={"since": "from", "until": "to"}):
    """Days `from` one `to` another, both among them; `over` once the last one is. `counted` of them had tickets."""

    hall: Text
    since: date
    until: date
    over: bool
    made_at: datetime
    counted: int
    whole: Figures
    zones: tuple[Row, ...]
    departments: tuple[Row, ...]
    services: tuple[Row, ...]
    windows: tuple[Row, ...]
    clerks: tuple[Row, ...]
    hours: tuple[Row, ...]
    days: tuple[Row, ...]
    reasons: Mapping[str, Text]
    definitions: tuple[Text, ...] = DEFINITIONS


class Named(msgspec.Struct, frozen=True):
    """What parts of a hall are called, and its people. `hall` is None where nothing was ever published."""

    hall: Hall | None
    people: Mapping[str, str]
    zones: dict[str, Zone] = {}
    services: dict[str, Service] = {}
    windows: dict[str, Window] = {}

    @classmethod
    def read(cls, database: Database, parts: Iterable[Key]) -> "Named":
        """As they are now; what a hall has no more, of the keys of some parts, is known as it was last. Raises Unavailable."""
        store = TableStore(database)
        try:
            versions = store.versions(10_000)
        finally:
            store.close()
        people = {one.name: one.shown for one in People(database).accounts()}
        made = cls(hall_of(versions[0].document) if versions else None, people)
        wanted = list(parts)
        services, windows = {key[1] for key in wanted if key[1]}, {key[2] for key in wanted if key[2]}
        for version in versions:
            hall = hall_of(version.document)
            for zone in hall.zones:
                made.zones.setdefault(zone.id, zone)
            for service in hall.services:
                made.services.setdefault(service.id, service)
            for window in hall.windows:
                made.windows.setdefault(window.id, window)
            if services <= made.services.keys() and windows <= made.windows.keys():
                break
        return made

    def zone(self, id_: str) -> tuple[str, Text]:
        """A zone's letter and name."""
        zone = self.zones.get(id_)
        return ("", plain(id_)) if zone is None else (zone.letter, zone.name)

    def service(self, id_: str) -> tuple[str, Text]:
        """A service's zone's letter, and its name."""
        service = self.services.get(id_)
        return ("", plain(id_)) if service is None else (self.zone(service.zone)[0], service.name)

    def window(self, id_: str) -> tuple[str, Text]:
        """A window's zone's letter, and its name."""
        if not id_:
            return "", NOWHERE
        window = self.windows.get(id_)
        return ("", plain(id_)) if window is None else (self.zone(window.zone)[0], window.name)

    def clerk(self, id_: str) -> tuple[str, Text]:
        """Somebody's name as screens show it."""
        return ("", NOWHERE) if not id_ else ("", plain(self.people.get(id_, id_)))

    def department(self, id_: str) -> tuple[str, Text]:
        """A department's name."""
        found = None if self.hall is None else self.hall.department.get(id_)
        if not id_:
            return "", said("no_department")
        return "", plain(id_) if found is None else found.name

    def department_of(self, service: str) -> str:
        """The department to which a service belongs; "" for none."""
        found = self.services.get(service)
        return "" if found is None else found.department or ""


def report(
    database: Database, since: date, until: date, now: datetime, segments: Path | None = None
) -> PeriodReport:
    """The report of some days as they stand now. Raises Unavailable."""
    parts: dict[Key, Sum] = defaultdict(Sum)
    hours: dict[int, Sum] = defaultdict(Sum)
    days: dict[date, Sum] = {}
    for one, cells in daily.period(database, since, until, now, segments):
        of_day = days[one] = Sum()
        for cell in cells:
            parts[cell.key[:4]].add(cell)
            hours[cell.hour].add(cell)
            of_day.add(cell)
    for each in (*parts.values(), *hours.values(), *days.values()):
        each.turns = told(each.turns)
    names = Named.read(database, parts)
    served = {key: part for key, part in parts.items() if key[1]}  # the rest is windows' own time
    whole = total(days.values()).figures()
    return PeriodReport(
        hall=UNNAMED if names.hall is None else names.hall.name,
        since=since,
        until=until,
        over=now >= day_end(until),
        made_at=now,
        counted=len(days),
        whole=whole,
        zones=rows(by(parts, lambda key: key[0]), names.zone, places(names, "zones")),
        departments=rows(
            by(served, lambda key: names.department_of(key[1])),
            names.department,
            places(names, "departments"),
        ),
        services=rows(by(served, lambda key: key[1]), names.service, places(names, "services")),
        windows=rows(by(parts, lambda key: key[2]), names.window, places(names, "windows")),
        clerks=rows(by(parts, lambda key: key[3]), names.clerk, ()),
        hours=tuple(
            Row(str(at), "", plain(f"{at:02d}:00-{at + 1:02d}:00"), hours[at].figures())
            for at in sorted(hours)
        ),
        days=tuple(Row(one.isoformat(), "", plain(one.isoformat()), days[one].figures()) for one in days),
        reasons={key: reason(key) for key in whole.turns},
    )


def by(parts: Mapping[Key, Sum], key: Callable[[Key], str]) -> dict[str, Sum]:
    """The parts together by something of their keys."""
    found: dict[str, Sum] = defaultdict(Sum)
    for each, part in parts.items():
        found[key(each)].add(part)
    return found


@cache
def own_words() -> Mapping[str, str]:
    """The reasons that the console offers, in either language: one key of each."""
    return {
        words[language]: key
        for key, words in face.texts("clerk").items()
        if key.startswith("reason_")
        for language in ("zh", "en")
    }


def told(turns: Mapping[str, int]) -> Counter[str]:
    """Calls out of turn by the reasons that are told: of the rules, as the console offers them, or in somebody's own words."""
    offered, made = own_words(), Counter[str]()
    for why, count in turns.items():
        made[why if why in RULES or why == UNEXPLAINED else offered.get(why, OWN)] += count
    return made


def reason(key: str) -> Text:
    """The words of a reason."""
    words = face.texts("reports").get(f"turn_{key}") or face.texts("clerk")[key]
    return Text(words["zh"], words["en"])


def checked(since: date, until: date, now: datetime) -> Text | None:
    """What is wrong with a period; None: nothing."""
    if until < since:
        return Text("结束日期早于开始日期", "the last day is before the first")
    if until - since >= LONGEST:
        return Text("一次最多统计两年", "at most two years are reported at once")
    if since > local_day(now):
        return Text("开始日期还没有到", "the first day is not there yet")
    return None


def plain(text: str) -> Text:
    """A word that is the same in every language."""
    return Text(text, text) if text else UNNAMED


def places(names: Named, what: str) -> Iterable[str]:
    """What a hall has, in its own order."""
    return () if names.hall is None else [each.id for each in getattr(names.hall, what)]


def rows(
    found: Mapping[str, Sum], name: Callable[[str], tuple[str, Text]], order: Iterable[str]
) -> tuple[Row, ...]:
    """In the hall's own order, then by id; who was never called, or belongs to nothing, last."""
    return tuple(Row(id_, *name(id_), found[id_].figures()) for id_ in ordered(found, order))


def ordered(found: Iterable[str], order: Iterable[str]) -> list[str]:
    """Ids in an order, those that it has not after it, and last what belongs to nothing."""
    place = {id_: at for at, id_ in enumerate(order)}
    return sorted(found, key=lambda id_: (not id_, place.get(id_, len(place)), id_))
