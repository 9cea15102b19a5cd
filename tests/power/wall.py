"""A machine whose wall clock is wrong, as after the battery on its board has died: `wall.c`, preloaded into a program."""

import struct
from datetime import timedelta
from pathlib import Path

from tests.power.shim import shim

SOURCE = Path(__file__).with_name("wall.c")
_AHEAD = struct.Struct("=q")


def wrong(by: timedelta) -> dict[str, str]:
    """The environment of a program on a machine whose clock is so far ahead."""
    return {"LD_PRELOAD": str(shim(SOURCE)), "WALL_S": str(int(by.total_seconds()))}


class Wall:
    """A machine whose clock somebody sets, also while its programs run. Give `environment` to them."""

    def __init__(self, folder: Path, by: timedelta) -> None:
        """So far ahead to begin with; `folder` exists."""
        self._path = folder / "wall"
        self._path.write_bytes(bytes(_AHEAD.size))
        self.environment = {"LD_PRELOAD": str(shim(SOURCE)), "WALL_FILE": str(self._path)}
        self.set(by)

    def set(self, by: timedelta) -> None:
        """From now on it is so far ahead, behind if negative."""
        with self._path.open("r+b") as file:
            file.write(_AHEAD.pack(int(by.total_seconds())))
