"""Another paper: asked of one kiosk, known to that one alone, waited for as long as a first one, and told as it came."""

from typing import Any

import msgspec
import pytest

from queue_server.engine import event as e
from queue_server.engine.actor import CLOCK, Actor
from queue_server.engine.event import encode
from queue_server.engine.hall import Rules
from queue_server.engine.touch import touched
from queue_server.views.topic import changed, show, sources
from queue_server.wire import command as c
from queue_server.wire.device import PrintRecord
from queue_server.wire.ids import DeviceId, TicketId
from queue_server.wire.ticket import Ticket
from tests.fakes.hall import FILING, ONE
from tests.fakes.play import KIOSK, MANAGER, STEWARD, ZHANG, Play, picture
from tests.unit.engine.test_evacuation import away, elsewhere, home
from tests.unit.engine.test_leasing import ADMIN, paired


def test_of_two_papers_the_one_asked_for_first_is_given_up_first_also_after_a_start() -> None:
    play = Play()
    north = paired(play)
    first, second = play.take(FILING, who=STEWARD), play.take(FILING, who=STEWARD)
    ask(play, second, north)
    ask(play.later(seconds=5), first, north)
    assert list(play.rebuilt().pending) == list(play.state.pending) == [second.id, first.id]


def prints(play: Play, kiosk: Actor) -> dict[str, PrintRecord]:
    """What a kiosk's own topic has it print, by ticket."""
    shown = show(play.state, f"device:{kiosk.device}")
    return {key.removeprefix("print/"): one for key, one in shown.items() if key != "device"}


def ask(play: Play, ticket: Ticket, kiosk: Actor, who: Actor = STEWARD) -> Ticket:
    assert kiosk.device is not None
    answer: Ticket = play.do(c.Reprint(ticket=ticket.id, printer=kiosk.device), who)
    return answer


def paper(play: Play, ticket: Ticket) -> str:
    return play.state.tickets[ticket.id].paper


@pytest.mark.parametrize("who", [STEWARD, ZHANG, MANAGER, KIOSK])
def test_a_kiosk_is_asked_by_its_record_and_says_what_came_of_it_as_of_a_first_paper(who: Actor) -> None:
    play = Play()
    north, south = paired(play), paired(play, "south", 1)
    ticket = play.take(FILING, who=KIOSK)
    play.do(c.Printed(ticket=ticket.id, ok=True), KIOSK)
    assert ask(play, ticket, north, who).paper == "pending"
    [(id_, one)] = prints(play, north).items()
    assert (id_, one.ticket.number, one.again) == (ticket.id, ticket.number, True)
    assert prints(play, south) == {}, "nobody else prints it"
    assert play.do(c.Printed(ticket=ticket.id, ok=True), north).paper == "printed"
    assert prints(play, north) == {}
    assert picture(play.rebuilt()) == picture(play.state)


def test_a_ticket_that_never_had_a_paper_has_its_first_one_there() -> None:
    play = Play()
    north = paired(play)
    ticket = play.take(FILING, who=STEWARD, paper=False)
    assert ticket.paper == "none"
    ask(play, ticket, north)
    [one] = prints(play, north).values()
    assert not one.again


def test_asked_twice_it_is_printed_once_and_asked_later_it_is_another_asking() -> None:
    play = Play()
    north = paired(play)
    ticket = play.take(FILING)
    ask(play, ticket, north)
    first, seq = prints(play, north), play.state.seq
    ask(play, ticket, north)
    assert (prints(play, north), play.state.seq) == (first, seq), "a second press is no second paper"
    play.do(c.Printed(ticket=ticket.id, ok=True), north)
    ask(play, ticket, north)
    assert prints(play, north)[ticket.id].ref != first[ticket.id].ref


def test_whoever_is_asked_last_prints_it_and_the_kiosk_before_is_told() -> None:
    play = Play()
    north, south = paired(play), paired(play, "south", 1)
    ticket = play.take(FILING)
    ask(play, ticket, north)
    ask(play, ticket, south)
    assert (list(prints(play, north)), list(prints(play, south))) == ([], [ticket.id])
    last = play.log[-1].event
    assert isinstance(last, e.ReprintAsked)
    seen = changed(touched(play.state, last))
    assert seen is not None
    for kiosk in (north, south):
        assert seen & sources(play.state, f"device:{kiosk.device}"), "both records have changed"
    play.do(c.Printed(ticket=ticket.id, ok=True), north)
    assert paper(play, ticket) == "pending", "what another one says is of another paper"
    play.do(c.Printed(ticket=ticket.id, ok=False, fault="no_paper"), south)
    assert paper(play, ticket) == "failed"
    reported = play.log[-1].event
    assert isinstance(reported, e.PaperReported)
    assert reported.printer == south.device
    assert (changed(touched(play.state, reported)) or frozenset()) & sources(
        play.state, f"device:{south.device}"
    )


def test_a_kiosk_that_says_nothing_leaves_it_unknown_and_has_nothing_to_print_any_more() -> None:
    play = Play()
    north = paired(play)
    early, late = play.take(FILING), play.take(FILING)
    ask(play, late, north)
    play.later(minutes=0.2)
    ask(play, early, north)
    play.later(seconds=Rules().paper_s - 12)
    assert (paper(play, late), paper(play, early)) == ("unknown", "pending"), "each in its own time"
    again = play.rebuilt()
    assert list(again.pending) == [early.id]
    assert picture(again) == picture(play.state)
    play.later(seconds=12)
    assert paper(play, early) == "unknown"
    assert play.log[-1].actor == CLOCK.id
    assert prints(play, north) == {}
    play.do(c.Printed(ticket=early.id, ok=True), north)
    assert paper(play, early) == "printed", "late is better than never"


def test_only_an_open_ticket_is_printed_and_only_by_a_kiosk_with_a_place() -> None:
    play = Play()
    north = paired(play)
    ticket, gone = play.take(FILING), play.take(FILING)
    play.do(c.Cancel(ticket=gone.id), KIOSK)
    assert north.device is not None
    assert play.refused(c.Reprint(ticket=gone.id, printer=north.device), STEWARD) == "ticket.closed"
    nobody = c.Reprint(ticket=TicketId("nobody-has-this-one"), printer=north.device)
    assert play.refused(nobody, STEWARD) == "ticket.unknown"
    waits = play.do(c.PairDevice(kind="kiosk", name="east", token="e" * 32), Actor("public", "anyone")).id
    board = play.do(c.PairDevice(kind="agent", name="box", token="b" * 32), Actor("public", "anyone")).id
    play.do(c.PlaceDevice(device=board, windows=(ONE,)), ADMIN)
    for printer in (waits, board, DeviceId("no-such-device")):
        assert play.refused(c.Reprint(ticket=ticket.id, printer=printer), STEWARD) == "ticket.no_printer"
    play.do(c.RevokeDevice(device=north.device, reason="stolen"), ADMIN)
    assert play.refused(c.Reprint(ticket=ticket.id, printer=north.device), STEWARD) == "ticket.no_printer"
    assert play.refused(c.Reprint(ticket=ticket.id, printer=north.device), Actor("auditor", "eye")) == (
        "auth.forbidden"
    )
    assert paper(play, ticket) == "pending"
    assert not play.state.tickets[ticket.id].reprint


def test_who_gives_their_ticket_up_meanwhile_gets_no_paper() -> None:
    play = Play()
    north = paired(play)
    ticket = play.take(FILING)
    ask(play, ticket, north)
    play.do(c.Cancel(ticket=ticket.id), STEWARD)
    assert prints(play, north) == {}


def test_another_paper_moves_nobody_so_that_a_call_is_taken_back_as_before() -> None:
    play = Play()
    north = paired(play)
    ticket = play.take(FILING)
    play.open(ONE)
    play.next(ONE)
    ask(play, ticket, north, ZHANG)
    play.do(c.Undo(window=ONE))
    assert (play.state.tickets[ticket.id].state, paper(play, ticket)) == ("waiting", "pending")
    assert list(prints(play, north)) == [ticket.id]
    play.next(ONE)
    play.do(c.Printed(ticket=ticket.id, ok=True), north)
    play.do(c.Undo(window=ONE))
    assert (play.state.tickets[ticket.id].state, paper(play, ticket)) == ("waiting", "printed")
    assert picture(play.rebuilt()) == picture(play.state)


def test_what_goes_elsewhere_is_printed_by_no_kiosk_here_and_waited_for_by_nobody_there() -> None:
    play = home()
    north = paired(play)
    ticket = play.take(FILING)
    ask(play, ticket, north)
    there = elsewhere(play, away(play))
    assert prints(play, north) == {}
    assert not play.state.pending
    assert (paper(there, ticket), there.state.pending, there.state.tickets[ticket.id].reprint) == (
        "unknown",
        {},
        None,
    )


def test_the_log_says_who_was_asked_and_no_word_of_the_holder() -> None:
    play = Play()
    north = paired(play)
    ticket = play.take(FILING)
    ask(play, ticket, north)
    body: dict[str, Any] = msgspec.json.decode(encode(play.log[-1].event))
    assert body == {"type": "reprint_asked", "ticket": ticket.id, "printer": north.device}
