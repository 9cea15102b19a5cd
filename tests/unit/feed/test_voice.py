"""From a call to its words in the hall."""

from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from queue_server.feed.voice import KEPT, LATE_S, Trouble, Voices
from queue_server.wire.board import CallRecord
from queue_server.wire.ids import WindowId, ZoneId
from queue_server.wire.ticket import Text
from queue_server.wire.voice import LoudspeakerRecord

NINE = datetime(2027, 3, 1, 1, 0, tzinfo=UTC)
LATE = NINE + timedelta(seconds=LATE_S + 1)
WEST = Text("西侧", "West")


def west(volume: dict[str, int] | None = None) -> LoudspeakerRecord:
    return LoudspeakerRecord(loudspeaker="west", name=WEST, zones={}, volume=volume or {})


def call(
    n: int, at: datetime = NINE, state: Literal["called", "serving", "over", "missed"] = "called"
) -> CallRecord:
    return CallRecord(
        call=n,
        ticket=f"A{n:03d}",
        window=WindowId("3"),
        zone=ZoneId("A"),
        letter="A",
        colour="#1F5FA8",
        short=WEST,
        called_at=at,
        at=at,
        recalls=0,
        state=state,
    )


def listened() -> Voices:
    voices = Voices()
    voices.met("west", NINE)
    return voices


def test_a_call_that_was_not_spoken_in_thirty_seconds_is_trouble_until_it_is() -> None:
    voices = listened()
    on_time = NINE + timedelta(seconds=LATE_S)
    assert voices.trouble(west(), [call(1)], 1, on_time, 1.0) is None
    assert voices.trouble(west(), [call(1)], 1, LATE, 1.0) == Trouble("west", WEST, 1, ("A001",))
    assert voices.spoken("west", call(1), LATE, 1.0) == LATE_S + 1
    assert voices.trouble(west(), [call(1)], 1, LATE, 1.0) is None


def test_seconds_are_real_however_fast_business_time_runs() -> None:
    voices = listened()
    assert voices.trouble(west(), [call(1)], 1, LATE, 2.0) is None
    assert voices.spoken("west", call(1), LATE, 2.0) == (LATE_S + 1) / 2


@pytest.mark.parametrize("state", ["serving", "over", "missed"])
def test_whoever_came_or_was_missed_is_not_waited_for(state: Literal["serving", "over", "missed"]) -> None:
    assert listened().trouble(west(), [call(1, state=state)], 1, LATE, 1.0) is None


def test_a_loudspeaker_that_nobody_speaks_from_any_more_is_trouble() -> None:
    assert listened().trouble(west(), [], 0, NINE, 1.0) == Trouble("west", WEST, 0, ())


def test_one_that_nobody_ever_spoke_from_is_none_nor_are_calls_from_before() -> None:
    assert Voices().trouble(west(), [call(1)], 0, LATE, 1.0) is None
    before = call(1, NINE - timedelta(seconds=1))
    assert listened().trouble(west(), [before], 1, LATE, 1.0) is None


def test_whoever_speaks_is_known_by_what_was_spoken_too() -> None:
    voices = Voices()
    voices.spoken("west", call(1), NINE, 1.0)
    assert voices.trouble(west(), [call(2)], 1, LATE, 1.0) == Trouble("west", WEST, 1, ("A002",))


def test_nobody_is_alarmed_in_a_quiet_hour() -> None:
    voices = listened()
    assert voices.trouble(west({"07:00": 0}), [call(1)], 0, LATE, 1.0) is None
    loud_since = west({"00:00": 0, "09:05": 80})
    later = NINE + timedelta(minutes=6)
    assert voices.trouble(loud_since, [call(1)], 1, later, 1.0) is None


def test_a_call_is_timed_once_and_only_the_last_are_remembered() -> None:
    voices = Voices()
    for n in range(KEPT + 1):
        assert voices.spoken("west", call(n), LATE, 1.0) == LATE_S + 1
    assert voices.spoken("west", call(KEPT), LATE, 1.0) is None
    assert voices.spoken("west", call(0), LATE, 1.0) is not None
