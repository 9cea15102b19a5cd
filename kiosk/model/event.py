"""What may happen to a kiosk. Every event is a fact that a skin saw; none of them decides anything."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from queue_server.wire.alarm import Helped
from queue_server.wire.field import Holder
from queue_server.wire.holder import FoundRecord
from queue_server.wire.ticket import Text, Ticket
from queue_server.wire.view import ClassRecord, HallRecord, ServiceRecord, ZoneRecord

if TYPE_CHECKING:
    from kiosk.model.journal import Block, Entry

LinkState = Literal["connecting", "live", "stale", "down"]
"""How much the kiosk can rely on what it shows: `stale` when nothing came for 10 s, `down` when the link
is gone.
"""
Outcome = Literal["printed", "failed", "unknown"]
Control = Literal[
    "zone",
    "search",
    "service",
    "need",
    "priority",
    "class",
    "number",
    "skip",
    "fewer",
    "more",
    "add",
    "take",
    "back",
    "done",
    "staff",
    "reason",
    "known",
    "key",
    "erase",
    "enter",
    "enquiry",
    "knock",
    "mine",
    "act",
    "level",
    "language",
    "way",
    "again",
    "volume",
    "others",
    "page",
    "noted",
    "give_up",
    "understood",
]
"""The buttons there are. Where there are several of one kind, the id that goes with them says which one."""


@dataclass(frozen=True)
class Fresh:
    """Random text for one ticket, made by the skin before anything is asked, so that asking again is the
    same asking.
    """

    id: str
    token: str
    key: str


@dataclass(frozen=True)
class Touched:
    """A button was pressed and let go. `fresh` is used only if this touch takes a ticket."""

    control: Control
    id: str = ""
    fresh: Fresh | None = None


@dataclass(frozen=True)
class Felt:
    """Somebody touched the glass, anywhere: they are still here."""


@dataclass(frozen=True)
class Painted:
    """A screen is on the glass now, whole; `sight` is Look.sight."""

    sight: int


@dataclass(frozen=True)
class HallShown:
    """The public topic `hall` as it is now; it replaces what was shown before. All in the hall's order."""

    hall: HallRecord | None
    zones: tuple[ZoneRecord, ...]
    services: tuple[ServiceRecord, ...]
    classes: tuple[ClassRecord, ...] = ()
    common: tuple[str, ...] = ()
    """The services that most people come for, the most first."""
    kiosks: "tuple[Other, ...]" = ()
    """Those that can print now, this one among them."""


@dataclass(frozen=True)
class LinkChanged:
    """The link to the server changed. `degraded`: the server lives but its store takes no changes for the
    moment. `epoch`: which store it shows this kiosk, None before it did. `barred`: it refuses the kiosk itself.
    `why` there is no server, for the technician; None where that is not known.
    """

    state: LinkState
    degraded: bool = False
    epoch: str | None = None
    barred: bool = False
    why: Text | None = None


@dataclass(frozen=True)
class Taken:
    """The server issued a ticket for the take with this key."""

    key: str
    ticket: Ticket


@dataclass(frozen=True)
class PrintAsked:
    """The server has this kiosk print a ticket, `again` if it had a paper; it is shown so under `ref` until that is done."""

    ref: str
    ticket: Ticket
    again: bool


@dataclass(frozen=True)
class Confirmed:
    """The server took what staff decided of a ticket's class, under this key."""

    key: str
    ticket: Ticket


@dataclass(frozen=True)
class Scanned:
    """A symbol was held before the scanner. `key` is random text, as in Fresh."""

    text: str = field(repr=False)
    key: str


@dataclass(frozen=True)
class Found:
    """The server knows the ticket that was looked for with this key."""

    key: str
    found: FoundRecord


@dataclass(frozen=True)
class Changed:
    """The server did what was asked with this key; with a ticket, it is so now."""

    key: str
    ticket: Ticket | None = None


@dataclass(frozen=True)
class Refused:
    """The server refused what was asked with this key; nothing was changed there."""

    key: str
    code: str
    message: str
    detail: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class Unanswered:
    """No answer to what was asked with this key. Unless it never left this machine (`sent` False) it may have
    been done.
    """

    key: str
    sent: bool = True


@dataclass(frozen=True)
class PrinterReported:
    """What became of a ticket's paper. `unknown`: it was sent and the printer said nothing afterwards.

    `fault` names the trouble of one that failed: "no_paper", "cover", "gone" or another word.
    """

    ticket: str
    outcome: Outcome
    fault: str | None = None


@dataclass(frozen=True)
class PrinterChanged:
    """The printer is another way than before. `fault` names what keeps it from printing, by the same words; None while a ticket
    can be sent to it.
    """

    fault: str | None = None


@dataclass(frozen=True)
class Inspected:
    """How this machine is, in lines that a technician reads, and the last lines of its log, the newest first."""

    facts: tuple[Text, ...]
    log: tuple[str, ...]


@dataclass(frozen=True)
class ReaderChanged:
    """The reader of identity cards is ready, or not any more; then what ails it, as a word of `devices.driver.condition`."""

    ready: bool
    fault: str | None = None


@dataclass(frozen=True)
class VoiceChanged:
    """Screens can be read aloud from now on, or with a `fault` they cannot: the sentence says why."""

    fault: Text | None


@dataclass(frozen=True)
class CardRead:
    """A card was read: its number, and the name on it."""

    holder: Holder


@dataclass(frozen=True)
class CardUnread:
    """There was a card, and it could not be read."""


@dataclass(frozen=True)
class Recalled:
    """What the journal held when the kiosk started: its tickets in the order of issue, the numbers that it was lent, and the
    hall as it was last known.
    """

    entries: "tuple[Entry, ...]"
    blocks: "tuple[Block, ...]"
    hall: HallShown | None


@dataclass(frozen=True)
class Kept:
    """An entry is on disk as it was then."""

    entry: "Entry"


@dataclass(frozen=True)
class NotKept:
    """An entry could not be written: the disk is full, or gone."""

    entry: "Entry"


@dataclass(frozen=True)
class Heard:
    """The server answered the word with this key; with a `refusal` it said no, for good."""

    key: str
    refusal: str | None = None


@dataclass(frozen=True)
class Unheard:
    """No answer to the word with this key, or one that says nothing of the ticket. It is said again."""

    key: str


@dataclass(frozen=True)
class Leased:
    """The server lent numbers of a zone, or (without a block) none for now."""

    zone: str
    block: "Block | None" = None


@dataclass(frozen=True)
class Other:
    """A kiosk, by its name and the zone where it stands, if that is known."""

    name: str
    zone: str | None = None


@dataclass(frozen=True)
class CodeShown:
    """The code by which an administrator finds this kiosk, or None: it has its place. What it is called, and in which zone."""

    code: str | None
    name: str | None = None
    zone: str | None = None
    helped: Helped | None = None
    """What came of its call for a steward, while that is open."""


@dataclass(frozen=True)
class Ticked:
    """Time passed. `at` is the hall's business time, or None while no server has told it."""

    at: datetime | None = None


Event = (
    Touched
    | Felt
    | Painted
    | HallShown
    | LinkChanged
    | Taken
    | Scanned
    | Found
    | Changed
    | Confirmed
    | Refused
    | Unanswered
    | PrinterReported
    | PrinterChanged
    | Inspected
    | ReaderChanged
    | VoiceChanged
    | CardRead
    | CardUnread
    | Recalled
    | Kept
    | NotKept
    | PrintAsked
    | Heard
    | Unheard
    | Leased
    | CodeShown
    | Ticked
)
