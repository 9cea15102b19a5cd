"""Kiosks on real screens, their printers and a server: whatever happens, paper, journals and server agree afterwards.

One hall is started for all: each story leaves it as it found it, with more tickets.
"""

from collections.abc import Iterator

import pytest

from tests.e2e.lobby import ZONES, Lobby

pytestmark = pytest.mark.glass
CLOCK = "2026-11-23T08:00:00+08:00@120"
"""At eight; an hour passes while each kiosk issues thirty tickets."""
EASY, OTHERS = (90, 853), (135, 770)
"""Where 长辈版 and 其他业务 are."""
LARGE = dict(zip("ABCD", ((58, 190), (58, 320), (58, 455), (58, 585)), strict=True))
"""The services of the elders' home screen, one above the other: the edge of each has its zone's colour."""
FEW = {(40, 480): ZONES["A"], (320, 480): ZONES["B"], (40, 870): ZONES["C"], (320, 870): ZONES["D"]}
"""The zones in few words, larger, where others have 长辈版."""


@pytest.fixture(scope="module")
def lobby(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lobby]:
    """Everything at work."""
    made = Lobby(tmp_path_factory.mktemp("lobby"), CLOCK)
    yield made
    made.cut()


def test_an_elder_takes_a_ticket_with_one_large_touch_and_the_next_visitor_finds_the_usual_screen(
    lobby: Lobby,
) -> None:
    kiosk, _ = lobby.posts
    large = {place: ZONES[letter] for letter, place in LARGE.items()}
    kiosk.press(EASY, lambda: kiosk.shows(large), "the elders' version")
    assert kiosk.take(LARGE["C"])[0] == "C"
    kiosk.done()
    kiosk.press(EASY, lambda: kiosk.shows(large), "the elders' version")
    kiosk.press(OTHERS, lambda: kiosk.shows(FEW), "the zones")
    assert kiosk.take((400, 800))[0] == "D"
    kiosk.done()
    lobby.settle()
