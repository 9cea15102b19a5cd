"""Growing delay after failed sign-ins."""

import pytest

from queue_server.auth.patience import FREE, LONGEST_S, REMEMBERED, Patience, Tries
from queue_server.wire.error import Refusal


def test_the_first_failures_cost_no_pause() -> None:
    patience = Patience()
    for _ in range(FREE - 1):
        patience.attempt("zhang", 0.0)
    assert patience.wait_s("zhang", 0.0) == 0


def test_the_pause_doubles_up_to_a_minute() -> None:
    patience = Patience()
    waits = []
    now_s = 0.0
    for _ in range(12):
        patience.attempt("zhang", now_s)
        waits.append(patience.wait_s("zhang", now_s))
        now_s += waits[-1]
    assert waits[FREE - 1 : FREE + 3] == [1, 2, 4, 8]
    assert waits[-1] == LONGEST_S
    assert patience.wait_s("zhang", now_s) == 0


def test_one_name_does_not_make_another_wait() -> None:
    patience = Patience()
    for _ in range(10):
        patience.attempt("zhang", 0.0)
    assert patience.wait_s("li", 0.0) == 0


def test_a_success_forgets_the_failures() -> None:
    patience = Patience()
    for _ in range(10):
        patience.attempt("zhang", 0.0)
    patience.success("zhang")
    assert patience.wait_s("zhang", 0.0) == 0


def test_made_up_names_do_not_fill_the_memory() -> None:
    patience = Patience()
    for number in range(REMEMBERED + 500):
        patience.attempt(f"name{number}", 0.0)
    assert len(patience._failures) == REMEMBERED


def test_an_attempt_that_was_none_leaves_those_before_it() -> None:
    patience = Patience(free=3)
    for _ in range(2):
        patience.attempt("10.0.0.1", 0.0)
    patience.attempt("10.0.0.1", 0.0)
    patience.undo("10.0.0.1")
    assert patience.wait_s("10.0.0.1", 0.0) == 0
    patience.attempt("10.0.0.1", 0.0)
    assert patience.wait_s("10.0.0.1", 0.0) == 1


def test_an_address_that_has_been_quiet_is_forgotten() -> None:
    patience = Patience(free=3, forget_s=900.0)
    for _ in range(8):
        patience.attempt("10.0.0.1", 0.0)
    patience.attempt("10.0.0.1", 901.0)
    assert patience.wait_s("10.0.0.1", 901.0) == 0


def test_tries_are_counted_by_name_and_by_place() -> None:
    tries = Tries(5, 5)
    for number in range(5):
        tries.begin(f"guess{number}", "kiosk:a", 0.0)
    with pytest.raises(Refusal, match=r"auth\.too_many"):
        tries.begin("zhang", "kiosk:a", 0.0)
    for _ in range(5):
        tries.begin("zhang", "", 0.0)
    with pytest.raises(Refusal, match=r"auth\.too_many"):
        tries.begin("zhang", "kiosk:b", 0.0)
    tries.trust("zhang", "")
    tries.begin("zhang", "kiosk:b", 0.0)
