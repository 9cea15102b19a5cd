"""Tokens are fresh, long enough, and good in an address."""

import re

from queue_server.flow.draw import LENGTH, Draw


def test_no_token_is_given_twice_however_many_are_drawn_by_whom() -> None:
    one, other = Draw(), Draw()
    given = [draw() for _ in range(2000) for draw in (one, other)]
    assert len(set(given)) == len(given)


def test_a_token_has_at_least_128_bits_and_stands_in_an_address_as_it_is() -> None:
    draw = Draw()
    tokens = [draw() for _ in range(1000)]
    assert LENGTH * 6 >= 128
    assert all(re.fullmatch(rf"[A-Za-z0-9_-]{{{LENGTH}}}", token) for token in tokens)
    for place in range(LENGTH):  # every character is drawn, the last ones too
        assert len({token[place] for token in tokens}) > 32
