"""What a hall is made of: zones, services, windows, classes, staff and rules. Read once, changed only as a whole."""

from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

import msgspec

from queue_server.engine.calendar import Calendar, Days, Holiday, Span
from queue_server.engine.display import Display, Loudspeaker
from queue_server.wire.ids import ServiceId, WindowId, ZoneId
from queue_server.wire.portion import Over
from queue_server.wire.ticket import Departments, Text
from queue_server.wire.view import OutcomeRecord, RealName

if TYPE_CHECKING:
    from queue_server.engine.hours import Hours
    from queue_server.engine.roster import Post

NOTHING = Text("", "")
PRIORITY = Text("优先", "Priority")
"""All that paper, board and voice ever say of a class: another word may tell why somebody goes first."""
ORDINARY_MIN = 15
"""What ordinary tickets are promised in a hall without that class, which no document can describe."""

Ability = Literal["low_counter", "sign_language", "hearing_loop", "reading_aid", "english"]
ABILITIES: tuple[Ability, ...] = get_args(Ability)
"""What a window has, or somebody at it can do, beyond its services."""
PolicyName = Literal["promise", "fcfs", "strict", "head_start"]
POLICIES: tuple[PolicyName, ...] = get_args(PolicyName)
"""The rules by which a hall may call (`rule.py`)."""


class Texts(msgspec.Struct, frozen=True, kw_only=True):
    """The hall's own words; None leaves what the programs say by themselves."""

    kiosk_welcome: Text | None = None
    ticket_foot: Text | None = None
    board_idle: Text | None = None
    bar_idle: Text | None = None


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """What departments belong to."""

    id: str
    name: Text


class Department(msgspec.Struct, frozen=True, kw_only=True):
    """Who a service belongs to and where staff come from. `id` is its code."""

    id: str
    name: Text
    organisation: str | None = None


class Zone(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the hall with its own prefix letter. `name` is exact, `short` is for boards, `place` says where it is.

    Its windows call by `policy`, or by the hall's if it is None. `said` is how its short name is spoken, in pinyin. From a
    longest wait of `amber_min` minutes on it is marked for who looks after the hall, from `red_min` as an alarm; None: the hall's.
    """

    id: ZoneId
    letter: str
    name: Text
    short: Text
    colour: str
    examples: Text = NOTHING
    place: Text = NOTHING
    calendar: str | None = None
    policy: PolicyName | None = None
    said: str | None = None
    amber_min: int | None = None
    red_min: int | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a step can end."""

    id: str
    name: Text


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """Something one can take a ticket for. `prefix` begins its numbers; services of one prefix share one series.

    It belongs to `department`; where that has delegated it, `delegated_to` receives for it (综合窗口). `promise_min` stands in
    place of that of the class `ordinary`; serving it usually takes `usual_min`. At most `daily_limit` tickets a day are issued for
    it, and `per_person` to one person. A ticket for it goes on to the services of `then`, unless others were asked for. It takes
    `max_items` of the same at once; what becomes of more, `over_items` says (`wire/portion.py`): with `batch` the rest goes to
    `batch_service`. `said` is how its name is spoken, in pinyin, where the synthesiser would say it otherwise.
    """

    id: ServiceId
    zone: ZoneId
    prefix: str
    name: Text
    examples: Text = NOTHING
    bring: Text = NOTHING
    max_items: int = 1
    over_items: Over = "refuse"
    batch_service: ServiceId | None = None
    enquiry: bool = False
    department: str | None = None
    delegated_to: str | None = None
    calendar: str | None = None
    promise_min: int | None = None
    usual_min: int | None = None
    daily_limit: int | None = None
    per_person: int | None = None
    real_name: RealName = "no"
    outcomes: tuple[str, ...] = ()
    then: tuple[ServiceId, ...] = ()
    said: str | None = None


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A staffed position, what it offers, and what it has for those who need it."""

    id: WindowId
    name: Text
    zone: ZoneId
    services: tuple[ServiceId, ...]
    abilities: tuple[Ability, ...] = ()


class Class(msgspec.Struct, frozen=True, kw_only=True):
    """A class of tickets with its promised wait in minutes. `told` is whether paper, board and voice say 优先 of it; they have no
    other word.

    `group` names the classes that are promised the same, itself if it belongs to none. `asked` says who may ask for it: anybody
    at the kiosk, or `staff` alone. One that is asked for `counts` at once, or waits as ordinary until it is `confirmed`; from `age`
    on an identity card confirms it. A `listed` one takes a reason and a name, or a code of the hall's list.
    """

    id: str
    name: Text
    told: bool = False
    promise_min: int
    group: str = ""
    asked: Literal["kiosk", "staff"] = "kiosk"
    counts: Literal["confirmed", "at_once"] = "confirmed"
    age: int | None = None
    listed: bool = False


class FastTrack(msgspec.Struct, frozen=True, kw_only=True):
    """Who may have a listed class by a code (统一社会信用代码 or 项目编号), why, and until which day."""

    id: str
    name: str
    reason: str
    until: date | None = None


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of the staff by sign-in name; `skills` None: whatever their window offers."""

    id: str
    department: str | None = None
    skills: tuple[ServiceId, ...] | None = None
    abilities: tuple[Ability, ...] = ()


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """A clerk's time at a window: on which days, when, and with which breaks."""

    window: WindowId
    clerk: str
    days: Days
    hours: tuple[Span, ...]
    breaks: tuple[Span, ...] = ()


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers a hall chooses.

    `hours` are the ticket hours of every day (empty: always), unless a `calendar` is named. A no-show is accepted after `calls`
    calls, the first of them `wait_s` ago. A kiosk that has not reported a ticket's paper after `paper_s` leaves it unknown. Who
    somebody is, is forgotten after `identity_days`, what people said and wrote after `words_days`; a person known by an identity
    card has at most `open_per_person` open tickets for a service (0: any number). Who missed a call may wait again `reentries`
    times, within `reentry_min`, behind the next `reentry_behind`; who waits may let others go first `defers` times. Windows call
    by `policy`, where that is `promise` and `quick_first` what takes little time the sooner; who has waited longer than
    `guard_min` minutes goes before all others (0: nobody does). An appointment is in time from `appointment_early_min` minutes
    before to `appointment_late_min` after. `show_clerk`: a window's tablet says who serves there. A zone is marked from a longest
    wait of `amber_min` minutes on, and as an alarm from `red_min`, where it says nothing else. Within `case_contact_days` working
    days of a bad rating its visitor is asked, within `case_rectify_days` it is put right, or `case_complex_days` where that is not
    easy.
    """

    hours: tuple[Span, ...] = ()
    calendar: str | None = None
    calls: int = 1
    wait_s: int = 0
    paper_s: int = 30
    max_steps: int = 5
    identity_days: int = 30
    words_days: int = 1095
    open_per_person: int = 1
    reentries: int = 1
    reentry_min: int = 30
    reentry_behind: int = 3
    defers: int = 2
    policy: PolicyName = "fcfs"
    quick_first: bool = False
    guard_min: int = 60
    appointment_early_min: int = 15
    appointment_late_min: int = 30
    show_clerk: bool = False
    amber_min: int = 15
    red_min: int = 30
    case_contact_days: int = 1
    case_rectify_days: int = 5
    case_complex_days: int = 15


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
    texts: Texts = Texts()
    rules: Rules = Rules()
    organisations: tuple[Organisation, ...] = ()
    departments: tuple[Department, ...] = ()
    classes: tuple[Class, ...] = ()
    fast_track: tuple[FastTrack, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    workdays: tuple[tuple[date, int], ...] = ()
    """Make-up working days and the weekday that each counts as."""
    outcomes: tuple[Outcome, ...] = ()
    zones: tuple[Zone, ...]
    services: tuple[Service, ...]
    windows: tuple[Window, ...]
    loudspeakers: tuple[Loudspeaker, ...] = ()
    displays: tuple[Display, ...] = ()
    staff: tuple[Member, ...] = ()
    roster: tuple[Duty, ...] = ()
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
    def display_name(self) -> dict[str, Text]:
        """Titles of displays by id, for those who have to find one: where another has the same, its id is behind it, which is the
        end of its address.
        """
        zh, en = (Counter(getattr(one.title, language) for one in self.displays) for language in ("zh", "en"))
        return {
            one.id: Text(
                one.title.zh if zh[one.title.zh] == 1 else f"{one.title.zh}（{one.id}）",
                one.title.en if en[one.title.en] == 1 else f"{one.title.en} ({one.id})",
            )
            for one in self.displays
        }

    @cached_property
    def loudspeaker(self) -> dict[str, Loudspeaker]:
        """Loudspeakers by id."""
        return {loudspeaker.id: loudspeaker for loudspeaker in self.loudspeakers}

    @cached_property
    def class_(self) -> dict[str, Class]:
        """Classes by id."""
        return {kind.id: kind for kind in self.classes}

    @cached_property
    def fast_entry(self) -> dict[str, FastTrack]:
        """The list of those who may have a listed class, by code."""
        return {entry.id: entry for entry in self.fast_track}

    @cached_property
    def department(self) -> dict[str, Department]:
        """Departments by code."""
        return {department.id: department for department in self.departments}

    @cached_property
    def member(self) -> dict[str, Member]:
        """Staff by sign-in name."""
        return {member.id: member for member in self.staff}

    def whose(self, service: ServiceId, clerk: str) -> Departments:
        """Whose work it is that a clerk does for a service; of one that was removed, as it was last."""
        plan, member = self.any_service[service], self.member.get(clerk)
        receiver = plan.delegated_to or plan.department
        return Departments(plan.department, receiver, member.department if member is not None else None)

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
    def policy_in(self) -> dict[ZoneId, PolicyName]:
        """The rule by which each zone's windows call."""
        return {zone.id: zone.policy or self.rules.policy for zone in self.zones}

    @cached_property
    def promised(self) -> dict[ServiceId, dict[str, timedelta]]:
        """The wait that each class is promised for each service, always one for `ordinary`."""
        of_class = {"ordinary": ORDINARY_MIN, **{kind.id: kind.promise_min for kind in self.classes}}
        each = (
            (s.id, of_class | ({"ordinary": s.promise_min} if s.promise_min else {})) for s in self.services
        )
        return {id_: {kind: timedelta(minutes=n) for kind, n in minutes.items()} for id_, minutes in each}

    @cached_property
    def usual(self) -> dict[ServiceId, int]:
        """How many minutes each service usually takes, one that does not say as others on average; empty where that is nothing to
        the order of calls.
        """
        said = [service.usual_min for service in self.services if service.usual_min]
        if not self.rules.quick_first or not said:
            return {}
        average = round(sum(said) / len(said))
        return {service.id: service.usual_min or average for service in self.services}

    @cached_property
    def place(self) -> dict[ServiceId, tuple[frozenset[ServiceId], frozenset[ZoneId]]]:
        """Each service and its zone as sets of one, ready for whoever asks what a change of it touches."""
        return {s.id: (frozenset((s.id,)), frozenset((s.zone,))) for s in self.any_service.values()}

    @cached_property
    def calendar(self) -> dict[str, Calendar]:
        """Calendars by id."""
        return {calendar.id: calendar for calendar in self.calendars}

    @cached_property
    def calendar_of(self) -> dict[ServiceId, frozenset[str | None]]:
        """The calendar by which each service goes, as a set of one; None: the hours of every day."""
        return {
            s.id: frozenset((s.calendar or self.zone[s.zone].calendar or self.rules.calendar,))
            for s in self.services
        }

    @cached_property
    def calendars_in(self) -> dict[ZoneId | None, frozenset[str | None]]:
        """The calendars by which a zone's services go, and under None those of all services."""
        none: frozenset[str | None] = frozenset()
        every = ((None, self.services), *self.zone_services.items())
        return {id_: none.union(*(self.calendar_of[s.id] for s in parts)) for id_, parts in every}

    def weekday(self, day: date) -> int | None:
        """The weekday that a day counts as, Monday being 1; None on a holiday. A make-up working day is never a holiday."""
        made_up = dict(self.workdays).get(day)
        if made_up is not None:
            return made_up
        return None if any(each.first <= day <= each.last for each in self.holidays) else day.isoweekday()

    @cached_property
    def turns(self) -> dict[tuple[date, datetime], datetime]:
        """A place to remember the next turn of the hours: from a day and the last turn."""
        return {}

    @cached_property
    def hours(self) -> dict[tuple[frozenset[str | None], date], "Hours"]:
        """A place to remember the hours of calendars on a day."""
        return {}

    @cached_property
    def closed(self) -> dict[datetime, dict[ServiceId, datetime | None]]:
        """A place to remember what is closed since the hours last turned."""
        return {}

    @cached_property
    def duties(self) -> dict[date, tuple[Duty, ...]]:
        """A place to remember the duties of a day."""
        return {}

    @cached_property
    def posts(self) -> dict[datetime, dict[WindowId, "Post"]]:
        """A place to remember who should be where since the hours last turned."""
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
    def zone_spans(self) -> dict[ZoneId, str]:
        """Each zone's windows as people say them: 18-26, 3, 1-2 5."""
        return {zone: spans(window.id for window in some) for zone, some in self.zone_windows.items()}

    @cached_property
    def outcomes_of(self) -> dict[ServiceId, tuple[OutcomeRecord, ...]]:
        """The outcomes of each service, as screens are told them."""
        known = {outcome.id: OutcomeRecord(outcome.id, outcome.name) for outcome in self.outcomes}
        return {s.id: tuple(known[id_] for id_ in s.outcomes) for s in self.services}

    @cached_property
    def abilities(self) -> tuple[Ability, ...]:
        """What some window has, or somebody of the staff can do."""
        each = (*(window.abilities for window in self.windows), *(member.abilities for member in self.staff))
        found = frozenset[Ability]().union(*each)
        return tuple(ability for ability in ABILITIES if ability in found)

    @cached_property
    def offered_at(self) -> dict[ServiceId, tuple[WindowId, ...]]:
        """The windows that offer each service."""
        return {s.id: tuple(w.id for w in self.windows if s.id in w.services) for s in self.services}


def spans(windows: Iterable[WindowId]) -> str:
    """Windows as people say them: 18-26, 3, 1-2 5."""
    found: list[list[str]] = []
    for id_ in windows:
        if found and id_.isdigit() and found[-1][-1].isdigit() and int(id_) == int(found[-1][-1]) + 1:
            found[-1] = [found[-1][0], id_]
        else:
            found.append([id_])
    return " ".join("-".join(span) for span in found)
