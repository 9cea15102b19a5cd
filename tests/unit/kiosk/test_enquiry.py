"""不清楚选哪个？: who does not know which service to choose takes a ticket for the one that the hall has for that."""

import msgspec

from kiosk.model import look as seen
from kiosk.model.event import HallShown, LinkChanged
from kiosk.model.intent import Take
from kiosk.model.screen import Bring, Home
from kiosk.model.show import look
from tests.unit.kiosk.hall import Play, open_kiosk, shown


def asking(*ids: str, issuing: bool = True, bring: bool = False) -> Play:
    """A kiosk in a hall with services for enquiries."""
    hall = shown()
    services = tuple(
        msgspec.structs.replace(
            s, enquiry=True, issuing=issuing, bring=s.bring if bring else type(s.bring)("", "")
        )
        if s.id in ids
        else s
        for s in hall.services
    )
    return open_kiosk() >> HallShown(hall.hall, hall.zones, services)


def home(play: Play) -> seen.Home:
    """The first screen."""
    body = look(play.state).body
    assert isinstance(body, seen.Home)
    return body


def test_one_touch_takes_the_ticket_of_the_enquiry() -> None:
    play = asking("f-1")
    assert (home(play).enquiry, home(play).help) == ("不清楚选哪个？", "")
    [take] = play.touch("enquiry").wanted
    assert isinstance(take, Take)
    assert take.service == "f-1"


def test_what_to_bring_comes_first_where_there_is_anything_and_back_leads_home() -> None:
    play = asking("e-job", bring=True).touch("enquiry")
    assert play.screen == Bring("e-job")
    assert play.touch("back").screen == Home()


def test_there_is_no_such_button_where_there_is_no_ticket_for_it() -> None:
    for play in (open_kiosk(), asking("f-1", issuing=False), (asking("f-1") >> LinkChanged("down")).after(5)):
        assert home(play).enquiry == ""
        assert home(play).help == "不清楚选哪个？请到咨询台问工作人员。"
        assert play.touch("enquiry").screen == Home()


def test_of_several_the_first_that_issues_is_taken() -> None:
    [take] = asking("f-1", "c-pay").touch("enquiry").wanted
    assert isinstance(take, Take)
    assert take.service == "c-pay"
