"""Days and halls of files, as the engine gets them."""

import json
from datetime import timedelta

from queue_server.engine.roster import of_day
from queue_server.simulation.file import FIRST, days, opening, plan
from queue_server.wire.ids import ServiceId, WindowId

HALL = {
    "zones": ["社会保障", "证照办理"],
    "services": [{"id": 0, "zone": 0}, {"id": 7, "zone": 1}],
    "windows": [
        {"id": 3, "zone": 0, "skills": [0, 7], "speed": 1.25, "lunch": [60, 90.5]},
        {"id": 4, "zone": 1, "skills": [7], "speed": 1, "staffed": False},
    ],
    "ticket_close": 450,
}
PLAN = plan(json.dumps(HALL).encode())
HEAD = "day,arrival_min,service,class,no_show,work_min\n"


def test_only_staffed_windows_are_in_the_hall_and_their_breaks_are_in_its_roster() -> None:
    hall = PLAN.hall("promise")
    assert [(window.id, window.services) for window in hall.windows] == [("3", ("0", "7"))]
    (duty,) = of_day(hall, FIRST)
    assert [(str(span.start), str(span.end)) for span in duty.breaks] == [("10:00:00", "10:30:30")]
    (post,) = PLAN.posts(FIRST)
    begin = opening(FIRST)
    assert post.window == WindowId("3")
    assert post.off == ((begin + timedelta(minutes=60), begin + timedelta(minutes=90.5)),)


def test_the_guard_is_there_under_promise_alone() -> None:
    assert PLAN.hall("promise").rules.guard_min == 60
    assert PLAN.hall("strict").rules.guard_min == 0


def test_each_day_of_a_file_has_a_date_of_its_own_however_its_rows_stand() -> None:
    found = days([HEAD, "9,5,7,3,0,4\n", "8,1,0,0,1,4\n", "9,2,0,1,0,4\n"], PLAN)
    assert [(day.name, day.date) for day in found] == [("9", FIRST), ("8", FIRST + timedelta(days=1))]
    assert [(n, visit.service) for n, visit in found[0].visits] == [(1, ServiceId("0")), (0, ServiceId("7"))]
    assert found[1].visits[0][1].missed
