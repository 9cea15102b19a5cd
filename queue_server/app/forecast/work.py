"""What the process does for an answer: read the hall as it is on disk, know what its days taught, play the day forward."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from time import perf_counter

import msgspec

from queue_server.engine.state import State, Ticket
from queue_server.forecast.advice import Counsel, counsel
from queue_server.forecast.habit import Habits, came, learn, seen
from queue_server.forecast.score import hour, last_day
from queue_server.forecast.told import Told, tell
from queue_server.forecast.wait import PATHS
from queue_server.simulation.past import Drawn, past
from queue_server.store.database import Database
from queue_server.store.glance import of_days, present
from queue_server.wire.score import DayScores

LEARNED = timedelta(days=30)
"""How far back days teach."""
ROUND_S = 2.0
"""How long an answer may take, in real seconds; where it takes longer, the next one has fewer courses."""
ADVICE_S = 1.5
"""How long it may be thought about advice, in real seconds; what was found until then is all."""
LEAST = 20
"""So many courses at least: with fewer, an end of the range hangs on a single one."""


class Orders(msgspec.Struct, frozen=True):
    """What the process is told first: the server's data folder, and the URL of its database if that is not in it."""

    data: str
    db: str | None
    drawn: Drawn | None = None
    """The drawn people of a demonstration, of whom days are played beforehand; None: the hall has people of its own."""


class Question(msgspec.Struct, frozen=True):
    """What it is asked: how the hall's waits look at this business time, or with `advise` what a manager could do about them."""

    now: datetime
    advise: bool = False


def courses(before: int, took_s: float) -> int:
    """How many courses the next answer has, as the last one had `before` and took so long."""
    return max(LEAST, min(PATHS, int(before * ROUND_S / max(took_s, 0.001))))


class Work:
    """Makes one answer after another. It only reads."""

    def __init__(self, database: Database, drawn: Drawn | None = None) -> None:
        """The hall is that of the database; `drawn` its people, where they are."""
        self._database = database
        self._drawn = drawn
        self._paths = PATHS
        self._day: date | None = None
        """The day before which days have been learned from."""
        self._habits: Habits | None = None
        self._scores: DayScores | None = None
        """What came of the waits that the last of these days told."""

    def answer(self, question: Question) -> Told | None:
        """What is known now; None while nothing may be told. Raises Unavailable, and StoreFault where no waiting helps."""
        state = present(self._database)
        habits = None if state is None else self._known(state)
        if state is None or habits is None or not habits.enough:
            return None
        begun_s = perf_counter()
        told = tell(state, habits, question.now, self._paths)
        self._paths = courses(self._paths, perf_counter() - begun_s)
        lately = hour(state.tickets.values(), question.now)
        return msgspec.structs.replace(told, hour=lately, last_day=self._scores)

    def advise(self, question: Question) -> Counsel | None:
        """What managers are advised now, likewise; with as many courses as the last answer had."""
        state = present(self._database)
        habits = None if state is None else self._known(state)
        if state is None or habits is None or not habits.enough:
            return None
        until_s = perf_counter() + ADVICE_S
        return counsel(state, habits, question.now, self._paths, lambda: perf_counter() < until_s)

    def _known(self, state: State) -> Habits | None:
        """What the days before taught, learned once a day; as long as that is too little, today teaches too."""
        if state.day != self._day:
            before = list(of_days(self._database, state.day - LEARNED, state.day))
            self._habits, self._scores = _taught(before), last_day(before)
            self._day = state.day
            if self._drawn is not None and not _enough(self._habits):
                self._habits = _taught(past(state.hall, self._drawn, state.day))
        return self._habits if _enough(self._habits) else _taught(state.tickets.values())


def _taught(tickets: Collection[Ticket]) -> Habits | None:
    return learn(list(seen(tickets)), list(came(tickets)))


def _enough(habits: Habits | None) -> bool:
    return habits is not None and habits.enough
