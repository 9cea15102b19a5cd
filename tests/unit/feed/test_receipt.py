"""From a call to its light on a screen."""

from queue_server.feed.receipt import KEPT, LATE_S, RUSH, Receipts


def test_the_first_receipt_tells_how_long_it_took() -> None:
    receipts = Receipts()
    receipts.published("hall", 7, 100.0)
    assert receipts.shown("hall", 7, 100.05) == 100.05 - 100.0
    assert receipts.status("hall", 1, 101.0) == {
        "screens": 1,
        "call": 7,
        "after_ms": 50.0,
        "late": False,
        "were": True,
        "rush": False,
    }


def test_a_display_that_lost_its_last_screen_had_some_before() -> None:
    receipts = Receipts()
    assert not receipts.status("hall", 0, 100.0)["were"]
    receipts.status("hall", 2, 101.0)
    assert receipts.status("hall", 0, 102.0)["were"]
    assert not receipts.status("west", 0, 102.0)["were"]


def test_more_than_forty_calls_in_each_of_five_minutes_are_a_rush_and_one_quieter_minute_ends_it() -> None:
    receipts = Receipts()
    for call in range(5 * (RUSH + 1)):
        receipts.published("hall", call, 60.0 * call / (RUSH + 1))
    assert receipts.status("hall", 1, 299.9)["rush"]
    assert not receipts.status("hall", 1, 320.0)["rush"]
    assert not receipts.status("west", 1, 299.9)["rush"]


def test_exactly_forty_calls_a_minute_are_no_rush() -> None:
    receipts = Receipts()
    for call in range(5 * RUSH):
        receipts.published("hall", call, 60.0 * call / RUSH)
    assert not receipts.status("hall", 1, 299.9)["rush"]


def test_a_receipt_for_a_call_that_never_was_is_ignored() -> None:
    receipts = Receipts()
    receipts.published("hall", 7, 100.0)
    assert receipts.shown("hall", 8, 101.0) is None
    assert receipts.shown("nowhere", 7, 101.0) is None


def test_a_call_that_nobody_painted_makes_a_display_late_if_it_has_screens() -> None:
    receipts = Receipts()
    receipts.published("hall", 7, 100.0)
    assert not receipts.status("hall", 1, 100.0 + LATE_S)["late"]
    assert receipts.status("hall", 1, 100.1 + LATE_S)["late"]
    assert not receipts.status("hall", 0, 100.1 + LATE_S)["late"]


def test_a_later_call_painted_settles_the_ones_before() -> None:
    receipts = Receipts()
    receipts.published("hall", 7, 100.0)
    receipts.published("hall", 8, 101.0)
    receipts.shown("hall", 8, 101.1)
    assert not receipts.status("hall", 1, 200.0)["late"]


def test_only_the_last_calls_are_remembered() -> None:
    receipts = Receipts()
    for call in range(KEPT + 10):
        receipts.published("hall", call, float(call))
    assert receipts.shown("hall", 3, 2000.0) is None
    assert receipts.shown("hall", KEPT, 1000.0) is not None
