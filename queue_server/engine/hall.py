"""What a hall is made of: zones, services, windows, displays, classes and rules. Read once, changed only as a whole."""

from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from functools import cached_property

import msgspec

from queue_server.wire.day import day_end, day_start, local
from queue_server.wire.ids import ServiceId, WindowId, ZoneId
from queue_server.wire.ticket import Text

NOTHING = Text("", "")


class Zone(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the hall with its own prefix letter. `name` is exact, `short` is for boards."""

    id: ZoneId
    letter: str
    name: Text
    short: Text
    colour: str
    examples: Text = NOTHING


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """Something one can take a ticket for. `prefix` begins its numbers; services of one prefix share one series."""

    id: ServiceId
    zone: ZoneId
    prefix: str
    name: Text
    examples: Text = NOTHING
    bring: Text = NOTHING
    max_items: int = 1


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A staffed position and what it offers."""

    id: WindowId
    name: Text
    zone: ZoneId
    services: tuple[ServiceId, ...]


class Display(msgspec.Struct, frozen=True, kw_only=True):
    """A call board and the zones it shows."""

    id: str
    title: Text
    zones: tuple[ZoneId, ...]


class Class(msgspec.Struct, frozen=True, kw_only=True):
    """A class of tickets with its promised wait in minutes. `public` is all that paper, board and voice may say of it."""

    id: str
    name: Text
    public: Text
    promise_min: int


class Span(msgspec.Struct, frozen=True):
    """A part of a local day, from `start` until before `end`."""

    start: time
    end: time

    def __str__(self) -> str:
        """As people write it, 08:30-17:00."""
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers a hall chooses.

    `hours` are the ticket hours of every day (empty: always). A no-show is accepted after `calls` calls, the first of them
    `wait_s` ago. A kiosk that has not reported a ticket's paper after `paper_s` leaves it unknown.
    """

    hours: tuple[Span, ...] = ()
    calls: int = 1
    wait_s: int = 0
    paper_s: int = 30
    max_steps: int = 5

    def open_at(self, at: datetime) -> bool:
        """Whether tickets are issued at an instant, as far as the hours go."""
        if not self.hours:
            return True
        clock = local(at).time()
        return any(span.start <= clock < span.end for span in self.hours)

    def next_turn(self, at: datetime) -> datetime:
        """The first instant after `at` when the hours open, close, or the day ends."""
        day = local(at).date()
        turns = [day_end(day)]
        clocks = [clock for span in self.hours for clock in (span.start, span.end)]
        turns += [day_start(day) + timedelta(hours=clock.hour, minutes=clock.minute) for clock in clocks]
        return min(turn for turn in turns if turn > at)

    @property
    def hours_text(self) -> str | None:
        """The hours as a notice says them, or None if there are none."""
        return " ".join(str(span) for span in self.hours) or None


class Former(msgspec.Struct, frozen=True, kw_only=True):
    """What the hall no longer has, as it was, because tickets of the day still speak of it."""

    zones: tuple[Zone, ...] = ()
    services: tuple[Service, ...] = ()
    windows: tuple[Window, ...] = ()


NO_FORMER = Former()


class Hall(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A whole hall. References between its parts hold: whoever builds one checks them (`design.py`).

    `zone`, `service` and `window` are what there is; `any_zone` and so on also know what there was.
    """

    name: Text
    zones: tuple[Zone, ...]
    services: tuple[Service, ...]
    windows: tuple[Window, ...]
    displays: tuple[Display, ...] = ()
    classes: tuple[Class, ...] = ()
    rules: Rules = Rules()
    former: Former = NO_FORMER

    @cached_property
    def zone(self) -> dict[ZoneId, Zone]:
        """Zones by id, in order."""
        return {zone.id: zone for zone in self.zones}

    @cached_property
    def service(self) -> dict[ServiceId, Service]:
        """Services by id, in order."""
        return {service.id: service for service in self.services}

    @cached_property
    def window(self) -> dict[WindowId, Window]:
        """Windows by id, in order."""
        return {window.id: window for window in self.windows}

    @cached_property
    def display(self) -> dict[str, Display]:
        """Displays by id."""
        return {display.id: display for display in self.displays}

    @cached_property
    def class_(self) -> dict[str, Class]:
        """Classes by id."""
        return {kind.id: kind for kind in self.classes}

    @cached_property
    def any_zone(self) -> dict[ZoneId, Zone]:
        """Zones by id, former ones too."""
        return {zone.id: zone for zone in (*self.former.zones, *self.zones)}

    @cached_property
    def any_service(self) -> dict[ServiceId, Service]:
        """Services by id, former ones too."""
        return {service.id: service for service in (*self.former.services, *self.services)}

    @cached_property
    def any_window(self) -> dict[WindowId, Window]:
        """Windows by id, former ones too."""
        return {window.id: window for window in (*self.former.windows, *self.windows)}

    def after(
        self, before: "Hall", services: AbstractSet[ServiceId], windows: AbstractSet[WindowId]
    ) -> "Hall":
        """What this hall is when it follows another one while something still speaks of some services and windows of that."""
        old_services = tuple(before.any_service[id_] for id_ in sorted(services - self.service.keys()))
        old_windows = tuple(before.any_window[id_] for id_ in sorted(windows - self.window.keys()))
        old_zones = {each.zone for each in old_services} | {each.zone for each in old_windows}
        former = Former(
            zones=tuple(before.any_zone[id_] for id_ in sorted(old_zones - self.zone.keys())),
            services=old_services,
            windows=old_windows,
        )
        return self if former == self.former else msgspec.structs.replace(self, former=former)

    @cached_property
    def place(self) -> dict[ServiceId, tuple[frozenset[ServiceId], frozenset[ZoneId]]]:
        """Each service and its zone as sets of one, ready for whoever asks what a change of it touches."""
        return {s.id: (frozenset((s.id,)), frozenset((s.zone,))) for s in self.any_service.values()}

    @cached_property
    def turns(self) -> dict[tuple[date, datetime], datetime]:
        """A place to remember the next turn of the hours: from a day and the last turn."""
        return {}

    @cached_property
    def zone_services(self) -> dict[ZoneId, tuple[Service, ...]]:
        """Each zone's services, in order."""
        return {zone.id: tuple(s for s in self.services if s.zone == zone.id) for zone in self.zones}

    @cached_property
    def zone_windows(self) -> dict[ZoneId, tuple[Window, ...]]:
        """Each zone's windows, in order."""
        return {zone.id: tuple(w for w in self.windows if w.zone == zone.id) for zone in self.zones}

    @cached_property
    def offered_at(self) -> dict[ServiceId, tuple[WindowId, ...]]:
        """The windows that offer each service."""
        return {s.id: tuple(w.id for w in self.windows if s.id in w.services) for s in self.services}
