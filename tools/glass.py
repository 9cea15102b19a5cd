"""Make docs/images/kiosk anew: the kiosk's screens for everybody, and on a panel that lies.

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
from queue_server.wire.ticket import Language
from tests.integration.kiosk.conftest import Glass
from tests.unit.kiosk.scene import SCENES

OUT = Path(__file__).parents[1] / "docs" / "images" / "kiosk"
ROOM = (1920, 1920)
"""A window in which every panel has its place."""
UPRIGHT, LYING, SMALL = (1080, 1920), (1920, 1080), (1280, 800)
EASY, LOW, STRONG, PLAIN = Manner(easy=True), Manner(low=True), Manner(contrast=True), Manner()
PICTURES: dict[str, tuple[str, Manner, tuple[int, int], Language]] = {
    "easy-zh": ("home-enquiry", EASY, UPRIGHT, "zh"),
    "easy-en": ("home-enquiry", EASY, UPRIGHT, "en"),
    "easy-ticket-zh": ("ticket", EASY, UPRIGHT, "zh"),
    "low-zh": ("home", LOW, UPRIGHT, "zh"),
    "low-en": ("home", LOW, UPRIGHT, "en"),
    "low-search-zh": ("search-common", LOW, UPRIGHT, "zh"),
    "contrast-zh": ("home", STRONG, UPRIGHT, "zh"),
    "contrast-bring-zh": ("bring-count-options", STRONG, UPRIGHT, "zh"),
    "helping-zh": ("helping", PLAIN, UPRIGHT, "zh"),
    "lying-zh": ("home-enquiry", PLAIN, LYING, "zh"),
    "lying-bring-zh": ("bring-count-options", PLAIN, LYING, "zh"),
    "lying-ticket-en": ("ticket-asked", PLAIN, SMALL, "en"),
    "lying-number-zh": ("number-wrong", PLAIN, SMALL, "zh"),
}
"""Name, scene, how it is seen, panel and language."""


def main() -> None:
    """Draw them all."""
    os.environ["SDL_VIDEODRIVER"] = "offscreen"
    OUT.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        prepare(folder, ROOM, windowed=False)
        glass = Glass()
        for name, (scene, manner, (width, height), language) in PICTURES.items():
            glass.resize(width, height)
            glass.show(look(replace(SCENES[scene], manner=manner, language=language, tall=height > width)))
            glass.picture().resize((width // 2, height // 2)).save(OUT / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
