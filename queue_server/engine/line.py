"""Who waits for one service: all by their places, and apart from that each class by its own.

Every rule calls those of one class in the order of their places, so it need only compare the heads of the classes.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from queue_server.engine.ticket import Ticket
from queue_server.wire.ids import TicketId

Key = tuple[datetime, int, TicketId]
"""A place in line, clock and order, and whose it is."""
NOBODY: frozenset[TicketId] = frozenset()


class Line:
    """Who waits for one service, in the order of their places."""

    __slots__ = ("_bound", "_classes", "_kept", "_keys", "_put", "_put_of")

    def __init__(self) -> None:
        """Nobody waits."""
        self._keys: list[Key] = []
        self._classes: dict[str, list[Key]] = {}
        self._put: list[Key] = []
        self._put_of: dict[str, list[Key]] = {}
        self._kept: dict[TicketId, datetime] = {}
        self._bound: set[TicketId] = set()

    def __len__(self) -> int:
        """How many wait."""
        return len(self._keys)

    def __iter__(self) -> Iterator[Key]:
        """(clock, order, ticket), first come first."""
        return iter(self._keys)

    @property
    def classes(self) -> Mapping[str, Sequence[Key]]:
        """Who waits by their own clock: each class that somebody waits in, first come first."""
        return self._classes

    @property
    def put(self) -> Sequence[Key]:
        """Who was put somewhere, before or behind others."""
        return self._put

    @property
    def put_of(self) -> Mapping[str, Sequence[Key]]:
        """The same apart: each class that somebody waits in who was put somewhere, first come first."""
        return self._put_of

    @property
    def kept(self) -> Mapping[TicketId, datetime]:
        """Whose turn came at a window without what they need, and until when at the latest they are kept for one that has it."""
        return self._kept

    @property
    def bound(self) -> AbstractSet[TicketId]:
        """Who is called by no window without what they need."""
        return self._bound

    def add(self, ticket: Ticket) -> None:
        """Stand in line with the current step's place and the class that counts."""
        key = (*ticket.step.place, ticket.id)
        _add(self._keys, key)
        own = ticket.step.stand is None
        _add((self._classes if own else self._put_of).setdefault(ticket.counts_as, []), key)
        if not own:
            _add(self._put, key)
        if ticket.step.kept_until is not None:
            self._kept[ticket.id] = ticket.step.kept_until
        if ticket.binding:
            self._bound.add(ticket.id)

    def remove(self, ticket: Ticket) -> None:
        """Leave the line, before place or class of the ticket change; KeyError if it does not stand in it."""
        key = (*ticket.step.place, ticket.id)
        _remove(self._keys, key)
        own = ticket.step.stand is None
        classes = self._classes if own else self._put_of
        of_class = classes.get(ticket.counts_as, [])
        _remove(of_class, key)
        if not of_class:
            del classes[ticket.counts_as]
        if not own:
            _remove(self._put, key)
        self._kept.pop(ticket.id, None)
        self._bound.discard(ticket.id)

    def head(self, out: AbstractSet[TicketId] = NOBODY) -> Key | None:
        """The first in line but for some."""
        return first(self._keys, out)

    def before(self, clock: datetime, order: int) -> int:
        """How many stand before a place."""
        return bisect_left(self._keys, (clock, order, TicketId("")))


def first(keys: Sequence[Key], out: AbstractSet[TicketId]) -> Key | None:
    """The first of some keys but for those of some tickets."""
    if not out:
        return keys[0] if keys else None
    return next((key for key in keys if key[2] not in out), None)


def heads(classes: Mapping[str, Sequence[Key]], out: AbstractSet[TicketId]) -> list[tuple[str, Key]]:
    """The first of each class but for those of some tickets."""
    if not out:
        return [(kind, keys[0]) for kind, keys in classes.items()]
    return [(kind, key) for kind, keys in classes.items() if (key := first(keys, out)) is not None]


def _add(keys: list[Key], key: Key) -> None:
    if keys and key < keys[-1]:
        insort(keys, key)
    else:  # who comes now stands at the end
        keys.append(key)


def _remove(keys: list[Key], key: Key) -> None:
    place = bisect_left(keys, key)
    if place == len(keys) or keys[place] != key:
        raise KeyError(key[2])
    del keys[place]
