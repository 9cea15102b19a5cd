"""What must hold between the tables of a configuration document that has been read."""

import re
from collections.abc import Iterable
from datetime import date

from queue_server.engine.calendar import Days
from queue_server.engine.document import Reader
from queue_server.engine.mark import day_of, days_of, numbers_of, spans_of
from queue_server.engine.plan import ORDINARY, ClassTable, Document, DutyTable, ServiceTable, ZoneTable

_LETTER = re.compile(r"[A-HJ-NP-Z]")
_CHARACTERS = re.compile(r"[\u4e00-\u9fff]+")
_PREFIX = re.compile(r"[A-HJ-NP-Z]{1,2}")


def check(reader: Reader, document: Document) -> None:
    """Note every fault of a document that has been read."""
    reader.resolve()
    for name in ("classes", "zones", "services", "windows"):
        if reader.good(name) and not getattr(document, name):
            reader.fault(name, "至少要有一项。", "There must be at least one.")
    _check_calendars(reader, document)
    _check_rules(reader, document)
    _check_classes(reader, document.classes)
    _check_zones(reader, document.zones)
    _check_marks(reader, document)
    _check_services(reader, document)
    _check_windows(reader, document)
    _check_shown_zones(reader, document)
    volumes = ((one.since for one in each.volume) for each in document.loudspeakers)
    _check_once(reader, "loudspeakers", "volume[{}].since", volumes)
    arrows = ((one.zone for one in each.arrows) for each in document.displays)
    _check_once(reader, "displays", "arrows[{}].zone", arrows)
    _check_roster(reader, document.roster)


def _check_calendars(reader: Reader, document: Document) -> None:
    if document.rules.calendar is not None and document.rules.hours and reader.good("rules.hours"):
        reader.fault(
            "rules.hours",
            "写了calendar就不要再写hours。",
            "Write either calendar or hours, not both.",
        )
    for place, calendar in enumerate(document.calendars):
        path = f"calendars[{place}].seasons"
        if not calendar.seasons and reader.good(path):
            reader.fault(path, "至少要有一项。", "There must be at least one.")
        for index, season in enumerate(calendar.seasons):
            if (season.first is None) != (season.last is None):
                reader.fault(
                    f"{path}[{index}].{'last' if season.last is None else 'first'}",
                    "first和last要同时写，或都不写。",
                    "Write both first and last, or neither.",
                )
    days: dict[date, int] = {}
    for place, workday in enumerate(document.workdays):
        day = day_of(workday.day)
        if day is not None and days.setdefault(day, place) != place:
            reader.fault(
                f"workdays[{place}].day",
                f"“{workday.day}”已在workdays[{days[day]}]中。",
                f"“{workday.day}” is in workdays[{days[day]}] already.",
            )
    for place, holiday in enumerate(document.holidays):
        first, last = day_of(holiday.first), day_of(holiday.last or holiday.first)
        if first is not None and last is not None and last < first:
            reader.fault(f"holidays[{place}].last", "早于first。", "It is before the first day.")


def _check_classes(reader: Reader, classes: tuple[ClassTable, ...]) -> None:
    for place, kind in enumerate(classes):
        path = f"classes[{place}].promise_min"
        if kind.promise_min is None and kind.group is None and reader.good(path):
            reader.fault(
                path,
                "请写promise_min，或写所属的group。",
                "Write it, or the group that the class belongs to.",
            )
    if classes and ORDINARY not in [kind.id for kind in classes]:
        reader.fault("classes", f"缺少普通类“{ORDINARY}”。", f"The class “{ORDINARY}” is missing.")


def _check_rules(reader: Reader, document: Document) -> None:
    """Quick matters first needs a rule that reckons so, and minutes."""
    if not document.rules.quick_first:
        return
    if "promise" not in (document.rules.policy, *(zone.policy for zone in document.zones)):
        reader.fault(
            "rules.quick_first",
            "只有按承诺叫号（policy写promise）时，办得快的才能先叫。",
            "Quick matters go first only where windows call by promise (policy is promise).",
        )
    elif not any(service.usual_min for service in document.services):
        reader.fault(
            "rules.quick_first",
            "还没有业务写了usual_min（通常几分钟办完），不知道哪项办得快。",
            "No service says in usual_min how many minutes it usually takes, so nobody knows what is quick.",
        )


def _check_zones(reader: Reader, zones: tuple[ZoneTable, ...]) -> None:
    letters: dict[str, int] = {}
    for place, zone in enumerate(zones):
        path = f"zones[{place}].letter"
        letter = zone.id if zone.letter is None else zone.letter
        if not (reader.good(path) and reader.good(f"zones[{place}].id")):
            continue
        if not _LETTER.fullmatch(letter):
            reader.fault(
                path,
                "应为一个大写字母，I和O除外。",
                "It must be one capital letter, and neither I nor O.",
            )
        elif letter in letters:
            reader.fault(
                path,
                f"字母“{letter}”已用于zones[{letters[letter]}]。",
                f"“{letter}” is taken by zones[{letters[letter]}].",
            )
        else:
            letters[letter] = place


def _check_marks(reader: Reader, document: Document) -> None:
    """A wait turns amber before it turns red, in the hall and in each zone, which may say only one of the two."""
    rules = document.rules
    marks = [("rules", rules.amber_min, rules.red_min)]
    for place, zone in enumerate(document.zones):
        if (zone.amber_min, zone.red_min) != (None, None):
            marks.append(
                (f"zones[{place}]", zone.amber_min or rules.amber_min, zone.red_min or rules.red_min)
            )
    for path, amber, red in marks:
        if amber >= red and reader.good(f"{path}.red_min") and reader.good(f"{path}.amber_min"):
            reader.fault(
                f"{path}.red_min",
                f"应大于{amber}，即amber_min（等候几分钟变黄）。",
                f"It must be more than {amber}, which is amber_min.",
            )


def _check_services(reader: Reader, document: Document) -> None:
    letters = {zone.letter or zone.id: zone.id for zone in document.zones}
    for place, service in enumerate(document.services):
        path = f"services[{place}]"
        if service.delegated_to is not None and service.department is None:
            reader.fault(
                f"{path}.delegated_to",
                "请先写department，即业务属于哪个部门。",
                "Write department first: whose service it is.",
            )
        if service.id in service.then and reader.good(f"{path}.then"):
            reader.fault(f"{path}.then", "不能接着办自己。", "A service cannot follow itself.")
        if 1 + len(service.then) > document.rules.max_steps and reader.good(f"{path}.then"):
            reader.fault(
                f"{path}.then",
                f"一张号票最多{document.rules.max_steps}项业务。",
                f"A ticket has at most {document.rules.max_steps} services.",
            )
        _check_items(reader, document, service, path)
        _check_said(reader, service, f"{path}.said")
        if service.prefix is None or not reader.good(f"{path}.prefix"):
            continue
        if not _PREFIX.fullmatch(service.prefix):
            reader.fault(
                f"{path}.prefix",
                "应为一至两个大写字母，I和O除外。",
                "It must be one or two capital letters, and neither I nor O.",
            )
        elif letters.get(service.prefix, service.zone) != service.zone:
            reader.fault(
                f"{path}.prefix",
                f"“{service.prefix}”是另一服务区的字母。",
                f"“{service.prefix}” is the letter of another zone.",
            )


def _check_said(reader: Reader, service: ServiceTable, path: str) -> None:
    """One syllable a character. Of names with figures or letters nobody knows how many there are."""
    if service.said is None or not reader.good(path) or not _CHARACTERS.fullmatch(service.name.zh):
        return
    characters, syllables = len(service.name.zh), len(service.said.split())
    if characters != syllables:
        reader.fault(
            path,
            f"“{service.name.zh}”有{characters}个字，读音有{syllables}个音节，应一字一音。",
            f"“{service.name.zh}” has {characters} characters and this {syllables} syllables; there must be as many.",
        )


def _check_items(reader: Reader, document: Document, service: ServiceTable, path: str) -> None:
    """What becomes of more items than a service takes at once: they need a place on the ticket, or a service that takes them."""
    if 1 + len(service.then) >= document.rules.max_steps and service.over_items != "refuse":
        reader.fault(
            f"{path}.over_items",
            f"一张号票最多{document.rules.max_steps}项业务，没有给其余件数的位置。",
            f"A ticket has at most {document.rules.max_steps} services, which leaves no place for the rest.",
        )
    if (service.over_items == "batch") != (service.batch_service is not None):
        reader.fault(
            f"{path}.batch_service",
            "over_items为batch时，请写其余件数到哪一项业务办。"
            if service.batch_service is None
            else "只有over_items为batch时才用；请改over_items，或删去此项。",
            "Write the service where the rest is dealt with, as over_items is batch."
            if service.batch_service is None
            else "It counts only where over_items is batch: write that, or leave this out.",
        )
    batch = next((each for each in document.services if each.id == service.batch_service), None)
    if batch is service:
        reader.fault(
            f"{path}.batch_service",
            "不能是自己；分几轮办请用round。",
            "It cannot be the service itself: for several rounds write round.",
        )
    elif batch is not None and batch.over_items == "batch":
        reader.fault(
            f"{path}.batch_service",
            f"“{batch.id}”自己也要转走多余的件数。",
            f"“{batch.id}” sends what is too much for it on as well.",
        )


def _check_windows(reader: Reader, document: Document) -> None:
    for place, entry in enumerate(document.windows):
        path = f"windows[{place}]"
        if not entry.services and reader.good(f"{path}.services") and reader.good(path):
            reader.fault(f"{path}.services", "至少要办理一项业务。", "It must offer at least one service.")
        if entry.name is not None and len(list(numbers_of(entry.numbers))) > 1:
            reader.fault(
                f"{path}.name",
                "几个窗口不能同名，请分开写。",
                "Several windows cannot share a name; write them apart.",
            )


def _check_shown_zones(reader: Reader, document: Document) -> None:
    for table in ("displays", "loudspeakers"):
        for place, entry in enumerate(getattr(document, table)):
            path = f"{table}[{place}].zones"
            if entry.zones == () and reader.good(path):
                reader.fault(
                    path, "至少要有一个服务区；全部则删去此项。", "Name a zone, or leave it out for all."
                )


def _check_once(reader: Reader, table: str, field: str, lists: Iterable[Iterable[str]]) -> None:
    """A loudspeaker has one volume at a time, and a zone is one way from a board: what tells the inner rows apart is there once."""
    for place, keys in enumerate(lists):
        seen: dict[str, int] = {}
        for index, key in enumerate(keys):
            path = f"{table}[{place}].{field.format(index)}"
            if seen.setdefault(key, index) != index and reader.good(path):
                reader.fault(path, f"{key}写了两次。", f"{key} is written twice.")


def _check_roster(reader: Reader, roster: tuple[DutyTable, ...]) -> None:
    """Nobody is at two windows at once, and no window has two people at once, on days that are written the same way."""
    for what in ("window", "clerk"):
        seen: dict[str, list[tuple[int, Days, DutyTable]]] = {}
        for place, duty in enumerate(roster):
            path = f"roster[{place}]"
            days = days_of(duty.days)
            if days is None or not (reader.good(path) and reader.good(f"{path}.{what}")):
                continue
            others = seen.setdefault(getattr(duty, what), [])
            for index, other_days, other in others:
                if days.meet(other_days) and _meet(duty.hours, other.hours):
                    reader.fault(
                        f"{path}.hours",
                        f"与roster[{index}]时间重叠：同一{'窗口' if what == 'window' else '人员'}。",
                        f"It overlaps roster[{index}] of the same {what}.",
                    )
                    break
            others.append((place, days, duty))


def _meet(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return any(a.start < b.end and b.start < a.end for a in spans_of(one) for b in spans_of(other))
