"""Every screen of the kiosk, as states that a visitor can bring about."""

from dataclasses import replace
from datetime import UTC, datetime

import msgspec

from kiosk.model.event import (
    CardRead,
    Changed,
    CodeShown,
    Felt,
    Found,
    HallShown,
    Inspected,
    LinkChanged,
    Other,
    PrinterChanged,
    PrinterReported,
    ReaderChanged,
    Refused,
    Taken,
    Unanswered,
)
from kiosk.model.find import LONGEST
from kiosk.model.mine import TRIES
from kiosk.model.night import Night
from kiosk.model.state import State
from queue_server.wire.alarm import Helped
from queue_server.wire.field import Holder
from queue_server.wire.ids import ServiceId, ZoneId
from queue_server.wire.ticket import Step, Text, Wait
from queue_server.wire.view import RealName
from tests.fakes.card import number
from tests.unit.kiosk.hall import (
    AGED,
    FRESH,
    HALL,
    PRIORITY,
    Play,
    alone_kiosk,
    block,
    carded_kiosk,
    caring_kiosk,
    knocked,
    lent,
    open_kiosk,
    shown,
    taken,
    ticket,
    unanswered,
    unlocked,
    zone,
)
from tests.unit.kiosk.paper import done, found, held, missed, needing, typed

COMMON = ("c-pay", "a-fire", "d-3", "b-1", "e-job", "a-file")
KIOSKS = replace(shown(), kiosks=(Other("二楼东侧社会保障服务区2号取号机", "C"),))
ISSUED = ticket()
TRACK_URL = f"https://hall.example.gov.cn/t/{FRESH.token}"
WELCOME = Text("欢" * 40, ("Welcome " * 10).strip())
"""As long as a configuration may have it."""
TOMORROW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def _paused() -> Play:
    hall = shown()
    zones = tuple(zone(z.id, issuing=False, stopped="系统维护") if z.id in "BH" else z for z in hall.zones)
    return open_kiosk() >> HallShown(hall.hall, zones, hall.services)


def _closed() -> Play:
    closed = {"issuing": False, "why": "closed", "stopped": HALL.hours, "opens": TOMORROW}
    hall = shown(**closed)
    zones = tuple(zone(z.id, **closed) for z in hall.zones)
    return open_kiosk() >> HallShown(hall.hall, zones, hall.services)


def _woken() -> Play:
    """The dark glass of a closed hall, touched."""
    play = _closed()
    play.state = replace(play.state, night=Night(hours=("10:00-11:00",)))
    return play.after(31) >> Felt()


def _partly() -> Play:
    """Zones with hours of their own, and one with no tickets left."""
    hall = shown()
    later = datetime(2026, 11, 23, 5, 30, tzinfo=UTC)
    shut: dict[str, dict[str, object]] = {
        "A": {"why": "closed", "stopped": "13:30-17:00", "opens": later},
        "B": {"why": "closed", "stopped": "", "opens": TOMORROW},
        "C": {"why": "full"},
    }
    zones = tuple(zone(z.id, issuing=False, **shut[z.id]) if z.id in shut else z for z in hall.zones)
    return open_kiosk() >> HallShown(hall.hall, zones, hall.services)


def _visit() -> Play:
    """A service whose ticket leads on to two more, all with long names."""
    hall = shown()
    then = (ServiceId("d-1"), ServiceId("c-pay"))
    services = tuple(msgspec.structs.replace(s, then=then) if s.id == "a-fire" else s for s in hall.services)
    play = open_kiosk() >> HallShown(hall.hall, hall.zones, services)
    return play.touch("zone", "A").touch("service", "a-fire")


def _ending() -> Play:
    """Somebody who has twice the time, and not much of it left."""
    state = open_kiosk().touch("zone", "A").touch("service", "a-fire").state
    return Play(replace(state, now=state.touched_at + 51))


def _counted(play: Play, most: int, *controls: str, **over: object) -> Play:
    """How many of the same, on the screen before a ticket for job seekers, and what becomes of more."""
    told = play.state.told
    assert told is not None
    services = tuple(
        msgspec.structs.replace(s, max_items=most, **over) if s.id in {"c-pay", "e-job"} else s
        for s in told.services
    )
    play = play >> HallShown(told.hall, told.zones, services, told.classes)
    play.touch("zone", "E")
    for control in controls:
        play.touch(control)
    return play


def _adding(*further: tuple[str, str]) -> Play:
    """One ticket for more and more, all with long names."""
    play = caring_kiosk().touch("zone", "A").touch("service", "a-fire")
    for zone_id, service_id in further:
        play.touch("add").touch("zone", zone_id).touch("service", service_id)
    return play


FURTHER = (("D", "d-1"), ("D", "d-2"), ("A", "a-file"), ("D", "d-4"))


def _visited() -> Play:
    """A printed ticket of as many as there may be."""
    play = _adding(*FURTHER).touch("take")
    services = ("a-fire", "d-1", "d-2", "a-file", "d-4")
    steps = tuple(Step(ServiceId(key), ZoneId(key[0].upper()), "planned") for key in services)
    play = taken(play, number="A017", zone=ZoneId("A"), service=ServiceId("a-fire"), steps=steps)
    return play >> PrinterReported(ISSUED.id, "printed")


AWAY = Text(
    "https://hall.example.gov.cn:8443：那里没有程序在接听。请启动服务器，检查它的JIAOHAO_LISTEN，或改正server。",
    "https://hall.example.gov.cn:8443: nothing listens there; start the server, set its JIAOHAO_LISTEN, or correct server",
)
INSPECTED = Inspected(
    (
        Text(
            "服务器地址：https://hall.example.gov.cn:8443",
            "Server's address: https://hall.example.gov.cn:8443",
        ),
        Text("本机地址：10.20.30.41", "This kiosk's address: 10.20.30.41"),
        Text(
            "数据目录：/var/lib/jiaohao/kiosk（剩余41.3 GiB）",
            "Data folder: /var/lib/jiaohao/kiosk (41.3 GiB free)",
        ),
        Text("程序版本：1.0.0", "Version: 1.0.0"),
    ),
    (
        f"11-23 10:40:07 ERROR {AWAY.zh} {AWAY.en}",
        f"11-23 10:40:06 ERROR {'a very long word ' * 12}…",
        *(
            f"11-23 10:{n:02}:07 WARNING tickets.printed of rw9h1NOk4yEWyRdowoSayA was refused: ticket.unknown"
            for n in range(40)
        ),
    ),
)


def _unpaid() -> Play:
    """A kiosk whose paper ran out, and was changed."""
    play = taken(open_kiosk().touch("zone", "C")) >> PrinterReported(ISSUED.id, "failed", "no_paper")
    return play.touch("noted")


def _enquired() -> Play:
    """A hall with a service for those who do not know."""
    hall = shown()
    services = tuple(msgspec.structs.replace(s, enquiry=s.id == "d-1") for s in hall.services)
    return open_kiosk() >> HallShown(hall.hall, hall.zones, services)


def _helped(helped: Helped | None = None) -> Play:
    """Somebody does not know which to choose, at a kiosk with a long name."""
    play = _enquired() >> CodeShown(None, "二楼东侧社会保障服务区2号取号机", "C", helped)
    return play.touch("enquiry")


def _early() -> Play:
    """An appointment with a long code, and too early for it."""
    detail = (("slot", "11:30"), ("opens", "11:15"))
    return typed("YY202611230100000001").touch("enter") >> Refused(FRESH.key, "appointment.early", "", detail)


def _missed_often() -> Play:
    """Codes that no ticket has, until none is looked for."""
    play = open_kiosk()
    for _ in range(TRIES):
        typed(play=play).touch("enter") >> Refused(FRESH.key, "ticket.unknown", "")
        play.touch("back")
    return play.touch("mine")


def _deferred() -> Play:
    """Others go first."""
    play = held().touch("act", "defer") >> Changed(FRESH.key)
    return play >> Found(FRESH.key, found({"defers": 1}, ahead=7))


def _searched(word: str) -> Play:
    """Letters typed on the search."""
    play = open_kiosk().touch("search")
    for letter in word:
        play.touch("key", letter)
    return play


def _asking(play: Play) -> Play:
    """Somebody asks for a class, and for what helps."""
    for control, key in (
        ("priority", ""),
        ("class", "senior"),
        ("need", "wheelchair"),
        ("need", "english"),
    ):
        play.touch(control, key)
    return play


def _classed(state: str) -> Play:
    """A printed ticket whose class is asked for, or decided."""
    public = PRIORITY if state == "confirmed" else None
    play = _asking(caring_kiosk().touch("zone", "C")).touch("take")
    play = taken(play, class_="senior", class_state=state, public=public, ahead=118)
    return play >> PrinterReported(ISSUED.id, "printed")


def _staff(*touches: tuple[str, str]) -> Play:
    """Staff at the kiosk, after a ticket whose class is asked for."""
    play = _classed("requested").touch("staff")
    for control, key in touches:
        play.touch(control, key)
    return play


SEEN, ENTER = ("reason", "seen"), ("enter", "")


def _typed(text: str) -> tuple[tuple[str, str], ...]:
    return tuple(("key", letter) for letter in text)


def _proved(pin: str) -> Play:
    """Staff who type so many digits of a PIN."""
    return _staff(SEEN, *_typed("zhang"), ENTER, *_typed(pin))


def _known() -> Play:
    """Staff who come after others, with long names."""
    play = _staff(SEEN)
    names = ("steward", "chenwenbo", "a" * 24)
    return Play(replace(play.state, staff=names)).touch("key", "w")


def _wrong(code: str, **detail: object) -> Play:
    return _proved("730918") >> Refused(f"{FRESH.key}.seen", code, "", tuple(detail.items()))


def _numbered(number: str) -> Play:
    return open_kiosk().touch("zone", "C") >> Taken(FRESH.key, ticket(number, ahead=118))


def _refused() -> Play:
    detail = (("prefix", "C"),)
    return open_kiosk().touch("zone", "C") >> Refused(FRESH.key, "number.exhausted", "", detail)


def _carded(asks: RealName = "required", *, reader: bool = True) -> Play:
    """Somebody who is asked for their card."""
    return carded_kiosk(asks, reader=reader).touch("zone", "C")


def _aged(born: str) -> Play:
    """Somebody who asked for a class that an age confirms, and whose card was read."""
    play = carded_kiosk("ask", classes=AGED).touch("zone", "C").touch("priority").touch("class", "senior")
    return play.touch("take") >> CardRead(Holder(number(born), "买买提·阿卜杜拉"))


def _numbered_wrongly() -> Play:
    play = _carded("ask", reader=False)
    for mark in "99000019800101001":
        play.touch("key", mark)
    wrong = next(digit for digit in "0123456789" if digit != number()[-1])
    return play.touch("key", wrong)


def _card_alone() -> Play:
    """A ticket that should have been asked whose it is, and was issued without the server."""
    play = lent(carded_kiosk(), block()) >> LinkChanged("down")
    return play.after(5).touch("zone", "C") >> PrinterReported(ISSUED.id, "printed")


def _alone() -> Play:
    """Without the server, with numbers for all zones but one."""
    return alone_kiosk(*(block(z.id) for z in shown().zones if z.id != "D"))


SCENES: dict[str, State] = {
    name: play.state
    for name, play in {
        "home": open_kiosk(),
        "home-paused": _paused(),
        "home-offline": (open_kiosk() >> LinkChanged("down")).after(5),
        "home-alone": _alone(),
        "home-connecting": Play(),
        "home-no-paper": open_kiosk() >> PrinterChanged("no_paper"),
        "home-no-paper-go": open_kiosk() >> KIOSKS >> PrinterChanged("no_paper"),
        "unprinted-go": taken((open_kiosk() >> KIOSKS).touch("zone", "C"))
        >> PrinterReported(ISSUED.id, "failed", "no_paper"),
        "home-no-printer": open_kiosk() >> PrinterChanged("gone"),
        "home-closed": _closed(),
        "home-partly": _partly(),
        "woken": _woken(),
        "home-welcome": open_kiosk() >> shown(welcome=WELCOME),
        "services-alone": _alone().touch("zone", "A"),
        "bring-alone": _alone().touch("zone", "A").touch("service", "a-fire"),
        "ticket-alone": _alone().touch("zone", "C") >> PrinterReported(ISSUED.id, "printed"),
        "pairing": Play() >> LinkChanged("live") >> CodeShown("042917"),
        "pairing-offline": Play() >> CodeShown("042917") >> LinkChanged("down"),
        "services": open_kiosk().touch("zone", "A"),
        "services-many": open_kiosk().touch("zone", "B"),
        "services-pages": open_kiosk().touch("zone", "D").touch("page", "on"),
        "home-easy": open_kiosk().touch("way", "easy"),
        "others": open_kiosk().touch("way", "easy").touch("others"),
        "search": open_kiosk().touch("search"),
        "search-common": (open_kiosk() >> replace(shown(), common=COMMON)).touch("search"),
        "home-enquiry": _enquired(),
        "home-coming": _helped("coming").touch("back"),
        "helping": _helped(),
        "helping-coming": _helped("coming"),
        "home-common": open_kiosk() >> replace(shown(), common=COMMON),
        "search-many": _searched("js"),
        "search-few": _searched("sbj"),
        "search-near": _searched("jsgcv"),
        "search-none": _searched("x" * LONGEST),
        "bring": open_kiosk().touch("zone", "A").touch("service", "a-fire"),
        "bring-leaving": open_kiosk().touch("zone", "A").touch("service", "a-fire").after(22),
        "bring-ending": _ending(),
        "bring-visit": _visit(),
        "adding": _adding(FURTHER[0]).touch("add"),
        "adding-services": _adding().touch("add").touch("zone", "A"),
        "bring-added": _adding(*FURTHER[:3]),
        "bring-added-most": _adding(*FURTHER),
        "ticket-added": _visited(),
        "bring-no-paper": caring_kiosk().touch("zone", "A").touch("service", "a-fire")
        >> PrinterChanged("no_paper"),
        "bring-count": _counted(open_kiosk(), 5, "more", "more"),
        "bring-count-options": _counted(caring_kiosk(), 5),
        "bring-count-round": _counted(open_kiosk(), 5, *["more"] * 7, over_items="round"),
        "bring-count-batch": _counted(
            caring_kiosk(), 1, "more", "more", over_items="batch", batch_service="d-1"
        ),
        "bring-options": caring_kiosk().touch("zone", "A").touch("service", "a-fire"),
        "bring-asked": _asking(caring_kiosk().touch("zone", "A").touch("service", "a-fire")),
        "bring-nothing": caring_kiosk().touch("zone", "C"),
        "classes": caring_kiosk().touch("zone", "A").touch("service", "a-fire").touch("priority"),
        "classes-chosen": _asking(caring_kiosk().touch("zone", "C")).touch("priority"),
        "card-ask": _carded("ask"),
        "card-other": _carded() >> CardRead(Holder("UTO990000000019", "测试卡")),
        "classes-card": carded_kiosk("no", classes=AGED).touch("zone", "C").touch("priority"),
        "bring-card": carded_kiosk("no", classes=AGED)
        .touch("zone", "C")
        .touch("priority")
        .touch("class", "senior"),
        "card-age": carded_kiosk("no", classes=AGED)
        .touch("zone", "C")
        .touch("priority")
        .touch("class", "senior")
        .touch("take"),
        "number": _carded(reader=False),
        "number-wrong": _numbered_wrongly(),
        "agree": _carded() >> CardRead(Holder(number(), "张小三")),
        "agree-proven": _aged("19500101"),
        "agree-young": _aged("19900101"),
        "ticket-unregistered": _card_alone(),
        "claiming": open_kiosk().touch("mine"),
        "claiming-early": _early(),
        "claiming-typed": typed(),
        "claiming-none": typed().touch("enter") >> Refused(FRESH.key, "ticket.unknown", ""),
        "claiming-wait": _missed_often(),
        "mine-waiting": held(),
        "mine-deferred": _deferred(),
        "mine-missed": held(missed()),
        "mine-sure": held().touch("act", "cancel"),
        "mine-served": held(found(**done(None, 5))),
        "mine-needing": held(needing(19, 24, wait=Wait(15, 20))),
        "mine-none-able": held(needing()),
        "mine-ways": held(needing(19, 20, 24, 26)).touch("act", "ways"),
        "mine-ways-known": held(
            needing(19, 20, 24, 26, wait=Wait(105, 120), needs=("wheelchair", "hearing", "english"))
        ).touch("act", "ways"),
        "mine-bound": held(needing(19, binding=True)),
        "mine-rate": held(found(**done(None, 5))).touch("act", "rate"),
        "mine-printing": held().touch("act", "reprint"),
        "mine-unprinted": held().touch("act", "reprint")
        >> Found(FRESH.key, found())
        >> PrinterReported(FRESH.id, "failed", "no_paper"),
        "mine-refused": held().touch("act", "defer") >> Refused(FRESH.key, "ticket.not_waiting", ""),
        "claiming-unprinted": (open_kiosk() >> KIOSKS >> PrinterChanged("no_paper")).touch("mine"),
        "taking": open_kiosk().touch("zone", "C"),
        "taking-slow": unanswered(open_kiosk().touch("zone", "C")),
        "printing": taken(open_kiosk().touch("zone", "C")),
        "ticket": taken(open_kiosk().touch("zone", "C")) >> PrinterReported(ISSUED.id, "printed"),
        "ticket-long": _numbered("G1234") >> PrinterReported(ISSUED.id, "printed"),
        "ticket-asked": _classed("requested"),
        "ticket-confirmed": _classed("confirmed"),
        "ticket-refused": _classed("refused"),
        "unlocking": knocked(),
        "unlocking-wrong": unlocked(pin="000000"),
        "upkeep": unlocked(_unpaid()) >> INSPECTED,
        "upkeep-printing": (unlocked(_unpaid()) >> INSPECTED).touch("act", "rest"),
        "upkeep-done": (unlocked(_unpaid()) >> INSPECTED).touch("act", "trial")
        >> PrinterReported("trial", "printed"),
        "upkeep-away": unlocked(_unpaid() >> LinkChanged("down", why=AWAY) >> ReaderChanged(False, "gone"))
        >> INSPECTED,
        "upkeep-log-empty": unlocked().touch("act", "log"),
        "upkeep-log": (unlocked() >> INSPECTED).touch("act", "log"),
        "staff-deciding": _staff(),
        "staff-naming": _staff(SEEN),
        "staff-naming-known": _known(),
        "staff-naming-long": _staff(SEEN, *_typed("w" * 24)),
        "staff-proving": _proved("730"),
        "staff-asking": _proved("730918"),
        "staff-wrong": _wrong("auth.wrong_pin"),
        "staff-waiting": _wrong("auth.too_many", wait_s=58),
        "staff-offline": _proved("730918") >> Unanswered(f"{FRESH.key}.seen", sent=False),
        "staff-silent": _proved("730918") >> Unanswered(f"{FRESH.key}.seen"),
        "ticket-doubt": taken(open_kiosk().touch("zone", "C")) >> PrinterReported(ISSUED.id, "unknown"),
        "unprinted": taken(open_kiosk().touch("zone", "C"))
        >> PrinterReported(ISSUED.id, "failed", "no_paper"),
        "unprinted-code": taken(open_kiosk().touch("zone", "C"), track_url=TRACK_URL)
        >> PrinterReported(ISSUED.id, "failed", "no_paper"),
        "unprinted-unsure": taken(open_kiosk().touch("zone", "C")).after(25),
        "problem": _refused(),
        "problem-desk": unanswered(open_kiosk().touch("zone", "C"), sent=False),
    }.items()
}
