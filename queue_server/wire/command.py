"""The command registry: every change to the hall, who may ask for it, and its address.

HTTP, the websocket, OpenAPI, permission checks and the audit's words are all derived from `REGISTRY`; there is no second list.
A command is imperative and carries only what the asker decides; who asks, when, and with which key are added by the server.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from queue_server.wire.advice import GiveAdvice, ProveAdvice
from queue_server.wire.alarm import AcknowledgeAlarm, EndAlarm, RaiseAlarm
from queue_server.wire.appointment import Book, CancelAppointment, CheckIn
from queue_server.wire.case import (
    AnswerCase,
    AppealCase,
    CloseCase,
    ContactCase,
    OpenCase,
    OpenEarlierCase,
    RectifyCase,
)
from queue_server.wire.device import LeaseRecord, PairDevice, PlaceDevice, ReportDevice, RevokeDevice
from queue_server.wire.field import (
    AccountDeed,
    Holder,
    IssuedOffline,
    Line,
    Moment,
    Name,
    Reason,
    Token,
)
from queue_server.wire.floor import IdentityRecord, RatingRecord, SlipsRecord, StopRecord
from queue_server.wire.ids import DeviceId, ServiceId, TicketId, WindowId, ZoneId
from queue_server.wire.need import Bind
from queue_server.wire.registry import (
    BY_TYPE,
    DEVICES,
    PEOPLE,
    REGISTRY,
    ROLES,
    Command,
    Entry,
    Person,
    Role,
    command,
)
from queue_server.wire.relocation import Adopt, BringHome, Decide, Evacuate, HandBack, Reopen, Show
from queue_server.wire.ticket import Language, Ticket
from queue_server.wire.version import VersionRecord
from queue_server.wire.view import NoticeRecord
from queue_server.wire.window import (
    Call,
    CallNext,
    Close,
    Cover,
    Finish,
    Hold,
    NoShow,
    Open,
    Pause,
    Recall,
    Resume,
    ResumeHeld,
    SetServices,
    Start,
    Transfer,
    Undo,
    WalkIn,
    WriteNote,
)

# What a command is comes by this door too, so that whoever asks needs one.
__all__ = [
    "BY_TYPE",
    "DEVICES",
    "PEOPLE",
    "REGISTRY",
    "ROLES",
    "AcknowledgeAlarm",
    "Adopt",
    "AnswerCase",
    "AppealCase",
    "Bind",
    "Book",
    "BringHome",
    "Call",
    "CallNext",
    "CancelAppointment",
    "CheckIn",
    "Close",
    "CloseCase",
    "Command",
    "ContactCase",
    "Cover",
    "Decide",
    "EndAlarm",
    "Entry",
    "Evacuate",
    "Finish",
    "GiveAdvice",
    "HandBack",
    "Hold",
    "NoShow",
    "Open",
    "OpenCase",
    "OpenEarlierCase",
    "PairDevice",
    "Pause",
    "Person",
    "PlaceDevice",
    "ProveAdvice",
    "RaiseAlarm",
    "Recall",
    "RectifyCase",
    "Reopen",
    "ReportDevice",
    "Reprint",
    "Resume",
    "ResumeHeld",
    "RevokeDevice",
    "Role",
    "SetServices",
    "Show",
    "Start",
    "Transfer",
    "Undo",
    "WalkIn",
    "WriteNote",
]

ISSUERS = "kiosk steward clerk manager clock"


@command("tickets.take", "POST /tickets", ISSUERS, answer=Ticket, success=201)
class Take(Command, frozen=True):
    """Take a ticket for a service, and for further services in the order in which they are to be done.

    Without `then` these are the ones that the hall plans for the service; an empty `then` asks for none.
    `id` and `token` are made by the program that issues; where it makes none, the server does. `language` is what the holder reads.
    A class waits to be confirmed unless staff state `class_reason`; a listed one takes also for whom it is (`class_for`), or a code
    of the hall's list (`entry`), and neither at a kiosk. A number on a `slip` that was handed out by hand is keyed in with
    the time at which it was (`taken_at`), today and not before it was printed; it keeps that place in line, at any hour.

    A kiosk hands over what it issued alone (`issued_offline`), with the `id` and `token` that it made before it asked, and a key of
    its own or none: the ticket has the printed number, its time and its place, and what would have stood against it is only noted.
    One that is known has the printed number from now on; the same again changes nothing.
    """

    service: ServiceId
    then: Annotated[tuple[ServiceId, ...], msgspec.Meta(max_length=4)] | None = None
    items: Annotated[int, msgspec.Meta(ge=1, le=99)] = 1
    class_: Name = msgspec.field(default="ordinary", name="class")
    class_reason: Reason | None = None
    class_for: Name | None = None
    entry: Name | None = None
    holder: Holder | None = None
    needs: Annotated[tuple[Name, ...], msgspec.Meta(max_length=4)] = ()
    language: Language = "zh"
    paper: bool | None = None
    slip: Name | None = None
    taken_at: Moment | None = None
    issued_offline: IssuedOffline | None = None
    id: Token | None = None
    token: Token | None = None


@command(
    "tickets.cancel", "POST /tickets/{ticket}/cancel", "holder:own kiosk steward clerk manager", answer=Ticket
)
class Cancel(Command, frozen=True):
    """Give a waiting, held or missed ticket up."""

    ticket: TicketId
    reason: Reason | None = None


@command(
    "tickets.reenter",
    "POST /tickets/{ticket}/reenter",
    "holder:own kiosk steward clerk",
    answer=Ticket,
    success=201,
)
class Reenter(Command, frozen=True):
    """Wait again after a missed call; or take another ticket in place of one that the end of a day left waiting.

    A missed call is made good on its own day, as often and as long as the rules say, behind the next few of the service. One that
    was left waiting is taken up on the next working day, before that day's own; the holder's token goes on with the new ticket.
    """

    ticket: TicketId


@command(
    "tickets.defer",
    "POST /tickets/{ticket}/defer",
    "holder:own kiosk steward clerk",
    answer=Ticket,
)
class Defer(Command, frozen=True):
    """Let the next few of the same service go first (稍后叫我), as often as the rules say.

    Where nobody stands behind, nothing happens. The ticket keeps its clock.
    """

    ticket: TicketId
    behind: Annotated[int, msgspec.Meta(ge=1, le=20)]


@command("tickets.add_step", "POST /tickets/{ticket}/steps", "clerk", answer=Ticket)
class AddStep(Command, frozen=True):
    """Add a service to an open ticket, to be done after all that it has."""

    ticket: TicketId
    service: ServiceId


@command("tickets.classify", "POST /tickets/{ticket}/classify", "steward clerk manager admin", answer=Ticket)
class Classify(Command, frozen=True):
    """Confirm a waiting ticket's class or give it another; or refuse it: it goes on as ordinary, with its own clock.

    `instead` puts another class, or `ordinary`, in the place of one that any open ticket asks for or has, because that one is to be
    removed: what was not confirmed is not by that. A listed class takes also for whom it is (`class_for`), or a code of the hall's
    list (`entry`).
    """

    ticket: TicketId
    class_: Name = msgspec.field(name="class")
    decision: Literal["confirm", "refuse", "instead"]
    reason: Reason
    class_for: Name | None = None
    entry: Name | None = None


@command(
    "tickets.identify",
    "POST /tickets/{ticket}/identify",
    "clerk:own supervisor manager",
    answer=IdentityRecord,
    private=True,
)
class Identify(Command, frozen=True):
    """Read what is kept of a ticket's holder, with the reason; that it was read is written into the log.

    A clerk reads it of the ticket that is at their own window.
    """

    ticket: TicketId
    reason: Reason


@command("tickets.move", "POST /tickets/{ticket}/move", "manager admin", answer=Ticket)
class Move(Command, frozen=True):
    """Give a step that nobody serves yet another destination, or its ticket another place in line, with the reason.

    `service` is where it goes; or `window`: to what that window offers, its own service first. `place` is `first` in that line,
    where its own `clock` puts it, or `last` with a new clock. `step` is counted from 0, the current one if it is not given; for a
    step that does not wait only the service counts.
    """

    ticket: TicketId
    reason: Reason
    service: ServiceId | None = None
    window: WindowId | None = None
    place: Literal["first", "clock", "last"] = "clock"
    step: Annotated[int, msgspec.Meta(ge=0, le=9)] | None = None


@command("tickets.printed", "POST /tickets/{ticket}/printed", "kiosk agent", answer=Ticket)
class Printed(Command, frozen=True):
    """Report what became of a ticket's paper: printed, or not and why."""

    ticket: TicketId
    ok: bool
    fault: Name | None = None


@command("tickets.reprint", "POST /tickets/{ticket}/reprint", "kiosk steward clerk manager", answer=Ticket)
class Reprint(Command, frozen=True):
    """Have a kiosk, `printer` by its device's id, print an open ticket's paper once more, or for the first time.

    Its `paper` is `pending` until that kiosk has said what became of it, or has been silent too long.
    """

    ticket: TicketId
    printer: DeviceId


@command("issuing.stop", "POST /issuing/stop", "manager", answer=StopRecord)
class StopIssuing(Command, frozen=True):
    """Stop issuing tickets for the hall, a zone or a service; whoever has a ticket is still served.

    `scope` is `hall`, `zone:<id>` or `service:<id>`. `until`, when it goes on by itself, lies ahead, within a year. `reason_en` is
    the reason for whoever reads English; without it they read the other as it is.
    """

    scope: Annotated[str, msgspec.Meta(pattern=r"^(hall|zone:.{1,64}|service:.{1,64})$")]
    reason: Reason
    until: Moment | None = None
    reason_en: Reason | None = None


@command("issuing.resume", "POST /issuing/resume", "manager", answer=StopRecord)
class ResumeIssuing(Command, frozen=True):
    """Issue tickets again where issuing was stopped."""

    scope: Annotated[str, msgspec.Meta(pattern=r"^(hall|zone:.{1,64}|service:.{1,64})$")]
    reason: Reason


@command("day.end", "POST /day/end", "manager", answer=StopRecord)
class EndDay(Command, frozen=True):
    """End the day before midnight: no more tickets, and who waits is offered a place at the head of the next working day.

    Whoever is at a window is served to the end. `reason_en` is as of a stop.
    """

    reason: Reason
    reason_en: Reason | None = None


@command("day.open", "POST /day/open", "manager", answer=StopRecord)
class OpenDay(Command, frozen=True):
    """Issue tickets again on a day that was ended."""

    reason: Reason


@command("notices.publish", "POST /notices", "manager", answer=NoticeRecord, success=201)
class PublishNotice(Command, frozen=True):
    """Show a notice on call boards and on the bars of windows that serve nobody, until a time within a year.

    `displays` are the boards that show it, with the bars of their zones' windows; without any it is shown everywhere. Without
    `text_en` the Chinese words stand for both.
    """

    text: Line
    until: Moment
    text_en: Line | None = None
    displays: Annotated[tuple[Name, ...], msgspec.Meta(max_length=64)] = ()


@command("notices.withdraw", "POST /notices/{notice}/withdraw", "manager", answer=NoticeRecord)
class WithdrawNotice(Command, frozen=True):
    """Show a notice no more, before its time is over."""

    notice: Token


@command("leases.take", "POST /leases", "kiosk", answer=LeaseRecord, success=201)
class TakeLease(Command, frozen=True):
    """Have numbers of a zone for tickets that the kiosk issues while the server does not answer.

    They are the asking kiosk's alone, for the day and the epoch that the answer names. The kiosk needs a key: asked twice without
    one it has two blocks.
    """

    zone: ZoneId


@command("slips.make", "POST /slips", "admin manager clock", answer=SlipsRecord, success=201)
class MakeSlips(Command, frozen=True):
    """Reserve numbers for slips that are printed beforehand and handed out while there is no power, on any day."""

    zone: ZoneId
    count: Annotated[int, msgspec.Meta(ge=1, le=500)]


Channel = Literal["keypad", "kiosk", "phone", "tablet", "paper"]
"""How a rating was given."""
CHANNELS: Mapping[Role, frozenset[Channel]] = {
    "agent": frozenset(("keypad", "tablet")),
    "kiosk": frozenset(("kiosk",)),
    "holder": frozenset(("phone",)),
    "supervisor": frozenset(("paper",)),
}
"""The channels that each role speaks for: nobody can say that a rating was given somewhere else than with them."""


@command(
    "ratings.submit",
    "POST /ratings",
    "agent:own kiosk holder:own supervisor",
    answer=RatingRecord,
    success=201,
)
class Rate(Command, frozen=True):
    """Rate one finished step, once: 5 非常满意, 4 满意, 3 基本满意, 2 不满意, 1 非常不满意.

    `step` is `<ticket id>/<index from 0>`. `channel` is one that the asker speaks for: an agent for keypad and tablet, a kiosk for
    kiosk, a holder for phone, a supervisor for paper. A rating from the counter counts until the window starts its next ticket,
    one of a tablet for ten minutes in any case: it names the step that was shown. `window` is the one whose keypad or tablet it
    was given on: only what was done there is rated there. An agent names it whenever more than one of its windows asks for a
    rating.
    """

    step: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{16,64}/[0-9]$")]
    level: Annotated[int, msgspec.Meta(ge=1, le=5)]
    channel: Channel
    window: WindowId | None = None
    reasons: Annotated[tuple[Name, ...], msgspec.Meta(max_length=8)] = ()
    text: Annotated[str, msgspec.Meta(max_length=500)] | None = None


@command("config.publish", "POST /config", "admin clock", answer=VersionRecord, success=201)
class Publish(Command, frozen=True):
    """Make a whole configuration document the hall that runs, as a new version.

    What runs already is answered with its version and nothing happens. `base` is the version that the document was made from: it
    is refused when another one has been published since.
    """

    document: dict[str, Any]
    note: Reason
    base: Annotated[int, msgspec.Meta(ge=0)] | None = None


@command("config.rollback", "POST /config/rollback", "admin", answer=VersionRecord, success=201)
class Rollback(Command, frozen=True):
    """Publish the document of an earlier version again, as a new version."""

    version: Annotated[int, msgspec.Meta(ge=1)]
    note: Reason


@command("config.read_names", None, "admin")
class ReadNames(Command, frozen=True):
    """Enter into the log that somebody is told the names in the fast track's list of a version."""

    version: int


@command("accounts.note", None, "clock")
class NoteAccount(Command, frozen=True):
    """Enter into the log what was done to an account: to whose, by whom, when by the wall's clock, and its role then."""

    account: Name
    what: AccountDeed
    by: Annotated[str, msgspec.Meta(min_length=1, max_length=96)]
    done_at: Moment
    role: Role | None = None


@command("hall.restore", None, "clock")
class Restore(Command, frozen=True):
    """Enter that the hall goes on from a backup whose log ends at `since`; `hourly`: tickets of the busiest hour, by prefix.

    `given` and `lent` are the last numbers that are known to be out there today, those that kiosks have apart.
    """

    since: datetime
    hourly: dict[str, int]
    given: dict[str, int] = msgspec.field(default_factory=dict)
    lent: dict[str, int] = msgspec.field(default_factory=dict)


@command("clock.tick", None, "clock")
class Tick(Command, frozen=True):
    """Do what is due at a time: stop issuing at closing, give a silent printer up, expire what midnight leaves."""

    due_at: datetime
