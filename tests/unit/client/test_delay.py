"""How patient the link is."""

from hypothesis import given
from hypothesis import strategies as st

from queue_server.client.delay import FIRST_S, LONGEST_S, SOON, SOON_S, reconnect_delay, retry_delay
from queue_server.client.link import feed_address

CHANCE = st.floats(0.0, 1.0, exclude_max=True)


@given(CHANCE)
def test_the_first_retry_is_quick(chance: float) -> None:
    assert 0.0 < reconnect_delay(0, chance) <= FIRST_S


@given(st.integers(0, SOON - 1), CHANCE)
def test_a_server_that_restarts_is_found_within_a_second(attempt: int, chance: float) -> None:
    assert reconnect_delay(attempt, chance) <= SOON_S


@given(st.integers(0, 10_000), CHANCE)
def test_no_retry_waits_longer_than_the_longest(attempt: int, chance: float) -> None:
    assert 0.0 < reconnect_delay(attempt, chance) <= LONGEST_S
    assert 0.0 < retry_delay(attempt, chance) <= 2.0


def test_chance_spreads_a_hall_of_clients() -> None:
    waits = [reconnect_delay(5, step / 10) for step in range(10)]
    assert len(set(waits)) == 10


def test_an_address_of_the_server_becomes_the_feeds() -> None:
    assert feed_address("http://hall:8080") == "ws://hall:8080/feed"
    assert feed_address("https://hall.example/") == "wss://hall.example/feed"
    assert feed_address("10.0.0.5:8080") == "ws://10.0.0.5:8080/feed"
    assert feed_address("ws://hall:8080/feed") == "ws://hall:8080/feed"
