"""What a board's records mean to the announcer beside it."""

from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec
import pytest

from displays.model.announcer import Call, Called, Withdrawn
from displays.model.hearing import Calls, calls, news
from queue_server.wire.board import CallRecord
from queue_server.wire.ids import WindowId, ZoneId
from queue_server.wire.ticket import Text

NINE = datetime(2027, 3, 1, 1, 0, tzinfo=UTC)
Standing = Literal["called", "serving", "over", "missed"]


def record(n: int, state: Standing = "called", *, recalls: int = 0) -> CallRecord:
    return CallRecord(
        call=n,
        ticket=f"A{n:03d}",
        window=WindowId("3"),
        zone=ZoneId("A"),
        letter="A",
        colour="#1F5FA8",
        short=Text("投资项目", "Investment"),
        called_at=NINE,
        at=NINE + timedelta(seconds=20 * recalls),
        recalls=recalls,
        state=state,
    )


def held(*records: CallRecord) -> Calls:
    return {each.call: each for each in records}


def heard(before: Calls, after: Calls, speed: float = 1.0) -> list[object]:
    return list(news(before, after, NINE + timedelta(seconds=30), speed))


def called(n: int, age_s: float, *, recalls: int = 0) -> Called:
    at = NINE + timedelta(seconds=20 * recalls)
    return Called(Call(n, f"A{n:03d}", WindowId("3"), ZoneId("A"), at), age_s)


def test_calls_come_in_the_order_in_which_they_were_made() -> None:
    records = {f"call/{n}": msgspec.to_builtins(record(n)) for n in (10, 9)}
    assert list(calls({"board": {}, **records})) == [9, 10]


def test_a_call_and_its_recall_are_told_with_their_ages() -> None:
    assert heard(held(), held(record(1))) == [called(1, 30)]
    assert heard(held(record(1)), held(record(1, recalls=1))) == [called(1, 10, recalls=1)]


def test_ages_are_real_seconds_however_fast_business_time_runs() -> None:
    assert heard(held(), held(record(1)), speed=10) == [called(1, 3)]


def test_a_call_that_is_served_already_is_told_still() -> None:
    assert heard(held(), held(record(1, "serving"))) == [called(1, 30)]


@pytest.mark.parametrize("state", ["over", "missed"])
def test_there_is_nobody_to_call_any_more(state: Standing) -> None:
    assert heard(held(record(1)), held(record(1, state))) == [Withdrawn(1)]


def test_a_call_that_was_undone_is_gone() -> None:
    assert heard(held(record(1)), held()) == [Withdrawn(1)]
    full = [record(n) for n in range(2, 14)]
    assert heard(held(*full), held(record(1, "over"), *full[:-1]))[0] == Withdrawn(13)


def test_a_call_that_newer_ones_push_out_of_a_full_list_is_not_withdrawn() -> None:
    before, after = held(*map(record, range(1, 13))), held(*map(record, range(2, 14)))
    assert Withdrawn(1) not in heard(before, after)
    assert called(13, 30) in heard(before, after)
