"""Callers and evaluators of one bus: many addresses, one wire, one writer. The profile says which bytes."""

import asyncio
from collections.abc import Callable

from devices.codec.escpos.status import Health
from devices.codec.frame import FrameCodec, Order
from devices.codec.profile.shape import Profile
from devices.codec.signal import Garbage
from devices.driver.press import Counts, KeyPressed, Presses, RatingGiven
from devices.transport.error import LineFault
from devices.transport.line import Line, together

QUEUE = 64
"""Orders that wait for an absent bus at most; the oldest go first."""


class Keypads:
    """A bus. `heard` is called on the loop with each press and rating; `health_changed` with each new health.

    Health is unknown until a device was heard since the line came up: these devices are silent by nature.
    """

    def __init__(
        self,
        line: Line,
        profile: Profile,
        addresses: frozenset[int],
        *,
        heard: Callable[[KeyPressed | RatingGiven], None],
        health_changed: Callable[[Health], None] = lambda _: None,
    ) -> None:
        self.health = Health.GONE
        self._line = line
        self._profile = profile
        self._codec = FrameCodec(profile)
        self._presses = Presses(addresses, profile.debounce_ms / 1000)
        self._told = heard
        self._health_changed = health_changed
        self._out: asyncio.Queue[bytes] = asyncio.Queue(QUEUE)
        self._own = bytearray()
        self._shown: dict[int, Order] = {}
        self._idle: asyncio.TimerHandle | None = None
        line.on_bytes = self._heard
        line.on_change = self._line_changed

    @property
    def counts(self) -> Counts:
        """What was dropped."""
        return self._presses.counts

    async def run(self) -> None:
        """Keeps the line open and writes orders in turn, until cancelled.

        Raises PortBusy or PortDenied if the port can not be had at the very start.
        """
        await together(self._line.run(), self._write())

    def prompt(self, address: int, rating: str, seconds: float | None = None) -> None:
        """Asks for the rating named `rating`; its first key within so many real seconds (30) counts."""
        limit = self._profile.rating_window_s if seconds is None else seconds
        self._presses.ask(address, rating, asyncio.get_running_loop().time(), limit)
        self._order(Order(address, "prompt"))

    def withdraw(self, address: int) -> None:
        """The rating is not wanted any more, for example because somebody else is called."""
        self._presses.withdraw(address)

    def show_ticket(self, address: int, number: str) -> None:
        """Shows the last digits of a ticket's number on the caller."""
        self._shown[address] = Order(address, "show_ticket", number)
        self._order(self._shown[address])

    def show_waiting(self, address: int, count: int) -> None:
        """Shows how many wait."""
        self._order(Order(address, "show_waiting", str(count)))

    def beep(self, address: int) -> None:
        """A short tone."""
        self._order(Order(address, "beep"))

    def _order(self, order: Order) -> None:
        frame = self._codec.encode(order)
        if frame:
            self._queue(frame)

    def _queue(self, frame: bytes) -> None:
        if self._out.full():
            self._out.get_nowait()
        self._out.put_nowait(frame)

    async def _write(self) -> None:
        while True:
            frame = await self._out.get()
            if self._profile.bus.echo:
                self._own += frame
            try:
                await self._line.write(frame)
            except LineFault:
                self._own.clear()  # an order for a display is worth nothing later
            await asyncio.sleep(self._profile.bus.turnaround_ms / 1000)

    def _heard(self, data: bytes) -> None:
        while data and self._own and data[0] == self._own[0]:  # an adapter that gives our own bytes back
            data, self._own = data[1:], self._own[1:]
        loop = asyncio.get_running_loop()
        self._take(loop.time(), data)
        if self._idle is not None:
            self._idle.cancel()
        wait_s = self._profile.frame.interbyte_timeout_ms / 1000
        self._idle = loop.call_later(wait_s * 1.1, self._after_silence)

    def _after_silence(self) -> None:
        self._own.clear()
        self._take(asyncio.get_running_loop().time(), None)

    def _take(self, now: float, data: bytes | None) -> None:
        for signal in self._codec.idle(now) if data is None else self._codec.feed(data, now):
            if not isinstance(signal, Garbage):
                self._set(Health.READY)
                if signal.ack:
                    self._queue(signal.ack)
            fact = self._presses.take(signal, now)
            if fact is not None:
                self._told(fact)

    def _line_changed(self, up: bool) -> None:
        self._set(Health.UNKNOWN if up else Health.GONE)
        self._own.clear()
        while not self._out.empty():
            self._out.get_nowait()
        for order in self._shown.values() if up else ():
            self._order(order)

    def _set(self, health: Health) -> None:
        if health is not self.health:
            self.health = health
            self._health_changed(health)
