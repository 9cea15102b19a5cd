"""补打: what the server has a kiosk print it prints once, whoever stands there, and says what became of it."""

from dataclasses import replace

import msgspec
import pytest

from kiosk.link.place import reprints
from kiosk.model import look as seen
from kiosk.model.event import Heard, PrintAsked, PrinterReported
from kiosk.model.intent import Print, Report
from kiosk.model.manner import Manner
from kiosk.model.show import look
from queue_server.client.link import Link
from queue_server.wire.device import PrintRecord
from queue_server.wire.ids import TicketId
from tests.unit.kiosk.hall import Play, open_kiosk, shown, taken, ticket

REF = "ticket-1.77"
ISSUED = ticket()
ELSEWHERE = ticket("C042", id=TicketId("taken-at-the-desk"))


def hint(play: Play) -> str:
    """What the home screen says under its question."""
    body = look(play.state).body
    assert isinstance(body, seen.Home)
    return body.hint


def printed(play: Play) -> Print:
    """The one paper that is wanted."""
    [one] = [intent for intent in play.wanted if isinstance(intent, Print)]
    return one


def test_a_ticket_of_the_desk_is_printed_and_the_server_and_the_glass_say_so() -> None:
    play = open_kiosk() >> PrintAsked(REF, ELSEWHERE, again=False)
    paper = printed(play)
    assert (paper.ticket, paper.slip.number, paper.slip.again) == (REF, "C042", False)
    usual = hint(play)
    play >> PrinterReported(REF, "printed")
    assert play.said == [Report(f"{REF}.printed", ELSEWHERE.id, ok=True)]
    assert hint(play) == "C042的号票已打好，请在出票口取走"
    play.after(61)
    assert hint(play) == usual


def test_the_elders_are_told_too() -> None:
    play = open_kiosk()
    play = Play(replace(play.state, manner=Manner(easy=True), language="en"))
    play >> PrintAsked(REF, ELSEWHERE, again=True) >> PrinterReported(REF, "printed")
    body = look(play.state).body
    assert isinstance(body, seen.EasyHome)
    assert body.help == "Ticket C042 is printed: please take it from the slot."


def test_the_same_asking_shown_again_after_a_cut_is_no_second_paper() -> None:
    play = open_kiosk() >> PrintAsked(REF, ELSEWHERE, again=True)
    assert printed(play).slip.again
    assert (play >> PrintAsked(REF, ELSEWHERE, again=True)).wanted == []
    assert printed(play >> PrintAsked("ticket-1.99", ELSEWHERE, again=True)).ticket == "ticket-1.99"


def test_a_paper_that_did_not_come_is_told_with_its_fault_and_one_of_which_nobody_knows_is_not_told() -> None:
    play = open_kiosk() >> PrintAsked(REF, ELSEWHERE, again=True)
    usual = hint(play)
    play >> PrinterReported(REF, "failed", "no_paper")
    assert play.said == [Report(f"{REF}.printed", ELSEWHERE.id, ok=False, fault="no_paper")]
    assert hint(play) == usual
    play >> PrintAsked("ticket-1.99", ELSEWHERE, again=True) >> PrinterReported("ticket-1.99", "unknown")
    assert len(play.said) == 1


def test_whoever_stands_there_is_not_disturbed_and_gets_their_own() -> None:
    play = open_kiosk().touch("zone", "A")
    before = look(play.state).body
    play >> PrintAsked(REF, ELSEWHERE, again=True) >> PrinterReported(REF, "printed")
    assert look(play.state).body == before
    play = taken(open_kiosk().touch("zone", "C")) >> PrintAsked(REF, ELSEWHERE, again=True)
    play >> PrinterReported(REF, "printed")
    issued = look(play.state).body
    assert isinstance(issued, seen.Issued)
    assert not issued.printed, "its own paper has not come yet"
    play >> PrinterReported(ISSUED.id, "printed")
    assert play.journal[ISSUED.id].paper == "printed"


def test_a_ticket_issued_here_has_the_symbol_of_its_page_and_a_paper_in_the_journal() -> None:
    play = open_kiosk() >> shown(public_url="https://hall.example.gov.cn")
    play = taken(play.touch("zone", "C")) >> PrinterReported(ISSUED.id, "failed", "no_paper")
    assert play.journal[ISSUED.id].paper == "failed"
    play >> PrintAsked(REF, ISSUED, again=True)
    assert printed(play).slip.qr == "https://hall.example.gov.cn/t/token-token-token"
    play >> PrinterReported(REF, "printed")
    assert play.journal[ISSUED.id].paper == "printed"
    assert printed(play >> PrintAsked("other.1", ELSEWHERE, again=True)).slip.qr is None


def test_that_a_first_paper_failed_is_not_the_last_word_where_another_comes_before_it_is_heard() -> None:
    play = taken(open_kiosk().touch("zone", "C"))
    play.ear = False
    play >> PrinterReported(ISSUED.id, "failed", "no_paper")
    [failed] = [intent for intent in play.wanted if isinstance(intent, Report)]
    assert not failed.ok
    play >> PrintAsked(REF, ISSUED, again=True) >> PrinterReported(REF, "printed")
    play.ear = True
    play >> Heard(failed.key)
    [last] = play.said
    assert isinstance(last, Report)
    assert (last.ticket, last.ok) == (ISSUED.id, True)
    assert last.key != failed.key, "a key stands for one body"


def test_of_a_newer_server_what_can_be_read_is_printed_and_the_rest_left_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    good = msgspec.to_builtins(PrintRecord(REF, ELSEWHERE, again=True))
    strange = good | {"ticket": good["ticket"] | {"state": "teleported"}}
    link = Link(["http://hall.example"], (), "")
    topic = "device:1"
    link.topics[topic] = {"print/1": strange, "print/2": good, "device": {}}
    assert [one.ref for one in reprints(link, topic, frozenset(link.topics[topic]))] == [REF]
    assert "print/1" in caplog.text
