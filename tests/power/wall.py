"""A machine whose wall clock is wrong, as after the battery on its board has died: `wall.c`, preloaded into a program."""

from datetime import timedelta
from pathlib import Path

from tests.power.shim import shim


def wrong(by: timedelta) -> dict[str, str]:
    """The environment of a program on a machine whose clock is so far ahead."""
    library = shim(Path(__file__).with_name("wall.c"))
    return {"LD_PRELOAD": str(library), "WALL_S": str(int(by.total_seconds()))}
