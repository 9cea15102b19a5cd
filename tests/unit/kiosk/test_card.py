"""Whose ticket it is: a card on the reader or its number typed, seen under a mask, sent once, and kept nowhere."""

from dataclasses import replace

import msgspec
import pytest

from kiosk.model import look as seen
from kiosk.model.event import (
    CardRead,
    CardUnread,
    CodeShown,
    HallShown,
    LinkChanged,
    PrinterReported,
    ReaderChanged,
    Refused,
)
from kiosk.model.intent import HandOver, LeaveCards, ReadCards, Take, TakeFor
from kiosk.model.screen import Agreeing, Bring, Home, Issued, Numbering, Problem, Services, Showing, Taking
from kiosk.model.show import look
from kiosk.model.slip import slip
from queue_server.wire.field import Holder
from queue_server.wire.ids import ServiceId
from queue_server.wire.view import RealName
from tests.fakes.card import number
from tests.unit.kiosk.hall import (
    AGED,
    EPOCH,
    FRESH,
    SERVICES,
    Play,
    block,
    carded_kiosk,
    lent,
    open_kiosk,
    shown,
    taken,
    unanswered,
)

NUMBER, NAME = number("19800101"), "张小三"
HOLDER = Holder(NUMBER, NAME)
TAKE = Take(FRESH.key, FRESH.id, FRESH.token, "c-pay", "zh")
OLD, YOUNG = number("19661123"), number("19661124")
"""Sixty on the day of the hall, and a day short of it."""


def asked(asks: RealName = "required", *, reader: bool = True) -> Play:
    """A visitor who is asked for their card."""
    return carded_kiosk(asks, reader=reader).touch("zone", "C")


def typed(play: Play, text: str) -> Play:
    """Somebody types."""
    for mark in text:
        play.touch("key", mark)
    return play


def elder(card: str, *, class_: str = "senior", asks: RealName = "no") -> Play:
    """Somebody in a hall where sixty years confirm a class, who asked for one (or for none) and showed their card."""
    play = carded_kiosk(asks, classes=AGED).touch("zone", "C")
    if class_:
        play.touch("priority").touch("class", class_)
    return play.touch("take") >> CardRead(Holder(card, NAME))


def agreeing(play: Play) -> seen.Agreeing:
    """The screen on which somebody sees whose ticket it will be."""
    body = look(play.state).body
    assert isinstance(body, seen.Agreeing)
    return body


def numbering(play: Play) -> seen.Numbering:
    """The pad for a card's number."""
    body = look(play.state).body
    assert isinstance(body, seen.Numbering)
    return body


def written(play: Play) -> str:
    """All that stands in the journal on disk."""
    return msgspec.json.encode(play.journal).decode()


def test_a_service_that_asks_for_no_card_has_no_step_for_one() -> None:
    carded_kiosk("no").touch("zone", "C") << TAKE


def test_a_card_on_the_reader_is_seen_under_a_mask_and_sent_with_the_asking() -> None:
    play = asked() << [ReadCards()]
    assert play.screen == Showing(Bring("c-pay"))
    play >> CardRead(HOLDER) << [LeaveCards()]
    assert (agreeing(play).name, agreeing(play).number) == ("张*三", "9900**********0012")
    play.touch("take") << TakeFor(TAKE, HOLDER)
    taken(play) >> PrinterReported(FRESH.id, "printed")
    assert isinstance(play.screen, Issued)


def test_a_number_that_is_typed_leads_on_by_itself_once_it_is_right() -> None:
    play = typed(asked(reader=False), NUMBER[:-1])
    assert play.screen == Numbering(Bring("c-pay"), NUMBER[:-1])
    play.touch("key", NUMBER[-1]).touch("take") << TakeFor(TAKE, Holder(NUMBER))


def test_only_the_ends_of_a_number_are_shown_while_it_is_typed() -> None:
    play = asked(reader=False)
    assert numbering(play).number == "______ ________ ____"
    assert numbering(typed(play, NUMBER[:9])).number == "9900** ***_____ ____"
    assert numbering(typed(play, NUMBER[9:17])).number == "9900** ******** 001_"


def test_a_number_that_is_none_is_told_and_can_be_corrected_or_begun_again() -> None:
    wrong = next(digit for digit in "0123456789" if digit != NUMBER[-1])
    play = typed(asked(reader=False), NUMBER[:-1] + wrong)
    body = numbering(play)
    assert (body.sentence, body.trouble, body.again) == ("号码有误，请重新输入", True, "重新输入")
    play.touch("key", "1")
    assert numbering(play) == body
    play.touch("erase").touch("key", NUMBER[-1])
    assert isinstance(play.screen, Agreeing)
    again = typed(asked(reader=False), NUMBER[:-1] + wrong).touch("erase", "all")
    assert (numbering(again).number, numbering(again).again) == ("______ ________ ____", "")


def test_an_x_is_only_the_last_character() -> None:
    x = next(one for n in range(1, 100) if (one := number(n=n)).endswith("X"))
    play = asked(reader=False).touch("key", "X")
    assert numbering(play).number == "______ ________ ____"
    assert isinstance(typed(play, x).screen, Agreeing)


def test_a_day_that_has_not_come_yet_is_no_day_of_birth() -> None:
    assert numbering(typed(asked(reader=False), number("20261124"))).trouble


def test_who_is_only_offered_it_may_go_on_without() -> None:
    play = asked("ask")
    body = look(play.state).body
    assert isinstance(body, seen.Showing)
    assert body.skip == "不登记，继续"
    play.touch("skip") << [TAKE, LeaveCards()]


def test_who_has_to_show_it_has_no_way_past() -> None:
    play = asked("required")
    body = look(play.state).body
    assert isinstance(body, seen.Showing)
    assert body.skip == ""
    assert isinstance(play.touch("skip").screen, Showing)
    assert isinstance(play.touch("number").touch("skip").screen, Numbering)
    assert numbering(play).skip == ""


def test_a_visit_asks_as_the_strictest_of_its_services_does() -> None:
    hall = shown()
    then = {"a-file": ((ServiceId("c-pay"),), "ask"), "c-pay": ((), "required")}
    services = tuple(
        msgspec.structs.replace(each, then=then[each.id][0], real_name=then[each.id][1])
        if each.id in then
        else each
        for each in SERVICES
    )
    play = open_kiosk() >> HallShown(hall.hall, hall.zones, services)
    play.touch("zone", "A").touch("service", "a-file")
    assert numbering(play).skip == ""


def test_what_is_brought_comes_first_and_back_leads_there_again() -> None:
    hall = shown()
    services = tuple(
        msgspec.structs.replace(each, real_name="ask") if each.id == "a-fire" else each for each in SERVICES
    )
    play = open_kiosk() >> HallShown(hall.hall, hall.zones, services) >> ReaderChanged(ready=True)
    play.touch("zone", "A").touch("service", "a-fire").touch("take")
    assert play.screen == Showing(Bring("a-fire"))
    assert play.touch("number").touch("back").screen == Showing(Bring("a-fire"))
    assert play.touch("back").screen == Bring("a-fire")
    assert play.touch("back").screen == Services("A")


def test_back_from_a_card_forgets_it() -> None:
    play = (asked() >> CardRead(HOLDER)).touch("back")
    assert play.wanted == [ReadCards()]
    assert play.screen == Showing(Bring("c-pay"))
    assert (asked() >> CardRead(HOLDER)).touch("back").touch("back").screen == Home()


def test_whoever_walks_away_is_forgotten() -> None:
    for play in (asked() >> CardRead(HOLDER), typed(asked(reader=False), NUMBER[:-1])):
        assert play.after(29.9).screen != Home()
        assert play.after(0.2).screen == Home()
        assert NUMBER not in msgspec.json.encode(play.state).decode()


def test_a_card_counts_as_a_touch() -> None:
    play = asked().after(25) >> CardRead(HOLDER)
    assert isinstance(play.after(25).screen, Agreeing)


def test_the_reader_looks_for_cards_only_while_somebody_is_asked_for_one() -> None:
    assert asked().touch("number").wanted == [LeaveCards()]
    assert asked().after(31).wanted == [LeaveCards()]
    nobody = carded_kiosk() >> CardRead(HOLDER)
    assert nobody.screen == Home()
    assert NUMBER not in msgspec.json.encode(nobody.state).decode()


def test_without_a_reader_the_number_is_typed_and_one_that_fails_leads_there() -> None:
    assert isinstance(asked(reader=False).screen, Numbering)
    play = asked() >> ReaderChanged(ready=False)
    assert isinstance(play.screen, Numbering)
    assert isinstance((play >> ReaderChanged(ready=True)).screen, Numbering)
    assert isinstance(play.touch("back").screen, Showing)


@pytest.mark.parametrize(
    "event, sentence",
    [
        (CardUnread(), "没有读到。\n请把身份证拿起来，再放一次"),
        (CardRead(Holder("UTO990000000019", "测试卡")), "这张证件不能在本机登记，请到咨询台"),
    ],
)
def test_a_card_that_cannot_be_used_says_so_and_the_next_one_is_looked_for(
    event: CardUnread | CardRead, sentence: str
) -> None:
    play = asked() >> event << []
    body = look(play.state).body
    assert isinstance(body, seen.Showing)
    assert (body.sentence, body.trouble) == (sentence, True)
    assert isinstance((play >> CardRead(HOLDER)).screen, Agreeing)


def test_the_number_goes_to_the_server_and_nowhere_else() -> None:
    play = (asked() >> CardRead(HOLDER)).touch("take")
    (sent,) = play.wanted
    texts = [repr(play.state), repr(sent), repr(look(play.state)), written(play)]
    taken(play) >> PrinterReported(FRESH.id, "printed")
    assert isinstance(play.screen, Issued)
    texts += [repr(slip(play.state, play.screen.ticket)), repr(play.said), written(play)]
    texts.append(msgspec.json.encode(play.state).decode())
    for secret in (NUMBER, NUMBER[6:14], NAME):
        assert [text for text in texts if secret in text] == []


def test_an_asking_that_is_repeated_says_the_same_again() -> None:
    play = unanswered((asked() >> CardRead(HOLDER)).touch("take"))
    assert isinstance(play.screen, Taking)
    play.after(1) << TakeFor(TAKE, HOLDER)


def test_who_holds_enough_tickets_is_told_so_kindly() -> None:
    play = (asked() >> CardRead(HOLDER)).touch("take")
    play >> Refused(FRESH.key, "person.has_open", "", (("number", "C017"), ("limit", 1)))
    body = look(play.state).body
    assert isinstance(body, seen.Problem)
    assert body.sentence == "您已有一张未办结的号票C017，办完再取。"
    assert isinstance(play.screen, Problem)
    assert NUMBER not in msgspec.json.encode(play.state).decode()


def test_a_kiosk_alone_asks_for_no_card_and_says_that_none_was_registered() -> None:
    play = (lent(carded_kiosk(), block()) >> LinkChanged("down")).after(5).touch("zone", "C")
    play >> PrinterReported(FRESH.id, "printed")
    body = look(play.state).body
    assert isinstance(body, seen.Issued)
    assert (body.note, body.tone) == ("系统连接中断，没有登记身份证，请在窗口出示。", "warn")
    assert isinstance(play.screen, Issued)
    assert slip(play.state, play.screen.ticket).unregistered


def test_whose_server_does_not_answer_is_forgotten_with_the_ticket_that_is_issued_alone() -> None:
    play = (lent(asked(), block()) >> CardRead(HOLDER)).touch("take")
    play = unanswered(play) >> PrinterReported(FRESH.id, "printed")
    assert isinstance(play.screen, Issued)
    assert slip(play.state, play.screen.ticket).unregistered
    assert NUMBER not in msgspec.json.encode(play.state).decode() + written(play)
    play >> LinkChanged("down") >> LinkChanged("live", epoch=EPOCH)
    (handed,) = [word for word in play.said if isinstance(word, HandOver)]
    assert handed.take == TAKE


@pytest.mark.parametrize("asks", ["no", "ask"])
def test_a_ticket_that_need_not_say_whose_it_is_has_nothing_to_add(asks: RealName) -> None:
    play = (lent(carded_kiosk(asks), block()) >> LinkChanged("down")).after(5).touch("zone", "C")
    play >> PrinterReported(FRESH.id, "printed")
    body = look(play.state).body
    assert isinstance(body, seen.Issued)
    assert body.note == ""


def test_an_age_that_a_card_shows_confirms_the_class_that_was_asked_for() -> None:
    body = agreeing(elder(OLD))
    assert (body.about, body.kept) == ("身份证已证明年龄，取号即按优先", "只看年龄，什么也不保存")
    assert body.option is not None
    assert body.option.chosen
    elder(OLD).touch("take") << TakeFor(replace(TAKE, class_="senior"), Holder(OLD, NAME))


def test_a_class_that_an_age_confirms_says_so_while_a_card_can_be_asked_for() -> None:
    play = carded_kiosk("no", classes=AGED).touch("zone", "C").touch("priority")
    body = look(play.state).body
    assert isinstance(body, seen.Classes)
    notes = {choice.id: choice.note for choice in body.choices}
    assert (notes["senior"], notes["disability"]) == ("刷身份证，或由工作人员确认", "需工作人员确认")
    bring = look(play.touch("class", "senior").state).body
    assert isinstance(bring, seen.Bring)
    assert (bring.about, bring.asks) == ("已选优先：下一步刷身份证，或由工作人员确认", True)
    alone = look((lent(play, block()) >> LinkChanged("down")).after(5).state).body
    assert isinstance(alone, seen.Bring)
    assert alone.about == "已选优先：须工作人员确认，确认前按普通号排队"


def test_an_age_that_does_not_suffice_leaves_it_to_staff() -> None:
    body = agreeing(elder(YOUNG))
    assert (body.about, body.option) == ("已选优先：须工作人员确认，确认前按普通号排队", None)


def test_a_class_without_an_age_needs_no_card() -> None:
    play = carded_kiosk("no", classes=AGED).touch("zone", "C").touch("priority").touch("class", "disability")
    play.touch("take") << replace(TAKE, class_="disability")


def test_who_is_old_enough_is_offered_the_class_and_takes_it_or_not() -> None:
    play = elder(OLD, class_="", asks="ask")
    body = agreeing(play)
    assert (body.about, body.option and body.option.text) == (
        "您可以按优先排队，点选即可",
        "优先：老年人(60周岁以上)",
    )
    assert body.option is not None
    assert not body.option.chosen
    play.touch("class", "senior")
    assert agreeing(play).about == "身份证已证明年龄，取号即按优先"
    play.touch("class", "senior").touch("take") << TakeFor(TAKE, Holder(OLD, NAME))
    assert agreeing(elder(YOUNG, class_="", asks="ask")).option is None
    assert isinstance(elder(YOUNG, class_="", asks="ask").touch("class", "senior").screen, Agreeing)


def test_a_service_that_leaves_the_hall_takes_its_screens_with_it() -> None:
    hall = shown()
    for play in (asked(), asked(reader=False), asked() >> CardRead(HOLDER)):
        rest = tuple(each for each in SERVICES if each.id != "c-pay")
        assert (play >> HallShown(hall.hall, hall.zones, rest)).screen == Home()
    assert (asked() >> CardRead(HOLDER) >> CodeShown("042917")).screen == Home()


def test_the_home_screen_says_when_a_card_may_be_needed() -> None:
    body = look(carded_kiosk("required").state).body
    assert isinstance(body, seen.Home)
    assert body.hint == "点一下服务区，按提示取号；实名业务请备好身份证"
    plain = look(carded_kiosk("ask").state).body
    assert isinstance(plain, seen.Home)
    assert plain.hint == "点一下服务区，按提示取号，无需证件和手机"
