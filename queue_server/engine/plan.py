"""What stands in a hall's configuration, table by table. What must hold between the tables is in `check.py`.

Every hall keeps all the documents it ever ran by, so a field is never renamed or removed, and a new one has a default.
"""

from typing import Annotated

import msgspec

from queue_server.engine.hall import ABILITIES, NOTHING, POLICIES, Rules
from queue_server.engine.mark import (
    Brief,
    Key,
    Like,
    Numbers,
    Once,
    OneOf,
    Ref,
    Spans,
    Within,
    Written,
    day_of,
    days_of,
    month_day_of,
    weekdays_of,
)
from queue_server.wire.board import MEDIUM
from queue_server.wire.portion import OVERS
from queue_server.wire.ticket import Text
from queue_server.wire.voice import PINYIN

ORDINARY = "ordinary"
"""The class of a ticket that asks for none; every hall has it."""

REAL_NAME = ("no", "ask", "required")
"""Whether an identity card is asked for when a ticket is taken: never, for who has it at hand, or always."""
COLOUR = r"#[0-9A-Fa-f]{6}"
"""How a colour is written: red, green and blue."""
TIME_OF_DAY = r"([01]\d|2[0-3]):[0-5]\d"

Said = Annotated[
    str, Like(PINYIN, "应为带声调的拼音，例如“xin1 qu1”。", "It must be pinyin with tones, like “xin1 qu1”.")
]
Id = Annotated[str, Key()]
Zone = Annotated[str, Ref("zones", "服务区", "zone")]
Service = Annotated[str, Ref("services", "业务", "service")]
Window = Annotated[str, Ref("windows", "窗口", "window")]
Department = Annotated[str, Ref("departments", "部门", "department")]
Organisation = Annotated[str, Ref("organisations", "机构", "organisation")]
Calendar = Annotated[str, Ref("calendars", "日历", "calendar")]
Group = Annotated[str, Ref("groups", "承诺组", "promise group")]
Outcome = Annotated[str, Ref("outcomes", "办理结果", "outcome")]
Loudspeaker = Annotated[str, Ref("loudspeakers", "喇叭", "loudspeaker")]
Member = Annotated[str, Ref("staff", "人员", "member of staff")]
Hours = Annotated[tuple[str, ...], Spans()]
Abilities = Annotated[tuple[Annotated[str, OneOf(ABILITIES)], ...], Once()]
Weekdays = Annotated[
    str,
    Written(
        weekdays_of,
        "应写成“1-5”或“1-5,7”，1为周一，7为周日。",
        "It must be like “1-5” or “1-5,7”; 1 is Monday.",
    ),
]
MonthDay = Annotated[
    str,
    Written(month_day_of, "应写成“05-01”，月在前，日在后。", "It must be like “05-01”, the month first."),
]
Day = Annotated[str, Written(day_of, "应写成“2026-10-01”。", "It must be a day like “2026-10-01”.")]
DaysOf = Annotated[
    str,
    Written(
        days_of,
        "应写成“1-5”（周几）、“2026-10-01”或“2026-10-01/2026-10-07”。",
        "It must be like “1-5” (weekdays), “2026-10-01” or “2026-10-01/2026-10-07”.",
    ),
]
Promise = Annotated[int | None, Within(1, 240)]


class TextsTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[texts]`: the hall's own words on its screens and on paper; what is not written stays as the programs have it."""

    kiosk_welcome: Annotated[Text | None, Brief(40, 80)] = None
    ticket_foot: Annotated[Text | None, Brief(80, 160)] = None
    board_idle: Annotated[Text | None, Brief(40, 80)] = None
    bar_idle: Annotated[Text | None, Brief(40, 80)] = None


class RulesTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[rules]`."""

    hours: Hours = ()
    calendar: Calendar | None = None
    calls: Annotated[int, Within(1, 10)] = Rules().calls
    wait_s: Annotated[int, Within(0, 600)] = Rules().wait_s
    paper_s: Annotated[int, Within(5, 600)] = Rules().paper_s
    max_steps: Annotated[int, Within(1, 5)] = Rules().max_steps
    identity_days: Annotated[int, Within(1, 365)] = Rules().identity_days
    words_days: Annotated[int, Within(90, 3650)] = Rules().words_days
    open_per_person: Annotated[int, Within(0, 9)] = Rules().open_per_person
    reentries: Annotated[int, Within(0, 9)] = Rules().reentries
    reentry_min: Annotated[int, Within(1, 600)] = Rules().reentry_min
    reentry_behind: Annotated[int, Within(1, 20)] = Rules().reentry_behind
    defers: Annotated[int, Within(0, 9)] = Rules().defers
    policy: Annotated[str, OneOf(POLICIES)] = Rules().policy
    quick_first: bool = Rules().quick_first
    guard_min: Annotated[int, Within(0, 600)] = Rules().guard_min
    appointment_early_min: Annotated[int, Within(0, 240)] = Rules().appointment_early_min
    appointment_late_min: Annotated[int, Within(0, 240)] = Rules().appointment_late_min
    show_clerk: bool = Rules().show_clerk
    amber_min: Annotated[int, Within(1, 240)] = Rules().amber_min
    red_min: Annotated[int, Within(1, 480)] = Rules().red_min
    case_contact_days: Annotated[int, Within(1, 60)] = Rules().case_contact_days
    case_rectify_days: Annotated[int, Within(1, 60)] = Rules().case_rectify_days
    case_complex_days: Annotated[int, Within(1, 60)] = Rules().case_complex_days


class OrganisationTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[organisations]]`."""

    id: Id
    name: Text


class DepartmentTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[departments]]`: `id` is its code."""

    id: Id
    name: Text
    organisation: Organisation | None = None


class GroupTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[groups]]`: classes that are promised the same, and what the public reads of them."""

    id: Id
    name: Text
    public: Text = NOTHING
    promise_min: Annotated[int, Within(1, 240)]


class ClassTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[classes]]`: promise and public words are those of its group where they are not written."""

    id: Id
    name: Text
    group: Group | None = None
    public: Text = NOTHING
    promise_min: Promise = None
    asked: Annotated[str, OneOf(("kiosk", "staff"))] = "kiosk"
    counts: Annotated[str, OneOf(("confirmed", "at_once"))] = "confirmed"
    age: Annotated[int | None, Within(1, 120)] = None
    listed: bool = False


class FastTrackTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[fast_track]]`: who may have a listed class without being asked again; `id` is the credit or project code."""

    id: Annotated[str, Key()]
    name: str
    reason: str
    until: Day | None = None


class SeasonTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[calendars.seasons]]`: hours of some weekdays in a part of the year; the first season that fits a day counts."""

    first: MonthDay | None = None
    last: MonthDay | None = None
    weekdays: Weekdays = "1-5"
    tickets: Hours
    service: Hours = ()


class CalendarTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[calendars]]`: when tickets are issued and when windows serve. A day that fits no season is closed."""

    id: Id
    name: Text
    seasons: tuple[SeasonTable, ...]


class HolidayTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[holidays]]`: days on which every calendar is closed."""

    id: Annotated[str, Key()]
    name: Text
    first: Day
    last: Day | None = None


class WorkdayTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[workdays]]`: a make-up working day (调休), which counts as another weekday."""

    id: Annotated[str, Key()]
    day: Day
    weekday: Annotated[int, Within(1, 7)] = 1


class ZoneTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[zones]]`: `letter` is the id where it is not written."""

    id: Id
    letter: str | None = None
    name: Text
    short: Text
    colour: Annotated[str, Like(COLOUR, "应写成“#1F5FA8”。", "It must be like “#1F5FA8”.")]
    examples: Text = NOTHING
    place: Text = NOTHING
    calendar: Calendar | None = None
    real_name: Annotated[str, OneOf(REAL_NAME)] = "no"
    policy: Annotated[str | None, OneOf(POLICIES)] = None
    said: Said | None = None
    amber_min: Annotated[int | None, Within(1, 240)] = None
    red_min: Annotated[int | None, Within(1, 480)] = None


class OutcomeTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[outcomes]]`: how a step can end."""

    id: Id
    name: Text


class ServiceTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[services]]`: `prefix` is the zone's letter where it is not written."""

    id: Id
    zone: Zone
    prefix: str | None = None
    name: Text
    examples: Text = NOTHING
    bring: Text = NOTHING
    max_items: Annotated[int, Within(1, 99)] = 1
    over_items: Annotated[str, OneOf(OVERS)] = "refuse"
    batch_service: Service | None = None
    enquiry: bool = False
    department: Department | None = None
    delegated_to: Department | None = None
    calendar: Calendar | None = None
    promise_min: Promise = None
    usual_min: Annotated[int | None, Within(1, 240)] = None
    daily_limit: Annotated[int | None, Within(1, 9999)] = None
    per_person: Annotated[int | None, Within(1, 99)] = None
    real_name: Annotated[str | None, OneOf(REAL_NAME)] = None
    outcomes: Annotated[tuple[Outcome, ...], Once()] = ()
    then: Annotated[tuple[Service, ...], Once()] = ()
    said: Said | None = None


class WindowsTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[windows]]`: one window ("7") or several in a row ("1-3") that offer the same."""

    numbers: Annotated[str, Numbers()]
    name: Text | None = None
    zone: Zone
    services: Annotated[tuple[Service, ...], Once()]
    abilities: Abilities = ()


class VolumeTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[loudspeakers.volume]]`: how loud from a local time of day on, in percent; 0 is silence."""

    since: Annotated[str, Like(TIME_OF_DAY, "应写成“07:30”。", "It must be like “07:30”.")]
    percent: Annotated[int, Within(0, 100)]


class LoudspeakerTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[loudspeakers]]`: calls of these zones are spoken there; all zones where none is written."""

    id: Id
    name: Text
    zones: Annotated[tuple[Zone, ...], Once()] | None = None
    player: Annotated[str, OneOf(("board", "box"))] = "board"
    english: bool = False
    one: Annotated[str, OneOf(("yi", "yao"))] = "yi"
    readings: Annotated[int, Within(1, 3)] = 2
    volume: tuple[VolumeTable, ...] = ()


class ArrowTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[displays.arrows]]`: which way a zone is for whoever reads the board."""

    zone: Zone
    to: Annotated[str, OneOf(("left", "right", "up", "down"))]


class MediumTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[displays.media]]`: a file of the server's folder `media`; a picture stands for `seconds`, a film plays to its end.

    Without days it is shown for good.
    """

    file: Annotated[
        str,
        Like(
            MEDIUM,
            "应为数据目录media内的文件名，以.png、.jpg、.webp、.mp4或.webm结尾（小写）。",
            "It must be a file of the data folder's media, ending in .png, .jpg, .webp, .mp4 or .webm (lower case).",
        ),
    ]
    seconds: Annotated[int, Within(3, 600)] = 10
    first: Day | None = None
    last: Day | None = None


class DisplayTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[displays]]`: all zones where none is written."""

    id: Id
    title: Text
    zones: tuple[Zone, ...] | None = None
    loudspeaker: Loudspeaker | None = None
    layout: Annotated[str, OneOf(("loads", "calls", "media"))] = "loads"
    languages: Annotated[str, OneOf(("zh_en", "en_zh", "zh", "en"))] = "zh_en"
    arrows: tuple[ArrowTable, ...] = ()
    media: tuple[MediumTable, ...] = ()


class MemberTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[staff]]`: `id` is the sign-in name. `skills` are the services they can do: all of their window's if not written."""

    id: Id
    department: Department | None = None
    skills: Annotated[tuple[Service, ...], Once()] | None = None
    abilities: Abilities = ()


class DutyTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[roster]]`: who is at a window when. What is written for a day counts before what is written for its weekday."""

    window: Window
    clerk: Member
    days: DaysOf
    hours: Hours
    breaks: Hours = ()


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file."""

    name: Text
    texts: TextsTable = TextsTable()
    rules: RulesTable = RulesTable()
    organisations: tuple[OrganisationTable, ...] = ()
    departments: tuple[DepartmentTable, ...] = ()
    groups: tuple[GroupTable, ...] = ()
    classes: tuple[ClassTable, ...]
    fast_track: tuple[FastTrackTable, ...] = ()
    calendars: tuple[CalendarTable, ...] = ()
    holidays: tuple[HolidayTable, ...] = ()
    workdays: tuple[WorkdayTable, ...] = ()
    outcomes: tuple[OutcomeTable, ...] = ()
    zones: tuple[ZoneTable, ...]
    services: tuple[ServiceTable, ...]
    windows: tuple[WindowsTable, ...]
    loudspeakers: tuple[LoudspeakerTable, ...] = ()
    displays: tuple[DisplayTable, ...] = ()
    staff: tuple[MemberTable, ...] = ()
    roster: tuple[DutyTable, ...] = ()
