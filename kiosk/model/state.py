"""The kiosk's state: what it knows of the hall and the link, who stands before it, and the screen they see.

`now` everywhere is real seconds of a clock that never goes back; business time is only shown, never
reckoned with.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from kiosk.model import find
from kiosk.model.event import Fresh, HallShown, LinkState, Other
from kiosk.model.few import few
from kiosk.model.intent import Change, Find, Intent
from kiosk.model.journal import Journal
from kiosk.model.manner import LOUDNESS, Manner
from kiosk.model.night import Night, dark
from queue_server.wire.alarm import Helped
from queue_server.wire.field import Holder
from queue_server.wire.holder import FoundRecord
from queue_server.wire.need import NEEDS
from queue_server.wire.ticket import Language, Text, Ticket
from queue_server.wire.view import ClassRecord, HallRecord, ServiceRecord, ZoneRecord
from queue_server.wire.voice import loudness

OFF = Text("未设置", "off")
"""Why nothing is read aloud where no output is set."""


@dataclass(frozen=True)
class Times:
    """How patient the kiosk is, in real seconds."""

    idle_s: float = 30.0
    """Without a touch for so long, whoever stood here has gone."""
    warn_s: float = 10.0
    """So long before that it is said, and any touch of the glass gives the whole time again."""
    ticket_s: float = 8.0
    """How long a printed ticket's screen stays."""
    asked_s: float = 30.0
    """How long it stays where staff are to confirm a class."""
    doubt_s: float = 20.0
    """How long it stays where nobody knows whether the paper came."""
    noted_s: float = 60.0
    """How long a number without paper stays before it is given up."""
    problem_s: float = 15.0
    """How long a refusal stays."""
    settle_s: float = 0.25
    """Touches closer together than this are one touch of a hand that trembles."""
    find_s: float = 60.0
    """After some codes that no ticket has, none is looked for for so long."""
    type_s: float = 0.12
    """The same on a pad, where somebody who types is faster than that."""
    paper_s: float = 20.0
    """After so long without a word from the printer the paper is not to be relied on."""
    retry_s: float = 1.0
    """Between one unanswered asking and the next."""
    asking_s: float = 10.0
    """How long a visitor is kept waiting for an answer where there is no number to issue without it."""
    kept_s: float = 20.0
    """After so long since the asking the journal's disk is not waited for any more."""
    alone_s: float = 1.5
    """Without the server for so long, the kiosk works alone."""

    def slower(self, pace: float) -> "Times":
        """The same with more time for whoever reads and chooses; what waits for machines stays."""
        human = ("idle_s", "ticket_s", "asked_s", "doubt_s", "noted_s", "problem_s")
        return replace(self, **{name: getattr(self, name) * pace for name in human})


EASY_PACE = 2.0
"""So much more time has who asks for the elders' version,"""
VOICE_PACE = 3.0
"""and who listens: a list of services is read for more than a minute."""


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
    answered yet, `note` what was done last.
    """

    found: FoundRecord
    find: Find
    at: str = ""
    asked: str = ""
    note: str = ""
    trouble: Trouble | None = None


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


@dataclass(frozen=True)
class State:
    """Everything the kiosk knows."""

    now: float
    times: Times = field(default_factory=Times)
    screen: Screen = field(default_factory=Home)
    language: Language = "zh"
    manner: Manner = field(default_factory=Manner)
    tall: bool = True
    """The panel stands; one that lies is low already."""
    touched_at: float = float("-inf")
    """When the glass was last touched anywhere."""
    pressed_at: float = float("-inf")
    """When a button was last pressed, heard or not."""
    sight: int = 0
    """Counts screens, so that a picture of an earlier one is not taken for this one's."""
    painted_at: float | None = None
    """When this screen was on the glass; nobody can mean a button that they have not seen."""
    link: LinkState = "connecting"
    degraded: bool = False
    epoch: str | None = None
    """The store that answers; None while none does."""
    barred: bool = False
    """The server refuses this kiosk itself."""
    lost_at: float | None = None
    """Since when the server has not been there to take changes; None while it is."""
    contact_at: datetime | None = None
    """When, by the hall's clock, it last was."""
    issued_at: datetime | None = None
    """When the last ticket was issued alone: none is older than the one before it."""
    told: HallShown | None = None
    """The hall as the server last showed it; `hall`, `zones` and `services` are what is offered of it now."""
    journal: Journal = field(default_factory=Journal)
    code: str | None = None
    """Shown in place of the home screen until the kiosk has its place in a hall."""
    clock: datetime | None = None
    away: Text | None = None
    """Why there is no server, for the technician."""
    hall: HallRecord | None = None
    zones: tuple[ZoneRecord, ...] = ()
    services: tuple[ServiceRecord, ...] = ()
    kiosks: tuple[Other, ...] = ()
    """Those that can print now."""
    name: str | None = None
    """What this one is called, and the zone where it stands."""
    stands: str | None = None
    helped: Helped | None = None
    """What came of the call for a steward from here, while it is open."""
    common: tuple[str, ...] = ()
    """The services that most people come for, the most first."""
    classes: tuple[ClassRecord, ...] = ()
    """Those that anybody may ask for here."""
    printer_fault: str | None = None
    """What keeps the printer from printing, None while a ticket can be sent to it."""
    reader: bool = False
    """There is a reader of identity cards, and it is ready."""
    scanner: bool = False
    """There is a scanner for symbols."""
    night: Night = field(default_factory=Night)
    """When the glass is dark."""
    mute: Text | None = OFF
    """Why nothing can be read aloud; None: it can."""
    loud: Mapping[str, int] = field(default_factory=dict)
    """How loud it may be, in percent from a local time of day on; 0 is silence."""
    staff: tuple[str, ...] = ()
    """Who has confirmed something here today, the last first."""
    pin: str | None = field(default=None, repr=False)
    """The technician's; None: there is no screen for one."""
    knocks: int = 0
    knocked_at: float = float("-inf")
    """So many touches of the clock in a row, the last then."""
    wrong: int = 0
    unlock_at: float = 0.0
    """So many wrong PINs in a row, and no other one before."""
    facts: tuple[str, ...] = ()
    log: tuple[str, ...] = ()
    """What the skin told of this machine and its log when it was last asked."""
    misses: int = 0
    """So many codes in a row that no ticket has."""
    find_at: float = 0.0
    """No ticket is looked for before."""

    @property
    def patience(self) -> Times:
        """How patient the kiosk is with whoever stands here."""
        if self.manner.voice:
            return self.times.slower(VOICE_PACE)
        return self.times.slower(EASY_PACE) if self.manner.easy else self.times

    @property
    def dark(self) -> bool:
        """Whether nobody is expected at the glass now."""
        return self.code is None and dark(self.night, self.hall, self.clock)

    @property
    def reads(self) -> bool:
        """Whether screens can be read aloud now."""
        return self.mute is None and loudness(self.loud, self.clock) > 0

    @property
    def loudness(self) -> int:
        """How loud that is, in percent: what the visitor chose of what the hall allows now."""
        return LOUDNESS[self.manner.volume - 1] * loudness(self.loud, self.clock) // 100

    @property
    def few(self) -> tuple[ServiceRecord, ...]:
        """The services of the elders' home screen."""
        return few(self.services, self.common)

    def found(self, word: str) -> tuple[ServiceRecord, ...]:
        """The services that are shown for some letters; no more before the first where they are large or low."""
        few = self.manner.easy or self.manner.low
        return find.shown(word, self.services, self.common[: find.SHOWN] if few else self.common)

    def zone(self, key: str) -> ZoneRecord | None:
        """The zone with this id, or None when the hall has none such (any more)."""
        return next((zone for zone in self.zones if zone.id == key), None)

    def service(self, key: str) -> ServiceRecord | None:
        """The service with this id, or None."""
        return next((service for service in self.services if service.id == key), None)

    @property
    def enquiry(self) -> ServiceRecord | None:
        """What whoever does not know which to choose takes a ticket for, while there are any."""
        return (
            next((one for one in self.services if one.enquiry and one.issuing), None) if self.takes else None
        )

    def kind(self, key: str | None) -> ClassRecord | None:
        """The class with this id, or None."""
        return next((kind for kind in self.classes if kind.id == key), None)

    def offered(self, zone: str) -> tuple[ServiceRecord, ...]:
        """The services of a zone, in the hall's order."""
        return tuple(service for service in self.services if service.zone == zone)

    @property
    def needs(self) -> tuple[str, ...]:
        """The needs that this hall says it can meet."""
        able = frozenset(self.hall.abilities if self.hall else ())
        return tuple(need for need, abilities in NEEDS.items() if abilities & able)

    @property
    def leaves_at(self) -> float | None:
        """When whoever stands here is taken to have gone; None where nothing is lost, or the screen has an end of its own."""
        idle = Choosing | Claiming | Mine | Helping | Unlocking | Upkeep | Deciding | Naming | Proving
        return self.touched_at + self.patience.idle_s if isinstance(self.screen, idle) else None

    @property
    def leaving(self) -> bool:
        """Whether that is soon, so that it is said."""
        at = self.leaves_at
        return at is not None and at - self.now <= self.times.warn_s

    @property
    def alone(self) -> bool:
        """Whether the kiosk works by itself: it knows a hall, and the server has been away long enough to do without."""
        if self.lost_at is None or self.barred or self.code is not None or self.told is None:
            return False
        return self.now - self.lost_at >= self.times.alone_s

    @property
    def takes(self) -> bool:
        """Whether any ticket can be asked for now: the link is live, or may be again in a moment, or the kiosk issues alone."""
        return not self.barred and self.hall is not None and self.hall.issuing


Outcome = tuple[State, list[Intent]]
"""What an event makes of the kiosk, and what it wants done."""
