"""What may be asked for with a ticket: a class, and what helps; only what the hall has, and never without being asked."""

import pytest

from kiosk.model import look as seen
from kiosk.model.event import HallShown, PrinterReported
from kiosk.model.intent import Take
from kiosk.model.screen import Bring, Classes, Home, Services
from kiosk.model.show import look
from kiosk.model.slip import slip
from queue_server.engine.rule import RULES
from tests.unit.kiosk.hall import (
    CLASSES,
    FRESH,
    PRIORITY,
    Play,
    caring_kiosk,
    open_kiosk,
    shown,
    taken,
    ticket,
)


def asked() -> Play:
    """A visitor at the last screen before a ticket for Social Security."""
    return caring_kiosk().touch("zone", "C")


def bring(play: Play) -> seen.Bring:
    """The last screen before a ticket."""
    body = look(play.state).body
    assert isinstance(body, seen.Bring)
    return body


def test_an_ordinary_ticket_takes_three_taps_and_asks_for_nothing() -> None:
    play = caring_kiosk().touch("zone", "A").touch("service", "a-file").touch("take")
    play << Take(FRESH.key, FRESH.id, FRESH.token, "a-file", "zh")


def test_a_hall_without_classes_or_abilities_offers_nothing_and_takes_at_once() -> None:
    plain = open_kiosk().touch("zone", "A").touch("service", "a-fire")
    assert (bring(plain).options, bring(plain).about) == ((), "")
    open_kiosk().touch("zone", "C") << Take(FRESH.key, FRESH.id, FRESH.token, "c-pay", "zh")


@pytest.mark.parametrize(
    "abilities, needs",
    [
        ((), ()),
        (("low_counter",), ("wheelchair",)),
        (("hearing_loop",), ("hearing",)),
        (("sign_language", "english"), ("hearing", "english")),
        (("english", "reading_aid"), ("sight", "english")),
    ],
)
def test_only_needs_that_the_hall_says_it_can_meet_are_offered(
    abilities: tuple[str, ...], needs: tuple[str, ...]
) -> None:
    play = open_kiosk() >> shown(abilities=abilities)
    play.touch("zone", "A").touch("service", "a-fire")
    assert tuple(option.id for option in bring(play).options) == needs


def test_needs_are_sent_in_one_order_and_a_second_touch_takes_one_back() -> None:
    play = asked().touch("need", "english").touch("need", "hearing").touch("need", "wheelchair")
    play.touch("need", "hearing")
    assert [option.chosen for option in bring(play).options] == [False, True, False, False, True]
    play.touch("take") << Take(
        FRESH.key, FRESH.id, FRESH.token, "c-pay", "zh", needs=("wheelchair", "english")
    )


def test_a_need_that_is_not_offered_cannot_be_touched() -> None:
    play = asked().touch("need", "lift")
    assert play.screen == Bring("c-pay")


def test_a_class_is_chosen_on_its_own_screen_and_asked_for_with_the_ticket() -> None:
    play = asked().touch("priority")
    assert play.screen == Classes(Bring("c-pay"))
    play.touch("class", "senior") << []
    assert play.screen == Bring("c-pay", class_="senior")
    assert bring(play).options[0].chosen
    assert bring(play).about == "已选优先：须工作人员确认，确认前按普通号排队"
    play.touch("take") << Take(FRESH.key, FRESH.id, FRESH.token, "c-pay", "zh", class_="senior")


def test_who_asks_to_go_first_is_told_in_a_sentence_by_which_rule_the_zone_calls() -> None:
    play = asked().touch("priority")
    body = look(play.state).body
    assert isinstance(body, seen.Classes)
    assert body.rule == RULES["promise"].sentence.zh


def test_what_was_chosen_can_be_looked_at_and_given_up() -> None:
    play = asked().touch("need", "hearing").touch("priority").touch("class", "senior").touch("priority")
    body = look(play.state).body
    assert isinstance(body, seen.Classes)
    assert [choice.id for choice in body.choices if choice.chosen] == ["senior"]
    play.touch("class", "")
    assert play.screen == Bring("c-pay", needs=("hearing",))


def test_back_from_the_classes_changes_nothing_and_back_again_leaves() -> None:
    play = caring_kiosk().touch("zone", "A").touch("service", "a-file")
    play.touch("need", "hearing").touch("priority").touch("back")
    assert play.screen == Bring("a-file", needs=("hearing",))
    assert play.touch("back").screen == Services("A")


def test_a_class_that_the_hall_does_not_offer_cannot_be_chosen() -> None:
    play = asked().touch("priority").touch("class", "green")
    assert play.screen == Classes(Bring("c-pay"))


def test_a_class_that_leaves_the_hall_is_given_up_and_with_the_last_one_the_screen() -> None:
    hall = shown()
    fewer = HallShown(hall.hall, hall.zones, hall.services, CLASSES[:1])
    none = HallShown(hall.hall, hall.zones, hall.services)
    chosen = asked().touch("priority").touch("class", "senior")
    assert (chosen >> fewer).screen == Bring("c-pay")
    assert (asked().touch("priority") >> none).screen == Bring("c-pay")
    assert (asked().touch("priority") >> HallShown(hall.hall, (), ())).screen == Home()


def test_each_class_says_whether_staff_confirm_it() -> None:
    body = look(asked().touch("priority").state).body
    assert isinstance(body, seen.Classes)
    notes = {choice.id: choice.note for choice in body.choices}
    assert (notes["senior"], notes["patient"]) == ("需工作人员确认", "取号即按优先")
    at_once = asked().touch("priority").touch("class", "patient")
    assert not bring(at_once).asks


@pytest.mark.parametrize(
    "state, note, tone",
    [
        ("none", "", "plain"),
        ("requested", "已申请优先，请工作人员确认。\n确认前按普通号排队。", "warn"),
        ("confirmed", "优先已确认。", "good"),
        ("refused", "未确认优先，按普通号排队。", "plain"),
    ],
)
def test_the_ticket_says_honestly_how_its_class_stands(state: str, note: str, tone: str) -> None:
    play = taken(asked().touch("take"), class_state=state) >> PrinterReported(ticket().id, "printed")
    body = look(play.state).body
    assert isinstance(body, seen.Issued)
    assert (body.note, body.tone) == (note, tone)


def test_the_paper_says_that_a_class_is_asked_for_and_never_which() -> None:
    play = taken(asked().touch("take"), class_="senior", class_state="requested")
    paper = slip(play.state, ticket(class_="senior", class_state="requested"))
    assert (paper.unconfirmed, paper.class_label) == (True, None)
    sure = slip(play.state, ticket(class_="senior", class_state="confirmed", public=PRIORITY))
    assert (sure.unconfirmed, sure.class_label) == (False, "优先")
