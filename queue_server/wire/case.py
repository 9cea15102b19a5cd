"""Cases: what becomes of a bad rating or a complaint, from the first word to the verdict. `command` is their door.

国办发〔2019〕51号: whoever dealt with it answers for it, somebody asks the visitor, it is put right within a time and entered in a
register (台账), the visitor is told, objections are looked at again, mistaken and malicious ratings are not counted.
"""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from queue_server.wire.field import Token
from queue_server.wire.ids import ServiceId, TicketId, WindowId, ZoneId
from queue_server.wire.registry import Command, command
from queue_server.wire.window import NoteRecord

CaseState = Literal["to_verify", "rectifying", "answered", "appealed", "closed"]
"""待核实, 整改中, 已反馈, 复核（申诉）, 关闭."""
CaseVerb = Literal["contact", "rectify", "answer", "uphold", "dismiss", "appeal"]
"""What can be done with one; `uphold` and `dismiss` are the two ways to close it."""
Done = Literal["opened", "rated", "overdue", CaseVerb]
"""What a line of a case's history tells: a verb, or that it was opened, rated after a complaint, or that a deadline passed."""
Verdict = Literal["valid", "mistaken", "malicious"]
"""有效, 误评, 恶意. Only a valid one counts against whom it is of."""
CaseClock = Literal["contact", "rectify", "complex", "review"]
"""What a deadline is for."""
Whom = Literal["visitor", "clerk", "department"]
"""Who was spoken to."""
Reached = Literal["reached", "no_answer", "unknown"]
"""What came of it; `unknown`: the visitor left nothing by which to be reached."""
Appellant = Literal["visitor", "clerk", "department"]
"""Who objects."""
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=1000, pattern=r"\S")]
"""What was said, planned or found, in the writer's own words. They are kept apart from the log."""


class CaseRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A case as it stands: of which step (`<ticket id>/<index>`), who was rated, and what can be done next.

    `level` is the rating, None for a complaint without one. `due` is the next deadline, of what `clock` names; no deadline: what is
    to be done next has none. `late` are the deadlines that passed, `overdue` whether the one that runs did. `days_left` counts
    working days from today to `due`, 0 being today. `can` are the verbs that the table of the case allows now. Nobody who is
    named in it may act in it: `clerk` is their sign-in.
    """

    id: str
    state: CaseState
    opened_by: Literal["rating", "complaint"]
    step: str
    number: str
    service: ServiceId
    zone: ZoneId | None = None
    window: WindowId | None = None
    clerk: str | None = None
    clerk_name: str | None = None
    level: int | None = None
    reasons: tuple[str, ...] = ()
    channel: str | None = None
    opened_at: datetime
    contacted: bool = False
    tries: int = 0
    complex: bool = False
    clock: CaseClock | None = None
    due: datetime | None = None
    days_left: int | None = None
    overdue: bool = False
    late: tuple[CaseClock, ...] = ()
    verdict: Verdict | None = None
    closed_at: datetime | None = None
    can: tuple[CaseVerb, ...] = ()


class DeedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a case's history. `text` are its words, for those who may read them; `forgotten`: they were deleted in time."""

    at: datetime
    what: Done
    by: str
    by_name: str | None = None
    whom: Whom | None = None
    outcome: Reached | None = None
    complex: bool = False
    clock: CaseClock | None = None
    verdict: Verdict | None = None
    text: str | None = None
    forgotten: bool = False


class CaseFile(msgspec.Struct, frozen=True, kw_only=True):
    """One case with its history, oldest first, and the remarks that clerks wrote on its ticket.

    `words` tells whether the asker may read what people said and wrote.
    """

    case: CaseRecord
    history: tuple[DeedRecord, ...]
    words: bool
    notes: tuple[NoteRecord, ...] = ()


class CasesRecord(msgspec.Struct, frozen=True, kw_only=True):
    """How many cases are open, and how many of these are past their deadline."""

    open: int = 0
    overdue: int = 0


@command("cases.open", "POST /cases", "steward supervisor", answer=CaseRecord, success=201)
class OpenCase(Command, frozen=True):
    """Open a case by hand: a complaint about how a ticket was dealt with, of today's tickets.

    `step` is the index of the service complained of; without it the last one that was served, or that is on now. A step has one
    case; bad ratings (1 and 2) open theirs by themselves. The text may say how the visitor can be reached: it is kept apart.
    """

    ticket: TicketId
    text: Words
    step: Annotated[int, msgspec.Meta(ge=0, le=9)] | None = None


@command("cases.open_earlier", None, "steward supervisor", answer=CaseRecord, success=201)
class OpenEarlierCase(Command, frozen=True):
    """Open a case by hand about a ticket of an earlier `day`, with what the store knows of its step.

    Nobody asks for it from outside: they say day and number, and the server looks the rest up.
    """

    ticket: TicketId
    step: Annotated[int, msgspec.Meta(ge=0, le=99)]
    day: date
    number: str
    service: ServiceId
    text: Words
    window: WindowId | None = None
    clerk: str | None = None
    remarks: tuple[tuple[str, datetime], ...] = ()
    """What clerks wrote on it: by which references the words are kept, and since when."""


@command("cases.contact", "POST /cases/{case}/contact", "supervisor", answer=CaseRecord)
class ContactCase(Command, frozen=True):
    """Note that somebody was asked, and what came of it. The visitor counts as contacted once reached, known to be out of reach,
    or after three tries.
    """

    case: Token
    whom: Whom
    outcome: Reached
    text: Words | None = None


@command("cases.rectify", "POST /cases/{case}/rectify", "supervisor", answer=CaseRecord)
class RectifyCase(Command, frozen=True):
    """Say what is to be put right. `complex` gives it the longer time, and the text says why; it is never taken back."""

    case: Token
    text: Words
    complex: bool = False


@command("cases.answer", "POST /cases/{case}/answer", "supervisor", answer=CaseRecord)
class AnswerCase(Command, frozen=True):
    """Say what was put right and what the visitor was told of it."""

    case: Token
    text: Words


@command("cases.close", "POST /cases/{case}/close", "supervisor", answer=CaseRecord)
class CloseCase(Command, frozen=True):
    """Close a case with a verdict. A valid one was answered before; of every one the visitor was contacted, or tried."""

    case: Token
    verdict: Verdict
    text: Words


@command("cases.appeal", "POST /cases/{case}/appeal", "supervisor", answer=CaseRecord)
class AppealCase(Command, frozen=True):
    """Enter an objection of the visitor, the clerk or their department: the case is looked at again and closed anew."""

    case: Token
    whom: Appellant
    text: Words
