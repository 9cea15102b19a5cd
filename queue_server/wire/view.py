"""Records of the feed: what each topic shows. A topic is a set of records by key; the message carries the whole record.

| topic | records |
|---|---|
| `hall` (public) | `hall` HallRecord, `zone/<id>` ZoneRecord, `service/<id>` ServiceRecord, `class/<id>` ClassRecord |
| `board:<display>` | `board` BoardRecord, `call/<n>` CallRecord (the last calls), `missed` MissedRecord (all of `wire/board.py`),
`zone/<id>` ZoneRecord, `notices` NoticesRecord |
| `voice:<loudspeaker>` | `loudspeaker` LoudspeakerRecord (of `wire/voice.py`), `call/<n>` CallRecord (the last calls) |
| `window:<id>` | `window` WindowRecord, `current` Ticket or nothing, `waiting` WaitingRecord, `prompt` PromptRecord or nothing,
`held` HeldRecord or nothing, `notices` NoticesRecord or nothing; to agents without names (but the one by which a
hall shows its clerks, where it does), classes and reasons |
| `admin` | `device/<id>` DeviceRecord |
| `device` | `device` DeviceRecord: the asker's own; the topic's records come under the name `device:<id>` |
| `floor` | `hall` HallRecord, `zone/<id>` LoadRecord, `window/<id>` WindowRecord, `ratings` LastRatings, `notices` NoticesRecord,
`stops` StopsRecord, `alarm/<id>` AlarmRecord (of wire/alarm.py), `advices` AdvicesRecord (of wire/advice.py),
`cases` CasesRecord (of wire/case.py), `evacuation/<id>` EvacuationRecord (of what is elsewhere, may be, or came here),
`objected/<ticket id>` ObjectedRecord |
| `desk` | `request/<ticket id>` QueuedTicket whose class waits to be confirmed, `class/<id>` GivenClassRecord |
| `cases` | `case/<id>` CaseRecord: open cases and those closed lately |
| `ticket:<id>` | `ticket` Ticket, for staff |
| `ticket:<token>` | `ticket` Ticket, `guide` GuideRecord, for its holder |
"""

from datetime import date, datetime
from typing import Any, Literal

import msgspec

from queue_server.wire.alarm import Helped
from queue_server.wire.board import BoardRecord, CallRecord, MissedRecord
from queue_server.wire.field import Fitting
from queue_server.wire.ids import DeviceId, ServiceId, TicketId, WindowId, ZoneId
from queue_server.wire.portion import Over
from queue_server.wire.score import DayScores, Hour
from queue_server.wire.ticket import ClassState, Holding, Language, Text, Ticket, Wait

WindowState = Literal["closed", "open", "paused"]
Attendance = Literal["here", "break", "missing"]
RealName = Literal["no", "ask", "required"]
"""Whether an identity card is asked for when a ticket is taken: never, of who has it at hand, or of everybody."""
Why = Literal["closed", "stopped", "full", "unserved"]
"""Why no ticket is issued: outside the hours, by somebody's word, as many as there are in a day, or no window that offers it."""


Elsewhere = Literal["away", "undecided", "here", "closed"]
"""A part of the hall is served in another place; may be, until somebody decides; or this is another hall's other place, or was."""


class HallRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The hall today. `issuing` is False while nobody can take a ticket anywhere; `why` and `stopped` then say why.

    Here and below: `stopped` is the reason of whoever stopped it, as they typed it, or outside the hours these; `stopped_en` is the
    same in English, where the reason is the hall's own and not somebody's. Hours are today's, as a notice says
    them ("08:30-12:00 13:30-17:00"), empty on a day without any, None all day: `hours` of tickets, `serving` of windows, for a
    zone and the hall whenever one of their services has them. `opens` is when tickets are issued again, while hours close them.
    """

    name: Text
    day: date
    issuing: bool
    why: Why | None = None
    stopped: str | None = None
    stopped_en: str | None = None
    opens: datetime | None = None
    hours: str | None = None
    serving: str | None = None
    coming: tuple[str | None, ...] = ()
    """The hours of tickets on the days after `day`, one after another."""
    issued: int
    served: int
    missed: int
    waiting: int
    welcome: Text | None = None
    """The hall's own headline on a kiosk's first screen; here and below None leaves the words to the program that shows it."""
    ticket_foot: Text | None = None
    """The hall's own last line of a ticket."""
    elsewhere: Elsewhere | None = None
    abilities: tuple[str, ...] = ()
    """What some window has, or somebody of the staff can do, for those who need it."""
    public_url: str | None = None
    """Where phones find the hall; None: they do not, and no paper says so."""
    max_steps: int = 5
    """So many services on one ticket at most."""
    guard_min: int = 0
    """Whoever has waited for more minutes than these is called first, whatever the rule; 0: nobody is."""


class NoticeRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What the hall tells everybody until a time: on the boards in `displays` and the bars of their zones, or everywhere."""

    id: str
    text: Text
    until: datetime
    published_at: datetime
    displays: tuple[str, ...] = ()


class NoticesRecord(msgspec.Struct, frozen=True):
    """The notices that stand, oldest first."""

    notices: tuple[NoticeRecord, ...] = ()


class ZoneRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A zone for the public: how many wait, whether it issues, and an honest range or nothing."""

    id: ZoneId
    letter: str
    name: Text
    short: Text
    colour: str
    examples: Text
    waiting: int
    issuing: bool
    why: Why | None = None
    stopped: str | None = None
    stopped_en: str | None = None
    opens: datetime | None = None
    hours: str | None = None
    serving: str | None = None
    wait: Wait | None = None
    windows: str
    """The zone's windows as people say them, "18-26" or "3"."""
    rule: Text | None = None
    """By which rule its windows call, in one sentence for a citizen."""
    said: str | None = None
    """How the hall wants the short name said, in pinyin; None where whoever speaks has its own words. So for a service's name."""


class OutcomeRecord(msgspec.Struct, frozen=True):
    """How a step can end."""

    id: str
    name: Text


class ServiceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A service for the public. `then` are the services that follow on its tickets, `limit` is how many there are in a day."""

    id: ServiceId
    zone: ZoneId
    name: Text
    examples: Text
    bring: Text
    max_items: int
    over_items: Over = "refuse"
    """What becomes of more items than that (`wire/portion.py`)."""
    batch_service: ServiceId | None = None
    """Where they go, if they go elsewhere."""
    most_items: int = 1
    """How many can be asked for on a ticket for it alone."""
    enquiry: bool = False
    """It is for whoever does not know which one to choose."""
    real_name: RealName = "no"
    outcomes: tuple[OutcomeRecord, ...] = ()
    """How a step of it can end."""
    then: tuple[ServiceId, ...] = ()
    said: str | None = None
    waiting: int
    limit: int | None = None
    issued: int = 0
    """Tickets of today for it."""
    issuing: bool
    why: Why | None = None
    stopped: str | None = None
    stopped_en: str | None = None
    opens: datetime | None = None
    hours: str | None = None
    serving: str | None = None
    wait: Wait | None = None


class ClassRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A class that anybody may ask for at a kiosk.

    `name` says who belongs to it, on the screen where it is chosen and nowhere else; `public` is all that may be said of it
    elsewhere. One that does not count `at_once` waits as ordinary until staff confirm it, or an identity card of this `age`.
    """

    id: str
    name: Text
    public: Text | None = None
    at_once: bool = False
    age: int | None = None


class WindowRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A window: what it offers, who is there, and the ticket in front of them."""

    id: WindowId
    name: Text
    zone: ZoneId
    letter: str
    colour: str
    services: tuple[ServiceId, ...]
    state: WindowState
    clerk: str | None = None
    """Sign-in name of the clerk who attends the window."""
    seat: str | None = None
    """Which of the clerk's sign-ins holds it (`/me` tells each its own); None: any."""
    clerk_name: str | None = None
    reason: str | None = None
    until: datetime | None = None
    number: str | None = None
    """Number of the ticket called or served here."""
    ticket: TicketId | None = None
    ticket_state: Literal["called", "serving"] | None = None
    since: datetime | None = None
    """Since when the ticket is in that state, or else the window in its."""
    served: int = 0
    """Steps finished here today."""
    rostered: str | None = None
    """Sign-in name of the clerk who should be here now by the roster."""
    rostered_name: str | None = None
    attendance: Attendance | None = None
    """Whether they are; None where nobody should be."""
    idle: Text | None = None
    """The hall's own words for the bar of a window that is free."""


class QueuedTicket(msgspec.Struct, frozen=True, kw_only=True):
    """One waiting ticket in a window's list."""

    id: TicketId
    number: str
    service: ServiceId
    service_name: Text
    class_: str = msgspec.field(name="class")
    class_state: ClassState = "none"
    class_name: Text | None = None
    items: int
    round: int = 1
    """Which round of the service it waits for."""
    since: datetime
    needs: tuple[str, ...] = ()
    unprinted: bool = False
    """The paper failed or is not known to have been printed."""
    kept_until: datetime | None = None
    """Until when at the latest it is kept for a window that has what its holder needs."""


class WayRecord(msgspec.Struct, frozen=True):
    """Some of the windows that may call who waits and needs something: all, or those that have it; as far as they are open now."""

    windows: tuple[Text, ...]
    wait: Wait | None = None
    """How much longer that would take."""


class WaitingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Who waits for a window's services, next first; `tickets` holds the first of `count`."""

    count: int
    oldest_at: datetime | None
    tickets: tuple[QueuedTicket, ...]


class HeldTicket(msgspec.Struct, frozen=True, kw_only=True):
    """One held ticket in a window's list; `window` is where it was held, and its papers are if they stay there."""

    id: TicketId
    number: str
    service: ServiceId
    service_name: Text
    hold: Holding
    window: WindowId | None = None


class HeldRecord(msgspec.Struct, frozen=True):
    """Held tickets for a window's services, the oldest first; not there where nobody is held."""

    tickets: tuple[HeldTicket, ...]


class PromptRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The finished step that the window's keypad or tablet may rate until the next ticket is started there.

    `language` is its ticket's.
    """

    step: str
    number: str
    clerk: str | None
    finished_at: datetime
    language: Language = "zh"


class GuideStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a ticket as its holder reads it: what it is, what to bring, in which zone it is done and at which windows.

    `window` is the name of the one where it was called last, if it was, and `at` the letter of the zone where that stands.
    """

    service: Text
    bring: Text
    zone: Text
    letter: str
    colour: str
    windows: str
    window: Text | None = None
    at: str | None = None


class GuideRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What the holder of a ticket is told beside the ticket itself, in the order of its steps.

    `day` is the ticket's own, `today` the hall's. `until` is how long a missed call can be made good, None where it cannot be:
    within `minutes` of the miss, `reentries` times, behind so many as `behind`. `defers` is how often others may still be let
    go first, 0 while nobody would. `renew` says that who was left waiting may have a number of today.
    """

    hall: Text
    day: date
    today: date
    steps: tuple[GuideStep, ...]
    minutes: int
    behind: int
    reentries: int
    until: datetime | None = None
    defers: int = 0
    renew: bool = False


class FoundRecord(msgspec.Struct, frozen=True):
    """A ticket that was found by its paper, as its holder is shown it; and both ways of one that waits and needs something."""

    ticket: Ticket
    guide: GuideRecord
    first: WayRecord | None = None
    able: WayRecord | None = None


class LoadRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A zone for the floor manager. Zones of one `place` stand together on the plan."""

    id: ZoneId
    letter: str
    name: Text
    short: Text
    colour: str
    place: Text | None = None
    """Where it is in the hall, "一层东侧"."""
    waiting: int
    oldest_at: datetime | None
    """When the one who has waited longest began to wait."""
    windows: int
    open: int
    busy: int
    paused: int
    issued: int
    served: int
    missed: int
    rated: tuple[int, int, int, int, int]
    """Ratings today by level, 1 to 5."""
    issuing: bool
    why: Why | None = None
    stopped: str | None = None
    stopped_en: str | None = None
    opens: datetime | None = None
    wait: Wait | None = None
    expected: tuple[datetime, ...] = ()
    """The times of today's appointments whose holders have not come."""
    amber_min: int = 15
    """From how many minutes of longest wait on it is marked, and from `red_min` as an alarm."""
    red_min: int = 30


class ObjectedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An open ticket that was handed over, for the manager: `against` are codes of what would have stood against it."""

    id: TicketId
    number: str
    zone: ZoneId
    service: ServiceId
    service_name: Text
    issued_at: datetime
    against: tuple[str, ...]


class GivenClassRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A class that staff may give. A `listed` one takes also for whom it is, or a code of the hall's list."""

    id: str
    name: Text
    listed: bool = False


class RatingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One rating, as the floor lists it and `ratings.submit` answers it."""

    step: str
    number: str
    window: WindowId | None
    zone: ZoneId
    level: int
    channel: str
    at: datetime


class IdentityRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a ticket's holder: `mask` of the name on their card, `person` for whom its class was given."""

    ticket: TicketId
    number: str
    mask: str | None = None
    person: str | None = None


class LastRatings(msgspec.Struct, frozen=True):
    """The last ratings of the day, latest first."""

    ratings: tuple[RatingRecord, ...]


class StopRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Whether tickets are issued in a scope."""

    scope: str
    issuing: bool
    reason: str | None = None
    until: datetime | None = None


class StopsRecord(msgspec.Struct, frozen=True):
    """Where no tickets are issued by somebody's word."""

    stops: tuple[StopRecord, ...] = ()


DeviceKind = Literal["kiosk", "display", "agent"]
DeviceState = Literal["waiting", "placed", "revoked"]
DeviceHealth = Literal["ready", "degraded", "gone"]


class LeaseRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers `first` to `last` of a prefix that a kiosk may print on tickets of a zone while the server does not answer.

    They are good on `day` and while the feed's epoch is `epoch`, and for no other kiosk.
    """

    zone: ZoneId
    prefix: str
    first: int
    last: int
    day: date
    epoch: str
    taken_at: datetime
    void: bool = False
    """They are given to nobody any more: the hall was restored or moved, or the kiosk has no rights."""


class DeviceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A device that paired. While it waits for its place it shows `code`, six digits, until `code_until`."""

    id: DeviceId
    kind: DeviceKind
    name: str
    state: DeviceState
    code: str | None = None
    code_until: datetime | None = None
    windows: tuple[WindowId, ...] = ()
    """An agent's places: it may act and see there, and nowhere else."""
    places: dict[str, WindowId | None] = {}
    """The window that an administrator gave each of an agent's fittings, by its name; None: it stands at none. For one that is not
    here what the agent's file proposes holds, if that is one of its `windows`."""
    fittings: tuple[Fitting, ...] = ()
    """An agent's devices, as it last reported them."""
    zone: ZoneId | None = None
    """Where a kiosk stands, for people who look for it."""
    display: str | None = None
    """Which board a display shows."""
    loudspeaker: str | None = None
    """The loudspeaker beside that board, for a voice box."""
    health: DeviceHealth | None = None
    """As it last reported; None before it did."""
    fault: str | None = None
    health_at: datetime | None = None
    """Since when it has been so, with that fault; None where it has not said so, or said so to an older program."""
    paired_at: datetime
    placed_at: datetime | None = None
    seen_at: datetime
    """When it last paired or reported something new."""
    reason: str | None = None
    """Why it was revoked."""
    leases: tuple[LeaseRecord, ...] = ()
    """The numbers that a kiosk has today for tickets which it issues alone, oldest first."""
    helped: Helped | None = None
    """What came of its call for help, while that is open."""


class SlipsRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers that were reserved for slips of a zone."""

    zone: ZoneId
    made_at: datetime
    numbers: tuple[str, ...]


class EvacuationRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the hall that is served in another place, or was, or may be; `tickets` are still there."""

    evacuation: str
    state: Literal["away", "shown", "back", "void", "here", "closed"]
    """`shown`: nobody has decided yet whether it is `away`; `back`: served here again; `here`: this store is the other place,
    and it was handed back: `closed`.
    """
    at: datetime
    services: tuple[ServiceId, ...]
    tickets: int
    reason: str | None = None
    """Why it went; None while nobody has decided, and for what came here."""


class CutRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What was open in the hall when its server was cut off: `at` is when the last thing happened that it knows of."""

    at: datetime | None
    waiting: int
    called: int
    serving: int
    windows: int
    """Windows that were open or paused."""


class VersionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One version of the hall's configuration. `digest` is the SHA-256 of its document as stored."""

    version: int
    at: datetime
    actor: str
    note: str
    digest: str


class ConfigRecord(msgspec.Struct, frozen=True):
    """A version's document: the configuration of the hall as it was published."""

    version: int
    document: dict[str, Any]


Record = (
    HallRecord
    | ZoneRecord
    | ServiceRecord
    | BoardRecord
    | CallRecord
    | MissedRecord
    | WindowRecord
    | WaitingRecord
    | PromptRecord
    | GuideRecord
    | LoadRecord
    | LastRatings
    | DeviceRecord
    | GivenClassRecord
    | QueuedTicket
    | WayRecord
    | EvacuationRecord
)
"""Anything a topic may hold beside a Ticket."""


class ExpectedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is expected of a wait, in minutes: that one in ten, half, and nine in ten are no longer; and the range that is told."""

    service: ServiceId
    class_: str = msgspec.field(name="class")
    ticket: TicketId | None = None
    """Of who waits; None: of whoever takes a ticket of this service and class now."""
    p10_min: float
    p50_min: float
    p90_min: float
    wait: Wait


class ForecastRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is expected of waits in the hall, as of business time `at`, `age_s` ago, by so many courses of the day.

    Nothing is in it of a wait that is not known. `at` is None where none is.
    """

    at: datetime | None = None
    age_s: float | None = None
    paths: int = 0
    new: tuple[ExpectedRecord, ...] = ()
    waiting: tuple[ExpectedRecord, ...] = ()
    """For staff only, as what follows."""
    hour: Hour | None = None
    last_day: DayScores | None = None
