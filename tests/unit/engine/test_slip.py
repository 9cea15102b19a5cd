"""Numbers printed beforehand: handed out without power, keyed in later, at the place of their time."""

from datetime import time, timedelta

from queue_server.engine.actor import Actor
from queue_server.engine.calendar import Span
from queue_server.engine.hall import Rules
from queue_server.wire import command as c
from tests.fakes.hall import FILING, LICENCE, MORNING, ONE, SEAL, A, B, hall
from tests.fakes.play import KIOSK, MANAGER, STEWARD, Play, picture

ADMIN = Actor("admin", "root")


def slip(text: str, minutes: float, service: str = "filing") -> c.Take:
    """A slip that was handed out so long after the morning began."""
    return c.Take(
        service=FILING if service == "filing" else LICENCE,
        slip=text,
        taken_at=MORNING + timedelta(minutes=minutes),
    )


def made(play: Play, count: int = 3) -> tuple[str, ...]:
    """Slips of zone A."""
    numbers: tuple[str, ...] = play.do(c.MakeSlips(zone=A, count=count), MANAGER).numbers
    return numbers


def test_a_slip_keeps_the_place_of_the_time_at_which_it_was_handed_out() -> None:
    play = Play()
    first, second, _ = made(play)
    assert (first, second) == ("A8000", "A8001")
    early = play.later(minutes=10).take(FILING)
    late = play.later(minutes=20).take(FILING)
    play.later(minutes=10)
    assert play.do(slip("a-8001", 20), STEWARD).ahead == 1
    assert play.do(slip(first, 5), STEWARD).ahead == 0
    play.open(ONE)
    called = [play.next(ONE) for _ in range(4)]
    assert [one.number for one in called if one] == ["A8000", early.number, "A8001", late.number]
    assert picture(play.rebuilt()) == picture(play.state)
    assert play.take(FILING).number == "A003", "slips take no number from the server's own"


def test_a_slip_is_good_once_on_its_day_after_it_was_made_and_not_in_the_future() -> None:
    play = Play()
    play.later(minutes=30)
    first, second, third = made(play)
    play.later(minutes=30)
    assert play.refused(slip(first, 29), STEWARD) == "slip.bad_time"
    assert play.refused(slip(first, 61), STEWARD) == "slip.bad_time"
    play.do(slip(first, 40), STEWARD)
    assert play.refused(slip(first, 40), STEWARD) == "slip.used"
    assert play.refused(slip("A8003", 40), STEWARD) == "slip.unknown"
    assert play.refused(slip("hello", 40), STEWARD) == "slip.unknown"
    assert play.refused(slip(second, 40, "licence"), STEWARD) == "slip.wrong_zone"
    assert play.refused(slip(second, 40), KIOSK) == "auth.forbidden"
    assert play.refused(c.MakeSlips(zone=A, count=1), STEWARD) == "auth.forbidden"
    play.later(minutes=24 * 60)
    assert play.refused(slip(first, 24 * 60 + 50), STEWARD) == "slip.used"
    play.do(slip(third, 24 * 60 + 50), STEWARD)


def test_a_slip_of_the_evening_before_is_keyed_in_in_the_morning_and_stands_before_the_days_own() -> None:
    play = Play()
    first, second, third = made(play)
    play.later(minutes=24 * 60)
    own = play.take(FILING)
    assert play.do(slip(first, 8 * 60), STEWARD).number == first
    assert play.do(slip(second, 7 * 60), STEWARD).ahead == 0
    play.open(ONE)
    called = [play.next(ONE) for _ in range(3)]
    assert [one.number for one in called if one] == [second, first, own.number]
    held = play.state.tickets[called[0].id] if called[0] else None
    assert held is not None
    assert (held.day, held.issued_at) == (play.state.day, play.now), "its wait today began today"
    assert picture(play.rebuilt()) == picture(play.state)
    play.later(minutes=24 * 60)
    assert play.refused(slip(third, 8 * 60), STEWARD) == "slip.bad_time", "its working day is over"
    assert play.do(slip(third, 32 * 60), STEWARD).number == third


def test_a_slip_is_taken_in_while_issuing_is_stopped_or_closed() -> None:
    play = Play(hall(Rules(hours=(Span(time(13), time(14)),))))
    first, second, _ = made(play)
    assert play.refused(c.Take(service=FILING), STEWARD) == "issuing.closed"
    play.do(slip(first, 0), STEWARD)
    play.do(c.StopIssuing(scope="hall", reason="停电"), MANAGER)
    play.do(slip(second, 0), STEWARD)


def test_a_series_that_is_used_up_begins_again_and_the_oldest_slips_are_good_no_more() -> None:
    play = Play()
    assert [made(play, 500)[-1] for _ in range(2)] == ["A8499", "A8999"]
    assert made(play, 2) == ("A8000", "A8001")
    assert [sheaf.first for sheaf in play.state.sheaves] == [8500, 8000]
    assert play.refused(slip("A8002", 0), STEWARD) == "slip.unknown"
    assert play.do(c.MakeSlips(zone=B, count=1), ADMIN).numbers == ("B8000",)
    assert play.do(c.Take(service=SEAL, slip="B8000", taken_at=play.now), STEWARD).number == "B8000"
