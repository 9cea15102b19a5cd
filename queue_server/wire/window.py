"""A window: what its topic shows, and the commands there, whose door is `command`: open and close it, call, serve, send on."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from queue_server.wire.field import Lines, Moment, Name, Reason
from queue_server.wire.ids import ServiceId, TicketId, WindowId, ZoneId
from queue_server.wire.registry import Command, command
from queue_server.wire.ticket import ClassState, Holding, HoldKind, Language, Text, Ticket

AT_WINDOW = "clerk:own agent:own"
WindowState = Literal["closed", "open", "paused"]
Attendance = Literal["here", "break", "missing"]


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
    usual: tuple[ServiceId, ...] | None = None
    """What it offers on other days, where that differs today."""
    covers: WindowId | None = None
    """The window whose services are offered here too."""


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


class NotesRecord(msgspec.Struct, frozen=True, kw_only=True):
    """That a ticket has remarks, and how many; `GET /tickets/{id}/notes` tells them. Not there where it has none."""

    ticket: TicketId
    count: int


class NoteRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A remark on a ticket. `text` is None for whoever may not read it, and once it is `forgotten`, its term being over."""

    at: datetime
    window: WindowId
    clerk: str
    clerk_name: str | None = None
    text: str | None = None
    forgotten: bool = False


class PromptRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The finished step that the window's keypad or tablet may rate until the next ticket is started there.

    `language` is its ticket's.
    """

    step: str
    number: str
    clerk: str | None
    finished_at: datetime
    language: Language = "zh"


@command("windows.open", "POST /windows/{window}/open", "clerk manager", answer=WindowRecord)
class Open(Command, frozen=True):
    """Open a window. A clerk opens it as their own; a manager opens it for a clerk and says why.

    One that another clerk attends is refused with `window.attended`, one that another sign-in of the clerk holds with
    `window.seated`; asked again with `takeover`, it changes hands as it is: paused or not, with the ticket that is still there.
    A clerk with another window is refused with `window.elsewhere`; with `leave` that one is closed first, unless a ticket is there.
    """

    window: WindowId
    clerk: Name | None = None
    reason: Reason | None = None
    takeover: bool = False
    leave: bool = False


@command("windows.pause", "POST /windows/{window}/pause", "clerk:own manager", answer=WindowRecord)
class Pause(Command, frozen=True):
    """Pause a window: no call until it is resumed. `until` is when it is expected back, for the bar and the floor."""

    window: WindowId
    reason: Reason
    until: Moment | None = None


@command("windows.resume", "POST /windows/{window}/resume", "clerk:own manager", answer=WindowRecord)
class Resume(Command, frozen=True):
    """Resume a paused window."""

    window: WindowId
    reason: Reason | None = None


@command("windows.close", "POST /windows/{window}/close", "clerk:own manager", answer=WindowRecord)
class Close(Command, frozen=True):
    """Close a window; the clerk is no longer signed in there."""

    window: WindowId
    reason: Reason | None = None


@command("windows.set_services", "PUT /windows/{window}/services", "manager", answer=WindowRecord)
class SetServices(Command, frozen=True):
    """Let a window offer these services for the rest of the day; none: its usual ones.

    Refused with `config.in_use` while somebody waits whom nobody would serve any more.
    """

    window: WindowId
    services: Annotated[tuple[ServiceId, ...], msgspec.Meta(max_length=64)]
    reason: Reason | None = None


@command("windows.cover", "POST /windows/{at}/cover", "clerk:own", answer=WindowRecord)
class Cover(Command, frozen=True):
    """Serve for another `window` too, beside what is offered `at` the own one, until that closes; without a window: no longer."""

    at: WindowId
    window: WindowId | None = None


@command("windows.call_next", "POST /windows/{window}/call-next", AT_WINDOW, answer=Ticket, empty=True)
class CallNext(Command, frozen=True):
    """Finish the window's ticket, if there is one, and call the next by the hall's policy. Nobody waiting: nothing is returned."""

    window: WindowId


@command("windows.call", "POST /windows/{window}/call", "clerk:own", answer=Ticket)
class Call(Command, frozen=True):
    """Call a chosen waiting ticket, out of order, with the reason."""

    window: WindowId
    ticket: TicketId
    reason: Reason


@command("windows.recall", "POST /windows/{window}/recall", AT_WINDOW, answer=Ticket)
class Recall(Command, frozen=True):
    """Call the window's called ticket again."""

    window: WindowId


@command("windows.start", "POST /windows/{window}/start", AT_WINDOW, answer=Ticket)
class Start(Command, frozen=True):
    """The holder is at the window: serving begins."""

    window: WindowId


@command("windows.finish", "POST /windows/{window}/finish", f"{AT_WINDOW} manager", answer=Ticket)
class Finish(Command, frozen=True):
    """Serving is done; the holder is asked for a rating. A ticket never started counts from its call.

    A manager finishes what a clerk has left at a window, and says why.
    """

    window: WindowId
    outcome: Name | None = None
    items: Annotated[int, msgspec.Meta(ge=1, le=99)] | None = None
    reason: Reason | None = None


@command("windows.no_show", "POST /windows/{window}/no-show", f"{AT_WINDOW} manager", answer=Ticket)
class NoShow(Command, frozen=True):
    """The called holder did not come (过号). A manager says so of one that a clerk has left called, and why."""

    window: WindowId
    reason: Reason | None = None


@command("windows.hold", "POST /windows/{window}/hold", AT_WINDOW, answer=Ticket)
class Hold(Command, frozen=True):
    """Break serving off and free the window (挂起).

    `at_window`: the papers stay, and it goes on there; `anywhere`: at any window of the service; `waiting_step`: there too, once
    something else is done. That one is back in line by itself at `until`, with its own clock; for the others it is a reminder.
    `until` lies ahead, within a year.
    """

    window: WindowId
    kind: HoldKind
    reason: Reason
    until: Moment | None = None


@command("windows.resume_held", "POST /windows/{window}/resume-held", AT_WINDOW, answer=Ticket)
class ResumeHeld(Command, frozen=True):
    """Finish the window's ticket, if there is one, and call a held ticket. A window that is closed keeps none for itself."""

    window: WindowId
    ticket: TicketId


@command("windows.transfer", "POST /windows/{at}/transfer", AT_WINDOW, answer=Ticket)
class Transfer(Command, frozen=True):
    """Send the ticket that is `at` a window on to another service, or to what another window offers, its own service first.

    It is `first` in that line, where its own `clock` puts it, or `last` with a new clock. With `come_back` it waits again for what
    it is here for when that is done.
    """

    at: WindowId
    service: ServiceId | None = None
    window: WindowId | None = None
    place: Literal["first", "clock", "last"] = "clock"
    come_back: bool = False


@command("windows.note", "POST /windows/{window}/note", "clerk:own", answer=Ticket)
class WriteNote(Command, frozen=True):
    """Write a remark (备注) on the window's ticket, called or served, in one or several lines.

    It is for staff alone: whoever goes on with the ticket, and whoever looks into a complaint. Its words are not in the log.
    """

    window: WindowId
    text: Lines


@command("windows.undo", "POST /windows/{window}/undo", "clerk:own", answer=WindowRecord)
class Undo(Command, frozen=True):
    """Take back what the window did last: a call, start, end, no-show, hold or transfer, within 10 s and if nothing moved since.

    Nobody who has been rated is asked again. An undone call goes back to its place and clock.
    """

    window: WindowId


@command("windows.walk_in", "POST /windows/{window}/walk-in", "clerk:own", answer=Ticket)
class WalkIn(Command, frozen=True):
    """Finish the window's ticket, if there is one, and give who stands there without one a number that is called at once."""

    window: WindowId
    service: ServiceId
    reason: Reason
