"""Which screen somebody before the kiosk sees, and what each has to remember. What is on the glass of it is in `look`."""

from dataclasses import dataclass, field
from typing import Literal

from kiosk.model.event import Fresh
from kiosk.model.intent import Change, Find
from kiosk.model.patience import Times
from queue_server.wire.field import Holder
from queue_server.wire.holder import FoundRecord
from queue_server.wire.ticket import Language, Ticket


@dataclass(frozen=True)
class Order:
    """One taking of a ticket, from the touch until the server has answered."""

    service: str
    fresh: Fresh
    language: Language
    """The language in which it was first asked; asking again must not differ in anything."""
    asked_at: float
    class_: str | None = None
    """The class that is asked for, None for an ordinary ticket."""
    needs: tuple[str, ...] = ()
    items: int = 1
    then: tuple[str, ...] | None = None
    """The services after the first, None where the hall plans them."""
    holder: Holder | None = None
    """Whose it is, only until it is issued."""
    retry_at: float | None = None
    """When to ask again, or None while an asking is out."""
    unsure: bool = False
    """An asking went unanswered, so the ticket may exist already."""
    ticket: Ticket | None = None
    """What was issued; it is shown and printed once the journal has it."""


@dataclass(frozen=True)
class Home:
    """The ten zones."""


@dataclass(frozen=True)
class Others:
    """The ten zones after the few services of the elders' home screen."""


@dataclass(frozen=True)
class Services:
    """The services of one zone, `page` counted from 0."""

    zone: str
    page: int = 0
    after: "Bring | None" = None
    """The ticket that is to be for one of these as well; so for Searching."""


@dataclass(frozen=True)
class Searching:
    """The services of all zones, by a few letters of their names."""

    word: str = ""
    after: "Bring | None" = None


@dataclass(frozen=True)
class Bring:
    """The last screen before a ticket: what to bring for it, what may be asked for with it, and the one big button."""

    service: str
    class_: str | None = None
    needs: tuple[str, ...] = ()
    items: int = 1
    """How many of the same at once, where the service takes several."""
    word: str | None = None
    """The letters by which it was found, None for one that was chosen in its zone."""
    after: "Bring | None" = None
    """What the ticket is for before this: it leads from one service to the next."""


@dataclass(frozen=True)
class Adding:
    """The ten zones, for one more service on the same ticket."""

    after: Bring


@dataclass(frozen=True)
class Classes:
    """The classes that may be asked for, for the ticket that is about to be taken."""

    bring: Bring


@dataclass(frozen=True)
class Showing:
    """A card is asked for. `trouble`: the last one could not be read, or has a number of another kind."""

    bring: Bring
    trouble: Literal["", "unread", "other"] = ""


@dataclass(frozen=True)
class Numbering:
    """The number of a card is typed. One that is whole and stands here is wrong."""

    bring: Bring
    number: str = field(default="", repr=False)


@dataclass(frozen=True)
class Agreeing:
    """Whose the ticket is to be, under a mask: is it you?"""

    bring: Bring
    holder: Holder


Choosing = Others | Adding | Services | Searching | Bring | Classes | Showing | Numbering | Agreeing
"""The way from a zone to its ticket."""


@dataclass(frozen=True)
class Trouble:
    """Why it was not done: the code of the server's refusal, or the kiosk's own."""

    code: str
    detail: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class Claiming:
    """The code on a paper, or of an appointment, is typed, or asked about (`asked`). `again` is the key of a check-in that may have
    been done, `note` what was done last.
    """

    code: str = field(default="", repr=False)
    asked: Find | Change | None = None
    trouble: Trouble | None = None
    again: str = ""
    note: str = ""


@dataclass(frozen=True)
class Mine:
    """A ticket that was found. `at`: whether to give it up, or how it was, is asked; `asked` is the key of what is not
    answered yet, `note` what was done last. `looking` is the key with which it is looked at again, while nothing is asked.
    """

    found: FoundRecord
    find: Find
    at: str = ""
    asked: str = ""
    note: str = ""
    trouble: Trouble | None = None
    looking: str = ""
    looked_at: float = float("-inf")


@dataclass(frozen=True)
class Helping:
    """Somebody does not know which to choose. `asked` is the key of a call that is not answered yet."""

    asked: str = ""
    trouble: Trouble | None = None


@dataclass(frozen=True)
class Taking:
    """A ticket is being taken; nothing can be touched but the language."""

    order: Order


@dataclass(frozen=True)
class Issued:
    """A ticket, with its paper or on the way to it. `until` is when the screen ends, or when the printer
    has been silent too long.
    """

    ticket: Ticket
    key: str
    until: float
    printed: bool = False
    sure: bool = True
    """False when the printer was sent the ticket and then said nothing."""

    def stays_s(self, times: Times) -> float:
        """How long the screen of a printed ticket stays."""
        if not self.sure:
            return times.doubt_s
        asked = self.ticket.class_state == "requested"
        return max(times.asked_s, times.ticket_s) if asked else times.ticket_s


@dataclass(frozen=True)
class Unprinted:
    """A valid ticket without paper, to be noted by its holder. Without a `fault` nobody knows about the
    paper.
    """

    ticket: Ticket
    key: str
    fault: str | None
    until: float


@dataclass(frozen=True)
class Problem:
    """Why there is no ticket."""

    code: str
    message: str
    detail: tuple[tuple[str, object], ...]
    until: float


@dataclass(frozen=True)
class Dark:
    """Nothing: it is night. A touch wakes it."""


@dataclass(frozen=True)
class Woken:
    """Somebody touched the dark glass: why there is no ticket, and when there are some again."""


@dataclass(frozen=True)
class Unlocking:
    """The technician's PIN is typed."""

    pin: str = field(default="", repr=False)
    wrong: bool = False
    """The last one was not the kiosk's."""


@dataclass(frozen=True)
class Upkeep:
    """The technician's screen. `printing` is the ticket whose paper is on its way, `count` how many came, `note` what was done
    last.
    """

    log: bool = False
    printing: str = ""
    count: int = 0
    note: str = ""


@dataclass(frozen=True)
class Deciding:
    """Staff say what they found of the class that was asked for."""

    issued: Issued


@dataclass(frozen=True)
class Naming:
    """Staff say who they are, by the name with which they sign in."""

    issued: Issued
    reason: str
    name: str = ""


@dataclass(frozen=True)
class Proving:
    """Staff show by their PIN that it is they. `asked`: it was sent, and is not kept here any more."""

    issued: Issued
    reason: str
    name: str
    pin: str = field(default="", repr=False)
    asked: bool = False
    trouble: Trouble | None = None
    again_at: float = 0.0
    """After too many wrong ones: not before then."""


Screen = (
    Home
    | Adding
    | Others
    | Services
    | Searching
    | Bring
    | Classes
    | Showing
    | Numbering
    | Agreeing
    | Claiming
    | Mine
    | Helping
    | Taking
    | Issued
    | Unprinted
    | Problem
    | Dark
    | Woken
    | Unlocking
    | Upkeep
    | Deciding
    | Naming
    | Proving
)
