"""What a loudspeaker says, and when: no sound, no clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from displays.model.announcer import (
    GHOST_S,
    PAUSE_S,
    Call,
    Called,
    Event,
    Failed,
    Finished,
    Heard,
    Late,
    Manner,
    Order,
    Say,
    State,
    Ticked,
    Turned,
    Withdrawn,
    due,
    step,
)
from queue_server.wire.ids import WindowId, ZoneId

NINE = datetime(2027, 3, 1, 1, 0, tzinfo=UTC)
"""Nine o'clock in the hall."""


def call(n: int, zone: str = "A", *, recall: int = 0) -> Call:
    at = NINE + timedelta(seconds=n + 20 * recall)
    return Call(n, f"{zone}{n:03d}", WindowId(str(n)), ZoneId(zone), at)


class Bench:
    """An announcer and its own time."""

    def __init__(self, manner: Manner | None = None) -> None:
        self.state = State(manner or Manner())
        self.now = 100.0

    def tell(self, *events: Event, after_s: float = 0.0) -> list[Order]:
        self.now += after_s
        orders: list[Order] = []
        for event in events:
            self.state, told = step(self.state, event, self.now)
            orders += told
        return orders


def numbers(orders: list[Order], kind: Callable[[Order], bool] = lambda _: True) -> list[str]:
    return [order.call.number for order in orders if kind(order)]


def test_a_call_alone_is_read_twice() -> None:
    bench = Bench()
    assert bench.tell(Called(call(1))) == [Say(call(1), 2, 100)]
    assert bench.tell(Finished(), after_s=11) == []


def test_a_call_is_never_cut_off_by_another() -> None:
    bench = Bench()
    bench.tell(Called(call(1)))
    assert bench.tell(Called(call(2)), Ticked(NINE), after_s=5) == []
    assert bench.tell(Finished(), after_s=6) == [Say(call(2), 2, 100)]


def test_zones_take_turns_however_many_calls_one_of_them_has() -> None:
    bench = Bench()
    bench.tell(*(Called(call(n)) for n in range(1, 5)), Called(call(5, "B")), Called(call(6, "B")))
    order = [numbers(bench.tell(Finished())) for _ in range(5)]
    assert order == [["B005"], ["A002"], ["B006"], ["A003"], ["A004"]]


def test_a_recall_joins_those_that_wait_unless_it_waits_already() -> None:
    bench = Bench()
    bench.tell(Called(call(1)), Called(call(2)))
    assert bench.tell(Called(call(2, recall=1)), Called(call(1, recall=1))) == []
    assert numbers(bench.tell(Finished())) == ["A002"]
    assert numbers(bench.tell(Finished())) == ["A001"]
    assert bench.tell(Finished()) == []


def test_the_same_record_twice_is_no_recall() -> None:
    bench = Bench()
    bench.tell(Called(call(1)), Finished())
    assert bench.tell(Called(call(1))) == []


def test_an_undone_call_is_not_spoken() -> None:
    bench = Bench()
    bench.tell(Called(call(1)), Called(call(2)), Called(call(3)), Withdrawn(2))
    assert numbers(bench.tell(Finished())) == ["A003"]
    assert bench.tell(Finished()) == []


def test_a_call_whose_end_is_undone_is_not_spoken_again_before_it_is_recalled() -> None:
    bench = Bench()
    bench.tell(Called(call(1)), Finished(), Withdrawn(1))
    assert bench.tell(Called(call(1))) == []
    assert numbers(bench.tell(Called(call(1, recall=1)))) == ["A001"]


def test_a_call_that_is_undone_while_it_is_spoken_is_spoken_to_its_end() -> None:
    bench = Bench()
    bench.tell(Called(call(1)), Called(call(2)))
    assert bench.tell(Withdrawn(1)) == []
    assert numbers(bench.tell(Finished())) == ["A002"]


def test_more_than_twenty_seconds_of_waiting_speech_are_read_once() -> None:
    bench = Bench()
    bench.tell(Called(call(1)), Called(call(2)), Called(call(3)))
    assert bench.tell(Finished()) == [Say(call(2), 1, 100)]
    assert bench.tell(Finished()) == [Say(call(3), 2, 100)]


def test_a_call_that_is_not_spoken_in_its_time_is_an_alarm_once_and_spoken_all_the_same() -> None:
    bench = Bench()
    bench.tell(Called(call(1)), Called(call(2)))
    assert due(bench.state) == bench.now + 30
    assert bench.tell(Ticked(NINE), after_s=29.9) == []
    assert numbers(bench.tell(Ticked(NINE), after_s=0.2), lambda order: isinstance(order, Late)) == ["A002"]
    assert bench.tell(Ticked(NINE), after_s=1) == []
    assert numbers(bench.tell(Finished())) == ["A002"]
    assert due(bench.state) is None


def test_old_calls_that_are_found_at_the_start_are_neither_spoken_nor_an_alarm() -> None:
    bench = Bench()
    bench.tell(Ticked(NINE + timedelta(minutes=5)))
    assert bench.tell(Called(call(1), age_s=300)) == []
    assert numbers(bench.tell(Called(call(1, recall=15)))) == ["A001"]


def test_a_call_that_an_outage_kept_from_us_for_too_long_is_an_alarm_and_never_spoken_as_new() -> None:
    bench = Bench()
    bench.tell(Ticked(NINE))
    assert bench.tell(Called(call(1), age_s=31)) == [Late(call(1), 31, lost=True)]
    assert numbers(bench.tell(Called(call(1, recall=1)))) == ["A001"]


def test_time_on_the_way_counts() -> None:
    bench = Bench()
    bench.tell(Called(call(1)), Called(call(2), age_s=10))
    assert numbers(bench.tell(Ticked(NINE), after_s=20)) == ["A002"]


def test_a_loudspeaker_that_failed_is_tried_again_after_a_pause_with_the_same_call() -> None:
    bench = Bench()
    bench.tell(Called(call(1)), Called(call(2)))
    assert bench.tell(Failed()) == []
    assert due(bench.state) == bench.now + PAUSE_S
    assert numbers(bench.tell(Ticked(NINE), after_s=PAUSE_S)) == ["A001"]


def test_a_call_that_was_withdrawn_while_its_loudspeaker_failed_is_not_tried_again() -> None:
    bench = Bench()
    bench.tell(Called(call(1)), Withdrawn(1), Failed())
    assert bench.tell(Ticked(NINE), after_s=PAUSE_S) == []


def test_volume_goes_by_the_time_of_day_and_over_midnight() -> None:
    manner = Manner(volume={"08:00": 80, "12:00": 40, "20:00": 0})
    assert [manner.loudness(NINE + timedelta(hours=h)) for h in (0, 3, 10, 11, 22, 23)] == [
        80,
        40,
        40,
        0,
        0,
        80,
    ]
    bench = Bench(manner)
    bench.tell(Ticked(NINE + timedelta(hours=3)))
    assert bench.tell(Called(call(1))) == [Say(call(1), 2, 40)]


def test_in_quiet_hours_nothing_is_said_then_or_later_and_nobody_is_alarmed() -> None:
    bench = Bench(Manner(volume={"08:00": 80, "20:00": 0}))
    bench.tell(Ticked(NINE), Called(call(1)), Called(call(2)))
    assert bench.tell(Ticked(NINE + timedelta(hours=11)), Called(call(3)), Called(call(4), age_s=40)) == []
    assert bench.tell(Finished(), Ticked(NINE + timedelta(hours=23)), after_s=60) == []


def test_a_reserve_says_nothing_and_goes_on_where_the_other_one_ended() -> None:
    bench = Bench()
    bench.tell(Turned(ours=False))
    assert bench.tell(Called(call(1)), Called(call(2)), Called(call(3))) == []
    assert due(bench.state) is None
    assert bench.tell(Heard(1, call(1).at), Heard(3, call(3).at), Called(call(3, recall=1)), after_s=11) == []
    assert numbers(bench.tell(Turned(ours=True))) == ["A002"]
    assert numbers(bench.tell(Finished())) == ["A003"], "its recall was not said"
    assert bench.tell(Finished()) == []


def test_a_reserve_that_hears_late_of_a_call_that_was_said_does_not_say_it() -> None:
    bench = Bench()
    bench.tell(Turned(ours=False), Heard(1, call(1).at), Called(call(1)))
    assert bench.tell(Turned(ours=True)) == []


def test_what_is_said_is_the_latest_recall_so_that_it_is_not_said_again_elsewhere() -> None:
    bench = Bench()
    bench.tell(Called(call(1)), Called(call(2)), Called(call(2, recall=1)))
    assert bench.tell(Finished()) == [Say(call(2, recall=1), 2, 100)]


def test_a_call_that_is_another_s_to_say_is_no_alarm_of_ours_until_it_is_our_turn() -> None:
    bench = Bench()
    bench.tell(Turned(ours=False), Called(call(1)))
    assert bench.tell(Ticked(NINE), after_s=31) == []
    assert bench.tell(Turned(ours=True)) == [Late(call(1), 31), Say(call(1), 2, 100)]


def test_a_reserve_does_not_say_hours_later_what_the_other_one_could_not_say() -> None:
    bench = Bench()
    bench.tell(Turned(ours=False), Called(call(1)))
    bench.tell(Ticked(NINE), after_s=GHOST_S)
    assert bench.tell(Turned(ours=True)) == []
