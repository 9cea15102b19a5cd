"""How much a loudspeaker has to say in its busiest hour, and whether that is too much."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

import msgspec

from queue_server.app import people
from queue_server.app.setting import Settings
from queue_server.engine.display import Loudspeaker
from queue_server.engine.hall import Hall
from queue_server.store import daily
from queue_server.views.daily import Cell
from queue_server.wire.day import local_day
from queue_server.wire.ticket import Language

CHIME_S = 1.5
"""With the pause after it."""
READING_S: Mapping[Language, float] = {"zh": 4.75, "en": 4.25}
"""A reading with the pause after it: 11 seconds for the chime and two of them in Chinese."""
ZONE_S: Mapping[Language, float] = {"zh": 1.55, "en": 1.8}
"""The zone's name before it, which is said where zones share a loudspeaker."""
HOURLY = 11
"""Calls of a window in the busiest hour where nothing was counted yet: a quarter of a modern busy day's 3,000, at 68 windows."""
MOST = 0.7
"""Above this share of the hour calls wait for each other so often that most are read once."""


MONTH = timedelta(days=31)


class Load(msgspec.Struct, frozen=True):
    """Calls in a loudspeaker's busiest hour; `counted` in the hall's own days, or else reckoned from its windows."""

    loudspeaker: Loudspeaker
    calls: int
    counted: bool

    @property
    def call_s(self) -> float:
        """How long a call takes that is read in full, in seconds, as espeak-ng says it: near enough."""
        one = self.loudspeaker
        languages: tuple[Language, ...] = ("zh", "en") if one.english else ("zh",)
        named = len(one.zones) > 1
        return CHIME_S + one.readings * sum(READING_S[each] + named * ZONE_S[each] for each in languages)

    @property
    def share(self) -> float:
        """The share of the hour in which it speaks, if every call is read in full."""
        return self.calls * self.call_s / 3600

    @property
    def line(self) -> str:
        """A line of what `check` says, Chinese and English."""
        name = self.loudspeaker.name
        how = "统计 counted" if self.counted else "估计 reckoned"
        said = (
            f"喇叭 loudspeaker {name.zh} {name.en}：高峰每小时{self.calls}次，每次{self.call_s:.0f}秒"
            f" calls an hour of {self.call_s:.0f} s（{how}） · {self.share:.0%}"
        )
        if self.share <= MOST:
            return said
        return f"{said} — 超过{MOST:.0%}，多数只能读一遍，请分给两个喇叭 too much, most are read once: split its zones"


def loads(hall: Hall, days: Mapping[date, Iterable[Cell]]) -> Iterator[Load]:
    """The load of every loudspeaker, from days that were counted, where there are any.

    A call is counted in the hour in which its ticket began to wait, at its last window; recalls are not counted.
    """
    hours: dict[str, Counter[tuple[date, int]]] = {window.id: Counter() for window in hall.windows}
    for day, cells in days.items():
        for cell in cells:
            if cell.window in hours:
                hours[cell.window][day, cell.hour] += cell.waited
    counted = any(hours.values())
    for loudspeaker in hall.loudspeakers:
        windows = [window.id for window in hall.windows if window.zone in loudspeaker.zones]
        if counted:
            together = sum((hours[window] for window in windows), Counter[tuple[date, int]]())
            yield Load(loudspeaker, max(together.values(), default=0), counted)
        else:
            yield Load(loudspeaker, len(windows) * HOURLY, counted)


def days(settings: Settings) -> Mapping[date, Iterable[Cell]]:
    """The last month as it was counted; nothing where there is no database yet, or one of an older program. Raises Unavailable."""
    if not settings.database.exists() or people.older(settings) is not None:
        return {}
    today = local_day(settings.new_clock().now())
    return daily.counted(settings.database, today - MONTH, today)
