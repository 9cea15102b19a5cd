"""The checks of what the kiosk's glass keeps in memory are themselves proven: each planted fault is found, and none without it."""

import os
import subprocess
import sys
from pathlib import Path

from tests.sabotage.planted.memory import PLANTS


def test_what_the_glass_keeps_too_much_of_is_found(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tests.sabotage.planted.memory", str(tmp_path)]
    told = subprocess.run(
        words,
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "SDL_VIDEODRIVER": "offscreen"},
    ).stdout
    assert told.splitlines() == [f"{name} {verdict}" for name in PLANTS for verdict in ("held", "found")]
