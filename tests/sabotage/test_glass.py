"""The tests of the kiosk's screens are themselves proven: each fault planted in what is drawn turns the test that guards it red."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kiosk.model.manner import Manner
from tests.integration.kiosk import judge, test_everybody
from tests.integration.kiosk.conftest import SIZE, Glass, opened

Plant = Callable[[pytest.MonkeyPatch], None]
Guard = Callable[[Glass], None]


@pytest.fixture
def glass() -> Iterator[Glass]:
    """The window of this process, given back with another face and an honest theme."""
    glass = opened()
    from kiosk.view import piece  # not before there is a window: what Kivy is prepared with counts only then
    from kiosk.view.theme import theme

    yield glass
    piece.measured.cache_clear()
    piece.fitting.cache_clear()
    piece.even.cache_clear()
    theme._paint()
    glass.anew()
    theme.measure(*SIZE)


def _text_never_smaller(patch: pytest.MonkeyPatch) -> None:
    from kiosk.view import piece

    patch.setattr(piece, "fitting", lambda _text, _font, most, *_: most * 1.5)


def _parts_on_each_other(patch: pytest.MonkeyPatch) -> None:
    from kivy.uix.boxlayout import BoxLayout

    honest = BoxLayout.do_layout

    def do_layout(self: Any, *args: object) -> None:
        honest(self, *args)
        if len(self.children) > 1:
            self.children[0].pos = self.children[1].pos

    patch.setattr(BoxLayout, "do_layout", do_layout)


def _buttons_small(patch: pytest.MonkeyPatch) -> None:
    from kiosk.view.theme import Theme

    honest = Theme.measure

    def measure(self: Theme, width: float, height: float) -> None:
        honest(self, width, height)
        self.u *= 0.4

    patch.setattr(Theme, "measure", measure)


def _ink_faint(patch: pytest.MonkeyPatch) -> None:
    from kiosk.view.theme import Theme, rgba, theme

    honest = Theme._paint

    def paint(self: Theme) -> None:
        honest(self)
        self.ink = rgba("#8A93A3")

    patch.setattr(Theme, "_paint", paint)
    theme._paint()


def _buttons_out_of_reach(patch: pytest.MonkeyPatch) -> None:
    from kiosk.view.theme import Theme

    honest = Theme._fit

    def fit(self: Theme) -> None:
        honest(self)
        self.reach += self._half

    patch.setattr(Theme, "_fit", fit)


def _lines_broken_anywhere(patch: pytest.MonkeyPatch) -> None:
    from kiosk.view import piece, wrap

    patch.setattr(wrap, "mended", lambda *_: None)
    piece.measured.cache_clear()
    piece.fitting.cache_clear()
    piece.even.cache_clear()


def _seated(glass: Glass) -> None:
    test_everybody.test_every_screen_suits_whoever_stands_before_it(glass, "low", "zh")


def _large(glass: Glass) -> None:
    test_everybody.test_every_screen_suits_whoever_stands_before_it(glass, "easy", "zh")


def _painted(glass: Glass) -> None:
    test_everybody.test_every_text_can_be_told_from_its_ground(glass, Manner())


def _small(glass: Glass) -> list[str]:
    return judge.small(glass.face, 0, test_everybody.TOUCH_PX)


PLANTS: list[tuple[Plant, str, Guard, Callable[[Glass], list[str]]]] = [
    (_text_never_smaller, "bring-asked", _large, lambda glass: judge.clipped(glass.face)),
    (_parts_on_each_other, "bring-asked", _large, lambda glass: judge.crossing(glass.face)),
    (_buttons_small, "bring-asked", _large, _small),
    (_ink_faint, "bring-asked", _painted, judge.faint),
    (_buttons_out_of_reach, "home", _seated, lambda glass: judge.high(glass.face)),
    (_lines_broken_anywhere, "problem", _large, lambda glass: judge.hanging(glass.face)),
]
"""Each with a screen on which it is seen."""


@pytest.mark.parametrize("plant, scene, guard, wrong", PLANTS, ids=[plant.__name__ for plant, *_ in PLANTS])
def test_a_fault_planted_in_what_is_drawn_turns_its_guard_red(
    glass: Glass,
    plant: Plant,
    scene: str,
    guard: Guard,
    wrong: Callable[[Glass], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(test_everybody, "SCREENS", (scene,))
    monkeypatch.setattr(test_everybody, "PAINTED", (scene,))
    glass.anew()
    guard(glass)
    assert wrong(glass) == []
    plant(monkeypatch)
    glass.anew()
    with pytest.raises(AssertionError):
        guard(glass)
    assert wrong(glass) != [], "it is this fault that was found"
