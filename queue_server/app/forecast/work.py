"""What the process does for an answer: read the hall as it is on disk, know what its days taught, play the day forward."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from time import perf_counter

import msgspec

from queue_server.engine.state import State
from queue_server.engine.ticket import Ticket
from queue_server.forecast.advice import Counsel, counsel
from queue_server.forecast.habit import Habits, came, learn, seen
from queue_server.forecast.score import hour, last_day
from queue_server.forecast.told import Told, tell
from queue_server.forecast.wait import PATHS
from queue_server.simulation.lesson import Lesson, lessons, told
from queue_server.simulation.past import Drawn
from queue_server.simulation.past import past as drawn_days
from queue_server.simulation.replay import Past, past
from queue_server.store import past as store
from queue_server.store.database import Database
from queue_server.store.glance import of_days, present
from queue_server.wire.advice import LessonRecord
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

    def __init__(self, database: Database, segments: Path, drawn: Drawn | None = None) -> None:
        """The hall is that of the database, with months of its log in `segments`; `drawn` its people, where they are."""
        self._database = database
        self._segments = segments
        self._drawn = drawn
        self._paths = PATHS
        self._day: date | None = None
        """The day before which days have been learned from."""
        self._habits: Habits | None = None
        self._scores: DayScores | None = None
        """What came of the waits that the last of these days told."""
        self._taught_on: date | None = None
        """The day before which a day is played for lessons: that, what is left to play of it, and what was found."""
        self._before: Past | None = None
        self._plays: Iterator[Lesson | None] = iter(())
        self._found: list[Lesson] = []

    def answer(self, question: Question) -> Told | None:
        """What is known now; None while nothing may be told. Raises Unavailable, and StoreFault where no waiting helps."""
        state = present(self._database)
        habits = None if state is None else self._known(state)
        if state is None or habits is None or not habits.enough:
            return None
        begun_s = perf_counter()
        waits = tell(state, habits, question.now, self._paths)
        self._paths = courses(self._paths, perf_counter() - begun_s)
        lately = hour(state.tickets.values(), question.now)
        return msgspec.structs.replace(waits, hour=lately, last_day=self._scores)

    def advise(self, question: Question) -> Counsel | None:
        """What managers are advised now, likewise; with as many courses as the last answer had."""
        state = present(self._database)
        habits = None if state is None else self._known(state)
        if state is None or habits is None or not habits.enough:
            return None
        until_s = perf_counter() + ADVICE_S
        found = counsel(state, habits, question.now, self._paths, lambda: perf_counter() < until_s)
        return msgspec.structs.replace(found, lessons=self._lessons(state, habits))

    def _lessons(self, state: State, habits: Habits) -> tuple[LessonRecord, ...]:
        """What windows should learn; the last day is played again once for each advice, so that nobody waits for all of it."""
        if state.day != self._taught_on:
            self._taught_on, self._found = state.day, []
            self._before = self._last_day(state.day)
            self._plays = iter(()) if self._before is None else lessons(self._before, habits)
        lesson = next(self._plays, None)
        if lesson is not None:
            self._found.append(lesson)
        return () if self._before is None else told(self._before, self._found)

    def _last_day(self, today: date) -> Past | None:
        """The last day with tickets, of the week before, as its log has it."""
        for back in range(1, 8):
            day = today - timedelta(days=back)
            tickets = store.tickets(self._database, day)
            hall = store.hall(self._database, day) if tickets else None
            if hall is not None:
                return past(day, hall, tickets, store.events(self._database, self._segments, day))
        return None

    def _known(self, state: State) -> Habits | None:
        """What the days before taught, learned once a day; as long as that is too little, today teaches too."""
        if state.day != self._day:
            before = list(of_days(self._database, state.day - LEARNED, state.day))
            self._habits, self._scores = _taught(before), last_day(before)
            self._day = state.day
            if self._drawn is not None and not _enough(self._habits):
                self._habits = _taught(drawn_days(state.hall, self._drawn, state.day))
        return self._habits if _enough(self._habits) else _taught(state.tickets.values())


def _taught(tickets: Collection[Ticket]) -> Habits | None:
    return learn(list(seen(tickets)), list(came(tickets)))


def _enough(habits: Habits | None) -> bool:
    return habits is not None and habits.enough
