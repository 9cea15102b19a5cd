"""What a screen shows: ready sentences, colours as #RRGGBB and claims. A view paints it and decides
nothing.
"""

from dataclasses import dataclass, field
from typing import Literal

from kiosk.model.event import Control
from kiosk.model.manner import Manner
from queue_server.wire.ticket import Language

Tone = Literal["good", "plain", "calm", "warn", "alarm"]


@dataclass(frozen=True)
class Header:
    """The bar at the top: whose hall, what time, what day."""

    title: str
    clock: str
    day: str


@dataclass(frozen=True)
class Banner:
    """One sentence about the system, under the bar."""

    text: str
    tone: Tone


@dataclass(frozen=True)
class Badge:
    """A zone wherever it is named: letter, colour and icon always go together. No icon for an unusual letter."""

    letter: str
    icon: str
    colour: str
    name: str


@dataclass(frozen=True)
class Tile:
    """A zone on the home screen. While `paused`, what stands for the figures says so, and why."""

    id: str
    badge: Badge
    other: str
    """The name in the other language."""
    examples: str
    waiting: str
    wait: str
    paused: bool
    enabled: bool
    chinese: bool
    """The large name is the Chinese one, which is short and may be set larger."""


@dataclass(frozen=True)
class Row:
    """A service on the screen of its zone."""

    id: str
    name: str
    examples: str
    waiting: str
    wait: str
    paused: bool
    enabled: bool


@dataclass(frozen=True)
class Home:
    """Which zone?"""

    question: str
    hint: str
    tiles: tuple[Tile, ...]
    help: str
    search: str = ""
    """The button that leads to the search, empty while there is nothing to find."""
    enquiry: str = ""
    """The button for who does not know which to choose, in the place of the help; empty where there is no service for that."""
    mine: str = ""
    """The button for who has a ticket already, empty while none can be looked for."""
    brief: bool = False
    """The zones stand in few words each."""


@dataclass(frozen=True)
class EasyHome:
    """Which of the few services that most people come for?"""

    question: str
    found: tuple["Found", ...]
    others: str
    ask: str
    """The button for who wants somebody to help, empty where nobody is called by it."""
    help: str
    """Where people are who help, in its place."""
    mine: str


@dataclass(frozen=True)
class Pairing:
    """No place yet: what the staff need to give it one."""

    title: str
    other_title: str
    code: str
    sentence: str
    other_sentence: str
    until: str


@dataclass(frozen=True)
class Services:
    """Which service? The pager's texts are empty where everything stands on one page."""

    badge: Badge
    question: str
    hint: str
    rows: tuple[Row, ...]
    columns: int
    page: str
    page_back: str
    page_on: str


@dataclass(frozen=True)
class Found:
    """A service that was found. Its zone is named in the row, which has the zone's colour."""

    row: Row
    colour: str
    icon: str


@dataclass(frozen=True)
class Searching:
    """Which service begins so?"""

    question: str
    word: str
    hint: str
    """What can be typed, while nothing is."""
    found: tuple[Found, ...]
    sentence: str
    """Why there are none, that they only come near, or that there are more; empty where all of them stand here."""
    rows: tuple[tuple["Key", ...], ...]


@dataclass(frozen=True)
class Option:
    """Something that may be asked for with a ticket; `chosen` when it is."""

    control: Control
    id: str
    icon: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class Count:
    """How many of the same at once, and whether it may be one less or one more."""

    label: str
    text: str
    fewer: bool
    more: bool


@dataclass(frozen=True)
class Bring:
    """Do you have what is needed? Without anything to bring (`items` empty) how long it takes stands in its place."""

    badge: Badge
    service: str
    question: str
    items: tuple[str, ...]
    visit: str
    """What one ticket leads through, empty where it is for this service alone."""
    hint: str
    waiting: str
    wait: str
    """Empty where nobody waits and nothing is known: an unknown wait behind nobody would only puzzle."""
    options: tuple[Option, ...]
    about: str
    """What the options are, or what becomes of a class that was chosen."""
    asks: bool
    """A class is chosen that staff must confirm."""
    count: Count | None
    """None where the service takes one at a time."""
    add: str
    """The button that leads to one more service on the same ticket; empty where it has as many as it may."""
    take: str
    enabled: bool


@dataclass(frozen=True)
class Choice:
    """A class on the screen of them, what becomes of it, and whether it is chosen."""

    id: str
    name: str
    note: str
    chosen: bool


@dataclass(frozen=True)
class Classes:
    """Who is served first?"""

    badge: Badge
    service: str
    question: str
    hint: str
    choices: tuple[Choice, ...]
    rule: str
    """Who is called before whom; empty where that is not told."""
    none: str


@dataclass(frozen=True)
class Key:
    """A key of a pad; the one that takes back has an icon and no text. One with neither is a gap."""

    control: Control
    id: str
    text: str
    icon: str = ""


@dataclass(frozen=True)
class Showing:
    """Where do I put my card?"""

    badge: Badge
    service: str
    question: str
    about: str
    """Why it is asked for."""
    sentence: str
    trouble: bool
    """The sentence says what went wrong, not what to do."""
    kept: str
    """What becomes of it."""
    number: str
    skip: str
    """Empty where there is no ticket without it."""


@dataclass(frozen=True)
class Numbering:
    """What is my number? The middle of it is never shown."""

    badge: Badge
    service: str
    question: str
    about: str
    number: str
    sentence: str
    trouble: bool
    rows: tuple[tuple[Key, ...], ...]
    again: str
    """The button that takes all of it back, while it is wrong."""
    skip: str


@dataclass(frozen=True)
class Agreeing:
    """Is this me?"""

    badge: Badge
    service: str
    question: str
    name: str
    number: str
    kept: str
    about: str
    """What the class is, or what becomes of it."""
    option: Option | None
    """A class that the card confirms by its age."""
    take: str
    enabled: bool


@dataclass(frozen=True)
class Claiming:
    """What stands on my paper?"""

    question: str
    code: str
    hint: str
    sentence: str
    trouble: bool
    """The sentence says why there is none."""
    rows: tuple[tuple[Key, ...], ...]
    enter: str
    icon: str
    """What stands beside that."""
    enabled: bool


@dataclass(frozen=True)
class Mine:
    """How does my ticket stand, and what can I do? What is done at once and is wanted most is `chosen`."""

    badge: Badge
    service: str
    number: str
    state: str
    tone: Tone
    lines: tuple[str, ...]
    note: str
    trouble: bool
    """The note says why something was not done."""
    acts: tuple[Option, ...]


@dataclass(frozen=True)
class Helping:
    """Who helps me choose? What helps most is `chosen`."""

    question: str
    sentence: str
    tone: Tone
    acts: tuple[Option, ...]


@dataclass(frozen=True)
class Taking:
    """Wait a moment."""

    badge: Badge
    service: str
    sentence: str
    slow: bool


@dataclass(frozen=True)
class Issued:
    """Your number. `done` is empty while there is nothing to touch."""

    badge: Badge
    service: str
    label: str
    number: str
    ahead_label: str
    ahead: str
    wait_label: str
    wait: str
    """Empty as in Bring."""
    place: str
    follow: str
    note: str
    """What there is to say of a class that was asked for, and of a card that was not registered; empty for most tickets."""
    icon: str
    """The drawing beside it."""
    tone: Tone
    """`warn` while something has still to be shown to staff."""
    paper: str
    printed: bool
    sure: bool
    """False: it may not have come out, so that nobody is told to take it."""
    done: str
    staff: str
    """The button with which staff decide about the class, empty where there is nothing to decide."""
    returning: str


@dataclass(frozen=True)
class Finding:
    """What staff may have found of a class, and whether that confirms it."""

    id: str
    text: str
    confirms: bool


@dataclass(frozen=True)
class Unlocking:
    """For the technician: the kiosk's PIN? Only how many digits were typed is shown."""

    question: str
    dots: str
    sentence: str
    trouble: bool
    """The sentence says what went wrong."""
    rows: tuple[tuple[Key, ...], ...]
    enabled: bool


@dataclass(frozen=True)
class Upkeep:
    """For the technician: how is it? Either facts or the log."""

    question: str
    facts: tuple[str, ...]
    log: tuple[str, ...]
    note: str
    trouble: bool
    """The note says what went wrong."""
    acts: tuple[Option, ...]


@dataclass(frozen=True)
class Deciding:
    """For staff: is it so?"""

    badge: Badge
    service: str
    question: str
    number: str
    asked: str
    """The class that was asked for, by its name: staff must know what they confirm."""
    confirm: str
    refuse: str
    findings: tuple[Finding, ...]
    hint: str


@dataclass(frozen=True)
class Naming:
    """For staff: who are you? `known` are names that were good here today, mostly hidden."""

    badge: Badge
    service: str
    question: str
    name: str
    hint: str
    known: tuple[Key, ...]
    rows: tuple[tuple[Key, ...], ...]
    enter: str
    enabled: bool


@dataclass(frozen=True)
class Proving:
    """For staff: your PIN? Only how many digits were typed is shown, never which."""

    badge: Badge
    service: str
    question: str
    name: str
    dots: str
    sentence: str
    trouble: bool
    """The sentence says what went wrong."""
    rows: tuple[tuple[Key, ...], ...]
    enabled: bool


@dataclass(frozen=True)
class Unprinted:
    """Your number, without paper."""

    badge: Badge
    service: str
    trouble: str
    label: str
    number: str
    remember: str
    place: str
    qr: str
    """The address of the ticket's page, to be photographed in place of the paper; empty where phones do not find the hall."""
    scan: str
    noted: str
    give_up: str
    """Empty where the paper may have come out after all."""
    returning: str


@dataclass(frozen=True)
class Problem:
    """Why there is no ticket, and where help is."""

    title: str
    sentence: str
    help: str
    understood: str
    icon: str = "alert"
    """Anything else is no trouble."""


Body = (
    Home
    | EasyHome
    | Pairing
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
    | Unlocking
    | Upkeep
    | Deciding
    | Naming
    | Proving
)


@dataclass(frozen=True)
class Look:
    """One screen. `back` is empty where there is no way back."""

    header: Header
    banner: Banner | None
    body: Body
    back: str
    language_button: str
    language: Language
    leaving: str = ""
    """A warning before the home screen comes back by itself, empty while there is time."""
    ways: tuple[Option, ...] = ()
    """How the screen can be, on the home screen only."""
    manner: Manner = field(default_factory=Manner)
    """How it is."""
    dark: bool = False
    """Nothing of it is seen: any touch is only felt."""
    sight: int = 0
    """Another number, another screen; the glass tells when it is painted."""
