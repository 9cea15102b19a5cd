"""What a panel of a few rows shows: who is asked, who is there, and who else is asked at the same time."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import msgspec

from displays.model.panel import ASKED_S, BLINKS, TURN_S, Board, Row
from queue_server.wire.board import BoardRecord, CallRecord
from queue_server.wire.ids import WindowId, ZoneId
from queue_server.wire.ticket import Text

NINE = datetime(2027, 3, 1, 1, 0, tzinfo=UTC)
Standing = Literal["called", "serving", "over", "missed"]
IDLE = Row(("欢迎光临",))
NOTHING = Row(("",))


def call(n: int, at_s: float = 0, state: Standing = "called", *, recalls: int = 0) -> CallRecord:
    at = NINE + timedelta(seconds=at_s)
    return CallRecord(
        call=n,
        ticket=f"A{n:03d}",
        window=WindowId(str(n)),
        zone=ZoneId("A"),
        letter="A",
        colour="#1F5FA8",
        short=Text("投资项目", "Investment"),
        called_at=at,
        at=at,
        recalls=recalls,
        state=state,
    )


def records(*calls: CallRecord, idle: Text | None = None) -> dict[str, Any]:
    board = BoardRecord(display="hall", title=Text("大厅", "Hall"), zones=(ZoneId("A"),), idle=idle)
    return {
        "board": msgspec.to_builtins(board),
        **{f"call/{each.call}": msgspec.to_builtins(each) for each in calls},
    }


def see(board: Board, seen: dict[str, Any], after_s: float = 0, *, stale: bool = False) -> dict[int, str]:
    """The fullest wording of each row that is new; blinking rows with a star."""
    rows = board.see(seen, NINE + timedelta(seconds=after_s), 100 + after_s, stale=stale)
    return {n: row.wordings[0] + ("*" if row.blinks else "") for n, row in rows.items()}


def test_a_panel_where_nobody_is_called_greets_in_the_halls_own_words() -> None:
    assert see(Board(2), records()) == {0: "欢迎光临", 1: ""}
    assert see(Board(1), records(idle=Text("请取号", "Take a ticket"))) == {0: "请取号"}
    assert see(Board(1, "en"), records()) == {0: "Welcome"}


def test_a_new_call_blinks_at_the_top_and_is_told_once() -> None:
    board = Board(2)
    assert see(board, records(call(1))) == {0: "请A001号到1号窗口*", 1: ""}
    assert see(board, records(call(1)), 1) == {}
    assert see(board, records(call(1), call(2, 2)), 2) == {0: "请A002号到2号窗口*", 1: "请A001号到1号窗口"}


def test_a_recall_blinks_again_and_an_old_call_never_does() -> None:
    board = Board(1)
    see(board, records(call(1)))
    assert see(board, records(call(1, 20, recalls=1)), 20) == {0: "请A001号到1号窗口*"}
    assert see(Board(1), records(call(1)), 30) == {0: "请A001号到1号窗口"}


def test_who_was_called_a_minute_ago_or_is_served_stands_below_those_who_are_asked() -> None:
    board = Board(3)
    seen = records(call(1), call(2, 50, "serving"), call(3, 55))
    assert see(board, seen, 61) == {0: "请A003号到3号窗口*", 1: "A002 在2号窗口", 2: "A001 在1号窗口"}


def test_it_is_looked_at_again_when_somebody_is_asked_no_more() -> None:
    board = Board(1)
    see(board, records(call(1)), 10)
    assert board.due == 100 + ASKED_S
    assert see(board, records(call(1)), ASKED_S) == {0: "A001 在1号窗口"}
    assert board.due is None


def test_who_is_served_already_or_did_not_come_is_asked_no_more() -> None:
    seen = records(call(1, 0, "over"), call(2, 0, "missed"))
    assert see(Board(1), seen, 1) == {0: "欢迎光临"}


def test_when_more_are_asked_than_there_are_rows_they_take_turns_and_nobody_is_left_out() -> None:
    board = Board(2)
    seen = records(*(call(n) for n in range(1, 6)))
    told = [set(see(board, seen, 0).values())]
    assert board.due is not None
    assert board.due == 100 + TURN_S
    for turn in range(1, 3):
        told.append(set(see(board, seen, turn * TURN_S).values()))
        assert board.due == 100 + (turn + 1) * TURN_S
    numbers = {text[1:5] for rows in told for text in rows if text.startswith("请")}
    assert numbers == {"A001", "A002", "A003", "A004", "A005"}


def test_a_panel_that_may_be_out_of_date_says_so_in_its_last_row_and_does_not_blink() -> None:
    board = Board(2)
    see(board, records(call(1)))
    assert see(board, records(call(1)), 1, stale=True) == {1: "显示可能不是最新，请留意语音或咨询工作人员"}
    assert see(board, records(call(1)), 2) == {1: ""}
    assert see(Board(1), {}, stale=True) == {0: "显示可能不是最新，请留意语音或咨询工作人员"}


def test_ages_are_real_seconds_however_fast_business_time_runs() -> None:
    rows = Board(1).see(records(call(1)), NINE + timedelta(seconds=70), 100, speed=10)
    assert rows[0].blinks == BLINKS
