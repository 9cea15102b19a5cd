"""From a call to its words in the hall."""

from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from queue_server.feed.voice import KEPT, LATE_S, Speaker, Standing, Voices
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


BOX = Speaker(Text("box", "box"), able=True, reserve=1)


def standing(
    voices: Voices,
    calls: list[CallRecord],
    speaker: Speaker | None,
    now: datetime,
    *,
    speed: float = 1.0,
    volume: dict[str, int] | None = None,
) -> tuple[str | None, tuple[str, ...]]:
    """What is wrong, and which numbers are late."""
    found = voices.standing(west(volume), calls, speaker, now, speed)
    return found.trouble, found.late


def listened() -> Voices:
    voices = Voices()
    voices.met("west", NINE)
    return voices


def test_a_call_that_was_not_spoken_in_thirty_seconds_is_trouble_until_it_is() -> None:
    voices = listened()
    on_time = NINE + timedelta(seconds=LATE_S)
    assert standing(voices, [call(1)], BOX, on_time) == (None, ())
    assert standing(voices, [call(1)], BOX, LATE) == ("late", ("A001",))
    assert voices.spoken("west", call(1), NINE, LATE, 1.0) == LATE_S + 1
    assert standing(voices, [call(1)], BOX, LATE) == (None, ())


def test_seconds_are_real_however_fast_business_time_runs() -> None:
    voices = listened()
    assert standing(voices, [call(1)], BOX, LATE, speed=2.0) == (None, ())
    assert voices.spoken("west", call(1), NINE, LATE, 2.0) == (LATE_S + 1) / 2


@pytest.mark.parametrize("state", ["serving", "over", "missed"])
def test_whoever_came_or_was_missed_is_not_waited_for(state: Literal["serving", "over", "missed"]) -> None:
    assert standing(listened(), [call(1, state=state)], BOX, LATE) == (None, ())


def test_the_floor_is_told_who_speaks_how_many_could_and_where_nobody_does_or_is_heard() -> None:
    voices = listened()
    assert voices.standing(west(), [], BOX, NINE, 1.0) == Standing(
        loudspeaker="west", name=WEST, speaker=BOX.name, able=True, reserve=1
    )
    assert standing(voices, [], None, NINE) == ("gone", ())
    assert standing(voices, [], BOX._replace(able=False), NINE) == ("mute", ())


def test_one_that_nobody_ever_spoke_from_is_none_nor_are_calls_from_before() -> None:
    assert standing(Voices(), [call(1)], None, LATE) == (None, ())
    assert standing(Voices(), [], BOX._replace(able=False), NINE) == (None, ()), (
        "people look on their own screens"
    )
    before = call(1, NINE - timedelta(seconds=1))
    assert standing(listened(), [before], BOX, LATE) == (None, ())


def test_whoever_speaks_is_known_by_what_was_spoken_too() -> None:
    voices = Voices()
    voices.spoken("west", call(1), NINE, NINE, 1.0)
    assert standing(voices, [call(2)], BOX, LATE) == ("late", ("A002",))


def test_nobody_is_alarmed_in_a_quiet_hour() -> None:
    voices = listened()
    assert standing(voices, [call(1)], None, LATE, volume={"07:00": 0}) == (None, ())
    later = NINE + timedelta(minutes=6)
    assert standing(voices, [call(1)], BOX, later, volume={"00:00": 0, "09:05": 80}) == (None, ())


def test_a_call_is_timed_once_and_only_the_last_are_remembered() -> None:
    voices = Voices()
    for n in range(KEPT + 1):
        assert voices.spoken("west", call(n), NINE, LATE, 1.0) == LATE_S + 1
    assert voices.spoken("west", call(KEPT), NINE, LATE, 1.0) is None
    assert voices.spoken("west", call(0), NINE, LATE, 1.0) is not None


def test_those_in_reserve_are_told_what_was_said_and_a_recall_is_not_said_by_its_call() -> None:
    voices = Voices()
    voices.spoken("west", call(1), None, LATE, 1.0)
    recalled = call(2, NINE + timedelta(seconds=20))
    voices.spoken("west", recalled, NINE, LATE, 1.0)
    assert voices.said("west") == ((1, NINE), (2, NINE))
    voices.spoken("west", recalled, recalled.at, LATE, 1.0)
    assert voices.said("west")[-1] == (2, recalled.at)
    voices.spoken("west", recalled, LATE + timedelta(days=1), LATE, 1.0)
    assert voices.said("west")[-1] == (2, recalled.at), "nobody says what was not called"
