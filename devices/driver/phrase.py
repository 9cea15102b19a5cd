"""What bars and panels say. Each thing has several wordings, the fullest first: a bar takes the fullest that fits.

What does not fit in any wording runs, in its shortest. No wording leaves out a number or the time of return to fit;
the window is left out last, since the bar hangs above it.
"""

from collections.abc import Sequence
from typing import Literal

from devices.driver.layout import columns
from queue_server.wire.face import say
from queue_server.wire.ticket import Language

BarState = Literal["calling", "serving", "idle", "paused", "closed"]

WORDINGS = {"bar_calling": 5, "bar_serving": 3, "bar_paused_until": 3, "panel_there": 4}
"""How many there are of a text, where there are several; the second is `bar_calling_2`."""


def phrases(
    state: BarState,
    language: Language = "zh",
    *,
    number: str = "",
    window: str = "",
    until: str | None = None,
) -> tuple[str, ...]:
    """The wordings for a window's state, the fullest first; `until` is a local time such as 13:30."""
    key = "bar_paused_until" if state == "paused" and until else f"bar_{state}"
    return wordings(key, language, number=number, window=window, until=until)


def wordings(key: str, language: Language, **fields: str | None) -> tuple[str, ...]:
    """The wordings of a text of devices, the fullest first."""
    keys = [key, *(f"{key}_{n}" for n in range(2, WORDINGS.get(key, 1) + 1))]
    return tuple(say("device", each, language, **fields) for each in keys)


def fitting(wordings: Sequence[str], room: int) -> str:
    """The first wording that fits so many columns (a Chinese character takes two), or else the last."""
    return next((text for text in wordings if columns(text) <= room), wordings[-1])
