"""What is told of waits: by whom from which courses, and beside which record."""

from math import inf

import msgspec
import pytest

from queue_server.forecast.told import Told, beside, expected, tell
from queue_server.forecast.wait import PATHS, Outlook, mixed
from queue_server.wire import command as c
from queue_server.wire.ids import ServiceId
from queue_server.wire.ticket import Wait
from tests.fakes.hall import FILING, LICENCE, MORNING, ONE, SEAL, hall
from tests.fakes.play import LI, MANAGER, Play
from tests.unit.forecast.test_course import habits

PLAIN = "ordinary"


def busy() -> Play:
    """One window, three who wait for it."""
    play = Play(hall())
    play.open(ONE)
    for _ in range(4):
        play.take(FILING, token=f"a-token-of-their-own-{play.state.seq}")
    play.next(ONE)
    return play


def told(new: dict[ServiceId, tuple[float, float, float]]) -> Told:
    return Told(MORNING, 1, PATHS, {}, {service: {PLAIN: Outlook(*ends)} for service, ends in new.items()})


def test_everybody_who_waits_and_whoever_might_come_are_told_from_the_same_courses() -> None:
    play = busy()
    found = tell(play.state, habits(), play.now, paths=10)
    assert [found.of(id_) for id_ in found.waiting] == [Wait(10, 15), Wait(20, 25), Wait(30, 35)]
    assert found.of_new(FILING) == Wait(40, 45)
    assert found.of_new(SEAL) is None, "nobody serves it"
    assert (found.at, found.seq, found.paths) == (play.now, play.state.seq, 10)


def test_what_is_told_goes_from_one_process_to_another_unchanged() -> None:
    play = busy()
    found = tell(play.state, habits(), play.now, paths=10)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Told) == found


def test_each_record_has_its_own_wait_beside_it_and_nothing_where_none_is_known() -> None:
    play = busy()
    found = tell(play.state, habits(), play.now, paths=10)
    new = Wait(40, 45)
    assert beside(found, play.state, "hall") == {"zone/A": new, "service/filing": new}
    assert beside(found, play.state, "floor") == {"zone/A": new}
    assert beside(found, play.state, "zone:A") == {"zone/A": new, "service/filing": new}
    assert beside(found, play.state, "zone:B") == {}
    assert beside(found, play.state, "board:hall") == {"zone/A": new}
    assert beside(found, play.state, "board:b") == {}
    assert beside(found, play.state, f"window:{ONE}") == {"waiting": new}
    assert beside(found, play.state, "window:3") == {}
    assert beside(found, play.state, "desk") == {}


def test_a_holder_sees_how_much_longer_they_wait_and_nothing_once_they_are_called() -> None:
    play = busy()
    found = tell(play.state, habits(), play.now, paths=10)
    first, second, *_ = found.waiting
    by_token = "a-token-of-their-own-2"
    assert beside(found, play.state, f"ticket:{by_token}") == {"ticket": Wait(10, 15)}
    assert beside(found, play.state, f"ticket:{second}") == {"ticket": Wait(20, 25)}
    play.next(ONE)
    assert play.state.windows[ONE].ticket == first
    assert beside(found, play.state, f"ticket:{by_token}") == {}
    assert first not in {one.ticket for one in expected(found, play.state, 0.0, whole=True).waiting}


def test_who_needs_something_of_a_window_sees_both_ways_and_what_is_not_known_of_one() -> None:
    play = busy()
    needy = play.take(FILING, needs=("wheelchair",))
    plain = play.take(FILING)
    found = tell(play.state, habits(), play.now, paths=10)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Told) == found
    seen = beside(found, play.state, f"ticket:{needy.id}")
    assert seen == {"ticket": seen["first"], "first": Wait(40, 45)}, "no window that is open has it"
    assert set(beside(found, play.state, f"ticket:{plain.id}")) == {"ticket"}


def test_a_zone_is_told_what_whoever_comes_next_for_a_service_that_issues_would_wait() -> None:
    play = Play(hall())
    found = told({LICENCE: (1.0, 4.0, 8.0), SEAL: (10.0, 21.0, 33.0)})
    assert beside(found, play.state, "board:b") == {"zone/B": Wait(5, 35)}
    play.do(c.StopIssuing(scope=f"service:{SEAL}", reason="maintenance"), MANAGER)
    assert beside(found, play.state, "board:b") == {"zone/B": Wait(0, 10)}


def test_a_service_that_few_ask_for_does_not_make_the_range_of_its_zone() -> None:
    play = Play(hall())
    found = told({LICENCE: (12.0, 16.0, 24.0), SEAL: (0.0, 0.0, 90.0)})
    for _ in range(20):
        play.take(LICENCE)
    seen = tell(play.state, habits(), play.now, paths=10)
    assert seen.taken == {LICENCE: 20}
    found = msgspec.structs.replace(found, taken=seen.taken)
    assert beside(found, play.state, "board:b") == {"zone/B": Wait(15, 25)}


@pytest.mark.parametrize("ends", [(1.0, 4.0, 8.0), (0.0, 0.0, 0.0), (3.0, 90.0, inf)])
def test_one_outlook_alone_or_twice_the_same_stays_as_it_is(ends: tuple[float, float, float]) -> None:
    one = Outlook(*ends)
    assert mixed([(one, 1)]) == one
    assert mixed([(one, 3), (one, 7)]) == one


def test_who_asks_for_the_forecast_gets_its_age_and_only_staff_get_those_who_wait() -> None:
    play = busy()
    found = tell(play.state, habits(), play.now, paths=10)
    public = expected(found, play.state, 7.04, whole=False)
    assert (public.at, public.age_s, public.paths, public.waiting) == (play.now, 7.0, 10, ())
    plain = next(one for one in public.new if one.class_ == PLAIN)
    assert (plain.service, plain.p10_min, plain.p50_min, plain.p90_min) == (FILING, 40.0, 40.0, 40.0)
    assert plain.wait == Wait(40, 45, 7.0)
    staff = expected(found, play.state, 7.04, whole=True)
    assert [one.wait for one in staff.waiting] == [Wait(10, 15, 7.0), Wait(20, 25, 7.0), Wait(30, 35, 7.0)]


def test_a_ticket_is_told_the_wait_of_the_class_by_which_it_waits() -> None:
    waits = {PLAIN: Wait(20, 30, 2.0), "priority": Wait(5, 10, 2.0)}
    play = Play(hall(), wait=lambda service, kind: waits[kind] if service == FILING else None)
    assert play.take(FILING).wait == Wait(20, 30, 2.0)
    asked = play.take(FILING, class_="priority")
    assert (asked.class_state, asked.wait) == ("requested", Wait(20, 30, 2.0))
    sure = play.take(FILING, LI, class_="priority", class_reason="seen", class_for="陈大文")
    assert (sure.class_state, sure.wait) == ("confirmed", Wait(5, 10, 2.0))
    assert play.take(LICENCE).wait is None
    assert play.rebuilt().tickets[sure.id].wait == Wait(5, 10, 2.0)
