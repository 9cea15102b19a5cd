"""What `check` says of loudspeakers."""

from datetime import date

import msgspec
import pytest

from queue_server.app.hall import SHIPPED, load
from queue_server.app.loudspeaker import MOST, loads
from queue_server.engine.hall import Hall, Loudspeaker
from queue_server.views.daily import Cell
from queue_server.wire.ticket import Text
from tests.fakes.hall import A, B, hall


@pytest.fixture
def two() -> Hall:
    return msgspec.structs.replace(
        hall(),
        loudspeakers=(
            Loudspeaker(id="west", name=Text("西侧", "West"), zones=(A,)),
            Loudspeaker(id="all", name=Text("全厅", "All"), zones=(A, B)),
        ),
    )


def cell(window: str, hour: int, calls: int) -> Cell:
    return Cell(zone="A", service="filing", window=window, clerk="zhang", hour=hour, waited=calls)


def test_where_nothing_was_counted_the_load_is_reckoned_from_the_windows() -> None:
    shipped = {each.loudspeaker.id: round(100 * each.share) for each in loads(load(SHIPPED).hall, {})}
    assert shipped == {"west": 57, "east": 64, "south": 77, "north": 30}


def test_the_busiest_hour_of_the_days_that_were_counted_tells_the_load(two: Hall) -> None:
    days = {
        date(2027, 3, 1): [cell("1", 9, 100), cell("1", 10, 60), cell("3", 10, 90), cell("", 9, 500)],
        date(2027, 3, 2): [cell("1", 10, 80), cell("3", 9, 79)],
    }
    found = {each.loudspeaker.id: each for each in loads(two, days)}
    assert (found["west"].calls, found["all"].calls) == (100, 150)
    assert found["west"].counted


def test_a_window_that_is_no_more_counts_nothing(two: Hall) -> None:
    days = {date(2027, 3, 1): [cell("77", 9, 1000), cell("1", 9, 1)]}
    assert {each.calls for each in loads(two, days)} == {1}


def test_a_load_above_seven_tenths_is_told_with_what_to_do(two: Hall) -> None:
    by_calls = {
        calls: next(iter(loads(two, {date(2027, 3, 1): [cell("1", 9, calls)]}))) for calls in (229, 230)
    }
    assert by_calls[229].share <= MOST < by_calls[230].share
    assert (
        by_calls[229].line
        == "喇叭 loudspeaker 西侧 West：高峰每小时229次 calls an hour（统计 counted） · 70%"
    )
    assert "请分给两个喇叭" in by_calls[230].line
