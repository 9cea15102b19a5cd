"""Offices that tell only how many wait, how many booths are open and which number is called: how well waits can be told there.

The data are five-minute snapshots of the offices of Warsaw in January 2020 (R package kolejkeR, MIT; source: City of Warsaw,
api.um.warszawa.pl; processed). They are no part of the project. Nobody there says which booth serves whom, so nothing can be played
forward; a regression on what is known says how long whoever stands last will wait. A hall of ours always knows more.
"""

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from math import exp, log
from pathlib import Path
from statistics import fmean, median
from typing import Any, NamedTuple

import numpy as np

from tests.bench.report import Row

FILE = "warsaw_queues.rda"
FIRST, TESTED, LAST = "2020-01-02", "2020-01-14", "2020-01-22"
"""Other dates of the file are of wrong years, or stale; from TESTED on they are told, before it they are learned from."""
COLUMNS = (
    *("name", "idGrupy", "date", "time"),
    *("aktualnyNumer", "liczbaKlwKolejce", "liczbaCzynnychStan", "czasObslugi"),
)
GRAIN_MIN = 5.0
LATE_MIN = 180.0
"""No wait is foretold to be longer by how fast numbers are called."""
BACK_MIN = 45.0
"""So long back what is called a minute counts."""
PRIOR = 20.0
"""For how many waits of its own the mean of all queues counts in that of one."""
SEEN = 0.5
"""Added to minutes before their logarithm is taken."""


class Snap(NamedTuple):
    """A queue at a minute of a day."""

    minute: float
    called: int
    people: int
    booths: int
    stated: float


class Known(NamedTuple):
    """What was known of a wait when somebody came, and how long it was."""

    queue: str
    day: str
    snap: Snap
    last: float | None
    """The last wait that had ended by then."""
    pace: float | None
    """Numbers called a minute of late."""
    waited: float


def readable(folder: Path) -> bool:
    """Whether the file is there, and a library that reads it."""
    return (folder / FILE).exists() and find_spec("rdata") is not None


def rows(folder: Path) -> list[Row]:
    """Every figure with its goal."""
    found = [known for snaps in _queues(folder) for known in _waits(*snaps)]
    train, test = ([known for known in found if (known.day >= TESTED) is late] for late in (False, True))
    model = _Model(train)
    told = [model.tell(known) for known in test]
    naive = [known.snap.people * known.snap.stated / max(known.snap.booths, 1) for known in test]
    errors, plain = _errors(told, test), _errors(naive, test)
    last = _errors([known.last or known.snap.stated for known in test], test)
    what = f"P10 Warsaw, {len(test):,} waits of mean {fmean(known.waited for known in test):.1f} min:"
    beside = f"n*S/c {fmean(plain):.2f}, LES {fmean(last):.2f} min"
    mean, middle = fmean(errors), median(errors)
    covered = fmean(known.waited <= model.most(known) for known in test)
    return [
        Row(
            f"{what} mean error",
            f"{mean:.2f} min",
            beside,
            f"{mean / fmean(plain):.3f}",
            "<= 11.5 min",
            mean <= 11.5,
        ),
        Row(
            "P10 median error",
            f"{middle:.2f} min",
            f"n*S/c {median(plain):.2f} min",
            "",
            "<= 5 min",
            middle <= 5.0,
        ),
        Row("P10 waits up to P90", f"{covered:.3f}", "", "", "0.87 to 0.93", 0.87 <= covered <= 0.93),
    ]


def _errors(told: Sequence[float], test: Sequence[Known]) -> list[float]:
    return [abs(value - known.waited) for value, known in zip(told, test, strict=True)]


def _queues(folder: Path) -> Iterator[tuple[str, str, list[Snap]]]:
    """Each queue on each day, its snapshots in order."""
    import rdata

    (table,) = rdata.read_rda(folder / FILE, default_encoding="utf-8").values()
    rows_ = zip(*(table[column].tolist() for column in COLUMNS), strict=True)
    found: dict[tuple[str, str], dict[float, Snap]] = {}
    for office, group, date, clock, number, people, booths, stated in rows_:
        digits = "".join(letter for letter in str(number) if letter.isdigit())
        if not (FIRST <= str(date) <= LAST and digits):
            continue
        hours, minutes = str(clock).split(":")[:2]
        minute = int(hours) * 60.0 + int(minutes)
        snap = Snap(minute, int(digits), int(people), int(booths), float(stated))
        found.setdefault((f"{office}/{group}", str(date)), {})[minute] = snap
    for (queue, date), snaps in sorted(found.items()):
        yield queue, date, [snaps[minute] for minute in sorted(snaps)]


def _waits(queue: str, day: str, snaps: list[Snap]) -> Iterator[Known]:
    """Whoever stood last at each snapshot holds the number called plus those who wait, and waits until that is called."""
    ended: list[tuple[float, float]] = []
    found = []
    for n, snap in enumerate(snaps):
        if not snap.people:
            continue
        called = snap.called
        for later in snaps[n + 1 :]:
            if later.called < called:  # numbers began again
                break
            called = later.called
            if called >= snap.called + snap.people:
                waited = later.minute - snap.minute - GRAIN_MIN / 2
                ended.append((later.minute, waited))
                found.append((n, waited))
                break
    ended.sort()
    for n, waited in found:
        snap = snaps[n]
        last = [each for at, each in ended if at <= snap.minute]
        since = next(
            (s for s in snaps[:n] if s.minute >= snap.minute - BACK_MIN and s.called <= snap.called), None
        )
        pace = None if since is None else (snap.called - since.called) / (snap.minute - since.minute)
        yield Known(queue, day, snap, last[-1] if last else None, pace, waited)


class _Model:
    """The logarithm of a wait, by least squares, on what is known; and how far off that is in nine of ten."""

    def __init__(self, train: Sequence[Known]) -> None:
        each = [known.waited * max(known.snap.booths, 1) / known.snap.people for known in train]
        self.every = fmean(each)
        sums: dict[str, list[float]] = {}
        for known, minutes in zip(train, each, strict=True):
            sums.setdefault(known.queue, []).append(minutes)
        self.minutes = {
            queue: (sum(some) + self.every * PRIOR) / (len(some) + PRIOR) for queue, some in sums.items()
        }
        table = np.array([self._known(known) for known in train])
        logs = np.array([log(known.waited + SEEN) for known in train])
        self.weights: Any = np.linalg.lstsq(table, logs, rcond=None)[0]
        self.more = float(np.quantile(logs - table @ self.weights, 0.9))

    def _known(self, known: Known) -> list[float]:
        snap = known.snap
        line = snap.people * self.minutes.get(known.queue, self.every) / max(snap.booths, 1)
        last = line if known.last is None else known.last
        pace = line if not known.pace else min(snap.people / known.pace, LATE_MIN)
        hour = snap.minute / 60 - 12
        logs = [log(value + SEEN) for value in (line, last, pace, median((line, last, pace)))]
        return [1.0, *logs, log(snap.people), log(max(snap.booths, 1)), hour, hour * hour]

    def tell(self, known: Known) -> float:
        """The wait that is as likely too short as too long."""
        return max(exp(float(np.dot(self._known(known), self.weights))) - SEEN, 0.0)

    def most(self, known: Known) -> float:
        """What nine of ten waits do not exceed."""
        return exp(float(np.dot(self._known(known), self.weights)) + self.more) - SEEN
