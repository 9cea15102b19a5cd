"""A past day played again: as it was it comes out as it was, and a change does what it has to."""

from datetime import datetime, timedelta
from functools import cache
from statistics import fmean

import msgspec
import pytest

from queue_server.engine import event as log
from queue_server.engine.hall import Member, Rules
from queue_server.forecast.habit import Habits, came, learn, seen
from queue_server.simulation.replay import (
    Change,
    Pair,
    Past,
    effect,
    faults,
    for_service,
    met,
    of_class,
    pairs,
    past,
    waited,
    with_need,
)
from queue_server.simulation.virtual import run
from queue_server.wire.day import local_day
from queue_server.wire.ids import ServiceId, WindowId
from tests.fakes.hall import FILING, FOUR, LICENCE, MORNING, ONE, SEAL, THREE, TWO, hall
from tests.unit.simulation.test_virtual import HALL, LUNCH, POSTS, drawn

EVENING = MORNING + timedelta(hours=9)
ALWAYS = (ONE, THREE, FOUR)


def opened(window: WindowId, at: datetime = MORNING, clerk: str = "chen") -> tuple[datetime, log.Event]:
    return at, log.Opened(window=window, clerk=clerk)


@cache
def lived(seed: int = 1) -> tuple[Past, Habits]:
    """A morning as its log has it, and what it teaches."""
    _, state = run(HALL, local_day(MORNING), POSTS, drawn(seed), missed_min=1.0)
    events: list[tuple[datetime, log.Event]] = [
        *(opened(post.window, clerk=f"clerk-{post.window}") for post in POSTS),
        (LUNCH[0], log.Paused(window=TWO, reason="lunch")),
        (LUNCH[1], log.Resumed(window=TWO)),
        *((EVENING, log.Closed(window=post.window)) for post in POSTS),
    ]
    tickets = tuple(state.tickets.values())
    habits = learn(list(seen(tickets)), list(came(tickets)))
    assert habits is not None
    return past(local_day(MORNING), HALL, tickets, events), habits


def played(change: Change, plays: int = 6) -> list[Pair]:
    day, habits = lived()
    return list(pairs(day, habits, change, plays))


def test_a_day_that_is_played_as_it_was_comes_out_as_it_was() -> None:
    day, habits = lived()
    assert habits.breath == pytest.approx(0.0, abs=1e-3)
    first = played(Change())[0]
    told = sorted(wait.minutes for wait in waited(day))
    assert sorted(wait.minutes for wait in first.before) == pytest.approx(told, abs=0.02)
    assert max(told) > 10


def test_nothing_that_is_changed_changes_nothing_and_no_play_is_like_another() -> None:
    found = played(Change())
    assert all(pair.before == pair.after for pair in found)
    assert len({pair.before for pair in found}) == len(found)
    assert found == played(Change())


def test_one_skill_more_shortens_waits_for_it_and_that_is_told_with_an_interval() -> None:
    assert FILING not in HALL.window[THREE].services
    found = played(Change(skills=((THREE, FILING),)))
    filing = effect(found, for_service(FILING))
    assert filing is not None
    assert filing.mean.half is not None
    assert filing.mean.difference + filing.mean.half < 0
    assert filing.soon.after > filing.soon.before


def test_one_window_more_is_open_all_day_also_one_that_the_hall_does_not_have() -> None:
    one = effect(played(Change(opened=(TWO,))))
    assert one is not None
    assert one.mean.difference < 0, "it has no lunch"
    new = WindowId("9")
    more = effect(played(Change(opened=(new,), skills=((new, FILING), (new, LICENCE), (new, SEAL)))))
    assert more is not None
    assert more.mean.after < one.mean.after


def test_another_rule_moves_waits_between_classes() -> None:
    found = played(Change(policy="strict"))
    booked, ordinary = (effect(found, of_class(kind)) for kind in ("booked", "ordinary"))
    assert booked is not None
    assert ordinary is not None
    assert booked.mean.difference < 0 < ordinary.mean.difference


def test_quick_matters_first_moves_waits_to_what_takes_longest_by_what_it_took_on_the_day() -> None:
    found = played(Change(quick=True), 12)
    filing, seal = (effect(found, for_service(service)) for service in (FILING, SEAL))
    assert filing is not None
    assert seal is not None
    assert filing.mean.difference < 0 < seal.mean.difference, "6 and 8 minutes"


LOW = ("wheelchair",)


def needing(seed: int, binding: bool = False) -> tuple[Past, Habits]:
    """The same morning, on which one in three needs a low counter, and window 2 has one."""
    plan = msgspec.structs.replace(
        HALL,
        windows=tuple(
            msgspec.structs.replace(one, abilities=("low_counter",) if one.id == TWO else ())
            for one in HALL.windows
        ),
    )
    visits = tuple(
        msgspec.structs.replace(visit, needs=LOW, binding=binding) if n % 3 == 0 else visit
        for n, visit in enumerate(drawn(seed))
    )
    _, state = run(plan, local_day(MORNING), POSTS, visits, missed_min=1.0)
    tickets = tuple(state.tickets.values())
    habits = learn(list(seen(tickets)), list(came(tickets)))
    assert habits is not None
    events = [opened(post.window, clerk=f"clerk-{post.window}") for post in POSTS]
    closed = [(EVENING, log.Closed(window=post.window)) for post in POSTS]
    return past(local_day(MORNING), plan, tickets, [*events, *closed]), habits


def test_who_needs_something_needs_it_in_a_play_too_and_is_kept_for_it() -> None:
    day, habits = needing(1)
    first = next(iter(pairs(day, habits, Change(), 1)))
    asked = [wait for wait in first.before if wait.needs]
    assert len(asked) == sum(ticket.needs == LOW for ticket in day.tickets)
    filing = [wait for wait in asked if wait.service == FILING]
    assert fmean(not wait.unmet for wait in filing) > 0.6, "it is done at two windows, of which one has it"
    assert all(wait.unmet == LOW for wait in asked if wait.service == LICENCE), "no window for it has it"


def test_one_ability_more_or_one_able_window_more_is_told_by_need_with_an_interval() -> None:
    day, habits = needing(1)
    ability = list(pairs(day, habits, Change(abilities=((FOUR, "low_counter"),)), 6))
    more = met(ability, "wheelchair")
    assert more is not None
    assert more.half is not None
    assert more.difference - more.half > 0
    assert met(ability, "hearing") is None, "nobody needs it"
    new = WindowId("9")
    able = Change(opened=(new,), skills=((new, FILING),), abilities=((new, "low_counter"),))
    window = list(pairs(day, habits, able, 6))
    some = effect(window, with_need("wheelchair"))
    share = met(window, "wheelchair")
    assert some is not None
    assert share is not None
    assert some.mean.half is not None
    assert some.mean.difference + some.mean.half < 0
    assert share.difference > 0


def test_who_goes_to_an_able_window_only_does_so_in_a_play_too() -> None:
    day, habits = needing(1, binding=True)
    for wait in next(iter(pairs(day, habits, Change(policy="fcfs"), 1))).after:
        assert wait.service == LICENCE or not wait.unmet


def test_what_whoever_sat_at_a_window_can_do_is_there_in_a_play() -> None:
    plan = msgspec.structs.replace(HALL, staff=(Member(id="li", abilities=("english", "low_counter")),))
    day = past(local_day(MORNING), plan, (), [opened(ONE, clerk="li"), opened(TWO)])
    assert day.abilities == {ONE: ("english", "low_counter"), TWO: ()}


def test_windows_are_at_work_when_the_log_says_and_do_what_their_clerks_could() -> None:
    minute = timedelta(minutes=1)
    events: list[tuple[datetime, log.Event]] = [
        opened(ONE),
        (MORNING + 10 * minute, log.Paused(window=ONE, reason="x")),
        (MORNING + 15 * minute, log.Resumed(window=ONE)),
        (MORNING + 20 * minute, log.Closed(window=ONE)),
        (MORNING + 30 * minute, log.Closed(window=TWO)),
        (
            MORNING + 40 * minute,
            log.Called(ticket=next(iter(lived()[0].tickets)).id, step=0, window=THREE, clerk="li"),
        ),
        (MORNING + 50 * minute, log.Closed(window=FOUR)),
        opened(FOUR, MORNING + 55 * minute),
    ]
    day = past(local_day(MORNING), hall(Rules()), (), events)
    at = MORNING
    assert day.work == {
        ONE: ((at, at + 10 * minute), (at + 15 * minute, at + 20 * minute)),
        THREE: ((at + 40 * minute, at + 55 * minute),),
        FOUR: ((at + 55 * minute, at + 55 * minute),),
    }
    assert day.able == {window: day.hall.window[window].services for window in day.work}


def test_a_day_on_which_nobody_came_or_nothing_was_open_has_nothing_to_play() -> None:
    day, habits = lived()
    empty = past(day.day, HALL, (), [opened(ONE)])
    closed = past(day.day, HALL, day.tickets, [])
    for some in (empty, closed):
        assert list(pairs(some, habits, Change(policy="fcfs"), 3)) == []
    assert effect([]) is None


def test_over_several_days_the_interval_is_over_days() -> None:
    day, habits = lived()
    found = list(pairs(day, habits, Change(opened=(TWO,)), 4))
    other = [Pair(pair.day + timedelta(days=1), pair.before, pair.after) for pair in found]
    both = effect([*found, *other])
    assert both is not None
    assert both.mean.half == 0.0, "both days came to the same"
    one = effect(found[:1])
    assert one is not None
    assert one.mean.half is None


@pytest.mark.parametrize(
    "change, told",
    [
        (Change(opened=(WindowId("77"),)), "There is no window 77"),
        (Change(skills=((WindowId("77"), FILING),)), "There is no window 77"),
        (Change(skills=((ONE, ServiceId("dancing")),)), "There is no service dancing"),
        (Change(abilities=((WindowId("77"), "english"),)), "There is no window 77"),
        (Change(policy="fcfs", quick=True), "add --policy promise"),
    ],
)
def test_what_the_hall_does_not_have_cannot_be_tried(change: Change, told: str) -> None:
    (fault,) = faults([lived()[0]], change)
    assert told in fault.en
    assert "、" not in fault.en


def test_a_skill_at_a_window_that_was_never_at_work_needs_it_open() -> None:
    day = past(local_day(MORNING), HALL, (), [opened(ONE)])
    (fault,) = faults([day], Change(skills=((TWO, FILING),)))
    assert "--open" in fault.en
    assert list(faults([day], Change(opened=(TWO,), skills=((TWO, FILING),)))) == []
