"""Say for each fault of what the glass keeps in memory and draws whether its check finds it: `NAME found` or `NAME missed`.

`python -m tests.sabotage.planted.memory FOLDER`. A process has one window.
"""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from kiosk.app.window import prepare
from kiosk.model.show import look
from tests.integration.kiosk import test_view
from tests.integration.kiosk.conftest import SIZE, Glass
from tests.unit.kiosk.scene import SCENES

Plant = Callable[[pytest.MonkeyPatch], None]


def _kept_off_stage(patch: pytest.MonkeyPatch) -> None:
    from kiosk.view import face

    patch.setattr(face, "redraw", lambda *_: None)


def _as_large_as_its_place(patch: pytest.MonkeyPatch) -> None:
    from kiosk.view.piece import Ink

    patch.delattr(Ink, "render")


def _stays_without_a_place(patch: pytest.MonkeyPatch) -> None:
    from kiosk.view.piece import Say

    draw = Say._draw

    def _draw(say: Any, *_: object) -> None:
        if say.seen:
            draw(say)

    patch.setattr(Say, "_draw", _draw)


def _each_listens_to_the_theme(patch: pytest.MonkeyPatch) -> None:
    from kiosk.view.piece import Text
    from kiosk.view.theme import theme

    made = Text.__init__

    def listening(text: Any, **kwargs: Any) -> None:
        made(text, **kwargs)
        theme.bind(type=text._draw)

    patch.setattr(Text, "__init__", listening)


def _drawn_for_each(patch: pytest.MonkeyPatch) -> None:
    from kiosk.view import piece

    patch.setattr(piece, "drawing", piece.drawing.__wrapped__)


def _drawn_unseen(patch: pytest.MonkeyPatch) -> None:
    from kiosk.view.piece import Layer
    from kiosk.view.theme import Colour

    lay = Layer.lay

    def laid(layer: Any, colour: Colour, shape: Any, box: Any) -> None:
        red, green, blue, alpha = colour
        lay(layer, (red, green, blue, alpha or 0.001), shape, box)

    patch.setattr(Layer, "lay", laid)


def _home_drawn(glass: Any) -> None:
    test_view.test_a_screen_is_drawn_hardly_more_than_once_over(glass, "home")


text = test_view.test_a_text_has_a_picture_no_larger_than_itself_and_none_off_stage
lost = test_view.test_a_text_that_lost_its_place_is_not_seen_any_more
dropped = test_view.test_what_a_screen_has_dropped_is_kept_by_nobody
icon = test_view.test_an_icon_has_one_picture_however_often_it_is_seen
PLANTS: dict[str, tuple[Plant, Callable[[Any], None]]] = {
    "kept_off_stage": (_kept_off_stage, text),
    "as_large_as_its_place": (_as_large_as_its_place, text),
    "stays_without_a_place": (_stays_without_a_place, lost),
    "each_listens_to_the_theme": (_each_listens_to_the_theme, dropped),
    "drawn_for_each": (_drawn_for_each, icon),
    "drawn_unseen": (_drawn_unseen, _home_drawn),
}


def main(folder: str) -> None:
    """Plant each in a face of its own."""
    prepare(folder, SIZE, windowed=False)
    for name, (plant, check) in PLANTS.items():
        for planted in (False, True):
            with pytest.MonkeyPatch.context() as patch:
                if planted:
                    plant(patch)
                glass = Glass()
                glass.show(look(SCENES["home"]))
                try:
                    check(glass)
                    verdict = "missed" if planted else "held"
                except AssertionError:
                    verdict = "found" if planted else "broken"
                print(name, verdict, flush=True)
                glass.window.remove_widget(glass.face)


if __name__ == "__main__":
    main(sys.argv[1])
