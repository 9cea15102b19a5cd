"""Which backups are kept."""

from datetime import UTC, datetime, timedelta

from queue_server.store.backup import spared

NOW = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
"""Noon in the hall."""
FIVE = timedelta(minutes=5)


def test_the_newest_are_all_kept_and_older_ones_by_the_hour() -> None:
    every = [NOW - FIVE * n for n in range(12 * 24 * 2)]
    kept = sorted(spared(every, NOW, 12), reverse=True)
    assert kept[:12] == every[:12]
    within_a_day = [at for at in kept[12:] if at >= NOW - timedelta(days=1)]
    assert all(at.minute == 55 for at in within_a_day)
    assert len(within_a_day) == 24 - 1  # the newest of the first hour is among the twelve


def test_of_each_local_day_the_last_one_is_kept_for_thirty_days() -> None:
    every = [NOW - timedelta(hours=n) for n in range(24 * 60)]
    kept = spared(every, NOW, 2)
    old = sorted(at for at in kept if at < NOW - timedelta(days=1, hours=12))
    assert all((at + timedelta(hours=8)).hour == 23 for at in old)
    assert old[0] >= NOW - timedelta(days=30)
    assert len(old) == 29


def test_what_is_kept_stays_kept_while_more_come_in() -> None:
    """Each round may forget only what no later round wants: by the end the same is there as if all had been judged at once."""
    every = [NOW + timedelta(minutes=20) * n for n in range(3 * 24 * 40)]
    there: set[datetime] = set()
    for at in every:
        there = set(spared(there | {at}, at, 3))
    assert there == spared(every, every[-1], 3)


def test_one_from_a_clock_that_was_wrong_is_no_harm() -> None:
    ahead = NOW + timedelta(days=400)
    assert spared([ahead, NOW, NOW - FIVE, NOW - 2 * FIVE], NOW, 2) == {ahead, NOW, NOW - FIVE}
    many = [ahead + FIVE * n for n in range(20)]
    assert {NOW, NOW - FIVE} < spared([*many, NOW, NOW - FIVE], NOW, 2), (
        "they take no place of those that come"
    )
    assert len(spared(many, NOW, 2)) == 2
    assert spared([], NOW, 2) == frozenset()
