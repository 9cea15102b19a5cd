"""The shipped hall on the kiosk's glass: every name, example and thing to bring stands in its place."""

from dataclasses import replace

import pytest

from kiosk.model.event import PrinterChanged
from kiosk.model.look import Bring
from kiosk.model.show import look
from queue_server.wire.ticket import Language
from tests.integration.kiosk.conftest import SIZE, Glass
from tests.integration.kiosk.judge import LANGUAGES, clipped, crossing
from tests.unit.kiosk.shipped import PLAN, open_shipped


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_the_shipped_hall_is_clipped(glass: Glass, language: Language) -> None:
    home = open_shipped().state
    glass.show(look(replace(home, language=language)))
    assert clipped(glass.face) == []
    for zone in PLAN.zones:
        offered = open_shipped().touch("zone", zone.id)
        glass.show(look(replace(offered.state, language=language)))
        assert clipped(glass.face) == [], zone.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_is_to_be_brought_stands_on_the_glass(glass: Glass, language: Language) -> None:
    for service in PLAN.services:
        if service.bring.zh:
            asked = open_shipped().touch("zone", service.zone).touch("service", service.id)
            picture = look(replace(asked.state, language=language))
            assert isinstance(picture.body, Bring)
            glass.show(picture)
            assert clipped(glass.face) == [], service.id


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [SIZE, (1920, 1080), (1280, 800)])
def test_a_visit_stands_in_its_place_also_under_a_banner(
    glass: Glass, size: tuple[int, int], language: Language
) -> None:
    glass.resize(*size)
    for kiosk in (open_shipped(), open_shipped() >> PrinterChanged("no_paper")):
        asked = kiosk.touch("zone", "D").touch("service", "property")
        glass.show(look(replace(asked.state, language=language, tall=size == SIZE)))
        assert clipped(glass.face) == []
        assert crossing(glass.face) == []
