"""What of a hall is served somewhere else, and what a hall serves for another one, as far as its store remembers it. Pure.

`engine.evacuation` says how a part goes and is served here again, `engine.adopting` how it comes to the other place, and
`engine.homecoming` how what became of it comes back. While it is gone, no ticket is issued for it here; in the other place none
is issued for anything else. So each service is served in one place at a time, and each number is given in one place only.
"""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property
from typing import Literal

import msgspec

from queue_server.engine import number
from queue_server.wire.day import local_day
from queue_server.wire.ids import ServiceId, TicketId
from queue_server.wire.view import Elsewhere

Whereabouts = Literal["away", "shown", "back", "void"]
"""`away`: served elsewhere. `shown`: a file says so that this hall never wrote, and nobody has decided yet. `back`: served here
again. `void`: decided that it never took place.
"""


class Departure(msgspec.Struct, frozen=True, kw_only=True):
    """A part of this hall that went elsewhere.

    `blocks` are the series of numbers that were given to it, by prefix; a prefix that is not there went whole. `tickets` are those
    that went, kept only until it is decided. `results` is the other place's seq up to which its results are here, since `home_at`.
    `over_on` is the day on which it was served here again. `place` is which of the other places it is: slips tell it. `origins` are
    the places whose results are here, by their fingerprints, each with its own seq; `epochs` are their stores', by epoch.
    """

    id: str
    at: datetime
    services: tuple[ServiceId, ...]
    blocks: dict[str, int] = {}
    state: Whereabouts = "away"
    tickets: tuple[TicketId, ...] = ()
    results: int = 0
    reason: str | None = None
    home_at: datetime | None = None
    over_on: date | None = None
    place: int = 1
    origins: dict[str, int] = {}
    epochs: dict[str, int] = {}

    def heard(self, origin: str, epoch: str) -> int:
        """The seq up to which results of a place's store are here. What it says after a backup begins with a lower one."""
        return self.epochs.get(epoch, 0) if epoch else self.origins.get(origin, 0)


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """The part of another hall that this store was made for. `numbers` are the last ones given there on `day`, by prefix.

    `place` is which of the hall's other places this is. `closed_at` is when it was handed back: nothing is done with it since.
    """

    id: str
    at: datetime
    epoch: str
    seq: int
    day: date
    services: tuple[ServiceId, ...]
    blocks: dict[str, int] = {}
    numbers: dict[str, int] = {}
    place: int = 1
    closed_at: datetime | None = None

    @property
    def state(self) -> Literal["here", "closed"]:
        """Whether it is served here still."""
        return "here" if self.closed_at is None else "closed"


class Away(msgspec.Struct, frozen=True, dict=True):
    """All of it: one row."""

    departures: tuple[Departure, ...] = ()
    arrival: Arrival | None = None

    @cached_property
    def gone(self) -> frozenset[ServiceId]:
        """Services that are served elsewhere, or may be."""
        return frozenset(self._of("away", "shown"))

    @cached_property
    def undecided(self) -> frozenset[ServiceId]:
        """Services that may be served elsewhere: here nothing is done with them until somebody decides."""
        return frozenset(self._of("shown"))

    @cached_property
    def resting(self) -> frozenset[ServiceId]:
        """Services with which nothing is done here: somebody has to decide, or they were handed back."""
        closed = self.arrival is not None and self.arrival.closed_at is not None
        return self.undecided | frozenset(
            self.arrival.services if closed and self.arrival is not None else ()
        )

    @cached_property
    def standing(self) -> tuple[str, ...]:
        """The parts that are elsewhere now, or may be, and the one that came here."""
        gone = [each.id for each in self.departures if each.state in ("away", "shown")]
        return (*gone, self.arrival.id) if self.arrival is not None else tuple(gone)

    def _of(self, *states: Whereabouts) -> Iterator[ServiceId]:
        return (service for each in self.departures if each.state in states for service in each.services)

    @property
    def seen(self) -> Elsewhere | None:
        """What of it a screen says, the most pressing first."""
        if self.undecided:
            return "undecided"
        if self.gone:
            return "away"
        return None if self.arrival is None else self.arrival.state

    def bars(self, service: ServiceId) -> bool:
        """Whether a service is another place's to issue tickets for."""
        if service in self.gone or service in self.resting:
            return True
        return self.arrival is not None and service not in self.arrival.services

    def departure(self, id_: str) -> Departure | None:
        """A part that went, whatever became of it."""
        return next((each for each in self.departures if each.id == id_), None)

    def with_(self, departure: Departure) -> "Away":
        """The same with a part that went, or with what became of it."""
        others = [each for each in self.departures if each.id != departure.id]
        return Away((*others, departure), self.arrival)

    @property
    def place(self) -> int:
        """Which place this is: 0 is the hall itself."""
        return 0 if self.arrival is None else self.arrival.place

    def block(self, prefix: str) -> int:
        """The series in which this hall gives its numbers."""
        return 0 if self.arrival is None else self.arrival.blocks.get(prefix, 0)

    def last(self, prefix: str, day: date) -> int:
        """The number before the first that this hall may give on a day."""
        if self.arrival is not None and day == self.arrival.day and prefix in self.arrival.numbers:
            return self.arrival.numbers[prefix]
        return number.before(self.block(prefix))

    def free_block(self, prefix: str, day: date) -> int | None:
        """A series that no other place has, nor had earlier on a day; None if all are given away."""
        given = {each.blocks.get(prefix) for each in self._out(day)} | {self.block(prefix)}
        return next((block for block in number.BLOCKS if block not in given), None)

    def free_place(self, day: date) -> int:
        """Which place another one would be: none that there is, nor was earlier on a day, and the one that was so longest ago.

        Its slips begin again, and some of those of the last one may still lie in a drawer.
        """
        given = {each.place for each in self._out(day)} | {self.place}
        newest = max(self.departures, key=lambda each: each.at, default=None)
        last = 0 if newest is None else newest.place
        turns = [*range(last + 1, number.PLACES + 1), *range(1, last + 1)]
        return next((place for place in turns if place not in given), max(*given, number.PLACES) + 1)

    def _out(self, day: date) -> Iterator[Departure]:
        """The parts that are elsewhere now, or may be, or were on a day."""
        return (
            each
            for each in self.departures
            if each.state in ("away", "shown") or day in (local_day(each.at), each.over_on)
        )


NOWHERE = Away()
"""A hall that is all at home."""
