"""再办一项: one ticket for services of any zones, in the order in which they were chosen."""

from dataclasses import replace

import msgspec

from kiosk.link.hall import command
from kiosk.model import look as seen
from kiosk.model.event import CardRead, HallShown, Painted, PrinterChanged, Touched
from kiosk.model.intent import Print, Take
from kiosk.model.journal import Entry
from kiosk.model.screen import Adding, Agreeing, Bring, Home, Searching, Services, Showing, Taking
from kiosk.model.show import look
from kiosk.model.slip import slip
from queue_server.wire.field import Holder
from queue_server.wire.ids import ServiceId, ZoneId
from queue_server.wire.ticket import Step, Text
from tests.fakes.card import number
from tests.unit.kiosk.hall import (
    FRESH,
    HALL,
    Play,
    alone_kiosk,
    block,
    carded_kiosk,
    caring_kiosk,
    open_kiosk,
    shown,
    taken,
    ticket,
)

FIRST = Bring("a-fire")


def begun(play: Play | None = None) -> Play:
    """Somebody who has chosen one service, and is asked what else."""
    return (play or open_kiosk()).touch("zone", "A").touch("service", "a-fire").touch("add")


def also(play: Play, zone: str, service: str) -> Play:
    """One more service of a zone."""
    return play.touch("zone", zone).touch("service", service)


def taking(play: Play) -> Take:
    """What is asked for once the button is touched."""
    [asking] = play.touch("take").wanted
    assert isinstance(asking, Take)
    return asking


def body(play: Play) -> seen.Bring:
    """The screen before the ticket."""
    screen = look(play.state).body
    assert isinstance(screen, seen.Bring)
    return screen


def test_services_of_any_zones_are_asked_for_as_one_ticket_in_their_order() -> None:
    play = also(begun(), "B", "b-3").touch("add").touch("zone", "F")
    assert body(play).visit == "一张号依次办理：建设工程消防设计审查验收备案 → 证照事项3 → 咨询。"
    asking = taking(play)
    assert (asking.service, asking.then) == ("a-fire", ("b-3", "f-1"))
    assert command(asking)[1]["then"] == ("b-3", "f-1")


def test_one_service_alone_leaves_what_follows_to_the_hall() -> None:
    asking = taking(open_kiosk().touch("zone", "A").touch("service", "a-fire"))
    assert asking.then is None
    assert "then" not in command(asking)[1]


def test_what_the_hall_plans_after_a_service_counts_as_chosen() -> None:
    hall = shown()
    then = (ServiceId("c-pay"), ServiceId("e-job"))
    services = tuple(msgspec.structs.replace(s, then=then) if s.id == "b-3" else s for s in hall.services)
    play = also(begun(open_kiosk() >> HallShown(hall.hall, hall.zones, services)), "B", "b-3")
    assert taking(play).then == ("b-3", "c-pay", "e-job")


def test_that_a_planned_service_needs_things_too_is_said_where_there_is_paper_to_name_them() -> None:
    hall = shown()
    then = (ServiceId("e-job"),)
    services = tuple(msgspec.structs.replace(s, then=then) if s.id == "a-fire" else s for s in hall.services)
    play = open_kiosk() >> HallShown(hall.hall, hall.zones, services)
    assert body(play.touch("zone", "A").touch("service", "a-fire")).hint == "后面几项要带的，都印在号票上。"
    assert body(play >> PrinterChanged("no_paper")).hint == "材料不齐也可以先取号，到窗口再咨询。"
    chosen = open_kiosk().touch("zone", "E").touch("add").touch("zone", "A").touch("service", "a-fire")
    assert body(chosen).hint == "材料不齐也可以先取号，到窗口再咨询。", "each was on the glass already"


def test_a_service_that_is_on_the_ticket_cannot_be_chosen_again_and_says_so() -> None:
    play = begun().touch("zone", "A")
    rows = look(play.state).body
    assert isinstance(rows, seen.Services)
    told = {row.id: (row.waiting, row.enabled) for row in rows.rows}
    assert told == {"a-file": ("等候 4 人", True), "a-fire": ("已选", False), "a-land": ("暂停取号", False)}
    assert play.touch("service", "a-fire").screen == Services("A", after=FIRST)


def test_there_are_five_at_most_and_then_no_button() -> None:
    play = begun()
    for n in range(3):
        play = also(play, "B", f"b-{n}").touch("add")
    play = also(play, "B", "b-3")
    assert body(play).add == ""
    assert isinstance(play.touch("add").screen, Bring)
    assert len(taking(play).then or ()) == 4


def test_a_hall_that_has_fewer_on_a_ticket_offers_no_more() -> None:
    play = begun(open_kiosk() >> shown(max_steps=2))
    play = also(play, "B", "b-3")
    assert body(play).add == ""
    one = open_kiosk() >> shown(max_steps=1)
    assert body(one.touch("zone", "A").touch("service", "a-fire")).add == ""


def test_one_that_would_bring_too_much_with_it_is_for_a_ticket_of_its_own() -> None:
    hall = shown(max_steps=3)
    then = (ServiceId("c-pay"), ServiceId("e-job"))
    services = tuple(msgspec.structs.replace(s, then=then) if s.id == "b-3" else s for s in hall.services)
    play = begun(open_kiosk() >> HallShown(hall.hall, hall.zones, services)).touch("zone", "B")
    rows = look(play.state).body
    assert isinstance(rows, seen.Services)
    assert [(row.waiting, row.enabled) for row in rows.rows if row.id == "b-3"] == [("另取一张号", False)]
    assert play.touch("service", "b-3").screen == Services("B", after=FIRST)


def test_back_leads_step_by_step_to_the_first_service() -> None:
    play = also(begun(), "B", "b-3")
    second = Bring("b-3", after=FIRST)
    assert play.screen == second
    play.touch("add").touch("search").touch("key", "s")
    assert play.screen == Searching("s", second)
    assert play.touch("back").screen == Adding(second)
    assert play.touch("back").screen == second
    assert play.touch("back").screen == Services("B", after=FIRST)
    assert play.touch("back").screen == Adding(FIRST)
    assert play.touch("back").screen == FIRST


def test_a_service_that_is_found_by_its_letters_is_added_too() -> None:
    play = begun().touch("search")
    for letter in "sbj":
        play.touch("key", letter)
    assert play.touch("service", "c-pay").screen == Bring("c-pay", word="sbj", after=FIRST)
    assert taking(play).then == ("c-pay",)


def test_what_was_asked_for_with_the_first_goes_on_with_the_next() -> None:
    play = caring_kiosk().touch("zone", "A").touch("service", "a-fire").touch("need", "wheelchair")
    play.touch("priority").touch("class", "senior")
    asking = taking(also(play.touch("add"), "B", "b-3"))
    assert (asking.class_, asking.needs) == ("senior", ("wheelchair",))


def test_how_many_is_asked_for_the_first_service_only() -> None:
    hall = shown()
    services = tuple(
        msgspec.structs.replace(s, max_items=3) if s.id in {"a-fire", "c-pay"} else s for s in hall.services
    )
    play = open_kiosk() >> HallShown(hall.hall, hall.zones, services)
    play.touch("zone", "A").touch("service", "a-fire").touch("more").touch("add").touch("zone", "C")
    assert body(play).count is None
    first, _, _ = body(play).visit.partition(" → ")
    assert first.endswith("（2件）"), "it is still told how many"
    assert taking(play.touch("more")).items == 2


def test_a_card_that_any_of_them_requires_is_asked_for() -> None:
    play = begun(carded_kiosk()).touch("zone", "C")
    assert isinstance(play.touch("take").screen, Showing)
    play >> CardRead(Holder(number(), "张三"))
    assert isinstance(play.screen, Agreeing)
    play.touch("take")
    assert isinstance(play.screen, Taking)


def test_a_service_that_leaves_the_hall_takes_the_choice_with_it() -> None:
    play = also(begun(), "B", "b-3").touch("add")
    hall = shown()
    play >> HallShown(hall.hall, hall.zones, tuple(s for s in hall.services if s.id != "b-3"))
    assert play.screen == Home()


def test_whoever_goes_away_leaves_nothing_chosen() -> None:
    play = begun()
    assert look(play.after(21).state).leaving == "9秒后返回首页，点一下屏幕继续"
    assert play.after(10).screen == Home()
    asking = taking(play.touch("zone", "A").touch("service", "a-fire"))
    assert asking.then is None


def test_glass_and_paper_say_what_the_ticket_is_for() -> None:
    steps = (
        Step(ServiceId("a-fire"), ZoneId("A"), "waiting"),
        Step(ServiceId("b-3"), ZoneId("B"), "planned"),
    )
    play = also(begun(), "B", "b-3").touch("take")
    play = taken(play, service=ServiceId("a-fire"), zone=ZoneId("A"), steps=steps)
    [printing] = play.wanted
    assert isinstance(printing, Print)
    assert [(stop.service, stop.letter) for stop in printing.slip.steps] == [
        ("建设工程消防设计审查验收备案", "A"),
        ("证照事项3", "B"),
    ]
    screen = look(play.state, "en").body
    assert isinstance(screen, seen.Issued)
    assert screen.service == "Fire-safety design review, acceptance and filing and 1 more"


def test_the_paper_tells_what_to_bring_for_each_service_and_things_that_several_need_once_in_all() -> None:
    hall = shown()
    brings = {"b-3": Text("营业执照副本、照片", "Business licence (copy); photo"), "a-file": Text("", "")}
    services = tuple(
        msgspec.structs.replace(each, bring=brings.get(each.id, each.bring)) for each in hall.services
    )
    steps = tuple(
        Step(ServiceId(key), ZoneId(zone), "waiting", round=turn)
        for key, zone, turn in (("a-fire", "A", 1), ("a-file", "A", 1), ("b-3", "B", 1), ("b-3", "B", 2))
    )
    kiosk = (open_kiosk() >> HallShown(hall.hall, hall.zones, services)).state
    paper = slip(kiosk, ticket(service=ServiceId("a-fire"), zone=ZoneId("A"), steps=steps, language="en"))
    first = "ID card; business licence (copy); power of attorney"
    assert [stop.bring for stop in paper.steps] == [first, None, "Business licence (copy); photo", None]
    assert paper.bring == f"{first}; photo"


def test_a_ticket_that_is_issued_alone_is_for_the_same() -> None:
    play = begun(alone_kiosk(block("A"), block("B"), block("C")))
    also(play, "B", "b-3").touch("take")
    [entry] = play.journal.values()
    assert (entry.alone, entry.take.service, entry.take.then) == (True, "a-fire", ("b-3",))
    screen = play.screen
    steps = getattr(screen, "ticket").steps  # noqa: B009 - whichever screen has the ticket by now
    assert [(step.service, step.state) for step in steps] == [("a-fire", "waiting"), ("b-3", "planned")]


def test_a_finger_twice_on_the_button_adds_nothing_by_itself() -> None:
    play = open_kiosk().touch("zone", "A").touch("service", "a-fire") >> Painted(0)
    play >> Painted(play.state.sight)
    play.now += 1.0
    play >> Touched("add", "", FRESH) >> Touched("add", "", FRESH) >> Touched("zone", "B", FRESH)
    assert play.screen == Adding(FIRST)


def test_a_journal_that_does_not_know_of_further_services_leaves_them_to_the_hall() -> None:
    body = msgspec.json.encode(Entry(Take("key", "id", "token", "c-pay", "zh"), HALL.day))
    older = msgspec.json.decode(body)
    del older["take"]["then"]
    assert msgspec.convert(older, Entry).take.then is None
    several = replace(Entry(Take("key", "id", "token", "c-pay", "zh"), HALL.day))
    several = replace(several, take=replace(several.take, then=("b-3",)))
    assert msgspec.json.decode(msgspec.json.encode(several), type=Entry).take.then == ("b-3",)
