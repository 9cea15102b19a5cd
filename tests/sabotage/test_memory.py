"""The checks of what the glass keeps in memory and draws are themselves proven: each fault is found, and none without it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sabotage.planted.leak import KEPT_MB
from tests.sabotage.planted.memory import PLANTS
from tests.soak.kiosk import judge, soak


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


@pytest.mark.glass
def test_a_kiosk_that_keeps_what_it_showed_is_found(tmp_path: Path) -> None:
    leaky = [sys.executable, "-m", "tests.sabotage.planted.leak"]
    outcome = soak(tmp_path, 120.0, warm=1, most=6, kiosk=leaky)
    assert outcome.ticket_kb > 2 * KEPT_MB * 1024, "three screens and more for each ticket"
    with pytest.raises(AssertionError, match="the kiosk grows by"):
        judge(outcome)
