"""What the kiosk wants done outside. A skin does it and answers with events; each carries all that is
needed to do it again.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from devices.driver.layout import Slip
from devices.driver.voice.speech import Utterance
from queue_server.wire.field import Holder
from queue_server.wire.ticket import Language

if TYPE_CHECKING:
    from kiosk.model.event import HallShown
    from kiosk.model.journal import Block, Entry

Decision = Literal["confirm", "refuse"]


@dataclass(frozen=True)
class Take:
    """Ask for a ticket. The same key, id and token are sent until the server has answered, so it is
    issued once.
    """

    key: str
    id: str
    token: str
    service: str
    language: Language
    class_: str | None = None
    needs: tuple[str, ...] = ()
    items: int = 1
    """A journal of an earlier version does not have it; nor `then`, the services after the first if they were chosen."""
    then: tuple[str, ...] | None = None


@dataclass(frozen=True)
class TakeFor:
    """Ask for a ticket, and say whose it is. That stands beside the asking, which the journal keeps, and not in it."""

    take: Take
    holder: Holder


@dataclass(frozen=True)
class ReadCards:
    """Have the reader look for cards: each comes as CardRead or CardUnread."""


@dataclass(frozen=True)
class LeaveCards:
    """Have it look for none any more."""


@dataclass(frozen=True)
class Print:
    """Print a ticket, once; the outcome comes back as PrinterReported."""

    ticket: str
    slip: Slip


@dataclass(frozen=True)
class Report:
    """Tell the server what became of the paper, until it has answered."""

    key: str
    ticket: str
    ok: bool
    fault: str | None = None


@dataclass(frozen=True)
class Cancel:
    """Give a ticket up that never got its paper, until the server has answered."""

    key: str
    ticket: str
    reason: str


@dataclass(frozen=True)
class HandOver:
    """Tell the server of a ticket that it does not know, or not any more, as it was issued."""

    key: str
    take: Take
    number: str
    issued_at: datetime
    contact_at: datetime | None
    """When the server was last heard before."""
    printed: bool | None
    """None: nobody knows, or not yet."""

    @property
    def ticket(self) -> str:
        """Its id."""
        return self.take.id


@dataclass(frozen=True)
class Lease:
    """Ask for numbers of a zone, to issue alone."""

    zone: str


@dataclass(frozen=True)
class Keep:
    """Write an entry of the journal to disk as it is now; Kept or NotKept comes back."""

    entry: "Entry"


@dataclass(frozen=True)
class KeepBlocks:
    """Write to disk which numbers the kiosk has."""

    blocks: "tuple[Block, ...]"


@dataclass(frozen=True)
class Remember:
    """Write the hall to disk, for a start without the server."""

    hall: "HallShown"


@dataclass(frozen=True)
class TryPrinter:
    """Print the printer's own test page; the outcome comes back as PrinterReported of `ticket`, which is no ticket's id."""

    ticket: str


@dataclass(frozen=True)
class Inspect:
    """Look how this machine is; what is seen comes back as Inspected."""


@dataclass(frozen=True)
class Speak:
    """Read this aloud, one sentence after another, at a volume in percent; what is being read is cut short."""

    said: tuple[Utterance, ...]
    volume: int


@dataclass(frozen=True)
class Hush:
    """Cut short what is being read."""


@dataclass(frozen=True)
class Light:
    """Put the light behind the glass on, or out."""

    on: bool


@dataclass(frozen=True)
class Restart:
    """End this program and start it anew."""


@dataclass(frozen=True)
class Ail:
    """Have the device's record say what is wrong with this kiosk: with its journal's disk, or with a ticket handed over.

    `name` is the ticket's number, or its id where it has none; `code` is that of the server's refusal.
    """

    part: Literal["journal", "handover"]
    name: str
    code: str = ""


@dataclass(frozen=True)
class Find:
    """Look a ticket up, by the code on its paper or the token in the symbol there; the answer comes back as Found, Refused or
    Unanswered.
    """

    key: str
    code: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Change:
    """Have something done with a ticket that was found, once; the answer comes back as Changed, Refused or Unanswered."""

    key: str
    command: str
    args: dict[str, object]


@dataclass(frozen=True)
class Confirm:
    """Confirm or refuse a ticket's class in the name of somebody of the staff, once; the answer comes back as Confirmed, Refused
    or Unanswered.
    """

    key: str
    ticket: str
    name: str
    pin: str = field(repr=False)
    class_: str
    decision: Decision
    reason: str


Intent = (
    Take
    | TakeFor
    | ReadCards
    | LeaveCards
    | Print
    | Report
    | Cancel
    | Confirm
    | Find
    | Change
    | HandOver
    | Lease
    | Keep
    | KeepBlocks
    | Remember
    | TryPrinter
    | Inspect
    | Speak
    | Hush
    | Light
    | Restart
    | Ail
)
