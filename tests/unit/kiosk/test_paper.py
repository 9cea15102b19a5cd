"""A printer that cannot print is told before anybody chooses, and costs nobody a ticket."""

import pytest

from devices.codec.escpos.status import Health
from kiosk.link.paper import told
from kiosk.model import look as seen
from kiosk.model.event import LinkChanged, PrinterChanged, PrinterReported
from kiosk.model.intent import Take
from kiosk.model.screen import Bring, Home, Issued, Services, Taking
from kiosk.model.show import look
from tests.unit.kiosk.hall import FRESH, Play, alone_kiosk, caring_kiosk, lent, open_kiosk, shown, taken

NO_PAPER = seen.Banner("本机打印纸已用完：取号后请记下号码，或到咨询台取号", "warn")
NO_PRINT = seen.Banner("本机暂时不能打印：取号后请记下号码，或到咨询台取号", "warn")


def banner(play: Play) -> seen.Banner | None:
    """The sentence under the bar."""
    return look(play.state).banner


def test_paper_that_is_out_is_told_on_the_way_to_a_ticket_and_no_longer_when_it_is_back() -> None:
    play = caring_kiosk() >> PrinterChanged("no_paper")
    for screen, touch in ((Home, None), (Services, ("zone", "A")), (Bring, ("service", "a-fire"))):
        if touch is not None:
            play.touch(*touch)
        assert isinstance(play.screen, screen)
        assert banner(play) == NO_PAPER
    assert banner(play >> PrinterChanged()) is None


@pytest.mark.parametrize("fault", ["cover", "cutter", "offline", "gone"])
def test_any_other_trouble_is_told_without_naming_what_only_staff_can_mend(fault: str) -> None:
    assert banner(open_kiosk() >> PrinterChanged(fault)) == NO_PRINT


def test_whoever_goes_on_takes_their_ticket_all_the_same() -> None:
    play = (open_kiosk() >> PrinterChanged("no_paper")).touch("zone", "C")
    assert [type(one) for one in play.wanted] == [Take]
    assert isinstance(play.screen, Taking)
    assert banner(play) is None
    taken(play)
    assert isinstance(play.screen, Issued)
    assert banner(play) is None, "from here on the screen of the ticket says what became of the paper"
    assert banner(play >> PrinterReported(FRESH.id, "printed")) is None


def test_it_is_told_by_a_kiosk_alone_too_in_place_of_that_it_is() -> None:
    assert banner(alone_kiosk() >> PrinterChanged("no_paper")) == NO_PAPER


def test_where_there_is_no_ticket_the_reason_for_that_is_told_instead() -> None:
    closed = open_kiosk() >> shown(issuing=False, why="full") >> PrinterChanged("no_paper")
    assert banner(closed) == seen.Banner("今日的号已发完", "warn")
    helpless = (lent(open_kiosk()) >> LinkChanged("down") >> PrinterChanged("no_paper")).after(5)
    assert banner(helpless) == seen.Banner("本机暂时不能取号，请到咨询台，工作人员会帮您取号", "warn")
    assert banner(Play() >> PrinterChanged("no_paper")) is None


@pytest.mark.parametrize("health", Health)
def test_a_printer_that_tickets_are_sent_to_is_no_trouble(health: Health) -> None:
    assert told(health) == PrinterChanged(None if health.prints else health.value)
