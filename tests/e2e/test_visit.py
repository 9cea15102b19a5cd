"""Visits to a kiosk on a real screen with the shipped hall, touch by touch: what is asked for is printed, kept and served."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from tests.e2e.hall import FIRST_SERVICE, PASSWORD, TAKE, ZONE_A, Hall, home
from tests.e2e.house import until
from tests.e2e.lobby import kept

pytestmark = pytest.mark.glass
ADD, SECOND_SERVICE = (260, 1675), (542, 760)
"""再办一项, and the second of a zone's services."""
ALSO_A, ALSO_B = (286, 470), (800, 470)
"""The zones where one more matter is chosen."""
NOTED = (540, 1560)
"""我已记下."""


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A server, a printer and a kiosk."""
    house = Hall(tmp_path_factory.mktemp("visit"))
    try:
        for part in ("server", "printer", "kiosk"):
            house.begin(part)
        house.boss = house.server.login("boss", PASSWORD)
        yield house
    finally:
        house.cut()


def test_three_services_in_two_zones_are_one_ticket_with_its_steps_in_order(hall: Hall) -> None:
    _touch(hall, ZONE_A, FIRST_SERVICE, ADD, ALSO_A, SECOND_SERVICE, ADD, ALSO_B, FIRST_SERVICE)
    hall.glass.tap(TAKE)
    paper = _paper(hall)
    ticket = _settled(hall, "printed")
    first, second, third = ticket["steps"]
    assert [step["zone"] for step in ticket["steps"]] == ["A", "A", "B"]
    assert [step["state"] for step in ticket["steps"]] == ["waiting", "planned", "planned"]
    names = [_name(hall, step["service"]) for step in (first, second, third)]
    assert ticket["number"] in paper
    assert sorted(names, key=paper.index) == names, "the paper names them in this order"


def test_paper_that_ends_while_somebody_chooses_costs_no_turn(hall: Hall) -> None:
    printer = hall.programs["printer"]
    _touch(hall, ZONE_A, FIRST_SERVICE)
    printer.write("paper out")
    _touch(hall, TAKE, first=False)
    ticket = _settled(hall, "failed")
    assert ticket["state"] == "waiting", "who has no paper waits like everybody"
    _touch(hall, NOTED, first=False)
    printer.write("paper ok")
    hall.touch()
    assert _settled(hall, "printed")["number"] in _paper(hall)
    assert hall.tickets()[-2] == ticket


def _touch(hall: Hall, *places: tuple[int, int], first: bool = True) -> Image.Image:
    """Touch one place after the other, each once what the one before led to is there; the `first` stands on the home screen."""
    now = hall.glass.rested(home, "the home screen") if first else hall.glass.look()
    for place in places:
        hall.glass.tap(place)
        now = hall.glass.changed(now)
    return now


def _paper(hall: Hall) -> str:
    """What stands on the paper that comes out."""
    text: str = json.loads(hall.programs["printer"].expect(lambda line: '"printed"' in line))["text"]
    return text


def _settled(hall: Hall, paper: str) -> dict[str, Any]:
    """The newest ticket, once its paper is told and kiosk and server agree on every ticket."""

    def agreed() -> bool:
        there = [(each["id"], each["number"], each["paper"]) for each in hall.tickets()]
        entries = kept(hall.folder / "kiosk").entries
        here = [(each.take.id, each.number, each.paper) for each in entries]
        return here == there and all(each.told for each in entries) and here[-1][-1] == paper

    until(agreed, f"kiosk and server to agree, and the paper to be {paper}")
    return hall.tickets()[-1]


def _name(hall: Hall, service: str) -> str:
    """A service's name."""
    services = hall.server.ask("GET", "/services", hall.boss).json
    name: str = next(each["name"]["zh"] for each in services if each["id"] == service)
    return name
