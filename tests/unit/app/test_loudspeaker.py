"""What `check` says of loudspeakers."""

from datetime import date
from pathlib import Path

import msgspec
import pytest

from queue_server.app.hall import SAMPLES, SHIPPED, load
from queue_server.app.loudspeaker import MOST, Load, loads
from queue_server.engine.display import Loudspeaker
from queue_server.engine.hall import Hall
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
    assert shipped == {
        "west": 24,
        "northwest": 43,
        "east": 34,
        "northeast": 30,
        "south": 65,
        "southeast": 27,
        "north": 39,
    }


@pytest.mark.parametrize("path", SAMPLES.values(), ids=SAMPLES)
def test_no_hall_that_is_shipped_has_a_loudspeaker_that_has_too_much_to_say(path: Path) -> None:
    assert [each.line for each in loads(load(path).hall, {}) if each.share > MOST] == []


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
        == "喇叭 loudspeaker 西侧 West：高峰每小时229次，每次11秒 calls an hour of 11 s（统计 counted） · 70%"
    )
    assert "请分给两个喇叭" in by_calls[230].line


def test_names_of_zones_english_and_readings_take_their_time(two: Hall) -> None:
    west, both = two.loudspeakers
    english = msgspec.structs.replace(both, english=True)
    once = msgspec.structs.replace(english, readings=1)
    found = [Load(each, 1, counted=True).call_s for each in (west, both, english, once)]
    assert found == pytest.approx([11.0, 14.1, 26.2, 13.85])
