"""How fast somebody may go, and how many may be there: arithmetic with the time as an argument."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.auth import pace
from queue_server.auth.pace import Crowd, Pace, Paces, neighbourhood


def test_a_burst_goes_at_once_and_then_so_many_a_second() -> None:
    bucket = Pace(2, 5)
    assert [bucket.take(100.0) for _ in range(5)] == [0.0] * 5
    assert bucket.take(100.0) == pytest.approx(0.5)
    assert bucket.take(100.4) == pytest.approx(0.1)
    assert bucket.take(100.5) == 0.0
    assert bucket.take(100.5) > 0


def test_what_is_refused_costs_nothing() -> None:
    bucket = Pace(1, 1)
    bucket.take(0.0)
    for _ in range(1000):
        assert bucket.take(0.5) == pytest.approx(0.5)
    assert bucket.take(1.0) == 0.0


def test_a_pause_fills_the_bucket_and_no_more() -> None:
    bucket = Pace(10, 3)
    for _ in range(3):
        bucket.take(0.0)
    assert not bucket.full(0.29)
    assert bucket.full(0.31)
    assert [bucket.take(1_000_000.0) for _ in range(3)] == [0.0] * 3
    assert bucket.take(1_000_000.0) > 0


def test_who_reserves_waits_longer_each_time_and_as_long_as_it_takes() -> None:
    bucket = Pace(2, 2)
    waits = [bucket.reserve(0.0) for _ in range(5)]
    assert waits == pytest.approx([0.0, 0.0, 0.5, 1.0, 1.5])
    assert bucket.reserve(10.0) == 0.0


@given(
    per_s=st.integers(1, 1000),
    burst=st.integers(1, 1000),
    pauses=st.lists(st.floats(0, 2), min_size=1, max_size=200),
)
def test_no_more_than_the_burst_and_the_rate_ever_pass(per_s: int, burst: int, pauses: list[float]) -> None:
    bucket = Pace(per_s, burst)
    now_s, passed = 0.0, 0
    for pause_s in pauses:
        now_s += pause_s
        wait_s = bucket.take(now_s)
        passed += wait_s == 0.0
        assert passed <= burst + per_s * now_s + 1e-3
        if wait_s:
            assert wait_s <= 1 / per_s + 1e-6
            now_s += wait_s
            assert bucket.take(now_s) == 0.0, "whoever waits as long as told is let in"
            passed += 1


def test_everybody_has_a_bucket_of_their_own() -> None:
    paces = Paces(1, 1)
    assert paces.take("a", 0.0) == 0.0
    assert paces.take("a", 0.0) > 0
    assert paces.take("b", 0.0) == 0.0


def test_made_up_names_do_not_fill_the_memory_and_do_not_wash_out_who_keeps_asking(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pace, "REMEMBERED", 10)
    paces = Paces(1, 1)
    paces.take("a", 0.0)
    for number in range(1000):
        paces.take(str(number), 0.0)
        assert paces.take("a", 0.0) > 0
    assert len(paces._of) <= 10
    for number in range(1000):
        paces.take(str(number), 10.0 + number)
    assert len(paces._of) <= 2, "full buckets are as good as none"


def test_a_crowd_has_its_end_and_so_has_each_address() -> None:
    crowd = Crowd(3, 2)
    assert crowd.enter("a")
    assert crowd.enter("a")
    assert not crowd.enter("a")
    assert crowd.enter("b")
    assert not crowd.enter("c")
    crowd.leave("a")
    assert crowd.enter("c")
    for name in ("a", "b", "c"):
        crowd.leave(name)
    assert (crowd.count, crowd._of) == (0, {})


def test_a_proxy_counts_among_all_only() -> None:
    crowd = Crowd(4, 1)
    assert [crowd.enter(None) for _ in range(5)] == [True] * 4 + [False]


@pytest.mark.parametrize(
    "address, counted",
    [
        ("192.168.1.10", "192.168.1.10"),
        ("::ffff:192.168.1.10", "192.168.1.10"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_a_machine_that_chooses_its_addresses_freely_counts_as_one(address: str, counted: str) -> None:
    assert neighbourhood(address) == counted
