"""Whose turn it is on a bus. Pure: orders, answers and times in, the next frame out.

Rounds are fair: in a round each address has one visit, in which it gets one order and, on a polled bus, the question.
Somebody who stays silent loses that place: of all the silent ones a single one is asked in a round, and each at most
once a second. So the others wait for one answer that does not come, however many are silent.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from devices.codec.manner import Manner

SILENT_S = 1.0
"""How long a silent address is left alone."""
MOST_URGENT = 64


@dataclass(frozen=True, slots=True)
class Turn:
    """Write this frame. `awaits` tells whether `address` owes an answer to it; an urgent frame is nobody's turn."""

    address: int | None
    frame: bytes
    awaits: bool = False


@dataclass(frozen=True, slots=True)
class Paid:
    """An owed answer. `slot` is that of the order which it says is done, None where a later one has overtaken that; `back`: its
    address had been silent, and what it shows may be gone.
    """

    slot: str | None
    back: bool


@dataclass(frozen=True, slots=True)
class _Order:
    frame: bytes
    awaits: bool


@dataclass(slots=True)
class _Place:
    """One address: its orders by slot, the one that it owes an answer to, and how often it has owed one in vain."""

    orders: dict[str, _Order] = field(default_factory=dict)
    sent: str | None = None
    missed: int = 0
    silent: bool = False
    alone_until: float = 0.0


class Turns:
    """The turns of one bus. Times are seconds of one steady clock; `polls` is the question to each address, if any."""

    def __init__(self, addresses: frozenset[int], manner: Manner, polls: Mapping[int, bytes]) -> None:
        self.round_s = 0.0
        """How long the last whole round took."""
        self._places = {address: _Place() for address in sorted(addresses)}
        self._manner, self._polls = manner, polls
        self.clear()

    def clear(self) -> None:
        """The line is new: nothing is waiting, and nobody is silent."""
        self._urgent: deque[bytes] = deque(maxlen=MOST_URGENT)
        self._visits: deque[int] = deque()
        self._asks: int | None = None
        self._began = self._ready_at = 0.0
        self._under_way = False
        self._last_silent = -1
        for address in self._places:
            self._places[address] = _Place()

    def order(self, address: int, slot: str, frame: bytes, *, awaits: bool = False) -> None:
        """An order for one of our addresses; what waits in the same slot is overtaken."""
        place = self._places[address]
        place.orders[slot] = _Order(frame, awaits)
        if place.sent == slot:
            place.sent = None

    def urge(self, frame: bytes) -> None:
        """A frame that goes before all others: the answer to a key."""
        self._urgent.append(frame)

    def next(self, now: float) -> Turn | float | None:
        """The next frame; or in how many seconds there may be one; or None: not before somebody orders something."""
        if self._urgent:
            return Turn(None, self._urgent.popleft())
        if self._asks is not None:
            address, self._asks = self._asks, None
            return Turn(address, self._polls[address], awaits=True)
        if not self._visits:
            wait = self._gather(now)
            if not self._visits:
                return wait
        address = self._visits.popleft()
        place = self._places[address]
        if not place.orders:
            return Turn(address, self._polls[address], awaits=True)
        slot, order = next(iter(place.orders.items()))
        if order.awaits:
            place.sent = slot
        else:
            del place.orders[slot]
        if address in self._polls:
            self._asks = address
        return Turn(address, order.frame, order.awaits)

    def answered(self, address: int) -> Paid:
        """An owed answer came in time."""
        place = self._places[address]
        paid = Paid(place.sent, place.silent)
        if place.sent is not None:
            place.orders.pop(place.sent, None)
        place.sent, place.missed, place.silent = None, 0, False
        return paid

    def missed(self, address: int, now: float) -> bool:
        """An answer did not come. True if that makes the address silent."""
        place = self._places[address]
        place.sent = None
        place.missed += 1
        became = not place.silent and place.missed > self._manner.retries
        place.silent = place.silent or became
        if place.silent:
            place.alone_until = now + SILENT_S
            self._asks = None
        return became

    def _gather(self, now: float) -> float | None:
        """Begins a round, if there is one; else in how many seconds it may begin."""
        if self._under_way:
            self.round_s, self._under_way = now - self._began, False
        if now < self._ready_at:
            return self._ready_at - now
        busy = [a for a, place in self._places.items() if place.orders or a in self._polls]
        silent = [a for a in busy if self._places[a].silent]
        self._visits.extend(a for a in busy if not self._places[a].silent)
        ready = [a for a in silent if self._places[a].alone_until <= now]
        if ready:
            self._last_silent = next((a for a in ready if a > self._last_silent), ready[0])
            self._visits.append(self._last_silent)
        if self._visits:
            self._began, self._under_way = now, True
            self._ready_at = now + self._manner.round_s if self._polls else 0.0
            return None
        return min((self._places[a].alone_until - now for a in silent), default=None)
