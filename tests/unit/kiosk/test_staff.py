"""Staff confirm a class at the kiosk: what they found, who they are, their PIN; and nothing of it stays."""

import pytest

from kiosk.model import look as seen
from kiosk.model.event import Confirmed, Painted, PrinterReported, Refused, Touched, Unanswered
from kiosk.model.intent import Confirm
from kiosk.model.look import Look
from kiosk.model.screen import Deciding, Home, Issued, Naming, Proving
from kiosk.model.show import look
from tests.unit.kiosk.hall import FRESH, PRIORITY, Play, caring_kiosk, shown, taken, ticket

TICKET = ticket(class_="senior", class_state="requested")
SURE = ticket(class_="senior", class_state="confirmed", public=PRIORITY)
PIN = "730918"
KEY = f"{FRESH.key}.seen"
SENT = Confirm(KEY, TICKET.id, "zhang", PIN, "senior", "confirm", "已看证件")


def printed(**change: object) -> Play:
    """A kiosk that has just printed a ticket."""
    play = caring_kiosk().touch("zone", "C").touch("take")
    return taken(play, **{"class_": "senior", "class_state": "requested"} | change) >> PrinterReported(
        TICKET.id, "printed"
    )


def typed(play: Play, text: str) -> Play:
    """Somebody types."""
    for letter in text:
        play.touch("key", letter)
    return play


def named(finding: str = "seen") -> Play:
    """Staff before the pad for their PIN."""
    return typed(printed().touch("staff").touch("reason", finding), "zhang").touch("enter")


def sent() -> Play:
    """Staff who have typed all of their PIN."""
    return typed(named(), PIN) << SENT


def proving(picture: Look) -> seen.Proving:
    """The screen for the PIN."""
    assert isinstance(picture.body, seen.Proving)
    return picture.body


def test_staff_say_what_they_found_who_they_are_and_prove_it_by_their_pin() -> None:
    play = sent() >> Confirmed(KEY, SURE)
    assert play.screen == Issued(SURE, FRESH.key, play.now + 8, printed=True)
    body = look(play.state).body
    assert isinstance(body, seen.Issued)
    assert (body.note, body.staff) == ("优先已确认。", "")


@pytest.mark.parametrize(
    "finding, decision, reason",
    [
        ("known", "confirm", "现场核实"),
        ("no_proof", "refuse", "未出示证明"),
        ("not_met", "refuse", "不符合条件"),
        ("withdrawn", "refuse", "本人不需要"),
    ],
)
def test_each_finding_has_its_decision_and_the_log_its_reason_in_chinese(
    finding: str, decision: str, reason: str
) -> None:
    play = named(finding).touch("language")
    typed(play, PIN)
    (confirm,) = play.wanted
    assert isinstance(confirm, Confirm)
    assert (confirm.decision, confirm.reason, confirm.key) == (decision, reason, f"{FRESH.key}.{finding}")


def test_after_a_refusal_the_ticket_is_ordinary_and_staff_may_think_better_of_it() -> None:
    refused = ticket(class_="senior", class_state="refused")
    play = typed(named("no_proof"), PIN) >> Confirmed(f"{FRESH.key}.no_proof", refused)
    body = look(play.state).body
    assert isinstance(body, seen.Issued)
    assert (body.note, body.staff) == ("未确认优先，按普通号排队。", "工作人员确认")
    assert isinstance(play.touch("staff").screen, Deciding)


@pytest.mark.parametrize("change", [{"class_state": "none"}, {"class_state": "confirmed"}])
def test_a_ticket_without_a_class_to_confirm_has_no_button_for_staff(change: dict[str, object]) -> None:
    play = printed(**change).touch("staff")
    assert isinstance(play.screen, Issued)
    body = look(play.state).body
    assert isinstance(body, seen.Issued)
    assert body.staff == ""


def test_staff_decide_only_when_the_paper_is_out() -> None:
    play = taken(caring_kiosk().touch("zone", "C").touch("take"), class_state="requested")
    assert isinstance(play.touch("staff").screen, Issued)


def test_a_ticket_that_waits_for_staff_stays_longer_than_another() -> None:
    assert isinstance(printed().after(29.9).screen, Issued)
    assert printed().after(30).screen == Home()
    assert printed(class_state="none").after(8).screen == Home()


def test_the_digits_are_shown_to_nobody_and_kept_only_until_they_are_sent() -> None:
    play = named()
    for count, digit in enumerate(PIN[:5], start=1):
        play.touch("key", digit)
        assert proving(look(play.state)).dots == "●" * count + "○" * (6 - count)
    assert PIN[:5] not in repr(play.state)
    typed(play, PIN[5])
    assert PIN not in repr(play.wanted)
    assert isinstance(play.screen, Proving)
    assert play.screen.pin == ""
    assert (proving(look(play.state)).sentence, proving(look(play.state)).enabled) == (
        "正在确认，请稍候",
        False,
    )


def test_while_it_is_sent_nothing_else_can_be_typed() -> None:
    play = typed(sent(), PIN) << []
    assert play.screen == Proving(play.screen.issued, "seen", "zhang", asked=True)  # type: ignore[union-attr]


def test_a_digit_can_be_taken_back_and_a_letter_is_none() -> None:
    play = typed(named(), "73").touch("erase").touch("key", "a").touch("key", "").touch("key", "12")
    assert isinstance(play.screen, Proving)
    assert play.screen.pin == "7"


@pytest.mark.parametrize(
    "code, sentence",
    [
        ("auth.wrong_pin", "登录名或口令不正确，请重新输入"),
        ("auth.forbidden", "现在不能在本机确认，请到窗口或咨询台确认"),
        ("ticket.not_waiting", None),
    ],
)
def test_a_refusal_is_told_and_it_can_be_tried_again(code: str, sentence: str | None) -> None:
    play = sent() >> Refused(KEY, code, "")
    body = proving(look(play.state))
    assert body.trouble
    assert body.enabled
    assert sentence is None or body.sentence == sentence
    assert body.sentence
    typed(play, PIN) << SENT


def test_after_too_many_wrong_pins_the_pad_rests_and_says_how_long() -> None:
    play = sent() >> Refused(KEY, "auth.too_many", "", (("wait_s", 16),))
    body = proving(look(play.state))
    assert (body.sentence, body.enabled) == ("错误次数过多，请16秒后再试", False)
    typed(play, "7")
    assert isinstance(play.screen, Proving)
    assert play.screen.pin == ""
    assert proving(look(play.after(10).state)).sentence == "错误次数过多，请5秒后再试"
    assert proving(look(play.after(5).state)).enabled
    typed(play, PIN) << SENT


@pytest.mark.parametrize(
    "was_sent, sentence",
    [
        (False, "系统连接中断，现在不能确认。请稍后再试，或到窗口确认"),
        (True, "系统没有答复，可能已确认。请重新输入一次"),
    ],
)
def test_without_a_network_it_is_not_claimed_to_be_confirmed(was_sent: bool, sentence: str) -> None:
    play = sent() >> Unanswered(KEY, sent=was_sent)
    assert proving(look(play.state)).sentence == sentence
    typed(play, PIN) << SENT


def test_an_answer_to_something_else_changes_nothing() -> None:
    play = sent()
    before = play.screen
    for event in (Confirmed("other", SURE), Refused("other", "auth.wrong_pin", ""), Unanswered("other")):
        assert (play >> event).screen == before
    gone = sent().after(31) >> Confirmed(KEY, SURE)
    assert gone.screen == Home()


def test_nobody_there_for_thirty_seconds_leads_home_and_the_digits_are_gone() -> None:
    for play in (printed().touch("staff"), named(), typed(named(), "730")):
        assert not isinstance(play.after(29.9).screen, Home)
        assert play.after(0.1).screen == Home()


def test_back_leads_step_by_step_to_the_ticket() -> None:
    play = typed(named(), "73").touch("back")
    assert isinstance(play.screen, Naming)
    assert isinstance(play.touch("back").screen, Deciding)
    issued = play.touch("back").screen
    assert issued == Issued(TICKET, FRESH.key, play.now + 30, printed=True)


def test_who_confirmed_here_today_is_offered_again_mostly_hidden_and_forgotten_at_midnight() -> None:
    play = sent() >> Confirmed(KEY, SURE)
    assert play.state.staff == ("zhang",)
    again = taken(
        play.touch("done").touch("zone", "C").touch("take"), class_="senior", class_state="requested"
    )
    again >> PrinterReported(TICKET.id, "printed")
    again.touch("staff").touch("reason", "seen")
    body = look(again.state).body
    assert isinstance(body, seen.Naming)
    assert [key.text for key in body.known] == ["z***ng"]
    again.touch("known", "1")
    assert isinstance(again.screen, Naming)
    typed(again.touch("known", "0"), PIN) << SENT
    tomorrow = shown(day=TICKET.issued_at.date().replace(day=24))
    assert (again >> tomorrow).state.staff == ()


def test_a_wrong_pin_makes_nobody_known() -> None:
    play = sent() >> Refused(KEY, "auth.wrong_pin", "")
    assert play.state.staff == ()


def test_typing_is_quicker_than_choosing_and_a_trembling_finger_types_once() -> None:
    play = printed().touch("staff").touch("reason", "seen") >> Painted(0)
    play >> Painted(play.state.sight)
    play.now += 1
    for letter, pause in (("z", 0.0), ("z", 0.05), ("h", 0.15), ("h", 0.05), ("a", 0.2)):
        play.now += pause
        play >> Touched("key", letter)
    assert isinstance(play.screen, Naming)
    assert play.screen.name == "zha"


def test_a_name_can_be_corrected_and_has_an_end() -> None:
    play = typed(printed().touch("staff").touch("reason", "seen"), "zhao")
    typed(play.touch("erase"), "ng")
    assert isinstance(play.screen, Naming)
    assert play.screen.name == "zhang"
    typed(play, "x" * 40)
    assert len(play.screen.name) == 24
    empty = printed().touch("staff").touch("reason", "seen").touch("enter")
    assert isinstance(empty.screen, Naming)
