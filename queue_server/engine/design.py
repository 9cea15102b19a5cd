"""A hall out of its configuration document, or every fault in it at once. Pure: the same document always makes the same hall.

The document says what a technician would say; what follows from it (a window's name, a service's prefix) need not be written.
A hall keeps every document it ever ran by, so a field that is added has a default: each released document must be read for ever.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from queue_server.engine.document import Fault, Reader
from queue_server.engine.hall import Class, Display, Hall, Rules, Service, Window, Zone
from queue_server.engine.plan import Document, check, numbers_of, span_of
from queue_server.wire.ids import ServiceId, WindowId, ZoneId
from queue_server.wire.ticket import Text


class FaultyHall(Exception):
    """The hall's configuration cannot be used. `faults` holds all that is wrong with it, in the order of the document."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """All the faults, at least one."""
        self.faults = tuple(faults)
        super().__init__("; ".join(fault.line("en") for fault in self.faults))


class Design(msgspec.Struct, frozen=True):
    """A usable hall, and what in its configuration is probably not meant."""

    hall: Hall
    warnings: tuple[Fault, ...]


def design(raw: Any) -> Design:
    """The hall that a document (TOML or JSON, as read) describes. Raises FaultyHall with every fault."""
    reader = Reader()
    document = reader.table(Document, raw)
    check(reader, document)
    if reader.faults:
        raise FaultyHall(reader.faults)
    hall = _hall(document)
    _advise(reader, hall)
    return Design(hall, tuple(reader.warnings))


def _hall(document: Document) -> Hall:
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
                ((number, entry) for entry in document.windows for number in numbers_of(entry.numbers)),
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
            hours=tuple(span for span in map(span_of, document.rules.hours) if span is not None),
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
