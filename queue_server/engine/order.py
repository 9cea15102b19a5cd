"""In which order those in a line are to be called, as far as that can be told without the time of day.

Under every rule whoever was put somewhere is called when nobody before that place waits any more, and then before all others of the
service. Whoever waits by their own clock goes by the rule. Under `fcfs`, `strict` and `head_start` that is the order of the calls
unless somebody comes, goes or has waited too long; under `promise` it is the order in which the promises are used up.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from heapq import merge, nsmallest
from typing import Any

from queue_server.engine import rule as rules
from queue_server.engine.line import Key
from queue_server.engine.rule import Rule
from queue_server.engine.state import State
from queue_server.engine.ticket import Ticket
from queue_server.wire.ids import ServiceId, TicketId

Turn = tuple[Any, ...]
"""What compares less is called first."""
_FIRST, _OWN, _AFTER = -1, 0, 1


class Order:
    """The order of one line. It is good until the state changes."""

    __slots__ = ("_hall", "_lasting", "_line", "_service")

    def __init__(self, state: State, service: ServiceId, rule: Rule | None = None) -> None:
        """By the rule of the service's zone, unless another is named."""
        self._hall, self._line, self._service = state.hall, state.lines[service], service
        self._lasting = (rule or rules.of_service(state.hall, service)).lasting

    def __iter__(self) -> Iterator[tuple[Turn, TicketId]]:
        """Everybody's turn, first to be called first."""
        own = (self._class(kind, keys) for kind, keys in self._line.classes.items())
        return merge(*own, ((self._put(key), key[2]) for key in self._line.put))

    def of(self, ticket: Ticket) -> Turn:
        """The turn of a ticket that waits here."""
        return self._turn(ticket, ticket.id)

    def before(self, ticket: Ticket) -> int:
        """How many are called before a ticket that waits here; nobody who stands at the very same place."""
        line, place = self._line, (*ticket.step.place, TicketId(""))
        own = ticket.counts_as if ticket.step.stand is None else None
        # within a class every rule goes by the place
        ahead = bisect_left(line.classes.get(own, ()), place) if own is not None else 0
        others = [(kind, keys) for kind, keys in line.classes.items() if kind != own]
        if others or line.put:
            turn = self._turn(ticket, TicketId(""))
            ahead += sum(bisect_left(keys, turn, key=partial(self._own, kind)) for kind, keys in others)
            ahead += bisect_left(line.put, turn, key=self._put)
        return ahead

    def behind(self, n: int, turn: Turn | None = None) -> tuple[datetime, int] | None:
        """Where one stands who lets the next `n` go first of those whose turn is later, or of all; behind all if they are fewer.

        None: there are none. Between two that came at one instant there is no place: then it is behind both.
        """
        later: list[Key] = []
        for kind, keys in self._line.classes.items():
            since = 0
            if turn is not None:
                since = bisect_right(keys, turn, key=partial(self._own, kind))
            later += keys[since : since + n]
        since = 0 if turn is None else bisect_right(self._line.put, turn, key=self._put)
        later += self._line.put[since : since + n]
        if not later:
            return None
        at, last, _ = nsmallest(n, later)[-1]
        return at, last + 1

    def _class(self, kind: str, keys: Iterable[Key]) -> Iterator[tuple[Turn, TicketId]]:
        return ((self._own(kind, key), key[2]) for key in keys)

    def _turn(self, ticket: Ticket, id_: TicketId) -> Turn:
        key = (*ticket.step.place, id_)
        return self._own(ticket.counts_as, key) if ticket.step.stand is None else self._put(key)

    def _goes(self, kind: str, key: Key) -> tuple[Any, Key]:
        return self._lasting(key[0], rules.promised(self._hall, self._service, kind)), key

    def _own(self, kind: str, key: Key) -> Turn:
        return (*self._goes(kind, key), _OWN)

    def _put(self, key: Key) -> Turn:
        """After the last who waits before that place; where there is none, before all who stand behind it.

        It rises with the place. Within a class every rule goes by the place, so the first of each class tells for all of it.
        """
        classes = self._line.classes.items()
        ahead = [(kind, bisect_left(keys, key), keys) for kind, keys in classes]
        before = [self._goes(kind, keys[n - 1]) for kind, n, keys in ahead if n]
        if before:
            return (*max(before), _AFTER, key)
        behind = [
            self._goes(kind, keys[since])
            for kind, keys in self._line.put_of.items()
            if (since := bisect_left(keys, key)) < len(keys)
        ]
        return (*min(behind + [self._goes(kind, keys[0]) for kind, keys in classes]), _FIRST, key)


def ahead(state: State, ticket: Ticket) -> int | None:
    """How many are to be called for its service before a waiting ticket; None if it does not wait."""
    if ticket.state != "waiting":
        return None
    return Order(state, ticket.step.service).before(ticket)
