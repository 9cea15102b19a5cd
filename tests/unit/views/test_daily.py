"""A day in numbers, counted from its tickets."""

from queue_server.engine.apply import apply
from queue_server.engine.event import decode, encode
from queue_server.engine.state import State
from queue_server.views.daily import Cell, cells, total
from queue_server.wire import command as c
from queue_server.wire.day import day_start
from queue_server.wire.ids import ServiceId, ZoneId
from tests.fakes.hall import FILING, FOUR, LICENCE, ONE, SEAL, A, B, hall
from tests.fakes.play import KIOSK, LI, Play

ZONES: dict[ServiceId, ZoneId] = {FILING: A, LICENCE: B, SEAL: B}


def counted(play: Play) -> list[Cell]:
    return cells(play.state.tickets.values(), ZONES.get)


def a_morning() -> Play:
    """Two served at window 1, one of them rated; one who did not come to window 4; one cancelled and one still waiting."""
    play = Play()
    play.open(ONE)
    play.open(FOUR, LI)
    first = play.take(FILING)
    play.take(FILING)
    play.take(SEAL)
    gone = play.take(LICENCE)
    play.take(LICENCE)
    play.do(c.Cancel(ticket=gone.id), KIOSK)
    play.later(minutes=12)
    play.next(ONE)
    play.next(FOUR, LI)
    play.later(minutes=2)
    play.do(c.NoShow(window=FOUR), LI)
    play.later(minutes=4)
    play.next(ONE)
    play.do(c.Rate(step=f"{first.id}/0", level=4, channel="kiosk"), KIOSK)
    play.later(minutes=70)
    play.do(c.Finish(window=ONE))
    return play


def test_steps_are_counted_at_their_window_with_their_clerk_and_hour() -> None:
    found = {cell.key: cell for cell in counted(a_morning())}
    assert set(found) == {
        ("A", "filing", "1", "zhang", 9),
        ("B", "seal", "4", "li", 9),
        ("B", "licence", "", "", 9),
    }
    served = found["A", "filing", "1", "zhang", 9]
    assert (served.issued, served.served, served.rated) == (2, 2, (0, 0, 0, 1, 0))
    assert (served.waited, served.wait_s, served.waits) == (2, (12 + 18) * 60, (0, 0, 1, 1, 0, 0))
    assert (served.timed, served.service_s, served.services) == (2, (6 + 70) * 60, (0, 1, 0, 0, 0, 1))
    missed = found["B", "seal", "4", "li", 9]
    assert (missed.issued, missed.served, missed.missed, missed.waited) == (1, 0, 1, 1)
    waiting = found["B", "licence", "", "", 9]
    assert (waiting.issued, waiting.cancelled, waiting.waited) == (2, 1, 0)


def test_the_sum_of_all_is_the_day() -> None:
    found = total(counted(a_morning()))
    assert (found.issued, found.served, found.missed, found.cancelled) == (5, 2, 1, 1)
    assert sum(found.waits) == found.waited == 3


def test_what_is_counted_from_tickets_is_what_the_log_says() -> None:
    play = a_morning()
    again = State(hall(), play.state.day)
    again.turned_at = day_start(play.state.day)
    for stamped in play.log:
        apply(
            again,
            type(stamped)(
                stamped.seq, stamped.at, stamped.actor, stamped.command, decode(encode(stamped.event))
            ),
        )
    assert cells(again.tickets.values(), ZONES.get) == counted(play)


def test_a_service_that_nobody_knows_any_more_is_counted_without_a_zone() -> None:
    assert {cell.zone for cell in cells(a_morning().state.tickets.values(), {FILING: A}.get)} == {"A", ""}
