"""Tickets of the shipped hall, as the kiosk prints them."""

import msgspec
import pytest

from devices.codec.profile.printer import named
from devices.driver.layout import Row, columns, layout
from devices.driver.paper import encode
from devices.driver.paper import ticket as printed
from kiosk.model.slip import slip
from queue_server.wire.ticket import Language, Step
from tests.unit.kiosk.shipped import PLAN, open_shipped, visit


@pytest.mark.parametrize("name", ["escpos-58", "escpos-80"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_ticket_of_every_shipped_service_says_all_of_it(name: str, language: Language) -> None:
    model = named(name)
    kiosk = open_shipped().state
    for service in PLAN.services:
        paper = slip(kiosk, visit(service.id, language=language))
        rows = [part for part in layout(paper, model.columns) if isinstance(part, Row)]
        assert all(columns(row.text) * row.width <= model.columns for row in rows), service.id
        text = "".join(row.text for row in rows).replace(" ", "")
        visited = [PLAN.service[one] for one in (service.id, *service.then)]
        said = [text.of(language) for one in visited for text in (one.name, one.bring)]
        assert all(words.replace(" ", "") in text for words in said), service.id
        assert printed(paper, model) == encode(layout(paper, model.columns), model), (
            f"{service.id} is cut short"
        )


@pytest.mark.parametrize("name", ["escpos-58", "escpos-80"])
def test_a_visit_of_five_services_tells_in_chinese_what_each_of_them_needs(name: str) -> None:
    model, kiosk = named(name), open_shipped().state
    for first in range(len(PLAN.services) - 4):
        keys = [one.id for one in PLAN.services[first : first + 5]]
        steps = tuple(Step(key, PLAN.service[key].zone, "waiting") for key in keys)
        paper = slip(kiosk, msgspec.structs.replace(visit(keys[0]), steps=steps))
        assert [stop.bring for stop in paper.steps] == [PLAN.service[key].bring.zh for key in keys]
        assert printed(paper, model) == encode(layout(paper, model.columns), model), f"{keys} is cut short"


def test_only_a_visit_of_several_steps_names_them() -> None:
    kiosk = open_shipped().state
    assert slip(kiosk, visit("enquiry")).steps == ()
    named = [(stop.service, stop.letter) for stop in slip(kiosk, visit("property")).steps]
    assert named == [("不动产登记", "D"), ("统一收费", "D"), ("取件发证", "B")]
