"""From a touch to a number: one ticket for one visitor, whatever the hand, the link and the printer do."""

import pytest

from kiosk.model import look as seen
from kiosk.model.event import (
    Felt,
    Fresh,
    LinkChanged,
    Painted,
    PrinterReported,
    Refused,
    Taken,
    Ticked,
    Touched,
    Unanswered,
)
from kiosk.model.intent import Cancel, Print, Report, Take
from kiosk.model.screen import Bring, Home, Issued, Problem, Services, Taking, Unprinted
from kiosk.model.show import look
from kiosk.model.slip import code_of, slip
from queue_server.wire.ticket import Text
from tests.unit.kiosk.hall import AT, EPOCH, FRESH, Play, open_kiosk, shown, taken, ticket, unanswered, zone

TAKE_C = Take(FRESH.key, FRESH.id, FRESH.token, "c-pay", "zh")
TICKET = ticket()


def issued() -> Play:
    """A kiosk that has just been given ticket C103."""
    return taken(open_kiosk().touch("zone", "C"))


def test_a_zone_with_one_service_takes_a_ticket_at_one_touch() -> None:
    play = open_kiosk().touch("zone", "C") << TAKE_C
    assert isinstance(play.screen, Taking)


def test_a_zone_with_several_services_asks_which() -> None:
    play = open_kiosk().touch("zone", "A") << []
    assert play.screen == Services("A")
    play.touch("service", "a-file") << Take(FRESH.key, FRESH.id, FRESH.token, "a-file", "zh")


def test_a_service_with_papers_to_bring_shows_them_before_the_ticket() -> None:
    play = open_kiosk().touch("zone", "A").touch("service", "a-fire") << []
    assert play.screen == Bring("a-fire")
    play.touch("take") << Take(FRESH.key, FRESH.id, FRESH.token, "a-fire", "zh")


def test_the_only_service_of_a_zone_also_shows_what_to_bring() -> None:
    play = open_kiosk().touch("zone", "E")
    assert play.screen == Bring("e-job")
    assert play.touch("back").screen == Home()


def test_back_from_what_to_bring_leads_to_the_list_it_came_from() -> None:
    play = open_kiosk().touch("zone", "A").touch("service", "a-fire").touch("back")
    assert play.screen == Services("A")


def test_a_trembling_hand_takes_one_ticket() -> None:
    play = open_kiosk().touch("zone", "C") << TAKE_C
    for _ in range(40):
        play.now += 0.05
        play >> Touched("zone", "C", Fresh("other", "other", "other")) << []


def test_ten_fingers_at_once_take_one_ticket() -> None:
    play = open_kiosk() >> Painted(0)
    play.now += 1
    asked = []
    for finger in range(10):
        play >> Touched("zone", "CFGHJK"[finger % 6], Fresh(f"id{finger}", f"t{finger}", f"k{finger}"))
        asked += play.wanted
    assert asked == [Take("k0", "id0", "t0", "c-pay", "zh")]


def test_a_double_tap_on_a_zone_does_not_choose_the_service_that_appears_under_the_finger() -> None:
    play = open_kiosk().touch("zone", "A")
    play.now += 0.1
    play >> Touched("service", "a-file", FRESH) << []
    assert play.screen == Services("A")


def test_a_hand_that_never_stops_tapping_takes_nothing_after_the_first_ticket() -> None:
    play = taken(open_kiosk().touch("zone", "C")) >> PrinterReported(TICKET.id, "printed")
    for _ in range(400):
        play.now += 0.05
        play >> Ticked(AT) >> Painted(play.state.sight) >> Touched("done", "", FRESH) << []
        play >> Touched("zone", "C", FRESH) << []
    assert play.screen == Home()


def test_touches_that_queued_up_behind_a_slow_picture_are_not_meant_for_it() -> None:
    play = taken(open_kiosk().touch("zone", "C")) >> PrinterReported(TICKET.id, "printed")
    for pause in (0.6, 0.0, 0.9, 0.3):
        play.now += pause
        play >> Touched("done", "", FRESH)
    play >> Painted(play.state.sight) >> Touched("done", "", FRESH)
    assert isinstance(play.screen, Issued)
    play.now += 0.3
    assert (play >> Touched("done", "", FRESH)).screen == Home()


def test_the_picture_of_an_earlier_screen_does_not_count_for_this_one() -> None:
    play = open_kiosk().touch("zone", "A") >> Painted(0)
    play.now += 5
    play >> Touched("back", "", FRESH) << []
    assert play.screen == Services("A")


def test_figures_that_change_do_not_make_another_screen() -> None:
    play = open_kiosk() >> Painted(0) >> shown(waiting=9)
    play.now += 1
    play >> Touched("zone", "C", FRESH) << TAKE_C


def test_a_ticket_is_printed_and_its_paper_reported() -> None:
    play = issued()
    play << Print(TICKET.id, slip(play.state, TICKET))
    play >> PrinterReported(TICKET.id, "printed") << Report("key-1.printed", TICKET.id, True)
    assert isinstance(play.screen, Issued)
    assert play.screen.printed


def test_the_hall_has_the_last_line_of_its_tickets() -> None:
    play = issued() >> shown(ticket_foot=Text("咨询电话 12345", "Questions: call 12345"))
    assert slip(play.state, TICKET).note == "咨询电话 12345"
    assert slip(play.state, ticket(language="en")).note == "Questions: call 12345"
    assert slip(issued().state, TICKET).note is None


def test_the_slip_says_what_the_glass_says() -> None:
    paper = slip(issued().state, TICKET)
    assert (paper.hall, paper.zone, paper.letter) == ("晋城市政务大厅", "社会保障服务区", "C")
    assert (paper.service, paper.number, paper.area) == ("社保缴费", "C103", "18-26号窗口")
    assert (paper.ahead, paper.wait, paper.bring, paper.class_label) == (4, (10, 15), None, None)


def test_an_english_ticket_has_english_paper_and_says_priority_without_its_reason() -> None:
    paper = slip(
        issued().state, ticket(language="en", class_="disabled", public=Text("优先", "Priority"), wait=None)
    )
    assert (paper.zone, paper.area, paper.class_label) == ("Social Security", "windows 18-26", "Priority")
    assert paper.wait is None


def test_a_printed_ticket_stays_eight_seconds_and_the_next_visitor_finds_chinese() -> None:
    play = open_kiosk().touch("language").touch("zone", "C")
    play = taken(play) >> PrinterReported(TICKET.id, "printed")
    assert isinstance(play.after(7.9).screen, Issued)
    assert play.after(0.1).screen == Home()
    assert play.state.language == "zh"


def test_the_eight_seconds_begin_when_the_paper_is_out() -> None:
    play = issued().after(5) >> PrinterReported(TICKET.id, "printed")
    assert isinstance(play.after(7.9).screen, Issued)


def test_done_ends_the_ticket_screen_but_not_while_it_prints() -> None:
    play = issued().touch("done")
    assert isinstance(play.screen, Issued)
    play >> PrinterReported(TICKET.id, "printed")
    assert play.touch("done").screen == Home()


def test_a_ticket_without_paper_stays_until_it_is_noted() -> None:
    play = issued() >> PrinterReported(TICKET.id, "failed", "no_paper")
    play << Report("key-1.printed", TICKET.id, False, "no_paper")
    assert isinstance(play.after(59.9).screen, Unprinted)
    assert (play.touch("noted") << []).screen == Home()


def test_a_ticket_without_paper_that_nobody_noted_is_given_up() -> None:
    play = issued() >> PrinterReported(TICKET.id, "failed", "cover")
    play.after(60) << Cancel("key-1.cancel", TICKET.id, "not_printed")
    assert play.screen == Home()


def test_its_holder_may_give_an_unprinted_ticket_up() -> None:
    play = issued() >> PrinterReported(TICKET.id, "failed", "gone")
    play.touch("give_up") << Cancel("key-1.cancel", TICKET.id, "given_up")


def test_a_printer_that_says_nothing_never_costs_a_ticket() -> None:
    play = issued().after(20) << []
    assert isinstance(play.screen, Unprinted)
    play.touch("give_up") << []
    play = issued().after(20)
    play.after(60) << []
    assert play.screen == Home()


def test_a_word_from_the_printer_that_comes_late_still_counts() -> None:
    play = issued().after(20) >> PrinterReported(TICKET.id, "printed")
    play << Report("key-1.printed", TICKET.id, True)
    assert isinstance(play.screen, Issued)


def test_a_word_that_comes_after_everybody_has_gone_is_told_to_the_server() -> None:
    play = issued().after(20).after(60) << []
    assert play.screen == Home()
    play >> PrinterReported(TICKET.id, "printed") << Report("key-1.printed", TICKET.id, True)
    assert play.screen == Home()


def test_paper_that_nobody_knows_of_is_not_reported_and_the_number_stays_longer() -> None:
    play = issued() >> PrinterReported(TICKET.id, "unknown")
    play << []
    assert isinstance(play.after(19).screen, Issued)
    assert play.after(1).screen == Home()


def test_nobody_is_told_to_take_a_paper_that_may_not_have_come() -> None:
    for outcome, said in (("printed", "请取走号票"), ("unknown", "可能没有出票")):
        body = look((issued() >> PrinterReported(TICKET.id, outcome)).state).body  # type: ignore[arg-type]
        assert isinstance(body, seen.Issued)
        assert (body.paper, body.sure) == (said, outcome == "printed")
        assert (code_of(TICKET) in body.follow) is (outcome == "unknown"), "with it there is another paper"


def test_a_report_about_another_ticket_changes_nothing() -> None:
    play = issued()
    before = play.state
    play >> PrinterReported("another", "failed", "gone") << []
    assert play.state == before


def test_an_asking_without_an_answer_is_asked_again_with_the_same_key() -> None:
    play = unanswered(open_kiosk().touch("zone", "C")) << []
    play.after(0.9) << []
    play.after(0.1) << TAKE_C
    for _ in range(8):
        (unanswered(play) << []).after(1) << TAKE_C
    assert isinstance(taken(play).screen, Issued)


def test_asking_again_keeps_the_language_of_the_first_asking() -> None:
    play = unanswered(open_kiosk().touch("zone", "C")).touch("language").after(1)
    play << TAKE_C


def test_a_visitor_whose_asking_is_out_is_not_sent_home() -> None:
    play = open_kiosk().touch("zone", "C").after(600)
    assert isinstance(play.screen, Taking)


def test_whoever_waited_ten_seconds_in_vain_is_told_where_to_go_and_nobody_gets_that_number() -> None:
    play = open_kiosk().touch("zone", "C").after(11)
    unanswered(play)
    assert isinstance(play.screen, Problem)
    assert play.said == [
        Report("key-1.printed", FRESH.id, False, "unanswered"),
        Cancel("key-1.cancel", FRESH.id, "not_printed"),
    ]


def test_an_asking_that_never_left_the_kiosk_is_told_as_such_and_not_repeated() -> None:
    play = unanswered(open_kiosk().touch("zone", "C"), sent=False)
    assert isinstance(play.screen, Problem)
    play.after(5) << []


def test_an_asking_that_may_have_arrived_once_is_repeated_even_if_the_next_never_left() -> None:
    play = unanswered(open_kiosk().touch("zone", "C")).after(1) << TAKE_C
    unanswered(play, sent=False).after(1) << TAKE_C


def test_a_refusal_is_shown_and_leaves_after_a_while() -> None:
    play = open_kiosk().touch("zone", "C") >> Refused(
        FRESH.key, "number.exhausted", "发完", (("prefix", "C"),)
    )
    assert isinstance(play.screen, Problem)
    assert play.after(15).screen == Home()


def test_a_refusal_that_is_still_read_stays_for_a_touch_of_the_glass() -> None:
    play = open_kiosk().touch("zone", "C") >> Refused(FRESH.key, "number.exhausted", "", (("prefix", "C"),))
    play.after(14) >> Felt()
    assert isinstance(play.after(14).screen, Problem)
    assert play.after(1).screen == Home()


def test_an_answer_to_an_older_asking_changes_nothing() -> None:
    play = open_kiosk().touch("zone", "C")
    play >> Taken("older", TICKET) >> Unanswered("older") >> Refused("older", "x", "") << []
    assert isinstance(play.screen, Taking)


@pytest.mark.parametrize("link", ["connecting", "stale", "down"])
def test_nothing_is_taken_while_the_link_is_not_live_and_there_are_no_numbers(link: str) -> None:
    play = (open_kiosk() >> LinkChanged(link)).after(2)  # type: ignore[arg-type]
    play.touch("zone", "C") << []
    assert play.screen == Home()


def test_a_link_lost_on_the_way_takes_nothing() -> None:
    play = open_kiosk().touch("zone", "A").touch("service", "a-fire") >> LinkChanged("down")
    play.after(2).touch("take") << []
    play >> LinkChanged("live", epoch=EPOCH)
    play.touch("take") << Take(FRESH.key, FRESH.id, FRESH.token, "a-fire", "zh")


def test_a_closed_hall_a_paused_zone_and_a_paused_service_take_nothing() -> None:
    (open_kiosk() >> shown(issuing=False, stopped="下班")).touch("zone", "C") << []
    hall = shown()
    zones = tuple(zone(z.id, issuing=z.id != "C") for z in hall.zones)
    (open_kiosk() >> type(hall)(hall.hall, zones, hall.services)).touch("zone", "C") << []
    play = open_kiosk().touch("zone", "A").touch("service", "a-land") << []
    assert play.screen == Services("A")


def test_a_service_of_another_zone_cannot_be_reached_from_a_list() -> None:
    play = open_kiosk().touch("zone", "A").touch("service", "c-pay") << []
    assert play.screen == Services("A")


def test_an_unknown_zone_and_a_button_of_another_screen_do_nothing() -> None:
    play = open_kiosk().touch("zone", "X").touch("take").touch("noted").touch("done").touch("back") << []
    assert play.screen == Home()
