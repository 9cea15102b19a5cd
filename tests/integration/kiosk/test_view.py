"""Every screen drawn with real pixels: no text is clipped, every button is large enough, every touch arrives."""

import gc
import time
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image
from pyzbar import pyzbar

from kiosk.model.event import Felt, Touched
from kiosk.model.look import Home
from kiosk.model.show import look
from queue_server.wire.face import tokens
from queue_server.wire.ticket import Language
from tests.integration.kiosk.conftest import Glass
from tests.integration.kiosk.judge import (
    LANGUAGES,
    PLAIN,
    buttons,
    clipped,
    hanging,
    small,
    stray,
    texts,
    visible,
    walk,
)
from tests.unit.kiosk.scene import SCENES, TRACK_URL

TOUCH_PX = tokens().space.kiosk_touch_least_px
LEAST_PX = 16
"""The smallest type on a 1080 x 1920 panel, for the name in the other language; everything to be read is larger."""


class Finger:
    """A finger on the glass, as Kivy tells of one."""

    def __init__(self, glass: Glass, x: float, y: float) -> None:
        from kivy.tests.common import UnitTestTouch

        self._touch = UnitTestTouch(x, y)
        self._glass = glass

    def down(self) -> "Finger":
        """It touches."""
        self._touch.touch_down()
        return self

    def up(self) -> None:
        """It leaves."""
        self._touch.touch_up()
        self._glass.frames(1)


def button(glass: Glass, control: str, key: str = "") -> Any:
    """The button of a control."""
    return next(b for b in buttons(glass.face) if (b.control, b.key) == (control, key))


def touches(glass: Glass) -> list[Touched]:
    """The buttons that were touched."""
    return [event for event in glass.touched if isinstance(event, Touched)]


def rest(glass: Glass, pressed: Any) -> None:
    """Wait until a button is up again: it stays down for some hundredths of a second, so that eyes see it."""
    ends = time.monotonic() + 30
    while pressed.state != "normal" and time.monotonic() < ends:
        glass.frames(1)
    assert pressed.state == "normal"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_clipped_and_every_button_is_large_enough(glass: Glass, language: Language) -> None:
    plain = [name for name, state in SCENES.items() if state.manner == PLAIN]

    def wrong() -> list[str]:
        face = glass.face
        return clipped(face) + small(face, LEAST_PX, TOUCH_PX) + hanging(face)

    assert walk(glass, plain, wrong, language) == {}


@pytest.mark.parametrize("size", [(1080, 1920), (768, 1366), (1920, 1080)])
def test_a_phone_reads_the_code_of_a_ticket_that_has_no_paper(glass: Glass, size: tuple[int, int]) -> None:
    glass.resize(*size)
    glass.show(look(SCENES["unprinted-code"]))
    [symbol] = [widget for widget in visible(glass.face) if type(widget).__name__ == "Symbol"]
    drawn = symbol.export_as_image().texture
    [seen] = pyzbar.decode(Image.frombytes("RGBA", drawn.size, drawn.pixels).convert("L"))
    assert seen.data.decode() == TRACK_URL
    glass.show(look(SCENES["unprinted"]))
    assert [widget for widget in visible(glass.face) if type(widget).__name__ == "Symbol"] == []


def test_a_text_too_long_for_its_place_would_be_found(glass: Glass) -> None:
    picture = look(SCENES["home"])
    assert isinstance(picture.body, Home)
    long = replace(picture.body.tiles[0], examples="一个说不完的例子" * 12)
    glass.show(replace(picture, body=replace(picture.body, tiles=(long, *picture.body.tiles[1:]))))
    assert len(clipped(glass.face)) == 1


def test_a_finger_on_a_tile_tells_its_zone_once(glass: Glass) -> None:
    for letter in "ABCDEFGHJK":
        glass.touched.clear()
        tile = button(glass, "zone", letter)
        finger = Finger(glass, *tile.to_window(*tile.center)).down()
        assert touches(glass) == []
        finger.up()
        assert touches(glass) == [Touched("zone", letter)]
        assert Felt() in glass.touched


def test_a_pressed_tile_shows_it_in_the_very_next_picture(glass: Glass) -> None:
    tile = button(glass, "zone", "F")
    rest(glass, tile)
    x, y = tile.right - 30, tile.y + 12
    before = glass.pixel(x, y)
    finger = Finger(glass, *tile.center).down()
    glass.frames(1)
    pressed = glass.pixel(x, y)
    finger.up()
    assert before == (255, 255, 255)
    assert pressed[0] < 235


def test_a_finger_that_slides_off_a_tile_takes_nothing(glass: Glass) -> None:
    from kivy.tests.common import UnitTestTouch

    tile, other = button(glass, "zone", "A"), button(glass, "zone", "K")
    touch = UnitTestTouch(*tile.center)
    touch.touch_down()
    touch.touch_move(*other.center)
    touch.touch_up()
    assert touches(glass) == []


def test_a_long_press_is_one_touch_when_it_is_let_go(glass: Glass) -> None:
    tile = button(glass, "zone", "C")
    finger = Finger(glass, *tile.center).down()
    glass.frames(60)
    assert touches(glass) == []
    finger.up()
    glass.frames(10)
    assert touches(glass) == [Touched("zone", "C")]


def test_ten_fingers_on_one_button_are_told_and_none_of_them_is_lost_on_it(glass: Glass) -> None:
    tile = button(glass, "zone", "C")
    fingers = [Finger(glass, tile.center_x + n * 4, tile.center_y).down() for n in range(10)]
    for finger in fingers:
        finger.up()
    assert set(touches(glass)) == {Touched("zone", "C")}
    rest(glass, tile)


def test_a_finger_beside_every_button_is_felt_and_touches_nothing(glass: Glass) -> None:
    Finger(glass, 5, 1000).down().up()
    assert glass.touched == [Felt()]


def test_a_paused_zone_and_a_lost_link_cannot_be_touched(glass: Glass) -> None:
    glass.show(look(SCENES["home-offline"]))
    assert {b.control for b in buttons(glass.face)} == {"language", "way"}
    Finger(glass, 300, 1000).down().up()
    assert touches(glass) == []


@pytest.mark.parametrize(
    "name, control",
    [
        ("services", "back"),
        ("bring", "take"),
        ("bring-options", "priority"),
        ("bring-count", "fewer"),
        ("bring-count", "more"),
        ("bring-options", "add"),
        ("adding", "search"),
        ("classes", "class"),
        ("card-ask", "number"),
        ("card-ask", "skip"),
        ("number-wrong", "skip"),
        ("agree", "take"),
        ("ticket-asked", "staff"),
        ("staff-naming-long", "enter"),
        ("staff-proving", "erase"),
        ("ticket", "done"),
        ("unprinted", "noted"),
        ("unprinted", "give_up"),
        ("problem", "understood"),
        ("home", "language"),
        ("home", "search"),
        ("home", "mine"),
        ("home-enquiry", "enquiry"),
        ("claiming-typed", "enter"),
    ],
)
def test_each_screens_button_tells_its_control(glass: Glass, name: str, control: str) -> None:
    glass.show(look(SCENES[name]))
    pressed = button(glass, control)
    Finger(glass, *pressed.to_window(*pressed.center)).down().up()
    assert touches(glass) == [Touched(control)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name, control, keys",
    [
        ("bring-options", "need", ["wheelchair", "hearing", "english"]),
        ("classes", "class", ["military", "senior", "disability", "maternity", "patient"]),
        ("search-many", "key", list("qaz")),
        ("search-few", "service", ["c-pay"]),
        ("number", "key", list("10X")),
        ("number-wrong", "erase", ["", "all"]),
        ("agree-proven", "class", ["senior"]),
        ("claiming", "key", list("1QM")),
        ("mine-waiting", "act", ["reprint", "defer", "cancel"]),
        ("mine-rate", "level", list("54321")),
        ("staff-deciding", "reason", ["seen", "known", "no_proof", "not_met", "withdrawn"]),
        ("staff-naming-known", "known", ["0", "1", "2"]),
        ("staff-naming", "key", list("1pa._")),
        ("staff-proving", "key", list("150")),
    ],
)
def test_a_finger_on_one_of_several_tells_which(
    glass: Glass, name: str, control: str, keys: list[str]
) -> None:
    glass.show(look(SCENES[name]))
    for key in keys:
        pressed = button(glass, control, key)
        Finger(glass, *pressed.to_window(*pressed.center)).down().up()
    assert touches(glass) == [Touched(control, key) for key in keys]  # type: ignore[arg-type]


def test_a_pad_that_rests_cannot_be_touched(glass: Glass) -> None:
    for name in ("staff-waiting", "staff-asking"):
        glass.show(look(SCENES[name]))
        assert {b.control for b in buttons(glass.face)} == {"back", "language"}


def test_a_text_has_a_picture_no_larger_than_itself_and_none_off_stage(glass: Glass) -> None:
    from kiosk.view.piece import Say

    def drawn(screen: Any) -> dict[Any, tuple[int, int]]:
        says = [widget for widget in screen.walk(restrict=True) if isinstance(widget, Say)]
        return {say: say.texture.size for say in says if say.texture is not None}

    glass.show(look(SCENES["services"]))
    services = glass.face.ids.area.children[0]
    before = drawn(services)
    seen = {w: before[w] for w in texts(services) if isinstance(w, Say)}
    assert len(seen) > 10
    assert [w.text for w, (wide, high) in seen.items() if wide > w.width + 1 or high > w.height + 1] == []
    assert sum(wide * high for wide, high in seen.values()) < 0.6 * sum(w.width * w.height for w in seen)
    glass.show(look(SCENES["bring"]))
    assert drawn(services) == {}
    glass.show(look(SCENES["services"]))
    assert drawn(services) == before


def test_a_text_that_lost_its_place_is_not_seen_any_more(glass: Glass) -> None:
    glass.show(look(SCENES["bring-visit"]))
    glass.show(look(SCENES["bring-count"]))
    assert stray(glass.face) == []


def test_a_zone_s_name_falls_into_even_lines_and_none_of_its_words_is_broken(glass: Glass) -> None:
    from kiosk.view.piece import Name, even, measured
    from kiosk.view.theme import theme

    name, size, room = "Intermediary Services and Assistance", 30, 500.0
    width = even(name, theme.bold, size, room)
    assert width < room
    assert measured(name, theme.bold, size, width)[1] == measured(name, theme.bold, size, room)[1]
    assert measured(name, theme.bold, size, width - 1)[1] > measured(name, theme.bold, size, width)[1]
    longest = measured("Organisation", theme.bold, size, None)[0]
    assert even("An Organisation", theme.bold, size, longest + 9) >= longest
    assert even("社会保障服务区", theme.bold, size, 120.0) == 120, "a text without spaces keeps its room"
    glass.show(look(replace(SCENES["home-alone"], language="en")))
    said = [w for w in texts(glass.face) if isinstance(w, Name) and w.text == name]
    assert [w.room[0] < w.width for w in said] == [True]


def test_what_a_screen_has_dropped_is_kept_by_nobody(glass: Glass) -> None:
    from kiosk.view.piece import Drawn
    from kiosk.view.theme import theme

    def kept() -> tuple[int, int]:
        # The ticket's screen is made when the kiosk has rested a while: shown, it is there in every round.
        for name in ("ticket", "search-many", "search", "services", "home"):
            glass.show(look(SCENES[name]))
        gc.collect()
        listening = sum(len(list(theme.get_property_observers(name))) for name in theme.properties())
        return len(Drawn.ALL), listening

    kept()
    once = kept()
    assert once[0] > 100
    assert kept() == once


@pytest.mark.parametrize("name", ["home", "home-common", "services", "search", "ticket", "number"])
def test_a_screen_is_drawn_hardly_more_than_once_over(glass: Glass, name: str) -> None:
    """Where no graphics card draws, a finger is answered as late as all of it takes."""
    from kivy.graphics import BorderImage, Instruction, Rectangle
    from kivy.graphics.instructions import InstructionGroup

    from kiosk.view.piece import Press

    def drawn(what: Instruction) -> float:
        if isinstance(what, InstructionGroup):
            return sum(map(drawn, what.children))
        return what.size[0] * what.size[1] if isinstance(what, BorderImage | Rectangle) else 0.0

    glass.show(look(SCENES[name]))
    for pressed in (each for each in glass.face.walk() if isinstance(each, Press)):
        rest(glass, pressed)  # a finger of the test before is drawn too
    width, height = glass.face.size
    assert 0.2 < drawn(glass.window.canvas) / (width * height) < 1.7


def test_an_icon_has_one_picture_however_often_it_is_seen(glass: Glass) -> None:
    from kivy.cache import Cache

    from kiosk.view.piece import Icon

    glass.show(look(SCENES["services"]))
    Cache.remove("kv.texture")  # as it does by itself after a minute
    glass.show(look(SCENES["search-many"]))
    both = [w for screen in glass.face._screens.values() for w in screen.walk(restrict=True)]
    icons = [w for w in both if isinstance(w, Icon) and w.name == "next"]
    assert len(icons) > 5
    assert len({id(w.texture) for w in icons}) == 1


def test_a_screen_follows_its_look_without_being_made_anew(glass: Glass) -> None:
    screen = glass.face.ids.area.children[0]
    tile = button(glass, "zone", "B")
    glass.show(look(SCENES["home-paused"]))
    assert glass.face.ids.area.children[0] is screen
    assert not tile.on
    glass.show(look(SCENES["home"]))
    assert tile.on
