"""Documents as released programs published them are read for ever."""

from datetime import time
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from queue_server.engine.calendar import Span
from queue_server.engine.design import FaultyHall, design
from queue_server.engine.document import Reader
from queue_server.engine.version import digest, hall_of, written
from queue_server.wire.ids import ServiceId
from queue_server.wire.ticket import Text
from tests.fakes.hall import hall

RELEASED = sorted((Path(__file__).parent / "released").glob("*.json"))
"""One document for each shape that a release has published; a file is added with a new shape, and never changed."""


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.name)
def test_a_document_of_every_released_shape_is_a_hall(path: Path) -> None:
    hall = hall_of(path.read_text("utf-8"))
    assert [window.id for window in hall.windows] == ["1", "2", "3", "4", "5", "6"]
    assert all(hall.offered_at[service.id] for service in hall.services)


def test_the_first_shape_has_hours_and_nothing_that_came_later() -> None:
    hall = hall_of(RELEASED[0].read_text("utf-8"))
    assert hall.rules.hours == (Span(time(8, 30), time(12)), Span(time(13, 30), time(17)))
    assert {kind.id: (kind.group, kind.promise_min) for kind in hall.classes} == {
        "ordinary": ("ordinary", 15),
        "priority": ("priority", 10),
    }
    assert (hall.departments, hall.calendars, hall.outcomes, hall.staff, hall.roster) == ((),) * 5


def test_the_second_shape_has_a_calendar_departments_and_a_roster() -> None:
    hall = hall_of(RELEASED[1].read_text("utf-8"))
    assert (hall.rules.hours, hall.rules.calendar) == ((), "office")
    summer, winter = hall.calendars[0].seasons
    assert summer.tickets == (Span(time(8, 20), time(11, 40)), Span(time(14, 50), time(17, 40)))
    assert winter.service == (Span(time(8, 30), time(12)), Span(time(14, 30), time(17, 30)))
    assert [kind.promise_min for kind in hall.classes] == [15, 10, 10, 10, 10]
    assert [(one.id, one.delegated_to) for one in hall.services if one.delegated_to] == [
        ("purchase-tax", "traffic-police")
    ]
    assert [(duty.window, duty.clerk) for duty in hall.roster if duty.breaks] == [
        ("4", "zhaolei"),
        ("5", "chenjing"),
        ("6", "sunwei"),
    ]
    assert hall.service[ServiceId("plates")].then == ("fees", "collect")


def test_the_text_of_a_document_and_its_digest_never_change() -> None:
    document = msgspec.json.decode(RELEASED[0].read_bytes())
    assert digest(written(document)) == "fc4d23afb9ec15245b2c4786283f6785a73adecc10bc4a874b344bb85d80d26a"


def test_the_hall_of_a_faulty_document_is_told_by_its_faults() -> None:
    with pytest.raises(FaultyHall, match="name: It is missing"):
        design({})


def test_not_every_unknown_name_is_given_the_nearest_one_where_that_would_take_too_long() -> None:
    reader = Reader()
    known = [f"service-{n}" for n in range(1000)]
    for n in range(500):
        reader.unknown(f"[{n}]", f"servise-{n}", known, "业务", "service")
    hinted = [fault for fault in reader.faults if "nearest" in fault.text.en]
    assert (len(reader.faults), len(hinted)) == (500, 20)


def test_displays_of_one_title_are_told_apart_by_their_ids() -> None:
    plan = hall()
    lobby, other = plan.displays
    door = replace(lobby, id="door", title=Text("大厅", "Entrance"))
    assert replace(plan, displays=(lobby, door, other)).display_name == {
        "hall": Text("大厅（hall）", "Hall"),
        "door": Text("大厅（door）", "Entrance"),
        "b": Text("证照办理", "Certificates"),
    }
