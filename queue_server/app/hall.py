"""The hall's configuration file: `hall.toml` read into a Hall, or every fault in it at once.

The file says what a technician would say; what follows from it (a window's name, a service's prefix) need not be written.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import time
from pathlib import Path

import msgspec

from queue_server.app.document import Fault, Reader
from queue_server.engine.hall import NOTHING, Class, Display, Hall, Rules, Service, Span, Window, Zone
from queue_server.wire.ids import ServiceId, WindowId, ZoneId
from queue_server.wire.ticket import Text

SHIPPED = Path(__file__).with_name("hall.toml")
"""The hall that comes with the program: ten zones, 68 windows."""
BRANCH = Path(__file__).parent / "sample" / "branch.toml"
"""A sample of a small branch hall with six windows."""

ORDINARY = "ordinary"
"""The class of a ticket that asks for none; every hall has it."""

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_LETTER = re.compile(r"[A-HJ-NP-Z]")
_PREFIX = re.compile(r"[A-HJ-NP-Z]{1,2}")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_NUMBERS = re.compile(r"([1-9][0-9]{0,2})(?:-([1-9][0-9]{0,2}))?")
_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")


class _Zone(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    letter: str | None = None
    name: Text
    short: Text
    colour: str
    examples: Text = NOTHING


class _Service(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    zone: str
    prefix: str | None = None
    name: Text
    examples: Text = NOTHING
    bring: Text = NOTHING
    max_items: int = 1


class _Windows(msgspec.Struct, frozen=True, kw_only=True):
    numbers: str
    name: Text | None = None
    zone: str
    services: tuple[str, ...]


class _Display(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: Text
    zones: tuple[str, ...] | None = None


class _Class(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: Text
    public: Text = NOTHING
    promise_min: int


class _Rules(msgspec.Struct, frozen=True, kw_only=True):
    hours: tuple[str, ...] = ()
    calls: int = Rules().calls
    wait_s: int = Rules().wait_s
    paper_s: int = Rules().paper_s
    max_steps: int = Rules().max_steps


_LIMITS = {"calls": (1, 10), "wait_s": (0, 600), "paper_s": (5, 600), "max_steps": (1, 5)}


class _Document(msgspec.Struct, frozen=True, kw_only=True):
    name: Text
    rules: _Rules = _Rules()
    classes: tuple[_Class, ...]
    zones: tuple[_Zone, ...]
    services: tuple[_Service, ...]
    windows: tuple[_Windows, ...]
    displays: tuple[_Display, ...] = ()


class FaultyHall(Exception):
    """The hall's configuration cannot be used. `faults` holds all that is wrong with it, in the order of the document."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """All the faults, at least one."""
        self.faults = tuple(faults)
        super().__init__("; ".join(fault.line("en") for fault in self.faults))


class Loaded(msgspec.Struct, frozen=True):
    """A usable hall, and what in its configuration is probably not meant."""

    hall: Hall
    warnings: tuple[Fault, ...]


def load(path: Path = SHIPPED) -> Loaded:
    """The hall in a file. Raises FaultyHall with every fault, also when the file cannot be read."""
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise FaultyHall(
            [_whole(f"无法读取{path}，请检查文件和权限。", f"{path} cannot be read ({error.strerror}).")]
        ) from error
    except UnicodeDecodeError as error:
        raise FaultyHall(
            [_whole(f"{path}不是UTF-8编码，请另存为UTF-8。", f"{path} is not UTF-8; save it as UTF-8.")]
        ) from error
    return read(content)


def read(content: str) -> Loaded:
    """The hall that a document describes. Raises FaultyHall with every fault."""
    try:
        raw = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise FaultyHall(
            [_whole(f"不是有效的TOML，请检查引号和括号：{error}", f"This is not valid TOML: {error}")]
        ) from error
    reader = Reader()
    document = reader.table(_Document, raw)
    _check(reader, document)
    if reader.faults:
        raise FaultyHall(reader.faults)
    hall = _hall(document)
    _advise(reader, hall)
    return Loaded(hall, tuple(reader.warnings))


def _whole(zh: str, en: str) -> Fault:
    return Fault("", Text(zh, en))


def _check(reader: Reader, document: _Document) -> None:
    for name in ("classes", "zones", "services", "windows"):
        if reader.good(name) and not getattr(document, name):
            reader.fault(name, "至少要有一项。", "There must be at least one.")
    _check_rules(reader, document.rules)
    _check_classes(reader, document.classes)
    _check_zones(reader, document.zones)
    _check_services(reader, document)
    _check_windows(reader, document)
    _check_displays(reader, document)


def _check_rules(reader: Reader, rules: _Rules) -> None:
    for name, (low, high) in _LIMITS.items():
        _within(reader, f"rules.{name}", getattr(rules, name), low, high)
    before: Span | None = None
    for place, written in enumerate(rules.hours):
        path = f"rules.hours[{place}]"
        if not reader.good(path):
            continue
        span = _span(written)
        if span is None or span.start >= span.end:
            reader.fault(
                path, "应写成“08:30-12:00”，先早后晚。", "It must be like “08:30-12:00”, earlier first."
            )
        elif before is not None and span.start < before.end:
            reader.fault(path, "与前一段时间重叠或颠倒。", "It overlaps the span before it.")
        else:
            before = span


def _check_classes(reader: Reader, classes: tuple[_Class, ...]) -> None:
    _ids(reader, "classes", [kind.id for kind in classes])
    for place, kind in enumerate(classes):
        _within(reader, f"classes[{place}].promise_min", kind.promise_min, 1, 240)
    if classes and ORDINARY not in [kind.id for kind in classes]:
        reader.fault("classes", f"缺少普通类“{ORDINARY}”。", f"The class “{ORDINARY}” is missing.")


def _check_zones(reader: Reader, zones: tuple[_Zone, ...]) -> None:
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


def _check_services(reader: Reader, document: _Document) -> None:
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


def _check_windows(reader: Reader, document: _Document) -> None:
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
        numbers = list(_numbers(entry.numbers))
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


def _check_displays(reader: Reader, document: _Document) -> None:
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


def _span(written: str) -> Span | None:
    match = _SPAN.fullmatch(written)
    if match is None:
        return None
    hour, minute, end_hour, end_minute = (int(part) for part in match.groups())
    return Span(time(hour, minute), time(end_hour, end_minute))


def _numbers(written: str) -> Iterator[str]:
    match = _NUMBERS.fullmatch(written)
    if match is not None:
        first = int(match[1])
        yield from (str(number) for number in range(first, int(match[2] or first) + 1))


def _hall(document: _Document) -> Hall:
    letters = {zone.id: zone.letter or zone.id for zone in document.zones}
    return Hall(
        name=document.name,
        zones=tuple(
            Zone(
                id=ZoneId(zone.id),
                letter=letters[zone.id],
                name=zone.name,
                short=zone.short,
                colour=zone.colour.upper(),
                examples=zone.examples,
            )
            for zone in document.zones
        ),
        services=tuple(
            Service(
                id=ServiceId(service.id),
                zone=ZoneId(service.zone),
                prefix=service.prefix or letters[service.zone],
                name=service.name,
                examples=service.examples,
                bring=service.bring,
                max_items=service.max_items,
            )
            for service in document.services
        ),
        windows=tuple(
            Window(
                id=WindowId(number),
                name=entry.name or Text(f"{number}号窗口", f"Window {number}"),
                zone=ZoneId(entry.zone),
                services=tuple(ServiceId(service) for service in entry.services),
            )
            for number, entry in sorted(
                ((number, entry) for entry in document.windows for number in _numbers(entry.numbers)),
                key=lambda pair: int(pair[0]),
            )
        ),
        displays=tuple(
            Display(
                id=display.id,
                title=display.title,
                zones=tuple(ZoneId(zone) for zone in display.zones or letters),
            )
            for display in document.displays
        ),
        classes=tuple(
            Class(id=kind.id, name=kind.name, public=kind.public, promise_min=kind.promise_min)
            for kind in document.classes
        ),
        rules=Rules(
            hours=tuple(span for span in map(_span, document.rules.hours) if span is not None),
            calls=document.rules.calls,
            wait_s=document.rules.wait_s,
            paper_s=document.rules.paper_s,
            max_steps=document.rules.max_steps,
        ),
    )


def _advise(reader: Reader, hall: Hall) -> None:
    for place, service in enumerate(hall.services):
        if not hall.offered_at[service.id]:
            reader.warn(
                f"services[{place}].id",
                f"没有窗口办理“{service.name.zh}”，取不到号。",
                f"No window offers “{service.name.en}”; no ticket can be taken for it.",
            )
    shown = {zone for display in hall.displays for zone in display.zones}
    for place, zone in enumerate(hall.zones):
        if not hall.zone_services[zone.id]:
            reader.warn(
                f"zones[{place}].id",
                f"“{zone.name.zh}”没有任何业务。",
                f"“{zone.name.en}” has no service at all.",
            )
        if hall.displays and zone.id not in shown:
            reader.warn(
                f"zones[{place}].id", f"没有屏幕显示“{zone.name.zh}”。", f"No display shows “{zone.name.en}”."
            )
        if contrast_with_white(zone.colour) < 4.5:
            reader.warn(
                f"zones[{place}].colour",
                "颜色太浅，上面的白字看不清。",
                "The colour is too light for white text on it.",
            )


def contrast_with_white(colour: str) -> float:
    """Contrast ratio of white on a colour "#RRGGBB", by WCAG 2.1 (relative luminance)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = ((c / 12.92) if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
