"""Every screen for everybody: in each language, larger, lower, in strong contrast, and on panels that lie."""

from dataclasses import replace

import pytest
from PIL import ImageChops

from kiosk.model.manner import Manner
from kiosk.model.show import look
from queue_server.wire.face import tokens
from queue_server.wire.ticket import Language
from tests.integration.kiosk import judge
from tests.integration.kiosk.conftest import Glass
from tests.unit.kiosk.scene import SCENES

EASY_PX = 30
"""The least type of the elders' version: 11 mm on a panel of 32 inches."""
LOW_PX = 22
"""The same in half of the panel: 8 mm, as 30 px have at 96 dpi."""
PLAIN_PX = 16
TOUCH_PX = tokens().space.kiosk_touch_least_px
"""26 mm there."""
VOICE = Manner(voice=True)
MANNERS = {
    "voice": VOICE,
    "easy": Manner(easy=True, voice=True),
    "low": Manner(low=True, voice=True),
    "easy and low": Manner(easy=True, low=True, voice=True),
}
"""Each with the buttons of what is read aloud: without them there is more room."""
EASY = Manner(easy=True)
PANELS = ((768, 1366), (1080, 1440), (1920, 1080), (1280, 800))
LYING = PANELS[2:]

SCREENS = (
    "home", "home-no-paper", "home-partly", "home-enquiry", "services-pages", "search-many", "search-common",
    "bring-visit", "bring-asked", "bring-nothing",
    "bring-ending", "adding", "bring-added-most", "bring-count-options", "ticket-added",
    "claiming-early", "claiming-wait", "mine-waiting", "mine-deferred", "mine-missed", "mine-sure", "mine-rate",
    "mine-needing", "mine-none-able", "mine-ways", "mine-ways-known", "mine-bound",
    "helping", "helping-coming",
    "classes-chosen", "card-other", "number-wrong", "agree-proven", "taking-slow", "ticket-asked", "ticket-long", "staff-deciding",
    "staff-naming-known", "staff-offline", "unprinted", "unprinted-code", "problem", "woken", "others",
)  # fmt: skip
"""One of each kind of screen, with as much on it as there can be."""

PAINTED = (
    "home-partly",
    "services",
    "bring-count-options",
    "classes-chosen",
    "number-wrong",
    "ticket-asked",
    "mine-rate",
    "unprinted-code",
)
"""Those that have every colour between them."""
SPLIT = (
    "home-enquiry",
    "services-pages",
    "search-many",
    "number-wrong",
    "claiming-typed",
    "staff-naming-known",
)
"""Those whose halves have other heights when they are low."""


@pytest.mark.parametrize("language", judge.LANGUAGES)
@pytest.mark.parametrize("name", MANNERS)
def test_every_screen_suits_whoever_stands_before_it(glass: Glass, name: str, language: Language) -> None:
    manner, face = MANNERS[name], glass.face
    least = PLAIN_PX if not manner.easy else LOW_PX if manner.low else EASY_PX

    def wrong() -> list[str]:
        found = judge.clipped(face) + judge.crossing(face) + judge.small(face, least, TOUCH_PX)
        found += judge.hanging(face) + judge.leaving(face)
        return found + (judge.high(face) if manner.low else [])

    assert judge.walk(glass, SCREENS, wrong, language, manner) == {}


@pytest.mark.parametrize("size", PANELS)
def test_the_screens_follow_other_panels(glass: Glass, size: tuple[int, int]) -> None:
    glass.resize(*size)

    def wrong() -> list[str]:
        face = glass.face
        return judge.clipped(face) + judge.crossing(face) + judge.hanging(face) + judge.leaving(face)

    assert judge.walk(glass, SCREENS, wrong, "en", VOICE) == {}
    assert size not in LYING or judge.walk(glass, SCREENS, wrong, "zh") == {}
    assert size not in LYING or judge.walk(glass, SCREENS, wrong, "en", MANNERS["easy"]) == {}


@pytest.mark.parametrize("size", [(1080, 1920), *PANELS])
def test_the_technician_reads_how_the_kiosk_is_and_its_log_on_every_panel(
    glass: Glass, size: tuple[int, int]
) -> None:
    from kiosk.view.theme import theme

    glass.resize(*size)

    def wrong() -> list[str]:
        face = glass.face
        (screen,) = [one for one in judge.visible(face) if type(one).__name__ == "UpkeepScreen"]
        found = judge.clipped(face) + judge.crossing(face)
        return found + judge.small(screen, tokens().type.kiosk_px * theme.u, 0)

    for language in judge.LANGUAGES:
        assert judge.walk(glass, ("upkeep", "upkeep-away", "upkeep-log"), wrong, language) == {}


@pytest.mark.parametrize("manner", [Manner(), Manner(contrast=True)])
def test_every_text_can_be_told_from_its_ground(glass: Glass, manner: Manner) -> None:
    assert judge.walk(glass, PAINTED, lambda: judge.faint(glass), manner=manner) == {}


def test_a_screen_turns_back_for_the_next_visitor(glass: Glass) -> None:
    before = glass.picture()
    glass.show(look(replace(SCENES["home"], manner=Manner(easy=True, low=True, contrast=True))))
    assert ImageChops.difference(glass.picture(), before).getbbox() is not None
    glass.show(look(SCENES["home"]))
    assert ImageChops.difference(glass.picture(), before).getbbox() is None, "where it differs"


@pytest.mark.parametrize("manner", [Manner(), EASY])
def test_a_screen_that_was_made_before_somebody_sat_is_whole_for_whoever_stands_next(
    glass: Glass, manner: Manner
) -> None:
    def wrong() -> list[str]:
        return judge.clipped(glass.face) + judge.crossing(glass.face)

    assert judge.walk(glass, SPLIT, wrong, manner=manner) == {}
    judge.walk(
        glass, ["home"], list, manner=Manner(low=True)
    )  # the others are laid out by what they cannot see
    assert judge.walk(glass, SPLIT, wrong, manner=manner) == {}


def test_what_is_wrong_with_a_screen_is_found(glass: Glass) -> None:
    from kiosk.view.piece import Icon

    state = replace(SCENES["bring-asked"], manner=Manner())
    glass.show(look(state))
    assert judge.high(glass.face) == []
    glass.show(look(SCENES["home"]))
    assert len(judge.high(glass.face)) == 7, "six tiles and the search"
    assert judge.small(glass.face, EASY_PX, 120) != []
    assert judge.leaving(glass.face) == []
    icon = next(one for one in judge.visible(glass.face) if isinstance(one, Icon) and one.texture)
    size = tuple(icon.size)
    icon.size = icon.parent.height + 10, icon.parent.height + 10
    assert len(judge.leaving(glass.face)) == 1
    icon.size = size
    label = judge.texts(glass.face)[0]
    colour, place = tuple(label.color), tuple(label.pos)
    label.color = (0.97, 0.96, 0.94, 1) if label.color[0] < 0.5 else (0.1, 0.1, 0.1, 1)
    label.pos = (label.x, label.y + 40)
    glass.frames(1)
    assert judge.faint(glass) != [] or judge.crossing(glass.face) != []
    label.color, label.pos = colour, place  # the glass is the next test's too
