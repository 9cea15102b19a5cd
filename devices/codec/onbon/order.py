"""The orders that a window bar needs, as facts. Lengths are dots."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Unit = Literal["byte", "pixel", "pixel_msb"]
"""How a controller counts x and width: the manual says bytes of 8 dots, recorded frames hold dots."""


@dataclass(frozen=True, slots=True)
class Ping:
    """Are you there? Answered by Ack."""


@dataclass(frozen=True, slots=True)
class AskStatus:
    """Controller status."""


@dataclass(frozen=True, slots=True)
class SetClock:
    """The controller's own clock, local time."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Brightness:
    """`level` 0 (dark) to 15; mode 01 is "set by hand"."""

    level: int


@dataclass(frozen=True, slots=True)
class Area:
    """One live area. x, y, width, height in dots; `stay` in half seconds, `timeout_s` 0 stays for ever."""

    text: str
    id: int = 0
    x: int = 0
    y: int = 0
    width: int = 160
    height: int = 16
    mode: int = 1
    speed: int = 5
    stay: int = 2
    timeout_s: int = 0
    spacing: int = 0
    run_mode: int = 0
    one_line: bool = True
    newline: int = 1
    exit: int = 0


@dataclass(frozen=True, slots=True)
class Show:
    """Deletes live areas (`delete` ids, or "all") and shows others. Without `reply` the bar stays silent."""

    areas: tuple[Area, ...] = ()
    delete: tuple[int, ...] | Literal["all"] = ()
    reply: bool = True


@dataclass(frozen=True, slots=True)
class Other:
    """A valid frame of a group and command that are not spoken here."""

    group: int
    command: int


Order = Ping | AskStatus | SetClock | Brightness | Show
