"""The kiosk's state: what it knows of the hall and the link, who stands before it, and the screen they see.

`now` everywhere is real seconds of a clock that never goes back; business time is only shown, never
reckoned with.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.model import find
from kiosk.model.event import HallShown, LinkState, Other
from kiosk.model.few import few
from kiosk.model.intent import Intent
from kiosk.model.journal import Journal
from kiosk.model.manner import LOUDNESS, Manner
from kiosk.model.night import Night, dark
from kiosk.model.patience import EASY_PACE, VOICE_PACE, Times
from kiosk.model.screen import (
    Choosing,
    Claiming,
    Deciding,
    Helping,
    Home,
    Mine,
    Naming,
    Proving,
    Screen,
    Unlocking,
    Upkeep,
)
from queue_server.wire.alarm import Helped
from queue_server.wire.need import NEEDS
from queue_server.wire.ticket import Language, Text, Ticket
from queue_server.wire.view import ClassRecord, HallRecord, ServiceRecord, ZoneRecord
from queue_server.wire.voice import loudness

OFF = Text("未设置", "off")
"""Why nothing is read aloud where no output is set."""


@dataclass(frozen=True)
class Reprinted:
    """A paper lies there for whoever was sent here for it; that is said until then."""

    number: str
    until: float


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
    reader_fault: str | None = None
    """What ails the one that is set; None where none is."""
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
    facts: tuple[Text, ...] = ()
    log: tuple[str, ...] = ()
    """What the skin told of this machine and its log when it was last asked."""
    reprints: Mapping[str, Ticket] = field(default_factory=dict)
    """What the server had printed here lately, by the asking."""
    reprinted: Reprinted | None = None
    """The last of them that came out."""
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
