"""A case, as engine and store know it: one row, what happens to one, its table of moves and its deadlines."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from queue_server.engine import workday
from queue_server.engine.fact import Fact
from queue_server.engine.hall import Hall
from queue_server.wire.case import Appellant, CaseClock, CaseState, CaseVerb, Done, Reached, Verdict, Whom
from queue_server.wire.ids import ServiceId, TicketId, WindowId

BAD = 2
"""The best level of a bad rating (差评): 不满意, and 非常不满意 below it."""
AT_HAND = timedelta(days=60)
"""So long a closed case is at hand and may be appealed; later it is in the store, to be read."""
TRIES = 3
"""Calls that nobody answers, after which a visitor counts as contacted."""

MOVES: dict[tuple[CaseState, CaseVerb], CaseState] = {
    ("to_verify", "contact"): "to_verify",
    ("to_verify", "rectify"): "rectifying",
    ("to_verify", "dismiss"): "closed",
    ("rectifying", "contact"): "rectifying",
    ("rectifying", "rectify"): "rectifying",
    ("rectifying", "answer"): "answered",
    ("rectifying", "dismiss"): "closed",
    ("answered", "contact"): "answered",
    ("answered", "rectify"): "rectifying",
    ("answered", "uphold"): "closed",
    ("answered", "dismiss"): "closed",
    ("answered", "appeal"): "appealed",
    ("appealed", "contact"): "appealed",
    ("appealed", "rectify"): "rectifying",
    ("appealed", "uphold"): "closed",
    ("appealed", "dismiss"): "closed",
    ("closed", "appeal"): "appealed",
}
"""(state, verb) -> state: a missing key is a refusal that changes nothing."""
NEEDED: dict[CaseVerb, str] = {
    "contact": "case.closed",
    "rectify": "case.closed",
    "answer": "case.not_rectifying",
    "uphold": "case.not_answered",
    "dismiss": "case.closed",
    "appeal": "case.not_judged",
}
"""What a refusal of each verb says, of a case that is not closed; of a closed one all but `appeal` say that."""


class Deed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a case's history. `note` refers to its words, kept apart."""

    at: datetime
    by: str
    what: Done
    whom: Whom | None = None
    outcome: Reached | None = None
    complex: bool = False
    clock: CaseClock | None = None
    verdict: Verdict | None = None
    note: str | None = None


class Case(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One case, with all that is to be known of its ticket when that has left memory. Neither words nor who the visitor is.

    `since_at` is when the time to put it right, or to look at it again, began to run.
    """

    id: str
    ticket: TicketId
    step: int
    day: date | None = None
    """On which its ticket was taken; of a case of an earlier version None."""
    number: str
    service: ServiceId
    window: WindowId | None = None
    clerk: str | None = None
    opened_by: Literal["rating", "complaint"] = "rating"
    level: int | None = None
    reasons: tuple[str, ...] = ()
    channel: str | None = None
    opened_at: datetime
    since_at: datetime
    state: CaseState = "to_verify"
    contacted: bool = False
    tries: int = 0
    complex: bool = False
    late: tuple[CaseClock, ...] = ()
    """Deadlines that have passed, each told once."""
    verdict: Verdict | None = None
    closed_at: datetime | None = None
    deeds: tuple[Deed, ...] = ()
    remarks: tuple[tuple[str, datetime], ...] = ()
    """The references of what clerks wrote on its ticket, up to 60 days before it was opened, and when: these words are certainly
    kept then. Of a case of an earlier version none."""

    @property
    def of(self) -> str:
        """Its step, `<ticket id>/<index>`."""
        return f"{self.ticket}/{self.step}"


def running(case: Case) -> tuple[CaseClock, ...]:
    """What a case has to be done, by what its deadlines are called."""
    if case.state == "appealed":
        return ("review",)
    if case.state not in ("to_verify", "rectifying"):
        return ()
    put_right: CaseClock = "complex" if case.complex else "rectify"
    return (put_right,) if case.contacted else ("contact", put_right)


def overdue(case: Case) -> bool:
    """Whether the time of one of them has passed."""
    return any(clock in case.late for clock in running(case))


def clocks(hall: Hall, case: Case) -> Iterator[tuple[CaseClock, datetime]]:
    """The same with their deadlines, by the hall's rules and calendar as they are; also what is past."""
    rules = hall.rules
    days: dict[CaseClock, int] = {
        "contact": rules.case_contact_days,
        "rectify": rules.case_rectify_days,
        "complex": rules.case_complex_days,
        "review": rules.case_rectify_days,
    }
    for clock in running(case):
        since = case.opened_at if clock == "contact" else case.since_at
        yield clock, workday.after(hall, since, days[clock])


def due(hall: Hall, case: Case) -> datetime | None:
    """The first deadline of a case that has not been told yet to have passed."""
    return min((at for clock, at in clocks(hall, case) if clock not in case.late), default=None)


def counts(level: int, verdict: Verdict | None) -> bool:
    """Whether a rating counts as a bad one in statistics: of level 1 or 2 and judged valid. One that is mistaken or malicious does
    not (国办发〔2019〕51号), nor does one that nobody has judged yet, which is told apart.
    """
    return level <= BAD and verdict == "valid"


# What happens to one. `note` refers to words, kept apart so that they can be forgotten.


class CaseOpened(Fact, frozen=True, tag="case_opened"):
    """A case was opened for a step: by its rating, or without a `level` by hand.

    Of a ticket of an earlier day, which memory has no longer, `of_day` is that day, and the rest what the store knew of its step.
    """

    case: str
    ticket: TicketId
    step: int
    level: int | None = None
    reasons: tuple[str, ...] = ()
    channel: str | None = None
    note: str | None = None
    of_day: date | None = None
    number: str | None = None
    service: ServiceId | None = None
    window: WindowId | None = None
    clerk: str | None = None
    remarks: tuple[tuple[str, datetime], ...] = ()


class CaseContacted(Fact, frozen=True, tag="case_contacted"):
    """Somebody was asked, or could not be."""

    case: str
    whom: Whom
    outcome: Reached
    note: str | None = None


class CaseRectified(Fact, frozen=True, tag="case_rectified"):
    """It was said what is to be put right."""

    case: str
    note: str
    complex: bool = False


class CaseAnswered(Fact, frozen=True, tag="case_answered"):
    """It was put right and the visitor told."""

    case: str
    note: str


class CaseClosed(Fact, frozen=True, tag="case_closed"):
    """A verdict was given."""

    case: str
    verdict: Verdict
    note: str


class CaseAppealed(Fact, frozen=True, tag="case_appealed"):
    """Somebody objected: it is looked at again."""

    case: str
    whom: Appellant
    note: str


class CaseOverdue(Fact, frozen=True, tag="case_overdue"):
    """A deadline has passed."""

    case: str
    clock: CaseClock
