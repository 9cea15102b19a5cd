"""A bus: one line, many addresses, one writer. It gives each address its turn and says how each of them is.

What the bytes mean is the driver's to say: it is given them in `heard`, and names the address of each valid frame in
`answered`. An address is unknown until it was heard since the line came up, and gone when it owes several answers.
"""

import asyncio
from collections.abc import Callable, Mapping

from devices.codec.escpos.status import Health
from devices.codec.manner import Manner
from devices.driver.turn import Turn, Turns
from devices.transport.error import LineFault
from devices.transport.line import Line, together

PAUSE_S = 0.02
"""After a write that failed: the line's own task has to see it."""

OWN_CAP = 256
"""Bytes of our own that may still come back."""

Heard = Callable[[bytes | None, float], None]
"""Bytes that came at a time of the loop's clock; None: nothing has come for so long that a torn frame is given up."""


class Bus:
    """The turns of one line. `up` is called when the line is there, and for an address that is back from silence; `done` with an
    address and a slot when the answer to the latest order in it has come.
    """

    def __init__(
        self,
        line: Line,
        manner: Manner,
        addresses: frozenset[int],
        polls: Mapping[int, bytes],
        *,
        heard: Heard,
        up: Callable[[int], None],
        health_changed: Callable[[int, Health], None],
        silent: Health = Health.GONE,
        done: Callable[[int, str], None] = lambda *_: None,
    ) -> None:
        self.healths = dict.fromkeys(sorted(addresses), Health.GONE)
        self._found = dict(self.healths)
        self._line, self._manner = line, manner
        self._turns = Turns(addresses, manner, polls)
        self._told, self._up, self._health_changed, self._silent = heard, up, health_changed, silent
        self._done = done
        self._news = asyncio.Event()
        self._owes: int | None = None
        self._paid = asyncio.Event()
        self._own = bytearray()
        self._lull: asyncio.TimerHandle | None = None
        line.on_bytes = self._heard
        line.on_change = self._line_changed
        line.on_shared = self._line_shared

    @property
    def round_s(self) -> float:
        """How long the last round of turns took."""
        return self._turns.round_s

    async def run(self) -> None:
        """Keeps the line open and gives turns, until cancelled.

        Raises PortBusy or PortDenied if the port can not be had at the very start.
        """
        await together(self._line.run(), self._work())

    def order(self, address: int, slot: str, frame: bytes, *, awaits: bool = False) -> None:
        """An order for one of our addresses, at its turn; what waits in the same slot is overtaken.

        Without a line it is dropped: `up` is the time to say what still matters.
        """
        if frame and self._line.is_up:
            self._turns.order(address, slot, frame, awaits=awaits)
            self._news.set()

    def urge(self, frame: bytes) -> None:
        """A frame that goes before all others: the answer to a key."""
        if frame:
            self._turns.urge(frame)
            self._news.set()

    def answered(self, address: int, health: Health = Health.READY) -> None:
        """A valid frame came from this address, one of ours or not, and says how its device is."""
        if address not in self.healths:
            return
        self._set(address, health)
        if self._owes == address:  # one that is late is heard, but it does not get the place of those in time
            self._owes = None
            self._paid.set()
            paid = self._turns.answered(address)
            if paid.slot is not None and health is Health.READY:
                self._done(address, paid.slot)
            if paid.back:
                self._up(address)

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._line.wait_up()
            self._news.clear()
            turn = self._turns.next(loop.time())
            if isinstance(turn, Turn):
                await self._take(turn)
                continue
            try:
                async with asyncio.timeout(turn):
                    await self._news.wait()
            except TimeoutError:
                continue

    async def _take(self, turn: Turn) -> None:
        """One frame on the line and, where one is owed, its answer."""
        loop = asyncio.get_running_loop()
        if self._manner.echo:
            self._own += turn.frame
            del self._own[:-OWN_CAP]
        self._owes = turn.address if turn.awaits else None
        self._paid.clear()
        try:
            await self._line.write(turn.frame)
        except LineFault:  # the line is about to say so itself; an order for a display is worth nothing later
            self._own.clear()
            await asyncio.sleep(PAUSE_S)
            return
        await asyncio.sleep(len(turn.frame) * self._manner.byte_s)
        if turn.awaits and turn.address is not None:
            try:
                async with asyncio.timeout(self._manner.reply_s):
                    await self._paid.wait()
            except TimeoutError:
                if self._line.is_up and self._turns.missed(turn.address, loop.time()):
                    self._set(turn.address, self._silent)
        self._owes = None
        await asyncio.sleep(self._manner.turnaround_s)

    def _heard(self, data: bytes) -> None:
        while data and self._own and data[0] == self._own[0]:  # an adapter that gives our own bytes back
            data, self._own = data[1:], self._own[1:]
        loop = asyncio.get_running_loop()
        self._told(data, loop.time())
        if self._lull is not None:
            self._lull.cancel()
        self._lull = loop.call_later(self._manner.interbyte_s * 1.1, self._after_silence)

    def _after_silence(self) -> None:
        self._own.clear()
        self._told(None, asyncio.get_running_loop().time())

    def _line_changed(self, up: bool) -> None:
        self._own.clear()
        self._turns.clear()
        self._paid.set()
        for address in self.healths:
            self._set(address, Health.UNKNOWN if up else Health.GONE)
            if up:
                self._up(address)
        self._news.set()

    def _line_shared(self, _: bool) -> None:
        for address, health in self._found.items():
            self._set(address, health)

    def _set(self, address: int, health: Health) -> None:
        """How an address is. What we tell a device that somebody else tells things too does not stand, whatever it answers."""
        self._found[address] = health
        if self._line.shared:
            health = Health.SHARED
        if health is not self.healths[address]:
            self.healths[address] = health
            self._health_changed(address, health)
