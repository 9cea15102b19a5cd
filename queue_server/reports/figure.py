"""What is told of some people: counts, waits, service times, calls out of turn and ratings, with the words that define them.

A share is told of `FEW` or more only: below that it says more about chance, and about single people, than about a hall.
"""

from collections import Counter
from collections.abc import Iterable
from math import ceil
from typing import Self

import msgspec

from queue_server.views.daily import BOUNDS_MIN, CLASSES, LEVELS, Cell
from queue_server.wire import face
from queue_server.wire.ticket import Text

FEW = 5
"""Of fewer than that no share, no score and no 90th percentile is told."""
CONTENT = LEVELS - 3
"""Ratings of the upper three levels are 满意 (基本满意, 满意, 非常满意): State Council General Office, Guobanfa 2019 no. 51."""


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Counts, minutes and shares from 0 to 1. A share or a time is None where there is nobody, or too few, to tell it of.

    `to_5`, `to_10` and `over_10` count waits of at most 5, of more than 5 and at most 10, and of more than 10 minutes. Of
    `promised` waits `kept` were within what the ticket's class is promised. `rated` counts levels 1 to 5, `content` the upper
    three.
    """

    taken: int
    served: int
    missed: int
    cancelled: int
    expired: int
    waited: int
    wait_mean_min: float | None
    wait_median_min: float | None
    wait_p90_min: float | None
    wait_longest_min: float | None
    to_5: int
    to_10: int
    over_10: int
    to_5_share: float | None
    to_10_share: float | None
    over_10_share: float | None
    promised: int
    kept: int
    kept_share: float | None
    timed: int
    service_mean_min: float | None
    service_median_min: float | None
    service_p90_min: float | None
    calls: int
    out_of_turn: int
    turns: dict[str, int]
    rated: tuple[int, ...]
    content: int
    content_share: float | None
    rated_share: float | None
    open_min: float
    paused_min: float


def said(key: str, **fields: object) -> Text:
    """A sentence of the reports in both languages."""
    return Text(
        face.say("reports", key, "zh", **fields),
        face.say("reports", key, "en", **fields),
    )


DEFINITIONS = tuple(
    said(f"def_{key}", **({"few": FEW} if key == "few" else {}))
    for key in ("taken", "missed", "wait", "median", "promise", "service", "turn", "rating", "few")
)
"""What the figures mean."""


class Sum:
    """Cells added up, whatever they are of; `work` and `usual` are what is served and timed, in seconds that it usually takes.

    `upheld` are the bad ratings among `rated` that count: `engine.case.counts`.
    """

    __slots__ = (
        "calls",
        "cancelled",
        "expired",
        "issued",
        "kept",
        "missed",
        "open_s",
        "paused_s",
        "promised",
        "rated",
        "served",
        "services_s",
        "turns",
        "upheld",
        "usual",
        "waits",
        "waits_s",
        "work",
    )

    def __init__(self) -> None:
        self.issued = self.served = self.missed = self.cancelled = self.expired = 0
        self.promised = self.kept = self.calls = self.open_s = self.paused_s = self.upheld = 0
        self.work = self.usual = 0.0
        self.waits, self.rated = [0] * CLASSES, [0] * LEVELS
        self.waits_s: list[int] = []
        self.services_s: list[int] = []
        self.turns: Counter[str] = Counter()

    def add(self, more: "Cell | Sum") -> Self:
        """Both together, in this one."""
        self.issued += more.issued
        self.served += more.served
        self.missed += more.missed
        self.cancelled += more.cancelled
        self.expired += more.expired
        self.promised += more.promised
        self.kept += more.kept
        self.calls += more.calls
        self.open_s += more.open_s
        self.paused_s += more.paused_s
        if more.waits_s:
            self.waits_s += more.waits_s
            for at, count in enumerate(more.waits):
                self.waits[at] += count
        if more.services_s:
            self.services_s += more.services_s
        for at, count in enumerate(more.rated):
            self.rated[at] += count
        if more.turns:
            self.turns.update(more.turns)
        if isinstance(more, Sum):
            self.work += more.work
            self.usual += more.usual
            self.upheld += more.upheld
        return self

    def figures(self) -> Figures:
        """What is told of them."""
        waits, services = sorted(self.waits_s), sorted(self.services_s)
        five, ten = self.waits[: len(BOUNDS_MIN[:2])]
        over, rated, content = len(waits) - five - ten, sum(self.rated), sum(self.rated[CONTENT:])
        return Figures(
            taken=self.issued,
            served=self.served,
            missed=self.missed,
            cancelled=self.cancelled,
            expired=self.expired,
            waited=len(waits),
            wait_mean_min=_mean(waits),
            wait_median_min=_rank(waits, 0.5),
            wait_p90_min=_rank(waits, 0.9, FEW),
            wait_longest_min=_rank(waits, 1.0),
            to_5=five,
            to_10=ten,
            over_10=over,
            to_5_share=share(five, len(waits)),
            to_10_share=share(ten, len(waits)),
            over_10_share=share(over, len(waits)),
            promised=self.promised,
            kept=self.kept,
            kept_share=share(self.kept, self.promised),
            timed=len(services),
            service_mean_min=_mean(services),
            service_median_min=_rank(services, 0.5),
            service_p90_min=_rank(services, 0.9, FEW),
            calls=self.calls,
            out_of_turn=self.turns.total(),
            turns=dict(sorted(self.turns.items(), key=lambda one: (-one[1], one[0]))),
            rated=tuple(self.rated),
            content=content,
            content_share=share(content, rated),
            rated_share=share(rated, self.served),
            open_min=round(self.open_s / 60, 1),
            paused_min=round(self.paused_s / 60, 1),
        )


def total(parts: "Iterable[Cell | Sum]") -> Sum:
    """All of some."""
    made = Sum()
    for part in parts:
        made.add(part)
    return made


def share(count: int, of: int) -> float | None:
    """The share, of enough."""
    return count / of if of >= FEW else None


def _mean(seconds: list[int]) -> float | None:
    return sum(seconds) / len(seconds) / 60 if seconds else None


def _rank(seconds: list[int], part: float, least: int = 1) -> float | None:
    """In minutes the one at that part of a row in order, by the nearest rank; None of fewer than `least`."""
    return seconds[ceil(part * len(seconds)) - 1] / 60 if len(seconds) >= least else None
