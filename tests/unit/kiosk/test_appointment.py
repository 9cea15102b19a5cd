"""An appointment is checked in by its code: printed once, or said why not; too early there may be an ordinary ticket."""

from dataclasses import replace
from datetime import UTC, datetime

from kiosk.model import look as seen
from kiosk.model.event import (
    Changed,
    Event,
    Found,
    PrinterChanged,
    PrinterReported,
    Refused,
    Scanned,
    Unanswered,
)
from kiosk.model.intent import Change, Find, Print, Report
from kiosk.model.screen import Claiming, Home
from kiosk.model.show import look
from queue_server.wire.holder import FoundRecord
from queue_server.wire.ticket import Text, Ticket
from tests.unit.kiosk.hall import FRESH, Play, open_kiosk, ticket
from tests.unit.kiosk.paper import found

CODE = "YY2026112301"
SLOT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
EARLY = Refused(FRESH.key, "appointment.early", "", (("slot", "11:30"), ("opens", "11:15")))


def test_whoever_has_an_appointment_finds_it_on_the_home_screen_in_both_languages() -> None:
    for play in (open_kiosk(), open_kiosk().touch("way", "easy")):
        body = look(play.state).body
        assert isinstance(body, seen.Home | seen.EasyHome)
        assert body.mine.split("\n") == ["我的号票", "预约取号"]
        body = look(play.touch("language").state).body
        assert isinstance(body, seen.Home | seen.EasyHome)
        assert body.mine.split("\n") == ["My ticket", "Appointment"]


def typed(code: str = CODE, play: Play | None = None) -> Play:
    """Somebody types a code."""
    play = (play or open_kiosk()).touch("mine")
    for key in code:
        play.touch("key", key)
    return play


def issued(class_: str = "appointment") -> Ticket:
    """The ticket of an appointment."""
    public = Text("优先", "Priority") if class_ != "ordinary" else None
    return ticket(slot=SLOT, class_=class_, public=public)


def asked(*, ordinary: bool = False) -> Change:
    """What the server is asked."""
    booked: dict[str, object] = {"appointment": CODE, "language": "zh"}
    return Change(FRESH.key, "appointments.check_in", booked | ({"ordinary": True} if ordinary else {}))


def claiming(play: Play) -> seen.Claiming:
    """The screen on which a code is typed."""
    body = look(play.state).body
    assert isinstance(body, seen.Claiming)
    return body


def told(play: Play, event: Event) -> list[object]:
    """What is wanted once something happens."""
    return list((play >> event).wanted)


def test_who_comes_in_time_has_a_paper_that_says_so_and_sees_their_ticket() -> None:
    play = typed()
    assert (claiming(play).enter, claiming(play).icon, claiming(play).enabled) == (
        "预约签到",
        "calendar",
        True,
    )
    assert play.touch("enter").wanted == [asked()]
    printing, find = told(play, Changed(FRESH.key, issued()))
    assert isinstance(printing, Print)
    assert isinstance(find, Find)
    assert printing.slip.class_label == "预约 10:30"
    [report] = told(play, PrinterReported(issued().id, "printed"))
    assert isinstance(report, Report)
    record = FoundRecord(issued(), found().guide)
    body = look((play >> Found(find.key, record)).state).body
    assert isinstance(body, seen.Mine)
    assert (body.number, body.note) == (issued().number, "预约已签到，请取走号票")


def test_an_appointment_without_paper_is_checked_in_and_its_holder_notes_the_code() -> None:
    play = open_kiosk() >> PrinterChanged("no_paper")
    play = typed(play=play)
    banner = look(play.state).banner
    assert banner is not None
    assert banner.text.startswith("本机打印纸已用完"), "it is told before"
    play.touch("enter") >> Changed(FRESH.key, issued())
    [_, find] = play.wanted
    assert isinstance(find, Find)
    record = FoundRecord(issued(), found().guide)
    failed = PrinterReported(issued().id, "failed", "no_paper")
    early, late = Play(play.state), Play(play.state)
    assert [getattr(one, "ok", None) for one in told(early, failed)] == [False], "the server hears of it"
    for each in (early >> Found(find.key, record), late >> Found(find.key, record) >> failed):
        body = look(each.state).body
        assert isinstance(body, seen.Mine)
        assert body.note == f"没有打印出来，号码有效。\n请记好查询码{find.code}"
        assert body.trouble


def test_who_comes_too_late_is_told_that_they_wait_as_everybody() -> None:
    play = typed().touch("enter")
    printing, find = told(play, Changed(FRESH.key, issued("ordinary")))
    assert isinstance(printing, Print)
    assert isinstance(find, Find)
    assert printing.slip.class_label == "预约 10:30，按普通号排队"
    body = look((play >> Found(find.key, FoundRecord(issued("ordinary"), found().guide))).state).body
    assert isinstance(body, seen.Mine)
    assert body.note == "不在预约时间内，按普通号排队"


def test_who_comes_too_early_is_told_when_to_come_and_may_take_an_ordinary_ticket() -> None:
    play = typed().touch("enter") >> EARLY
    assert claiming(play).sentence == "预约时间11:30，11:15起可签到；也可以现在取普通号。"
    assert (claiming(play).enter, claiming(play).icon) == ("现在取普通号", "ticket")
    assert play.touch("enter").wanted == [asked(ordinary=True)]


def test_a_symbol_before_the_scanner_is_a_code_as_one_that_is_typed() -> None:
    assert told(open_kiosk(), Scanned(f" {CODE.lower()}\n", FRESH.key)) == [asked()]
    assert told(open_kiosk(), Scanned("https://elsewhere.test/", FRESH.key)) == []


def test_without_an_answer_the_same_is_asked_again_since_it_may_have_been_done() -> None:
    play = typed().touch("enter") >> Unanswered(FRESH.key)
    assert play.touch("enter", fresh=replace(FRESH, key="another")).wanted == [asked()]


def test_one_that_was_checked_in_already_is_said_so_and_nothing_is_printed() -> None:
    play = typed().touch("enter") >> Refused(FRESH.key, "appointment.used", "", (("number", "A012"),))
    assert claiming(play).sentence == "该预约已签到，号码A012。"
    assert play.wanted == []


def test_codes_of_nobody_are_looked_for_a_few_times_only() -> None:
    play = open_kiosk()
    for _ in range(5):
        play.touch("mine")
        for key in CODE:
            play.touch("key", key)
        play.touch("enter") >> Refused(FRESH.key, "appointment.unknown", "")
        play.touch("back")
    play.touch("mine")
    assert isinstance(play.screen, Claiming)
    assert not claiming(play).enabled
    assert "再试" in claiming(play).sentence


def test_whoever_goes_away_leaves_no_code_behind() -> None:
    assert typed().after(31).screen == Home()
