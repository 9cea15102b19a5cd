"""Records of the feed: what each topic shows. A topic is a set of records by key; the message carries the whole record.

| topic | records |
|---|---|
| `hall` (public) | `hall` HallRecord, `zone/<id>` ZoneRecord, `service/<id>` ServiceRecord, `class/<id>` ClassRecord |
| `board:<display>` | `board` BoardRecord, `call/<n>` CallRecord (the last calls), `missed` MissedRecord (all of `wire/board.py`),
`zone/<id>` ZoneRecord, `notices` NoticesRecord |
| `voice:<loudspeaker>` | `loudspeaker` LoudspeakerRecord (of `wire/voice.py`), `call/<n>` CallRecord (the last calls) |
| `window:<id>` | `window` WindowRecord, `current` Ticket or nothing, `waiting` WaitingRecord, `prompt` PromptRecord or nothing,
`held` HeldRecord or nothing, `notes` NotesRecord or nothing (all of `wire/window.py`), `notices` NoticesRecord or nothing; to
agents without notes, names (but the one by which a hall shows its clerks, where it does), classes and reasons |
| `admin` | `device/<id>` DeviceRecord (of `wire/device.py`) |
| `device` | `device` DeviceRecord: the asker's own, and to a kiosk `print/<ticket id>` PrintRecord, what it is to print (both of
`wire/device.py`); the topic's records come under the name `device:<id>` |
| `zone:<id>` | `zone/<id>` LoadRecord, `service/<id>` ServiceRecord, `window/<id>` WindowRecord: one zone's, for staff |
| `floor` | `hall` HallRecord, `zone/<id>` LoadRecord, `window/<id>` WindowRecord, `ratings` LastRatings, `notices` NoticesRecord,
`stops` StopsRecord, `objected/<ticket id>` ObjectedRecord (those of the floor alone are in `wire/floor.py`), `alarm/<id>`
AlarmRecord (of `wire/alarm.py`), `advices` AdvicesRecord (of `wire/advice.py`), `cases` CasesRecord (of `wire/case.py`),
`evacuation/<id>` EvacuationRecord (of `wire/relocation.py`: of what is elsewhere, may be, or came here) |
| `desk` | `request/<ticket id>` QueuedTicket whose class waits to be confirmed, `class/<id>` GivenClassRecord |
| `cases` | `case/<id>` CaseRecord: open cases and those closed lately |
| `ticket:<id>` | `ticket` Ticket, `notes` NotesRecord or nothing, for staff |
| `ticket:<token>` | `ticket` Ticket, `guide` GuideRecord (of `wire/holder.py`), for its holder |

Here is what everybody may see.
"""

from datetime import date, datetime
from typing import Literal

import msgspec

from queue_server.wire.ids import ServiceId, ZoneId
from queue_server.wire.portion import Over
from queue_server.wire.ticket import Text, Wait

RealName = Literal["no", "ask", "required"]
"""Whether an identity card is asked for when a ticket is taken: never, of who has it at hand, or of everybody."""
Why = Literal["closed", "stopped", "full", "unserved"]
"""Why no ticket is issued: outside the hours, by somebody's word, as many as there are in a day, or no window that offers it."""
Elsewhere = Literal["away", "undecided", "here", "closed"]
"""A part of the hall is served in another place; may be, until somebody decides; or this is another hall's other place, or was."""


class HallRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The hall today. `issuing` is False while nobody can take a ticket anywhere; `why` and `stopped` then say why.

    Here and below: `stopped` is the reason of whoever stopped it, as they typed it, or outside the hours these; `stopped_en` is the
    same in English, where the reason is one of the hall's own, or was said in English too. Hours are today's, as a notice says
    them ("08:30-12:00 13:30-17:00"), empty on a day without any, None all day: `hours` of tickets, `serving` of windows, for a
    zone and the hall whenever one of their services has them. `opens` is when tickets are issued again, while hours close them.
    """

    name: Text
    day: date
    issuing: bool
    why: Why | None = None
    stopped: str | None = None
    stopped_en: str | None = None
    opens: datetime | None = None
    hours: str | None = None
    serving: str | None = None
    coming: tuple[str | None, ...] = ()
    """The hours of tickets on the days after `day`, one after another."""
    issued: int
    served: int
    missed: int
    waiting: int
    welcome: Text | None = None
    """The hall's own headline on a kiosk's first screen; here and below None leaves the words to the program that shows it."""
    ticket_foot: Text | None = None
    """The hall's own last line of a ticket."""
    elsewhere: Elsewhere | None = None
    abilities: tuple[str, ...] = ()
    """What some window has, or somebody of the staff can do, for those who need it."""
    public_url: str | None = None
    """Where phones find the hall; None: they do not, and no paper says so."""
    max_steps: int = 5
    """So many services on one ticket at most."""
    guard_min: int = 0
    """Whoever has waited for more minutes than these is called first, whatever the rule; 0: nobody is."""


class NoticeRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What the hall tells everybody until a time: on the boards in `displays` and the bars of their zones, or everywhere."""

    id: str
    text: Text
    until: datetime
    published_at: datetime
    displays: tuple[str, ...] = ()


class NoticesRecord(msgspec.Struct, frozen=True):
    """The notices that stand, oldest first."""

    notices: tuple[NoticeRecord, ...] = ()


class ZoneRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A zone for the public: how many wait, whether it issues, and an honest range or nothing."""

    id: ZoneId
    letter: str
    name: Text
    short: Text
    colour: str
    examples: Text
    waiting: int
    issuing: bool
    why: Why | None = None
    stopped: str | None = None
    stopped_en: str | None = None
    opens: datetime | None = None
    hours: str | None = None
    serving: str | None = None
    wait: Wait | None = None
    windows: str
    """The zone's windows as people say them, "18-26" or "3"."""
    rule: Text | None = None
    """By which rule its windows call, in one sentence for a citizen."""
    said: str | None = None
    """How the hall wants the short name said, in pinyin; None where whoever speaks has its own words. So for a service's name."""


class OutcomeRecord(msgspec.Struct, frozen=True):
    """How a step can end."""

    id: str
    name: Text


class ServiceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A service for the public. `then` are the services that follow on its tickets, `limit` is how many there are in a day."""

    id: ServiceId
    zone: ZoneId
    name: Text
    examples: Text
    bring: Text
    max_items: int
    over_items: Over = "refuse"
    """What becomes of more items than that (`wire/portion.py`)."""
    batch_service: ServiceId | None = None
    """Where they go, if they go elsewhere."""
    most_items: int = 1
    """How many can be asked for on a ticket for it alone."""
    enquiry: bool = False
    """It is for whoever does not know which one to choose."""
    real_name: RealName = "no"
    outcomes: tuple[OutcomeRecord, ...] = ()
    """How a step of it can end."""
    then: tuple[ServiceId, ...] = ()
    said: str | None = None
    waiting: int
    limit: int | None = None
    issued: int = 0
    """Tickets of today for it."""
    issuing: bool
    why: Why | None = None
    stopped: str | None = None
    stopped_en: str | None = None
    opens: datetime | None = None
    hours: str | None = None
    serving: str | None = None
    wait: Wait | None = None


class ClassRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A class that anybody may ask for at a kiosk.

    `name` says who belongs to it, on the screen where it is chosen and nowhere else; `public` is all that may be said of it
    elsewhere. One that does not count `at_once` waits as ordinary until staff confirm it, or an identity card of this `age`.
    """

    id: str
    name: Text
    public: Text | None = None
    at_once: bool = False
    age: int | None = None
