"""Which keys count."""

from devices.codec.signal import Garbage, Pressed, Rated, Unmapped
from devices.driver.press import KeyPressed, Presses, RatingGiven


def presses() -> Presses:
    return Presses(frozenset({5}), 0.3)


def test_a_key_counts_once_while_it_bounces() -> None:
    p = presses()
    assert p.take(Pressed(5, "call_next"), 1.0) == KeyPressed(5, "call_next")
    assert p.take(Pressed(5, "call_next"), 1.2) is None
    assert p.take(Pressed(5, "call_next"), 1.4) is None
    assert p.take(Pressed(5, "call_next"), 1.8) == KeyPressed(5, "call_next")
    assert p.counts.repeated == 2


def test_two_different_keys_do_not_bounce_on_each_other() -> None:
    p = presses()
    assert p.take(Pressed(5, "call_next"), 1.0)
    assert p.take(Pressed(5, "recall"), 1.0) == KeyPressed(5, "recall")


def test_a_rating_nobody_asked_for_is_counted_and_dropped() -> None:
    p = presses()
    assert p.take(Rated(5, 1), 1.0) is None
    assert p.counts.unasked == 1


def test_the_first_key_within_the_prompt_is_the_rating_and_the_second_is_not() -> None:
    p = presses()
    p.ask(5, "visit-1", 0.0, 30.0)
    assert p.take(Rated(5, 4), 10.0) == RatingGiven(5, "visit-1", 4)
    assert p.take(Rated(5, 1), 11.0) is None
    assert p.counts.unasked == 1


def test_a_key_after_the_prompts_time_is_no_rating() -> None:
    p = presses()
    p.ask(5, "visit-1", 0.0, 30.0)
    assert p.take(Rated(5, 5), 30.5) is None


def test_a_withdrawn_prompt_takes_no_key() -> None:
    p = presses()
    p.ask(5, "visit-1", 0.0, 30.0)
    p.withdraw(5)
    assert p.take(Rated(5, 5), 1.0) is None


def test_a_new_prompt_replaces_the_old_one() -> None:
    p = presses()
    p.ask(5, "visit-1", 0.0, 30.0)
    p.ask(5, "visit-2", 5.0, 30.0)
    assert p.take(Rated(5, 5), 6.0) == RatingGiven(5, "visit-2", 5)


def test_strangers_noise_and_unmapped_keys_are_counted() -> None:
    p = presses()
    for signal in (Pressed(9, "call_next"), Garbage(b"\0"), Unmapped(5, b"\1")):
        assert p.take(signal, 1.0) is None
    assert (p.counts.unknown_address, p.counts.noise, p.counts.unmapped) == (1, 1, 1)
