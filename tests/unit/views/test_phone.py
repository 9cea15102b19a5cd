"""What the holder of a ticket sees on their own phone: their ticket, what they need to know, and nothing of anybody else."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from queue_server.engine.design import design
from queue_server.engine.hall import Rules
from queue_server.views import phone, topic
from queue_server.wire import command as c
from queue_server.wire.claim import check, parted
from queue_server.wire.error import Refusal
from queue_server.wire.holder import GuideRecord
from queue_server.wire.ticket import Text, Ticket, track_url
from tests.fakes.document import document, text
from tests.fakes.hall import FILING, FOUR, LICENCE, ONE, SEAL, TWO, hall
from tests.fakes.play import KIOSK, LI, MANAGER, STEWARD, ZHANG, Play

TOKEN = "token-of-a-holder-00000"
A_DAY = 24 * 60
TOPIC = f"ticket:{TOKEN}"


def shown(play: Play) -> tuple[Ticket, GuideRecord]:
    """Ticket and guide as the page of the token has them."""
    found = topic.show(play.state, TOPIC)
    assert set(found) == {"ticket", "guide"}
    return found["ticket"], found["guide"]


def missed(play: Play) -> Ticket:
    """The holder's ticket, called at window 1 as often as it must be, to which nobody came."""
    ticket = play.take(FILING, token=TOKEN)
    play.open(ONE)
    play.next(ONE)
    for _ in range(play.state.hall.rules.calls - 1):
        play.later(seconds=90)
        play.do(c.Recall(window=ONE))
    play.later(seconds=90)
    play.do(c.NoShow(window=ONE))
    return ticket


def test_a_holder_sees_their_ticket_where_it_is_done_and_what_to_bring() -> None:
    play = Play()
    play.take(FILING)
    mine = play.take(FILING, token=TOKEN, then=(LICENCE,))
    ticket, guide = shown(play)
    assert (ticket.id, ticket.ahead, ticket.token) == (mine.id, 1, None)
    assert [(one.service.zh, one.letter, one.windows) for one in guide.steps] == [
        ("项目备案", "A", "1-2"),
        ("证照申领", "B", "3-4"),
    ]
    assert guide.steps[0].bring == Text("身份证", "ID card")
    assert guide.day == guide.today == play.state.day


def test_the_people_before_are_those_who_are_called_before_by_the_hall_s_own_policy() -> None:
    play = Play()
    for service in (SEAL, FILING, LICENCE, FILING):
        play.take(service)
    play.take(FILING, token=TOKEN)
    play.take(FILING)
    play.open(TWO)
    told, called = [], []
    while (ticket := shown(play)[0]).state == "waiting":
        told.append(ticket.ahead)
        following = play.next(TWO)
        assert following is not None
        called.append(following.service)
    before = [called[n:-1].count(FILING) for n in range(len(called))]
    assert told == before == [2, 2, 1, 0]


def test_the_window_is_told_by_its_name_when_it_calls() -> None:
    play = Play()
    play.take(FILING, token=TOKEN)
    play.open(ONE)
    play.next(ONE)
    ticket, guide = shown(play)
    assert (ticket.state, ticket.ahead) == ("called", None)
    assert guide.steps[0].window == Text("1号窗口", "Window 1")


def test_a_missed_call_is_good_until_the_rule_s_time_and_not_when_it_was_missed_too_often() -> None:
    play = Play(hall(Rules(reentries=1, reentry_min=20, reentry_behind=2)))
    ticket = missed(play)
    guide = shown(play)[1]
    assert (guide.minutes, guide.behind, guide.reentries) == (20, 2, 1)
    assert guide.until == play.now + timedelta(minutes=20)
    play.do(c.Reenter(ticket=ticket.id), STEWARD)
    assert shown(play)[1].until is None
    play.next(ONE)
    for _ in range(play.state.hall.rules.calls - 1):
        play.later(seconds=90)
        play.do(c.Recall(window=ONE))
    play.later(seconds=90)
    play.do(c.NoShow(window=ONE))
    assert shown(play)[0].state == "no_show"
    assert shown(play)[1].until is None
    assert play.refused(c.Reenter(ticket=ticket.id), STEWARD) == "ticket.missed_too_often"


def test_others_can_be_let_go_first_only_while_there_are_some_and_as_often_as_the_rule_says() -> None:
    play = Play(hall(Rules(defers=1)))
    ticket = play.take(FILING, token=TOKEN)
    assert shown(play)[1].defers == 0
    play.take(FILING)
    play.take(FILING)
    assert shown(play)[1].defers == 1
    play.do(c.Defer(ticket=ticket.id, behind=1), KIOSK)
    assert shown(play)[0].ahead == 1
    assert shown(play)[1].defers == 0


def test_the_token_goes_on_with_the_new_ticket_of_who_was_left_waiting() -> None:
    play = Play()
    before = play.take(FILING, token=TOKEN)
    play.later(minutes=A_DAY)
    ticket, guide = shown(play)
    assert (ticket.id, ticket.state, ticket.offered) == (before.id, "expired", True)
    assert guide.day < guide.today == play.state.day
    fresh = play.do(c.Reenter(ticket=before.id), KIOSK)
    ticket, guide = shown(play)
    assert (ticket.id, ticket.state) == (fresh.id, "waiting")
    assert guide.day == guide.today


def test_a_token_that_is_nobody_s_or_of_a_day_that_is_over_opens_nothing() -> None:
    play = Play()
    with pytest.raises(Refusal, match=r"feed\.unknown_topic"):
        topic.show(play.state, TOPIC)
    ticket = play.take(FILING, token=TOKEN)
    play.open(ONE)
    play.next(ONE)
    play.do(c.Finish(window=ONE))
    assert shown(play)[0].id == ticket.id
    play.later(minutes=A_DAY)
    assert phone.phone(play.state, TOKEN) == {}
    with pytest.raises(Refusal, match=r"feed\.unknown_topic"):
        topic.known(play.state, TOPIC)


def test_a_holder_may_see_the_ticket_of_the_token_they_bear_and_no_other_topic_of_tickets() -> None:
    play = Play()
    ticket = play.take(FILING, token=TOKEN)
    assert topic.allowed(TOPIC, "holder", token=TOKEN)
    for other in (f"ticket:{ticket.id}", "ticket:another-holder-s-token", "desk", "floor", "window:1"):
        assert not topic.allowed(other, "holder", token=TOKEN)
    assert not topic.allowed(TOPIC, "public")


def test_a_ticket_that_was_sent_on_tells_the_window_where_it_is_now() -> None:
    play = Play()
    play.take(SEAL, token=TOKEN)
    play.open(FOUR, LI)
    play.next(FOUR, LI)
    play.do(c.Start(window=FOUR), LI)
    play.do(c.Transfer(at=FOUR, service=FILING, place="first"), LI)
    play.open(TWO, ZHANG)
    called = play.next(TWO, ZHANG)
    assert called is not None
    assert shown(play)[1].steps[-1].window == Text("2号窗口", "Window 2")
    assert play.do(c.Finish(window=TWO, reason="代结"), MANAGER).id == called.id


def test_the_address_of_a_ticket_s_page_ends_with_its_token() -> None:
    assert track_url("https://hall.example.gov.cn", TOKEN) == f"https://hall.example.gov.cn/t/{TOKEN}"


def test_a_number_of_today_is_promised_only_on_a_day_on_which_it_can_be_had() -> None:
    made = document()
    made["rules"] = {"calendar": "hall"}
    hours = {"weekdays": "1-5", "tickets": ["09:00-17:00"]}
    made["calendars"] = [{"id": "hall", "name": text("作息", "Hours"), "seasons": [hours]}]
    play = Play(design(made).hall, datetime(2026, 11, 27, 1, tzinfo=UTC))  # a Friday
    play.take(FILING, token=TOKEN)
    renewed = []
    for _ in range(3):
        play.later(minutes=A_DAY)
        ticket, guide = shown(play)
        assert ticket.offered
        renewed.append(guide.renew)
    assert renewed == [False, False, True]


def test_a_call_names_the_zone_in_which_its_window_stands() -> None:
    play = Play()
    play.take(SEAL, token=TOKEN)
    play.open(TWO, LI)
    play.next(TWO, LI)
    step = shown(play)[1].steps[0]
    assert (step.letter, step.at) == ("B", "A")


def test_nobody_learns_on_the_phone_why_a_ticket_goes_first_is_held_or_was_given_up() -> None:
    """Whoever photographed the paper can open its page."""
    play = Play()
    mine = play.take(FILING, token=TOKEN, class_="priority")
    play.do(c.Classify(ticket=mine.id, class_="priority", decision="confirm", reason="残疾人证"), STEWARD)
    assert shown(play)[0].public is not None, "only that they go first"
    seen = [told(play)]
    play.open(ONE)
    play.next(ONE)
    play.do(c.Start(window=ONE))
    play.do(c.Hold(window=ONE, kind="anywhere", reason="去医院取证明"))
    seen.append(told(play))
    play.do(c.Cancel(ticket=mine.id, reason="身体不适"), STEWARD)
    seen.append(told(play))
    secret = ("priority", "老年人", "Elder", "残疾人证", "去医院", "身体")
    assert [word for word in secret for text in seen if word in text] == []
    assert play.state.tickets[mine.id].reason == "身体不适", "or the words are looked for in vain"


def told(play: Play) -> str:
    """What goes over the line to the page."""
    return msgspec.json.encode(topic.show(play.state, TOPIC)).decode()


def test_a_paper_is_found_again_by_its_code_and_by_no_other() -> None:
    play = Play()
    play.take(FILING)
    mine = play.take(FILING, token=TOKEN)
    digits = check(mine.id)
    assert phone.coded(play.state, mine.number + digits) == mine.id
    wrong = f"{(int(digits) + 1) % 1000:03}"
    for code in (mine.number, mine.number + wrong, digits, "", "A0", "甲" + mine.number + digits):
        assert phone.coded(play.state, code) is None


def test_what_is_found_is_what_its_holder_may_see() -> None:
    play = Play()
    mine = play.take(FILING, token=TOKEN)
    found = phone.found(play.state, mine.id)
    assert (found.ticket, found.guide) == shown(play)
    assert found.ticket.token is None


def test_a_paper_whose_ticket_was_given_up_is_found_until_midnight() -> None:
    play = Play()
    first = play.take(FILING, id="id-that-is-the-first-0")
    play.do(c.Cancel(ticket=first.id, reason="r"))
    assert phone.coded(play.state, first.number + check(first.id)) == first.id


def test_the_digits_of_a_ticket_are_the_same_for_ever() -> None:
    assert check("id-id-id-id-id-id") == "461"
    assert parted("C103417") == ("C103", "417")
    assert parted("ABC10030417") == ("ABC10030", "417")
    assert parted("c103417") is None
