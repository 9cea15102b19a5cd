"""The services that most people came for, added up from days in numbers."""

from queue_server.app.popular import MOST, most
from queue_server.views.daily import Cell


def cell(service: str, issued: int, hour: int = 9) -> Cell:
    """Tickets of an hour for one service."""
    return Cell(zone="A", service=service, window="1", clerk="zhang", hour=hour, issued=issued)


def test_days_hours_and_windows_add_up_and_the_most_come_first() -> None:
    days = [[cell("a", 3), cell("b", 4)], [cell("a", 2, hour=10), cell("c", 1)]]
    assert most(days) == ("a", "b", "c")


def test_there_are_six_at_most_equal_ones_in_a_lasting_order_and_none_for_which_nobody_came() -> None:
    names = "hgfedcba"
    assert most([[cell(name, 1) for name in names]]) == tuple("abcdef")
    assert len(most([[cell(name, 1) for name in names]])) == MOST
    assert most([[cell("a", 0)]]) == ()
    assert most([]) == ()
