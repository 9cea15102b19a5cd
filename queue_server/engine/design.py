"""A hall out of its configuration document, or every fault in it at once. Pure: the same document always makes the same hall.

The document says what a technician would say; what follows from it (a window's name, a service's prefix) need not be written.
A hall keeps every document it ever ran by, so a field that is added has a default: each released document must be read for ever.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

import msgspec
from msgspec import convert

from queue_server.engine.calendar import Calendar, Holiday, Season
from queue_server.engine.check import check
from queue_server.engine.display import Display, Loudspeaker, Medium
from queue_server.engine.document import Fault, Reader
from queue_server.engine.hall import (
    NOTHING,
    PRIORITY,
    Ability,
    Class,
    Department,
    Duty,
    FastTrack,
    Hall,
    Member,
    Organisation,
    Outcome,
    PolicyName,
    Rules,
    Service,
    Texts,
    Window,
    Zone,
)
from queue_server.engine.mark import day_of, days_of, month_day_of, numbers_of, spans_of, weekdays_of
from queue_server.engine.plan import Document, SeasonTable
from queue_server.wire.board import Direction, Languages, Layout
from queue_server.wire.ids import ServiceId, WindowId, ZoneId
from queue_server.wire.portion import Over
from queue_server.wire.ticket import Text
from queue_server.wire.view import RealName
from queue_server.wire.voice import One, Player

_T = TypeVar("_T")


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
    if faults := reader.faults:
        raise FaultyHall(faults)
    hall = _hall(document)
    _advise(reader, hall)
    _advise_media(reader, hall)
    _advise_words(reader, document)
    return Design(hall, tuple(reader.warnings))


def _hall(document: Document) -> Hall:
    letters = {zone.id: zone.letter or zone.id for zone in document.zones}
    every = tuple(ZoneId(zone) for zone in letters)
    return Hall(
        name=document.name,
        texts=convert(document.texts, Texts, from_attributes=True),
        rules=Rules(
            hours=spans_of(document.rules.hours),
            calendar=document.rules.calendar,
            calls=document.rules.calls,
            wait_s=document.rules.wait_s,
            paper_s=document.rules.paper_s,
            max_steps=document.rules.max_steps,
            identity_days=document.rules.identity_days,
            words_days=document.rules.words_days,
            open_per_person=document.rules.open_per_person,
            reentries=document.rules.reentries,
            reentry_min=document.rules.reentry_min,
            reentry_behind=document.rules.reentry_behind,
            defers=document.rules.defers,
            policy=convert(document.rules.policy, PolicyName),
            quick_first=document.rules.quick_first,
            guard_min=document.rules.guard_min,
            appointment_early_min=document.rules.appointment_early_min,
            appointment_late_min=document.rules.appointment_late_min,
            show_clerk=document.rules.show_clerk,
            amber_min=document.rules.amber_min,
            red_min=document.rules.red_min,
            case_contact_days=document.rules.case_contact_days,
            case_rectify_days=document.rules.case_rectify_days,
            case_complex_days=document.rules.case_complex_days,
        ),
        organisations=tuple(Organisation(id=each.id, name=each.name) for each in document.organisations),
        departments=tuple(
            Department(id=each.id, name=each.name, organisation=each.organisation)
            for each in document.departments
        ),
        classes=_classes(document),
        fast_track=tuple(
            FastTrack(id=each.id, name=each.name, reason=each.reason, until=_day(each.until))
            for each in document.fast_track
        ),
        calendars=tuple(
            Calendar(id=each.id, name=each.name, seasons=tuple(map(_season, each.seasons)))
            for each in document.calendars
        ),
        holidays=tuple(
            Holiday(
                name=each.name, first=_sure(day_of(each.first)), last=_sure(day_of(each.last or each.first))
            )
            for each in document.holidays
        ),
        workdays=tuple((_sure(day_of(each.day)), each.weekday) for each in document.workdays),
        outcomes=tuple(Outcome(id=each.id, name=each.name) for each in document.outcomes),
        zones=tuple(
            Zone(
                id=ZoneId(zone.id),
                letter=letters[zone.id],
                name=zone.name,
                short=zone.short,
                colour=zone.colour.upper(),
                examples=zone.examples,
                place=zone.place,
                calendar=zone.calendar,
                policy=convert(zone.policy, PolicyName | None),
                said=zone.said,
                amber_min=zone.amber_min,
                red_min=zone.red_min,
            )
            for zone in document.zones
        ),
        services=_services(document, letters),
        windows=_windows(document),
        loudspeakers=tuple(
            Loudspeaker(
                id=each.id,
                name=each.name,
                zones=_zones(each.zones, every),
                player=convert(each.player, Player),
                english=each.english,
                one=convert(each.one, One),
                readings=each.readings,
                volume=tuple((one.since, one.percent) for one in each.volume),
            )
            for each in document.loudspeakers
        ),
        displays=tuple(
            Display(
                id=each.id,
                title=each.title,
                zones=_zones(each.zones, every),
                loudspeaker=each.loudspeaker,
                layout=convert(each.layout, Layout),
                languages=convert(each.languages, Languages),
                arrows=tuple((ZoneId(one.zone), convert(one.to, Direction)) for one in each.arrows),
                media=tuple(
                    Medium(file=one.file, seconds=one.seconds, first=_day(one.first), last=_day(one.last))
                    for one in each.media
                ),
            )
            for each in document.displays
        ),
        staff=tuple(
            convert(each, Member, from_attributes=True)  # its words were checked when they were read
            for each in document.staff
        ),
        roster=tuple(
            Duty(
                window=WindowId(each.window),
                clerk=each.clerk,
                days=_sure(days_of(each.days)),
                hours=spans_of(each.hours),
                breaks=spans_of(each.breaks),
            )
            for each in document.roster
        ),
    )


def _classes(document: Document) -> tuple[Class, ...]:
    groups = {group.id: group for group in document.groups}
    found = []
    for kind in document.classes:
        group = groups.get(kind.group) if kind.group is not None else None
        promise = kind.promise_min or (group.promise_min if group is not None else None)
        found.append(
            Class(
                id=kind.id,
                name=kind.name,
                told=kind.public != NOTHING or (group is not None and group.public != NOTHING),
                promise_min=_sure(promise),
                group=group.id if group is not None else kind.id,
                asked="staff" if kind.asked == "staff" else "kiosk",
                counts="at_once" if kind.counts == "at_once" else "confirmed",
                age=kind.age,
                listed=kind.listed,
            )
        )
    return tuple(found)


def _services(document: Document, letters: dict[str, str]) -> tuple[Service, ...]:
    asked = {zone.id: zone.real_name for zone in document.zones}
    return tuple(
        Service(
            id=ServiceId(each.id),
            zone=ZoneId(each.zone),
            prefix=each.prefix or letters[each.zone],
            name=each.name,
            examples=each.examples,
            bring=each.bring,
            max_items=each.max_items,
            over_items=convert(each.over_items, Over),
            batch_service=None if each.batch_service is None else ServiceId(each.batch_service),
            enquiry=each.enquiry,
            department=each.department,
            delegated_to=each.delegated_to,
            calendar=each.calendar,
            promise_min=each.promise_min,
            usual_min=each.usual_min,
            daily_limit=each.daily_limit,
            per_person=each.per_person,
            real_name=convert(each.real_name or asked[each.zone], RealName),
            outcomes=each.outcomes,
            then=tuple(map(ServiceId, each.then)),
            said=each.said,
        )
        for each in document.services
    )


def _windows(document: Document) -> tuple[Window, ...]:
    numbered = ((number, entry) for entry in document.windows for number in numbers_of(entry.numbers))
    return tuple(
        Window(
            id=WindowId(number),
            name=entry.name or Text(f"{number}号窗口", f"Window {number}"),
            zone=ZoneId(entry.zone),
            services=tuple(map(ServiceId, entry.services)),
            abilities=convert(entry.abilities, tuple[Ability, ...]),
        )
        for number, entry in sorted(numbered, key=lambda pair: int(pair[0]))
    )


def _season(season: SeasonTable) -> Season:
    tickets = spans_of(season.tickets)
    return Season(
        first=month_day_of(season.first) if season.first is not None else None,
        last=month_day_of(season.last) if season.last is not None else None,
        weekdays=_sure(weekdays_of(season.weekdays)),
        tickets=tickets,
        service=spans_of(season.service) or tickets,
    )


def _zones(written: tuple[str, ...] | None, every: tuple[ZoneId, ...]) -> tuple[ZoneId, ...]:
    return every if written is None else tuple(map(ZoneId, written))


def _day(written: str | None) -> date | None:
    return None if written is None else day_of(written)


def _sure(value: _T | None) -> _T:
    """A value of a document without faults, in which it is there."""
    assert value is not None
    return value


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


def _advise_media(reader: Reader, hall: Hall) -> None:
    """Pictures and films are seen in their own layout alone, and that one without any is half empty."""
    for place, display in enumerate(hall.displays):
        if bool(display.media) != (display.layout == "media"):
            reader.warn(
                f"displays[{place}].media",
                "版面为media才会播放；不放图片视频请用loads或calls。"
                if display.media
                else "没有图片和视频，叫号之间只显示提示语；请添加，或改用loads或calls。",
                "They are shown in the layout “media” alone."
                if display.media
                else "There are no pictures or films to show between calls: add some, or choose another layout.",
            )


def _advise_words(reader: Reader, document: Document) -> None:
    """Who writes another public word than 优先 is told that nobody will read it."""
    for table in ("groups", "classes"):
        for place, entry in enumerate(getattr(document, table)):
            if entry.public != NOTHING and entry.public not in (PRIORITY, Text(PRIORITY.zh, PRIORITY.zh)):
                reader.warn(
                    f"{table}[{place}].public",
                    f"“{entry.public.zh}”不会显示：号票、屏幕和语音只说“优先”，不说原因；请写“优先”，或不写。",
                    f"“{entry.public.en}” is shown nowhere: paper, boards and voice say only 优先 (Priority), never why;"
                    " write that, or nothing.",
                )


def contrast_with_white(colour: str) -> float:
    """Contrast ratio of white on a colour "#RRGGBB", by WCAG 2.1 (relative luminance)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = ((c / 12.92) if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
