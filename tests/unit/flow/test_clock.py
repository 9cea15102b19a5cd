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


class Wall:
    """A machine's clock that somebody sets, and the time that really passes."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.at, self.real_s = NINE, 1000.0
        patch.setattr("queue_server.flow.clock.time.monotonic", lambda: self.real_s)

    def __call__(self) -> datetime:
        return self.at

    def later(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.real_s += seconds


def test_a_wall_clock_that_is_set_back_is_followed_at_half_the_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    wall = Wall(monkeypatch)
    clock = Clock(wall=wall)
    wall.later(60)
    assert clock.now() == wall.at
    wall.at -= timedelta(hours=1)
    told = clock.now()
    assert told == wall.at + timedelta(hours=1)
    for minute in range(1, 121):
        wall.later(60)
        assert clock.now() == told + timedelta(seconds=30) * minute
    assert clock.now() == wall.at, "after two hours they agree"
    wall.later(60)
    assert clock.now() == wall.at


def test_a_wall_clock_that_is_set_forward_is_followed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    wall = Wall(monkeypatch)
    clock = Clock(wall=wall)
    wall.at += timedelta(hours=1)
    assert clock.now() == wall.at


def test_a_clock_begins_no_earlier_than_what_is_known_to_have_been(monkeypatch: pytest.MonkeyPatch) -> None:
    wall = Wall(monkeypatch)
    clock = Clock(wall=wall)
    clock.not_before(NINE + timedelta(minutes=1))
    assert clock.now() == NINE + timedelta(minutes=1)
    wall.later(60)
    assert clock.now() == NINE + timedelta(minutes=1, seconds=30)
    clock.not_before(NINE)
    wall.later(60)
    assert clock.now() == wall.at
