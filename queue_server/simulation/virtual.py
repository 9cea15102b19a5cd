"""A day of given arrivals in the real engine, on virtual time: clerks call as soon as they can, and serve as long as is written.

It drives `decide` and `apply` by commands, as the server does; what is told of a ticket's wait is what could be known at its issue.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Any

import msgspec

from queue_server.engine import able
from queue_server.engine.actor import Actor
from queue_server.engine.apply import apply
from queue_server.engine.decide import decide
from queue_server.engine.decision import Context
from queue_server.engine.event import Stamped
from queue_server.engine.hall import Hall
from queue_server.engine.policy import AsPlanned
from queue_server.engine.state import State
from queue_server.wire import command as c
from queue_server.wire.ids import ServiceId, TicketId, WindowId

KIOSK, MANAGER = Actor("kiosk", "simulated"), Actor("manager", "simulated")
REASON = "simulated"
AGAIN, MOMENT = timedelta(minutes=1), timedelta(microseconds=1)
"""So long after a look an idle clerk looks again while somebody is kept for another window, and so soon once they are not."""


class Visit(msgspec.Struct, frozen=True):
    """Somebody who comes: when, for what, whether they come when called, and how long they take at a window of usual speed; what
    they need of a window, and whether they go to no other (as far as there is one).
    """

    at: datetime
    service: ServiceId
    class_: str
    missed: bool
    work_min: float
    needs: tuple[str, ...] = ()
    binding: bool = False


class Post(msgspec.Struct, frozen=True):
    """A window with a clerk: by how much it stretches work, and from when until when it calls nobody."""

    window: WindowId
    speed: float
    off: tuple[tuple[datetime, datetime], ...] = ()


class Row(msgspec.Struct):
    """What became of a visit. `outlook` is what was known of its wait when it came, if it had to wait."""

    visit: Visit
    called_at: datetime | None = None
    window: WindowId | None = None
    outlook: Any = None


Tell = Callable[[State, datetime, TicketId], Any]
"""What is to be known of a ticket that has just been taken and has to wait."""


def run(
    hall: Hall,
    day: date,
    posts: Sequence[Post],
    visits: Sequence[Visit],
    *,
    missed_min: float,
    tell: Tell | None = None,
) -> tuple[list[Row], State]:
    """A day from its first visit until everybody was called, and the hall as it is then. Visits are in the order of their times."""
    return _Day(hall, day, posts, missed_min, tell).live(visits)


class _Day:
    def __init__(
        self, hall: Hall, day: date, posts: Sequence[Post], missed_min: float, tell: Tell | None
    ) -> None:
        self.state = State(hall, day)
        self.posts: Mapping[WindowId, Post] = {post.window: post for post in posts}
        self.missed_min, self.tell = missed_min, tell
        self.able: dict[ServiceId, list[WindowId]] = {
            service.id: [post.window for post in posts if service.id in hall.window[post.window].services]
            for service in hall.services
        }
        self.width = {post.window: len(hall.window[post.window].services) for post in posts}
        self.idle: dict[WindowId, tuple[int, datetime]] = {}
        self.rows: dict[TicketId, Row] = {}
        self.ends: list[tuple[datetime, int, WindowId]] = []
        """When a window is done with what it does, or with its break; or looks again, which one that is idle does."""
        self.looks: set[int] = set()
        self.turn, self.names = count(), count()

    def live(self, visits: Sequence[Visit]) -> tuple[list[Row], State]:
        begin = visits[0].at
        for window in self.posts:
            clerk = f"clerk-{window}"
            self._do(c.Open(window=window, clerk=clerk, reason=REASON), MANAGER, begin)
            self._free(window, begin)
        for visit in visits:
            self._until(visit.at)
            self._come(visit)
        self._until(None)
        return list(self.rows.values()), self.state

    def _until(self, at: datetime | None) -> None:
        """Let windows end what they do, and breaks pass, until somebody comes."""
        while self.ends and (at is None or self.ends[0][0] <= at):
            now, turn, window = heappop(self.ends)
            if turn in self.looks:
                self.looks.remove(turn)
                if window in self.idle:
                    self._again(window, now)
                continue
            current = self.state.windows[window].ticket
            if current is not None:
                missed = self.rows[current].visit.missed
                end: c.Command = (
                    c.NoShow(window=window, reason=REASON)
                    if missed
                    else c.Finish(window=window, reason=REASON)
                )
                self._do(end, MANAGER, now)
            self._free(window, now)

    def _free(self, window: WindowId, now: datetime) -> None:
        back = self._off(window, now)
        if back > now:
            heappush(self.ends, (back, next(self.turn), window))
            return
        self.idle[window] = (self.width[window], now)
        self._call(window, now)

    def _again(self, window: WindowId, now: datetime) -> None:
        """Let an idle window call, or go on its break."""
        if self._off(window, now) > now:
            del self.idle[window]
            self._free(window, now)
        else:
            self._call(window, now)

    def _off(self, window: WindowId, now: datetime) -> datetime:
        return next((end for start, end in self.posts[window].off if start <= now < end), now)

    def _come(self, visit: Visit) -> None:
        ticket = TicketId(f"simulated-{next(self.names):06d}")
        take = c.Take(
            service=visit.service,
            class_=visit.class_,
            id=ticket,
            token=f"token-{ticket}",
            then=(),
            paper=False,
            needs=visit.needs,
        )
        self._do(take, KIOSK, visit.at)
        if visit.binding and next(able.windows(self.state, self.state.tickets[ticket]), None) is not None:
            self._do(c.Bind(ticket=ticket, binding=True), MANAGER, visit.at)
        row = self.rows[ticket] = Row(visit)
        for window in self.able[visit.service]:
            if window in self.idle and self._off(window, visit.at) > visit.at:
                self._again(window, visit.at)
        idle = [window for window in self.able[visit.service] if window in self.idle]
        for window in sorted(idle, key=self.idle.__getitem__):
            if row.called_at is None:  # who is kept for another window may be called by the next one
                self._call(window, visit.at)
        if row.called_at is None and self.tell is not None:
            row.outlook = self.tell(self.state, visit.at, ticket)

    def _call(self, window: WindowId, now: datetime) -> None:
        called = self._do(c.CallNext(window=window), Actor("clerk", f"clerk-{window}"), now)
        if called is None:
            self._look(window, now)
            return
        self.idle.pop(window, None)
        row = self.rows[called.id]
        row.called_at, row.window = now, window
        post, visit = self.posts[window], row.visit
        took = self.missed_min if visit.missed else visit.work_min * post.speed
        heappush(self.ends, (now + timedelta(minutes=took), next(self.turn), window))

    def _look(self, window: WindowId, now: datetime) -> None:
        """Let an idle window look again, where whoever waits for it is kept for others."""
        lines = (self.state.lines[service] for service in self.state.served_at(window))
        ends = [until + MOMENT for line in lines for until in line.kept.values() if until >= now]
        if ends:
            turn = next(self.turn)
            self.looks.add(turn)
            heappush(self.ends, (min(*ends, now + AGAIN), turn, window))

    def _do(self, command: c.Command, who: Actor, now: datetime) -> Any:
        context = Context(now, who, lambda: f"drawn-{next(self.names):06d}", AsPlanned(), b"")
        decision = decide(self.state, command, context)
        for event, beside in decision.facts:
            stamped = Stamped(self.state.seq + 1, now, who.id, c.BY_TYPE[type(command)].name, event, beside)
            apply(self.state, stamped, undoable=False)
        return decision.reply(self.state)


def skips(rows: Sequence[Row]) -> int:
    """How many had somebody of the same service called before them who came later."""
    by_service: dict[ServiceId, list[Row]] = {}
    for row in rows:
        by_service.setdefault(row.visit.service, []).append(row)
    return sum(_skipped(some) for some in by_service.values())


def _skipped(rows: Sequence[Row]) -> int:
    first: datetime | None = None
    found = 0
    for row in reversed(rows):
        if row.called_at is None:
            continue
        found += first is not None and first < row.called_at
        first = row.called_at if first is None else min(first, row.called_at)
    return found


def waits(rows: Sequence[Row]) -> Iterator[float]:
    """How long each waited, in minutes."""
    return ((row.called_at - row.visit.at).total_seconds() / 60 for row in rows if row.called_at is not None)
