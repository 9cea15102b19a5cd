"""What a kiosk remembers of its tickets: each from the asking on, whether the server has it, and what became of its paper.

An entry is kept on disk before its number is shown or printed, and every time that something of it is news. Whatever the server
has not heard is said as soon as it answers, in the order of issue: `word` tells what is next. So a kiosk that was killed, or alone
for an hour, has nothing to reconstruct.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from kiosk.model.intent import Cancel, HandOver, Report, Take
from queue_server.wire.ids import ZoneId
from queue_server.wire.ticket import PaperState, Ticket

Word = HandOver | Report | Cancel
"""What there is to say about a ticket."""
PAPER = {"printed": True, "failed": False}
"""What is said of a paper; of any other nobody knows."""
NOT_PRINTED = "not_printed"
UNANSWERED = "unanswered"
"""Fault of a paper that was never begun, because the number did not come in time."""
RESTARTED = "restarted"
"""Fault of a paper that was never begun, because the kiosk ended before it had the number."""


@dataclass(frozen=True)
class Entry:
    """A ticket. While `number` is None it was only asked for, and nobody has seen it."""

    take: Take
    """How it was asked for, with the id, the token and the key that the kiosk made."""
    day: date
    number: str | None = None
    zone: str = ""
    issued_at: datetime | None = None
    contact_at: datetime | None = None
    """When the server was last heard before a ticket was issued without it."""
    alone: bool = False
    """Issued without the server, under a number of a block that it had lent."""
    paper: PaperState = "none"
    """`pending` from before the printer gets it until the printer has spoken."""
    fault: str | None = None
    epoch: str | None = None
    """The store that has the ticket; None while none is known to."""
    told: bool = False
    """It knows what became of the paper."""
    again: bool = False
    """It came out only later, after one that did not."""
    dropped: str | None = None
    """Why the number was given up."""
    ended: bool = False
    """It knows that."""
    refused: str | None = None
    """The code with which it would not hear of the ticket."""


@dataclass(frozen=True)
class Block:
    """Numbers of a zone that the server lent for a day; they are void in another store."""

    zone: ZoneId
    prefix: str
    first: int
    last: int
    day: date
    epoch: str
    used: int = 0

    @property
    def left(self) -> int:
        """How many are to be had."""
        return self.last - self.first + 1 - self.used

    @property
    def number(self) -> str:
        """The next one, as people read it."""
        return f"{self.prefix}{self.first + self.used:03d}"


@dataclass(frozen=True)
class Journal:
    """Entries by ticket in the order of issue, blocks in the order in which they are used up."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    saying: Word | None = None
    """What is being said now; one thing at a time, so that the order holds."""
    leasing: str | None = None
    """The zone for whose numbers the server is being asked."""
    speak_at: float = float("-inf")
    """No word before: the last one was not heard."""
    dry: Mapping[str, float] = field(default_factory=dict)
    """Zones that had no numbers to lend, and until when they are not asked again."""

    told: tuple[Mapping[str, Entry], str, date] | None = None
    """Entries of which a store had heard everything on a day: a day's journal is long, and not gone through five times a second."""

    def all_told(self, epoch: str, day: date) -> bool:
        """Whether it is known already that there is nothing to say."""
        return self.told is not None and self.told[0] is self.entries and self.told[1:] == (epoch, day)

    def put(self, entry: Entry) -> "Journal":
        """With an entry as it is now."""
        return replace(self, entries={**self.entries, entry.take.id: entry})

    def good(self, zone: str, day: date, epoch: str | None) -> list[Block]:
        """The blocks with numbers for a zone. While the store is not known (`epoch` None) it is taken to be the same."""
        fit = (b for b in self.blocks if b.zone == zone and b.day == day and epoch in {None, b.epoch})
        return [block for block in fit if block.left > 0]

    def draw(self, block: Block) -> "Journal":
        """With one number less in a block."""
        blocks = tuple(replace(b, used=b.used + 1) if b is block else b for b in self.blocks)
        return replace(self, blocks=blocks)


def issued(entry: Entry, ticket: Ticket, epoch: str | None) -> Entry:
    """Its number is known; the paper comes next."""
    return replace(
        entry,
        number=ticket.number,
        zone=ticket.zone,
        issued_at=ticket.issued_at,
        epoch=epoch,
        paper="pending",
    )


def given_up(entry: Entry, fault: str) -> Entry:
    """Nobody has seen its number and no paper bears it, so nobody is to be called by it."""
    return replace(entry, paper="failed", fault=fault, dropped=NOT_PRINTED)


def recovered(entry: Entry) -> Entry:
    """What is known of a ticket after the kiosk was killed: a paper that was begun may be in a hand or not, and there is none
    without a number. That ticket stays valid all the same: a disk may have failed at the number, and only then it is in a hand.
    """
    if entry.paper == "none" and entry.refused is None:
        return replace(entry, paper="failed", fault=RESTARTED)
    return replace(entry, paper="unknown") if entry.paper == "pending" else entry


def restored(entries: Iterable[Entry], blocks: Iterable[Block]) -> Journal:
    """The journal of entries and blocks from disk. How many numbers of a block are gone stands in the entries alone."""
    kept = {entry.take.id: entry for entry in entries}
    gone = {(entry.day, entry.number) for entry in kept.values() if entry.alone}
    return Journal(kept, tuple(_used(block, gone) for block in blocks))


def _used(block: Block, gone: set[tuple[date, str | None]]) -> Block:
    numbers = range(1, block.last - block.first + 2)
    used = (n for n in numbers if (block.day, replace(block, used=n - 1).number) in gone)
    return replace(block, used=max(used, default=0))


def settled(entry: Entry, day: date | None) -> bool:
    """Whether an entry can be forgotten: nothing is to be said, and its day is over, so no store will be told anew."""
    return day is not None and entry.day < day and word(entry, entry.epoch, day) is None


def unfinished(entry: Entry) -> bool:
    """Whether there is, or may be, more to say of a ticket than its own day's store was told."""
    begun = entry.paper in {"none", "pending"} and entry.refused is None
    return begun or word(entry, entry.epoch, entry.day) is not None


def word(entry: Entry, epoch: str | None, day: date) -> Word | None:
    """What the store `epoch` is to be told next about a ticket.

    Another store than the one that had it may know nothing of today: it is told all of it again.
    """
    take = entry.take
    if entry.refused is not None:
        return None
    unknown = entry.epoch is None or (entry.epoch != epoch and entry.day == day)
    if entry.number is not None and entry.issued_at is not None and unknown:
        printed = PAPER.get(entry.paper)
        # A key stands for one body, and the paper may have come since the last try. The server knows the ticket by its id.
        key = f"{take.key}.late" if printed is None else f"{take.key}.late.{entry.paper}"
        return HandOver(key, take, entry.number, entry.issued_at, entry.contact_at, printed)
    if entry.paper in {"printed", "failed"} and not entry.told:
        # A key stands for one body, and that no paper came was told under the first.
        key = f"{take.key}.printed.again" if entry.again else f"{take.key}.printed"
        return Report(key, take.id, entry.paper == "printed", entry.fault)
    if entry.dropped is not None and not entry.ended:
        return Cancel(f"{take.key}.cancel", take.id, entry.dropped)
    return None


def next_word(entries: Iterable[Entry], epoch: str, day: date) -> Word | None:
    """The first thing that a store has not been told."""
    return next((said for entry in entries if (said := word(entry, epoch, day)) is not None), None)


def heard(entry: Entry, said: Word, epoch: str, refusal: str | None) -> Entry:
    """A word was answered. A paper or an end that is refused is of a ticket that has moved on; there is no more to say of it."""
    match said:
        case HandOver() if refusal is not None:
            return replace(entry, refused=refusal)
        case HandOver():
            return replace(entry, epoch=epoch, told=False, ended=False)
        case Report(ok=ok):
            # another paper may have come meanwhile
            return replace(entry, told=ok == (entry.paper == "printed"))
        case Cancel():
            return replace(entry, ended=True)
