"""Who stands where, counted from the log alone: a second opinion on what the engine makes of it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from queue_server.engine import event as e
from queue_server.wire.ids import ServiceId, TicketId

Clock = tuple[datetime, int]


class Stood(NamedTuple):
    """Where a ticket waits, or did when it last did: for what, since when, and where in line."""

    service: ServiceId
    clock: Clock
    stand: Clock


class Recount:
    """The lines after the events that it was told of."""

    def __init__(self) -> None:
        self.stood: dict[TicketId, Stood] = {}
        self.waiting: set[TicketId] = set()
        self.called: set[TicketId] = set()
        self.gone: set[TicketId] = set()
        self.steps: dict[TicketId, list[ServiceId]] = {}
        self.at: dict[TicketId, int] = {}
        """Which step of a ticket has its turn."""

    def passed_over(self, called: TicketId, services: Collection[ServiceId]) -> int:
        """How many that wait for some services are older than a waiting ticket."""
        before = self.stood[called].clock
        others = (self.stood[id_] for id_ in self.waiting - {called})
        return sum(other.stand < before and other.service in services for other in others)

    def happen(self, stamped: e.Stamped) -> None:
        """Go on by one event."""
        now = (stamped.at, stamped.seq)
        match stamped.event:
            case e.Taken() as taken:
                self.steps[taken.ticket], self.at[taken.ticket] = list(taken.services), 0
                own = (taken.since or stamped.at, stamped.seq)
                self._waits(taken.ticket, Stood(taken.services[0], own, taken.stand or own))
            case e.Called(ticket=ticket):
                self.waiting.remove(ticket)
                self.called.add(ticket)
            case e.Missed(ticket=ticket):
                self.called.remove(ticket)
            case e.Cancelled(ticket=ticket) | e.Expired(ticket=ticket):
                self.waiting.discard(ticket)
            case e.Renumbered(ticket=ticket, taken_back=True):
                self.waiting.add(ticket)
            case e.Finished() as finished:
                self.called.remove(finished.ticket)
                if finished.next_step is not None:
                    self.at[finished.ticket] = finished.next_step
                    service = self.steps[finished.ticket][finished.next_step]
                    self._waits(finished.ticket, Stood(service, now, now))
            case e.Moved() as moved:
                self._moved(moved, now)
            case e.Evacuated() as evacuated:
                self._evacuated(evacuated.tickets, now)
            case e.CameHome() as home:
                self._home(home, now)
            case e.Reopened() as reopened:
                self.waiting |= self.gone & set(reopened.tickets)
                self.gone -= set(reopened.tickets)

    def _waits(self, ticket: TicketId, stood: Stood) -> None:
        self.stood[ticket] = stood
        self.waiting.add(ticket)

    def _moved(self, moved: e.Moved, now: Clock) -> None:
        """Another service or place; a step whose turn has not come stands nowhere, one that was missed stood somewhere."""
        self.steps[moved.ticket][moved.step] = moved.service
        if self.at[moved.ticket] != moved.step:
            return
        before = self.stood[moved.ticket]
        if moved.ticket not in self.waiting:
            self.stood[moved.ticket] = before._replace(service=moved.service)
            return
        own = now if moved.place == "last" else before.clock
        others = (self.stood[id_] for id_ in self.waiting - {moved.ticket})
        head = min((other.stand for other in others if other.service == moved.service), default=own)
        stand = (head[0], head[1] - 1) if moved.place == "first" and head < own else own
        self.stood[moved.ticket] = Stood(moved.service, own, stand)

    def _evacuated(self, tickets: Iterable[TicketId], now: Clock) -> None:
        """Who was at a window stands before all others that go, in the order in which they were called."""
        going = [id_ for id_ in tickets if id_ in self.waiting | self.called]
        first = min((self.stood[id_].stand for id_ in going), default=now)
        heads = [id_ for id_ in going if id_ in self.called]
        for n, id_ in enumerate(heads):
            self.stood[id_] = self.stood[id_]._replace(stand=(first[0], first[1] - len(heads) + n))
        self.waiting -= set(going)
        self.called -= set(going)
        self.gone |= set(going)

    def _home(self, home: e.CameHome, now: Clock) -> None:
        """As the other place had it, but no later than now; there, if it is still open."""
        row, step = home.row, home.row.step
        assert step.since_at is not None
        self.steps[home.ticket] = [each.service for each in row.steps]
        self.at[home.ticket] = row.at
        own = (min(step.since_at, now[0]), now[1])
        stand = own if step.stand is None else min(own, (step.stand[0], now[1]))
        self.stood[home.ticket] = Stood(step.service, own, stand)
        self.gone.discard(home.ticket)
        if row.state in ("waiting", "called", "serving"):
            self.gone.add(home.ticket)
