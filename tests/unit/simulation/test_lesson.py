"""Which window should learn what: only what is certainly worth it, and nothing where nobody waits."""

import msgspec

from queue_server.engine.ticket import Ticket
from queue_server.simulation.lesson import Lesson, candidates, lessons, told
from queue_server.simulation.replay import Gap
from tests.fakes.hall import FILING, LICENCE, THREE, TWO
from tests.unit.simulation.test_replay import lived


def test_a_day_on_which_people_wait_for_a_service_tells_which_window_should_learn_it() -> None:
    day, habits = lived()
    steps = list(lessons(day, habits))
    found = [one for one in steps if one is not None]
    assert len(steps) > len(found), "somebody else has the processor between"
    assert (THREE, FILING) in candidates(day)
    lesson = next(one for one in found if (one.window, one.service) == (THREE, FILING))
    assert lesson.worth
    records = told(day, found)
    assert [one.service for one in records].count(FILING) == 1
    assert all(one.then_min < one.mean_min and one.day == day.day for one in records)


def test_nothing_is_learned_for_what_nobody_waits_for_and_nothing_that_the_window_does() -> None:
    day, habits = lived()
    assert all(service not in day.hall.window[window].services for window, service in candidates(day))
    nobody = msgspec.structs.replace(day, tickets=tuple[Ticket, ...]())
    assert list(lessons(nobody, habits)) == []


def test_a_lesson_is_told_only_if_it_is_sure_and_costs_nobody_more() -> None:
    day, _ = lived()

    def lesson(own: Gap, whole: Gap) -> Lesson:
        return Lesson(TWO, LICENCE, own, whole)

    better, hall = Gap(10.0, 6.0, 1.0), Gap(5.0, 4.0, 0.5)
    assert [one.then_min for one in told(day, [lesson(better, hall)])] == [6.0]
    assert told(day, [lesson(Gap(10.0, 6.0, 5.0), hall)]) == (), "it may be chance"
    assert told(day, [lesson(Gap(10.0, 9.8, 0.1), hall)]) == (), "it is too little"
    assert told(day, [lesson(better, Gap(5.0, 5.5, 0.1))]) == (), "others pay for it"
    assert told(day, [lesson(Gap(10.0, 6.0, None), hall)]) == (), "one play tells nothing"
