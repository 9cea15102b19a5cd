"""我的号票: a ticket is found by its paper, and its holder does with it what is possible, once."""

from datetime import timedelta

import pytest

from kiosk.link.scanner import Scanner, character
from kiosk.model import look as seen
from kiosk.model.event import (
    Changed,
    Event,
    Found,
    LinkChanged,
    Painted,
    PrinterChanged,
    PrinterReported,
    Refused,
    Scanned,
    Touched,
    Unanswered,
    VoiceChanged,
)
from kiosk.model.intent import Change, Find, Print, Report, Speak
from kiosk.model.mine import LOOK_S, TRIES
from kiosk.model.screen import Claiming, Home, Mine, Services
from kiosk.model.show import look
from queue_server.wire.claim import check
from queue_server.wire.ids import ServiceId, TicketId, WindowId, ZoneId
from queue_server.wire.ticket import Step, Wait
from tests.unit.kiosk.hall import AT, FRESH, Play, alone_kiosk, open_kiosk, shown, taken, ticket
from tests.unit.kiosk.paper import CODE, closed, done, found, held, missed, needing, replace_ticket, typed

FIND = Find(FRESH.key, code=CODE)
LINK = "https://hall.example.gov.cn/t/token-token-token"


def acts(play: Play) -> list[str]:
    """What the screen offers to do."""
    return [act.id for act in body(play).acts]


def body(play: Play) -> seen.Mine:
    """The screen of a ticket."""
    screen = look(play.state).body
    assert isinstance(screen, seen.Mine)
    return screen


def sentence(play: Play) -> str:
    """What stands below the code."""
    screen = look(play.state).body
    assert isinstance(screen, seen.Claiming)
    return screen.sentence


def test_a_code_is_typed_looked_up_and_the_ticket_is_shown() -> None:
    play = typed()
    play.touch("enter") << FIND
    assert sentence(play) == "正在查找，请稍候"
    play >> Found(FRESH.key, found())
    assert (body(play).number, body(play).state) == ("C103", "等候中")
    assert body(play).lines == ("前面还有4人", "请到C区(18-26号窗口)等候", "稍后叫我还可以用2次")


def test_what_is_no_whole_code_is_not_looked_up() -> None:
    for code in (
        "",
        "C",
        "C10",
        "103461",
    ):
        assert typed(code).touch("enter").wanted == []
    assert typed("C103461XXXXXXXXXXXXXXXX").screen == Claiming("C103461XXXXXXXXXXXXX")
    assert typed("C1").touch("erase").touch("key", "cc").touch("key", "*").screen == Claiming("C")


def test_a_symbol_that_is_scanned_finds_its_ticket_from_the_home_screen() -> None:
    play = open_kiosk() >> Scanned(LINK, "scan-1")
    play << Find("scan-1", token="token-token-token")
    play >> Found("scan-1", found())
    assert isinstance(play.screen, Mine)
    again = open_kiosk() >> Scanned(CODE.lower(), "scan-2")
    again << Find("scan-2", code=CODE)


def test_what_is_no_ticket_s_symbol_and_what_is_scanned_while_somebody_chooses_does_nothing() -> None:
    for text in ("https://example.org/", "690-123", ""):
        assert (open_kiosk() >> Scanned(text, "scan-1")).wanted == []
    play = open_kiosk().touch("zone", "A") >> Scanned(LINK, "scan-1")
    assert (play.wanted, play.screen) == ([], Services("A"))


def test_a_second_scan_before_the_answer_asks_nothing_more() -> None:
    play = open_kiosk() >> Scanned(LINK, "scan-1") >> Scanned(LINK, "scan-2")
    assert play.wanted == []


def test_a_code_that_no_ticket_has_can_be_typed_again_and_after_five_there_is_a_pause() -> None:
    play = open_kiosk()
    for n in range(TRIES):
        typed(play=play).touch("enter") << FIND
        play >> Refused(FRESH.key, "ticket.unknown", "")
        assert sentence(play) == (
            "没有找到，请核对查询码或预约码" if n < TRIES - 1 else "多次没有找到，请60秒后再试，或到咨询台"
        )
        play.touch("back")
    assert typed(play=play).touch("enter").wanted == []
    play.touch("back")
    assert (play >> Scanned(LINK, "scan-1")).wanted == []
    play.after(61)
    typed(play=play).touch("enter") << FIND


def test_no_answer_is_said_and_the_code_stays() -> None:
    play = typed().touch("enter") >> Unanswered(FRESH.key)
    assert sentence(play) == "没有得到答复，请稍后再试，或到咨询台"
    play.touch("enter") << FIND


def test_an_answer_that_comes_too_late_is_nobody_s() -> None:
    play = typed().touch("enter").touch("back") >> Found(FRESH.key, found())
    assert play.screen == Home()
    assert (open_kiosk() >> Changed(FRESH.key)).screen == Home()


def test_who_waits_may_let_others_go_first_and_sees_the_new_place() -> None:
    play = held().touch("act", "defer")
    play << Change(FRESH.key, "tickets.defer", {"ticket": FRESH.id, "behind": 3})
    assert acts(play) == [], "nothing is asked twice"
    assert play.touch("act", "defer").wanted == []
    play >> Changed(FRESH.key, ticket()) << FIND
    play >> Found(FRESH.key, found({"defers": 1}, ahead=7))
    assert body(play).note == "已请后面的人先办，轮到您时照常叫号"
    assert body(play).lines[0] == "前面还有7人"


@pytest.mark.parametrize(
    "record, expected",
    [
        (found(), ["reprint", "defer", "cancel"]),
        (found({"defers": 0}), ["reprint", "cancel"]),
        (found(issued_at=AT - timedelta(minutes=11)), ["defer", "cancel"]),
        (missed(), ["reenter", "reprint", "cancel"]),
        (missed(-1), ["reprint", "cancel"]),
        (found(state="called", ahead=None), ["reprint"]),
        (found(state="held", ahead=None), ["reprint", "cancel"]),
        (found(state="cancelled", ahead=None), []),
        (found({"renew": True}, state="expired", ahead=None, offered=True), ["reenter"]),
        (found(state="expired", ahead=None, offered=True), []),
        (found(**done(None)), ["rate"]),
        (found(**done(5)), []),
    ],
)
def test_only_what_is_possible_is_offered(record: object, expected: list[str]) -> None:
    assert acts(held(record)) == expected  # type: ignore[arg-type]


def test_who_missed_a_call_returns_to_the_line() -> None:
    play = held(missed()).touch("act", "reenter")
    play << Change(FRESH.key, "tickets.reenter", {"ticket": FRESH.id})
    play >> Changed(FRESH.key, ticket()) >> Found(FRESH.key, found(ahead=3))
    assert (body(play).state, body(play).note) == ("等候中", "已恢复排队，请留意叫号")


def test_who_was_left_waiting_gets_today_s_number_on_paper() -> None:
    offered = found({"renew": True}, state="expired", ahead=None, offered=True)
    play = held(offered).touch("act", "reenter")
    other = TicketId("id-of-the-new-ticket-0")
    play >> Changed(FRESH.key, ticket("C001", id=other))
    [printing, finding] = play.wanted
    assert isinstance(printing, Print)
    assert (printing.ticket, printing.slip.number, printing.slip.again) == (other, "C001", False)
    assert finding == Find(FRESH.key, code="C001" + check(other))
    play >> PrinterReported(other, "printed")
    [report] = play.wanted
    assert isinstance(report, Report)
    assert (report.ticket, report.ok) == (other, True)
    play >> Found(FRESH.key, replace_ticket(found(), id=other, number="C001"))
    assert body(play).note == "已换新号，请取走号票"


def test_what_another_day_offers_is_called_a_new_number() -> None:
    offered = found({"renew": True}, state="expired", ahead=None, offered=True)
    assert [act.text for act in body(held(offered)).acts] == ["换今天的新号"]
    assert [act.text for act in body(held(missed())).acts][:1] == ["恢复排队"]


def test_a_new_number_without_paper_is_said_and_is_none_to_be_taken() -> None:
    offered = found({"renew": True}, state="expired", ahead=None, offered=True)
    other = TicketId("id-of-the-new-ticket-0")
    for outcome, said in (("failed", "没有打印出来，号码有效"), ("unknown", "如未出票")):
        play = held(offered).touch("act", "reenter") >> Changed(FRESH.key, ticket("C001", id=other))
        play >> PrinterReported(other, outcome)  # type: ignore[arg-type]
        play >> Found(FRESH.key, replace_ticket(found(), id=other, number="C001"))
        assert body(play).note.startswith(said)
        assert f"C001{check(other)}" in body(play).note
        assert body(play).trouble


def test_a_number_is_given_up_only_by_a_second_touch() -> None:
    play = held().touch("act", "cancel")
    assert (play.wanted, body(play).state, acts(play)) == (
        [],
        "确定要退C103号吗？退号后不能恢复",
        ["sure", "not"],
    )
    assert acts(play.touch("act", "not")) == ["reprint", "defer", "cancel"]
    play.touch("act", "cancel").touch("act", "sure")
    play << Change(FRESH.key, "tickets.cancel", {"ticket": FRESH.id})
    (
        play
        >> Changed(FRESH.key, ticket(state="cancelled"))
        >> Found(FRESH.key, replace_ticket(found(), state="cancelled"))
    )
    assert (body(play).state, acts(play)) == ("这个号已退", [])


def test_a_finger_that_trembles_gives_nothing_up() -> None:
    play = held() >> Painted(0)
    play >> Painted(play.state.sight)
    play.now += 1.0
    for _ in range(20):
        play >> Touched("act", "cancel", FRESH) >> Touched("act", "sure", FRESH)
        play.now += 0.05
    assert isinstance(play.screen, Mine)
    assert play.screen.asked == ""


def test_each_step_that_is_done_is_rated_once() -> None:
    play = held(found(**done(None, 4, None))).touch("act", "rate")
    assert body(play).state == "社保缴费：您对本次服务满意吗？"
    play.touch("level", "5")
    play << Change(FRESH.key, "ratings.submit", {"step": f"{FRESH.id}/0", "level": 5, "channel": "kiosk"})
    assert play.touch("level", "1").wanted == []
    play >> Changed(FRESH.key) >> Found(FRESH.key, found(**done(5, 4, None)))
    assert body(play).state == "建设工程消防设计审查验收备案：您对本次服务满意吗？"
    play.touch("level", "2")
    play << Change(FRESH.key, "ratings.submit", {"step": f"{FRESH.id}/2", "level": 2, "channel": "kiosk"})
    play >> Changed(FRESH.key) >> Found(FRESH.key, found(**done(5, 4, 2)))
    assert (body(play).note, acts(play)) == ("感谢您的评价", [])


def test_another_paper_says_so_and_the_server_hears_of_it() -> None:
    play = held().touch("act", "reprint") >> Found(FRESH.key, found())
    [printing] = play.wanted
    assert isinstance(printing, Print)
    assert (printing.ticket, printing.slip.number, printing.slip.again) == (FRESH.id, "C103", True)
    assert printing.slip.code == CODE
    play >> PrinterReported(FRESH.id, "printed") << Report(f"{FRESH.key}.printed", FRESH.id, ok=True)
    assert body(play).note == "请取走号票"


def test_before_another_paper_the_ticket_is_looked_at_again_and_one_given_up_elsewhere_has_none() -> None:
    play = held().touch("act", "reprint") << FIND
    assert (body(play).note, acts(play)) == ("正在打印，请稍候", []), "its holder waits for the paper"
    play >> Found(FRESH.key, closed(found(), "cancelled")) << []
    assert (body(play).state, body(play).note, acts(play)) == ("这个号已退", "", [])
    refused = held().touch("act", "reprint") >> Refused(FRESH.key, "ticket.unknown", "") << []
    assert body(refused).trouble
    later = held().touch("act", "reprint") >> Found(FRESH.key, found(ahead=2))
    assert [type(one) for one in later.wanted] == [Print]


def test_a_server_that_does_not_answer_or_has_gone_keeps_nobody_from_another_paper() -> None:
    silent = held().touch("act", "reprint") >> Unanswered(FRESH.key)
    gone = (held() >> LinkChanged("down")).after(5).touch("act", "reprint")
    for play in (silent, gone):
        assert [type(one) for one in play.wanted] == [Print]


def test_a_paper_that_does_not_come_is_said_and_takes_nothing_from_the_ticket() -> None:
    play = held().touch("act", "reprint") >> Found(FRESH.key, found())
    play >> PrinterReported(FRESH.id, "failed", "no_paper")
    assert play.wanted == []
    assert (body(play).note, body(play).trouble) == (f"没有打印出来，号码有效。\n请记好查询码{CODE}", True)


def test_a_paper_of_this_kiosk_s_own_ticket_has_its_symbol_again_and_its_journal_knows() -> None:
    play = taken(open_kiosk().touch("zone", "C")) >> PrinterReported(FRESH.id, "failed", "no_paper")
    play.touch("noted") >> shown(public_url="https://hall.example.gov.cn")
    held(play=play).touch("act", "reprint") >> Found(FRESH.key, found())
    [printing] = play.wanted
    assert isinstance(printing, Print)
    assert printing.slip.qr == f"https://hall.example.gov.cn/t/{FRESH.token}"
    play >> PrinterReported(FRESH.id, "printed")
    assert play.journal[FRESH.id].paper == "printed"


def test_a_printer_that_cannot_print_offers_no_other_paper() -> None:
    assert "reprint" not in acts(held(play=open_kiosk() >> PrinterChanged("no_paper")))


def test_a_refusal_is_said_in_its_own_words() -> None:
    play = held().touch("act", "defer") >> Refused(FRESH.key, "ticket.not_waiting", "")
    assert (body(play).note, body(play).trouble) == ("该号票不在等候中。", True)


def test_after_a_refusal_the_ticket_is_shown_as_it_is_by_then() -> None:
    play = held().touch("act", "defer") >> Refused(FRESH.key, "ticket.not_waiting", "") << FIND
    assert acts(play) == [], "what was possible before may not be any more"
    play >> Found(FRESH.key, replace_ticket(found(), state="cancelled", ahead=None))
    assert (body(play).state, body(play).note) == ("这个号已退", "该号票不在等候中。")
    play = held().touch("act", "defer") >> Refused(FRESH.key, "ticket.not_waiting", "")
    play >> Unanswered(FRESH.key)
    assert (body(play).note, acts(play)) == ("该号票不在等候中。", ["reprint", "defer", "cancel"])


def test_a_refusal_is_over_with_the_next_thing_that_is_done() -> None:
    play = held().touch("act", "defer") >> Refused(FRESH.key, "ticket.not_waiting", "")
    play >> Found(FRESH.key, found())
    assert (body(play.touch("act", "cancel")).note, body(play).trouble) == ("", False)
    play.touch("act", "not").touch("act", "defer")
    assert (body(play).note, body(play).trouble) == ("请稍候", False)
    play >> Changed(FRESH.key, ticket()) >> Found(FRESH.key, found())
    assert (body(play).note, body(play).trouble) == ("已请后面的人先办，轮到您时照常叫号", False)


def test_a_ticket_that_is_called_while_its_holder_looks_at_it_says_so() -> None:
    play = held()
    assert play.after(LOOK_S - 1).wanted == []
    look_again = next(iter(play.after(1).wanted), None)
    assert isinstance(look_again, Find)
    assert look_again.code == CODE
    assert acts(play) == ["reprint", "defer", "cancel"], "nobody waits for that"
    steps = (Step(ServiceId("c-pay"), ZoneId("C"), "called", WindowId("19")),)
    play >> Found(look_again.key, found(state="called", ahead=None, steps=steps))
    assert body(play).state == "轮到您了，请到19号窗口"


def test_a_look_in_between_takes_no_press_away_and_disturbs_no_question() -> None:
    play = held() >> Painted(0)
    play >> Painted(play.state.sight)
    [look_again] = play.after(LOOK_S).wanted
    assert isinstance(look_again, Find)
    play >> Found(look_again.key, found())
    play >> Touched("act", "cancel", FRESH)
    assert acts(play) == ["sure", "not"]
    assert play.after(LOOK_S).wanted == []
    play.touch("act", "not").touch("act", "defer") >> Found(look_again.key, missed())
    assert body(play).state == "等候中", "what was asked before is old"


def test_a_ticket_that_is_done_with_and_a_kiosk_alone_look_at_nothing_again() -> None:
    assert held(found(**done(5))).after(LOOK_S).wanted == []
    play = held() >> LinkChanged("down")
    assert play.after(LOOK_S).wanted == []


def test_whoever_goes_away_leaves_nothing_on_the_glass() -> None:
    assert held().after(31).screen == Home()
    assert typed().after(31).screen == Home()
    assert CODE not in repr(typed().state)


def test_there_is_no_such_button_without_the_server() -> None:
    home = look(alone_kiosk().state).body
    assert isinstance(home, seen.Home)
    assert home.mine == ""
    assert alone_kiosk().touch("mine").screen == Home()
    assert (open_kiosk() >> LinkChanged("live", barred=True)).touch("mine").screen == Home()


def test_a_key_types_what_it_does_on_the_keyboard_that_a_scanner_is() -> None:
    typed_ = [
        character(ord(key), shift=shift)
        for key, shift in (("a", False), ("a", True), ("-", True), (";", True))
    ]
    assert typed_ == ["a", "A", "_", ":"]
    assert [character(code, shift=False) for code in (13, 27, 304)] == ["", "", ""]


def test_a_scanner_is_a_keyboard_that_types_fast_and_ends_with_enter() -> None:
    told: list[Event] = []
    at = [0.0]
    scanner = Scanner(told.append, lambda: at[0])
    for letter in "C103":
        scanner.typed(letter)
        at[0] += 0.01
    scanner.ended()
    scanner.ended()
    for letter in "ab":
        scanner.typed(letter)
        at[0] += 1.0
    scanner.ended()
    assert [event.text for event in told if isinstance(event, Scanned)] == ["C103"]


def test_who_needs_something_of_a_window_is_told_both_ways_before_choosing_one() -> None:
    play = held(needing(19, 24, wait=Wait(15, 20)))
    assert acts(play) == ["ways", "reprint", "defer", "cancel"]
    play.touch("act", "ways")
    assert (play.wanted, body(play).state) == ([], "您需要低位台面，\n想由哪个窗口叫？")
    assert body(play).lines == (
        "最先空出的窗口：预计还要等候5-10分钟\n（18号窗口、19号窗口、20号窗口和另外6个）",
        "有条件的窗口：预计还要等候15-20分钟\n（19号窗口、24号窗口）",
    )
    assert [(act.text, act.chosen) for act in body(play).acts] == [
        ("最先空出的窗口", True),
        ("只到有低位台面的窗口", False),
    ]
    assert acts(play.touch("back")) == ["ways", "reprint", "defer", "cancel"], "nothing was changed"


def test_a_need_is_made_binding_once_and_free_again() -> None:
    play = held(needing(19)).touch("act", "ways").touch("act", "able")
    play << Change(FRESH.key, "tickets.bind", {"ticket": FRESH.id, "binding": True})
    assert play.touch("act", "able").wanted == []
    play >> Changed(FRESH.key, ticket(binding=True)) << FIND
    play >> Found(FRESH.key, needing(19, binding=True))
    assert (body(play).note, body(play).lines[2]) == (
        "已改为只由有条件的窗口叫",
        "只由有低位台面的窗口叫您",
    )
    play.touch("act", "ways").touch("act", "able")
    assert play.wanted == [], "it is so already"
    play.touch("act", "ways").touch("act", "first")
    play << Change(FRESH.key, "tickets.bind", {"ticket": FRESH.id, "binding": False})
    play >> Changed(FRESH.key, ticket()) >> Found(FRESH.key, needing(19))
    assert body(play).note == "已改为最先空出的窗口叫"


def test_while_no_window_has_what_is_needed_that_is_said_and_nothing_is_offered() -> None:
    play = held(needing())
    assert acts(play) == ["reprint", "defer", "cancel"]
    assert body(play).lines[2] == "有低位台面的窗口现在都没有开，叫到您时导办员会来帮忙"
    assert play.touch("act", "ways").touch("act", "able").wanted == []
    assert acts(held(needing(binding=True)).touch("act", "ways")) == ["first"], "whoever was bound is free"


def test_a_window_that_closed_meanwhile_is_told_by_the_server_s_own_sentence() -> None:
    play = held(needing(19)).touch("act", "ways").touch("act", "able")
    needs = (("needs", "低位台面"),)
    play >> Refused(FRESH.key, "need.no_window", "", needs)
    assert body(play).trouble
    assert body(play).note.startswith("现在没有开着的窗口有低位台面")


def test_who_listens_hears_both_ways() -> None:
    play = (open_kiosk() >> VoiceChanged(None)).touch("way", "voice")
    held(needing(19, wait=Wait(15, 20)), play).touch("act", "ways")
    [speak] = play.wanted
    assert isinstance(speak, Speak)
    assert [one.said.rpartition(", ")[2] for one in speak.said] == [
        "nin2 xiang3 you2 na3 ge5 chuang1 kou3 jiao4",
        "yu4 ji4 hai2 yao4 deng3 hou4 wu3 dao4 shi2 fen1 zhong1",
        "yu4 ji4 hai2 yao4 deng3 hou4 shi2 wu3 dao4 er4 shi2 fen1 zhong1",
    ]
    held(needing(19, binding=True), play.touch("back").touch("back"))
    [speak] = play.wanted
    assert isinstance(speak, Speak)
    assert speak.said[-1].said == "zhi3 you2 you3 tiao2 jian4 de5 chuang1 kou3 jiao4 nin2"
