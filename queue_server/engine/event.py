"""What has happened. Events are facts in the past tense, written once, never changed and never holding personal data.

Their JSON is the audit: fields may be added with a default, never renamed or removed. A new meaning takes a new tag beside the old.
"""

from datetime import date, datetime
from typing import Literal, Union

import msgspec

from queue_server.engine.alarm import Alarmed, AlarmEnded, AlarmTaken
from queue_server.engine.appointment import Booked, CheckedIn, Unbooked
from queue_server.engine.beside import Beside
from queue_server.engine.counsel import AdviceFollowed, AdviceProved, Advised
from queue_server.engine.fact import Fact
from queue_server.engine.relocation import (
    Adopted,
    Arrived,
    CameHome,
    Evacuated,
    EvacuationAccepted,
    EvacuationShown,
    HandedBack,
    Reopened,
    Returned,
)
from queue_server.engine.state import Ticket, Window
from queue_server.wire.field import AccountDeed, Fitting
from queue_server.wire.ids import DeviceId, ServiceId, TicketId, WindowId, ZoneId
from queue_server.wire.ticket import (
    NO_DEPARTMENTS,
    ClassState,
    Departments,
    HoldKind,
    Language,
    PaperState,
    Text,
    Wait,
)
from queue_server.wire.view import DeviceHealth, DeviceKind

# An event is one of these, whichever file describes it.
__all__ = [
    "Adopted",
    "AdviceFollowed",
    "AdviceProved",
    "Advised",
    "AlarmEnded",
    "AlarmTaken",
    "Alarmed",
    "Arrived",
    "Booked",
    "CameHome",
    "CheckedIn",
    "Evacuated",
    "EvacuationAccepted",
    "EvacuationShown",
    "HandedBack",
    "Reopened",
    "Returned",
    "Unbooked",
]

VERSION = 1
"""Version of the bodies below, stored beside each event."""


class Taken(Fact, frozen=True, tag="taken"):
    """A ticket was issued. `token` is the SHA-256 of the holder's token; `holder` refers to who that is, kept apart.

    `class_reason` is why it has its class, `entry` the code of the hall's list that says so. `of` is the expired ticket in whose
    stead it was issued, at that one's place in line (`stand`) and for the same holder. A `slip` was given by hand, `since` then,
    or on a day before: then its holder stands there.
    One that was `handed_over` was issued by a kiosk alone, `since` then; `against` are codes of what would have stood against it.
    `slot` is the time of the appointment whose holder came.
    """

    ticket: TicketId
    day: date
    prefix: str
    n: int
    token: str
    services: tuple[ServiceId, ...]
    items: int = 1
    class_: str = msgspec.field(default="ordinary", name="class")
    class_state: ClassState = "none"
    needs: tuple[str, ...] = ()
    language: Language = "zh"
    paper: PaperState = "none"
    wait: Wait | None = None
    class_reason: str | None = None
    entry: str | None = None
    holder: str | None = None
    slip: bool = False
    handed_over: bool = False
    against: tuple[str, ...] = ()
    slot: datetime | None = None
    since: datetime | None = None
    of: TicketId | None = None
    stand: tuple[datetime, int] | None = None


class Renumbered(Fact, frozen=True, tag="renumbered"):
    """A ticket whose number `was` on no paper has the one that its kiosk printed.

    `taken_back`: nobody could come under the old number, at `window` or elsewhere, so that it waits again at its place.
    """

    ticket: TicketId
    number: str
    was: str
    paper: PaperState
    against: tuple[str, ...] = ()
    taken_back: bool = False
    window: WindowId | None = None


class Cancelled(Fact, frozen=True, tag="cancelled"):
    """A ticket was given up."""

    ticket: TicketId
    reason: str | None = None


class PaperReported(Fact, frozen=True, tag="paper_reported"):
    """What became of a ticket's paper."""

    ticket: TicketId
    paper: PaperState
    fault: str | None = None


class Opened(Fact, frozen=True, tag="opened"):
    """A window opened with a clerk; `seat` tells at which of their sign-ins."""

    window: WindowId
    clerk: str
    reason: str | None = None
    seat: str | None = None


class TakenOver(Fact, frozen=True, tag="taken_over"):
    """A window went from one clerk to another as it was, with the ticket that is there; or to another `seat` of the same one."""

    window: WindowId
    clerk: str
    before: str
    reason: str | None = None
    seat: str | None = None


class Paused(Fact, frozen=True, tag="paused"):
    """A window paused."""

    window: WindowId
    reason: str
    until: datetime | None = None


class Resumed(Fact, frozen=True, tag="resumed"):
    """A paused window resumed."""

    window: WindowId
    reason: str | None = None


class Closed(Fact, frozen=True, tag="closed"):
    """A window closed."""

    window: WindowId
    reason: str | None = None


class Called(Fact, frozen=True, tag="called"):
    """A ticket was called; if `walked_in`, it was issued for that. `skipped` who waited were older: then `reason` is never None."""

    ticket: TicketId
    step: int
    window: WindowId
    clerk: str
    skipped: int = 0
    reason: str | None = None
    departments: Departments = NO_DEPARTMENTS
    walked_in: bool = False


class Recalled(Fact, frozen=True, tag="recalled"):
    """A called ticket was called again."""

    ticket: TicketId
    window: WindowId


class Started(Fact, frozen=True, tag="started"):
    """Serving began."""

    ticket: TicketId
    window: WindowId


class Finished(Fact, frozen=True, tag="finished"):
    """A step is done. `next_step` waits from now on; None: the ticket is served."""

    ticket: TicketId
    step: int
    window: WindowId
    clerk: str
    outcome: str | None = None
    items: int | None = None
    next_step: int | None = None
    reason: str | None = None
    departments: Departments = NO_DEPARTMENTS


class Missed(Fact, frozen=True, tag="missed"):
    """A called holder did not come. `reason` is a manager's."""

    ticket: TicketId
    step: int
    window: WindowId
    reason: str | None = None


class Held(Fact, frozen=True, tag="held"):
    """Serving was broken off for a while; the window is free."""

    ticket: TicketId
    step: int
    window: WindowId
    clerk: str
    kind: HoldKind
    reason: str
    until: datetime | None = None
    departments: Departments = NO_DEPARTMENTS


class Woken(Fact, frozen=True, tag="woken"):
    """A held ticket's time has come: it waits again, with its own clock. `window` is where it was held."""

    ticket: TicketId
    step: int
    window: WindowId | None = None


class Transferred(Fact, frozen=True, tag="transferred"):
    """A window sent its ticket on: it waits for `service`. `come_back`: then for what it `was` there again."""

    ticket: TicketId
    step: int
    window: WindowId
    clerk: str
    service: ServiceId
    was: ServiceId
    place: Literal["first", "clock", "last"]
    come_back: bool = False
    departments: Departments = NO_DEPARTMENTS


class Undone(Fact, frozen=True, tag="undone"):
    """What a window did last, the events from `first` on, counts as not done: these rows are again what they were.

    `services` are those for which the tickets waited meanwhile.
    """

    window: WindowId
    first: int
    row: Window
    tickets: tuple[Ticket, ...]
    services: tuple[ServiceId, ...] = ()


class Reentered(Fact, frozen=True, tag="reentered"):
    """Who missed a call, at `window`, came after all and waits again behind the next `behind` of the service."""

    ticket: TicketId
    step: int
    behind: int
    window: WindowId | None = None


class Deferred(Fact, frozen=True, tag="deferred"):
    """A waiting holder let the next `behind` of the service go first."""

    ticket: TicketId
    step: int
    behind: int


class StepAdded(Fact, frozen=True, tag="step_added"):
    """One more service is to be done with a ticket, after all others."""

    ticket: TicketId
    service: ServiceId


class Rated(Fact, frozen=True, tag="rated"):
    """A step was rated. `note` refers to the words that came with it, kept apart so that they can be forgotten."""

    ticket: TicketId
    step: int
    level: int
    channel: str
    reasons: tuple[str, ...] = ()
    note: str | None = None


class Stopped(Fact, frozen=True, tag="stopped"):
    """Issuing stopped in a scope."""

    scope: str
    reason: str
    until: datetime | None = None


class Unstopped(Fact, frozen=True, tag="unstopped"):
    """Issuing goes on in a scope."""

    scope: str
    reason: str


class Noticed(Fact, frozen=True, tag="noticed"):
    """A notice stands until a time: on these boards, or without any everywhere."""

    notice: str
    text: Text
    until: datetime
    displays: tuple[str, ...] = ()


class NoticeEnded(Fact, frozen=True, tag="notice_ended"):
    """A notice stands no more: its time is over (`until`), or somebody took it back (`withdrawn`)."""

    notice: str
    reason: Literal["until", "withdrawn"]


class Moved(Fact, frozen=True, tag="moved"):
    """A step that nobody serves yet was given another service, or its ticket another place in line."""

    ticket: TicketId
    step: int
    service: ServiceId
    was: ServiceId
    place: Literal["first", "clock", "last"]
    reason: str


class Published(Fact, frozen=True, tag="published"):
    """Another version of the hall runs from now on.

    `digest` is that of its document, which is kept apart from the log. `of` is the version whose document was brought back, `gone`
    names the windows that are no more.
    """

    version: int
    digest: str
    note: str
    of: int | None = None
    gone: tuple[WindowId, ...] = ()


class Turned(Fact, frozen=True, tag="turned"):
    """Some hours or somebody's duty began or ended; `issuing` if the hours then let any ticket be taken."""

    at: datetime
    issuing: bool


class Expired(Fact, frozen=True, tag="expired"):
    """Midnight, or whoever ended the day and why, found a ticket waiting or missed; `offered` a place on the next one."""

    ticket: TicketId
    offered: bool = False
    reason: str | None = None


class Classified(Fact, frozen=True, tag="classified"):
    """A ticket was given a class, refused the one that it had, or another was put in its place as it was.

    `holder` refers to the name for whom, kept apart.
    """

    ticket: TicketId
    class_: str = msgspec.field(name="class")
    was: str
    state: ClassState
    reason: str
    entry: str | None = None
    holder: str | None = None


class IdentityRead(Fact, frozen=True, tag="identity_read"):
    """Somebody was told what is kept of a ticket's holder."""

    ticket: TicketId
    reason: str


class NamesRead(Fact, frozen=True, tag="names_read"):
    """Somebody was told the names that stand in a version's list of the fast track."""

    version: int


class IdentitiesForgotten(Fact, frozen=True, tag="identities_forgotten"):
    """What was kept of the holders of tickets of the days before `before` is deleted: so many rows."""

    before: date
    count: int


class SlipsMade(Fact, frozen=True, tag="slips_made"):
    """Numbers were printed beforehand on slips for a zone: `count` of them from `first` on."""

    zone: ZoneId
    prefix: str
    first: int
    count: int


class Leased(Fact, frozen=True, tag="leased"):
    """Numbers `first` to `last` of a prefix are a kiosk's alone, on a day and in an epoch of the store."""

    kiosk: str
    zone: ZoneId
    prefix: str
    first: int
    last: int
    day: date
    epoch: str


class DayBegun(Fact, frozen=True, tag="day_begun"):
    """A local day began: numbers start again, windows without a ticket are closed."""

    day: date


class Restored(Fact, frozen=True, tag="restored"):
    """The hall goes on from a backup of `since`: behind `numbers`, maybe given, `leased` to kiosks; slips go on at `slips`."""

    since: datetime
    numbers: dict[str, int]
    leased: dict[str, int] = msgspec.field(default_factory=dict)
    slips: dict[str, int] = msgspec.field(default_factory=dict)


class DevicePaired(Fact, frozen=True, tag="device_paired"):
    """A device asks for a place and shows `code`. `token` is the SHA-256 of its token."""

    device: DeviceId
    kind: DeviceKind
    name: str
    token: str
    code: str


class DeviceLapsed(Fact, frozen=True, tag="device_lapsed"):
    """A device that waited for a place is forgotten: its code is too old, or too many wait."""

    device: DeviceId
    why: Literal["expired", "crowded"]


class DevicePlaced(Fact, frozen=True, tag="device_placed"):
    """A device has its place."""

    device: DeviceId
    name: str
    windows: tuple[WindowId, ...] = ()
    zone: ZoneId | None = None
    display: str | None = None
    places: dict[str, WindowId | None] = msgspec.field(default_factory=dict)


class DeviceRevoked(Fact, frozen=True, tag="device_revoked"):
    """A device has no rights any more."""

    device: DeviceId
    reason: str


class DeviceReported(Fact, frozen=True, tag="device_reported"):
    """A device is as it says now; `fittings` is what it has, where that is news."""

    device: DeviceId
    health: DeviceHealth
    fault: str | None = None
    fittings: tuple[Fitting, ...] | None = None


class AccountChanged(Fact, frozen=True, tag="account_changed"):
    """Something was done to an account, `by` an actor, at `done_at` by the wall's clock. Neither names of people nor passwords."""

    account: str
    what: AccountDeed
    by: str
    done_at: datetime
    role: str | None = None


Event = Union[  # noqa: UP007 - msgspec needs the union as one object that mypy also accepts as a type
    Taken,
    Renumbered,
    Cancelled,
    PaperReported,
    Opened,
    TakenOver,
    Paused,
    Resumed,
    Closed,
    Called,
    Recalled,
    Started,
    Finished,
    Missed,
    Held,
    Woken,
    Transferred,
    Undone,
    Reentered,
    Deferred,
    StepAdded,
    Rated,
    Stopped,
    Unstopped,
    Noticed,
    NoticeEnded,
    Alarmed,
    AlarmTaken,
    AlarmEnded,
    Advised,
    AdviceFollowed,
    AdviceProved,
    Booked,
    Unbooked,
    CheckedIn,
    Moved,
    Published,
    Turned,
    Expired,
    SlipsMade,
    Leased,
    Evacuated,
    EvacuationShown,
    EvacuationAccepted,
    Arrived,
    Adopted,
    CameHome,
    Returned,
    HandedBack,
    Reopened,
    DayBegun,
    Classified,
    IdentityRead,
    NamesRead,
    IdentitiesForgotten,
    DevicePaired,
    DeviceLapsed,
    DevicePlaced,
    DeviceRevoked,
    DeviceReported,
    AccountChanged,
    Restored,
]


class Stamped(msgspec.Struct, frozen=True):
    """An event with its place in the log: seq, time (aware UTC), who and by which command; and what is kept beside it."""

    seq: int
    at: datetime
    actor: str
    command: str
    event: Event
    beside: Beside | None = None


_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_encoder = msgspec.json.Encoder()


def encode(event: Event) -> bytes:
    """An event's body as it is stored and hashed."""
    return _encoder.encode(event)


def decode(body: bytes | str) -> Event:
    """An event from its stored body."""
    return _decoder.decode(body)
