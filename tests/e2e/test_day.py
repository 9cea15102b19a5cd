"""A whole drawn day through HTTP and websockets, at full speed."""

from pathlib import Path

import pytest

from tests.e2e.house import Server
from tests.soak.day import DAY, LATE, Day, judge, opening, play

TICKETS = 1300


@pytest.mark.timeout(240)
async def test_a_drawn_day_of_1300_tickets_ends_with_nobody_lost_and_a_log_that_tells_all(
    tmp_path: Path,
) -> None:
    hall, cast = play(tmp_path)
    server = Server(tmp_path, opening(DAY)).start()
    try:
        day = Day(server, hall, cast, DAY, TICKETS, seed=7)
        await day.live()
        events = await day.told()
    finally:
        assert server.stop() == 0
    ended = judge([day], events, tmp_path)
    assert ended.total() == TICKETS
    assert ended["served"] > 0.8 * TICKETS
    assert ended["cancelled"] > 0
    assert ended["expired"] >= LATE
    assert f"{len(events)} · seq {events[-1].seq} · " in server.line("verify")
