"""A hall for the kiosk's tests: the ten zones of the look, with the longest names that a real hall has."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from kiosk.model.event import (
    Event,
    Fresh,
    HallShown,
    Heard,
    Kept,
    LinkChanged,
    Painted,
    ReaderChanged,
    Taken,
    Ticked,
    Touched,
    Unanswered,
)
from kiosk.model.intent import Cancel, HandOver, Intent, Keep, KeepBlocks, Lease, Remember, Report
from kiosk.model.journal import Block, Entry, Word
from kiosk.model.screen import Screen
from kiosk.model.state import State
from kiosk.model.step import step
from queue_server.engine.rule import RULES
from queue_server.wire.ids import ServiceId, TicketId, ZoneId
from queue_server.wire.ticket import Step, Text, Ticket, Wait
from queue_server.wire.view import ClassRecord, HallRecord, RealName, ServiceRecord, ZoneRecord

EPOCH = "epoch-1"
AT = datetime(2026, 11, 23, 2, 42, tzinfo=UTC)
# ruff: noqa: E501
ZONES = (
    ("A", "投资项目服务区", "Investment Projects", "投资项目", "#1F5FA8", "备案 · 核准 · 施工许可", "Filing · Approval · Permits", 4),
    ("B", "证照办理服务区", "Certificates and Licences", "证照办理", "#0F766E", "身份证 · 驾驶证 · 许可证", "ID card · Driving · Permits", 11),
    ("C", "社会保障服务区", "Social Security", "社会保障", "#B23A48", "社保 · 医保 · 养老金", "Insurance · Medical · Pension", 23),
    ("D", "社会综合服务区", "General Community Services", "社会综合", "#6B4FA0", "户籍 · 婚姻 · 公积金", "Household · Marriage · Housing", 0),
    ("E", "人力资源配置服务区", "Employment and Talent", "人力资源", "#8F5410", "就业 · 招聘 · 档案", "Jobs · Hiring · Records", 7),
    ("F", "招标投标服务区", "Public Tendering", "招标投标", "#3B6E22", "招标 · 投标 · 开标", "Tenders · Bids · Opening", 2),
    ("G", "法人登记服务区", "Company and Organisation Registration", "法人登记", "#2B6480", "设立 · 变更 · 注销", "Set up · Change · Close", 118),
    ("H", "中介援助服务区", "Intermediary Services and Assistance", "中介援助", "#8A3D7D", "中介 · 法律援助 · 评估", "Agents · Legal aid · Valuation", 1),
    ("J", "信息公开查阅区", "Government Information", "信息公开", "#4A5568", "政策 · 公报 · 档案查阅", "Policies · Gazette · Archives", 0),
    ("K", "公共管理服务区", "Public Administration", "公共管理", "#A8431F", "城管 · 环保 · 交通", "City · Environment · Traffic", 5),
)  # fmt: skip
WAITS = {"A": (5, 10), "B": (20, 25), "C": (40, 55), "E": (10, 20), "G": (110, 145), "K": (5, 15)}
BRING = Text(
    "身份证、营业执照副本、法定代表人授权委托书", "ID card; business licence (copy); power of attorney"
)
LONG = Text("建设工程消防设计审查验收备案", "Fire-safety design review, acceptance and filing")


def zone(letter: str, **change: object) -> ZoneRecord:
    """One of the ten zones."""
    _, zh, en, short, colour, examples_zh, examples_en, waiting = next(z for z in ZONES if z[0] == letter)
    fields: dict[str, object] = {
        "id": ZoneId(letter),
        "letter": letter,
        "name": Text(zh, en),
        "short": Text(short, en),
        "colour": colour,
        "examples": Text(examples_zh, examples_en),
        "waiting": waiting,
        "issuing": True,
        "wait": Wait(*WAITS[letter]) if letter in WAITS else None,
        "windows": "18-26",
        "rule": RULES["promise"].sentence,
    }
    return ZoneRecord(**(fields | change))  # type: ignore[arg-type]


def service(key: str, in_zone: str, name: Text, **change: object) -> ServiceRecord:
    """A service with four people waiting."""
    fields: dict[str, object] = {
        "id": ServiceId(key),
        "zone": ZoneId(in_zone),
        "name": name,
        "examples": Text("", ""),
        "bring": Text("", ""),
        "max_items": 1,
        "waiting": 4,
        "issuing": True,
    }
    return ServiceRecord(**(fields | change))  # type: ignore[arg-type]


SERVICES = (
    service("a-file", "A", Text("项目备案", "Project filing"), wait=Wait(5, 10)),
    service(
        "a-fire", "A", LONG, bring=BRING, examples=Text("新建 · 改建 · 扩建", "New · Altered · Extended")
    ),
    service("a-land", "A", Text("用地审批", "Land use"), issuing=False, stopped="系统维护", waiting=0),
    *(
        service(f"b-{n}", "B", Text(f"证照事项{n}", f"Licence matter {n}"), wait=Wait(10, 20))
        for n in range(12)
    ),
    service("c-pay", "C", Text("社保缴费", "Paying social insurance"), wait=Wait(10, 15)),
    *(service(f"d-{n}", "D", LONG, examples=Text("户籍 · 婚姻", "Household · Marriage")) for n in range(31)),
    service("e-job", "E", Text("就业登记", "Job seekers"), bring=BRING, wait=Wait(10, 20)),
    *(service(f"{z.lower()}-1", z, Text("咨询", "Enquiry")) for z in "FGHJK"),
)
PRIORITY = Text("优先", "Priority")
CLASSES = (
    ClassRecord(
        id="military",
        name=Text("军人、退役军人、消防救援人员", "Military, veterans, fire and rescue"),
        public=PRIORITY,
    ),
    ClassRecord(id="senior", name=Text("老年人(60周岁以上)", "Aged 60 and over"), public=PRIORITY),
    ClassRecord(id="disability", name=Text("残疾人", "Persons with disabilities"), public=PRIORITY),
    ClassRecord(id="maternity", name=Text("孕妇、携婴幼儿", "Pregnant, or with an infant"), public=PRIORITY),
    ClassRecord(id="patient", name=Text("重病患者", "Seriously ill"), public=PRIORITY, at_once=True),
)
ABILITIES = ("low_counter", "sign_language", "hearing_loop", "reading_aid", "english")
HALL = HallRecord(
    name=Text("晋城市政务大厅", "Jincheng Government Service Hall"),
    day=date(2026, 11, 23),
    issuing=True,
    hours="09:00-12:00 13:30-17:30",
    issued=203,
    served=160,
    missed=7,
    waiting=171,
)


def shown(**change: object) -> HallShown:
    """The hall as the feed tells it."""
    hall = HallRecord(**({name: getattr(HALL, name) for name in HALL.__struct_fields__} | change))
    return HallShown(hall, tuple(zone(z[0]) for z in ZONES), SERVICES)


FRESH = Fresh("id-id-id-id-id-id", "token-token-token", "key-1")


def ticket(number: str = "C103", **change: object) -> Ticket:
    """A ticket as the server answers a take."""
    service_id, zone_id = ServiceId("c-pay"), ZoneId("C")
    fields: dict[str, object] = {
        "id": TicketId(FRESH.id),
        "number": number,
        "zone": zone_id,
        "service": service_id,
        "steps": (Step(service_id, zone_id, "waiting"),),
        "items": 1,
        "class_": "ordinary",
        "class_state": "none",
        "needs": (),
        "language": "zh",
        "state": "waiting",
        "paper": "pending",
        "ahead": 4,
        "wait": Wait(10, 15),
        "issued_at": AT,
    }
    return Ticket(**(fields | change))  # type: ignore[arg-type]


class Play:
    """A kiosk to play with: `>>` tells it an event, `<<` checks what it wanted done in answer to the last one.

    Its journal writes at once and its server hears every word at once, unless a test takes that into its own hands (`disk`, `ear`).
    Neither stands among what was wanted; `journal` has the tickets as they are on disk, `said` what the server was told.
    """

    disk = True
    ear = True

    def __init__(self, state: State | None = None) -> None:
        self.now = 100.0
        self.state = state or State(now=self.now)
        self.wanted: list[Intent] = []
        self.journal: dict[str, Entry] = {}
        self.said: list[Word] = []

    def __rshift__(self, event: Event) -> "Play":
        self.wanted = self._turn(event)
        return self

    def _turn(self, event: Event) -> list[Intent]:
        self.state, intents = step(self.state, event, self.now)
        return [wanted for intent in intents for wanted in self._done(intent)]

    def _done(self, intent: Intent) -> list[Intent]:
        """What the skins around the model do by themselves."""
        match intent:
            case Keep(entry) if self.disk:
                self.journal[entry.take.id] = entry
                return self._turn(Kept(entry))
            case HandOver() | Report() | Cancel() if self.ear:
                self.said.append(intent)
                return [intent, *self._turn(Heard(intent.key))]
            case Lease() | KeepBlocks() | Remember():
                return []
            case _:
                return [intent]

    def __lshift__(self, intents: Intent | list[Intent]) -> "Play":
        expected = intents if isinstance(intents, list) else [intents]
        assert self.wanted == expected, f"it wanted {self.wanted}"
        return self

    def after(self, seconds: float) -> "Play":
        """Real time passes, and the kiosk hears of it."""
        self.now += seconds
        return self >> Ticked(AT)

    def touch(self, control: str, key: str = "", fresh: Fresh = FRESH) -> "Play":
        """An unhurried touch of somebody who sees the screen."""
        self >> Painted(self.state.sight)
        self.now += 1.0
        return self >> Touched(control, key, fresh)  # type: ignore[arg-type]

    @property
    def screen(self) -> Screen:
        """The screen that is shown."""
        return self.state.screen


def open_kiosk() -> Play:
    """A kiosk in an open hall, its link live."""
    return Play() >> LinkChanged("live", epoch=EPOCH) >> shown() >> Ticked(AT)


def caring_kiosk() -> Play:
    """A kiosk in an open hall that has classes to ask for and can meet every need."""
    hall = shown(abilities=ABILITIES)
    return open_kiosk() >> HallShown(hall.hall, hall.zones, hall.services, CLASSES)


AGED = tuple(
    msgspec.structs.replace(kind, age=60) if kind.id == "senior" else kind for kind in CLASSES
)  # fmt: skip
"""The classes, one of which a card confirms by its age."""


def carded_kiosk(
    asks: RealName = "required", *, reader: bool = True, classes: tuple[ClassRecord, ...] = ()
) -> Play:
    """A kiosk in a hall where social insurance asks for a card."""
    hall = shown()
    services = tuple(
        msgspec.structs.replace(each, real_name=asks) if each.id == "c-pay" else each
        for each in hall.services
    )
    play = open_kiosk() >> HallShown(hall.hall, hall.zones, services, classes)
    return play >> ReaderChanged(ready=reader)


def guarded_kiosk(play: Play | None = None) -> Play:
    """A kiosk with a PIN for its technician."""
    play = play or open_kiosk()
    play.state = replace(play.state, pin=PIN)
    return play


PIN = "402718"


def knocked(play: Play | None = None) -> Play:
    """Somebody who touches the clock five times."""
    play = guarded_kiosk(play)
    for _ in range(5):
        play.touch("knock")
    return play


def unlocked(play: Play | None = None, pin: str = PIN) -> Play:
    """A technician who has typed the PIN."""
    play = knocked(play)
    for digit in pin:
        play.touch("key", digit)
    return play


def taken(play: Play, **change: Any) -> Play:
    """The server answers the asking that is out."""
    return play >> Taken(FRESH.key, ticket(**change))


def unanswered(play: Play, *, sent: bool = True) -> Play:
    """Nobody answers the asking that is out."""
    return play >> Unanswered(FRESH.key, sent=sent)


def block(zone: str = "C", many: int = 20, first: int = 700, **change: object) -> Block:
    """Numbers that the server lent this kiosk."""
    fields: dict[str, object] = {
        "zone": ZoneId(zone),
        "prefix": zone,
        "first": first,
        "last": first + many - 1,
        "day": HALL.day,
        "epoch": EPOCH,
    }
    return Block(**(fields | change))  # type: ignore[arg-type]


def lent(play: Play, *blocks: Block) -> Play:
    """The server lends numbers, as soon as it is asked for some of their zones."""
    state = play.state
    play.state = replace(state, journal=replace(state.journal, blocks=blocks))
    return play


def alone_kiosk(*blocks: Block) -> Play:
    """A kiosk with numbers of zone C, whose server has been gone for a while."""
    play = lent(open_kiosk(), *(blocks or (block(),))) >> LinkChanged("down")
    return play.after(5)
