"""When a demo begins, and which windows it leaves to people."""

from datetime import UTC, datetime, timedelta

import pytest

from queue_server.app.demo import equipped_windows, free_windows, next_morning, start_at
from queue_server.app.hall import BRANCH, load
from queue_server.wire.day import SHANGHAI

NOW = datetime(2026, 11, 23, 22, 15, tzinfo=UTC)  # already the 24th in the hall


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}:00").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "last,start",
    [
        (None, at("11-24T09:30")),
        (at("11-20T17:00"), at("11-24T09:30")),
        (at("11-24T10:30"), at("11-24T10:30") + timedelta(seconds=1)),
        (at("11-24T16:30"), at("11-25T09:30")),
        (at("11-30T03:00"), at("11-30T09:30")),
        (at("11-30T23:59"), at("12-01T09:30")),
    ],
)
def test_a_demo_begins_in_the_morning_and_never_before_what_its_store_knows(
    last: datetime | None, start: datetime
) -> None:
    assert start_at(last, NOW) == start
    assert last is None or start_at(last, NOW) > last


@pytest.mark.parametrize(
    "now,morning",
    [
        (at("11-24T17:45"), at("11-25T08:05")),
        (at("11-25T00:10"), at("11-25T08:05")),
        (at("11-25T08:05"), at("11-26T08:05")),
    ],
)
def test_a_night_goes_to_the_next_morning(now: datetime, morning: datetime) -> None:
    assert next_morning(now) == morning


def test_the_first_three_windows_are_left_to_people_and_are_equipped() -> None:
    hall = load().hall
    assert free_windows(hall) == ("1", "2", "3")
    assert set(free_windows(hall)) < set(equipped_windows(hall))


def test_a_small_hall_keeps_half_of_its_first_zone_for_drawn_clerks() -> None:
    assert free_windows(load(BRANCH).hall) == ("1",)
