"""呼叫导办员: who does not know which to choose has a steward come to the kiosk, or takes a ticket for enquiries."""

from kiosk.model import look as seen
from kiosk.model.event import Changed, CodeShown, LinkChanged, Refused, Unanswered
from kiosk.model.intent import Change, Take
from kiosk.model.screen import Helping, Home
from kiosk.model.show import look
from queue_server.wire.alarm import Helped
from tests.unit.kiosk.hall import FRESH, Play, open_kiosk
from tests.unit.kiosk.test_enquiry import asking

CALL = Change(FRESH.key, "alarms.raise", {"kind": "steward"})


def named(play: Play | None = None, helped: Helped | None = None) -> Play:
    """A kiosk of which the server knows where it is."""
    return (play or open_kiosk()) >> CodeShown(None, "2号取号机", "C", helped)


def helping(play: Play) -> seen.Helping:
    """The screen for who does not know."""
    body = look(play.state).body
    assert isinstance(body, seen.Helping)
    return body


def acts(play: Play) -> list[str]:
    """What can be done there."""
    return [act.text for act in helping(play).acts]


def home(play: Play) -> str:
    """The button on the first screen."""
    body = look(play.state).body
    assert isinstance(body, seen.Home)
    return body.enquiry


def test_a_steward_is_called_once_and_the_screen_says_what_comes_of_it() -> None:
    play = named().touch("enquiry")
    assert acts(play) == ["呼叫导办员"]
    assert play.touch("act", "steward").wanted == [CALL]
    assert helping(play).acts == ()
    assert play.touch("act", "steward").wanted == []
    named(play >> Changed(FRESH.key), "called")
    assert helping(play).sentence == "已呼叫导办员，请在2号取号机旁稍候"
    assert acts(play) == []
    named(play, "coming")
    assert helping(play).sentence == "导办员正在赶来，请在2号取号机旁稍候"
    assert home(play.touch("back")) == "导办员正在赶来"
    assert home(named(play)) == "不清楚选哪个？"


def test_a_ticket_for_enquiries_is_taken_from_the_same_screen() -> None:
    play = named(asking("f-1")).touch("enquiry")
    assert acts(play) == ["呼叫导办员", "取咨询台的号"]
    [take] = play.touch("enquiry").wanted
    assert isinstance(take, Take)
    assert take.service == "f-1"


def test_a_call_that_did_not_get_through_can_be_made_again() -> None:
    for fault in (Unanswered(FRESH.key), Refused(FRESH.key, "request.too_many", "")):
        play = named().touch("enquiry").touch("act", "steward") >> fault
        assert helping(play).tone == "alarm"
        assert acts(play) == ["呼叫导办员"]


def test_an_answer_that_nobody_waits_for_changes_nothing() -> None:
    play = named().touch("enquiry").touch("act", "steward").touch("back")
    assert play.screen == Home()
    assert (play >> Unanswered(FRESH.key)).screen == Home()
    assert (play.touch("enquiry") >> Unanswered(FRESH.key)).screen == Helping()


def test_no_steward_is_called_without_the_server_or_from_nowhere() -> None:
    assert home(open_kiosk()) == ""
    away = (named() >> LinkChanged("down")).after(5)
    assert home(away) == ""
    assert away.touch("enquiry").screen == Home()
    lost = (named().touch("enquiry") >> LinkChanged("down")).after(5)
    assert acts(lost) == []
    assert lost.touch("act", "steward").wanted == []
    assert helping(lost).sentence == "不清楚选哪个？请到咨询台问工作人员。"


def test_whoever_goes_away_leaves_the_first_screen_behind() -> None:
    assert named().touch("enquiry").after(31).screen == Home()
