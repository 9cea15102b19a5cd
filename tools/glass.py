"""Make the pictures of the kiosk anew: its first screens, its screens for everybody, and those of a panel that lies.

    .venv/bin/python -m tools.glass

The scenes of the tests, drawn off screen at half their size.
"""

import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.app.window import prepare
from kiosk.model.manner import Manner
from kiosk.model.show import look
from kiosk.model.state import OFF
from queue_server.wire.ticket import Language
from tests.integration.kiosk.conftest import Glass
from tests.unit.kiosk.scene import SCENES

OUT = Path(__file__).parents[1] / "docs" / "images"
ROOM = (1920, 1920)
"""A window in which every panel has its place."""
UPRIGHT, LYING, SMALL = (1080, 1920), (1920, 1080), (1280, 800)
EASY, LOW, STRONG, PLAIN = Manner(easy=True), Manner(low=True), Manner(contrast=True), Manner()
VOICE = Manner(voice=True)
PICTURES: dict[str, tuple[str, Manner, tuple[int, int], Language]] = {
    "kiosk-home-zh": ("home", PLAIN, UPRIGHT, "zh"),
    "kiosk-home-en": ("home", PLAIN, UPRIGHT, "en"),
    "kiosk-classes-zh": ("classes-chosen", PLAIN, UPRIGHT, "zh"),
    "kiosk-no-paper-zh": ("home-no-paper", PLAIN, UPRIGHT, "zh"),
    "kiosk-alone-zh": ("home-alone", PLAIN, UPRIGHT, "zh"),
    "kiosk/easy-zh": ("home-enquiry", EASY, UPRIGHT, "zh"),
    "kiosk/easy-en": ("home-enquiry", EASY, UPRIGHT, "en"),
    "kiosk/easy-ticket-zh": ("ticket", EASY, UPRIGHT, "zh"),
    "kiosk/low-zh": ("home", LOW, UPRIGHT, "zh"),
    "kiosk/low-en": ("home", LOW, UPRIGHT, "en"),
    "kiosk/low-search-zh": ("search-common", LOW, UPRIGHT, "zh"),
    "kiosk/contrast-zh": ("home", STRONG, UPRIGHT, "zh"),
    "kiosk/contrast-bring-zh": ("bring-count-options", STRONG, UPRIGHT, "zh"),
    "kiosk/voice-zh": ("home", VOICE, UPRIGHT, "zh"),
    "kiosk/voice-bring-en": ("bring-options", VOICE, UPRIGHT, "en"),
    "kiosk/woken-zh": ("woken", PLAIN, UPRIGHT, "zh"),
    "kiosk/woken-en": ("woken", PLAIN, LYING, "en"),
    "kiosk/bring-round-zh": ("bring-count-round", PLAIN, UPRIGHT, "zh"),
    "kiosk/bring-round-en": ("bring-count-round", PLAIN, UPRIGHT, "en"),
    "kiosk/helping-zh": ("helping", PLAIN, UPRIGHT, "zh"),
    "kiosk/ways-zh": ("mine-ways", PLAIN, UPRIGHT, "zh"),
    "kiosk/ways-en": ("mine-ways", PLAIN, SMALL, "en"),
    "kiosk/lying-zh": ("home-enquiry", PLAIN, LYING, "zh"),
    "kiosk/lying-bring-zh": ("bring-count-options", PLAIN, LYING, "zh"),
    "kiosk/lying-ticket-en": ("ticket-asked", PLAIN, SMALL, "en"),
    "kiosk/lying-number-zh": ("number-wrong", PLAIN, SMALL, "zh"),
}
"""Name, scene, how it is seen, panel and language."""


def main() -> None:
    """Draw them all."""
    os.environ["SDL_VIDEODRIVER"] = "offscreen"
    with TemporaryDirectory() as folder:
        prepare(folder, ROOM, windowed=False)
        glass = Glass()
        for name, (scene, manner, (width, height), language) in PICTURES.items():
            glass.resize(width, height)
            state = replace(SCENES[scene], manner=manner, language=language, tall=height > width)
            glass.show(look(replace(state, mute=None if manner.voice else OFF)))
            glass.picture().resize((width // 2, height // 2)).save(OUT / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
