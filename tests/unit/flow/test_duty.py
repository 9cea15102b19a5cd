"""Who serves a hall."""

import pytest

from queue_server.flow.duty import (
    GRACE_S,
    HOLD_S,
    LOOK_S,
    RENEW_S,
    SILENT_S,
    STALE_S,
    Lease,
    Seen,
    pause_s,
    vacant,
)


def test_a_server_stops_telling_before_another_may_take_over() -> None:
    assert RENEW_S < HOLD_S < STALE_S
    lease = Lease(1, 100.0)
    assert lease.holds(100.0 + HOLD_S - 0.01)
    assert not lease.holds(100.0 + HOLD_S)
    assert not vacant(Seen(1, HOLD_S, free=False))


@pytest.mark.parametrize(
    "seen, back_s, free",
    [
        (Seen(1, 0.0, free=False), None, False),
        (Seen(1, STALE_S, free=False), None, False),
        (Seen(1, STALE_S + 0.01, free=False), None, True),
        (Seen(1, 3600.0, free=False), GRACE_S / 2, False),
        (Seen(1, 3600.0, free=False), GRACE_S + 0.01, True),
        (Seen(0, 0.0, free=True), None, True),
        (Seen(7, 0.0, free=True), 0.0, True),
    ],
)
def test_a_hall_is_vacant_when_nobody_renews_or_the_last_one_left_in_order(
    seen: Seen, back_s: float | None, free: bool
) -> None:
    assert vacant(seen, back_s) is free


def test_one_that_stands_by_looks_again_just_when_it_may_take_over() -> None:
    for age_s in (0.0, RENEW_S, STALE_S - LOOK_S / 2, STALE_S - 0.001):
        pause = pause_s(Seen(1, age_s, free=False))
        assert pause <= LOOK_S
        assert vacant(Seen(1, age_s + pause, free=False)) is (age_s + LOOK_S > STALE_S)
    assert pause_s(Seen(1, STALE_S + 0.5, free=False)) == LOOK_S  # somebody else is about to


def test_what_can_be_done_beforehand_is_done_for_a_silence_that_is_no_pause_between_renewals() -> None:
    assert 2 * RENEW_S < SILENT_S < HOLD_S


def test_a_renewal_counts_from_when_it_was_asked_for_and_never_back() -> None:
    lease = Lease(1, 100.0)
    lease.renew(103.0)
    lease.renew(101.0)
    assert lease.holds(104.9)
    assert not lease.holds(105.0)


def test_a_server_that_was_replaced_stays_so() -> None:
    lease = Lease(1, 100.0)
    lease.end()
    lease.renew(101.0)
    assert lease.over
    assert not lease.holds(101.0)
