"""What stands in a hall's configuration file, table by table, and what must hold of it."""

import re
from collections.abc import Iterator
from datetime import time

import msgspec

from queue_server.engine.document import Reader
from queue_server.engine.hall import NOTHING, Rules, Span
from queue_server.wire.ticket import Text

ORDINARY = "ordinary"
"""The class of a ticket that asks for none; every hall has it."""

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_LETTER = re.compile(r"[A-HJ-NP-Z]")
_PREFIX = re.compile(r"[A-HJ-NP-Z]{1,2}")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_NUMBERS = re.compile(r"([1-9][0-9]{0,2})(?:-([1-9][0-9]{0,2}))?")
_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")


class ZoneTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[zones]]`: `letter` is the id where it is not written."""

    id: str
    letter: str | None = None
    name: Text
    short: Text
    colour: str
    examples: Text = NOTHING


class ServiceTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[services]]`: `prefix` is the zone's letter where it is not written."""

    id: str
    zone: str
    prefix: str | None = None
    name: Text
    examples: Text = NOTHING
    bring: Text = NOTHING
    max_items: int = 1


class WindowsTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[windows]]`: one window ("7") or several in a row ("1-3") that offer the same."""

    numbers: str
    name: Text | None = None
    zone: str
    services: tuple[str, ...]


class DisplayTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[displays]]`: all zones where none is written."""

    id: str
    title: Text
    zones: tuple[str, ...] | None = None


class ClassTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[classes]]`."""

    id: str
    name: Text
    public: Text = NOTHING
    promise_min: int


class RulesTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[rules]`."""

    hours: tuple[str, ...] = ()
    calls: int = Rules().calls
    wait_s: int = Rules().wait_s
    paper_s: int = Rules().paper_s
    max_steps: int = Rules().max_steps


_LIMITS = {"calls": (1, 10), "wait_s": (0, 600), "paper_s": (5, 600), "max_steps": (1, 5)}


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file."""

    name: Text
    rules: RulesTable = RulesTable()
    classes: tuple[ClassTable, ...]
    zones: tuple[ZoneTable, ...]
    services: tuple[ServiceTable, ...]
    windows: tuple[WindowsTable, ...]
    displays: tuple[DisplayTable, ...] = ()


def check(reader: Reader, document: Document) -> None:
    """Note every fault of a document that has been read."""
    for name in ("classes", "zones", "services", "windows"):
        if reader.good(name) and not getattr(document, name):
            reader.fault(name, "至少要有一项。", "There must be at least one.")
    _check_rules(reader, document.rules)
    _check_classes(reader, document.classes)
    _check_zones(reader, document.zones)
    _check_services(reader, document)
    _check_windows(reader, document)
    _check_displays(reader, document)


def _check_rules(reader: Reader, rules: RulesTable) -> None:
    for name, (low, high) in _LIMITS.items():
        _within(reader, f"rules.{name}", getattr(rules, name), low, high)
    before: Span | None = None
    for place, written in enumerate(rules.hours):
        path = f"rules.hours[{place}]"
        if not reader.good(path):
            continue
        span = span_of(written)
        if span is None or span.start >= span.end:
            reader.fault(
                path, "应写成“08:30-12:00”，先早后晚。", "It must be like “08:30-12:00”, earlier first."
            )
        elif before is not None and span.start < before.end:
            reader.fault(path, "与前一段时间重叠或颠倒。", "It overlaps the span before it.")
        else:
            before = span


def _check_classes(reader: Reader, classes: tuple[ClassTable, ...]) -> None:
    _ids(reader, "classes", [kind.id for kind in classes])
    for place, kind in enumerate(classes):
        _within(reader, f"classes[{place}].promise_min", kind.promise_min, 1, 240)
    if classes and ORDINARY not in [kind.id for kind in classes]:
        reader.fault("classes", f"缺少普通类“{ORDINARY}”。", f"The class “{ORDINARY}” is missing.")


def _check_zones(reader: Reader, zones: tuple[ZoneTable, ...]) -> None:
    _ids(reader, "zones", [zone.id for zone in zones])
    letters: dict[str, int] = {}
    for place, zone in enumerate(zones):
        path = f"zones[{place}].letter"
        letter = zone.id if zone.letter is None else zone.letter
        if reader.good(path) and reader.good(f"zones[{place}].id"):
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
        path = f"zones[{place}].colour"
        if reader.good(path) and not _COLOUR.fullmatch(zone.colour):
            reader.fault(path, "应写成“#1F5FA8”。", "It must be like “#1F5FA8”.")


def _check_services(reader: Reader, document: Document) -> None:
    _ids(reader, "services", [service.id for service in document.services])
    letters = {zone.letter or zone.id: zone.id for zone in document.zones}
    zones = [zone.id for zone in document.zones]
    for place, service in enumerate(document.services):
        path = f"services[{place}]"
        _known(reader, f"{path}.zone", service.zone, zones, "服务区", "zone")
        _within(reader, f"{path}.max_items", service.max_items, 1, 99)
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


def _check_windows(reader: Reader, document: Document) -> None:
    zones = [zone.id for zone in document.zones]
    services = [service.id for service in document.services]
    taken: dict[str, int] = {}
    for place, entry in enumerate(document.windows):
        path = f"windows[{place}]"
        _known(reader, f"{path}.zone", entry.zone, zones, "服务区", "zone")
        for index, service in enumerate(entry.services):
            _known(reader, f"{path}.services[{index}]", service, services, "业务", "service")
            if service and service in entry.services[:index]:
                reader.fault(
                    f"{path}.services[{index}]", f"“{service}”写了两次。", f"“{service}” stands here twice."
                )
        if not entry.services and reader.good(f"{path}.services") and reader.good(path):
            reader.fault(f"{path}.services", "至少要办理一项业务。", "It must offer at least one service.")
        if not reader.good(f"{path}.numbers"):
            continue
        numbers = list(numbers_of(entry.numbers))
        if entry.name is not None and len(numbers) > 1:
            reader.fault(
                f"{path}.name",
                "几个窗口不能同名，请分开写。",
                "Several windows cannot share a name; write them apart.",
            )
        if not numbers:
            reader.fault(
                f"{path}.numbers", "应写成“3”或“4-7”，最大999。", "It must be like “3” or “4-7”, 999 at most."
            )
        for number in numbers:
            if number in taken:
                reader.fault(
                    f"{path}.numbers",
                    f"{number}号窗口已在windows[{taken[number]}]中。",
                    f"Window {number} is in windows[{taken[number]}] already.",
                )
            taken.setdefault(number, place)


def _check_displays(reader: Reader, document: Document) -> None:
    _ids(reader, "displays", [display.id for display in document.displays])
    zones = [zone.id for zone in document.zones]
    for place, display in enumerate(document.displays):
        path = f"displays[{place}].zones"
        for index, zone in enumerate(display.zones or ()):
            _known(reader, f"{path}[{index}]", zone, zones, "服务区", "zone")
        if display.zones == () and reader.good(path):
            reader.fault(
                path, "至少要有一个服务区；全部显示则删去此项。", "Name a zone, or leave it out to show all."
            )


def _ids(reader: Reader, group: str, ids: list[str]) -> None:
    first: dict[str, int] = {}
    for place, id_ in enumerate(ids):
        path = f"{group}[{place}].id"
        if not reader.good(path) or not reader.good(f"{group}[{place}]"):
            continue
        if not _SLUG.fullmatch(id_):
            reader.fault(
                path,
                "应为1至32个英文字母、数字、-或_。",
                "It must be 1 to 32 letters, digits, - or _, beginning with a letter or digit.",
            )
        elif id_ in first:
            reader.fault(
                path, f"“{id_}”已用于{group}[{first[id_]}]。", f"“{id_}” is taken by {group}[{first[id_]}]."
            )
        else:
            first[id_] = place


def _known(reader: Reader, path: str, name: str, known: list[str], zh: str, en: str) -> None:
    if reader.good(path) and name not in known:
        reader.unknown(path, name, known, zh, en)


def _within(reader: Reader, path: str, value: int, low: int, high: int) -> None:
    if reader.good(path) and not low <= value <= high:
        reader.fault(path, f"应在{low}至{high}之间。", f"It must be from {low} to {high}.")


def span_of(written: str) -> Span | None:
    """The span that "08:30-12:00" means; None for anything else."""
    match = _SPAN.fullmatch(written)
    if match is None:
        return None
    hour, minute, end_hour, end_minute = (int(part) for part in match.groups())
    return Span(time(hour, minute), time(end_hour, end_minute))


def numbers_of(written: str) -> Iterator[str]:
    """The window numbers that "7" or "1-3" means; none for anything else."""
    match = _NUMBERS.fullmatch(written)
    if match is not None:
        first = int(match[1])
        yield from (str(number) for number in range(first, int(match[2] or first) + 1))
