"""Pictures of every kind of screen, for eyes: one sheet for each panel, manner and language.

`python -m tests.integration.kiosk.gallery FOLDER WIDTH HEIGHT`, which is a panel's size in px: a process has one window.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from kiosk.app.window import prepare
from kiosk.model.manner import Manner
from kiosk.model.show import look
from queue_server.wire.face import tokens
from queue_server.wire.ticket import Language
from tests.integration.kiosk.conftest import Glass
from tests.integration.kiosk.judge import LANGUAGES
from tests.unit.kiosk.scene import SCENES

KINDS = (
    "home", "home-enquiry", "others", "services", "search-many", "bring-options", "adding", "classes-chosen",
    "card-ask", "agree-proven", "helping", "taking-slow", "ticket", "ticket-added", "unprinted", "number",
    "claiming-typed", "mine-waiting", "mine-missed", "mine-rate", "staff-deciding", "staff-naming-known",
    "staff-proving", "unlocking", "upkeep", "upkeep-away", "upkeep-log", "pairing", "problem",
)  # fmt: skip
"""The scenes of a sheet, in the order in which people meet them."""
MANNERS = {
    "": Manner(),
    "easy": Manner(easy=True),
    "low": Manner(low=True),
    "contrast": Manner(contrast=True),
}
LONG, GAP, COLOURS = 480, 12, 128
"""Px of a picture's longer side on the sheet and between two; colours of a sheet."""


def sheets(glass: Glass) -> Iterator[tuple[str, Image.Image]]:
    """Each sheet with its name: on a panel that stands in every manner, on one that lies as it is for most."""
    width, height = (int(side) for side in glass.face.size)
    share = LONG / max(width, height)
    cell = round(width * share), round(height * share)
    across = 7 if height > width else 4
    for manner in MANNERS if height > width else [""]:
        for language in LANGUAGES:
            rows = -(-len(KINDS) // across)
            size = across * (cell[0] + GAP) + GAP, rows * (cell[1] + GAP) + GAP
            sheet = Image.new("RGB", size, tokens().colour.line)
            for n, name in enumerate(KINDS):
                row, column = divmod(n, across)
                place = GAP + column * (cell[0] + GAP), GAP + row * (cell[1] + GAP)
                sheet.paste(_picture(glass, name, MANNERS[manner], language).resize(cell), place)
            panel = f"{width}x{height}"
            yield "-".join(filter(None, ("all", panel, manner, language))), sheet.quantize(COLOURS)


def _picture(glass: Glass, name: str, manner: Manner, language: Language) -> Image.Image:
    glass.show(look(replace(SCENES[name], manner=manner, language=language)))
    return glass.picture()


def main(folder: Path, size: tuple[int, int]) -> None:
    """Draw the sheets of a panel."""
    os.environ["SDL_VIDEODRIVER"] = "offscreen"
    with TemporaryDirectory() as home:
        prepare(home, size, windowed=False)
        for name, sheet in sheets(Glass()):
            sheet.save(folder / f"{name}.png", optimize=True)
            print(name)


if __name__ == "__main__":
    main(Path(sys.argv[1]), (int(sys.argv[2]), int(sys.argv[3])))
