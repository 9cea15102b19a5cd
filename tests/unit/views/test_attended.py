"""A day of windows in numbers, counted from their log."""

from datetime import timedelta

from queue_server.engine.ticket import Step
from queue_server.views.attended import attended
from queue_server.views.daily import Cell, total
from queue_server.wire import command as c
from queue_server.wire.ids import ServiceId, TicketId, WindowId, ZoneId
from tests.fakes.hall import FILING, FOUR, LICENCE, ONE, SEAL, A, B
from tests.fakes.play import LI, Play

ZONES: dict[ServiceId, ZoneId] = {FILING: A, LICENCE: B, SEAL: B}
PLACES: dict[WindowId, ZoneId] = {ONE: A, FOUR: B}


def counted(play: Play) -> list[Cell]:
    def step(ticket: TicketId, at: int) -> Step | None:
        return play.state.tickets[ticket].steps[at]

    log = [(stamped.seq, stamped.at, stamped.event) for stamped in play.log]
    return attended(log, step, ZONES.get, PLACES.get, play.now)


def times(play: Play) -> dict[tuple[str, str], tuple[int, int]]:
    """Minutes that each window was open with each clerk, and how many of them it paused."""
    found: dict[tuple[str, str], Cell] = {}
    for cell in counted(play):
        key = cell.window, cell.clerk
        found[key] = found[key] + cell if key in found else cell
    return {key: (cell.open_s // 60, cell.paused_s // 60) for key, cell in found.items()}


def test_a_window_is_counted_from_its_opening_to_its_end_and_its_pauses_within() -> None:
    play = Play()
    play.open(ONE)
    play.later(minutes=50)
    play.do(c.Pause(window=ONE, reason="午休"))
    play.later(minutes=30)
    play.do(c.Resume(window=ONE))
    play.later(minutes=10)
    play.do(c.Close(window=ONE))
    play.later(minutes=60)
    assert times(play) == {("1", "zhang"): (90, 30)}


def test_a_window_that_is_open_still_is_counted_until_now() -> None:
    play = Play()
    play.open(FOUR, LI)
    play.later(minutes=20)
    assert times(play) == {("4", "li"): (20, 0)}
    play.now += timedelta(minutes=5)
    assert times(play) == {("4", "li"): (25, 0)}


def test_calls_are_counted_with_their_reasons_and_one_that_was_taken_back_is_none() -> None:
    play = Play()
    play.open(ONE)
    play.take(FILING)
    other = play.take(FILING)
    play.do(c.Call(window=ONE, ticket=other.id, reason="情况紧急，已核实"))
    found = total(counted(play))
    assert (found.calls, found.turns) == (1, {"情况紧急，已核实": 1})
    assert [cell.service for cell in counted(play) if cell.calls] == [FILING]
    play.later(seconds=3)
    play.do(c.Undo(window=ONE))
    found = total(counted(play))
    assert (found.calls, found.turns) == (0, {})
    play.next(ONE)
    assert total(counted(play)).calls == 1


def test_a_call_counts_at_the_window_and_service_for_which_it_was_made() -> None:
    play = Play()
    play.open(ONE)
    play.take(FILING)
    play.next(ONE)
    play.do(c.Transfer(at=ONE, service=LICENCE))
    calls = [(cell.service, cell.window, cell.zone) for cell in counted(play) if cell.calls]
    assert calls == [(FILING, ONE, A)]
