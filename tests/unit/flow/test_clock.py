"""Business time."""

from datetime import UTC, datetime, timedelta

import pytest

from queue_server.flow.clock import Clock

NINE = datetime(2026, 11, 23, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T09:00:00@20",
        "2026-11-23T09:00:00+08:00@0",
        "2026-11-23T09:00:00+08:00@-1",
        "2026-11-23T09:00:00+08:00@inf",
        "2026-11-23T09:00:00+08:00@nan",
        "noon@1",
    ],
)
def test_a_clock_that_cannot_run_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="write START@SPEED, such as"):
        Clock.parse(text)


def test_a_chosen_start_runs_at_its_speed_and_can_be_set() -> None:
    clock = Clock.parse("2026-11-23T09:00:00+08:00@60")
    assert timedelta() <= clock.now() - NINE < timedelta(hours=1)
    assert clock.real_s(clock.now() + timedelta(minutes=1)) == pytest.approx(1.0, abs=0.05)
    clock.set(NINE + timedelta(hours=8))
    assert clock.now() >= NINE + timedelta(hours=8)


def test_the_wall_clock_cannot_be_set() -> None:
    clock = Clock.parse(None)
    assert not clock.settable
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    with pytest.raises(ValueError, match="not ours to set"):
        clock.set(NINE)
