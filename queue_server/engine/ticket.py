"""A ticket with its steps, as engine and store know it: one row.

Rows are made by the thousand and stay, and nothing in one leads back to it: the collector of cycles leaves them alone (`gc=False`).
"""

from datetime import date, datetime

import msgspec
from msgspec.structs import replace

from queue_server.engine.plan import ORDINARY
from queue_server.wire.ids import DeviceId, ServiceId, TicketId, WindowId
from queue_server.wire.ticket import (
    NO_DEPARTMENTS,
    OPEN_STATES,
    ClassState,
    Departments,
    Holding,
    Language,
    PaperState,
    StepState,
    TicketState,
    Wait,
)


class Reception(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """A window's part in a step that went on without being ended there: it was sent on, or held. All as it was then."""

    service: ServiceId
    window: WindowId
    clerk: str
    departments: Departments = NO_DEPARTMENTS
    called_at: datetime | None = None


class Remark(msgspec.Struct, frozen=True, gc=False):
    """Somebody wrote a remark on a ticket: when, where, who, and under which reference the words are kept beside the log."""

    at: datetime
    window: WindowId
    clerk: str
    note: str


class Reprint(msgspec.Struct, frozen=True, gc=False):
    """A ticket is to be printed: by which kiosk, since when, `again` if it had a paper. `seq` is the asking event's."""

    printer: DeviceId
    at: datetime
    seq: int
    again: bool = True


class Step(msgspec.Struct, gc=False, kw_only=True, omit_defaults=True):
    """One service of a ticket, as stored. `since_at` is its clock, `order` breaks ties between equal clocks."""

    service: ServiceId
    state: StepState = "planned"
    since_at: datetime | None = None
    order: int = 0
    stand: tuple[datetime, int] | None = None
    """Where it stands in line if it was put before others, in place of clock and order; its clock stays what it was."""
    moved: str | None = None
    """Why it was put there."""
    slot: datetime | None = None
    """The time of its ticket's appointment, in the first step."""
    binding: bool = False
    """Whether its ticket is called by no window without what its holder needs, in the first step."""
    against: tuple[str, ...] | None = None
    """What would have stood against its ticket when that was handed over, in the first step; None: it was not."""
    remarks: tuple[Remark, ...] = ()
    """What was written on its ticket at windows, the oldest first, in the first step."""
    reprint: Reprint | None = None
    """Who is to print its ticket again, until it is known what came of that, in the first step."""
    away: str | None = None
    """The evacuation with which its ticket went elsewhere, while it is there."""
    origin: str | None = None
    """The other place whose results say what became of it: its fingerprint."""
    waits_as: StepState = "waiting"
    """What it is where it went, and here if it comes back as it is."""
    offered: bool = False
    """Whether it expired while it waited, and its holder has not taken the place of the next working day yet."""
    window: WindowId | None = None
    clerk: str | None = None
    call: int = 0
    """seq of the event that called it, 0 if never called."""
    called_at: datetime | None = None
    recalled_at: datetime | None = None
    calls: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    ended: int = 0
    """seq of the event that ended it, which orders what ended at one instant."""
    misses: int = 0
    """Calls to which nobody came, each the end of a called step."""
    missed_at: datetime | None = None
    """When the last of them ended; not told of steps that were stored before it was kept."""
    hold: Holding | None = None
    """Why it is held, while it is."""
    reached_at: datetime | None = None
    """When the waiting ended of one that was held: its call before that."""
    worked_s: int = 0
    """How long it was served before it was held."""
    items: int | None = None
    """How many of the ticket's items are dealt with in it; None: of the first step all, of another one its own."""
    round: int = 1
    """Which time it is that the same service goes on with what it began; a later one is no visit more."""
    defers: int = 0
    """How often its holder let others go first."""
    kept_until: datetime | None = None
    """Until when at the latest it is kept for a window that has what its holder needs, once its turn came at another one."""
    outcome: str | None = None
    departments: Departments = NO_DEPARTMENTS
    before: tuple[Reception, ...] = ()
    """Who received it before, the first one first: `window`, `clerk` and `departments` are of who received it last."""
    rating: int | None = None
    rated: int = 0
    """seq of the event that rated it."""
    rated_at: datetime | None = None
    channel: str | None = None

    @property
    def place(self) -> tuple[datetime, int]:
        """Where it stands in line, if it waits."""
        assert self.since_at is not None
        return self.stand or (self.since_at, self.order)

    def leave(self, window: WindowId, clerk: str, departments: Departments) -> None:
        """Keep who received it, though it is not ended there."""
        received = Reception(
            service=self.service,
            window=window,
            clerk=clerk,
            departments=departments,
            called_at=self.called_at,
        )
        self.before = (*self.before, received)


class Ticket(msgspec.Struct, gc=False, kw_only=True):
    """A ticket, as stored: one row."""

    id: TicketId
    day: date
    prefix: str
    n: int
    number: str
    """What is on its paper; another one than `prefix` and `n`, with which it was issued, if a kiosk printed that instead."""
    steps: list[Step]
    at: int = 0
    """Index of the step that counts now."""
    items: int = 1
    class_: str = ORDINARY
    class_state: ClassState = "none"
    needs: tuple[str, ...] = ()
    language: Language = "zh"
    state: TicketState = "waiting"
    paper: PaperState = "none"
    token: str
    wait: Wait | None = None
    issued_at: datetime
    issued_by: str
    ended_at: datetime | None = None
    reason: str | None = None

    @property
    def step(self) -> Step:
        """The step that counts now."""
        return self.steps[self.at]

    def items_of(self, index: int) -> int:
        """How many items are dealt with in a step."""
        return self.steps[index].items or (self.items if index == 0 else 1)

    def dealt_with(self, items: int) -> None:
        """So many it was in the step that counts now, whatever was asked for."""
        if self.at == 0 and self.step.items is None:
            self.items = items
            return
        if self.step.items is not None:
            self.items += items - self.step.items
        self.step.items = items

    @property
    def binding(self) -> bool:
        """Whether it is called by no window without what its holder needs."""
        return self.steps[0].binding

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What was written on it at windows, the oldest first."""
        return self.steps[0].remarks

    @property
    def written(self) -> tuple[tuple[str, datetime], ...]:
        """The references of its remarks, and when they were written."""
        return tuple([(one.note, one.at) for one in self.remarks])

    @property
    def reprint(self) -> Reprint | None:
        """Who is to print it again, until it is known what came of that."""
        return self.steps[0].reprint

    @property
    def paper_since(self) -> datetime:
        """Since when its paper is waited for, if it is."""
        return self.issued_at if self.reprint is None else self.reprint.at

    def papered(self, paper: PaperState, reprint: Reprint | None = None) -> None:
        """Know so much of its paper, and who is to print it, if somebody is."""
        self.paper, self.steps[0].reprint = paper, reprint

    def remarked(self, remarks: tuple[Remark, ...]) -> "Ticket":
        """The row with these remarks in place of its own."""
        first, *others = self.steps
        return replace(self, steps=[replace(first, remarks=remarks), *others])

    @property
    def pending(self) -> bool:
        """Whether somebody may still be served with it: it is open, or the end of a day left it waiting, to come back."""
        return self.state in OPEN_STATES or (self.state == "expired" and self.step.offered)

    @property
    def counts_as(self) -> str:
        """The class by which it waits: the one it has once that is confirmed, else `ordinary`."""
        return self.class_ if self.class_state == "confirmed" else ORDINARY
