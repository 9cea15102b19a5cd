"""What has happened. Events are facts in the past tense, written once, never changed and never holding personal data.

Their JSON is the audit: fields may be added with a default, never renamed or removed. A new meaning takes a new tag beside the old.
"""

from datetime import date, datetime
from typing import Literal, Union

import msgspec

from queue_server.engine.alarm import Alarmed, AlarmEnded, AlarmTaken
from queue_server.engine.appointment import Booked, CheckedIn, Unbooked
from queue_server.engine.beside import Beside
from queue_server.engine.case import (
    CaseAnswered,
    CaseAppealed,
    CaseClosed,
    CaseContacted,
    CaseOpened,
    CaseOverdue,
    CaseRectified,
)
from queue_server.engine.counsel import AdviceFollowed, AdviceProved, Advised
from queue_server.engine.device import DeviceLapsed, DevicePaired, DevicePlaced, DeviceReported, DeviceRevoked
from queue_server.engine.fact import Fact
from queue_server.engine.keep import Kept, NeedBound
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
from queue_server.engine.state import Window
from queue_server.engine.ticket import Ticket
from queue_server.engine.window import (
    Called,
    Closed,
    Finished,
    Held,
    Missed,
    Noted,
    OfferSet,
    Opened,
    Paused,
    Recalled,
    Resumed,
    Started,
    TakenOver,
    Transferred,
    Woken,
)
from queue_server.wire.field import AccountDeed
from queue_server.wire.ids import DeviceId, ServiceId, TicketId, WindowId, ZoneId
from queue_server.wire.ticket import (
    ClassState,
    Language,
    PaperState,
    Text,
    Wait,
)

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
    "Called",
    "CameHome",
    "CaseAnswered",
    "CaseAppealed",
    "CaseClosed",
    "CaseContacted",
    "CaseOpened",
    "CaseOverdue",
    "CaseRectified",
    "CheckedIn",
    "Closed",
    "DeviceLapsed",
    "DevicePaired",
    "DevicePlaced",
    "DeviceReported",
    "DeviceRevoked",
    "Evacuated",
    "EvacuationAccepted",
    "EvacuationShown",
    "Finished",
    "HandedBack",
    "Held",
    "Kept",
    "Missed",
    "NeedBound",
    "Noted",
    "OfferSet",
    "Opened",
    "Paused",
    "Recalled",
    "Reopened",
    "Resumed",
    "Returned",
    "Started",
    "TakenOver",
    "Transferred",
    "Unbooked",
    "Woken",
]

VERSION = 1
"""Version of the bodies below, stored beside each event."""


class Taken(Fact, frozen=True, tag="taken"):
    """A ticket was issued. `token` is the SHA-256 of the holder's token; `holder` refers to who that is, kept apart.

    `class_reason` is why it has its class, `entry` the code of the hall's list that says so. `of` is the expired ticket in whose
    stead it was issued, at that one's place in line (`stand`) and for the same holder. A `slip` was given by hand, `since` then,
    or on a day before: then its holder stands there.
    One that was `handed_over` was issued by a kiosk alone, `since` then; `against` are codes of what would have stood against it.
    `slot` is the time of the appointment whose holder came. `portions` are how many of its `items` each of its first steps is for,
    where a service does not take all at once.
    """

    ticket: TicketId
    day: date
    prefix: str
    n: int
    token: str
    services: tuple[ServiceId, ...]
    items: int = 1
    portions: tuple[int, ...] = ()
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


class ReprintAsked(Fact, frozen=True, tag="reprint_asked"):
    """A kiosk is to print a ticket again; not `instead_of`, which was asked before and has not said what came of that."""

    ticket: TicketId
    printer: DeviceId
    instead_of: DeviceId | None = None


class PaperReported(Fact, frozen=True, tag="paper_reported"):
    """What became of a ticket's paper, which `printer` was asked to print again, if one was."""

    ticket: TicketId
    paper: PaperState
    fault: str | None = None
    printer: DeviceId | None = None


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
    """Issuing stopped in a scope. `reason_en` is the reason in English, where it was said so too."""

    scope: str
    reason: str
    until: datetime | None = None
    reason_en: str | None = None


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
    reason_en: str | None = None


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


class WordsForgotten(Fact, frozen=True, tag="words_forgotten"):
    """What people said and wrote on the days before `before` is deleted, so many notes; but for those that are `spared`, by their
    references: they are of cases that are open or may be appealed.
    """

    before: date
    count: int
    spared: tuple[str, ...] = ()


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


class AccountChanged(Fact, frozen=True, tag="account_changed"):
    """Something was done to an account, `by` an actor, at `done_at` by the wall's clock. Neither names of people nor passwords."""

    account: str
    what: AccountDeed
    by: str
    done_at: datetime
    role: str | None = None


CaseDeed = CaseContacted | CaseRectified | CaseAnswered | CaseClosed | CaseAppealed
"""What somebody does with a case."""
CaseEvent = CaseOpened | CaseDeed | CaseOverdue
"""What happens to a case."""

Event = Union[  # noqa: UP007 - msgspec needs the union as one object that mypy also accepts as a type
    Taken,
    Renumbered,
    Cancelled,
    ReprintAsked,
    PaperReported,
    Opened,
    TakenOver,
    Paused,
    Resumed,
    Closed,
    OfferSet,
    Called,
    Recalled,
    Started,
    Finished,
    Missed,
    Held,
    Woken,
    Transferred,
    Noted,
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
    CaseOpened,
    CaseContacted,
    CaseRectified,
    CaseAnswered,
    CaseClosed,
    CaseAppealed,
    CaseOverdue,
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
    Kept,
    NeedBound,
    IdentityRead,
    NamesRead,
    IdentitiesForgotten,
    WordsForgotten,
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
