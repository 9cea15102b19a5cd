"""A double tap, a long press, ten fingers: nothing that hands do to the glass takes two tickets for one."""

from random import Random

import pytest

from kiosk.model.event import Felt, Fresh, Painted, Ticked, Touched
from kiosk.model.intent import Take
from kiosk.model.screen import Bring, Home, Services, Taking
from tests.unit.kiosk.hall import AT, Play, caring_kiosk, open_kiosk

CONTROLS = (
    *(("zone", letter) for letter in "ABCDEFGHJK"),
    *(("service", key) for key in ("a-file", "a-fire", "b-3", "c-pay", "e-job")),
    *(("key", letter) for letter in "C103"),
    *((control, "") for control in ("take", "add", "mine", "search", "back", "priority", "more", "enter", "language", "done")),
    ("class", "senior"),
    ("need", "wheelchair"),
    ("act", "sure"),
)  # fmt: skip


def begun(play: Play) -> Play:
    """A screen that somebody sees, and that rests."""
    play >> Painted(play.state.sight)
    play.now += 1.0
    return play


def stormed(play: Play, fingers: list[tuple[str, str]], n: int) -> list[Take]:
    """What is asked for when these are pressed at one instant, each with its own random text."""
    asked = []
    for finger, (control, key) in enumerate(fingers):
        fresh = Fresh(f"id-{n}-{finger}", f"token-{n}-{finger}", f"key-{n}-{finger}")
        play >> Felt() >> Touched(control, key, fresh)  # type: ignore[arg-type]
        asked += [intent for intent in play.wanted if isinstance(intent, Take)]
    play >> Painted(play.state.sight)
    return asked


@pytest.mark.parametrize("control, key", [("zone", "C"), ("service", "a-file"), ("take", "")])
def test_a_button_that_is_hammered_at_20_hz_takes_one_ticket(control: str, key: str) -> None:
    play = open_kiosk()
    if control != "zone":
        play.touch("zone", "A")
    if control == "take":
        play.touch("service", "a-fire")
    begun(play)
    asked = []
    for n in range(60):
        asked += stormed(play, [(control, key)], n)
        play.now += 0.05
        play >> Ticked(AT)
    assert len(asked) == 1
    assert isinstance(play.screen, Taking)


@pytest.mark.parametrize("seed", range(6))
def test_ten_fingers_that_drum_on_everything_never_ask_for_two_at_once(seed: int) -> None:
    chance = Random(seed)
    play = begun(caring_kiosk() if seed % 2 else open_kiosk())
    for n in range(40):
        before = play.screen
        asked = stormed(play, chance.choices(CONTROLS, k=10), n)
        assert len(asked) <= 1
        assert not (asked and isinstance(before, Taking)), "one is on its way already"
        play.now += chance.choice((0.05, 0.1, 0.3))
        play >> Ticked(AT)


def test_fingers_that_stay_on_the_glass_hold_it_and_press_nothing() -> None:
    play = begun(open_kiosk().touch("zone", "A").touch("service", "a-fire"))
    for _ in range(100):
        play >> Felt() >> Ticked(AT)
        play.now += 0.5
    assert play.screen == Bring("a-fire"), "somebody is still here"
    assert play.wanted == []


def test_two_buttons_at_one_instant_are_one_press() -> None:
    play = begun(open_kiosk())
    stormed(play, [("zone", "A"), ("zone", "B"), ("mine", "")], 0)
    assert play.screen == Services("A")
    assert begun(play).touch("back").screen == Home()
