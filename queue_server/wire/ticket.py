"""A ticket as programs see it, and the words for its states."""

from datetime import datetime
from typing import Literal

import msgspec

from queue_server.wire.ids import ServiceId, TicketId, WindowId, ZoneId

TicketState = Literal[
    "waiting", "called", "serving", "held", "served", "no_show", "cancelled", "expired", "moved"
]
"""Where a ticket is in its life. `held` is 挂起, `no_show` 过号, `expired` what midnight leaves, `moved` goes on elsewhere."""
StepState = Literal[
    "planned",
    "waiting",
    "called",
    "serving",
    "held",
    "served",
    "no_show",
    "cancelled",
    "expired",
    "moved",
]
"""As a ticket's, and `planned` for a step whose turn has not come."""
PaperState = Literal["none", "pending", "printed", "failed", "unknown"]
"""What became of the paper. It never decides whether a ticket may be called."""
HoldKind = Literal["at_window", "anywhere", "waiting_step"]
"""Where a held ticket goes on: where its papers stay; at any window of its service; there too, once something else is done."""
ClassState = Literal["none", "requested", "confirmed", "refused"]
Language = Literal["zh", "en"]

OPEN_STATES: frozenset[str] = frozenset({"waiting", "called", "serving", "held", "no_show"})
"""States in which somebody may still be served with this ticket."""


class Text(msgspec.Struct, frozen=True):
    """A name or a sentence in both languages of the hall."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        """The wording in `language`; Chinese for any language but English."""
        return self.en if language == "en" else self.zh


class Wait(msgspec.Struct, frozen=True):
    """An honest range for a wait: lower bound rounded down, upper bound up, both in minutes; how old the answer is."""

    low_min: int
    high_min: int
    age_s: float = 0.0


class Departments(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whose work a step was, by code and as it was then: the service's `owner`, the `receiver` at whose window it was (the owner
    itself, unless it delegates), and the clerk's `home`.
    """

    owner: str | None = None
    receiver: str | None = None
    home: str | None = None


NO_DEPARTMENTS = Departments()


class Holding(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a ticket is held and where it goes on.

    At `until` one that waits for a step is back in line by itself; the others are expected then.
    """

    kind: HoldKind
    reason: str
    until: datetime | None = None


class Step(msgspec.Struct, frozen=True):
    """One service of a ticket, in the order in which they are done: for so many items, in which `round` of that service."""

    service: ServiceId
    zone: ZoneId
    state: StepState
    window: WindowId | None = None
    rating: int | None = None
    departments: Departments = NO_DEPARTMENTS
    outcome: str | None = None
    items: int = 1
    round: int = 1


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket as `GET /tickets/{id}` and every ticket command answer it.

    `ahead` counts the tickets that are to be called before this one for the same service; None when the ticket does not wait.
    `wait` is what was forecast on issue, or None: nothing is told that is not known. `window` is where it was called.
    `token` opens this one ticket to its holder and is present only in the answer to the program that took it. `class_name` is for
    staff; `public` is all that paper and screens may say of the class, and None while it does not count. To its holder `class` is
    always ordinary, and neither a reason nor a class's name is told: whoever saw the paper can open their page. `identified` says
    that something is kept of the holder, and nothing of what. One that is `offered` may be taken up again by `tickets.reenter`.
    One that is `binding` is called by no window without what its holder needs.
    `hold` says why one is held, `slot` when its appointment was. One that is `handed_over` was issued by a kiosk alone;
    `against` are codes of what would have stood against it. `track_url` is where the holder's phone shows it, told to whoever
    takes it in a hall that phones can reach.
    """

    id: TicketId
    number: str
    zone: ZoneId
    service: ServiceId
    steps: tuple[Step, ...]
    items: int
    class_: str = msgspec.field(name="class")
    class_state: ClassState
    class_name: Text | None = None
    public: Text | None = None
    identified: bool = False
    needs: tuple[str, ...]
    binding: bool = False
    language: Language
    state: TicketState
    paper: PaperState
    window: WindowId | None = None
    ahead: int | None = None
    wait: Wait | None = None
    issued_at: datetime
    slot: datetime | None = None
    called_at: datetime | None = None
    recalls: int = 0
    hold: Holding | None = None
    reason: str | None = None
    offered: bool = False
    handed_over: bool = False
    against: tuple[str, ...] = ()
    track_url: str | None = None
    token: str | None = None


def track_url(public_url: str, token: str) -> str:
    """Where a phone shows the ticket of a holder's token: whoever has the address has the ticket."""
    return f"{public_url}/t/{token}"
