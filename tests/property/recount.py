"""Who stands where, counted from the log alone: a second opinion on what the engine makes of it."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from queue_server.engine import event as e
from queue_server.engine.hall import Hall
from queue_server.wire.ids import ServiceId, TicketId
from tests.property import calling

Clock = tuple[datetime, int]


class Stood(NamedTuple):
    """Where a ticket waits, or did when it last did: for what, since when, where in line, and whether it was put there."""

    service: ServiceId
    clock: Clock
    stand: Clock
    put: bool = False


class Known(NamedTuple):
    """All that is counted of one ticket."""

    stood: Stood
    where: frozenset[str]
    kind: str
    steps: tuple[ServiceId, ...]
    at: int


SETS = ("waiting", "called", "held")


class Recount:
    """The lines after the events that it was told of."""

    def __init__(self, hall: Callable[[], Hall]) -> None:
        self.stood: dict[TicketId, Stood] = {}
        self.hall = hall
        """The hall as it is after the last event, whose rule says who goes first."""
        self.kinds: dict[TicketId, str] = {}
        """The classes that are confirmed."""
        self.waiting: set[TicketId] = set()
        self.called: set[TicketId] = set()
        self.held: set[TicketId] = set()
        self.gone: set[TicketId] = set()
        self.steps: dict[TicketId, list[ServiceId]] = {}
        self.at: dict[TicketId, int] = {}
        """Which step of a ticket has its turn."""
        self.before: dict[int, dict[TicketId, Known]] = {}
        """What was known of the tickets of a window's step before its events, by their seqs."""

    def passed_over(self, called: TicketId, services: Collection[ServiceId]) -> int:
        """How many that wait for some services are older than a waiting ticket."""
        before = self.stood[called].clock
        others = (self.stood[id_] for id_ in self.waiting - {called})
        return sum(other.stand < before and other.service in services for other in others)

    def counts_as(self, ticket: TicketId) -> str:
        """The class by which a ticket waits."""
        return self.kinds.get(ticket, "ordinary")

    def _class(self, ticket: TicketId, kind: str, state: str) -> None:
        self.kinds.pop(ticket, None)
        if state == "confirmed":
            self.kinds[ticket] = kind

    def happen(self, stamped: e.Stamped) -> None:
        """Go on by one event."""
        now = (stamped.at, stamped.seq)
        ticket: TicketId | None = getattr(stamped.event, "ticket", None)
        if ticket in self.stood:
            self.before[stamped.seq] = {ticket: self._known(ticket)}
        match stamped.event:
            case e.Taken() as taken:
                self.steps[taken.ticket], self.at[taken.ticket] = list(taken.services), 0
                own = (taken.since or stamped.at, stamped.seq)
                self._waits(
                    taken.ticket, Stood(taken.services[0], own, taken.stand or own, bool(taken.stand))
                )
                self._class(taken.ticket, taken.class_, taken.class_state)
            case e.Classified() as said:
                self._class(said.ticket, said.class_, said.state)
            case e.Called(ticket=ticket):
                (self.held if ticket in self.held else self.waiting).remove(ticket)
                self.called.add(ticket)
            case e.Missed(ticket=ticket):
                self.called.remove(ticket)
            case e.Cancelled(ticket=ticket) | e.Expired(ticket=ticket):
                self.waiting.discard(ticket)
                self.held.discard(ticket)
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
            case other:
                self._otherwise(other, now)

    def _otherwise(self, event: e.Event, now: Clock) -> None:
        """What makes somebody wait at another time or place than they came for."""
        match event:
            case e.Held(ticket=ticket):
                self.called.remove(ticket)
                self.held.add(ticket)
            case e.Woken(ticket=ticket):
                self.held.remove(ticket)
                stood = self.stood[ticket]
                self._waits(ticket, stood._replace(stand=stood.clock, put=False))
            case e.Reentered() as again:
                own = Stood(self.stood[again.ticket].service, now, now)
                line = self._line(own.service, again.ticket)
                behind = len(line) > again.behind
                stand = (line[again.behind - 1][0], line[again.behind - 1][1] + 1) if behind else now
                self._waits(again.ticket, own._replace(stand=stand, put=bool(line)))
            case e.Deferred() as deferred:
                stood = self.stood[deferred.ticket]
                at, order = self._later(deferred.ticket)[: deferred.behind][-1]
                self._waits(deferred.ticket, stood._replace(stand=(at, order + 1), put=True))
            case e.StepAdded() as added:
                self.steps[added.ticket].append(added.service)
            case e.Transferred() as sent:
                self._transferred(sent, now)
            case e.Undone() as undone:
                self._undone(undone)

    def _waits(self, ticket: TicketId, stood: Stood) -> None:
        self.stood[ticket] = stood
        self.waiting.add(ticket)

    def _line(self, service: ServiceId, without: TicketId) -> list[Clock]:
        """Where all others stand who wait for a service, first come first."""
        others = (self.stood[id_] for id_ in self.waiting - {without})
        return sorted(other.stand for other in others if other.service == service)

    def _later(self, ticket: TicketId) -> list[Clock]:
        """Where those stand who are to be called after a ticket that waits, first come first."""
        service = self.stood[ticket].service
        line = [id_ for id_ in self.waiting if self.stood[id_].service == service]
        order = calling.lasting(self, self.hall(), service, line)
        return sorted(self.stood[id_].stand for id_ in order[order.index(ticket) + 1 :])

    def _known(self, ticket: TicketId) -> Known:
        where = frozenset(name for name in SETS if ticket in getattr(self, name))
        return Known(
            self.stood[ticket], where, self.counts_as(ticket), tuple(self.steps[ticket]), self.at[ticket]
        )

    def _undone(self, undone: e.Undone) -> None:
        """All that the window's tickets were before its step, which was one or two events."""
        for row in undone.tickets:
            known = self.before.get(undone.first, {}).get(row.id) or self.before[undone.first + 1][row.id]
            self.stood[row.id], self.steps[row.id], self.at[row.id] = known.stood, list(known.steps), known.at
            self._class(row.id, known.kind, "confirmed")
            for name in SETS:
                (set.add if name in known.where else set.discard)(getattr(self, name), row.id)

    def _transferred(self, sent: e.Transferred, now: Clock) -> None:
        """Another service and place; then back for what it was, if it comes back."""
        self.called.remove(sent.ticket)
        steps = self.steps[sent.ticket]
        steps[sent.step] = sent.service
        if sent.come_back:
            steps.insert(sent.step + 1, sent.was)
        own = now if sent.place == "last" else self.stood[sent.ticket].clock
        self._waits(sent.ticket, self._placed(sent, own))

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
        self.stood[moved.ticket] = self._placed(moved, own)

    def _placed(self, sent: e.Moved | e.Transferred, own: Clock) -> Stood:
        """By its own clock, or before all who wait."""
        line = self._line(sent.service, sent.ticket)
        if sent.place != "first" or not line:
            return Stood(sent.service, own, own)
        return Stood(sent.service, own, min(own, (line[0][0], line[0][1] - 1)), put=True)

    def _evacuated(self, tickets: Iterable[TicketId], now: Clock) -> None:
        """Who was at a window stands before all others that go, in the order in which they were called."""
        there = self.called | self.held
        going = [id_ for id_ in tickets if id_ in self.waiting | there]
        first = min((self.stood[id_].stand for id_ in going), default=now)
        heads = [id_ for id_ in going if id_ in there]
        for n, id_ in enumerate(heads):
            self.stood[id_] = self.stood[id_]._replace(stand=(first[0], first[1] - len(heads) + n), put=True)
        self.waiting -= set(going)
        self.called -= set(going)
        self.held -= set(going)
        self.gone |= set(going)

    def _home(self, home: e.CameHome, now: Clock) -> None:
        """As the other place had it, but no later than now; there, if it is still open."""
        row, step = home.row, home.row.step
        assert step.since_at is not None
        self.steps[home.ticket] = [each.service for each in row.steps]
        self.at[home.ticket] = row.at
        own = (min(step.since_at, now[0]), now[1])
        stand = own if step.stand is None else (min(step.stand[0], now[0]), now[1])
        self.stood[home.ticket] = Stood(step.service, own, stand, step.stand is not None)
        self._class(home.ticket, row.class_, row.class_state)
        self.gone.discard(home.ticket)
        if row.state in ("waiting", "called", "serving", "held"):
            self.gone.add(home.ticket)
