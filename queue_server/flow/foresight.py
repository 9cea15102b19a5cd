"""What is known of waits beforehand: the newest answer of a forecast that is made in another process, for as long as it is fresh.

Whoever takes a ticket is told from here. So no command waits for a forecast, and one that is slow, or dead, is soon told by nobody.
"""

from datetime import datetime
from math import inf

from queue_server.flow.clock import Clock
from queue_server.forecast.advice import Counsel
from queue_server.forecast.told import Told
from queue_server.wire.ids import ServiceId, TicketId
from queue_server.wire.ticket import Wait

FRESH_S = 60.0
"""For how long an answer is told, in real seconds; then nothing is known."""


class Foresight:
    """The newest answer, and how old it is. In the event loop only."""

    def __init__(self, clock: Clock) -> None:
        """Ages are in the seconds of this business clock."""
        self._clock = clock
        self._newest: Told | None = None
        self._counsel: Counsel | None = None

    def hear(self, told: Told | None) -> None:
        """There is a newer answer; None: nothing may be told just now."""
        self._newest = told

    @property
    def told(self) -> Told | None:
        """The newest answer while it is fresh."""
        return None if self._newest is None else self._fresh(self._clock.now())

    def _fresh(self, now: datetime) -> Told | None:
        newest = self._newest
        if newest is None or not 0.0 <= self.age_s(newest, now) <= FRESH_S * self._clock.speed:
            return None
        return newest

    def advise(self, counsel: Counsel | None) -> None:
        """There is newer advice for managers; None: none can be given just now."""
        self._counsel = counsel

    @property
    def counsel(self) -> Counsel | None:
        """The newest advice while it is fresh."""
        newest = self._counsel
        if newest is None or not 0.0 <= self.age_s(newest) <= FRESH_S * self._clock.speed:
            return None
        return newest

    def age_s(self, told: Told | Counsel, at: datetime | None = None) -> float:
        """How old an answer is at a time, in business seconds; None: now."""
        return ((at or self._clock.now()) - told.at).total_seconds()

    @property
    def silence_s(self) -> float:
        """How long ago, in real seconds, the newest answer that told anything was so; inf: there is none."""
        return inf if self._newest is None else self.age_s(self._newest) / self._clock.speed

    def wait(self, now: datetime, service: ServiceId, kind: str) -> Wait | None:
        """What a ticket of a service and class is told that is taken now, with its age; None: it is not known."""
        told = self._fresh(now)
        return None if told is None else self._aged(told, now, told.of_new(service, kind))

    def ways(self, ticket: TicketId) -> dict[str, Wait | None]:
        """What is known of both ways of a ticket whose holder needs something of a window, by the names of these."""
        now = self._clock.now()
        told = self._fresh(now)
        if told is None:
            return {}
        return {way: self._aged(told, now, wait) for way, wait in told.of_ways(ticket).items()}

    def _aged(self, told: Told, now: datetime, wait: Wait | None) -> Wait | None:
        return None if wait is None else Wait(wait.low_min, wait.high_min, round(self.age_s(told, now), 1))
